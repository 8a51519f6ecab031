"""The variables of a project that have no value yet."""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.hcl.names import environment_name
from aib2packer.lowering.build import Build, Declared
from aib2packer.lowering.reads import key_of


def all_variables(build: Build) -> Mapping[str, Declared]:
    """The variables of a project and those of its validators, by name."""
    of_checks = build.checks.declared.variables if build.checks is not None else {}
    return {**of_checks, **build.declared.variables}


def sentences_of_inputs(build: Build) -> Mapping[tuple[str, str], str]:
    """How each input that became a variable is given, by its role and name."""
    return {key_of(each.input): _how_to_give(name, each.input.secret) for name, each in all_variables(build).items()}


def _how_to_give(name: str, is_secret: bool) -> str:
    if is_secret:
        return f"Set {environment_name(name)} for the build."
    return f"It became the variable {name}. Set it for the build."


def open_values(build: Build) -> Mapping[str, Declared]:
    """Those that a person fills in; not a version that the run itself finds."""
    return {
        name: each
        for name, each in all_variables(build).items()
        if each.is_open and not each.input.secret and name not in build.run.finds
    }


def open_secrets(build: Build) -> Mapping[str, Declared]:
    """Those that are secret, which the environment gives."""
    return {name: each for name, each in all_variables(build).items() if each.is_open and each.input.secret}


def secrets_in_environment(build: Build) -> tuple[str, ...]:
    """The environment variables by which the build and the fetch script are given secrets."""
    fetched = [each.secret for each in build.files.downloads if each.secret is not None]
    return tuple(dict.fromkeys([*map(environment_name, open_secrets(build)), *fetched]))
