"""A run of convert or check over its inputs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from aib2packer.cli.colour import console
from aib2packer.cli.exit_codes import CONVERTED, FAILED, REFUSED, WRONG_USAGE
from aib2packer.cli.printing import paint, passed_over, tried
from aib2packer.cli.shared_options import check_names, format_, grouped, level, quiet
from aib2packer.version import __version__

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from aib2packer.batch.jobs import Job
    from aib2packer.batch.outcomes import Outcome, Settings
    from aib2packer.diagnostics.model import Finding

_FAILED = ("refused", "in part")


def _as_sarif(findings: Sequence[Finding]) -> str:
    from aib2packer.diagnostics.formats.sarif_format import as_sarif

    return as_sarif(findings, __version__, Path.cwd(), _home())


def _home() -> str:
    """The address of the repository as the package declares it; empty while it declares none."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        declared = metadata("aib2packer").get_all("Project-URL", [])
    except PackageNotFoundError:
        return ""
    return next((url for name, _, url in (each.partition(", ") for each in declared) if name == "Repository"), "")


def _as_github(findings: Sequence[Finding]) -> str:
    from aib2packer.diagnostics.formats.annotations import as_github

    return as_github(findings, Path.cwd())


def _as_azure(findings: Sequence[Finding]) -> str:
    from aib2packer.diagnostics.formats.annotations import as_azure

    return as_azure(findings, Path.cwd())


_FORMATS: Mapping[str, Callable[[Sequence[Finding]], str]] = {"sarif": _as_sarif, "github": _as_github, "azure": _as_azure}
"""The forms that tell findings only."""


class Telling(Struct, frozen=True, kw_only=True):
    """How a run speaks: the form of its findings, and those that it shows."""

    form: str
    level: str
    quiet: bool

    @property
    def is_for_people(self) -> bool:
        """Whether a person waits for more than errors."""
        return self.form == "text" and not self.quiet


telling = grouped("telling", Telling, level, format_, quiet)


