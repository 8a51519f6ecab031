"""Files that are about images and are not templates: scripts, pipelines, programs, pages, Packer's own. What gives a template for each.

Sources:
https://learn.microsoft.com/powershell/module/az.imagebuilder
https://learn.microsoft.com/cli/azure/image/builder
https://github.com/Azure/build-vm-image
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-devops-task
https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
https://developer.hashicorp.com/packer/docs/commands/hcl2_upgrade
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from aib2packer.diagnostics.place import SourceText
from aib2packer.source.encoding import MAX_BYTES

_SHOW = "az resource show -g GROUP -n NAME --resource-type Microsoft.VirtualMachineImages/imageTemplates > template.json"


class Foreign(Struct, frozen=True, kw_only=True):
    """One kind of file: its name, how it is recognised, and what to do, with the command that gives a template.

    It is recognised by one of its suffixes, or by its text; ``is_like_json`` where that may begin as JSON does. ``{file}`` in
    the sentence is the file.
    """

    name: str
    sentence: str
    suffixes: tuple[str, ...] = ()
    pattern: str = ""
    is_like_json: bool = False

    def is_it(self, name: str, text: str) -> bool:
        """Whether a file is of this kind."""
        return name.lower().endswith(self.suffixes) or (
            self.pattern != "" and re.search(self.pattern, text, re.IGNORECASE | re.MULTILINE) is not None
        )


FOREIGN = (
    Foreign(
        name="a web page",
        suffixes=(".html", ".htm"),
        pattern=r"\A\s*<(?:!doctype\s+html|html)\b",
        sentence="Download the file itself (on GitHub: Raw), then convert that.",
    ),
    Foreign(
        name="Markdown",
        suffixes=(".md", ".markdown"),
        pattern=r"\A\s*#{1,6} .*\n(?:[\s\S]*\n)?```",
        sentence="Save the JSON of its code block as a file, then convert that.",
    ),
    Foreign(
        name="a script of Az.ImageBuilder",
        pattern=r"\b(?:New|Update|Get|Start|Remove)-AzImageBuilder\w+",
        sentence=f"Convert the template that the script made in Azure: `{_SHOW}`.",
    ),
    Foreign(
        name="a script of az image builder",
        pattern=r"\baz\s+image\s+builder\s+\w+",
        sentence=f"Convert the template that the script made in Azure: `{_SHOW}`.",
    ),
    Foreign(
        name="a workflow of azure/build-vm-image",
        pattern=r"\buses:\s*['\"]?azure/build-vm-image@",
        sentence=f"Its action makes a template in Azure for each run: while it runs, `{_SHOW}` prints the template.",
    ),
    Foreign(
        name="a pipeline of the Image Builder task",
        pattern=r"\btask:\s*['\"]?(?:[\w.-]+\.)?Azure-?(?:VM-?)?ImageBuilder(?:Task)?@",
        sentence=f"Its task makes a template in Azure for each run: while it runs, `{_SHOW}` prints the template.",
    ),
    Foreign(
        name="a Pulumi program",
        pattern=r"@pulumi/azure-native|\bpulumi_azure_native\b|\bPulumi\.AzureNative\b|\bpulumi-azure-native|azure-native:virtualmachineimages",
        sentence="Run `pulumi stack export > stack.json`, then convert stack.json.",
    ),
    Foreign(
        name="an Ansible playbook",
        pattern=r"^\s*-?\s*(?:azure\.azcollection\.)?azure_rm_\w+:",
        sentence=f"Convert the template that the playbook made in Azure: `{_SHOW}`.",
    ),
    Foreign(
        name="a part of a Packer project",
        suffixes=(".pkr.hcl", ".pkrvars.hcl", ".pkr.json"),
        pattern=r"^(?:source\s+\"[\w-]+\"\s+\"[\w-]+\"|build|packer)\s*\{",
        sentence="There is nothing to convert; `aib2packer compare TEMPLATE DIR` compares the project with a template.",
        is_like_json=True,
    ),
    Foreign(
        name="a Packer template in JSON",
        pattern=r"^\s*\"builders\"\s*:\s*\[",
        sentence="Run `packer hcl2_upgrade {file}`, which makes HCL of it.",
        is_like_json=True,
    ),
    Foreign(
        name="a Terraform template file",
        suffixes=(".tftpl",),
        pattern=r"%\{~?\s*(?:if|for)\s",
        sentence="Convert the folder of the .tf file that fills it in with templatefile(), or what `terraform show -json` prints.",
        is_like_json=True,
    ),
    Foreign(
        name="a Bicep parameter file",
        pattern=r"^using\s+(?:'|none\b)",
        sentence="Run `az bicep build-params -f {file}`, then pass the JSON file with -p and convert its template.",
    ),
    Foreign(
        name="a Bicep file",
        pattern=r"^(?:targetScope\s*=|param\s+\w+\s+\w|resource\s+\w+\s+'|module\s+\w+\s+')",
        sentence="Run `az bicep build -f {file}`, then convert the JSON file.",
    ),
    Foreign(
        name="a script",
        suffixes=(".ps1", ".psm1", ".sh", ".bash", ".cmd", ".bat"),
        pattern=r"\A#!",
        sentence=f"Convert the template that it deploys (after -TemplateFile or --template-file), or from Azure: `{_SHOW}`.",
    ),
    Foreign(
        name="YAML",
        suffixes=(".yml", ".yaml"),
        pattern=r"\A(?:---|[A-Za-z][\w-]*:(?:\s|$))",
        sentence=f"Templates are JSON, which az prints with -o json: `{_SHOW.replace(' >', ' -o json >')}`.",
    ),
)
_JSON = r"(?:\s|//[^\n]*|/\*[\s\S]*?\*/)*[{\[]"
_ABOUT_IMAGES = rb"(?i)virtualmachineimages|AzImageBuilder|az\s+image\s+builder|build-vm-image@|AzureImageBuilder"
_SUFFIXES = tuple(sorted({*(each for kind in FOREIGN for each in kind.suffixes), ".ts", ".py", ".cs", ".go"}))


def advice_about(source: SourceText) -> str:
    """What a file is, if no image template, and what to do about it; empty where nobody knows.

    >>> advice_about(SourceText("build.md", "# How we build"))
    'The file is Markdown, not an image template. Save the JSON of its code block as a file, then convert that.'
    """
    begins_as_json = re.match(_JSON, source.text) is not None
    kinds = (kind for kind in FOREIGN if kind.is_like_json or not begins_as_json)
    kind = next((kind for kind in kinds if kind.is_it(source.name, source.text)), None)
    if kind is None:
        return ""
    file = "FILE" if source.name.startswith("<") else shlex.quote(source.name)
    return f"The file is {kind.name}, not an image template. {kind.sentence.replace('{file}', file)}"


def about_images(files: Iterable[Path]) -> list[Path]:
    """Those of the files that are about Image Builder."""
    named = (path for path in files if path.name.lower().endswith(_SUFFIXES))
    return [path for path in named if path.stat().st_size <= MAX_BYTES and re.search(_ABOUT_IMAGES, path.read_bytes())]
