"""run.sh and run.ps1: the whole run, where it is more than `packer build`."""

from __future__ import annotations

from aib2packer.emit.run_lines import commands_in
from aib2packer.emit.script_languages import own_script
from aib2packer.ir.choices import Language
from aib2packer.lowering.build import Build
from aib2packer.lowering.lowered import Script
from aib2packer.lowering.run_lines import Ask


def run_scripts(build: Build) -> tuple[Script, ...]:
    """The script in each of the languages that were chosen; none for a project that `packer build` runs as a whole."""
    return tuple(_script(build, language) for language in build.choices.languages) if build.run.has_script else ()


def _script(build: Build, language: Language) -> Script:
    path = f"run{language.suffix}"
    # A value that two stages take is taken once.
    lines = dict.fromkeys(line for stage in build.run.stages for line in stage.lines)
    asked = [line.expression for line in lines if isinstance(line, Ask)]
    values: dict[str, object] = {
        "minutes": build.run.minutes or "MINUTES",
        "has_templates": any("${var." in each or "${local." in each for each in asked),
        "lines": commands_in(lines, language),
    }
    return own_script(path, f"{path}.j2", values)
