"""Placeholders such as ``<subscriptionID>``: values that people or pipelines fill in before they submit a template.

Each becomes one input, wherever and in whichever letter case it stands. In lines of a script, ``<word>`` may be anything
(redirections, markup), so there it counts only if the same placeholder stands outside of scripts too; ``{word}``, ``{{word}}`` and
``$(word)`` never count in scripts, because they are the scripts' own. ``$word``, ``${word}``, ``@@word@@`` and ``%word%`` count where
no such text can be meant: in ids, in names that cannot have such characters, and as whole values; in URLs only ``${word}`` and
``@@word@@``, for ``$web`` is a container and ``%20`` a space. A finding says so, for another program would have filled them in.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct, field

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.values import (
    Access,
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
_FORMS_IN_URLS = (_FORMS_OF_SHELLS[0], _FORMS_OF_SHELLS[2])
_KINDS = {"${": "Terraform or of a shell", "$": "a shell", "@@": "sed", "%": "a Windows shell"}
_MARKS = re.compile(r"[<{_$@%]")
"""One of them is in every placeholder; most texts have none."""
_HALF = re.compile(r"(?:<{1,2}|\$\{|@@|#\{)[A-Za-z][\w .-]{0,60}")
_IN_SCRIPT = re.compile("|".join(_FORMS))
_OUTSIDE = re.compile("|".join((*_FORMS, *_FORMS_OUTSIDE_SCRIPTS)))
_SHELL = re.compile("|".join(_FORMS_OF_SHELLS))
_ANYWHERE = re.compile("|".join((*_FORMS, *_FORMS_OUTSIDE_SCRIPTS, *_FORMS_OF_SHELLS)))
_IN_URL = re.compile("|".join((*_FORMS, *_FORMS_OUTSIDE_SCRIPTS, *_FORMS_IN_URLS)))
_STRICT = frozenset(
    (
        *("location", "vmsize", "runoutputname", "publisher", "offer", "sku", "version", "replicationregions"),
        *("imageid", "galleryimageid", "imageversionid", "subnetid", "stagingresourcegroup"),
    )
)
_URLS = frozenset({"scripturi", "sourceuri", "uri"})


class _Where(StrEnum):
    """What a text is: part of a script, a name or id that Azure restricts, a URL, or anything else."""

    SCRIPT = "script"
    STRICT = "strict"
    URL = "url"
    ELSEWHERE = "elsewhere"


class Filled(Struct, frozen=True):
    """A template, and the named values that it uses, whose placeholders are inputs."""

    value: Value
    inputs: tuple[Input, ...]
    locals: tuple[tuple[Local, Value], ...] = ()


class _Seen(Struct):
    scripts: frozenset[str]
    spelling: dict[str, str] = field(default_factory=dict)
    written: dict[str, tuple[str, Place | None]] = field(default_factory=dict)
    halves: list[Literal] = field(default_factory=list)

    def note(self, value: Literal, where: _Where) -> None:
        text = str(value.value)
        if not _MARKS.search(text):
            return
        for match in _pattern(text, where).finditer(text):
            name = _name(match)
            self.spelling.setdefault(name.lower(), name)
            self.written.setdefault(name.lower(), (match.group(), value.place))

    def below(self, where: _Where, entry: Entry) -> _Where:
        """What the texts in the value of a key are."""
        key = (entry.name or "").lower()
        if where is _Where.SCRIPT or key in self.scripts:
            return _Where.SCRIPT
        return _Where.STRICT if key in _STRICT else _Where.URL if key in _URLS else _Where.ELSEWHERE if entry.name else where


def fill_placeholders(
    value: Value, scripts: frozenset[str], named: tuple[tuple[Local, Value], ...] = (), findings: Findings | None = None
) -> Filled:
    """Turns each placeholder of an image template resource, and of its named values, into an input of the project.

    ``scripts`` are the names of the keys that hold scripts, in lower case; ``findings`` takes what there is to say.

    >>> filled = fill_placeholders(ObjectOf((Entry(Literal("location"), Literal("<region>")),)), frozenset())
    >>> [each.name for each in filled.inputs]
    ['region']
    """
    seen = _Seen(scripts)
    for each in (value, *(definition for _, definition in named)):
        _walk(each, _Where.ELSEWHERE, seen)
    if findings is not None:
        _report(seen, findings)
    if not seen.spelling:
        return Filled(value, (), named)
    filled = _rebuild(value, _Where.ELSEWHERE, seen)
    locals_ = tuple((local, _rebuild(each, _Where.ELSEWHERE, seen)) for local, each in named)
    inputs = (
        Input(name=name, role=Role.PLACEHOLDER, kind=Kind.TEXT, description=seen.written[key][0], secret=is_called_secret(name))
        for key, name in seen.spelling.items()
    )
    return Filled(filled, tuple(inputs), locals_)


def _report(seen: _Seen, findings: Findings) -> None:
    """Placeholders of other programs, and texts that look like half of a placeholder."""
    for written, place in seen.written.values():
        kind = next((kind for start, kind in _KINDS.items() if written.startswith(start)), None)
        if kind is not None and not written.startswith("$("):
            message = f"`{written}` is read as a placeholder of {kind}, not as a text."
            findings.add(codes.PLACEHOLDER_OF_PROGRAM, message, place=place)
    for half in seen.halves:
        message = f"`{half.value}` looks like half of a placeholder. It stays as it is. Complete it, or write the value."
        findings.add(codes.HALF_PLACEHOLDER, message, place=half.place)


def _pattern(text: str, where: _Where) -> re.Pattern[str]:
    """The forms of placeholders that may be in a text: those of shells where the text cannot be meant to hold them."""
    if where is _Where.SCRIPT:
        return _IN_SCRIPT
    if where is _Where.STRICT or text.lower().startswith("/subscriptions/") or _SHELL.fullmatch(text):
        return _ANYWHERE
    return _IN_URL if where is _Where.URL else _OUTSIDE


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _walk(value: Value, where: _Where, seen: _Seen, is_part: bool = False) -> None:
    match value:
        case Literal(str(text)):
            seen.note(value, where)
            if not is_part and _HALF.fullmatch(text):
                seen.halves.append(value)
        case ObjectOf(entries):
            for entry in entries:
                _walk(entry.key, where, seen)
                inner = seen.below(where, entry)
                if inner is not _Where.SCRIPT:  # what counts there is known from the rest
                    _walk(entry.value, inner, seen)
        case ListOf(items):
            for item in items:
                _walk(item, where, seen)
        case Access(inner, _) | Conditional(_, inner) | Lambda(_, inner) | Repeated(_, _, inner):
            _walk(inner, where, seen, True)
        case _:
            for part in parts_of(value):
                _walk(part, where, seen, True)


def _rebuild(value: Value, where: _Where, seen: _Seen) -> Value:
    match value:
        case Literal():
            return _fill(value, where, seen) if isinstance(value.value, str) else value
        case ObjectOf(entries):
            return value.having(tuple(_rebuilt_entry(entry, where, seen) for entry in entries))
        case _:
            changed = rebuilt(value, lambda part: _rebuild(part, where, seen))
            return _flat(changed) if isinstance(changed, Joined) else changed


def _rebuilt_entry(entry: Entry, where: _Where, seen: _Seen) -> Entry:
    return entry.having(_rebuild(entry.key, where, seen), _rebuild(entry.value, seen.below(where, entry), seen))


def _flat(value: Joined) -> Joined:
    """Texts in texts as one row of parts."""
    parts = tuple(inner for part in value.parts for inner in (part.parts if isinstance(part, Joined) else (part,)))
    return Joined(parts, place=value.place)


def _fill(value: Literal, where: _Where, seen: _Seen) -> Value:
    text = str(value.value)
    parts: list[Value] = []
    position = 0
    for match in _pattern(text, where).finditer(text):
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
