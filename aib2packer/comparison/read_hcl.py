"""Reads a Packer project back: its blocks in order, their settings as values, variables and locals put in where they are known.

python-hcl2 parses. It rejects a literal ``${`` or ``%{`` without a closing brace, which HCL writes ``$${`` and ``%%{``, so these
become characters of private use before it reads, and what they mean afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

_LITERAL = {"$${": "\ue0f0", "%%{": "\ue0f1"}
_MEANING = {"\ue0f0": "${", "\ue0f1": "%{"}
_REFERENCE = re.compile(r"\$\{\s*(var|local)\.([\w-]+)\s*\}")
_NAME = re.compile(r"(?<![\w.])(var|local)\.([\w-]+)")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_DEPTH = 8


class NotReadError(Exception):
    """A file is not HCL."""


@dataclass(frozen=True, slots=True)
class Live:
    """An expression, or a text with expressions, whose value only a build knows."""

    text: str


Read = str | int | float | bool | None | Live | list["Read"] | dict[str, "Read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBlock:
    """A block as it was written: its labels, and its settings and blocks in order; values are not put in yet."""

    kind: str
    labels: tuple[str, ...]
    settings: tuple[tuple[str, object, int], ...]
    blocks: tuple[ReadBlock, ...]
    file: str
    line: int

    def setting(self, name: str) -> object:
        """The value of a setting as it was written; None where there is none."""
        return next((value for each, value, _ in self.settings if each == name), None)


@dataclass(frozen=True, slots=True)
class ReadProject:
    """All blocks of a project, and the files that its settings may name (by their paths in it)."""

    blocks: tuple[ReadBlock, ...]
    files: Mapping[str, str]
    _known: dict[str, object] = field(default_factory=dict)

    def of_kind(self, kind: str) -> list[ReadBlock]:
        """The blocks of a kind (``source``), in order."""
        return [block for block in self.blocks if block.kind == kind]

    def value(self, written: object, depth: int = 0) -> Read:
        """A value with known variables and locals put in."""
        if isinstance(written, list):
            return [self.value(each, depth) for each in written]
        if isinstance(written, Mapping):
            return {_key(key): self.value(each, depth) for key, each in written.items() if not str(key).startswith("__")}
        if isinstance(written, str):
            return self._text(written, depth)
        return written if isinstance(written, int | float | bool) else None

    def _text(self, written: str, depth: int) -> Read:
        if not written.startswith('"'):
            whole = _REFERENCE.fullmatch(written)
            if whole is not None and depth < _DEPTH and _name(whole) in self._known:
                return self.value(self._known[_name(whole)], depth + 1)
            return self._live(" ".join(written.removeprefix("${").removesuffix("}").split()), depth)
        parts: list[str] = []
        position = 1
        for match in _REFERENCE.finditer(written):
            known = self.value(self._known[_name(match)], depth + 1) if _name(match) in self._known and depth < _DEPTH else None
            if not isinstance(known, str | int | float) or isinstance(known, bool):
                return self._live(written, depth)
            parts += [_plain(written[position : match.start()]), str(known)]
            position = match.end()
        rest = _REFERENCE.sub("", written[1:-1])
        if "${" in rest or "%{" in rest:
            return self._live(written, depth)
        return "".join((*parts, _plain(written[position:-1])))

    def _live(self, text: str, depth: int) -> Live:
        """An expression with the names in it replaced by what they stand for, so that two of them can be compared."""

        def meaning(match: re.Match[str]) -> str:
            if depth >= _DEPTH or _name(match) not in self._known:
                return match.group()
            known = self.value(self._known[_name(match)], depth + 1)
            return f"({known.text})" if isinstance(known, Live) else json.dumps(known, ensure_ascii=False, default=str)

        return Live(_restored(_NAME.sub(meaning, text)))


def read_project(files: Mapping[str, str]) -> ReadProject:
    """Reads the ``*.pkr.hcl`` files of a folder, and its ``*.auto.pkrvars.hcl``; raises NotReadError.

    Of a secret variable only the name is read.
    """
    names = [name for name in sorted(files) if "/" not in name]
    blocks = [block for name in names if name.endswith(".pkr.hcl") for block in read_blocks(files[name], name)[1]]
    known = {name: value for block in blocks for name, value in _defined(block)}
    for name in names:
        if name.endswith(".auto.pkrvars.hcl"):
            known |= {f"var.{each}": value for each, value, _ in read_blocks(files[name], name)[0]}
    secret = {block.labels[0] for block in blocks if block.kind in ("variable", "local") and block.setting("sensitive") is True}
    shown = {name: value for name, value in known.items() if name.partition(".")[2] not in secret}
    return ReadProject(tuple(blocks), files, shown)


def _defined(block: ReadBlock) -> Iterator[tuple[str, object]]:
    """The names that a block defines, as they are referred to, with their values."""
    if block.kind == "variable" and block.setting("default") is not None:
        yield f"var.{block.labels[0]}", block.setting("default")
    elif block.kind == "local":
        yield f"local.{block.labels[0]}", block.setting("expression")
    elif block.kind == "locals":
        yield from ((f"local.{name}", value) for name, value, _ in block.settings)


def read_blocks(text: str, file: str) -> tuple[tuple[tuple[str, object, int], ...], tuple[ReadBlock, ...]]:
    """The settings and the blocks of a file; raises NotReadError."""
    import hcl2
    from lark.exceptions import LarkError

    for literal, mark in _LITERAL.items():
        text = text.replace(literal, mark)
    try:
        body = hcl2.parses(text.removeprefix("\ufeff"), discard_comments=True).body
        return _settings(body), tuple(_blocks(body, file))
    except (LarkError, RuntimeError, ValueError) as error:
        line = getattr(error, "line", None)
        where = f"{file}:{line}" if isinstance(line, int) and line > 0 else file
        raise NotReadError(f"{where} is not valid HCL") from error


def _settings(body: object) -> tuple[tuple[str, object, int], ...]:
    from hcl2 import SerializationOptions
    from hcl2.rules.base import AttributeRule

    options = SerializationOptions(with_comments=False, preserve_heredocs=False)
    return tuple(
        (name, value, _line(child))
        for child in _children(body)
        if isinstance(child, AttributeRule)
        for name, value in child.serialize(options).items()
    )


def _blocks(body: object, file: str) -> Iterator[ReadBlock]:
    from hcl2.rules.base import BlockRule

    for child in _children(body):
        if isinstance(child, BlockRule):
            kind, *labels = (_key(label.serialize()) for label in child.labels)
            yield ReadBlock(
                kind=kind,
                labels=tuple(labels),
                settings=_settings(child.body),
                blocks=tuple(_blocks(child.body, file)),
                file=file,
                line=_line(child),
            )


def _children(body: object) -> Sequence[object]:
    return getattr(body, "children", ())


def _line(rule: object) -> int:
    """The parser has it, but shows it nowhere else."""
    return int(getattr(getattr(rule, "_meta", None), "line", 0))


def _name(match: re.Match[str]) -> str:
    return f"{match.group(1)}.{match.group(2)}"


def _key(written: object) -> str:
    text = str(written)
    return _plain(text[1:-1]) if text.startswith('"') else text


def _plain(text: str) -> str:
    """The text that the characters between the quotes stand for."""

    def meaning(match: re.Match[str]) -> str:
        code = match.group(1) or match.group(2)
        return chr(int(code, 16)) if code else _ESCAPES.get(match.group(3), match.group(3))

    return _ESCAPE.sub(meaning, _restored(text))


def _restored(text: str) -> str:
    for mark, meaning in _MEANING.items():
        text = text.replace(mark, meaning)
    return text
