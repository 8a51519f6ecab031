"""Settings of the command line that stand in a file: `.aib2packer.toml`, or `[tool.aib2packer]` of a pyproject.toml.

The nearest file counts, from the current folder upwards; of two in one folder `.aib2packer.toml` does. Only the command line reads
it. A conversion gets the options that result.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from aib2packer.diagnostics.model import Severity
from aib2packer.diagnostics.nearest import nearest
from aib2packer.ir.choices import Auth, Downloads, Option, Pipeline

OWN_FILE = ".aib2packer.toml"
SHARED_FILE = "pyproject.toml"
_TABLE = "tool.aib2packer"


class ConfigurationError(Exception):
    """A file of settings that cannot be used; the message has the file, the line if it is known, and what to write."""


class _WrongValueError(Exception):
    """A value that a setting cannot have; the message tells what to write."""


class Setting(Struct, frozen=True, kw_only=True):
    """One setting: the parameter of the command line that it stands for, and the function that reads its value."""

    parameter: str
    read: Callable[[object], object]


def _flag(value: object) -> object:
    if not isinstance(value, bool):
        raise _WrongValueError("Write true or false.")
    return value


def _one_of(words: Iterable[str]) -> Callable[[object], object]:
    allowed = [str(word) for word in words]

    def read(value: object) -> object:
        if value not in allowed:
            raise _WrongValueError(f"Write one of {_quoted(allowed)}.")
        return value

    return read


def _some_of(words: Iterable[str]) -> Callable[[object], object]:
    allowed = [str(word) for word in words]

    def read(value: object) -> object:
        if not isinstance(value, list) or any(each not in allowed for each in value):
            raise _WrongValueError(f"Write a list of {_quoted(allowed)}.")
        return tuple(value)

    return read


def _codes(value: object) -> object:
    from aib2packer.reference.ignoring import NotIgnoredError, ignorable

    if not isinstance(value, list) or any(not isinstance(each, str) for each in value):
        raise _WrongValueError('Write a list of codes, such as ["A2P607"].')
    try:
        return tuple(map(ignorable, value))
    except NotIgnoredError as error:
        raise _WrongValueError(str(error)) from error


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


SETTINGS: Mapping[str, Setting] = {
    "level": Setting(parameter="level", read=_one_of(Severity)),
    "ignore": Setting(parameter="ignored", read=_codes),
    "strict": Setting(parameter="strict", read=_flag),
    "with": Setting(parameter="extras", read=_some_of(Option)),
    "auth": Setting(parameter="auth", read=_one_of(Auth)),
    "scripts": Setting(parameter="scripts", read=_one_of(("sh", "powershell", "both"))),
    "downloads": Setting(parameter="downloads", read=_one_of(Downloads)),
    "pipeline": Setting(parameter="pipeline", read=_one_of(Pipeline)),
    "parameters-beside": Setting(parameter="beside", read=_flag),
}


def read_configuration(folder: Path) -> dict[str, object]:
    """The settings for runs in a folder, by parameter of the command line; empty without a file. Raises ConfigurationError."""
    for each in (folder, *folder.parents):
        for file in (each / OWN_FILE, each / SHARED_FILE):
            section = _section(file) if file.is_file() else None
            if section is not None:
                text, said = section
                return dict(_read(file, text, key, value) for key, value in said.items())
    return {}


def _section(file: Path) -> tuple[str, Mapping[str, object]] | None:
    """The text of a file and its settings; None for a pyproject.toml without any."""
    try:
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{file} is not UTF-8. Save it as UTF-8.") from error
    if file.name == SHARED_FILE and "aib2packer" not in text:
        return None
    import tomllib

    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(_syntax(file, str(error))) from error
    if file.name == OWN_FILE:
        return text, said
    tool = said.get("tool")
    section = tool.get("aib2packer") if isinstance(tool, dict) else None
    if section is None:
        return None
    if not isinstance(section, dict):
        raise ConfigurationError(f"{file}: {_TABLE} is a table. Write [{_TABLE}], and the settings below it.")
    return text, section


def _syntax(file: Path, problem: str) -> str:
    """What is wrong with the TOML, its line where the lines of messages are."""
    found = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", problem, re.DOTALL)
    where, reason = (f":{found[2]}" if found and found[2] else "", found[1] if found else problem)
    return f"{file}{where}: This is not TOML ({reason}). Correct it."


def _read(file: Path, text: str, key: str, value: object) -> tuple[str, object]:
    """The parameter of the command line that a setting stands for, and its value."""
    setting = SETTINGS.get(key)
    where = f"{file}{_line(file, text, key)}"
    if setting is None:
        near = nearest(key, SETTINGS)
        hint = f"Did you mean {near}? " if near else ""
        raise ConfigurationError(f"{where}: There is no setting {key}. {hint}Write one of {', '.join(SETTINGS)}.")
    try:
        return setting.parameter, setting.read(value)
    except _WrongValueError as problem:
        raise ConfigurationError(f"{where}: {key} cannot be {_shown(value)}. {problem}") from problem


def _shown(value: object) -> str:
    """A value as TOML has it, or nearly so; a long one in short."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _line(file: Path, text: str, key: str) -> str:
    """The line of a setting, where it is written in the usual way."""
    name = re.compile(rf"""\s*(?:\[*\s*)?(?:tool\s*\.\s*aib2packer\s*\.\s*)?["']?{re.escape(key)}["']?\s*[=.\]]""")
    table = "" if file.name == OWN_FILE else _TABLE
    current = ""
    for number, line in enumerate(text.split("\n"), 1):
        if name.match(line) and (current == table or line.lstrip().startswith(("[", "tool"))):
            return f":{number}"
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]", line)
        current = re.sub(r"[\s\"']", "", header[1]) if header else current
    return ""
