"""The scripts of steps that download in the build VM (``--downloads vm``)."""

from __future__ import annotations

from aib2packer.constructs.project import VM_VALUES, InVm, Project, Script
from aib2packer.constructs.vm_downloads import BLOB_SUFFIXES
from aib2packer.emitters.fetch_scripts import blob_pattern
from aib2packer.emitters.script_languages import POWERSHELL, SHELL, own_script
from aib2packer.ir.template import Os

_PACKED = (".gz", ".tgz")


def vm_scripts(project: Project) -> tuple[Script, ...]:
    """A script for each step that downloads by itself."""
    template, values = ("download.ps1.j2", _powershell) if project.template.os is Os.WINDOWS else ("download.sh.j2", _shell)
    return tuple(own_script(each.path, template, {**_common(each), **values(each)}) for each in project.in_vm)


def _shell(script: InVm) -> dict[str, object]:
    values = _values(script)
    lines = [_shell_line(name, values[name]) for name in VM_VALUES if name in values]
    return {"values": lines, "asked": _variables(script, "")}


def _shell_line(name: str, text: str | None) -> str:
    if name == "signature":
        return f'address="$address?$DOWNLOAD_{name.upper()}"'
    return f"{name}={SHELL.quoted((text,))}" if text is not None else f"{name}=$DOWNLOAD_{name.upper()}"


def _powershell(script: InVm) -> dict[str, object]:
    values = _values(script)
    lines = [_powershell_line(name, values[name]) for name in VM_VALUES if name in values]
    stem = script.path.rpartition("/")[2]
    return {
        "values": lines,
        "asked": [POWERSHELL.quoted((name,)) for name in _variables(script, "Env:")],
        "blob_pattern": blob_pattern(),
        "file": POWERSHELL.quoted((f"c:\\Windows\\Temp\\{stem}",)),
        "quoted_name": POWERSHELL.quoted((script.name,)),
        "failure": script.failure,
    }


def _powershell_line(name: str, text: str | None) -> str:
    if name == "signature":
        return '$address = "${address}?$env:DOWNLOAD_SIGNATURE"'
    return f"${name} = {POWERSHELL.quoted((text,)) if text is not None else f'$env:DOWNLOAD_{name.upper()}'}"


def _values(script: InVm) -> dict[str, str | None]:
    """What is known, and None for what is asked, by name."""
    values: dict[str, str | None] = dict.fromkeys(script.asked)
    return {**values, **dict(script.known)}


def _variables(script: InVm, prefix: str) -> tuple[str, ...]:
    return tuple(f"{prefix}DOWNLOAD_{name.upper()}" for name in script.asked)


def _common(script: InVm) -> dict[str, object]:
    return {
        "name": script.name,
        "refused": _why(script),
        "plain_http": script.plain_http,
        "has_checksum": script.has("sha256"),
        "asks_checksum": "sha256" in script.asked,
        "has_identity": script.has("identity"),
        "has_destination": script.has("destination"),
        "unpacks": not script.name.lower().endswith(_PACKED),
        "blob_suffixes": BLOB_SUFFIXES,
    }


def _why(script: InVm) -> str:
    """What to do where the server does not give the file."""
    if script.has("signature"):
        return "check the address, and whether the shared access signature has expired"
    if script.has("identity"):
        return "check the address, and that the identity of the build VM has the role Storage Blob Data Reader on it"
    return "check the address; a private blob needs a shared access signature, or an identity in vmProfile.userAssignedIdentities"
