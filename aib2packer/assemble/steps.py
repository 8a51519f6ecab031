"""What the project of an image and that of its validators have in common: where the VM comes from, and the steps in it."""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.constructs.registry import lowering
from aib2packer.constructs.sources.asked import lower_asked_source
from aib2packer.hcl.nodes import Attribute, Block, Gap, Item, Listing, Token, raw, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.parts import Step
from aib2packer.ir.sources import AskedImage
from aib2packer.ir.template import ImageTemplate
from aib2packer.lowering.lowered import Lowered
from aib2packer.lowering.say import Say


def lower_source(template: ImageTemplate, say: Say) -> Lowered:
    """The image that the VM is made from."""
    if isinstance(template.source, AskedImage):
        return lower_asked_source(template.source, say)
    return lowering(template.source)(template.source, say)


def lower_steps(steps: tuple[Step, ...], say: Say) -> tuple[Lowered, ...]:
    """The steps, each under its condition where it has one."""
    return tuple(_lower_step(step, say) for step in steps)


def _lower_step(step: Step, say: Say) -> Lowered:
    expression = say.plain(step.when, step.path) if step.when is not None else None
    lowered = lowering(step)(step, say)
    if not isinstance(expression, Token):
        return lowered
    condition = expression.text
    return replace(lowered, steps=tuple(_under(condition, item) if isinstance(item, Block) else item for item in lowered.steps))


def _under(condition: HclText, block: Block) -> Block:
    """A provisioner that is there only if a condition holds."""
    settings: tuple[Item, ...] = (
        Attribute(name="for_each", value=raw(f"{condition} ? [1] : []")),
        Attribute(name="labels", value=Listing(tuple(string(label) for label in block.labels))),
        Gap(),
        Block(kind="content", body=block.body),
    )
    return Block(kind="dynamic", labels=(block.kind,), body=settings, origin=block.origin)
