"""aib2packer compare-logs"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.cli.colour import console
from aib2packer.cli.comparing import write_report
from aib2packer.cli.exit_codes import CONVERTED, DIFFERS
from aib2packer.cli.help_text import Command
from aib2packer.cli.shared_options import NamedPath
from aib2packer.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from aib2packer.comparison.model import Verdict
    from aib2packer.logs.model import LogComparison

_COLOURS = {"differs": "yellow", "missing": "red", "extra": "green", "moved": "cyan"}
_MEGABYTE = 1_000_000


_EPILOG = """\
Examples:
  aib2packer compare-logs customization.log packer.log
  aib2packer compare-logs customization.log packer.log --all --format markdown

Exit codes: 0 same, 2 wrong usage or a file that is not readable or no log, 4 differs.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.argument("customization_log", type=NamedPath(path_type=Path))
@click.argument("packer_log", type=NamedPath(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Show what is the same, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "sarif", "html"]),
    default="text",
    help="Format of the comparison. markdown: for a pull request. html: one page. [default: text]",
)
@click.option("-o", "--output", type=NamedPath(dir_okay=False, path_type=Path), help="File to write.")
def compare_logs(customization_log: Path, packer_log: Path, everything: bool, form: str, output: Path | None) -> None:
    """Compares Image Builder's log of a build with Packer's, step by step.

    CUSTOMIZATION_LOG is customization.log of the container packerlogs in the staging group. PACKER_LOG is what packer build
    printed, also with -machine-readable or PACKER_LOG=1. Times, temporary names, GUIDs and secrets are left out. What
    one of the logs cannot show is named, and is no difference.
    """
    from aib2packer.logs.comparing import compare_logs as compared
    from aib2packer.logs.cutting import read_log
    from aib2packer.logs.lines import NotALogError
    from aib2packer.logs.model import Form

    try:
        with _progress(customization_log, packer_log) as told:
            left, right = (read_log(path, told(path)) for path in (customization_log, packer_log))
    except NotALogError as error:
        raise click.UsageError(str(error)) from error
    if right.form is Form.IMAGE_BUILDER:
        raise click.UsageError(f"{packer_log} is a log of Image Builder, not of Packer. Give the log of Packer second.")
    comparison = compared(left, right)
    text = _written(comparison, everything, form)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_report(output, text)
    sys.exit(DIFFERS if comparison.differences else CONVERTED)


def _written(comparison: LogComparison, everything: bool, form: str) -> str:
    """The comparison in one of its forms."""
    match form:
        case "json":
            from aib2packer.logs.faces.json_face import as_json

            return as_json(comparison)
        case "markdown":
            from aib2packer.logs.faces.markdown_face import as_markdown

            return as_markdown(comparison, everything)
        case "sarif":
            from aib2packer.logs.faces.sarif_face import as_sarif

            return as_sarif(comparison, __version__)
        case "html":
            from aib2packer.logs.faces.page_face import as_page

            return as_page(comparison)
        case _:
            from aib2packer.logs.faces.text_face import as_text

            return as_text(comparison, everything, _paint)


def _paint(text: str, verdict: Verdict) -> str:
    return click.style(text, fg=_COLOURS.get(verdict.value), reset=verdict.value in _COLOURS)


@contextmanager
def _progress(*paths: Path) -> Iterator[Callable[[Path], Callable[[int], None]]]:
    """For each path a function that is told how much of it was read; on a terminal, bars show it where the files are large."""
    sizes = {path: path.stat().st_size if path.is_file() else 0 for path in paths}
    if not sys.stderr.isatty() or sum(sizes.values()) < _MEGABYTE:
        yield lambda _: lambda _: None
        return
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as progress:
        tasks = {path: progress.add_task(path.name, total=size) for path, size in sizes.items()}
        yield lambda path: lambda read: progress.update(tasks[path], completed=read)
