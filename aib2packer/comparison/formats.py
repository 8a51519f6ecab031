"""A comparison for people and for programs: lines of plain text, cells of a table, JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from aib2packer.comparison.read_hcl import Live, Read
from aib2packer.comparison.settings import Compared, Verdict

_WIDTH = 60


def as_json(template: str, project: str | None, rows: Sequence[Compared]) -> str:
    """The whole comparison; without a project its columns are left out."""
    settings = [
        {
            "setting": row.setting,
            "template": row.path,
            "converted": _plain(row.converted),
            **({"project": _plain(row.there), "verdict": row.verdict.value} if project is not None else {}),
        }
        for row in rows
    ]
    report = {"template": template, "project": project, "settings": settings}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def cells(rows: Sequence[Compared]) -> Iterator[tuple[str, str, str, str, str]]:
    """Verdict, AIB path, setting, value in the conversion, value in the project; each on one line."""
    for row in rows:
        converted, there = _short(_line(row.converted), _line(row.there))
        converted = "" if row.verdict is Verdict.EXTRA else converted
        there = "" if row.verdict is Verdict.MISSING else there
        yield row.verdict.value, row.path.removeprefix("properties."), row.setting, converted, there


def counts(rows: Sequence[Compared]) -> str:
    """How many settings are the same, and how many are not."""
    numbers = [(sum(row.verdict is verdict for row in rows), verdict.value) for verdict in Verdict]
    return ", ".join(f"{number} {word}" for number, word in numbers)


def is_same(rows: Sequence[Compared]) -> bool:
    """Whether all settings of both projects are the same."""
    return all(row.verdict is Verdict.SAME for row in rows)


def _short(*lines: str) -> tuple[str, ...]:
    """Both lines, cut to the width of a cell where they are long; from shortly before the place where they part, if they do."""
    same = next((number for number, letters in enumerate(zip(*lines, strict=False)) if len(set(letters)) > 1), 0)
    start = same - _WIDTH // 2 if len(set(lines)) > 1 and same > _WIDTH // 2 else 0
    return tuple(_cut(line, start) for line in lines)


def _cut(line: str, start: int) -> str:
    text = f"…{line[start:]}" if start else line
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _line(value: Read) -> str:
    plain = _plain(value)
    return " ".join((plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)).split())


def _plain(value: Read) -> object:
    if isinstance(value, Live):
        return value.text
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, dict) else value
