"""values.auto.pkrvars.hcl: a line for each value that a person gave at conversion, or has to fill in before the build."""

from __future__ import annotations

from aib2packer.constructs.project import Project
from aib2packer.emitters.open_values import open_secrets, open_values
from aib2packer.hcl.names import environment_name
from aib2packer.hcl.nodes import Attribute, Comment, Gap, Item
from aib2packer.hcl.printer import print_items
from aib2packer.ir.values import Input, Kind

FILE = "values.auto.pkrvars.hcl"
_EMPTY = {Kind.TEXT: '""', Kind.NUMBER: "0", Kind.FLAG: "false", Kind.LIST: "[]", Kind.OBJECT: "{}"}


def values_file(project: Project) -> str:
    """The text of the file; empty where there is nothing to give. Secrets are never in it."""
    given: list[Item] = [
        Attribute(name=name, value=project.plain(each.given, each.name))
        for name, each in project.inputs.items()
        if each.given is not None and not each.secret
    ]
    asked = open_values(project)
    secrets = open_secrets(project)
    parts: list[list[Item]] = [
        [Comment(text="Packer reads this file by itself. Uncomment each line and fill it in.")] if asked else [],
        given,
        [Comment(text=line) for line in _lines(asked)],
        [Comment(text=_secrets(secrets))] if secrets else [],
    ]
    items = [item for part in parts if part for item in (*part, Gap())]
    return print_items(items[:-1]).text if items else ""


def _lines(asked: dict[str, Input]) -> list[str]:
    """``name = "" # description``, with the signs one below the other as `packer fmt` puts them."""
    values = {name: _EMPTY.get(each.kind, '""') for name, each in asked.items()}
    names, widest = max(map(len, asked), default=0), max(map(len, values.values()), default=0)
    return [
        f"{name:{names}} = {values[name]:{widest}} # {_one_line(each.description)}{_allowed(each)}"
        for name, each in asked.items()
    ]


def _allowed(declared: Input) -> str:
    return f" One of: {', '.join(map(str, declared.rule.allowed))}." if declared.rule.allowed else ""


def _secrets(names: list[str]) -> str:
    given = " ".join(environment_name(name) for name in names)
    return f"Secrets are not written here; set them in the environment: {given}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
