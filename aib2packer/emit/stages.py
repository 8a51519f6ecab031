"""The whole run of a project: its stages in Image Builder's order, each with its commands."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from aib2packer.assemble.validation import FOLDER as CHECKS_FOLDER
from aib2packer.assemble.whole_run import builds_image, counts_version, overwrites_image
from aib2packer.constructs.outputs.shared_image import definition_options, unvalidated_variable, waits_for_validators
from aib2packer.emit.open_values import has_values
from aib2packer.emit.script_languages import POWERSHELL, command_lines, in_lines
from aib2packer.emit.values_file import FILE as VALUES
from aib2packer.ir.choices import Language
from aib2packer.ir.template import GalleryOutput, Numbering
from aib2packer.lowering.build import Build
from aib2packer.lowering.gallery_versions import counted_major, look_up_source
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.targets import LiveValues, Passed, Word
from aib2packer.lowering.words import Words

_VERSION = "PKR_VAR_image_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the run: its name, what it does, and its commands, which are lines of a POSIX shell in the project's folder."""

    name: str
    title: str
    commands: tuple[str, ...]


def stages_of(project: Build) -> tuple[Stage, ...]:
    """The whole run; only the stages that the project has."""
    return stages_in(project, Language.SH)


def stages_in(project: Build, language: Language) -> tuple[Stage, ...]:
    """The whole run, in the words of a language."""
    lines = _LINES[language]
    found = (Stage(name=name, title=title, commands=tuple(find(project, lines))) for name, (title, find) in _STAGES.items())
    return tuple(stage for stage in found if stage.commands)


def validates_first(project: Build) -> bool:
    """Whether validators come between the build and what is distributed after it."""
    checks = project.template.checks
    has_any = project.checks is not None and project.builder is Builder.AZURE
    return has_any and checks is not None and not checks.distribute_anyway and not checks.source_only


def _validates_image(project: Build) -> bool:
    """Whether the validators boot what the build made, and so need the number of its gallery version."""
    return project.checks is not None and project.builder is Builder.AZURE and builds_image(project)


class _Lines(Protocol):
    """How a language says the lines of a run."""

    version: Passed

    def call(self, command: str) -> str:
        """A command whose failure ends the run."""

    def script(self, stem: str) -> str:
        """The call of a script of the project."""

    def az(self, words: Iterable[Word]) -> str:
        """A call of az."""

    def ask(self, name: str, expression: str) -> str:
        """Takes a value from Packer."""

    def secret(self, name: str) -> str:
        """Takes a secret from the environment."""

    def check(self) -> Iterator[str]:
        """Stops the run where a variable has no value; the version follows later."""

    def look_up(self, words: Iterable[Word]) -> Iterator[str]:
        """Takes the version from az."""

    def count(self, words: Iterable[Word], major: str) -> Iterator[str]:
        """Finds the version above the highest that az lists."""


class _ShellLines:
    version = Passed(_VERSION)

    def call(self, command: str) -> str:
        return command

    def script(self, stem: str) -> str:
        return f"sh {stem}.sh"

    def az(self, words: Iterable[Word]) -> str:
        return command_lines((("az",), *words))

    def ask(self, name: str, expression: str) -> str:
        say = "printf '%s\\n'" if "\\" in expression else "echo"  # echo of some shells reads escapes
        line = f"{name}=$({say} {shlex.quote(expression)} | packer console .)"
        if not expression.startswith("var."):  # Packer prints why it cannot compute a value where the value would be
            line += f' || {{ echo "${name}" >&2; exit 1; }}'
        return f"{line}\nexport {name}" if name == _VERSION else line

    def secret(self, name: str) -> str:
        return f': "${{{name}:?}}"'

    def check(self) -> Iterator[str]:
        yield f"{_VERSION}=0.0.0 packer validate . # stops here where a variable has no value"

    def look_up(self, words: Iterable[Word]) -> Iterator[str]:
        yield f"{_VERSION}=$({self.az(words)})"
        yield f"export {_VERSION}"

    def count(self, words: Iterable[Word], major: str) -> Iterator[str]:
        yield f"versions=$({self.az(words)})"
        chosen = f"grep '^{major}[.]' | " if major else ""
        yield f'last=$(echo "$versions" | {chosen}sort -t . -k 1,1n -k 2,2n -k 3,3n | tail -n 1)'
        yield f"{_VERSION}=${{last:+${{last%.*}}.$((${{last##*.}} + 1))}}"
        yield f'export {_VERSION}="${{{_VERSION}:-{major or 0}.0.1}}"'


