"""aib2packer compare"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.cli import shared_options as shared
from aib2packer.cli.comparing import compare_many, in_form, write_report
from aib2packer.cli.exit_codes import CONVERTED, DIFFERS, FAILED, REFUSED, WRONG_USAGE
from aib2packer.cli.help_text import Command
from aib2packer.cli.printing import paint

if TYPE_CHECKING:
    from aib2packer.comparison.reading import Given
    from aib2packer.pipeline import Options
    from aib2packer.side_by_side import Against, SideBySide

_EPILOG = """\
Examples:
  aib2packer compare template.json               what a conversion does otherwise than Image Builder
  aib2packer compare template.json my-image      what the project has become since
  aib2packer compare images packer --format html -o pages

Exit codes: 0 same, or no PACKER_DIR; 1 the template is refused, 2 wrong usage or a file that cannot be read, 4 differs.
"""


_var = click.option(
    "--var", "variables", multiple=True, metavar="NAME=VALUE", help="Value of a variable of the project (repeatable)."
)
_var_file = click.option(
    "--var-file",
    "variable_files",
    multiple=True,
    type=shared.NamedPath(exists=True, dir_okay=False, path_type=Path),
    help="Values of variables of the project (repeatable).",
)


def _given(*, variables: Sequence[str], variable_files: Sequence[Path]) -> Given:
    """The values that variables of the project have. Raises UsageError."""
    from aib2packer.comparison.reading import Given

    return Given(
        variables=tuple(shared.setting("--var", text) for text in variables),
        files=tuple((each.name, each.read_bytes()) for each in variable_files),
    )


@click.command(cls=Command, epilog=_EPILOG)
@click.argument("template", type=shared.NamedPath(allow_dash=True))
@click.argument("packer_dir", required=False, type=shared.NamedPath(exists=True, file_okay=False, path_type=Path))
@shared.grouped("options", shared.options_of, *shared.IMAGE)
@click.option("--source", default="", metavar="NAME", help="Source block to compare with. [default: the one most alike]")
@click.option("--build", default="", metavar="NAME", help="Build block to compare with. [default: all of that source]")
@shared.grouped("given", _given, _var, _var_file)
@click.option("--all", "everything", is_flag=True, help="Show what is the same, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "sarif", "html"]),
    default="text",
    help="Format of the comparison. html: one page with both texts. [default: text]",
)
@click.option(
    "-o",
    "--output",
    type=shared.NamedPath(path_type=Path),
    help="File to write; of two folders with html, the folder for the pages.",
)
def compare(
    template: str,
    packer_dir: Path | None,
    options: Options,
    source: str,
    build: str,
    given: Given,
    everything: bool,
    form: str,
    output: Path | None,
) -> None:
    """Shows what a Packer project does otherwise than the template, and who changed it.

    Without PACKER_DIR: what a conversion does otherwise than Image Builder, and why. A project that convert made is compared with a
    conversion by the same options. Of two folders, each template is compared with its projects. A difference that is wanted stands
    with its reason in .aib2packer-accept.toml of the project.
    """
    from aib2packer.comparison.reading import has_project
    from aib2packer.fleet.comparing import holds_files
    from aib2packer.project_folder.reading import OnDisk
    from aib2packer.side_by_side import Against

    if packer_dir is None and (source or build or given.variables or given.files):
        raise click.UsageError("--source, --build, --var and --var-file are about a project. Name its folder: PACKER_DIR.")
    if packer_dir is None and Path(template).is_dir() and holds_files(template):
        raise click.UsageError(f"{template} is a folder. Audit its templates: aib2packer check {template} --report audit.html.")
    if packer_dir is not None and Path(template).is_dir() and (holds_files(template) or not has_project(OnDisk(packer_dir))):
        sys.exit(compare_many(Path(template), packer_dir, options, form, output))
    against = Against(folder=packer_dir, source=source, build=build, given=given) if packer_dir is not None else None
    found = _side_by_side(template, against, options)
    if found.comparison is not None:
        text = in_form(form, found.comparison, everything=everything)
        if output is None:
            click.echo(text, nl=False)
        else:
            write_report(output, text)
    sys.exit(_exit_code(found))


def _side_by_side(template: str, against: Against | None, options: Options) -> SideBySide:
    """The comparison of one template; of a refused one, the findings are on stderr. Raises UsageError."""
    from aib2packer.batch.outcomes import NotOneImageError
    from aib2packer.comparison.reading import NotReadError
    from aib2packer.diagnostics.formats.text_format import as_text
    from aib2packer.side_by_side import compare_template

    try:
        found = compare_template(template, against, options)
    except NotReadError as error:
        raise click.UsageError(str(error)) from error
    except NotOneImageError as error:
        raise click.UsageError("The file holds several image templates: pick one with --name.") from error
    shared.check_names(options, found.images)
    if found.comparison is None:
        click.echo(as_text(found.findings, found.findings.hidden, paint), nl=False, err=True)
    return found


def _exit_code(found: SideBySide) -> int:
    from aib2packer.diagnostics.codes.input import CANNOT_READ
    from aib2packer.diagnostics.codes.output import SELF_CHECK

    codes = {each.code for each in found.findings}
    if found.comparison is None:
        return WRONG_USAGE if CANNOT_READ in codes else REFUSED
    if SELF_CHECK in codes:
        return FAILED
    return CONVERTED if found.comparison.is_same else DIFFERS
