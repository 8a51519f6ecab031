"""The least that a construct needs to be lowered by itself."""

from __future__ import annotations

from aib2packer.arm.resolve import Resolver
from aib2packer.constructs.key_names import key_names
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.choices import Choices, Os
from aib2packer.ir.clouds import PUBLIC
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.sources import MarketplaceImage
from aib2packer.ir.template import ErrorHandling, ImageTemplate, Machine
from aib2packer.ir.values import Literal, joined
from aib2packer.lowering.names import names_of
from aib2packer.lowering.say import Say

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
LINUX = ImageTemplate(
    name="image",
    file="template.json",
    api_version="2024-02-01",
    os=Os.LINUX,
    cloud=PUBLIC,
    location=Literal("westeurope"),
    source=MarketplaceImage(
        path="properties.source",
        publisher=Literal("canonical"),
        offer=Literal("ubuntu-24_04-lts"),
        sku=Literal("server"),
        version=None,
        plan=None,
    ),
    machine=Machine(),
    steps=(),
    outputs=(),
    checks=None,
    build_minutes=None,
    staging_group=None,
    resource_tags=(),
    errors=ErrorHandling(),
    identities=(),
    subscription=Literal(SUBSCRIPTION),
    inputs=(),
)
"""A template that does nothing and makes nothing."""


def say_for(template: ImageTemplate = LINUX, choices: Choices | None = None) -> Say:
    """What writes the parts of a template, before any of them is written."""
    findings = Findings()
    resolver = Resolver(template.inputs, template.locals, findings, key_names().addresses)
    names = names_of(template, choices or Choices())
    return Say(template=template, findings=findings, resolver=resolver, names=names, choices=choices or Choices())


def resource(*names: str, kind: str, subscription: str = SUBSCRIPTION) -> ResourceId:
    """A resource of this kind (``galleries/images``) in the group ``rg``, by its own name and those of its parents."""
    segments = "/".join(f"{each}/{name}" for each, name in zip(kind.split("/"), names, strict=True))
    return ResourceId(
        subscription=Literal(subscription),
        resource_group=Literal("rg"),
        names=tuple(Literal(name) for name in names),
        whole=joined(f"/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Compute/{segments}"),
    )
