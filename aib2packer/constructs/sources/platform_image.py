"""PlatformImage: an image of the Azure Marketplace.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#platformimage-source
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.constructs.registry import Construct, exact_version_key, type_key
from aib2packer.diagnostics.codes import source as codes
from aib2packer.hcl.nodes import Attribute, Block
from aib2packer.ir.sources import MarketplaceImage, Plan
from aib2packer.ir.values import Literal
from aib2packer.lowering.lowered import NOTHING, Lowered, source_settings, together
from aib2packer.lowering.pieces import setting
from aib2packer.lowering.requirements import Prerequisite, Requirement, plan_words
from aib2packer.lowering.say import Say
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, nested, text

_PLAN = Shape(
    name="planInfo",
    keys=(
        exact("planName", text(), "`plan_info.plan_name`", required=True),
        exact("planProduct", text(), "`plan_info.plan_product`", required=True),
        exact("planPublisher", text(), "`plan_info.plan_publisher`", required=True),
    ),
)
_SHAPE = Shape(
    name="PlatformImage",
    keys=(
        type_key("PlatformImage"),
        exact("publisher", text(), "`image_publisher`"),
        exact("offer", text(), "`image_offer`"),
        exact("sku", text(), "`image_sku`"),
        exact("version", text(), "`image_version`"),
        exact("planInfo", nested(_PLAN), "`plan_info`", since="2020-02-14"),
        exact_version_key(),
    ),
)


def _read(fields: Fields) -> MarketplaceImage | None:
    publisher, offer, sku = (fields.text(name) for name in ("publisher", "offer", "sku"))
    plan = fields.fields("planInfo")
    version = fields.text("version")
    if publisher is None or offer is None or sku is None:
        missing = [name for name in ("publisher", "offer", "sku") if fields.text(name) is None]
        message = f"The PlatformImage has no `{'`, no `'.join(missing)}`. Add what is missing."
        fields.report_at("type", codes.INCOMPLETE_PLATFORM_IMAGE, message)
        return None
    return MarketplaceImage(
        path=fields.path,
        place=fields.place,
        publisher=publisher,
        offer=offer,
        sku=sku,
        version=version,
        plan=_read_plan(plan) if plan else None,
    )


def _read_plan(fields: Fields) -> Plan | None:
    name, product, publisher = (fields.text(key) for key in ("planName", "planProduct", "planPublisher"))
    return Plan(name=name, product=product, publisher=publisher) if name and product and publisher else None


def _lower(part: MarketplaceImage, say: Say) -> Lowered:
    return together(
        setting("source", "image_publisher", part.publisher, f"{part.path}.publisher", say),
        setting("source", "image_offer", part.offer, f"{part.path}.offer", say),
        setting("source", "image_sku", part.sku, f"{part.path}.sku", say),
        setting("source", "image_version", part.version or Literal("latest"), f"{part.path}.version", say),
        lower_plan(part.plan, f"{part.path}.planInfo", say) if part.plan is not None else NOTHING,
    )


def lower_plan(plan: Plan, path: str, say: Say) -> Lowered:
    """The purchase plan, which Azure wants to hear again for every VM made from an image of such an image."""
    values = {"plan_name": plan.name, "plan_product": plan.product, "plan_publisher": plan.publisher}
    keys = {"plan_name": "planName", "plan_product": "planProduct", "plan_publisher": "planPublisher"}
    body = tuple(
        Attribute(name=name, value=say.rendered(value, path), origin=(f"{path}.{keys[name]}",)) for name, value in values.items()
    )
    return source_settings("plan", Block(kind="plan_info", body=body, origin=(path,)))


def _requires(part: MarketplaceImage, say: Say) -> Iterator[Requirement]:
    """The terms of a plan are accepted once in each subscription."""
    words = plan_words(part, ("--publisher", "--offer", "--plan"))
    if part.plan is not None and say.template.subscription is not None:
        words = ("--subscription", say.template.subscription, *words)
        yield Prerequisite(
            what=("accepted terms of the Marketplace image ", part.plan.name),
            look=("vm", "image", "terms", "show", *words, "--query", "accepted"),
            make=("vm", "image", "terms", "accept", *words),
            answers=True,
        )


CONSTRUCTS = (
    Construct(
        group=Group.SOURCE,
        type_name="PlatformImage",
        shape=_SHAPE,
        reads=(MarketplaceImage,),
        read=_read,
        lower=_lower,
        requires=_requires,
        packer="`image_publisher`, `image_offer`, `image_sku`, `image_version`",
        packer_defaults={("azure-arm", "image_version"): "latest"},
    ),
)
