"""Placeholders such as ``<subscriptionID>``: values that people or pipelines fill in before they submit a template.

Each becomes one input, wherever and in whichever letter case it stands. In lines of a script, ``<word>`` may be anything
(redirections, markup), so there it counts only if the same placeholder stands outside of scripts too; ``{word}``, ``{{word}}`` and
``$(word)`` never count in scripts, because they are the scripts' own. ``$word``, ``${word}``, ``@@word@@`` and ``%word%`` count where
no such text can be meant: in ids, and as whole values.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.values import (
    Access,
    Conditional,
    Entry,
    Input,
    Joined,
    Kind,
    Lambda,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Role,
    Value,
    Variable,
    parts_of,
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
_FORMS_OF_SHELLS = (
    r"\$\{([A-Za-z_]\w{0,60})\}",
    r"\$(?!(?:true|false|null)\b)([A-Za-z_]\w{0,60})",
    r"@@([A-Za-z_]\w{0,60})@@",
    r"%([A-Za-z_]\w{0,60})%",
)
_IN_SCRIPT = re.compile("|".join(_FORMS))
_OUTSIDE = re.compile("|".join((*_FORMS, *_FORMS_OUTSIDE_SCRIPTS)))
_SHELL = re.compile("|".join(_FORMS_OF_SHELLS))
_ANYWHERE = re.compile("|".join((*_FORMS, *_FORMS_OUTSIDE_SCRIPTS, *_FORMS_OF_SHELLS)))


@dataclass(frozen=True, slots=True)
class Filled:
    """A template, and the named values that it uses, whose placeholders are inputs."""

    value: Value
    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...] = ()


@dataclass(slots=True)
class _Seen:
    scripts: frozenset[str]
    spelling: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def note(self, text: str, in_script: bool) -> None:
        if in_script:
            return
        for match in _pattern(text, in_script).finditer(text):
            name = _name(match)
            self.spelling.setdefault(name.lower(), name)
            self.written.setdefault(name.lower(), match.group())


def fill_placeholders(value: Value, scripts: frozenset[str], named: tuple[tuple[Local, Value], ...] = ()) -> Filled:
    """Turns each placeholder of an image template resource, and of its named values, into an input of the project.

    ``scripts`` are the names of the keys that hold scripts, in lower case.

    >>> filled = fill_placeholders(ObjectOf((Entry(Literal("location"), Literal("<region>")),)), frozenset())
    >>> [each.name for each in filled.inputs]
    ['region']
    """
    seen = _Seen(scripts)
    for each in (value, *(definition for _, definition in named)):
        _walk(each, False, seen)
    filled = _rebuild(value, False, seen)
    locals_ = tuple((local, _rebuild(each, False, seen)) for local, each in named)
    inputs = (
        Input(name=name, role=Role.PLACEHOLDER, kind=Kind.TEXT, description=seen.written[key], secret=is_called_secret(name))
        for key, name in seen.spelling.items()
    )
    return Filled(filled, tuple(inputs), locals_)


def _pattern(text: str, in_script: bool) -> re.Pattern[str]:
    """The forms of placeholders that may be in a text: those of shells only in an id, or as a whole value."""
    if in_script:
        return _IN_SCRIPT
    return _ANYWHERE if text.lower().startswith("/subscriptions/") or _SHELL.fullmatch(text) else _OUTSIDE


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _walk(value: Value, in_script: bool, seen: _Seen) -> None:
    match value:
        case Literal(str() as text):
            seen.note(text, in_script)
        case ObjectOf(entries):
            for entry in entries:
                _walk(entry.key, in_script, seen)
                _walk(entry.value, in_script or (entry.name or "").lower() in seen.scripts, seen)
        case Access(inner, _) | Conditional(_, inner) | Lambda(_, inner) | Repeated(_, _, inner):
            _walk(inner, in_script, seen)
        case _:
            for part in parts_of(value):
                _walk(part, in_script, seen)


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
    below = in_script or (entry.name or "").lower() in seen.scripts
    return Entry(_rebuild(entry.key, in_script, seen), _rebuild(entry.value, below, seen))


def _flat(value: Joined) -> Joined:
    """Texts in texts as one row of parts."""
    parts = tuple(inner for part in value.parts for inner in (part.parts if isinstance(part, Joined) else (part,)))
    return Joined(parts, place=value.place)


def _fill(value: Literal, in_script: bool, seen: _Seen) -> Value:
    text = str(value.value)
    parts: list[Value] = []
    position = 0
    for match in _pattern(text, in_script).finditer(text):
        name = seen.spelling.get(_name(match).lower())
        if name is None:
            continue
        if match.start() > position:
            parts.append(Literal(text[position : match.start()], place=value.place))
        parts.append(Variable(name, Role.PLACEHOLDER, Kind.TEXT, is_called_secret(name), place=value.place))
        position = match.end()
    if not parts:
        return value
    if position < len(text):
        parts.append(Literal(text[position:], place=value.place))
    return parts[0] if len(parts) == 1 else Joined(tuple(parts), place=value.place)
