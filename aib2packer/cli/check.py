"""aib2packer check"""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from aib2packer.cli import shared_options as shared
from aib2packer.cli.printing import counts, print_refused, print_table, tried
from aib2packer.cli.running import Run


@click.command(cls=shared.Configured)
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
    form: str,
    quiet: bool,
) -> None:
    """Reports what a conversion finds; writes nothing."""
    from aib2packer.batch import Settings
    from aib2packer.ir.choices import choices_of

    choices = choices_of(downloads=downloads, extras=extras, scripts=scripts, auth=auth, pipeline=pipeline)
    options = replace(shared.options_of(os_names, cloud_name, parameter_files, settings, name), choices=choices)
    how = Settings(options=options, strict=strict, write=False, ignored=shared.ignorable_codes(ignored), beside=beside)
    run = Run(how, form, level, quiet)
    outcomes = run.outcomes(templates, None)
    run.report(outcomes)
    if form == "text" and not quiet:
        files = tried(outcomes)
        if len(files) > 1:
            print_table(files)
        else:
            click.echo(counts(files[0].findings), err=True)
            if files[0].projects:
                print_refused(files[0])
    sys.exit(run.exit_code(outcomes))
