"""aib2packer mapping"""

from __future__ import annotations

import click

from aib2packer.cli.help_text import Command

_EPILOG = """\
Examples:
  aib2packer mapping             all of them: a table in Markdown
  aib2packer mapping vmSize      the properties whose path contains vmSize

Exit codes: 0 printed, 2 no such property.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.argument("name", required=False, metavar="[PROPERTY]")
def mapping(name: str | None) -> None:
    """Lists AIB properties and what becomes of them in Packer."""
    from aib2packer.reference.pages import fates_of, mapping_page

    text = mapping_page() if name is None else fates_of(name)
    if not text:
        raise click.UsageError(f"There is no property {name}; `aib2packer mapping` lists them all.")
    click.echo(text, nl=False)
