"""aib2packer explain"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    pass


@click.command()
@click.argument("code", required=False)
def explain(code: str | None) -> None:
    """Explains a finding; without CODE, lists all codes."""
    from aib2packer.reference.pages import explanation, list_of_codes

    if code is None:
        click.echo(list_of_codes(), nl=False)
        return
    text = explanation(code)
    if text is None:
        raise click.UsageError(f"There is no code {code}; `aib2packer explain` lists them all.")
    click.echo(text, nl=False)
