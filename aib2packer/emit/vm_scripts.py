"""The scripts of steps that download in the build VM (``--downloads vm``)."""

from __future__ import annotations

import re

from aib2packer.emit.script_languages import POWERSHELL, SHELL, own_script
from aib2packer.ir.choices import Os
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import VM_VALUES, InVm, Script


def vm_scripts(build: Build) -> tuple[Script, ...]:
    """A script for each step that downloads its file in the VM."""
    template, values = ("download.ps1.j2", _powershell) if build.os is Os.WINDOWS else ("download.sh.j2", _shell)
    blob = blob_pattern(build.cloud.storage)
    return tuple(
        own_script(each.path, template, {**_common(each), **values(each), "blob_pattern": blob}) for each in build.files.in_vm
    )


def blob_pattern(storage: str) -> str:
    r"""The URLs of blobs without a query, as a regular expression of grep and PowerShell: a token is sent nowhere else.

    >>> print(blob_pattern("core.windows.net"))
    ^https://[a-z0-9.]+\.blob\.core\.windows\.net/[^?]*$
    """
    return rf"^https://[a-z0-9.]+\.blob\.{re.escape(storage)}/[^?]*$"


def _shell(script: InVm) -> dict[str, object]:
    """Values with the environment variables that Packer passes; ``~`` is the folder in which a step starts."""
    known = {name: text.removeprefix("~/") if name == "destination" else text for name, text in script.known}
    values = {**{name: f"$DOWNLOAD_{name.upper()}" for name in script.asked}, **{k: SHELL.quoted((v,)) for k, v in known.items()}}
    http = " --proto '=https,http' --proto-redir '=https'" if script.plain_http else " --proto '=https'"
    return {
        "values": [f"{name}={values[name]}" for name in VM_VALUES if name in values],
        "asked": [f"DOWNLOAD_{name.upper()}" for name in script.asked],
        "curl": f'--fail --silent --show-error --location{http} --retry 5 --config - --output "$file"',
    }


def _powershell(script: InVm) -> dict[str, object]:
    name = script.name if script.has("destination") or script.name.endswith(".ps1") else f"{script.name}.ps1"
    values = {
        **{name: f"$env:DOWNLOAD_{name.upper()}" for name in script.asked},
        **{name: POWERSHELL.quoted((text,)) for name, text in script.known},
    }
    return {
        "values": [f"${name} = {values[name]}" for name in VM_VALUES if name in values],
        "asked": [f"'Env:DOWNLOAD_{name.upper()}'" for name in script.asked],
        "file": POWERSHELL.quoted((f"c:\\Windows\\Temp\\{name}",)),
        "failure": script.failure,
    }


def _common(script: InVm) -> dict[str, object]:
    return {
        "name": script.name,
        "has_checksum": script.has("sha256"),
        "asks_checksum": "sha256" in script.asked,
        "has_identity": script.has("identity"),
        "has_destination": script.has("destination"),
        "is_open": "url" in script.asked,
    }
