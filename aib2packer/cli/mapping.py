"""aib2packer mapping"""

from __future__ import annotations

import click

from aib2packer.cli.help_text import Command

_EPILOG = """\
Examples:
  aib2packer mapping                      the table, as Markdown
  aib2packer mapping | grep -i vmProfile  the rows about the build VM

Exit codes: 0 printed.
"""


@click.command(cls=Command, epilog=_EPILOG)
def mapping() -> None:
    """Lists every AIB property and what becomes of it in Packer."""
    from aib2packer.reference.pages import mapping_page

    click.echo(mapping_page(), nl=False)
