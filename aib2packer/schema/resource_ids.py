"""Takes Azure resource ids apart, whatever their letter case, also where parts of them are live."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import source as source_codes
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.values import Access, Call, Joined, Literal, Value, between_slashes, joined
from aib2packer.schema.fields import Fields

MANAGED_IMAGE = ("Microsoft.Compute", "images")
GALLERY_IMAGE = ("Microsoft.Compute", "galleries", "images")
GALLERY_VERSION = ("Microsoft.Compute", "galleries", "images", "versions")
SUBNET = ("Microsoft.Network", "virtualNetworks", "subnets")
IDENTITY = ("Microsoft.ManagedIdentity", "userAssignedIdentities")
RESOURCE_GROUP: tuple[str, ...] = ()
_VERSION = 12
"""Position of the version in the split id of a gallery version."""

_EXAMPLES = {
    MANAGED_IMAGE: "a managed image",
    GALLERY_IMAGE: "a gallery image definition",
    GALLERY_VERSION: "a gallery image version",
    SUBNET: "a subnet",
    IDENTITY: "a user assigned identity",
    RESOURCE_GROUP: "a resource group",
}


def read_id(fields: Fields, name: str, resource_type: tuple[str, ...], called: str = "") -> ResourceId | None:
    """The id that a key holds, taken apart; None, with a finding, where it is not the id of such a resource.

    ``called`` names the local that a live id is split in; without it the id is split where it is used.
    """
    value = fields.address(name)
    if value is None:
        return None
    taken = _take_apart(value, resource_type, _in_local(fields, called))
    if taken is None:
        _report(fields, name, resource_type)
    else:
        _report_redacted(fields, name, taken)
    return taken


def read_gallery_image(fields: Fields, name: str, called: str, *, newest: str = "") -> tuple[ResourceId | None, Value | None]:
    """The image definition that a key names, and the version where the id has one; a version called ``newest`` is none.

    An id that is one live value may have a version or not; its version is a ``tryGet`` then.
    """
    value = fields.address(name)
    if value is None:
        return None, None
    split = _in_local(fields, called)
    head, tail = _apart(value)
    if head is not None and not tail:
        parts = split(Call("replace", (head, Literal(f"/versions/{newest}"), Literal(""))) if newest else head)
        return _resource(_items(parts, len(_form(GALLERY_IMAGE))), GALLERY_IMAGE, value), Call(
            "tryGet", (parts, Literal(_VERSION))
        )
    definition = _take_apart(value, GALLERY_IMAGE, split)
    if definition is not None:
        _report_redacted(fields, name, definition)
        return definition, None
    taken = _take_apart(value, GALLERY_VERSION, split)
    if taken is None:
        _report(fields, name, GALLERY_IMAGE)
        return None, None
    *names, version = taken.names
    return replace(taken, names=tuple(names)), None if newest and (_text(version) or "").lower() == newest else version


def _report(fields: Fields, name: str, resource_type: tuple[str, ...]) -> None:
    message = f"`{name}` is not the id of {_EXAMPLES[resource_type]}. Write /{'/'.join(_form(resource_type))}."
    fields.report_at(name, source_codes.BAD_ID, message)


def _report_redacted(fields: Fields, name: str, taken: ResourceId) -> None:
    """Stars stand where somebody took out what nobody should see."""
    if "*" in (_text(taken.subscription) or ""):
        message = f'Azure does not allow the subscription id "{_text(taken.subscription)}". Write the id of the subscription.'
        fields.report_at(name, distribute_codes.REFUSED_NAME, message)
    if "*" in (_text(taken.resource_group) or ""):
        message = f'Azure does not allow the resource group name "{_text(taken.resource_group)}". Write the name of the group.'
        fields.report_at(name, distribute_codes.REFUSED_NAME, message)


def _in_local(fields: Fields, called: str) -> Callable[[Value], Value]:
    """Splits the live part of an id at its slashes, in a local where that has a name."""

    def split(live: Value) -> Value:
        parts = Call("split", (live, Literal("/")), place=live.place)
        return fields.reading.resolver.define(called, parts) if called else parts

    return split


def _take_apart(value: Value, resource_type: tuple[str, ...], split: Callable[[Value], Value]) -> ResourceId | None:
    """The parts of an id, those that it spells out as they are; None where it is not one of such a resource."""
    form = _form(resource_type)
    head, tail = _apart(value)
    count = len(form) - len(tail)
    if count < 0 or (head is None) != (count == 0) or not _fits(tail, form[count:]):
        return None
    return _resource((*(_items(split(head), count) if head is not None else ()), *tail), resource_type, value)


def _items(parts: Value, count: int) -> tuple[Value, ...]:
    """The first parts of a split id; before its first slash there is nothing."""
    return tuple(Access(parts, Literal(number + 1), place=parts.place) for number in range(count))


def _resource(segments: tuple[Value, ...], resource_type: tuple[str, ...], whole: Value) -> ResourceId:
    subscription, group, *names = (segment for segment, fixed in zip(segments, _form(resource_type), strict=True) if fixed == "*")
    return ResourceId(subscription=subscription, resource_group=group, names=tuple(names), whole=whole)


def segments_of(value: Value) -> tuple[Value, ...] | None:
    """The parts of an id between its slashes; None where the value is live from its beginning."""
    head, tail = _apart(value)
    return tail if head is None else None


def _form(resource_type: tuple[str, ...]) -> list[str]:
    form = ["subscriptions", "*", "resourceGroups", "*"]
    if resource_type:
        provider, *types = resource_type
        form += ["providers", provider]
        for each in types:
            form += [each, "*"]
    return form


def _apart(value: Value) -> tuple[Value | None, tuple[Value, ...]]:
    """The live beginning of an id, which may hold several of its parts, and the parts after it."""
    parts = value.parts if isinstance(value, Joined) else (value,)
    if isinstance(parts[0], Literal):
        return None, _segments(parts)
    slash = next((number for number, part in enumerate(parts) if "/" in (_text(part) or "")), None)
    if slash is None:
        return value, ()
    before, _, after = (_text(parts[slash]) or "").partition("/")
    head = _one([*parts[:slash], Literal(before)])
    return head, _segments((Literal(f"/{after}", place=value.place), *parts[slash + 1 :]))


def _text(part: Value) -> str | None:
    return part.value if isinstance(part, Literal) and isinstance(part.value, str) else None


def _segments(parts: tuple[Value, ...]) -> tuple[Value, ...]:
    whole = [_one(segment) for segment in between_slashes(piece for each in parts for piece in _pieces(each))]
    if whole[0] != Literal(""):
        return tuple(whole)
    return tuple(whole[1:-1] if whole[-1] == Literal("") else whole[1:])


def _pieces(part: Value) -> tuple[Value, ...]:
    """A known part as the template's variables make it up."""
    return part.spelled.parts if isinstance(part, Literal) and isinstance(part.spelled, Joined) else (part,)


def _one(parts: list[Value]) -> Value:
    filled = tuple(part for part in parts if part != Literal(""))
    if not filled:
        return Literal("")
    return joined(*filled)


def _fits(segments: tuple[Value, ...], form: list[str]) -> bool:
    return all(
        segment != Literal("")
        and (fixed == "*" or not isinstance(segment, Literal) or str(segment.value).lower() == fixed.lower())
        for segment, fixed in zip(segments, form, strict=True)
    )
