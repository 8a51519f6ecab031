"""Works out what an expression of a Packer project says, as far as it is known; the rest stays an expression in one spelling.

Source: https://developer.hashicorp.com/packer/docs/templates/hcl_templates/expressions
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct, field

from aib2packer.source.terraform import plain
from aib2packer.source.terraform.nodes import (
    Binary,
    Choice,
    Constant,
    For,
    Function,
    Index,
    Items,
    Name,
    Node,
    Pairs,
    Splat,
    Template,
    Text,
    TextFor,
    TextIf,
    Unary,
)

Scalar = str | int | float | bool | None


class Live(Struct, frozen=True):
    """An expression whose value only a build knows, in one spelling; ``names`` are the variables and data in it, in order."""

    text: str
    names: tuple[str, ...] = ()


Read = Scalar | Live | list["Read"] | dict[str, "Read"]

ROOT = "."
"""What ``path.root`` is: paths are counted from the folder of the project."""
_READS_FILE = "file"


class Scope(Struct, frozen=True):
    """What names stand for: ``known`` maps ``var.x`` and ``local.x`` to an expression or a value; ``file_text`` gives the text of a file."""

    known: Mapping[str, Node | Read]
    file_text: Callable[[str], str | None]
    _values: dict[str, Read] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)

    def value(self, name: str) -> Read:
        """The value of a variable or a local; itself where it has none, or stands for itself."""
        if name not in self._values:
            if name not in self.known or name in self._open:
                return Live(name, (name,))
            self._open.add(name)
            known = self.known[name]
            self._values[name] = evaluate(known, self) if isinstance(known, Node) else known
            self._open.discard(name)
        return self._values[name]


def evaluate(node: Node, scope: Scope, bound: Mapping[str, Read] | None = None) -> Read:
    """The value of an expression; ``bound`` are the names that a ``for`` around it binds."""
    within = bound or {}
    match node:
        case Constant(value):
            return value
        case Template():
            return _text(node, scope, within)
        case Items(items):
            return [evaluate(each, scope, within) for each in items]
        case Pairs(pairs):
            return _object(pairs, scope, within)
        case Name() | Index():
            return _reference(node, scope, within)
        case Function():
            return _call(node, scope, within)
        case Choice(condition, then, other):
            return _choice(evaluate(condition, scope, within), evaluate(then, scope, within), evaluate(other, scope, within))
        case Binary(sign, left, right):
            return _operation(sign, evaluate(left, scope, within), evaluate(right, scope, within))
        case Unary(sign, value):
            return _negated(sign, evaluate(value, scope, within))
        case For():
            return _for(node, scope, within)
        case Splat(base, keys):
            return _splat(evaluate(base, scope, within), [evaluate(key, scope, within) for key in keys], node)
        case _:
            return as_written(node)


def is_known(value: Read) -> bool:
    """Whether nothing in a value is live."""
    if isinstance(value, list):
        return all(map(is_known, value))
    if isinstance(value, dict):
        return all(map(is_known, value.values()))
    return not isinstance(value, Live)


def names_in(value: Read) -> Iterator[str]:
    """The variables and data that a value waits for."""
    if isinstance(value, Live):
        yield from value.names
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from names_in(each)


def spelled(value: Read) -> str:
    """A value as an expression, in one spelling."""
    if isinstance(value, Live):
        return value.text
    if isinstance(value, list):
        return f"[{', '.join(map(spelled, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(key, ensure_ascii=False)} = {spelled(each)}' for key, each in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)


def as_written(node: Node) -> Live:
    """An expression that is not worked out, without its line ends and indentation."""
    return Live(" ".join(node.place.source.text[node.place.start : node.place.end].split()))


def _live(text: str, *parts: Read) -> Live:
    return Live(text, tuple(name for part in parts for name in names_in(part)))


def _text(node: Template, scope: Scope, bound: Mapping[str, Read]) -> Read:
    if any(isinstance(part, TextIf | TextFor) for part in node.parts):
        return as_written(node)
    values = [part.text if isinstance(part, Text) else evaluate(part, scope, bound) for part in node.parts]
    if len(values) == 1:
        return values[0]
    known = [plain.text_of(each) for each in values if isinstance(each, str | int | float | bool)]
    if len(known) == len(values):
        return "".join(known)
    written = (
        json.dumps(each, ensure_ascii=False)[1:-1] if isinstance(each, str) else f"${{{spelled(each)}}}" for each in values
    )
    return _live(f'"{"".join(written)}"', *values)


def _object(pairs: Sequence[tuple[Node, Node]], scope: Scope, bound: Mapping[str, Read]) -> Read:
    found = [(evaluate(key, scope, bound), evaluate(value, scope, bound)) for key, value in pairs]
    if all(isinstance(key, str | int | float | bool) for key, _ in found):
        return {plain.text_of(key): value for key, value in found if isinstance(key, str | int | float | bool)}
    text = ", ".join(f"({spelled(key)}) = {spelled(value)}" for key, value in found)
    return _live(f"{{{text}}}", *(part for pair in found for part in pair))


def _reference(node: Name | Index, scope: Scope, bound: Mapping[str, Read]) -> Read:
    keys: list[Read] = []
    base: Node = node
    while isinstance(base, Index):
        keys.insert(0, evaluate(base.key, scope, bound))
        base = base.base
    if not isinstance(base, Name):
        return _within(evaluate(base, scope, bound), keys)
    if base.name in bound:
        return _within(bound[base.name], keys)
    if base.name in ("var", "local") and keys and isinstance(keys[0], str):
        return _within(scope.value(f"{base.name}.{keys[0]}"), keys[1:])
    if base.name == "path" and keys in (["root"], ["cwd"]):
        return ROOT
    name = ".".join([base.name, *(key if isinstance(key, str) else spelled(key) for key in keys)])
    return Live(name, (name,))


def _within(value: Read, keys: Sequence[Read]) -> Read:
    for number, key in enumerate(keys):
        if isinstance(value, dict) and isinstance(key, str) and key in value:
            value = value[key]
            continue
        if isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
            value = value[key]
            continue
        rest = "".join(f"[{spelled(each)}]" for each in keys[number:])
        return _live(f"{spelled(value)}{rest}", value, *keys[number:])
    return value


def _call(node: Function, scope: Scope, bound: Mapping[str, Read]) -> Read:
    arguments = [evaluate(each, scope, bound) for each in node.arguments]
    if node.is_spread and arguments and isinstance(arguments[-1], list):
        arguments = [*arguments[:-1], *arguments[-1]]
    if node.name == _READS_FILE and len(arguments) == 1 and isinstance(arguments[0], str):
        text = scope.file_text(arguments[0])
        if text is not None:
            return text
    if node.name in plain.FUNCTIONS and all(map(is_known, arguments)):
        with suppress(plain.NotPossibleError):
            return _read(plain.run(node.name, [_plain(each) for each in arguments]))
    spread = "..." if node.is_spread and arguments and isinstance(arguments[-1], Live) else ""
    return _live(f"{node.name}({', '.join(map(spelled, arguments))}{spread})", *arguments)


def _plain(value: Read) -> plain.Plain:
    """A known value, for a function."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return None if isinstance(value, Live) else value


