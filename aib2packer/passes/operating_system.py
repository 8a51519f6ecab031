"""Tells Linux from Windows: a template does not say it, but its image, its steps and its destinations do.

Source: https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from aib2packer.diagnostics.codes import customize as customize_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.ir.choices import Os
from aib2packer.ir.outputs import Output
from aib2packer.ir.parts import Step
from aib2packer.ir.sources import Source
from aib2packer.ir.text import known_text
from aib2packer.schema.fields import Reading

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


class OsOfStep(Struct, frozen=True):
    """A step that runs on one operating system only; ``words`` say why, before its name (`Shell runs on`)."""

    step: Step
    os: Os
    words: str


def tell_os(
    source: Source | None, outputs: Sequence[Output], steps: Sequence[OsOfStep], asked: Os | None, reading: Reading
) -> Os | None:
    """The operating system: as asked for, else by the image, its definition or the steps; None, after a finding, if unknown."""
    found = asked or _of_image(source) or _of_definition(outputs)
    by_steps = {each.os for each in steps}
    if found is None and len(by_steps) == 1:
        found = by_steps.pop()
    if found is None:
        _report_unknown(by_steps, source, reading)
        return None
    why = "--os is" if asked else "the image is"
    for each in steps:
        if each.os is not found:
            _report_wrong(each, found, why, reading)
    return found


def _report_wrong(told: OsOfStep, found: Os, why: str, reading: Reading) -> None:
    message = f"{told.words} {_NAMES[told.os]}, but {why} {_NAMES[found]}. Remove the step, or correct the image or --os."
    reading.findings.add(customize_codes.WRONG_OS, message, place=told.step.place, path=told.step.path)


def _report_unknown(by_steps: set[Os], source: Source | None, reading: Reading) -> None:
    if by_steps:
        message = "Some steps run on Linux, others on Windows. Remove those for one of them, or use --os linux or --os windows."
        reading.findings.add(template_codes.OS_CONFLICT, message, path="properties.customize")
    elif source is not None:
        message = "The operating system is unknown: neither the image nor a step names it. Use --os linux or --os windows."
        reading.findings.add(template_codes.UNKNOWN_OS, message, place=source.place, path=source.path)


def _of_definition(outputs: Sequence[Output]) -> Os | None:
    made = (each.made_definition for each in outputs)
    return next((each.os for each in made if each is not None and each.os is not None), None)


def _of_image(source: Source | None) -> Os | None:
    if source is None:
        return None
    texts = " ".join((known_text(value) or "") for value in source.urn[:3]).lower()
    if any(word in texts for word in _WINDOWS_WORDS):
        return Os.WINDOWS
    return Os.LINUX if any(word in texts for word in _LINUX_WORDS) else None
