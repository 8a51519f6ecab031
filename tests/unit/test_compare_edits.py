"""What people edit in a converted project, on five samples: each difference is found and named, and nothing else is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from cases import case_named
from click.testing import CliRunner
from project_edits import (
    IMAGE,
    Edit,
    all_of,
    every_file,
    file_renamed,
    in_source,
    in_step,
    joined,
    of_step,
    reformatted,
    removed,
    renamed,
    reordered,
    replaced,
    split,
    step_inserted,
    step_moved,
    step_removed,
    written,
)

from aib2packer.cli import main
from aib2packer.pipeline import Options
from aib2packer.side_by_side import Against, compare_template

pytestmark = pytest.mark.usefixtures("each_file_is_read_once")
LINUX, WINDOWS, ARM, OUTPUTS, VALIDATE = SAMPLES = (
    "linux-gallery",
    "windows-all",
    "arm-conditional-steps",
    "outputs-all-kinds",
    "validate-parameters",
)
SAME: tuple[str, ...] = ()
SHELL = '  provisioner "shell" {\n    inline = ["id"]\n  }\n'
NAMED = '  provisioner "shell" {\n    name = "whoami"\n    inline = ["whoami"]\n  }\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An edit of one sample, and the keys of all rows that have to differ then."""

    name: str
    sample: str
    edit: Edit
    keys: tuple[str, ...]
    arguments: tuple[str, ...] = ()


def _all(edit: Edit, *keys: str) -> Mapping[str, tuple[Edit, tuple[str, ...]]]:
    return dict.fromkeys(SAMPLES, (edit, keys))


SIZE = "vmProfile.vmSize"
Cells = Mapping[str, tuple[Edit, tuple[str, ...]]]

