"""aib2packer explain"""

from __future__ import annotations

import click

from aib2packer.cli.help_text import Command
from aib2packer.cli.shared_options import complete_code

_EPILOG = """\
Examples:
  aib2packer explain              all codes, a line each
  aib2packer explain A2P641       one code: why it matters, and what to do

Exit codes: 0 explained, 2 no such code.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.argument("code", required=False, shell_complete=complete_code)
def explain(code: str | None) -> None:
    """Explains a finding; without CODE, lists all codes."""
    from aib2packer.reference.ignoring import no_such_code
    from aib2packer.reference.pages import explanation, list_of_codes

    if code is None:
        click.echo(list_of_codes(), nl=False)
        return
    text = explanation(code)
    if text is None:
        raise click.UsageError(no_such_code(code))
    click.echo(text, nl=False)
