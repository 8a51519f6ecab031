"""Placeholders such as ``<subscriptionID>``: values that people or pipelines fill in before they submit a template.

Each becomes one input, wherever and in whichever letter case it stands. In lines of a script, ``<word>`` may be anything
(redirections, markup), so there it counts only if the same placeholder stands outside of scripts too; ``{word}``, ``{{word}}`` and
``$(word)`` never count in scripts, because they are the scripts' own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aib2packer.ir.values import (
    Access,
    Call,
    Conditional,
    Entry,
    Input,
    Joined,
    Kind,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Role,
    Value,
    Variable,
    rebuilt,
)

_FORMS = (
    r"<<([A-Za-z][\w .-]{0,60})>>",
    r"<([A-Za-z][\w .-]{0,60})>",
    r"#\{([A-Za-z][\w .-]{0,60})\}#",
    r"__([A-Za-z][A-Za-z0-9.-]*(?:_[A-Za-z0-9.-]+)*)__",
)
_FORMS_OUTSIDE_SCRIPTS = (
    r"\{\{ ?([A-Za-z][\w.-]{0,60}) ?\}\}",
    r"\$\(([A-Za-z][\w.-]{0,60})\)",
    r"(?<![{$])\{([A-Za-z][\w.-]{0,60})\}(?!\})",
)
_IN_SCRIPT = re.compile("|".join(_FORMS))
_OUTSIDE = re.compile("|".join((*_FORMS, *_FORMS_OUTSIDE_SCRIPTS)))
_SCRIPT_KEYS = frozenset({"inline", "restartcommand", "restartcheckcommand", "searchcriteria", "filters"})


@dataclass(frozen=True, slots=True)
class Filled:
    """A template, and the named values that it uses, whose placeholders are inputs."""

    value: Value
    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...] = ()


@dataclass(slots=True)
class _Seen:
    uses: dict[str, list[str]] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, written: str, path: str) -> None:
        self.spelling.setdefault(name.lower(), name)
        self.written.setdefault(name.lower(), written)
        self.uses.setdefault(name.lower(), []).append(path)


def fill_placeholders(value: Value, named: tuple[tuple[Local, Value], ...] = ()) -> Filled:
    """Turns each placeholder of an image template resource, and of its named values, into an input of the project.

    >>> filled = fill_placeholders(ObjectOf((Entry(Literal("location"), Literal("<region>")),)))
    >>> [each.name for each in filled.inputs]
    ['region']
    """
    seen = _Seen()
    _walk(value, "", False, lambda text, path, script: _note(text, path, script, seen))
    for local, each in named:
        _walk(each, f"variables.{local.name}", False, lambda text, path, script: _note(text, path, script, seen))
    filled = _rebuild(value, False, seen)
    locals_ = tuple((local, _rebuild(each, False, seen)) for local, each in named)
    return Filled(filled, tuple(_input(name, uses, seen) for name, uses in seen.uses.items()), locals_)


def _note(text: str, path: str, in_script: bool, seen: _Seen) -> None:
    if not in_script:
        for match in _OUTSIDE.finditer(text):
            seen.note(_name(match), match.group(), path)


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _walk(value: Value, path: str, in_script: bool, visit: Callable[[str, str, bool], None]) -> None:
    match value:
        case Literal(str() as text):
            visit(text, path, in_script)
        case ListOf(items):
            for number, item in enumerate(items):
                _walk(item, f"{path}[{number}]", in_script, visit)
        case ObjectOf(entries):
            for entry in entries:
                _walk_entry(entry, path, in_script, visit)
        case Joined(parts) | Call(_, parts):
            for part in parts:
                _walk(part, path, in_script, visit)
        case Conditional(_, inner) | Access(inner, _) | Lambda(_, inner) | Repeated(_, _, inner):
            _walk(inner, path, in_script, visit)


def _walk_entry(entry: Entry, path: str, in_script: bool, visit: Callable[[str, str, bool], None]) -> None:
    name = entry.name or ""
    visit(name, f"a key of {path}", in_script)
    below = f"{path}.{name}" if path else name
    _walk(entry.value, below, in_script or name.lower() in _SCRIPT_KEYS, visit)


def _rebuild(value: Value, in_script: bool, seen: _Seen) -> Value:
    match value:
        case Literal():
            return _fill(value, in_script, seen) if isinstance(value.value, str) else value
        case ObjectOf(entries):
            return ObjectOf(tuple(_rebuilt_entry(entry, in_script, seen) for entry in entries), place=value.place)
        case _:
            changed = rebuilt(value, lambda part: _rebuild(part, in_script, seen))
            return _flat(changed) if isinstance(changed, Joined) else changed


def _rebuilt_entry(entry: Entry, in_script: bool, seen: _Seen) -> Entry:
    below = in_script or (entry.name or "").lower() in _SCRIPT_KEYS
    return Entry(_rebuild(entry.key, in_script, seen), _rebuild(entry.value, below, seen))


def _flat(value: Joined) -> Joined:
    """Texts in texts as one row of parts."""
    parts = tuple(inner for part in value.parts for inner in (part.parts if isinstance(part, Joined) else (part,)))
    return Joined(parts, place=value.place)


def _fill(value: Literal, in_script: bool, seen: _Seen) -> Value:
    text = str(value.value)
    parts: list[Value] = []
    position = 0
    for match in (_IN_SCRIPT if in_script else _OUTSIDE).finditer(text):
        name = _name(match).lower()
        if name not in seen.uses:
            continue
        if match.start() > position:
            parts.append(Literal(text[position : match.start()], place=value.place))
        parts.append(Variable(seen.spelling[name], Role.PLACEHOLDER, Kind.TEXT, place=value.place))
        position = match.end()
    if not parts:
        return value
    if position < len(text):
        parts.append(Literal(text[position:], place=value.place))
    return parts[0] if len(parts) == 1 else Joined(tuple(parts), place=value.place)


def _input(name: str, uses: list[str], seen: _Seen) -> Input:
    where = list(dict.fromkeys(use.removeprefix("properties.") for use in uses))
    others = f" and {len(where) - 1} more" if len(where) > 1 else ""
    description = f"The template's {seen.written[name]}, in {where[0]}{others}."
    return Input(name=seen.spelling[name], role=Role.PLACEHOLDER, kind=Kind.TEXT, description=description)
