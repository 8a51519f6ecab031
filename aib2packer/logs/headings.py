"""What Packer and its plugins say when a step begins, and when the steps are over.

Seen in logs of Packer 1.6 to 1.16, and of the plugins for Azure and Windows updates.
"""

from __future__ import annotations

import re

from msgspec import Struct

from aib2packer.logs.masking import masked, script_name

_AFTER = (
    "Provisioning step had errors",
    "Querying the machine",
    "Powering off machine",
    "Generalizing machine",
    "Capturing image",
    "Skipping image creation",
    "Publishing to Shared Image Gallery",
    "Deleting individual resources",
    "Deleting Virtual Machine deployment",
    "Cleanup requested",
)
_PAUSE = " before the next provisioner..."
_SCRIPT = re.compile(r"Provisioning with (shell|powershell) script: (.+)")
_PROVISIONER = re.compile(r"Provisioning with ([\w .-]{1,60}?)\.*")
_LOCAL = re.compile(r"Running local shell script: (.+)")
_COPY = re.compile(r"(?:Up|Down)loading (.+) => (.+)")
_AFTERWARDS = re.compile(r"Running post-processor: ([^(]*?) ?(?:\(type ([^)]+)\))?")
HINTED = ("shell", "powershell", "windows-shell", "shell-local")
"""The kinds whose first line of output tells which step it is."""
_SCRIPTED = ("powershell", "windows-shell")
_WORDS = {
    "Restarting Machine": "windows-restart",
    "Running Windows update...": "windows-update",
    "Uploading the Windows update elevated script...": "windows-update",
}
_FIRST = frozenset({"Provisioning", "Running", "Uploading", "Downloading", "Restarting"})


class Heading(Struct, frozen=True):
    """The beginning of a step: its kind, and what it runs. ``script`` is False where the scripts are named in the next lines."""

    kind: str
    what: str = ""
    script: bool = True


def ends_a_step(text: str) -> bool:
    """Whether what comes after the line is none of the step's."""
    return text.startswith(_AFTER) or text.endswith(_PAUSE)


def heading_of(text: str, announced: str) -> Heading | None:
    """The step that a line begins, if it does; ``announced`` is the kind whose scripts are named now.

    >>> heading_of("Provisioning with shell script: /srv/a.sh", "")
    Heading(kind='shell', what='a.sh', script=True)
    """
    if text.partition(" ")[0] not in _FIRST:
        return None
    if kind := _WORDS.get(text):
        return Heading(kind)
    if script := _SCRIPT.fullmatch(text):
        return Heading(announced or script[1], script_name(script[2]))
    if local := _LOCAL.fullmatch(text):
        return Heading("shell-local", script_name(local[1]))
    if copy := _COPY.fullmatch(text):
        return Heading("file", masked(copy[2]))
    if after := _AFTERWARDS.fullmatch(text):
        return Heading(f"post-processor {after[2] or after[1]}", after[1] if after[2] else "")
    if provisioner := _PROVISIONER.fullmatch(text):
        kind = provisioner[1].lower()
        return Heading(kind, script=kind not in _SCRIPTED)
    return None
