"""The variables of a project that have no value yet."""

from __future__ import annotations

from aib2packer.constructs.project import Project
from aib2packer.ir.values import Input


def open_values(project: Project) -> dict[str, Input]:
    """Those that a person fills in, by name; the validators' own among them."""
    return {name: each for name, each in _without_value(project).items() if not each.secret}


def open_secrets(project: Project) -> list[str]:
    """The names of those that are secret, which the environment gives."""
    return [name for name, each in _without_value(project).items() if each.secret]


def _without_value(project: Project) -> dict[str, Input]:
    of_checks = project.checks.inputs if project.checks is not None else {}
    return {
        name: each
        for name, each in {**of_checks, **project.inputs}.items()
        if each.default is None and (each.given is None or each.secret)
    }