TABLE: Mapping[str, Cells] = {
    "M01 a step in the middle is removed": {
        LINUX: (step_removed(2), ("customize[1]",)),
        WINDOWS: (step_removed(2), ("customize[1]",)),
        ARM: (step_removed(3), ("customize[2]",)),
        OUTPUTS: (step_removed(1), ("customize[0]",)),
        VALIDATE: (step_removed(1), ("customize[0]",)),
    },
    "M02 the second step is moved to the end": {
        LINUX: (step_moved(2, 4), ("customize[1]",)),
        WINDOWS: (step_moved(1, 3), ("customize[0]",)),
        ARM: (step_moved(1, 5), ("customize[0]",)),
    },
    "M02b the last step is moved to the front": {
        LINUX: (step_moved(4, 0), ("customize[3]",)),
        WINDOWS: (step_moved(3, 0), ("customize[2]",)),
        ARM: (step_moved(5, 0), ("customize[4]",)),
    },
    "M02c a text becomes a list of it": {LINUX: (replaced(r'(image_sku += )("[^"]+")', r"\1[\2]"), ("source.sku",))},
    "M02d the build names a source that is not there": {
        LINUX: (replaced(r"sources = \[", 'sources = ["source.null.gone", '), ("build.sources",)),
    },
    "M03 an unnamed step is inserted": {
        LINUX: (step_inserted(5, SHELL), ("shell: id",)),
        WINDOWS: (step_inserted(5, SHELL), ("shell: id",)),
        ARM: (step_inserted(6, SHELL), ("shell: id",)),
        OUTPUTS: (step_inserted(2, SHELL), ("shell: id",)),
        VALIDATE: (step_inserted(2, SHELL), ("shell: id",)),
    },
    "M03b a named step is inserted first": _all(step_inserted(0, NAMED), "shell: whoami"),
    # A name of a step changes nothing in the image: Packer shows it, and no more.
    "M04 a step is renamed": {sample: (in_step(1, r'name( +)= "[^"]+"', r'name\1= "another"'), SAME) for sample in SAMPLES},
    "M04b a step is renamed and a line changed": {
        LINUX: (all_of(in_step(2, '"install"', '"packages"'), in_step(2, "nginx", "apache2")), ("customize[1].inline",)),
        ARM: (all_of(in_step(1, '"update"', '"refresh"'), in_step(1, 'update"', 'upgrade"')), ("customize[0].inline",)),
        OUTPUTS: (all_of(in_step(1, '"hello"', '"greet"'), in_step(1, "echo hello", "echo bye")), ("customize[0].inline",)),
        VALIDATE: (all_of(in_step(1, '"hello"', '"greet"'), in_step(1, "echo ", "printf ")), ("customize[0].inline",)),
    },
    "M05 a line of a step is changed": {
        LINUX: (in_step(2, "nginx", "apache2"), ("customize[1].inline",)),
        ARM: (in_step(1, 'update"]', 'upgrade"]'), ("customize[0].inline",)),
        OUTPUTS: (in_step(1, "echo hello", "echo bye"), ("customize[0].inline",)),
        VALIDATE: (in_step(1, "echo ", "printf "), ("customize[0].inline",)),
    },
    "M05b a line of a script file is changed": {
        LINUX: (replaced("docker", "podman", "scripts/03-containers.sh"), ("customize[2].inline",)),
        WINDOWS: (replaced(r"\A", "Get-Date\n", "scripts/01-settings.ps1"), ("customize[0].inline",)),
    },
    "M05c a line of a step that is off by default is changed": {
        ARM: (in_step(2, "docker.io", "podman"), ("customize[1].inline",)),
    },
    "M05d the condition of a step is changed": {
        ARM: (in_step(5, '!= "canary"', '!= "beta"'), ("customize[4]",)),
    },
    "M06 a setting of the VM is changed": _all(replaced(r'(vm_size +=) "[^"]+"', r'\1 "Standard_D8s_v5"'), SIZE),
    "M06b a destination is changed": {
        LINUX: (in_step(1, "/tmp/motd.txt", "/etc/motd"), ("customize[0].destination",)),
        WINDOWS: (in_step(2, '"10m"', '"20m"'), ("customize[1].restartTimeout",)),
        ARM: (in_step(3, '"/tmp/daemon.json"', '"/etc/daemon.json"'), ("customize[2].destination",)),
        OUTPUTS: (in_step(0, "/tmp/Depro", "/opt/Depro"), ("deprovisioning script: destination",)),
        VALIDATE: (in_step(0, "/tmp/Depro", "/opt/Depro"), ("deprovisioning script: destination",)),
    },
    "M07 a region is dropped": {
        LINUX: (
            replaced(r"\n    target_region \{\n      name     = \"eastus2\"\n.*\n    \}\n", ""),
            ("distribute[0].replicationRegions",),
        ),
        OUTPUTS: (
            replaced(r"\n    target_region \{\n      name     = \"northeurope\"\n.*\n    \}\n", ""),
            ("distribute[2].targetRegions",),
        ),
        VALIDATE: (replaced(r"\n    target_region \{\n.*\n.*\n    \}\n", ""), ("distribute[0].targetRegions[0]",)),
    },
    "M07b regions are reordered": {
        sample: (replaced(r"(    target_region \{\n.*\n.*\n    \}\n)\n(    target_region \{\n.*\n.*\n    \}\n)", r"\2\n\1"), SAME)
        for sample in (LINUX, OUTPUTS)
    },
    "M08 a version is pinned": _all(replaced('"latest"', '"22.4.2024"'), "source.version"),
    "M09 a default of a variable is changed": {
        LINUX: (replaced("null", '"1.2.3"', "variables.pkr.hcl"), ("distribute[0].versioning", "manifest: custom_data.gallery")),
        WINDOWS: (replaced('"vhds"', '"disks"', "variables.pkr.hcl"), ("distribute[1]",)),
        ARM: (replaced('"prod"', '"beta"', "variables.pkr.hcl"), ("customize[4].inline",)),
        OUTPUTS: (
            replaced('"2.0.0"', '"3.0.0"', "variables.pkr.hcl"),
            ("distribute[2].versioning", "manifest: custom_data.gallery-b"),
        ),
        VALIDATE: (replaced('"hello"', '"bye"', "variables.pkr.hcl"), ("customize[0].inline",)),
    },
    "M10 generalizing is removed": {sample: (step_removed(-1), ("generalize",)) for sample in SAMPLES},
    "M10b the deprovisioning script is changed": {
        sample: (
            replaced(r"\A", "# ours\n", f"scripts/DeprovisioningScript.{'ps1' if sample == WINDOWS else 'sh'}"),
            ("deprovisioning script: content",),
        )
        for sample in SAMPLES
    },
    "M10c generalizing cleans up": {
        sample: (in_step(-1, r"(skip_clean +=) true", r"\1 false"), ("generalize: skip_clean",)) for sample in SAMPLES
    },
    "M10d generalizing runs by another command": {
        sample: (in_step(-1, "sudo -E sh", "sudo sh"), ("generalize: execute_command",))
        for sample in SAMPLES
        if sample != WINDOWS
    },
    "M11 reformatted": _all(every_file(reformatted)),
    "M11b CRLF": _all(every_file(lambda text: text.replace("\n", "\r\n"))),
    "M12 comments": _all(
        every_file(lambda text: re.sub(r"^(?=\s*[\w-]+ +=)", "# ours\n", text, flags=re.MULTILINE) + "/* end */\n")
    ),
    "M13 settings of the source are reordered": _all(every_file(reordered, among=IMAGE)),
    "M14 a local is renamed": {
        LINUX: (renamed("now", "seconds"), SAME),
        VALIDATE: (renamed("gallery", "parts"), SAME),
    },
    "M14b a variable without a default is renamed": {
        LINUX: (renamed("subscription_id", "subscription"), SAME),
        WINDOWS: (renamed("vhd_storage_account", "account"), SAME),
        OUTPUTS: (renamed("vhd_storage_resource_group", "disks_group"), SAME),
        VALIDATE: (renamed("outputName", "output_name"), SAME),
    },
    "M14c a variable with a default is renamed": {
        LINUX: (renamed("image_version", "gallery_version"), SAME),
        WINDOWS: (renamed("vhd_container", "container"), SAME),
        ARM: (renamed("ring", "stage"), SAME),
        OUTPUTS: (renamed("image_version", "gallery_version"), SAME),
        VALIDATE: (renamed("greeting", "words"), SAME),
    },
    "M15 the image is split": _all(split),
    "M15b all is in one file": _all(joined),
    "M16 a script is renamed": {
        LINUX: (file_renamed("scripts/03-containers.sh", "scripts/containers.sh"), SAME),
        WINDOWS: (file_renamed("scripts/01-settings.ps1", "scripts/settings.ps1"), SAME),
    },
    "M16b CRLF in a script": {
        LINUX: (every_file(lambda text: text.replace("\n", "\r\n"), among="03-containers.sh"), ("customize[2].inline",)),
        WINDOWS: (every_file(lambda text: text.replace("\n", "\r\n"), among="01-settings.ps1"), ("customize[0].inline",)),
    },
    "M17 a download has another address": {
        LINUX: (replaced("example.com/scripts", "example.org/scripts", "scripts/fetch.sh"), ("customize[3].scriptUri",)),
        ARM: (replaced("example.com/files", "example.org/files", "scripts/fetch.sh"), ("customize[2].sourceUri",)),
    },
    "M17b a download has no checksum": {
        LINUX: (replaced(r"(motd\.txt) \w{64}", r"\1", "scripts/fetch.sh"), ("customize[0].sha256Checksum",)),
    },
    "M18 a plugin has another version": _all(replaced(r"~> 2\.5", "~> 1.4", "plugins.pkr.hcl"), "required_plugins.azure.version"),
    "M19 a step never runs": {
        LINUX: (of_step(2, 'only = ["null.x"]'), ("customize[1]",)),
        WINDOWS: (of_step(1, 'only = ["null.x"]'), ("customize[0]",)),
        ARM: (of_step(1, 'only = ["null.x"]'), ("customize[0]",)),
        OUTPUTS: (of_step(1, 'only = ["null.x"]'), ("customize[0]",)),
        VALIDATE: (of_step(1, 'only = ["null.x"]'), ("customize[0]",)),
    },
    "M19b a step is not for this source": {
        LINUX: (of_step(3, 'except = ["azure-arm.image"]'), ("customize[2]",)),
        ARM: (of_step(1, 'except = ["azure-arm.image"]'), ("customize[0]",)),
        OUTPUTS: (of_step(1, 'except = ["azure-arm.image"]'), ("customize[0]",)),
        VALIDATE: (of_step(1, 'except = ["azure-arm.image"]'), ("customize[0]",)),
    },
    "M20 the build has no source": _all(replaced(r"sources = \[.*\]", "sources = []"), "build.sources"),
    "M20b the build is of another source": _all(
        all_of(
            replaced(r"sources = \[.*\]", 'sources = ["source.null.here"]'),
            written("null.pkr.hcl", 'source "null" "here" {\n  communicator = "none"\n}\n'),
        ),
        "build.sources",
    ),
    "M21 the script of the whole run is emptied": {
        LINUX: (written("scripts/fetch.sh", ""), ("customize[0].sourceUri", "customize[3].scriptUri", "scripts/fetch.sh")),
        ARM: (written("scripts/fetch.sh", ""), ("customize[2].sourceUri", "scripts/fetch.sh")),
        VALIDATE: (written("run.sh", ""), ("run.sh",)),
    },
    "M21b the script of outputs is changed": {
        OUTPUTS: (replaced("--os-type Linux", "--os-type Windows", "distribute.sh"), ("shell-local: what it runs",)),
    },
    "M21c the script of outputs is removed": {OUTPUTS: (removed("distribute.sh"), ("shell-local: what it runs",))},
    "M22 the project of the validators is removed": {VALIDATE: (removed("validate"), ("validate",))},
    "M23 the script of a step is removed": {
        LINUX: (removed("scripts/03-containers.sh"), ("customize[2].inline",)),
        WINDOWS: (removed("scripts/01-settings.ps1"), ("customize[0].inline",)),
        **{
            sample: (removed("scripts/DeprovisioningScript.sh"), ("deprovisioning script: content",))
            for sample in (ARM, OUTPUTS, VALIDATE)
        },
    },
    "M24 a duration is written otherwise": {
        sample: (replaced('"120m"' if sample == LINUX else '"240m"', '"2h"' if sample == LINUX else '"4h"'), SAME)
        for sample in SAMPLES
    },
    "M24b a number is a text": {
        sample: (replaced(r"(os_disk_size_gb +=) (\d+)", r'\1 "\2"'), SAME) for sample in (LINUX, WINDOWS, ARM)
    },
    "M24c a region has its display name": {
        LINUX: (replaced(r'(location +=) "westus2"', r'\1 "West US 2"'), SAME),
        WINDOWS: (replaced('"eastus"', '"East US"'), SAME),
        ARM: (replaced('"westeurope"', '"West Europe"'), SAME),
        OUTPUTS: (replaced('"westeurope"', '"West Europe"', count=0), SAME),
    },
    "M24d letters have another case": {
        **_all(
            all_of(
                replaced(r'(os_type +=) "Linux"', r'\1 "linux"'),
                replaced(r'(image_publisher +=) "[Cc]anonical"', r'\1 "CANONICAL"'),
            )
        ),
        WINDOWS: (replaced(r'(os_type +=) "Windows"', r'\1 "windows"'), SAME),
    },
    "M24e a reference within quotes": {
        LINUX: (replaced(r"(subscription_id +=) (var\.\w+)", r'\1 "${\2}"'), SAME),
        WINDOWS: (replaced(r"(capture_container_name +=) (var\.\w+)", r'\1 "${\2}"'), SAME),
        OUTPUTS: (replaced(r"(image_version +=) (var\.\w+)", r'\1 "${\2}"'), SAME),
        VALIDATE: (replaced(r"(location +=) (var\.\w+)", r'\1 "${\2}"'), SAME),
    },
    "M24f a script without path.root": _all(replaced(r'"\$\{path\.root\}/', '"', count=0)),
    "M24g a script from the folder here": _all(replaced(r'"\$\{path\.root\}/', '"./', count=0)),
    "M24h lines as one text": {
        LINUX: (
            in_step(
                2,
                r"inline = \[[^\]]*\]",
                'inline = [<<EOT\nsudo apt-get update\nsudo apt-get install -y --no-install-recommends "nginx"\n'
                'echo "home is $${HOME}" | sudo tee /etc/image-note\nEOT\n]',
            ),
            SAME,
        ),
        ARM: (in_step(1, r"inline +=.*", "inline = [<<EOT\nsudo apt-get update\nEOT\n]"), SAME),
        OUTPUTS: (in_step(1, r"inline +=.*", "inline = [<<-EOT\n  echo hello\nEOT\n]"), SAME),
        VALIDATE: (in_step(1, r"inline +=.*", "inline = [<<EOT\necho ${var.greeting}\nEOT\n]"), SAME),
    },
    # Where a variable gets its default from is how a person signs in, and no setting of the template.
    "M25b another environment variable is asked": {
        sample: (replaced(r'env\("ARM_CLIENT_ID"\)', 'env("CLIENT_ID")', "variables.pkr.hcl"), SAME) for sample in SAMPLES
    },
    "M25 the secret is no secret": {
        sample: (replaced(r"^ +sensitive +=.*\n", "", "variables.pkr.hcl"), ("variable.client_secret.sensitive",))
        for sample in SAMPLES
    },
    "M26 a default of the builder is written": _all(in_source("async_resourcegroup_delete = false")),
    "M26b defaults of a step are written": {
        sample: (all_of(of_step(1, "max_retries = 0"), of_step(1, 'pause_before = "0s"')), SAME) for sample in SAMPLES
    },
    "M27 a step cleans up after errors": _all(
        replaced(r"\n\}\n\Z", '\n  error-cleanup-provisioner "shell-local" {\n    inline = ["rm -rf /"]\n  }\n}\n'),
        "shell-local: rm -rf /",
    ),
    "M28 a second build has a step": _all(
        written("more.pkr.hcl", f'build {{\n  sources = ["source.azure-arm.image"]\n\n{NAMED}}}\n'), "shell: whoami"
    ),
    "M28b the build overrides the size": _all(
        replaced(r"sources = \[.*\]", 'source "source.azure-arm.image" {\n    vm_size = "Standard_D64s_v5"\n  }'), SIZE
    ),
    "M29 a data source is used": {
        sample: (
            all_of(
                replaced(r'(image_sku +=) "[^"]+"', r"\1 data.http.sku.body"),
                written("data.pkr.hcl", 'data "http" "sku" {\n  url = "https://example.com/sku"\n}\n'),
            ),
            ("data.http.sku", "source.sku"),
        )
        for sample in SAMPLES
    },
    # Packer does not read it, so it is no part of the project.
    "M30 a variable file that nobody names": _all(written("prod.pkrvars.hcl", 'image_version = "9.9.9"\n')),
    # The plugin for Azure waits for 20 minutes where nothing is said, not for 5 as others do.
    "M26c a time limit that is Packer's default is taken out": {LINUX: (replaced(r"^  ssh_timeout.*\n", ""), SAME)},
    "M26d Packer's defaults are written down": {
        LINUX: (
            in_source('cloud_environment_name = "public"\n  ssh_username = "packer"\n  disk_caching_type = "ReadWrite"'),
            SAME,
        ),
    },
    "M26e a default that the conversion writes has another value": {
        LINUX: (replaced('ssh_timeout = "20m"', 'ssh_timeout = "1h"'), ("ssh_timeout",)),
    },
    "M31 a variable file overrides": {
        LINUX: (
            written("z.auto.pkrvars.hcl", 'image_version = "9.9.9"\n'),
            ("distribute[0].versioning", "manifest: custom_data.gallery"),
        ),
        ARM: (written("z.auto.pkrvars.hcl", 'ring = "beta"\n'), ("customize[4].inline",)),
        OUTPUTS: (
            written("z.auto.pkrvars.hcl", 'image_version = "9.9.9"\n'),
            ("distribute[2].versioning", "manifest: custom_data.gallery-b"),
        ),
        VALIDATE: (written("z.auto.pkrvars.hcl", 'greeting = "bye"\n'), ("customize[0].inline",)),
    },
    "M31b a variable file in JSON overrides": {
        LINUX: (
            written("z.auto.pkrvars.json", '{"image_version": "9.9.9"}\n'),
            ("distribute[0].versioning", "manifest: custom_data.gallery"),
        ),
        ARM: (written("z.auto.pkrvars.json", '{"ring": "beta"}\n'), ("customize[4].inline",)),
        OUTPUTS: (
            written("z.auto.pkrvars.json", '{"image_version": "9.9.9"}\n'),
            ("distribute[2].versioning", "manifest: custom_data.gallery-b"),
        ),
        VALIDATE: (written("z.auto.pkrvars.json", '{"greeting": "bye"}\n'), ("customize[0].inline",)),
    },
    "M32 the subscription is another": {
        sample: (replaced(r"(^  subscription_id +=) .*", r'\1 "22222222-0000-0000-0000-000000000000"'), ("subscription_id",))
        for sample in SAMPLES
    },
    "M33 the cloud is another": _all(in_source('cloud_environment_name = "USGovernment"'), "cloud_environment_name"),
    "M33b a secret is written down": _all(in_source('client_secret = "hunter2"'), "client_secret"),
}
SIGNED_IN = ("--auth", "service-principal")


