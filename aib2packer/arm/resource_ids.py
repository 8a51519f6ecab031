"""``resourceId`` and its kin: a text over subscription, resource group and names.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid
"""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.arm.functions.table import RefusedError
from aib2packer.arm.partial import joined
from aib2packer.arm.scope import Level, Scope, by_lower_case
from aib2packer.ir.values import Access, Call, Joined, Literal, ObjectOf, Value, between_slashes

_MOST_BEFORE = {
    "resourceId": 2,
    "subscriptionResourceId": 1,
    "extensionResourceId": 1,
    "tenantResourceId": 0,
    "managementGroupResourceId": 1,
}


_GROUPS = "microsoft.resources/resourcegroups"
"""Its ids have no provider: `/subscriptions/.../resourceGroups/name`, as managedResourceGroupId wants it."""


def resource_id(function: str, arguments: Sequence[Value], scope: Scope) -> Value | None:
    """The id as a text, None where the resource type is only known at deployment."""
    at = _type_at(function, arguments)
    if at is None:
        return None
    before, names = arguments[:at], arguments[at + 1 :]
    kind = arguments[at]
    assert isinstance(kind, Literal)
    assert isinstance(kind.value, str)
    namespace, *segments = kind.value.strip("/").split("/")
    if len(names) != len(segments):
        raise RefusedError(f"the type {kind.value} needs a name for each segment: {len(segments)}, not {len(names)}")
    parts: list[Value] = [*_root(function, before, scope)]
    if kind.value.lower() != _GROUPS:
        parts.append(Literal(f"/providers/{namespace}", place=kind.place))
    for segment, name in zip(segments, names, strict=True):
        parts += [Literal(f"/{segment}/"), _name(name, len(names))]
    return joined(parts)


def _type_at(function: str, arguments: Sequence[Value]) -> int | None:
    """Where the type stands: the first argument with a slash (after the base, for an extension)."""
    start, most = (1, 1) if function == "extensionResourceId" else (0, _MOST_BEFORE[function])
    for place in range(start, min(len(arguments), most + 1)):
        argument = arguments[place]
        if isinstance(argument, Literal):
            if isinstance(argument.value, str) and "/" in argument.value:
                return place
        elif not any(isinstance(each, Literal) and "/" in str(each.value) for each in arguments[place + 1 : most + 1]):
            return None
    raise RefusedError("no argument is a resource type such as Microsoft.Compute/images")


def _name(value: Value, count: int) -> Value:
    """A name; one that Bicep splits off that of a nested resource, `split(format('{0}/{1}', gallery, image), '/')[1]`, is the part itself.

    ``count`` names are in the id, so that the parts hold no further slash.
    """
    match value:
        case Literal(scalar) if not isinstance(scalar, str):
            raise RefusedError("the names must be strings")
        case Access(Call("split", (Joined(parts), Literal("/"))), Literal(int(at))):
            names = between_slashes(parts)
            return joined(names[at]) if 0 <= at < count == len(names) else value
        case _:
            return value


def _root(function: str, before: Sequence[Value], scope: Scope) -> Sequence[Value]:
    if function == "tenantResourceId":
        return ()
    if function == "extensionResourceId":
        return before
    if function == "managementGroupResourceId":
        group = before[0] if before else context_value(scope, "managementGroup", "name")
        return (Literal("/providers/Microsoft.Management/managementGroups/"), group)
    if function == "resourceId" and scope.level is Level.TENANT and not before:
        return ()
    subscription = before[0] if len(before) == _MOST_BEFORE[function] else None
    root = [Literal("/subscriptions/"), subscription or context_value(scope, "subscription", "subscriptionId")]
    if function == "subscriptionResourceId" or (scope.level is Level.SUBSCRIPTION and not before):
        return root
    return [*root, Literal("/resourceGroups/"), before[-1] if before else context_value(scope, "resourceGroup", "name")]


def context_value(scope: Scope, function: str, name: str) -> Value:
    """A property of what a context function gives; a live access where the scope does not hold it."""
    known = by_lower_case(scope.context).get(function.lower())
    found = known.get(name) if isinstance(known, ObjectOf) else None
    return found or Access(Call(function, ()), Literal(name))
