"""What the project of an image and that of its validators have in common: where the VM comes from, and the steps in it."""

from __future__ import annotations

from aib2packer.constructs.registry import lowering
from aib2packer.constructs.sources.asked import lower_asked_source
from aib2packer.hcl.nodes import Token
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import AskedImage, ImageTemplate, Step
from aib2packer.lowering.project import Project


def lower_source(template: ImageTemplate, project: Project) -> None:
    """Writes the image that the VM is made from."""
    if isinstance(template.source, AskedImage):
        lower_asked_source(template.source, project)
    else:
        lowering(template.source)(template.source, project)


def lower_steps(steps: tuple[Step, ...], project: Project) -> None:
    """Writes the steps, each under its condition where it has one."""
    for step in steps:
        project.condition = _condition(step, project)
        lowering(step)(step, project)
    project.condition = None


def _condition(step: Step, project: Project) -> HclText | None:
    if step.when is None:
        return None
    expression = project.plain(step.when, step.path)
    return expression.text if isinstance(expression, Token) else None
