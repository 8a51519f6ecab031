"""aib2packer mapping"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    pass


@click.command()
def mapping() -> None:
    """Lists every AIB property and what becomes of it in Packer."""
    from aib2packer.reference.pages import mapping_page

    click.echo(mapping_page(), nl=False)
