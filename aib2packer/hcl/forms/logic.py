"""Truth, comparison and numbers.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-logical
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-comparison
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-numeric
"""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.arm.kinds import kind_of
from aib2packer.hcl.facts import SCALARS, may_fail, never_negative
from aib2packer.hcl.forms.collections import emptiness
from aib2packer.hcl.forms.parts import lowered, table, undecided, wrapped
from aib2packer.hcl.writing import Form, Level, NoFormError, Piece, WhyNot, Write, Writer
from aib2packer.ir.values import Call, Kind, Literal


def _operator(symbol: str, level: Level) -> Write:
    def form(writer: Writer, call: Call) -> Piece:
        left, right = call.arguments
        # A comparison cannot follow a comparison: both sides of one hold tighter than it does.
        first = Level(level + 1) if level in (Level.EQUALITY, Level.ORDER) else level
        text = f"{writer.free.text(left, first)} {symbol} {writer.free.text(right, Level(level + 1))}"
        return Piece(text, level)

    return form


def _if(writer: Writer, call: Call) -> Piece:
    condition, yes, no = call.arguments
    return writer.choice(writer.free.text(condition, Level.OR), yes, no)


def _chain(symbol: str, level: Level, otherwise: Callable[[str, str], str]) -> Write:
    """``and``, ``or``: before 1.15.1 Packer evaluates both sides, so what may fail stands behind ``? :``."""

    def form(writer: Writer, call: Call) -> Piece:
        first, *rest = call.arguments
        free = writer.free
        text = Piece(free.text(first, level), level)
        for index, argument in enumerate(rest):
            if may_fail(argument):
                tail = Call(call.function, tuple(rest[index:])) if len(rest) > index + 1 else argument
                return Piece(otherwise(text.within(Level.OR), free.text(tail)), Level.CHOICE)
            text = Piece(f"{text.text} {symbol} {free.text(argument, Level(level + 1))}", level)
        return text

    return form


def _not(writer: Writer, call: Call) -> Piece:
    value = call.arguments[0]
    if isinstance(value, Call) and value.function == "equals":
        return _comparison(writer, value, "!=")
    if isinstance(value, Call) and value.function == "empty":
        return emptiness(writer, value.arguments[0], empty=False)
    return Piece(f"!{writer.free.text(value, Level.TERM)}", Level.SIGN)


def _equals(writer: Writer, call: Call) -> Piece:
    return _comparison(writer, call, "==")


def _comparison(writer: Writer, call: Call, symbol: str) -> Piece:
    """Scalars are compared as they are; lists and objects, or what may be one, by their JSON (rule 4)."""
    left, right = call.arguments
    free = writer.free
    if any(kind_of(each) in SCALARS or each == Literal(None) for each in call.arguments):
        return Piece(f"{free.text(left, Level.ORDER)} {symbol} {free.text(right, Level.ORDER)}", Level.EQUALITY)
    return Piece(f"jsonencode({free.text(left)}) {symbol} jsonencode({free.text(right)})", Level.EQUALITY)


def _order(symbol: str) -> Write:
    plain = _operator(symbol, Level.ORDER)

    def form(writer: Writer, call: Call) -> Piece:
        kinds = [kind_of(argument) for argument in call.arguments]
        if Kind.NUMBER in kinds and Kind.TEXT not in kinds:
            return plain(writer, call)
        raise NoFormError("HCL orders numbers only, not strings", call.place)

    return form


def _bool(writer: Writer, call: Call) -> Piece:
    value = call.arguments[0]
    match kind_of(value):
        case Kind.TEXT:
            return Piece(f'{lowered(writer.free, value)} == "true"', Level.EQUALITY)
        case Kind.NUMBER:
            return Piece(f"{writer.free.text(value, Level.ORDER)} != 0", Level.EQUALITY)
        case _:
            raise undecided(call)


def _int(writer: Writer, call: Call) -> Piece:
    if kind_of(call.arguments[0]) is not Kind.TEXT:
        raise undecided(call)
    return Piece(f"parseint({writer.free.text(call.arguments[0])}, 10)")


def _div(writer: Writer, call: Call) -> Piece:
    """Toward zero, which division and ``floor`` are not."""
    left, right = call.arguments
    free = writer.free
    a, b = free.text(left, Level.PRODUCT), free.text(right, Level.SIGN)
    if never_negative(left) and never_negative(right):
        return Piece(f"floor({a} / {b})")
    return Piece(f"({free.text(left, Level.SUM)} - {a} % {b}) / {b}", Level.PRODUCT)


def _coalesce(writer: Writer, call: Call) -> Piece:
    first, second, *rest = call.arguments
    other = Call("coalesce", (second, *rest), place=call.place) if rest else second
    return writer.choice(f"{writer.free.text(first, Level.ORDER)} != null", first, other)


def _extreme(name: str) -> Write:
    def form(writer: Writer, call: Call) -> Piece:
        free = writer.free
        lists = [kind_of(argument) is Kind.LIST for argument in call.arguments]
        if not any(lists):
            return Piece(f"{name}({', '.join([free.text(argument) for argument in call.arguments])})")
        if len(lists) == 1:
            return Piece(f"{name}({free.text(call.arguments[0])}...)")
        parts = [
            free.text(argument) if is_list else f"[{free.text(argument)}]"
            for argument, is_list in zip(call.arguments, lists, strict=True)
        ]
        return Piece(f"{name}(concat({', '.join(parts)})...)")

    return form


LOGIC = table(
    Form("if", _if),
    Form("and", _chain("&&", Level.AND, lambda first, rest: f"{first} ? {rest} : false")),
    Form("or", _chain("||", Level.OR, lambda first, rest: f"{first} ? true : {rest}")),
    Form("coalesce", _coalesce),
    Form("not", _not),
    Form("true", WhyNot.EVALUATED),
    Form("false", WhyNot.EVALUATED),
    Form("bool", _bool),
    Form("equals", _equals),
    Form("greater", _order(">")),
    Form("greaterOrEquals", _order(">=")),
    Form("less", _order("<")),
    Form("lessOrEquals", _order("<=")),
)

NUMBERS = table(
    Form("add", _operator("+", Level.SUM)),
    Form("sub", _operator("-", Level.SUM)),
    Form("mul", _operator("*", Level.PRODUCT)),
    Form("div", _div),
    Form("mod", _operator("%", Level.PRODUCT)),
    Form("min", _extreme("min")),
    Form("max", _extreme("max")),
    Form("int", _int),
    Form("float", wrapped("convert(@, number)")),
)
