"""The functions on arrays and objects, and those that take a text as well.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-array
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-object
"""

from __future__ import annotations

from aib2packer.arm.kinds import kind_of
from aib2packer.hcl.facts import SCALARS
from aib2packer.hcl.forms.parts import CONTAINERS, lowered, number_of, table, text_of, undecided, wrapped
from aib2packer.hcl.writing import Form, Level, NoFormError, Piece, WhyNot, Write, Writer
from aib2packer.ir.values import Call, Kind, ObjectOf, Value


def _length(writer: Writer, call: Call) -> Piece:
    return Piece(f"length({writer.free.text(call.arguments[0])})")


def _empty(writer: Writer, call: Call) -> Piece:
    return emptiness(writer, call.arguments[0], empty=True)


def emptiness(writer: Writer, value: Value, *, empty: bool) -> Piece:
    """A test whether a value is empty, or is not."""
    symbol = "==" if empty else "!="
    kind, free = kind_of(value), writer.free
    if kind is Kind.TEXT:
        return Piece(f'{free.text(value, Level.ORDER)} {symbol} ""', Level.EQUALITY)
    if kind in CONTAINERS:
        return Piece(f"length({free.text(value)}) {symbol} 0", Level.EQUALITY)
    null = f"{free.text(value, Level.ORDER)} == null"
    return Piece(f"{null} ? {'true' if empty else 'false'} : length({free.text(value)}) {symbol} 0", Level.CHOICE)


def _contains(writer: Writer, call: Call) -> Piece:
    container, wanted = call.arguments
    free = writer.free
    match kind_of(container):
        case Kind.TEXT:
            return Piece(f"strcontains({free.text(container)}, {free.text(wanted)})")
        case Kind.LIST:
            if kind_of(wanted) in CONTAINERS:
                raise NoFormError("HCL also compares the types of arrays and objects", call.place)
            return Piece(f"contains({free.text(container)}, {free.text(wanted)})")
        case Kind.OBJECT:
            # An attribute that the variable's type has and its value has not is null.
            inside, (name, value) = free.binding(" k", " v")
            keys = f"[for {name}, {value} in {inside.text(container)} : lower({name}) if {value} != null]"
            return Piece(f"contains({keys}, {lowered(free, wanted)})")
        case _:
            raise undecided(call)


def _end(text_form: str, list_form: str) -> Write:
    """``first`` and ``last``: a character of a text, or an item of a list that gives null when it is empty."""

    def form(writer: Writer, call: Call) -> Piece:
        value = call.arguments[0]
        text = writer.inner.text(value, Level.TERM)
        if kind_of(value) is Kind.TEXT:
            return Piece(text_form.replace("@", text))
        if kind_of(value) is not Kind.LIST:
            raise undecided(call)
        item = list_form.replace("@", text)
        never_empty = isinstance(value, Call) and value.function == "split"
        return Piece(item if never_empty else f"try({item}, null)")

    return form


def _take(writer: Writer, call: Call) -> Piece:
    value, count = call.arguments
    number, text = _at_least_zero(writer, count), writer.inner.text(value)
    if kind_of(value) is Kind.TEXT:
        return Piece(f"substr({text}, 0, {number})")
    if kind_of(value) is Kind.LIST:
        return Piece(f"slice({text}, 0, min({number}, length({text})))")
    raise undecided(call)


def _skip(writer: Writer, call: Call) -> Piece:
    value, count = call.arguments
    number, text = _at_least_zero(writer, count), writer.inner.text(value)
    if kind_of(value) is Kind.TEXT:
        return Piece(f"substr({text}, min({number}, length({text})), -1)")
    if kind_of(value) is Kind.LIST:
        return Piece(f"slice({text}, min({number}, length({text})), length({text}))")
    raise undecided(call)


def _at_least_zero(writer: Writer, count: Value) -> str:
    known = number_of(count)
    return f"max(0, {writer.free.text(count)})" if known is None else str(max(0, known))


def _range(writer: Writer, call: Call) -> Piece:
    start, count = call.arguments
    free = writer.free
    if number_of(start) == 0:
        return Piece(f"range({free.text(count)})")
    return Piece(f"range({free.text(start)}, {free.text(start, Level.SUM)} + {free.text(count, Level.PRODUCT)})")


def _union(writer: Writer, call: Call) -> Piece:
    kinds = {kind_of(argument) for argument in call.arguments}
    inner = writer.inner
    texts = ", ".join([inner.text(argument) for argument in call.arguments])
    if kinds == {Kind.LIST} and inner.items_of(call) in SCALARS:
        return Piece(f"distinct(concat({texts}))")
    nested = [argument for argument in call.arguments if not is_flat(inner, argument)]
    if kinds == {Kind.OBJECT} and len(nested) < 2:
        return Piece(f"merge({texts})")
    raise NoFormError("union merges nested objects and arrays of mixed items, which HCL cannot", call.place)