class _PowerShellLines:
    version = Passed(f"env:{_VERSION}")

    def call(self, command: str) -> str:
        # PowerShell splits a bare option at a dot.
        words = (f"'{word}'" if word.startswith("-") and "." in word else word for word in command.split(" "))
        return f"{' '.join(words)}; Test-Exit"

    def script(self, stem: str) -> str:
        path = stem.replace("/", "\\")
        return f".\\{path}.ps1; Test-Exit"

    def az(self, words: Iterable[Word]) -> str:
        return f"az @({in_lines(map(POWERSHELL.word, words), ', ', ',')}); Test-Exit"

    def ask(self, name: str, expression: str) -> str:
        variable = f"env:{name}" if name == _VERSION else name
        return f"${variable} = {POWERSHELL.quoted((expression,))} | packer console .; Test-Exit ${variable}"

    def secret(self, name: str) -> str:
        return f"${name} = $env:{name}"

    def check(self) -> Iterator[str]:
        yield f"$env:{_VERSION} = '0.0.0' # a stand-in, until the version is counted"
        yield self.call("packer validate .")

    def look_up(self, words: Iterable[Word]) -> Iterator[str]:
        yield f"$env:{_VERSION} = {self.az(words)}"

    def count(self, words: Iterable[Word], major: str) -> Iterator[str]:
        yield f"$versions = {self.az(words)}"
        chosen = f"Where-Object {{ $_.Major -eq {major} }} | " if major else ""
        yield f"$last = $versions | ForEach-Object {{ [version]$_ }} | {chosen}Sort-Object | Select-Object -Last 1"
        following = '"$($last.Major).$($last.Minor).$($last.Build + 1)"'
        yield f"$env:{_VERSION} = '{major or 0}.0.1'"
        yield f"if ($last) {{ $env:{_VERSION} = {following} }}"


_LINES: dict[Language, _Lines] = {Language.SH: _ShellLines(), Language.POWERSHELL: _PowerShellLines()}


def _fetch(project: Build, lines: _Lines) -> Iterator[str]:
    """One script downloads the files of the steps and of the validators."""
    if project.downloads:
        yield lines.script("scripts/fetch")


def _init(project: Build, lines: _Lines) -> Iterator[str]:
    if builds_image(project) and project.plugins:
        yield lines.call("packer init .")
    if project.checks is not None and project.checks.plugins:
        yield lines.call(f"packer init {CHECKS_FOLDER}")


def _version(project: Build, lines: _Lines) -> Iterator[str]:
    """The number of the gallery version: found by az, and the same for the build, the validators and what follows."""
    output = project.plan.one(GalleryOutput)
    if not isinstance(output, GalleryOutput):
        return
    if counts_version(project):
        values = LiveValues()
        words = Words(project.say, values)
        if output.numbering is Numbering.SOURCE:
            found = list(lines.look_up(look_up_source(project.say, words) or ()))
        else:
            listed = ("sig", "image-version", "list")
            command = (*((word,) for word in listed), *definition_options(output, words), ("--query",), ("[].name",))
            found = list(lines.count((*command, ("--output",), ("tsv",)), counted_major(output, project.say)))
        if values.expressions:
            yield from lines.check()
        yield from _asked(values, lines)
        yield from found
    expression = project.gallery_version
    if not _validates_image(project) or expression is None:
        return
    is_given = expression.text == "var.image_version" and (counts_version(project) or not validates_first(project))
    if not is_given:
        yield lines.ask(_VERSION, expression.text)


def _asked(values: LiveValues, lines: _Lines) -> Iterator[str]:
    yield from map(lines.secret, values.secrets)
    yield from (lines.ask(name, expression.text) for name, expression in values.expressions.items())


def _build(project: Build, lines: _Lines) -> Iterator[str]:
    if not builds_image(project):
        return
    waiting = f" -var {unvalidated_variable(project.say)}=true" if _waiting(project) is not None else ""
    force, why = (" -force", " # Image Builder overwrites the managed image, too") if overwrites_image(project) else ("", "")
    yield lines.call(f"packer build{on_error(project)}{force}{waiting} .") + why


def on_error(project: Build) -> str:
    """The option of `packer build` that keeps a failed build; nothing where Packer cleans up."""
    return f" -on-error={project.on_error}" if project.on_error != "cleanup" else ""


def _waiting(project: Build) -> GalleryOutput | None:
    """The gallery version that must not be the latest before its validators have passed."""
    output = project.plan.one(GalleryOutput)
    if not isinstance(output, GalleryOutput) or not validates_first(project):
        return None
    return output if waits_for_validators(output, project.say) else None


def validations(project: Build) -> Iterator[str]:
    """The build that runs the validators; none where there are none, or on a machine that is generalized before them."""
    if project.checks is None or (project.builder is Builder.MACHINE and project.generalizes):
        return
    values = f" -var-file={VALUES}" if has_values(project) else ""
    yield f"packer build{on_error(project.checks)}{values} {CHECKS_FOLDER}"


def _validate(project: Build, lines: _Lines) -> Iterator[str]:
    yield from map(lines.call, validations(project))


def _release(project: Build, lines: _Lines) -> Iterator[str]:
    output = _waiting(project)
    if output is None:
        return
    values = LiveValues()
    words = (
        *((word,) for word in ("sig", "image-version", "update")),
        *definition_options(output, Words(project.say, values)),
        *(("--gallery-image-version",), (lines.version,)),
        *(("--set",), ("publishingProfile.excludeFromLatest=false",), ("--output",), ("none",)),
    )
    yield from _asked(values, lines)
    yield lines.az(words)


def _distribute(project: Build, lines: _Lines) -> Iterator[str]:
    if project.distribution.targets and validates_first(project):
        yield lines.script("distribute")


_STAGES = {
    "fetch": ("Download the files of the steps", _fetch),
    "init": ("Install the plugins", _init),
    "version": ("Choose the version", _version),
    "build": ("Build the image", _build),
    "validate": ("Validate the image", _validate),
    "release": ("Let the version be the latest", _release),
    "distribute": ("Make the other outputs", _distribute),
}
