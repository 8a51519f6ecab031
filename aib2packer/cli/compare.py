"""aib2packer compare"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.cli import shared_options as shared
from aib2packer.cli.exit_codes import CONVERTED, REFUSED
from aib2packer.cli.printing import paint

if TYPE_CHECKING:
    from aib2packer.comparison.settings import Compared
    from aib2packer.pipeline import Converted


_VERDICT_COLOURS = {"differs": "yellow", "missing": "red", "extra": "cyan"}


@click.command()
@click.argument("template")
@click.argument("packer_dir", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@shared.parameters
@shared.set_
@shared.name
@shared.os
@shared.cloud
@shared.table_format
def compare(
    template: str,
    packer_dir: Path | None,
    parameter_files: tuple[str, ...],
    settings: tuple[str, ...],
    name: str | None,
    os_names: tuple[str, ...],
    cloud_name: str | None,
    form: str,
) -> None:
    """Compares a template with a Packer project, setting by setting.

    The project is the one in PACKER_DIR, else a fresh conversion by itself. Ends with 0 where both say the same, 1 where they
    differ or the template is refused.
    """
    from aib2packer.batch import convert_file, texts_in
    from aib2packer.comparison.formats import as_json, is_same
    from aib2packer.comparison.read_hcl import NotReadError
    from aib2packer.diagnostics.formats.text_format import as_text
    from aib2packer.ir.choices import Choices
    from aib2packer.pipeline import compare_with

    options = replace(
        shared.options_of(os_names, cloud_name, parameter_files, settings, name), choices=Choices(second_source=True)
    )
    result = convert_file(template, options)
    shared.check_names(options, result.images)
    projects = _of_folder(result.projects, packer_dir)
    if len(projects) != 1 or (result.refused and len(result.projects) == 1):
        click.echo(as_text(result.findings, result.findings.hidden, paint), nl=False, err=True)
        if projects:
            raise click.UsageError("The file holds several image templates: pick one with --name.")
        sys.exit(REFUSED)
    there = texts_in(packer_dir) if packer_dir is not None else None
    if there is not None and not any(path.endswith(".pkr.hcl") for path in there):
        raise click.UsageError(f"There is no .pkr.hcl file in {packer_dir}.")
    try:
        rows = compare_with(projects[0], there)
    except NotReadError as error:
        raise click.UsageError(f"{packer_dir}: {error}.") from error
    if form == "json":
        click.echo(as_json(template, str(packer_dir) if packer_dir else None, rows), nl=False)
    else:
        _print_compared(rows, beside=packer_dir)
    sys.exit(CONVERTED if is_same(rows) else REFUSED)


def _of_folder(projects: tuple[Converted, ...], folder: Path | None) -> tuple[Converted, ...]:
    """Of several projects the one that the folder was made as, by its record; all where it tells nothing."""
    from aib2packer.project_folder.record import FILE, NotARecordError, read_record

    if len(projects) < 2 or folder is None or not (folder / FILE).is_file():
        return projects
    try:
        image = read_record((folder / FILE).read_bytes()).image
    except (NotARecordError, OSError):
        return projects
    return tuple(each for each in projects if each.name == image) or projects


def _print_compared(rows: Sequence[Compared], beside: Path | None) -> None:
    """A table on a terminal, else lines with tabs between; without a second project its two columns are left out."""
    from aib2packer.comparison.formats import cells, counts

    columns = slice(0, 5) if beside is not None else slice(1, 4)
    headings = ("verdict", "template", "setting", "converted", str(beside))[columns]
    lines = [row[columns] for row in cells(rows)]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(*headings)
        for line in lines:
            table.add_row(*(Text(cell, style=_VERDICT_COLOURS.get(cell, "")) for cell in line))
        Console().print(table)
    else:
        click.echo("\n".join("\t".join(line) for line in (headings, *lines)))
    if beside is not None:
        click.echo(counts(rows), err=True)
