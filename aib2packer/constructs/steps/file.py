"""File: one downloaded file, put into the VM.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#file-customizer
https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/file/provisioner.go
"""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.constructs.download_keys import address_key, checksum_key, read_download
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import customize as codes
from aib2packer.diagnostics.codes import download as download_codes
from aib2packer.hcl.nodes import Attribute, Block, Token
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Downloads, Os
from aib2packer.ir.parts import Download, Step
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Value, joined
from aib2packer.lowering.downloads import file_in_project
from aib2packer.lowering.file_names import file_name
from aib2packer.lowering.lowered import Lowered, provisioners
from aib2packer.lowering.pieces import step_name
from aib2packer.lowering.say import Say
from aib2packer.lowering.vm_downloads import put_in_vm
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, text

_LARGE = (".zip", ".7z", ".cab", ".gz", ".msi", ".msix", ".msu", ".exe", ".iso", ".vhd", ".vhdx")
"""Extensions of archives, installers and disks."""


class CopyFile(Step, frozen=True, kw_only=True):
    """Puts a downloaded file into the VM; ``destination`` includes the file's name."""

    file: Download
    destination: Value


def _shape(name: str) -> Shape:
    return Shape(
        name=name,
        keys=(
            type_key("File"),
            exact("name", text(), "`name`"),
            address_key("sourceUri"),
            exact("destination", text(), "`destination`"),
            checksum_key(),
        ),
    )


def _read(fields: Fields) -> CopyFile | None:
    name = fields.text("name")
    file = read_download(fields, "sourceUri", "file")
    destination = fields.text("destination")
    if file is None or destination is None:
        missing = "sourceUri" if file is None else "destination"
        message = f"The File step has no `{missing}`. Add it."
        fields.report_at("type", codes.NO_DESTINATION, message)
        return None
    return CopyFile(path=fields.path, place=fields.place, name=name, file=file, destination=destination)


def _lower(part: CopyFile, say: Say) -> Lowered:
    name = step_name(part, say)
    if say.choices.downloads is Downloads.VM:
        return _lower_in_vm(part, name, say)
    source, lowered = file_in_project(part.file, say, script=False)
    _note_upload(part, source, say)
    destination = say.never_braces(_whole(part, source), f"{part.path}.destination")
    body = (
        *((name,) if name else ()),
        Attribute(name="source", value=Token(source), origin=(part.file.path,)),
        Attribute(name="destination", value=destination, origin=(f"{part.path}.destination",)),
    )
    return lowered + provisioners(Block(kind="provisioner", labels=("file",), body=body, origin=(part.path,)))


def _note_upload(part: CopyFile, source: HclText, say: Say) -> None:
    """Once for each template: Image Builder downloads beside the VM, while Packer uploads through WinRM."""
    is_large = source.strip('"').lower().endswith(_LARGE) and say.template.os is Os.WINDOWS
    if is_large and all(found.code is not download_codes.UPLOADED_BY_WINRM for found in say.findings):
        message = (
            "Packer uploads this file through WinRM, which is slow for large files. Use --downloads vm to download in the "
            "build VM."
        )
        say.findings.add(download_codes.UPLOADED_BY_WINRM, message, place=part.file.url.place, path=part.file.path)


def _whole(part: CopyFile, source: HclText) -> Value:
    """The destination; in a folder, with the file's own name where the project had to give the file another one."""
    name = file_name(part.file)
    if not (known_text(part.destination) or "").endswith(("/", "\\")) or source.endswith(f'/{name}"'):
        return part.destination
    return joined(part.destination, name)


def _lower_in_vm(part: CopyFile, name: Attribute | None, say: Say) -> Lowered:
    kind = "powershell" if say.template.os is Os.WINDOWS else "shell"
    settings, lowered = put_in_vm(part, part.file, part.destination, say)
    body = (*((name,) if name else ()), *settings)
    return lowered + provisioners(Block(kind="provisioner", labels=(kind,), body=body, origin=(part.path,)))


def _runs_on(part: CopyFile) -> Os | None:
    """By the form of the destination."""
    destination = known_text(part.destination) or ""
    if destination.startswith("/"):
        return Os.LINUX
    return Os.WINDOWS if destination[1:3] in (":\\", ":/") else None


_STEP = Construct(
    group=Group.STEP,
    type_name="File",
    shape=_shape("File"),
    reads=(CopyFile,),
    read=_read,
    lower=_lower,
    runs_on=_runs_on,
    os_words="The File step copies to a path of",
    packer='`provisioner "file"`',
    since="2019-05-01-preview",
)
CONSTRUCTS = (_STEP, replace(_STEP, group=Group.VALIDATOR, shape=_shape("File validator"), since="2022-07-01"))
