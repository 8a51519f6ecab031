"""Takes Azure resource ids apart, whatever their letter case, also where parts of them are live."""

from __future__ import annotations

from aib2packer.constructs.fields import Fields
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.ir.template import ResourceId
from aib2packer.ir.values import Access, Call, Joined, Literal, Value, joined

MANAGED_IMAGE = ("Microsoft.Compute", "images")
GALLERY_IMAGE = ("Microsoft.Compute", "galleries", "images")
GALLERY_VERSION = ("Microsoft.Compute", "galleries", "images", "versions")
SUBNET = ("Microsoft.Network", "virtualNetworks", "subnets")
IDENTITY = ("Microsoft.ManagedIdentity", "userAssignedIdentities")
RESOURCE_GROUP: tuple[str, ...] = ()

_EXAMPLES = {
    MANAGED_IMAGE: "a managed image",
    GALLERY_IMAGE: "a gallery image definition",
    GALLERY_VERSION: "a gallery image version",
    SUBNET: "a subnet",
    IDENTITY: "a user assigned identity",
    RESOURCE_GROUP: "a resource group",
}


def read_id(fields: Fields, name: str, resource_type: tuple[str, ...]) -> ResourceId | None:
    """The id that a key holds, taken apart; None, with a finding, where it is not the id of such a resource."""
    value = fields.address(name)
    if value is None:
        return None
    taken = take_apart(value, resource_type)
    if taken is None:
        form = "/".join(_form(resource_type))
        message = f"`{name}` is not the id of {_EXAMPLES[resource_type]} (/{form}): nothing is converted; write the whole id."
        fields.report_at(name, codes.BAD_ID, message)
    return taken


def take_apart(value: Value, resource_type: tuple[str, ...]) -> ResourceId | None:
    """The parts of an id; None where it is not one of such a resource.

    >>> found = take_apart(Literal("/subscriptions/s/resourcegroups/g/providers/microsoft.compute/images/i"), MANAGED_IMAGE)
    >>> found.resource_group, found.names
    (Literal(value='g'), (Literal(value='i'),))
    """
    form = _form(resource_type)
    segments = _segments(value)
    if segments is None:
        segments = tuple(
            Access(Call("split", (value, Literal("/"))), Literal(position + 1), place=value.place)
            for position in range(len(form))
        )
    elif not _fits(segments, form):
        return None
    holes = [segment for segment, fixed in zip(segments, form, strict=True) if fixed == "*"]
    return ResourceId(subscription=holes[0], resource_group=holes[1], names=tuple(holes[2:]), whole=value)


def segments_of(value: Value) -> tuple[Value, ...] | None:
    """The parts of an id between its slashes; None where the value is live from its beginning."""
    return _segments(value)


def _form(resource_type: tuple[str, ...]) -> list[str]:
    form = ["subscriptions", "*", "resourceGroups", "*"]
    if resource_type:
        provider, *types = resource_type
        form += ["providers", provider]
        for each in types:
            form += [each, "*"]
    return form


def _segments(value: Value) -> tuple[Value, ...] | None:
    parts = value.parts if isinstance(value, Joined) else (value,)
    if not isinstance(parts[0], Literal):
        return None
    segments: list[list[Value]] = [[]]
    for part in [piece for each in parts for piece in _pieces(each)]:
        if isinstance(part, Literal) and (part.spelled is None or "/" in str(part.value)):
            first, *rest = str(part.value).split("/")
            segments[-1].append(Literal(first, place=value.place))
            segments.extend([Literal(each, place=value.place)] for each in rest)
        else:
            segments[-1].append(part)
    whole = [_one(segment) for segment in segments]
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
    if len(segments) != len(form):
        return False
    return all(
        segment != Literal("")
        and (fixed == "*" or not isinstance(segment, Literal) or str(segment.value).lower() == fixed.lower())
        for segment, fixed in zip(segments, form, strict=True)
    )
