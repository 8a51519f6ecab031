"""Tells Linux from Windows: a template does not say it, but its image, its steps and its destinations do (aib-service 2.10)."""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.diagnostics.codes import construct as codes
from aib2packer.ir.choices import Os
from aib2packer.ir.template import (
    CopyFile,
    ImageDefinition,
    MarketplaceImage,
    RestartWindows,
    RunPowerShell,
    RunShell,
    Source,
    Step,
    UpdateWindows,
)
from aib2packer.ir.text import known_text
from aib2packer.schema.fields import Reading

_BY_STEP = {
    RunShell: Os.LINUX,
    RunPowerShell: Os.WINDOWS,
    RestartWindows: Os.WINDOWS,
    UpdateWindows: Os.WINDOWS,
}
_STEP_NAMES = {
    RunShell: "Shell",
    RunPowerShell: "PowerShell",
    RestartWindows: "WindowsRestart",
    UpdateWindows: "WindowsUpdate",
    CopyFile: "File",
}
_WINDOWS_WORDS = ("windows", "win10", "win11", "visualstudio", "sqlserver", "dynamics", "sharepoint", "biztalk")
_LINUX_WORDS = (
    "canonical",
    "ubuntu",
    "redhat",
    "rhel",
    "centos",
    "openlogic",
    "debian",
    "suse",
    "sles",
    "oracle",
    "almalinux",
    "rocky",
    "linux",
    "mariner",
    "flatcar",
    "fedora",
    "credativ",
    "kali",
)
_NAMES = {Os.LINUX: "Linux", Os.WINDOWS: "Windows"}


def tell_os(
    source: Source | None, made: Sequence[ImageDefinition], steps: tuple[Step, ...], asked: Os | None, reading: Reading
) -> Os | None:
    """The operating system: as asked for, else by the image, its definition or the steps; None, after a finding, if unknown."""
    found = asked or _of_image(source) or next((each.os for each in made if each.os is not None), None)
    by_steps = {os for step in steps if (os := _of_step(step)) is not None}
    if found is None and len(by_steps) == 1:
        found = by_steps.pop()
    if found is None:
        _say_unknown(by_steps, source, reading)
        return None
    why = "--os is" if asked else "the image is"
    for step in steps:
        _check_step(step, found, why, reading)
    return found


def _check_step(step: Step, found: Os, why: str, reading: Reading) -> None:
    wanted = _of_step(step)
    if wanted is None or wanted is found:
        return
    name = _STEP_NAMES[type(step)]
    what = (
        f"The {name} step copies to a path of {_NAMES[wanted]}"
        if isinstance(step, CopyFile)
        else f"{name} runs on {_NAMES[wanted]}"
    )
    message = f"{what}, but {why} {_NAMES[found]}. Remove the step, or correct the image or --os."
    reading.findings.add(codes.WRONG_OS, message, place=step.place, path=step.path)


def _say_unknown(by_steps: set[Os], source: Source | None, reading: Reading) -> None:
    if by_steps:
        message = "Some steps run on Linux, others on Windows. Remove those for one of them, or use --os linux or --os windows."
        reading.findings.add(codes.OS_CONFLICT, message, path="properties.customize")
    elif source is not None:
        message = "The operating system is unknown: neither the image nor a step names it. Use --os linux or --os windows."
        reading.findings.add(codes.UNKNOWN_OS, message, place=source.place, path=source.path)


def _of_image(source: Source | None) -> Os | None:
    if not isinstance(source, MarketplaceImage):
        return None
    texts = " ".join((known_text(value) or "") for value in (source.publisher, source.offer, source.sku)).lower()
    if any(word in texts for word in _WINDOWS_WORDS):
        return Os.WINDOWS
    return Os.LINUX if any(word in texts for word in _LINUX_WORDS) else None


def _of_step(step: Step) -> Os | None:
    if isinstance(step, CopyFile):
        destination = known_text(step.destination) or ""
        if destination.startswith("/"):
            return Os.LINUX
        return Os.WINDOWS if destination[1:3] in (":\\", ":/") else None
    return _BY_STEP.get(type(step))
