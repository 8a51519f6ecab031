"""Which subscription the build VM is made in."""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.ir.parts import ResourceId
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Access, Input, Kind, Literal, Role, Value


def with_subscription(template: ImageTemplate) -> ImageTemplate:
    """The template with the subscription to build in: that of what must be in it, else that of the outputs, else asked."""
    candidates = [each for each in _subscriptions(template) if each != Literal("")]
    chosen = candidates[0] if candidates else None
    inputs = template.inputs
    if chosen is None:
        asked = Input(
            name="subscription_id",
            role=Role.AZURE,
            kind=Kind.TEXT,
            description="Subscription to build in.",
        )
        chosen, inputs = asked.reference, (*inputs, asked)
    return replace(template, subscription=chosen, inputs=inputs)


def _subscriptions(template: ImageTemplate) -> list[Value]:
    """In the order of how sure they are: first what Packer looks for in the build's own subscription.

    Images that can be made from a gallery version, after the build, may be in another one than the rest.
    """
    outputs = template.outputs
    of_homes = [output.home.subscription for output in outputs if output.home is not None]
    of_others = [output.resource.subscription for output in outputs if output.home is None and output.resource is not None]
    held = [each.subscription for each in _what_holds_the_vm(template)]
    return [*held, *of_homes, *of_others] if of_others else [*of_homes, *held]


def _what_holds_the_vm(template: ImageTemplate) -> list[ResourceId]:
    """What Packer finds in its own subscription only: the network, the source image, and a staging group that cannot be empty."""
    held: list[ResourceId] = []
    if template.staging_group is not None and not isinstance(template.staging_group.resource_group, Access):
        held.append(template.staging_group)
    if template.machine.subnet is not None:
        held.append(template.machine.subnet.network)
    if template.source.managed_image is not None:
        held.append(template.source.managed_image)
    return held