def _read(value: plain.Plain) -> Read:
    if isinstance(value, list):
        return [_read(each) for each in value]
    return {key: _read(each) for key, each in value.items()} if isinstance(value, dict) else value


def _choice(condition: Read, then: Read, other: Read) -> Read:
    if isinstance(condition, bool):
        return then if condition else other
    return _live(f"{spelled(condition)} ? {spelled(then)} : {spelled(other)}", condition, then, other)


def _operation(sign: str, left: Read, right: Read) -> Read:
    if isinstance(left, bool) and isinstance(right, bool) and sign in ("&&", "||"):
        return left and right if sign == "&&" else left or right
    if is_known(left) and is_known(right):
        with suppress(plain.NotPossibleError):
            return plain.operate(sign, _plain(left), _plain(right))
    return _live(f"({spelled(left)} {sign} {spelled(right)})", left, right)


def _negated(sign: str, value: Read) -> Read:
    if isinstance(value, bool) and sign == "!":
        return not value
    if isinstance(value, int | float) and not isinstance(value, bool) and sign == "-":
        return -value
    return _live(f"{sign}{spelled(value)}", value)


def _for(node: For, scope: Scope, bound: Mapping[str, Read]) -> Read:
    collection = evaluate(node.collection, scope, bound)
    items = list(_items(collection))
    if not isinstance(collection, list | dict) or node.is_grouped:
        return _live(as_written(node).text, collection)
    values: list[Read] = []
    pairs: dict[str, Read] = {}
    for key, item in items:
        inner = {**bound, **dict(zip(node.names, (key, item) if len(node.names) > 1 else (item,), strict=False))}
        is_wanted = True if node.condition is None else evaluate(node.condition, scope, inner)
        if not isinstance(is_wanted, bool):
            return _live(as_written(node).text, collection, is_wanted)
        if not is_wanted:
            continue
        value = evaluate(node.body, scope, inner)
        if node.key is None:
            values.append(value)
            continue
        name = evaluate(node.key, scope, inner)
        if not isinstance(name, str):
            return _live(as_written(node).text, collection, name)
        pairs[name] = value
    return values if node.key is None else pairs


def _items(value: Read) -> Iterator[tuple[Read, Read]]:
    if isinstance(value, list):
        yield from enumerate(value)
    elif isinstance(value, dict):
        yield from value.items()


def _splat(base: Read, keys: Sequence[Read], node: Splat) -> Read:
    if isinstance(base, Live):
        return _live(as_written(node).text, base)
    items = base if isinstance(base, list) else [] if base is None else [base]
    return [_within(each, keys) for each in items]
