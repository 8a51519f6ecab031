"""The commands that a person runs in a new project, one after the other, once its values are filled in."""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.emit.run_lines import commands_in
from aib2packer.ir.choices import Auth, Language, Pipeline
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Builder

_SCRIPT = {Language.SH: "sh {}.sh", Language.POWERSHELL: "powershell -ExecutionPolicy Bypass -File {}.ps1"}


def fetch_commands(build: Build) -> tuple[str, ...]:
    """The commands that download files into the project; none where nothing is downloaded."""
    return (_script("scripts/fetch", build),) if build.files.downloads else ()


def build_commands(build: Build) -> tuple[str, ...]:
    """The commands that set the project up, check it and build; the script of the whole run where it takes more than Packer.

    None where only the pipeline can sign in.
    """
    if build.choices.pipeline is Pipeline.GITHUB and build.choices.auth is Auth.OIDC:
        return ()
    if build.run.has_script:
        return (_script("run", build),)
    return tuple(_of_packer(build))


def _of_packer(build: Build) -> Iterator[str]:
    if build.plugins:
        yield "packer init ."
    yield "packer validate ."
    yield " ".join(("packer", "build", *build.run.options, "."))
    if build.builder is Builder.MACHINE:
        yield from commands_in(build.run.validations)


def _script(stem: str, build: Build) -> str:
    return _SCRIPT[build.choices.languages[0]].format(stem)
