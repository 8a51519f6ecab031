"""The commands that a person runs in a new project, one after the other, once its values are filled in."""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.assemble.whole_run import is_more_than_a_build
from aib2packer.emit.stages import on_error, validations
from aib2packer.ir.choices import Language
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Builder

_SCRIPT = {Language.SH: "sh {}.sh", Language.POWERSHELL: "powershell -ExecutionPolicy Bypass -File {}.ps1"}


def fetch_commands(project: Build) -> tuple[str, ...]:
    """The commands that download files into the project; none where nothing is downloaded."""
    return (_script("scripts/fetch", project),) if project.downloads else ()


def build_commands(project: Build) -> tuple[str, ...]:
    """The commands that set the project up, check it and build; the script of the whole run where it takes more than Packer."""
    if is_more_than_a_build(project):
        return (_script("run", project),)
    return tuple(_of_packer(project))


def _of_packer(project: Build) -> Iterator[str]:
    if project.plugins:
        yield "packer init ."
    yield "packer validate ."
    yield f"packer build{on_error(project)} ."
    if project.builder is Builder.MACHINE:
        yield from validations(project)


def _script(stem: str, project: Build) -> str:
    return _SCRIPT[project.choices.languages[0]].format(stem)
