"""The variables of a project that have no value yet."""

from __future__ import annotations

from aib2packer.hcl.names import environment_name
from aib2packer.ir.values import Input
from aib2packer.lowering.build import Build


def all_variables(project: Build) -> dict[str, tuple[Input, str]]:
    """The variables of a project and those of its validators, with their types, by name."""
    of_checks = project.checks.say.variables() if project.checks is not None else {}
    return {**of_checks, **project.say.variables()}


def open_values(project: Build) -> dict[str, tuple[Input, str]]:
    """Those that a person fills in; not a version that the run itself finds."""
    return {
        name: (each, held)
        for name, (each, held) in _without_value(project).items()
        if not each.secret and name not in project.found_by_run
    }


def open_secrets(project: Build) -> dict[str, str]:
    """Those that are secret, which the environment gives: their names and types."""
    return {name: held for name, (each, held) in _without_value(project).items() if each.secret}


def has_values(project: Build) -> bool:
    """Whether a value was given at conversion, or is still open: then the project has a file of values."""
    given = any(each.given is not None for each, _ in all_variables(project).values() if not each.secret)
    return given or bool(open_values(project)) or bool(open_secrets(project))


def secrets_in_environment(project: Build) -> tuple[str, ...]:
    """The environment variables by which the build and the fetch script are given secrets."""
    fetched = [each.secret for each in project.downloads if each.secret is not None]
    return tuple(dict.fromkeys([*map(environment_name, open_secrets(project)), *fetched]))


def _without_value(project: Build) -> dict[str, tuple[Input, str]]:
    return {
        name: (each, held)
        for name, (each, held) in all_variables(project).items()
        if each.default is None and (each.given is None or each.secret)
    }
