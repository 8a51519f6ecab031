"""Notes about what is around the image templates of a deployment: other resources, outputs, parameters without use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import (
    Input,
    Literal,
    ObjectOf,
    Variable,
    walk,
)
from aib2packer.source import gallery_definitions
from aib2packer.source.template_shape import at_path, start_of
from aib2packer.source.walk_parts import Deployed

DECIDED = "decidedAtConversion"
"""The key of a template's metadata under which a reader lists the parameters that it needed. It has findings for these, and for the
other resources of its file."""


def report_surroundings(root: ObjectOf, others: Mapping[str, None], findings: Findings) -> None:
    """Notes what else is in the file: other resources, outputs, and that Bicep made it."""
    named_by_reader = {gallery_definitions.TYPE} if at_path(root, "metadata", DECIDED) is not None else set()
    named = sorted(others.keys() - named_by_reader)
    if named:
        names = ", ".join(named)
        message = f"The deployment also creates other resources ({names}). Keep a deployment for them."
        section = root.get("resources")
        findings.add(codes.OTHER_RESOURCES, message, place=start_of(section))
    outputs = root.get("outputs")
    if isinstance(outputs, ObjectOf) and outputs.entries:
        message = "The outputs of the deployment are not converted. The build writes what it creates into manifest.json."
        findings.add(codes.OUTPUTS_LEFT, message, place=start_of(outputs))
    generator = at_path(root, "metadata", "_generator", "name")
    if generator == Literal("bicep"):
        message = "Bicep compiled this file. Keep the Bicep file as the source of everything but the image."
        findings.add(codes.MADE_BY_BICEP, message, place=start_of(root.get("metadata")))


def report_unused(inputs: Iterable[Input], results: tuple[Deployed, ...], findings: Findings) -> None:
    """Notes the parameters that no image template uses."""
    used: set[str] = set()
    for deployed in results:
        values = [deployed.value, *(value for _, value in deployed.locals)]
        pending = [each.name.lower() for value in values for each in walk(value) if isinstance(each, Variable)]
        pending += map(str.lower, deployed.asked)
        defaults = {each.name.lower(): each.default for each in deployed.inputs if each.default is not None}
        while pending:
            name = pending.pop()
            if name not in used:
                used.add(name)
                pending += (
                    [each.name.lower() for each in walk(defaults[name]) if isinstance(each, Variable)] if name in defaults else []
                )
    if not results or findings.has_errors() or any(each.said.has_errors() for each in results):
        return
    left = [each for each in inputs if each.name.lower() not in used]
    if left:
        names = ", ".join(each.name for each in left)
        message = f"Left out because the image does not use {'it' if len(left) == 1 else 'them'}: {names}."
        findings.add(codes.PARAMETER_WITHOUT_PART, message, place=left[0].place, path="parameters")
