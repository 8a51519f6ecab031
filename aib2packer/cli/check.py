"""aib2packer check"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aib2packer.cli import shared_options as shared
from aib2packer.cli.comparing import write_report
from aib2packer.cli.printing import counts, print_refused, print_table, tried
from aib2packer.cli.running import Run, Telling, telling

if TYPE_CHECKING:
    from aib2packer.batch.outcomes import Outcome
    from aib2packer.pipeline import Options


_EPILOG = """\
Examples:
  aib2packer check template.json
  aib2packer check images --report audit.html    the audit before a migration
  aib2packer check images --format github        annotations of a pull request

Exit codes: 0 all convert, 1 one is refused, 2 wrong usage or a file that cannot be read,
3 the check of our own output failed.
"""


@click.command(cls=shared.Configured, epilog=_EPILOG)
@shared.templates
@shared.grouped("options", shared.with_choices, *shared.IMAGE, *shared.CHOICES)
@shared.beside
@shared.strict
@shared.ignore
@click.option(
    "--report", type=shared.NamedPath(dir_okay=False, path_type=Path), help="Write an audit of all templates: .html or .json."
)
@telling
def check(
    templates: tuple[str, ...],
    options: Options,
    beside: bool,
    strict: bool,
    ignored: tuple[str, ...],
    report: Path | None,
    telling: Telling,
) -> None:
    """Reports what a conversion finds, on stdout; writes nothing."""
    if report is not None and report.suffix not in (".html", ".json"):
        raise click.UsageError("--report takes a file that ends in .html or .json.")
    from aib2packer.batch.outcomes import Settings

    how = Settings(options=options, strict=strict, write=False, ignored=shared.ignorable_codes(ignored), beside=beside)
    run = Run(how, telling, err=False)
    outcomes = run.outcomes(templates, None)
    run.report(outcomes)
    if report is not None:
        _write_audit(report, outcomes)
    if telling.is_for_people:
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
