"""Prints YAML as a person would write it: plain scalars where they are safe, quotes elsewhere, blocks for scripts, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

_PLAIN = re.compile(r"[A-Za-z_/][ -~]*\Z")
_NOT_PLAIN = re.compile(r": |:\Z| #| \Z|\A(true|false|yes|no|on|off|null|y|n)\Z", re.IGNORECASE)
_UNSAFE = re.compile('["\\\\]|[^ -~\u00a1-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]')
_KEY = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)


class Expression(str):
    """An expression of the pipeline service (``${{ vars.NAME }}``): our own text, which stands as it is."""

    __slots__ = ()


class Noted(Struct, frozen=True):
    """A scalar with a remark behind it."""

    value: Scalar
    remark: str


class Below(Struct, frozen=True):
    """An entry or item below a remark."""

    remark: str
    value: Yaml


class Commented(Struct, frozen=True):
    """An entry that is commented out."""

    value: Yaml


class Script(Struct, frozen=True):
    """Lines of a shell."""

    lines: tuple[str, ...]


Scalar = str | int | bool
Yaml = Scalar | None | Script | Noted | Below | Commented | Mapping[str, "Yaml"] | Sequence["Yaml"]
"""None is an entry without a value."""


def document(heading: Sequence[str], body: Mapping[str, Yaml]) -> str:
    """A file: comments on top, then the entries with an empty line between them."""
    parts = [[f"# {line}" for line in heading], *([*_entry(key, value)] for key, value in body.items())]
    return "\n\n".join("\n".join(line if line.strip() else "" for line in part) for part in parts) + "\n"


def scalar(value: Scalar) -> str:
    r"""A scalar: a text is never an expression of the pipeline service, nor anything but that text.

    >>> print(scalar("packer build ."), scalar("yes"), scalar("a: \u0007"), scalar("${{ secrets.all }}"), scalar(90))
    packer build . "yes" "a: \u0007" "${{ '${{' }} secrets.all }}" 90
    """
    if isinstance(value, Expression):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = _no_expression(value)
    return text if _PLAIN.match(text) and not _NOT_PLAIN.search(text) else f'"{_UNSAFE.sub(_escaped, text)}"'


def _no_expression(text: str) -> str:
    return text.replace("${{", "${{ '${{' }}")


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _entry(key: str, value: Yaml) -> Iterator[str]:
    name = key if key == "on" or (_KEY.match(key) and not _NOT_PLAIN.search(key)) else scalar(key)
    match value:
        case None:
            yield f"{name}:"
        case str() | int() | Noted():
            yield f"{name}: {_scalar(value)}"
        case Script(lines):
            yield from _script(name, lines)
        case Below(remark, inner):
            yield f"# {remark}"
            yield from _entry(key, inner)
        case Commented(inner):
            yield from (f"# {line}" for line in _entry(key, inner))
        case Mapping() if not value:
            yield f"{name}: {{}}"
        case Mapping():
            yield f"{name}:"
            yield from (f"  {line}" for inner, each in value.items() for line in _entry(inner, each))
        case _:
            yield f"{name}:"
            yield from (f"  {line}" for each in value for line in _item(each))


def _script(name: str, lines: tuple[str, ...]) -> Iterator[str]:
    """A block, unless one plain line says it all, or a line cannot stand in a block as it is."""
    text = scalar("\n".join(lines))
    if text.startswith('"') and all(line.isprintable() for line in lines) and not lines[0].startswith(" "):
        yield f"{name}: |"
        yield from (f"  {_no_expression(line)}" for line in lines)
    else:
        yield f"{name}: {text}"


def _item(value: Yaml) -> Iterator[str]:
    match value:
        case Below(remark, inner):
            yield f"# {remark}"
            yield from _item(inner)
        case Mapping():
            first, *others = (line for key, each in value.items() for line in _entry(key, each))
            yield f"- {first}"
            yield from (f"  {line}" for line in others)
        case str() | int() | Noted():
            yield f"- {_scalar(value)}"
        case _:
            raise TypeError(value)


def _scalar(value: Scalar | Noted) -> str:
    return f"{scalar(value.value)} # {value.remark}" if isinstance(value, Noted) else scalar(value)
