"""What each function of the ARM expression language becomes in HCL, where HCL has a form that gives the same value.

Every form was tried with Packer (arm-expressions 2.2 to 2.8). A function that is missing here has no form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aib2packer.arm.kinds import kind_of
from aib2packer.hcl import date_forms
from aib2packer.hcl.text import quote
from aib2packer.hcl.writing import SCALARS, Form, Level, NoFormError, Piece, Writer, may_fail, never_negative
from aib2packer.ir.date_patterns import DEFAULT_NOW
from aib2packer.ir.values import Bound, Call, Joined, Kind, Lambda, ListOf, Literal, Local, ObjectOf, Value, Variable, walk

GUID_NAMESPACE = "11fb06fb-712d-4ddd-98c7-e71bbd588830"
_COLLECTIONS = (Kind.LIST, Kind.OBJECT)


@dataclass(frozen=True, slots=True)
class Since:
    """A form that calls an HCL function, and the first Packer that has it."""

    function: str
    packer: tuple[int, int]
    form: Form

    def __call__(self, writer: Writer, call: Call) -> Piece:
        return self.form(writer, call)


def packer_needs(value: Value) -> dict[str, tuple[int, int]]:
    """The HCL functions in the value's form that not every Packer has, each with the first that does.

    >>> packer_needs(Call("dateTimeToEpoch", (Literal("2024-01-02T03:04:05Z"),)))
    {'rfc3339_parse': (1, 16)}
    """
    rows = [FORMS.get(part.function) for part in walk(value) if isinstance(part, Call)]
    return {row.function: row.packer for row in rows if isinstance(row, Since)}


def _wrapped(template: str) -> Form:
    """A form that puts the arguments, in their order, for each ``@`` of the template."""

    def form(writer: Writer, call: Call) -> Piece:
        texts = iter([writer.inner.text(argument) for argument in call.arguments])
        return Piece(re.sub("@", lambda _: next(texts), template))

    return form


def _text_of(value: Value) -> str | None:
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def _number_of(value: Value) -> int | None:
    return value.value if isinstance(value, Literal) and type(value.value) is int else None


def _undecided(call: Call) -> NoFormError:
    return NoFormError(f"the type of the argument of {call.function} is unknown", call.place)


def _operator(symbol: str, level: Level) -> Form:
    def form(writer: Writer, call: Call) -> Piece:
        left, right = call.arguments
        # A comparison cannot follow a comparison: both sides of one hold tighter than it does.
        first = Level(level + 1) if level in (Level.EQUALITY, Level.ORDER) else level
        text = f"{writer.free.text(left, first)} {symbol} {writer.free.text(right, Level(level + 1))}"
        return Piece(text, level)

    return form


# ---- texts


def _replace(writer: Writer, call: Call) -> Piece:
    value, old, new = call.arguments
    inner = writer.inner
    return Piece(f"replace({inner.text(value)}, {inner.text(old)}, {inner.text(new)})")


def _substring(writer: Writer, call: Call) -> Piece:
    value, *bounds = call.arguments
    start = writer.free.text(bounds[0]) if bounds else "0"
    length = writer.free.text(bounds[1]) if len(bounds) > 1 else "-1"
    return Piece(f"substr({writer.inner.text(value)}, {start}, {length})")


def _at_least_zero(writer: Writer, count: Value) -> str:
    known = _number_of(count)
    return f"max(0, {writer.free.text(count)})" if known is None else str(max(0, known))


def _take(writer: Writer, call: Call) -> Piece:
    value, count = call.arguments
    number, text = _at_least_zero(writer, count), writer.inner.text(value)
    if kind_of(value) is Kind.TEXT:
        return Piece(f"substr({text}, 0, {number})")
    if kind_of(value) is Kind.LIST:
        return Piece(f"slice({text}, 0, min({number}, length({text})))")
    raise _undecided(call)


def _skip(writer: Writer, call: Call) -> Piece:
    value, count = call.arguments
    number, text = _at_least_zero(writer, count), writer.inner.text(value)
    if kind_of(value) is Kind.TEXT:
        return Piece(f"substr({text}, min({number}, length({text})), -1)")
    if kind_of(value) is Kind.LIST:
        return Piece(f"slice({text}, min({number}, length({text})), length({text}))")
    raise _undecided(call)


def _end(text_form: str, list_form: str) -> Form:
    """``first`` and ``last``: a character of a text, or an item of a list that gives null when it is empty."""

    def form(writer: Writer, call: Call) -> Piece:
        value = call.arguments[0]
        text = writer.inner.text(value, Level.TERM)
        if kind_of(value) is Kind.TEXT:
            return Piece(text_form.replace("@", text))
        if kind_of(value) is not Kind.LIST:
            raise _undecided(call)
        item = list_form.replace("@", text)
        never_empty = isinstance(value, Call) and value.function == "split"
        return Piece(item if never_empty else f"try({item}, null)")

    return form


def _length(writer: Writer, call: Call) -> Piece:
    return Piece(f"length({writer.free.text(call.arguments[0])})")


def _empty(writer: Writer, call: Call) -> Piece:
    return _emptiness(writer, call.arguments[0], empty=True)


def _emptiness(writer: Writer, value: Value, *, empty: bool) -> Piece:
    symbol = "==" if empty else "!="
    kind, free = kind_of(value), writer.free
    if kind is Kind.TEXT:
        return Piece(f'{free.text(value, Level.ORDER)} {symbol} ""', Level.EQUALITY)
    if kind in _COLLECTIONS:
        return Piece(f"length({free.text(value)}) {symbol} 0", Level.EQUALITY)
    null = f"{free.text(value, Level.ORDER)} == null"
    return Piece(f"{null} ? {'true' if empty else 'false'} : length({free.text(value)}) {symbol} 0", Level.CHOICE)


def _split(writer: Writer, call: Call) -> Piece:
    value, delimiter = call.arguments
    inner = writer.inner
    if not isinstance(delimiter, ListOf):
        if _text_of(delimiter) == "":
            raise NoFormError("split by an empty string gives single characters in HCL", call.place)
        return Piece(f"split({inner.text(delimiter)}, {inner.text(value)})")
    known = [text for each in delimiter.items if (text := _text_of(each)) is not None and len(text) == 1]
    if not known or len(known) != len(delimiter.items):
        raise NoFormError("HCL splits by one known character at a time", call.place)
    text = inner.text(value)
    for other in known[1:]:
        text = f"replace({text}, {quote(other)}, {quote(known[0])})"
    return Piece(f"split({quote(known[0])}, {text})")


def _join(writer: Writer, call: Call) -> Piece:
    values, delimiter = call.arguments
    inner = writer.inner
    kind = inner.items_of(values)
    if kind in _COLLECTIONS:
        raise NoFormError("HCL cannot write an array or object into a string as Azure does", call.place)
    if isinstance(values, ListOf):
        items = [_item_text(inner, item) for item in values.items]
        return Piece(f"join({inner.text(delimiter)}, [{', '.join(items)}])")
    if kind is Kind.FLAG:
        inside, (name,) = inner.binding(" x")
        return Piece(f'join({inner.text(delimiter)}, [for {name} in {inside.text(values)} : {name} ? "True" : "False"])')
    return Piece(f"join({inner.text(delimiter)}, {inner.text(values)})")


def _item_text(writer: Writer, item: Value) -> str:
    if isinstance(item, Literal) and item.value is None:
        return '""'
    return writer.as_text(item).text if kind_of(item) is Kind.FLAG else writer.text(item)


def _pad_left(writer: Writer, call: Call) -> Piece:
    value, width, *rest = call.arguments
    filler = _text_of(rest[0]) if rest else " "
    inner = writer.inner
    count = _number_of(width)
    is_text = kind_of(value) is Kind.TEXT
    if filler == " " and count is not None and is_text:
        return Piece(f'format("%{count}s", {inner.text(value)})')
    if filler == "0" and count is not None and never_negative(value):
        return Piece(f'format("%0{count}d", {inner.text(value)})')
    text = inner.text(value) if is_text else f"convert({inner.text(value)}, string)"
    inside, (index,) = inner.binding(" i")
    missing = f"max(0, {inner.free.text(width, Level.SUM)} - length({text}))"
    fill = inner.text(rest[0]) if rest else '" "'
    return Piece(f'"${{join("", [for {index} in range(0, {missing}) : {fill}])}}${{{inside.text(value)}}}"')


def _lowered(writer: Writer, value: Value) -> str:
    known = _text_of(value)
    return f"lower({writer.text(value)})" if known is None else writer.text(Literal(known.lower(), place=value.place))


def _folding_case(function: str) -> Form:
    """A test of a text that ignores case, as ARM does."""

    def form(writer: Writer, call: Call) -> Piece:
        text, part = [_lowered(writer.free, argument) for argument in call.arguments]
        return Piece(f"{function}({text}, {part})")

    return form


def _contains(writer: Writer, call: Call) -> Piece:
    container, wanted = call.arguments
    free = writer.free
    match kind_of(container):
        case Kind.TEXT:
            return Piece(f"strcontains({free.text(container)}, {free.text(wanted)})")
        case Kind.LIST:
            if kind_of(wanted) in _COLLECTIONS:
                raise NoFormError("HCL also compares the types of arrays and objects", call.place)
            return Piece(f"contains({free.text(container)}, {free.text(wanted)})")
        case Kind.OBJECT:
            # An attribute that the variable's type has and its value has not is null.
            inside, (name, value) = free.binding(" k", " v")
            keys = f"[for {name}, {value} in {inside.text(container)} : lower({name}) if {value} != null]"
            return Piece(f"contains({keys}, {_lowered(free, wanted)})")
        case _:
            raise _undecided(call)


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
        raise _undecided(call)
    if kind_of(wanted) in _COLLECTIONS:
        raise NoFormError("HCL also compares the types of arrays and objects", call.place)
    inside, (index, item) = free.binding(" i", " x")
    places = f"[for {index}, {item} in {free.text(value)} : {index} if {item} == {inside.text(wanted, Level.ORDER)}]"
    return Piece(f"try({f'reverse({places})' if last else places}[0], -1)")


def _position_in_text(free: Writer, value: Value, wanted: Value, *, last: bool) -> Piece:
    sought = _text_of(wanted)
    text, part = _lowered(free, value), _lowered(free, wanted)
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


def _string(writer: Writer, call: Call) -> Piece:
    if kind_of(call.arguments[0]) is Kind.ANY:
        raise NoFormError("HCL converts bools, arrays and objects to other strings", call.place)
    return writer.inner.as_text(call.arguments[0])


def _uri(writer: Writer, call: Call) -> Piece:
    base, relative = call.arguments
    end = base.parts[-1] if isinstance(base, Joined) else base
    start = relative.parts[0] if isinstance(relative, Joined) else relative
    folder, first = _text_of(end), _text_of(start)
    simple = first is not None and re.match(r"(?!\.)[\w.-]+(?:/(?!\.)[\w.-]*)*\Z", first) is not None
    if folder is None or not folder.endswith("/") or not simple:
        raise NoFormError("uri needs a base that ends in / and a plain path", call.place)
    parts = [*(base.parts if isinstance(base, Joined) else (base,))]
    parts += relative.parts if isinstance(relative, Joined) else (relative,)
    return writer.joined(_merged(parts))


def _merged(parts: Sequence[Value]) -> list[Value]:
    """Neighbouring known texts as one."""
    merged: list[Value] = []
    for part in parts:
        before = _text_of(merged[-1]) if merged else None
        text = _text_of(part)
        if before is not None and text is not None:
            merged[-1] = Literal(before + text, place=merged[-1].place)
        else:
            merged.append(part)
    return merged


def _data_uri(writer: Writer, call: Call) -> Piece:
    return Piece(f'"data:text/plain;charset=utf-8;base64,${{base64encode({writer.inner.text(call.arguments[0])})}}"')


def _data_uri_to_string(writer: Writer, call: Call) -> Piece:
    value = call.arguments[0]
    start = _text_of(value.parts[0]) if isinstance(value, Joined) else None
    if start is None or ";base64," not in start:
        raise NoFormError("the data URI must be base64", call.place)
    return Piece(f'base64decode(split(",", {writer.inner.text(value)})[1])')


def _guid(writer: Writer, call: Call) -> Piece:
    parts: list[Value] = []
    for argument in call.arguments:
        parts += [Literal("-"), *(argument.parts if isinstance(argument, Joined) else (argument,))]
    return Piece(f'uuidv5("{GUID_NAMESPACE}", {writer.inner.joined(_merged(parts[1:])).text})')


_TEXTS: dict[str, Form] = {
    "toLower": _wrapped("lower(@)"),
    "toUpper": _wrapped("upper(@)"),
    "trim": _wrapped("trimspace(@)"),
    "replace": _replace,
    "substring": _substring,
    "take": _take,
    "skip": _skip,
    "first": _end("substr(@, 0, 1)", "@[0]"),
    "last": _end("substr(@, -1, 1)", "reverse(@)[0]"),
    "length": _length,
    "empty": _empty,
    "split": _split,
    "join": _join,
    "padLeft": _pad_left,
    "startsWith": Since("startswith", (1, 13), _folding_case("startswith")),
    "endsWith": Since("endswith", (1, 13), _folding_case("endswith")),
    "contains": Since("strcontains", (1, 12), _contains),
    "indexOf": Since("strcontains", (1, 12), _index_of),
    "lastIndexOf": Since("strcontains", (1, 12), _last_index_of),
    "string": _string,
    "json": _wrapped("jsondecode(@)"),
    "base64": _wrapped("base64encode(@)"),
    "base64ToString": _wrapped("base64decode(@)"),
    "base64ToJson": _wrapped("jsondecode(base64decode(@))"),
    "uriComponent": _wrapped('replace(urlencode(@), "+", "%20")'),
    "uri": _uri,
    "dataUri": _data_uri,
    "dataUriToString": _data_uri_to_string,
    "guid": _guid,
    "newGuid": _wrapped("uuidv4()"),
}


_HOLE = re.compile(r"\{0(?:,(-?\d+))?(?::([A-Za-z])(\d*))?\}\Z")


def _format(writer: Writer, call: Call) -> Piece:
    """One placeholder with a width or a specifier (plain ones are joined texts already)."""
    hole, value = call.arguments
    match = _HOLE.match(_text_of(hole) or "")
    kind = kind_of(value)
    if match is None or kind not in (Kind.TEXT, Kind.NUMBER):
        raise NoFormError("HCL's format has no such placeholder", call.place)
    width, letter, digits = match.groups()
    if letter is None or kind is Kind.TEXT:
        text = writer.inner.text(value)
        return Piece(f'format("%{width}s", {text if kind is Kind.TEXT else f"convert({text}, string)"})')
    written = _formatted_number(writer.inner, letter, digits, value)
    return Piece(f'format("%{width}s", {written})' if width else written)


def _formatted_number(writer: Writer, letter: str, digits: str, value: Value) -> str:
    """Azure counts digits without the sign, HCL counts the sign among them."""
    text = writer.text(value)
    if letter in "Ff":
        return f'format("%.{digits or 2}f", {text})'
    if letter in "DdXx" and never_negative(value):
        return f'format("%0{digits or 1}{"d" if letter in "Dd" else letter}", {text})'
    if letter in "Dd":
        sign = f'{writer.text(value, Level.SUM)} < 0 ? "-" : ""'
        return f'"${{{sign}}}${{format("%0{digits or 1}d", abs({text}))}}"'
    raise NoFormError(f"HCL's format has no :{letter}{digits} for a number that may be negative", value.place)


# ---- arrays and objects


def _concat(writer: Writer, call: Call) -> Piece:
    if kind_of(call) is not Kind.LIST:
        raise _undecided(call)
    return Piece(f"concat({', '.join([writer.text(argument) for argument in call.arguments])})")


def _range(writer: Writer, call: Call) -> Piece:
    start, count = call.arguments
    free = writer.free
    if _number_of(start) == 0:
        return Piece(f"range({free.text(count)})")
    return Piece(f"range({free.text(start)}, {free.text(start, Level.SUM)} + {free.text(count, Level.PRODUCT)})")


def _union(writer: Writer, call: Call) -> Piece:
    kinds = {kind_of(argument) for argument in call.arguments}
    inner = writer.inner
    texts = ", ".join([inner.text(argument) for argument in call.arguments])
    if kinds == {Kind.LIST} and inner.items_of(call) in SCALARS:
        return Piece(f"distinct(concat({texts}))")
    nested = [argument for argument in call.arguments if not _is_flat(inner, argument)]
    if kinds == {Kind.OBJECT} and len(nested) < 2:
        return Piece(f"merge({texts})")
    raise NoFormError("union merges nested objects and arrays of mixed items, which HCL cannot", call.place)


def _is_flat(writer: Writer, value: Value) -> bool:
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
    known = _number_of(place)
    index = f"{writer.free.text(place, Level.SUM)} - 1" if known is None else str(known - 1)
    return Piece(f"reverse({writer.inner.text(values)})[{index}]")


def _try_from_end(writer: Writer, call: Call) -> Piece:
    return Piece(f"try({_from_end(writer, call).text}, null)")


def _coalesce(writer: Writer, call: Call) -> Piece:
    first, *rest = call.arguments
    if not rest:
        return writer.piece(first)
    other = rest[0] if len(rest) == 1 else Call("coalesce", tuple(rest), place=call.place)
    return writer.choice(f"{writer.free.text(first, Level.ORDER)} != null", first, other)


def _extreme(name: str) -> Form:
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


_LISTS: dict[str, Form] = {
    "concat": _concat,
    "range": _range,
    "union": _union,
    "shallowMerge": _shallow_merge,
    "intersection": _intersection,
    "items": _items,
    "objectKeys": _wrapped("keys(@)"),
    "flatten": _wrapped("concat([], @...)"),
    "tryGet": _try_get,
    "indexFromEnd": _from_end,
    "tryIndexFromEnd": _try_from_end,
    "coalesce": _coalesce,
    "min": _extreme("min"),
    "max": _extreme("max"),
}


# ---- truth and numbers


def _if(writer: Writer, call: Call) -> Piece:
    condition, yes, no = call.arguments
    return writer.choice(writer.free.text(condition, Level.OR), yes, no)


def _chain(symbol: str, level: Level, otherwise: Callable[[str, str], str]) -> Form:
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
        return _emptiness(writer, value.arguments[0], empty=False)
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


def _order(symbol: str) -> Form:
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
            return Piece(f'{_lowered(writer.free, value)} == "true"', Level.EQUALITY)
        case Kind.NUMBER:
            return Piece(f"{writer.free.text(value, Level.ORDER)} != 0", Level.EQUALITY)
        case _:
            raise _undecided(call)


def _int(writer: Writer, call: Call) -> Piece:
    if kind_of(call.arguments[0]) is not Kind.TEXT:
        raise _undecided(call)
    return Piece(f"parseint({writer.free.text(call.arguments[0])}, 10)")


def _div(writer: Writer, call: Call) -> Piece:
    """Toward zero, which division and ``floor`` are not."""
    left, right = call.arguments
    free = writer.free
    a, b = free.text(left, Level.PRODUCT), free.text(right, Level.SIGN)
    if never_negative(left) and never_negative(right):
        return Piece(f"floor({a} / {b})")
    return Piece(f"({free.text(left, Level.SUM)} - {a} % {b}) / {b}", Level.PRODUCT)


_LOGIC: dict[str, Form] = {
    "if": _if,
    "and": _chain("&&", Level.AND, lambda first, rest: f"{first} ? {rest} : false"),
    "or": _chain("||", Level.OR, lambda first, rest: f"{first} ? true : {rest}"),
    "not": _not,
    "equals": _equals,
    "greater": _order(">"),
    "greaterOrEquals": _order(">="),
    "less": _order("<"),
    "lessOrEquals": _order("<="),
    "bool": _bool,
    "add": _operator("+", Level.SUM),
    "sub": _operator("-", Level.SUM),
    "mul": _operator("*", Level.PRODUCT),
    "mod": _operator("%", Level.PRODUCT),
    "div": _div,
    "int": _int,
    "float": _wrapped("convert(@, number)"),
}


# ---- dates, addresses


def _utc_now(writer: Writer, call: Call) -> Piece:
    pattern = _text_of(call.arguments[0]) if call.arguments else DEFAULT_NOW
    if pattern is None:
        raise NoFormError("the date format is unknown", call.place)
    return Piece(date_forms.formatted(pattern, "timestamp()"))


def _date_time_add(writer: Writer, call: Call) -> Piece:
    base, length, *rest = call.arguments
    iso, pattern = _text_of(length), _text_of(rest[0]) if rest else ""
    if iso is None or pattern is None:
        raise NoFormError("the duration or format of dateTimeAdd is unknown", call.place)
    added = f'timeadd({_instant(writer, base)}, "{date_forms.duration(iso)}")'
    return Piece(date_forms.formatted(pattern, added) if pattern else added)


def _instant(writer: Writer, base: Value) -> str:
    """The base as RFC 3339; ``utcNow`` to the second is the run's own time.

    A live one may have the compact form that ``utcNow`` has by default.
    """
    if isinstance(base, Call) and base.function == "utcNow":
        pattern = _text_of(base.arguments[0]) if base.arguments else DEFAULT_NOW
        if pattern in date_forms.ISO:
            return "timestamp()"
    known = _text_of(base)
    if known is not None and "-" not in known:
        raise NoFormError("timeadd cannot read a date without dashes", base.place)
    text = writer.inner.text(base)
    readable = f'replace({text}, " ", "T")'
    if known is not None:
        return readable
    return f'regex_replace({readable}, "^(....)(..)(..T..)(..)(..Z)$", "$1-$2-$3:$4:$5")'


def _date_from_epoch(writer: Writer, call: Call) -> Piece:
    return Piece(f'timeadd("1970-01-01T00:00:00Z", "${{{writer.free.text(call.arguments[0])}}}s")')


def _date_to_epoch(writer: Writer, call: Call) -> Piece:
    return Piece(f"rfc3339_parse({_instant(writer, call.arguments[0])}).unix")


def _cidr_subnet(writer: Writer, call: Call) -> Piece:
    network, prefix, index = call.arguments
    free = writer.free
    known = _text_of(network)
    own = known.split("/")[1] if known and "/" in known else f'convert(split("/", {free.text(network)})[1], number)'
    return Piece(f"cidrsubnet({free.text(network)}, {free.text(prefix, Level.SUM)} - {own}, {free.text(index)})")


def _cidr_host(writer: Writer, call: Call) -> Piece:
    network, index = call.arguments
    known = _number_of(index)
    number = f"{writer.free.text(index, Level.SUM)} + 1" if known is None else str(known + 1)
    return Piece(f"cidrhost({writer.free.text(network)}, {number})")


_CIDR_PARTS = {
    "network": "cidrhost(@, 0)",
    "netmask": "cidrnetmask(@)",
    "firstusable": "cidrhost(@, 1)",
    "lastusable": "cidrhost(@, -2)",
    "broadcast": "cidrhost(@, -1)",
    "cidr": 'convert(split("/", @)[1], number)',
}


def _cidr_part(writer: Writer, call: Call) -> Piece:
    parsed, key = call.arguments
    template = _CIDR_PARTS.get((_text_of(key) or "").lower())
    if template is None or not isinstance(parsed, Call):
        raise NoFormError("parseCidr has no such part in HCL", call.place)
    return Piece(template.replace("@", writer.free.text(parsed.arguments[0])))


_DATES_AND_ADDRESSES: dict[str, Form] = {
    "format": _format,
    "utcNow": _utc_now,
    "dateTimeAdd": _date_time_add,
    "dateTimeFromEpoch": _date_from_epoch,
    "dateTimeToEpoch": Since("rfc3339_parse", (1, 16), _date_to_epoch),
    "cidrSubnet": _cidr_subnet,
    "cidrHost": _cidr_host,
    "parseCidr.": _cidr_part,
}


# ---- lambdas


def _lambda(value: Value) -> Lambda:
    if isinstance(value, Lambda):
        return value
    raise NoFormError("a lambda is missing", value.place)


def _map(writer: Writer, call: Call) -> Piece:
    values, function = call.arguments[0], _lambda(call.arguments[1])
    inside, names = writer.binding(*function.parameters)
    return Piece(f"[for {_loop(names)} in {writer.inner.text(values)} : {inside.text(function.body)}]")


def _filter(writer: Writer, call: Call) -> Piece:
    values, function = call.arguments[0], _lambda(call.arguments[1])
    inside, names = writer.binding(*function.parameters)
    test = inside.free.text(function.body)
    return Piece(f"[for {_loop(names)} in {writer.text(values)} : {names[0]} if {test}]")


def _loop(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[1]}, {names[0]}"


def _to_object(writer: Writer, call: Call) -> Piece:
    return _keyed(writer, call, grouped="")


def _group_by(writer: Writer, call: Call) -> Piece:
    return _keyed(writer, call, grouped="...")


def _keyed(writer: Writer, call: Call, *, grouped: str) -> Piece:
    values, keys, *rest = call.arguments
    chosen = _lambda(keys)
    inside, names = writer.binding(chosen.parameters[0])
    body = names[0]
    if rest:
        other = _lambda(rest[0])
        body = inside.alias(other.parameters[0], names[0]).text(other.body)
    key = inside.text(chosen.body)
    return Piece(f"{{ for {names[0]} in {writer.inner.text(values)} : {key} => {body}{grouped} }}")


def _map_values(writer: Writer, call: Call) -> Piece:
    values, function = call.arguments[0], _lambda(call.arguments[1])
    inside, names = writer.binding(function.parameters[0], " key")
    value, key = names
    text = inside.text(function.body)
    return Piece(f"{{ for {key}, {value} in {writer.inner.text(values)} : {key} => {text} }}")


def _reduce(writer: Writer, call: Call) -> Piece:
    """The few folds that HCL has a function for: merging flat objects, sums, joining."""
    values, start, function = call.arguments[0], call.arguments[1], _lambda(call.arguments[2])
    body = function.body
    names = function.parameters[:2]
    parts = body.arguments if isinstance(body, Call) else body.parts if isinstance(body, Joined) else ()
    if len(names) == 2 and tuple(parts) == (Bound(names[0]), Bound(names[1])):
        operation = body.function if isinstance(body, Call) else "concat"
        text = writer.inner.text(values)
        if operation == "add":
            total = f"{writer.free.text(start, Level.SUM)} + sum({text})"
            return Piece(f"length({text}) == 0 ? {writer.free.text(start)} : {total}", Level.CHOICE)
        if operation == "concat" and kind_of(start) is Kind.LIST:
            return Piece(f"concat({writer.text(start)}, {text}...)")
        if operation == "concat" and kind_of(start) is Kind.TEXT:
            return writer.joined((start, Call("join", (values, Literal("")))))
        if operation == "union" and start == ObjectOf(()) and _flat_items(writer, values):
            return Piece(f"merge({text}...)")
    raise NoFormError("HCL has no general reduce", call.place)


def _flat_items(writer: Writer, values: Value) -> bool:
    if isinstance(values, Call) and values.function == "map" and isinstance(values.arguments[1], Lambda):
        body = values.arguments[1].body
        return isinstance(body, ObjectOf) and _is_flat(writer, body)
    return isinstance(values, Variable | Local) and writer.item_kinds(values) in SCALARS


_LAMBDAS: dict[str, Form] = {
    "map": _map,
    "filter": _filter,
    "toObject": _to_object,
    "groupBy": _group_by,
    "mapValues": _map_values,
    "reduce": _reduce,
}


def _only_azure(function: str) -> Form:
    def form(writer: Writer, call: Call) -> Piece:
        raise NoFormError(f"only Azure can evaluate {function}", call.place)

    return form


_AZURE_ONLY = (
    "reference references listKeys listAccountSas listServiceSas listSecrets listCredential listCredentials list "
    "pickZones providers toLogicalZone toPhysicalZone roleDefinitions subscription resourceGroup deployment "
    "environment tenant managementGroup deployer"
)
_AZURE: dict[str, Form] = {name: _only_azure(name) for name in _AZURE_ONLY.split()}

FORMS: dict[str, Form] = {**_TEXTS, **_LISTS, **_LOGIC, **_DATES_AND_ADDRESSES, **_LAMBDAS, **_AZURE}
