"""What must be there before the first build, each with the az command that looks for it and the one that makes it.

Source: aib-service 2.11 (groups, galleries and definitions must exist), packer-mapping 1.4 to 1.7; users-wishes (b).
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from aib2packer.constructs.distribute_vhd import blob_place, storage_group
from aib2packer.constructs.project import Project, joined, known_text
from aib2packer.constructs.vm_profile import default_size
from aib2packer.ir.defaults import VM_SIZE_GEN1
from aib2packer.ir.template import (
    DiskFileOutput,
    ExistingImage,
    GalleryImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    MarketplaceImage,
    ResourceId,
)
from aib2packer.ir.values import Joined, Literal, Value, Variable

Command = tuple[str | Value, ...]
"""The words of an az command, without ``az``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prerequisite:
    """A thing that must exist: what it is, how az finds it (with ``true`` as its answer, or at all), how az makes it."""

    what: Command
    look: Command
    make: Command
    answers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role that whoever builds needs, and on what."""

    name: str
    scope: Value


def prerequisites(template: ImageTemplate) -> tuple[Prerequisite, ...]:
    """Everything, in the order in which a person would make it; what is needed twice stands there once."""
    found = [*_of_source(template), *_of_machine(template)]
    for output in template.outputs:
        if isinstance(output, ManagedImageOutput):
            found.append(_group(output.image, output.location))
        elif isinstance(output, GalleryOutput):
            found += [_group(output.definition, template.location), _gallery(output), _definition(output, template)]
        elif isinstance(output, DiskFileOutput):
            found += _container(output)
    return tuple({each.look: each for each in reversed(found)}.values())[::-1]


def roles(template: ImageTemplate) -> tuple[Role, ...]:
    """The roles that Image Builder's identity has, for whoever builds."""
    found: list[Role] = []
    for output in template.outputs:
        if isinstance(output, ManagedImageOutput):
            found.append(Role(name="Contributor", scope=_group_id(output.image)))
        elif isinstance(output, GalleryOutput):
            found.append(Role(name="Contributor", scope=_group_id(output.definition)))
        elif isinstance(output, DiskFileOutput):
            found.append(Role(name="Storage Blob Data Contributor", scope=_account_id(output, template)))
    if template.staging_group is not None:
        found.append(Role(name="Contributor", scope=template.staging_group.whole))
    if template.machine.subnet is not None and known_text(template.machine.subnet.network.subscription) != "":
        found.append(Role(name="Network Contributor", scope=_group_id(template.machine.subnet.network)))
    if isinstance(template.machine.identities, tuple):
        found += [Role(name="Managed Identity Operator", scope=each) for each in template.machine.identities]
    return tuple(dict.fromkeys(found))


def _group_id(resource: ResourceId) -> Value:
    return joined("/subscriptions/", resource.subscription, "/resourceGroups/", resource.resource_group)


def _account_id(output: DiskFileOutput, template: ImageTemplate) -> Value:
    """The storage account of a VHD; the template names the account, but not its group, for which Packer asks."""
    assert template.subscription is not None
    account, _ = blob_place(output)
    group = joined("/subscriptions/", template.subscription, "/resourceGroups/", storage_group(output).reference)
    return joined(group, "/providers/Microsoft.Storage/storageAccounts/", account)


def _of_source(template: ImageTemplate) -> Iterator[Prerequisite]:
    source = template.source
    if isinstance(source, MarketplaceImage) and source.plan is not None:
        plan = source.plan
        words: Command = ("--publisher", plan.publisher, "--offer", plan.product, "--plan", plan.name)
        yield Prerequisite(
            what=("the accepted terms of the Marketplace image ", plan.name),
            look=("vm", "image", "terms", "show", *words, "--query", "accepted"),
            make=("vm", "image", "terms", "accept", *words),
            answers=True,
        )
    if isinstance(source, ExistingImage):
        image = source.image
        words = ("--subscription", image.subscription, "-g", image.resource_group, "-n", image.names[0])
        yield Prerequisite(what=("the source image ", image.names[0]), look=("image", "show", *words), make=())
    if isinstance(source, GalleryImage):
        look: Command = ("sig", "image-definition", "show", *_in_gallery(source.definition))
        yield Prerequisite(what=("the source image definition ", source.definition.names[1]), look=look, make=())


def _of_machine(template: ImageTemplate) -> Iterator[Prerequisite]:
    subnet = template.machine.subnet
    if subnet is not None and known_text(subnet.network.subscription) != "":
        yield Prerequisite(
            what=("the subnet ", subnet.name),
            look=("network", "vnet", "subnet", "show", "--ids", subnet.network.whole),
            make=(),
        )
    for identity in template.machine.identities if isinstance(template.machine.identities, tuple) else ():
        yield Prerequisite(what=("the identity ", identity), look=("identity", "show", "--ids", identity), make=())


def _group(resource: ResourceId, location: Value) -> Prerequisite:
    words: Command = ("--subscription", resource.subscription, "-n", resource.resource_group)
    return Prerequisite(
        what=("the resource group ", resource.resource_group),
        look=("group", "show", *words),
        make=("group", "create", *words, "-l", location),
    )


def _in_gallery(definition: ResourceId) -> Command:
    gallery, image = definition.names
    return (
        *("--subscription", definition.subscription, "-g", definition.resource_group),
        *("-r", gallery, "-i", image),
    )


def _gallery(output: GalleryOutput) -> Prerequisite:
    definition = output.definition
    words: Command = ("--subscription", definition.subscription, "-g", definition.resource_group, "-r", definition.names[0])
    return Prerequisite(what=("the gallery ", definition.names[0]), look=("sig", "show", *words), make=("sig", "create", *words))


def _definition(output: GalleryOutput, template: ImageTemplate) -> Prerequisite:
    """An image has the generation of its source, and its definition must have the same."""
    gallery, image = output.definition.names
    generation = "V1" if default_size(template.source) == VM_SIZE_GEN1 else "V2"
    words = _in_gallery(output.definition)
    make: Command = (
        *("sig", "image-definition", "create", *words, "--os-type", template.os.value.capitalize()),
        *("--hyper-v-generation", generation, "--publisher", gallery, "--offer", image, "--sku", image),
    )
    return Prerequisite(
        what=("the image definition ", gallery, "/", image),
        look=("sig", "image-definition", "show", *words),
        make=make,
    )


def _container(output: DiskFileOutput) -> Iterator[Prerequisite]:
    account, container = blob_place(output)
    words: Command = ("--auth-mode", "login", "--account-name", account, "-n", container)
    yield Prerequisite(
        what=("the container ", container, " in the storage account ", account),
        look=("storage", "container", "exists", *words, "--query", "exists"),
        make=("storage", "container", "create", *words),
        answers=True,
    )


def spoken(words: Command) -> Command:
    """A command as a text, its words in quotes where a shell wants them."""
    said = [
        shlex.quote(known) if (known := word if isinstance(word, str) else known_text(word)) is not None else word
        for word in words
    ]
    return ("az", *(piece for word in said for piece in (" ", word)))


def shown(words: Command, project: Project, variable: str) -> str:
    """A text for a person to read; an input is shown by its name after ``variable`` (``var.``), what is live otherwise as dots."""
    return "".join(_shown(word, project, variable) for word in words)


def _shown(word: str | Value, project: Project, variable: str) -> str:
    match word:
        case str():
            return word
        case Literal(value):
            return str(value)
        case Joined(parts):
            return shown(parts, project, variable)
        case Variable():
            name = project.name_of(word)
            return f"{variable}{name}" if name is not None else "..."
        case _:
            return "..."
