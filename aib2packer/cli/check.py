"""aib2packer check"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from aib2packer.cli import shared_options as shared
from aib2packer.cli.comparing import write_report
from aib2packer.cli.printing import counts, print_refused, print_table, tried
from aib2packer.cli.running import Run, Telling

if TYPE_CHECKING:
    from aib2packer.batch.outcomes import Outcome


_EPILOG = """\
Examples:
  aib2packer check template.json
  aib2packer check images --report audit.html    the audit before a migration
  aib2packer check images --format github        annotations of a pull request

Exit codes: 0 all convert, 1 one is refused, 2 wrong usage, 3 the check of our own output failed.
"""


@click.command(cls=shared.Configured, epilog=_EPILOG)
@shared.templates
@shared.parameters
@shared.beside
@shared.set_
@shared.name
@shared.os
@shared.cloud
@shared.downloads
@shared.extras
@shared.scripts
@shared.auth
@shared.pipeline
@shared.strict
@shared.level
@shared.ignore
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write an audit of all templates: .html or .json."
)
@shared.format_
@shared.quiet
def check(
    templates: tuple[str, ...],
    parameter_files: tuple[str, ...],
    beside: bool,
    settings: tuple[str, ...],
    name: str | None,
    os_names: tuple[str, ...],
    cloud_name: str | None,
    downloads: str,
    extras: tuple[str, ...],
    scripts: str,
    auth: str,
    pipeline: str | None,
    strict: bool,
    level: str,
    ignored: tuple[str, ...],
    report: Path | None,
    form: str,
    quiet: bool,
) -> None:
    """Reports what a conversion finds, on stdout; writes nothing."""
    if report is not None and report.suffix not in (".html", ".json"):
        raise click.UsageError("--report takes a file that ends in .html or .json.")
    from aib2packer.batch.outcomes import Settings
    from aib2packer.ir.choices import choices_of

    choices = choices_of(downloads=downloads, extras=extras, scripts=scripts, auth=auth, pipeline=pipeline)
    options = replace(shared.options_of(os_names, cloud_name, parameter_files, settings, name), choices=choices)
    how = Settings(options=options, strict=strict, write=False, ignored=shared.ignorable_codes(ignored), beside=beside)
    run = Run(how, Telling(form=form, level=level, quiet=quiet, err=False))
    outcomes = run.outcomes(templates, None)
    run.report(outcomes)
    if report is not None:
        _write_audit(report, outcomes)
    if form == "text" and not quiet:
        files = tried(outcomes)
        if len(files) > 1:
            print_table(files, err=False)
        else:
            click.echo(counts(files[0].findings))
            if files[0].projects:
                print_refused(files[0], err=False)
    sys.exit(run.exit_code(outcomes))


def _write_audit(file: Path, outcomes: Sequence[Outcome]) -> None:
    """Writes what a migration of these templates takes, in the form that the name of the file tells."""
    from aib2packer.fleet.audit import audit_of
    from aib2packer.fleet.audit_faces import as_json, as_page

    audit = audit_of(outcomes)
    write_report(file, as_json(audit) if file.suffix == ".json" else as_page(audit))
