"""What kind of thing a value is, as far as the template tells: the one table of what ARM's functions give back."""

from __future__ import annotations

from collections.abc import Iterable

from aib2packer.ir.values import Access, Call, Joined, Kind, ListOf, Literal, Local, ObjectOf, Repeated, Value, Variable

_RESULTS: dict[Kind, str] = {
    Kind.TEXT: (
        "format toLower toUpper trim replace substring padLeft string base64 base64ToString uriComponent "
        "uriComponentToString uri dataUri dataUriToString guid uniqueString newGuid join utcNow dateTimeAdd "
        "dateTimeFromEpoch resourceId subscriptionResourceId extensionResourceId tenantResourceId "
        "managementGroupResourceId cidrSubnet cidrHost buildUri toLogicalZone toPhysicalZone"
    ),
    Kind.NUMBER: "length indexOf lastIndexOf min max add sub mul div mod int float dateTimeToEpoch copyIndex",
    Kind.FLAG: "startsWith endsWith contains empty equals greater greaterOrEquals less lessOrEquals and or not bool true false",
    Kind.LIST: "split createArray array range items objectKeys flatten map filter sort toLogicalZones toPhysicalZones "
    "pickZones distinct",
    Kind.OBJECT: (
        "createObject shallowMerge toObject groupBy mapValues parseCidr parseUri subscription resourceGroup deployment "
        "environment tenant managementGroup deployer reference"
    ),
}
RESULT_KINDS: dict[str, Kind] = {name: kind for kind, names in _RESULTS.items() for name in names.split()}

_LIKE_ARGUMENTS = {
    "concat": slice(None),
    "union": slice(None),
    "intersection": slice(None),
    "coalesce": slice(None),
    "if": slice(1, 3),
    "take": slice(0, 1),
    "skip": slice(0, 1),
}
_TEXT_ITEMS = frozenset({"split", "objectKeys"})


def kind_of(value: Value) -> Kind:
    """The kind of a value once it is known; ``ANY`` where the template does not tell (arm-expressions 1.4, 2.2 to 2.8).

    >>> kind_of(Call("length", (ListOf(()),))).value
    'number'
    """
    match value:
        case Literal(scalar):
            return _scalar_kind(scalar)
        case Joined():
            return Kind.TEXT
        case ListOf() | Repeated():
            return Kind.LIST
        case ObjectOf():
            return Kind.OBJECT
        case Variable(kind=kind) | Local(kind=kind):
            return kind
        case Call(name, arguments):
            return _call_kind(name, arguments)
        case Access(Call(name, arguments), _):
            return Kind.TEXT if name in _TEXT_ITEMS else Kind.NUMBER if name == "range" else Kind.ANY
        case _:
            return Kind.ANY


def common_kind(values: Iterable[Value]) -> Kind:
    """The kind that all values share (null shares every kind); ``ANY`` where they differ or nothing is told."""
    kinds = {kind_of(value) for value in values if not (isinstance(value, Literal) and value.value is None)}
    return kinds.pop() if len(kinds) == 1 else Kind.ANY


def _scalar_kind(scalar: object) -> Kind:
    if isinstance(scalar, bool):
        return Kind.FLAG
    if isinstance(scalar, str):
        return Kind.TEXT
    return Kind.ANY if scalar is None else Kind.NUMBER


def _call_kind(name: str, arguments: tuple[Value, ...]) -> Kind:
    if name in RESULT_KINDS:
        return RESULT_KINDS[name]
    if name == "concat":
        return _concat_kind(arguments)
    if name in _LIKE_ARGUMENTS:
        return common_kind(arguments[_LIKE_ARGUMENTS[name]])
    if name in ("first", "last") and arguments and kind_of(arguments[0]) is Kind.TEXT:
        return Kind.TEXT
    return Kind.ANY


def _concat_kind(arguments: tuple[Value, ...]) -> Kind:
    kinds = {kind_of(argument) for argument in arguments}
    if Kind.LIST in kinds:
        return Kind.LIST
    return Kind.TEXT if kinds & {Kind.TEXT, Kind.NUMBER, Kind.FLAG} else Kind.ANY