def is_flat(writer: Writer, value: Value) -> bool:
    """Whether no value of the object is an object itself."""
    if isinstance(value, ObjectOf):
        return all(kind_of(entry.value) in (*SCALARS, Kind.LIST) for entry in value.entries)
    return writer.items_of(value) in SCALARS


def _shallow_merge(writer: Writer, call: Call) -> Piece:
    return Piece(f"merge({writer.inner.text(call.arguments[0])}...)")


def _intersection(writer: Writer, call: Call) -> Piece:
    start, *others = call.arguments
    inner = writer.inner
    if inner.items_of(start) not in SCALARS or kind_of(start) is not Kind.LIST:
        raise NoFormError("intersection compares arrays and objects, which HCL cannot", call.place)
    inside, (item,) = inner.binding(" x")
    tests = " && ".join([f"contains({inside.text(other)}, {item})" for other in others])
    return Piece(f"distinct([for {item} in {inner.text(start)} : {item} if {tests}])")


def _items(writer: Writer, call: Call) -> Piece:
    inside, (name,) = writer.inner.binding(" k")
    value = inside.text(call.arguments[0], Level.TERM)
    return Piece(f"[for {name} in sort(keys({value})) : {{ key = {name}, value = {value}[{name}] }}]")


def _try_get(writer: Writer, call: Call) -> Piece:
    base, *keys = call.arguments
    return Piece(f"try({writer.inner.path(base, keys)}, null)")


def _from_end(writer: Writer, call: Call) -> Piece:
    values, place = call.arguments
    known = number_of(place)
    index = f"{writer.free.text(place, Level.SUM)} - 1" if known is None else str(known - 1)
    return Piece(f"reverse({writer.inner.text(values)})[{index}]")


def _try_from_end(writer: Writer, call: Call) -> Piece:
    return Piece(f"try({_from_end(writer, call).text}, null)")


def _index_of(writer: Writer, call: Call) -> Piece:
    return _position(writer, call, last=False)


def _last_index_of(writer: Writer, call: Call) -> Piece:
    return _position(writer, call, last=True)


def _position(writer: Writer, call: Call, *, last: bool) -> Piece:
    value, wanted = call.arguments
    free = writer.free
    if kind_of(value) is Kind.TEXT:
        return _position_in_text(free, value, wanted, last=last)
    if kind_of(value) is not Kind.LIST:
        raise undecided(call)
    if kind_of(wanted) in CONTAINERS:
        raise NoFormError("HCL also compares the types of arrays and objects", call.place)
    inside, (index, item) = free.binding(" i", " x")
    places = f"[for {index}, {item} in {free.text(value)} : {index} if {item} == {inside.text(wanted, Level.ORDER)}]"
    return Piece(f"try({f'reverse({places})' if last else places}[0], -1)")


def _position_in_text(free: Writer, value: Value, wanted: Value, *, last: bool) -> Piece:
    sought = text_of(wanted)
    text, part = lowered(free, value), lowered(free, wanted)
    found, parts = f"strcontains({text}, {part})", f"split({part}, {text})"
    if not last:
        guard = "" if sought else f'{free.text(wanted, Level.ORDER)} == "" ? 0 : '
        return Piece(f"{guard}{found} ? length({parts}[0]) : -1", Level.CHOICE)
    if not sought or not sought.isascii():
        raise NoFormError("the string to find must be known, not empty and of plain letters", wanted.place)
    if any(sought.lower().startswith(sought.lower()[start:]) for start in range(1, len(sought))):
        raise NoFormError("the string to find overlaps itself", wanted.place)
    before = f"length({text}) - {len(sought)} - length(reverse({parts})[0])"
    return Piece(f"{found} ? {before} : -1", Level.CHOICE)


COLLECTIONS = table(
    Form("createArray", WhyNot.EVALUATED),
    Form("createObject", WhyNot.EVALUATED),
    Form("array", WhyNot.NO_EQUIVALENT),
    Form("length", _length),
    Form("empty", _empty),
    Form("contains", _contains),
    Form("first", _end("substr(@, 0, 1)", "@[0]")),
    Form("last", _end("substr(@, -1, 1)", "reverse(@)[0]")),
    Form("take", _take),
    Form("skip", _skip),
    Form("range", _range),
    Form("union", _union),
    Form("shallowMerge", _shallow_merge),
    Form("intersection", _intersection),
    Form("items", _items),
    Form("objectKeys", wrapped("keys(@)")),
    Form("flatten", wrapped("concat([], @...)")),
    Form("tryGet", _try_get),
    Form("indexFromEnd", _from_end),
    Form("tryIndexFromEnd", _try_from_end),
    Form("indexOf", _index_of),
    Form("lastIndexOf", _last_index_of),
    Form("distinct", WhyNot.NO_EQUIVALENT),
    Form("null", WhyNot.EVALUATED),
)
