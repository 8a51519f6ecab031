"""aib2packer preflight"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.cli import shared_options as shared
from aib2packer.cli.colour import console
from aib2packer.cli.exit_codes import CONVERTED, REFUSED
from aib2packer.cli.help_text import Command

if TYPE_CHECKING:
    from aib2packer.preflight.model import Row


_STATE_COLOURS = {"there": "green", "missing": "red", "differs": "red", "cannot tell": "yellow"}


_EPILOG = """\
Examples:
  aib2packer preflight my-image
  aib2packer preflight my-image --format json

Exit codes: 0 everything is there, 1 something is missing or cannot be told, 2 wrong usage or DIR cannot be read.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.argument("project", metavar="DIR", type=shared.NamedPath(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--builder",
    metavar="OBJECT-ID",
    help="Object ID of the account that builds, to check its roles. [default: the account of az login]",
)
@shared.table_format
def preflight(project: Path, builder: str | None, form: str) -> None:
    """Checks what must exist in Azure before the first build.

    DIR is a project that convert made. Asks az and packer, and changes nothing.
    """
    from aib2packer.preflight.checking import check as rows_of
    from aib2packer.preflight.packer import Packer
    from aib2packer.preflight.printing import as_json, as_text, is_ready
    from aib2packer.preflight.reading import NotReadError, read_needs
    from aib2packer.programs.running import find

    try:
        needs = read_needs(project)
    except NotReadError as error:
        raise click.UsageError(str(error)) from error
    with _waiting("Asking Azure"):
        rows = list(rows_of(needs, Packer(find("packer"), project), find("az"), builder))
    if form == "json":
        click.echo(as_json(str(project), rows), nl=False)
    elif sys.stdout.isatty():
        _print_preflight(rows)
    else:
        click.echo(as_text(rows), nl=False)
    sys.exit(CONVERTED if is_ready(rows) else REFUSED)


def _waiting(text: str) -> AbstractContextManager[object]:
    """Shows on a terminal that something takes its time."""
    if not sys.stderr.isatty():
        return nullcontext()
    return console(stderr=True).status(text)


def _print_preflight(rows: Sequence[Row]) -> None:
    """A table, and below it the commands, which a table would break into pieces."""
    from rich.table import Table
    from rich.text import Text

    from aib2packer.preflight.printing import counts

    table = Table("state", "need", "details")
    for row in rows:
        table.add_row(Text(row.state, style=_STATE_COLOURS[row.state.value]), Text(row.what), Text(row.reason))
    console().print(table)
    for row in rows:
        if row.command:
            click.echo(shlex.join(row.command))
    click.echo(counts(rows), err=True)
