"""What convert and check print for people."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from aib2packer.diagnostics.model import visible, without_commands

if TYPE_CHECKING:
    from aib2packer.batch.outcomes import Outcome, Written
    from aib2packer.diagnostics.model import Findings, Severity

_OUTCOME_COLOURS = {"converted": "green", "in part": "yellow", "refused": "red"}
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def paint(text: str, severity: Severity) -> str:
    return click.style(text, fg=_COLOURS[severity.value], bold=True)


def tried(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes of files that hold image templates."""
    return [each for each in outcomes if each.state.value != "skipped"]


def print_results(outcomes: Sequence[Outcome], dry_run: bool) -> None:
    """The next commands for a few projects, a table for many."""
    from aib2packer.workers import MANY

    files = tried(outcomes)
    if len(files) >= MANY:
        print_table(files, err=True)
        return
    for outcome in files:
        _print_next_steps(outcome, dry_run)


def _print_next_steps(outcome: Outcome, dry_run: bool) -> None:
    numbers = counts(outcome.findings)
    if not outcome.projects:
        _say(f"{outcome.name}: not converted ({numbers})")
        return
    if dry_run:
        _say(f"{outcome.name}: would be converted ({numbers})")
        print_refused(outcome, err=True)
        return
    for project in outcome.projects:
        _say(f"{outcome.name}: converted to {project.folder} ({numbers}). {_to_do(project)}")
        there = [f"cd {shlex.quote(project.folder.as_posix())}"] if project.commands else []
        for command in (*there, *project.commands):
            _say(f"  {command}")
    print_refused(outcome, err=True)


def print_refused(outcome: Outcome, *, err: bool) -> None:
    """Which images of a file were not converted, where others were."""
    if outcome.refused:
        count = len(outcome.refused) + len(outcome.projects)
        _say(f"{outcome.name}: {len(outcome.refused)} of {count} images not converted: {', '.join(outcome.refused)}", err=err)


def _say(text: str, *, err: bool = True) -> None:
    click.echo(without_commands(visible(text)), err=err)


def _to_do(project: Written) -> str:
    from aib2packer.lowering.build import VALUES

    things = []
    if project.open_values:
        things.append(f"fill in {VALUES} ({project.open_values} {'value' if project.open_values == 1 else 'values'})")
    if project.open_secrets:
        things.append(f"set {', '.join(project.open_secrets)} in the environment")
    if project.by_pipeline:
        things.append(f"then commit it and run its pipeline{', or build here:' if project.commands else '.'}")
    else:
        things.append("then:")
    return f"Read {', '.join([str(project.folder / 'MIGRATION.md'), *things])}"


def counts(findings: Findings) -> str:
    from aib2packer.diagnostics.model import Severity

    numbers = [(findings.count(severity), severity.value) for severity in Severity]
    return ", ".join(f"{number} {name}{'' if number == 1 else 's'}" for number, name in numbers)


def print_table(outcomes: Sequence[Outcome], *, err: bool) -> None:
    """A line a file, the path last: no width breaks it, and grep finds it."""
    from aib2packer.diagnostics.model import Severity

    headings = ["outcome", *(f"{severity.value}s" for severity in Severity), "template"]
    click.echo(_row(headings), err=err)
    for each in outcomes:
        numbers = [str(each.findings.count(severity)) for severity in Severity]
        line = without_commands(_row([each.state.value, *numbers, visible(each.shown)]))
        click.echo(click.style(line, fg=_OUTCOME_COLOURS[each.state.value]), err=err)
    converted = sum(each.state.value == "converted" for each in outcomes)
    click.echo(f"{converted} of {len(outcomes)} templates convert ({100 * converted // len(outcomes)} %)", err=err)


def _row(cells: Sequence[str]) -> str:
    outcome, *numbers, name = cells
    return f"{outcome:<9}  {'  '.join(f'{number:>8}' for number in numbers)}  {name}"


def passed_over(outcomes: Sequence[Outcome]) -> str:
    """What was passed over, in one sentence: how many files of each kind, and the first names."""
    from aib2packer.diagnostics.formats.text_format import first_of

    kinds: dict[str, list[str]] = {}
    for each in outcomes:
        if each.kind:
            kinds.setdefault(each.kind, []).append(each.shown)
    count = sum(map(len, kinds.values()))
    parts = [
        f"{len(names)} {kind.replace(' file', ' file' if len(names) == 1 else ' files', 1)} ({first_of(names)})"
        for kind, names in sorted(kinds.items(), key=lambda each: -len(each[1]))
    ]
    return f"{', '.join(parts)} {'was' if count == 1 else 'were'} passed over."
