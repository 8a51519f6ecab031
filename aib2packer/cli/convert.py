"""aib2packer convert"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from aib2packer.cli import shared_options as shared
from aib2packer.cli.comparing import write_report
from aib2packer.cli.printing import print_results
from aib2packer.cli.running import Run, Telling, telling

if TYPE_CHECKING:
    from aib2packer.pipeline import Options

_EPILOG = """\
Examples:
  aib2packer convert template.json -o my-image
  aib2packer convert template.json -p dev.parameters.json --auth oidc --pipeline github
  aib2packer convert images -o packer            a folder of templates, a project each

Settings: level, ignore, strict, with, auth, scripts, downloads, pipeline and parameters-beside may stand in .aib2packer.toml,
or in [tool.aib2packer] of a pyproject.toml, in this folder or above.

Exit codes: 0 converted, 1 refused (one is enough), 2 wrong usage or a file that cannot be read,
3 the check of our own output failed.
"""


_builder = click.option(
    "--builder",
    type=click.Choice(["azure-arm", "null"]),
    default="azure-arm",
    help="azure-arm: build the image in Azure. null: rehearse the steps on a machine that you have. [default: azure-arm]",
)
_generalize = click.option("--generalize", is_flag=True, help="With --builder null: generalize the machine at the end.")
_second_source = click.option(
    "--second-source",
    is_flag=True,
    help="Build outputs that the main VM cannot produce on a second VM (runs all steps again).",
)


def _options(*, builder: str, generalize: bool, scripts: str, pipeline: str | None, **words: Any) -> Options:
    """The options of a conversion; raises UsageError where one does not go with another."""
    from aib2packer.lowering.lowered import Builder

    if generalize and builder != "null":
        raise click.UsageError("--generalize requires --builder null. A build in Azure always generalizes.")
    if pipeline and (builder == "null" or scripts == "powershell"):
        context = click.get_current_context()
        if not shared.is_configured(context, "pipeline") or (builder != "null" and shared.is_configured(context, "scripts")):
            raise click.UsageError(
                "--pipeline goes with neither --builder null nor --scripts powershell: it builds in Azure, by sh scripts."
            )
        pipeline = None
    options = shared.with_choices(generalize=generalize, scripts=scripts, pipeline=pipeline, **words)
    return replace(options, builder=Builder(builder))


@click.command(cls=shared.Configured, epilog=_EPILOG)
@shared.templates
@click.option("-o", "--output", type=shared.NamedPath(path_type=Path), help="Folder of the project [default: NAME-packer].")
@shared.grouped("options", _options, *shared.IMAGE, _builder, _generalize, *shared.CHOICES, _second_source)
@shared.beside
@click.option("--allow-http", is_flag=True, help="With --downloads vendor: allow http URLs.")
@click.option(
    "--sign-in",
    type=click.Choice(["az"]),
    help="With --downloads vendor: read private blobs with the sign-in of az.",
)
@shared.strict
@shared.ignore
@click.option(
    "--report",
    type=shared.NamedPath(dir_okay=False, path_type=Path),
    help="Write an HTML page: the template beside its project, line by line. For one image.",
)
@click.option("--dry-run", is_flag=True, help="Report what a conversion finds; write nothing.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@telling
def convert(
    templates: tuple[str, ...],
    output: Path | None,
    options: Options,
    beside: bool,
    allow_http: bool,
    sign_in: str | None,
    strict: bool,
    ignored: tuple[str, ...],
    report: Path | None,
    dry_run: bool,
    force: bool,
    telling: Telling,
) -> None:
    """Converts image templates to Packer projects.

    TEMPLATE is a file (JSON, .bicep, .tf), a folder (all templates in it; its .tf files are one), or - for standard input. The
    project of one file is written to the output folder itself; those of several, and of a folder of templates, to a folder each
    below it. Image templates that convert are written although others of their file are refused; --strict refuses all.
    """
    if report is not None and report.suffix != ".html":
        raise click.UsageError("--report takes a file that ends in .html.")
    from aib2packer.batch.outcomes import NotOneImageError, Settings
    from aib2packer.ir.choices import Downloads

    if (allow_http or sign_in) and options.choices.downloads is not Downloads.VENDOR:
        raise click.UsageError("--allow-http and --sign-in require --downloads vendor.")
    how = Settings(
        options=options,
        strict=strict,
        write=not dry_run,
        force=force,
        allow_http=allow_http,
        sign_in=sign_in is not None,
        ignored=shared.ignorable_codes(ignored),
        beside=beside,
        page=report is not None,
    )
    run = Run(how, telling, err=True)
    try:
        outcomes = run.outcomes(templates, output)
    except NotOneImageError as error:
        message = "--report is for one image. Pick it with --name, or use `aib2packer check --report` for many."
        raise click.UsageError(message) from error
    if report is not None and outcomes[0].page:
        write_report(report, outcomes[0].page)
    run.report(outcomes)
    if telling.is_for_people:
        print_results(outcomes, dry_run)
    sys.exit(run.exit_code(outcomes))
