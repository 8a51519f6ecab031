"""Truth and comparison of what is partly known.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric
"""

from __future__ import annotations

from aib2packer.arm.kinds import kind_of
from aib2packer.arm.partial import plain, same
from aib2packer.arm.shapes.shape import Arguments, Shape
from aib2packer.ir.values import Call, Kind, Literal, Value, is_known


def _equals(arguments: Arguments) -> Value | None:
    answer = same(*arguments)
    return None if answer is None else Literal(answer)


def _not(arguments: Arguments) -> Value | None:
    match arguments[0]:
        case Call("not", (inner,)):
            return inner
        case Call("if", (condition, yes, no)) if is_known(yes) and is_known(no):
            return Call("if", (condition, Literal(not plain(yes)), Literal(not plain(no))))
        case _:
            return None


def _as_is(kind: Kind) -> Shape:
    def run(arguments: Arguments) -> Value | None:
        return arguments[0] if kind_of(arguments[0]) is kind and not is_known(arguments[0]) else None

    return run


LOGIC: dict[str, Shape] = {
    "bool": _as_is(Kind.FLAG),
    "equals": _equals,
    "int": _as_is(Kind.NUMBER),
    "not": _not,
}