def _trials() -> Iterator[tuple[Trial, bool]]:
    """Each edit of each sample, and whether it is tried at once: on one sample, another one than that of the edit before it."""
    for number, (name, cells) in enumerate(TABLE.items()):
        arguments = SIGNED_IN if name.startswith("M25") else ()
        for index, (sample, (edit, keys)) in enumerate(cells.items()):
            yield Trial(name=name, sample=sample, edit=edit, keys=keys, arguments=arguments), index == number % len(cells)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], Path]:
    """The samples, freshly converted; with a secret to sign in, too."""
    made: dict[tuple[str, ...], Path] = {}
    for sample in SAMPLES:
        case = case_named(sample)
        own = [str(case.folder / word) if word.endswith(".json") else word for word in case.arguments]
        for arguments in ((), SIGNED_IN):
            made[sample, *arguments] = tmp_path_factory.mktemp(sample) / "project"
            words = ["convert", case.folder / "template.json", "-o", made[sample, *arguments], "-q", *own, *arguments]
            assert CliRunner().invoke(main, [*map(str, words)]).exit_code == 0
    return made


@pytest.mark.parametrize(
    "trial",
    [
        pytest.param(trial, id=f"{trial.name.partition(' ')[0]}-{trial.sample}", marks=() if is_at_once else pytest.mark.judge)
        for trial, is_at_once in _trials()
    ],
)
def test_an_edit_is_found_and_named(trial: Trial, projects: dict[tuple[str, ...], Path], tmp_path: Path) -> None:
    project = tmp_path / "project"
    shutil.copytree(projects[trial.sample, *trial.arguments], project)
    trial.edit(project)
    template = case_named(trial.sample).folder / "template.json"
    found = compare_template(str(template), Against(folder=project), Options()).comparison
    assert found is not None
    named = {row.key if row.key in trial.keys else row.path for row in found.rows if row.differs}
    assert sorted(named) == sorted(trial.keys)
    assert not any(
        "hunter2" in text for row in found.rows for text in (row.change, *(str(each) for each in (row.packer, row.project)))
    )
