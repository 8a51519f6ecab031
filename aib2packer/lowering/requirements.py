"""What must be there before a build, and who may do what: each thing with the az command that looks for it and the one that makes it.

Groups, galleries and image definitions must exist.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-distribute
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
https://github.com/hashicorp/packer/issues/9423
"""

from __future__ import annotations

from msgspec import Struct

from aib2packer.ir.clouds import PUBLIC, Cloud
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.sources import Source
from aib2packer.ir.values import Value, joined

Command = tuple[str | Value, ...]
"""The words of an az command, without ``az``."""


class Prerequisite(Struct, frozen=True, kw_only=True):
    """A thing that must exist: what it is, how az finds it (with ``true`` as its answer, or at all), how az makes it.

    ``expects``: values that its properties must have, one of each. ``deployed``: the template's own deployment makes it.
    """

    what: Command
    look: Command
    make: Command
    answers: bool = False
    expects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    deployed: bool = False


class IdOf(Struct, frozen=True):
    """The id of what an az command shows, where the template does not tell it."""

    what: Command
    show: Command


class NeededRole(Struct, frozen=True, kw_only=True):
    """A role that the account that runs Packer needs, and on what; ``also`` are other roles that hold its rights."""

    name: str
    scope: Value | IdOf
    also: tuple[str, ...] = ("Owner", "Contributor")


Requirement = Prerequisite | NeededRole


def in_cloud(cloud: Cloud) -> tuple[Prerequisite, ...]:
    """That az works with the cloud of the template; the public one is its default."""
    if cloud is PUBLIC:
        return ()
    look = ("account", "show", "--query", f"environmentName == '{cloud.name}'")
    what = f"az signed in to {cloud.name}, the cloud of the region"
    return (Prerequisite(what=(what,), look=look, make=("cloud", "set", "-n", cloud.name), answers=True),)


def group(resource: ResourceId, location: Value) -> Prerequisite:
    """The resource group of a resource."""
    words: Command = ("--subscription", resource.subscription, "-n", resource.resource_group)
    return Prerequisite(
        what=("resource group ", resource.resource_group),
        look=("group", "show", *words),
        make=("group", "create", *words, "-l", location),
    )


def contributor(resource: ResourceId) -> NeededRole:
    """The role that makes, replaces and deletes what is in the resource group of a resource."""
    return NeededRole(name="Contributor", scope=group_id(resource), also=("Owner",))


def reader(resource: ResourceId) -> NeededRole:
    """The role that reads what is in the resource group of a resource."""
    return NeededRole(name="Reader", scope=group_id(resource))


def group_id(resource: ResourceId) -> Value:
    """The id of the resource group of a resource."""
    return joined("/subscriptions/", resource.subscription, "/resourceGroups/", resource.resource_group)


def in_gallery(definition: ResourceId) -> Command:
    """The words that name an image definition."""
    gallery, image = definition.names
    return (
        *("--subscription", definition.subscription, "-g", definition.resource_group),
        *("-r", gallery, "-i", image),
    )


def plan_words(source: Source, options: tuple[str, str, str]) -> Command:
    """Publisher, product and name of a source's plan, each after its option; nothing where there is no plan."""
    plan = source.purchase_plan
    values = (plan.publisher, plan.product, plan.name) if plan is not None else ()
    return tuple(word for pair in zip(options, values, strict=False) for word in pair)
