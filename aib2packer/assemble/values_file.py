"""The file of values: one line for each that was given at conversion or must be filled in before the build."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aib2packer.hcl.names import environment_name
from aib2packer.hcl.nodes import Attribute, Comment, Gap, Item
from aib2packer.ir.text import one_line
from aib2packer.ir.values import Input
from aib2packer.lowering.build import Build, Declared
from aib2packer.lowering.open_values import all_variables, open_secrets, open_values

_EMPTY = {"string": '""', "number": "0", "bool": "false"}


def values_file(build: Build) -> tuple[Item, ...]:
    """What stands in the file; nothing if there are no values. It never contains secrets."""
    given: list[Item] = [
        Attribute(name=name, value=each.given) for name, each in all_variables(build).items() if each.given is not None
    ]
    asked, secrets = open_values(build), open_secrets(build)
    parts: list[list[Item]] = [
        [Comment(text="Packer reads this file automatically. Uncomment each line and fill it in.")] if asked else [],
        [Comment(text=line) for line in _lines(asked)],
        given,
        [Comment(text=_secrets(secrets))] if secrets else [],
    ]
    return tuple(item for part in parts if part for item in (Gap(), *part))[1:]


def _lines(asked: Mapping[str, Declared]) -> list[str]:
    """``name = "" # description``, with the signs one below the other as `packer fmt` puts them."""
    values = {name: _empty(each.type) for name, each in asked.items()}
    names, widest = max(map(len, asked), default=0), max(map(len, values.values()), default=0)
    return [
        f"{name:{names}} = {values[name]:{widest}} # {one_line(each.input.description)}{_allowed(each.input)}"
        for name, each in asked.items()
    ]


def _empty(held: str) -> str:
    """A value of a type for a person to fill in.

    >>> _empty("string"), _empty("list(string)"), _empty("object({ name = string, count = optional(number) })")
    ('""', '[]', '{ name = "", count = 0 }')
    """
    if held.startswith("object("):
        attributes = re.findall(r"([\w-]+) *= *(?:optional\()?([a-z]+)", held)
        return f"{{ {', '.join(f'{name} = {_empty(inner)}' for name, inner in attributes)} }}" if _is_flat(held) else "{}"
    return _EMPTY.get(held, "[]" if held.startswith(("list(", "set(")) else "{}" if held.startswith("map(") else '""')


def _is_flat(held: str) -> bool:
    return held.count("object(") == 1 and "list(" not in held and "map(" not in held


def _allowed(declared: Input) -> str:
    return f" One of: {', '.join(map(str, declared.rule.allowed))}." if declared.rule.allowed else ""


def _secrets(secrets: Mapping[str, Declared]) -> str:
    given = ", ".join(
        f"{environment_name(name)}{'' if each.type == 'string' else f' ({_empty(each.type)})'}" for name, each in secrets.items()
    )
    return f"Secrets are not written here. Set them in the environment: {given}"