class Run:
    """One run of convert or check: how it is done, how it speaks, and whether its text goes to stderr."""

    def __init__(self, settings: Settings, telling: Telling, *, err: bool) -> None:
        self._settings = settings
        self._telling = telling
        self._err = err

    def outcomes(self, templates: Sequence[str], output: Path | None) -> list[Outcome]:
        """Converts every input; on a terminal a bar shows how far it is. Files that are passed over come last.

        Raises NotOneImageError where the page of one image is asked for and there are several.
        """
        from aib2packer.batch.jobs import jobs_for
        from aib2packer.batch.outcomes import NotOneImageError
        from aib2packer.batch.running import passed_over as files_passed_over
        from aib2packer.source.inputs import inputs_of
        from aib2packer.source.readers import READERS

        inputs = inputs_of(templates)
        jobs = jobs_for(inputs, output)
        if not jobs:
            suffixes = [suffix for reader in READERS if reader.in_folders for suffix in reader.suffixes]
            raise click.UsageError(f"There is no {', '.join(suffixes[:-1])} or {suffixes[-1]} file in the folder.")
        if self._settings.page and len(jobs) > 1:
            raise NotOneImageError
        jobs = self._with_known_names(jobs)
        outcomes = [*self._converted(jobs), *files_passed_over(inputs)]
        if not tried(outcomes):
            raise click.UsageError(f"There is no image template in {', '.join(templates)}. {passed_over(outcomes)}")
        return outcomes

    def _converted(self, jobs: Sequence[Job]) -> list[Outcome]:
        from aib2packer.workers import MANY, run_jobs

        shows_bars = sys.stderr.isatty() and not self._telling.quiet
        if len(jobs) < MANY and shows_bars and self._settings.options.choices.downloads.value == "vendor":
            return self._with_bars(jobs)
        found = run_jobs(jobs, self._settings)
        if len(jobs) < MANY or not shows_bars:
            return list(found)
        from rich.progress import track

        return list(track(found, "Converting", total=len(jobs), console=console(stderr=True), transient=True))

    def _with_known_names(self, jobs: list[Job]) -> list[Job]:
        """The jobs; raises UsageError where --os names an image that no file has."""
        from aib2packer.batch.running import with_names

        options = self._settings.options
        if not options.os_of:
            return jobs
        read, names = with_names(jobs, options)
        check_names(options, names)
        return read

    def _with_bars(self, jobs: Sequence[Job]) -> list[Outcome]:
        """Converts with a bar for each file that is downloaded."""
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

        from aib2packer.workers import run_jobs

        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        with Progress(*columns, console=console(stderr=True), transient=True) as progress:
            return list(run_jobs(jobs, self._settings, _Bars(progress)))

    def report(self, outcomes: Sequence[Outcome]) -> None:
        """Writes the findings in the form that was asked for."""
        match self._telling.form:
            case "json":
                click.echo(self._as_json(outcomes), nl=False)
            case "text":
                self._report_text(outcomes)
            case form:
                click.echo(_FORMATS[form]([found for each in outcomes for found in self._shown(each)]), nl=False)

    def _as_json(self, outcomes: Sequence[Outcome]) -> str:
        from aib2packer.diagnostics.formats.json_format import as_json, file_entry

        return as_json(
            file_entry(
                each.name,
                each.state.value,
                [str(project.folder) for project in each.projects if self._settings.write],
                self._shown(each),
                each.refused,
            )
            for each in outcomes
        )

    def _shown(self, outcome: Outcome) -> list[Finding]:
        """The findings of a file that the level lets through; -q asks for errors only where they are text."""
        from aib2packer.diagnostics.model import Severity
        from aib2packer.diagnostics.showing import at_least

        level = Severity.ERROR if self._telling.quiet and self._telling.form == "text" else Severity(self._telling.level)
        return at_least(outcome.findings, level, strict=self._settings.strict)

    def _report_text(self, outcomes: Sequence[Outcome]) -> None:
        from aib2packer.diagnostics.formats.text_format import as_folded_text, as_text
        from aib2packer.diagnostics.showing import repeated_notes

        shown = {each.name: self._shown(each) for each in outcomes}
        repeated = repeated_notes([(each.shown, shown[each.name]) for each in outcomes])
        for outcome in outcomes:
            alone = [each for each in shown[outcome.name] if each not in repeated]
            click.echo(as_text(alone, outcome.findings.hidden, paint), nl=False, err=self._err)
            if outcome.state.value == "refused" and not outcome.findings.has_errors():
                click.echo(f"{outcome.name}: refused: --strict treats the warnings above as errors", err=self._err)
        click.echo(as_folded_text(dict.fromkeys(repeated.values()), paint), nl=False, err=self._err)
        if not self._telling.quiet and len(tried(outcomes)) < len(outcomes):
            click.echo(passed_over(outcomes), err=self._err)

    def exit_code(self, outcomes: Sequence[Outcome]) -> int:
        """0 if every image was converted, 3 if aib2packer itself failed on one, 2 if a file cannot be read, else 1."""
        from aib2packer.diagnostics.codes.input import CANNOT_READ
        from aib2packer.diagnostics.codes.output import INTERNAL, SELF_CHECK

        codes = {found.code for each in outcomes for found in each.findings}
        if codes & {INTERNAL, SELF_CHECK}:
            return FAILED
        if CANNOT_READ in codes:
            return WRONG_USAGE
        return REFUSED if any(each.state.value in _FAILED for each in outcomes) else CONVERTED


class _Bars:
    """A bar for each download; told of them by several threads."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, path: str) -> None:
        """Shows a bar, or sets it back."""
        if path in self._tasks:
            self._progress.reset(self._tasks[path])
        else:
            self._tasks[path] = self._progress.add_task(path, total=None)

    def advance(self, path: str, size: int, total: int | None) -> None:
        """Moves a bar."""
        self._progress.update(self._tasks[path], completed=size, total=total)
