"""The command line, a module a command. Nothing else prints or exits."""

from __future__ import annotations

import os
from importlib import import_module

import click

from aib2packer.cli.colour import wanted
from aib2packer.cli.help_text import write_epilog
from aib2packer.version import __version__

COMMANDS = ("convert", "check", "compare", "compare-logs", "preflight", "pull", "explain", "mapping")


class _Commands(click.Group):
    """Imports the module of a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, in the order of their use."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of the same name in the module of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"aib2packer.cli.{module}"), module)
        return command

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the epilog line by line."""
        write_epilog(self.epilog, formatter)


_EPILOG = """\
Start:
  aib2packer convert template.json -o my-image
  aib2packer convert --help

Shell completion of commands, options, files and codes (bash; zsh and fish likewise), in ~/.bashrc:
  eval "$(_AIB2PACKER_COMPLETE=bash_source aib2packer)"

Environment:
  NO_COLOR     no colours
  FORCE_COLOR  colours without a terminal, too
"""


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}, epilog=_EPILOG)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="When to use colours. auto: on a terminal. [default: auto]",
)
@click.version_option(__version__, "-V", "--version")
@click.pass_context
def main(ctx: click.Context, color: str) -> None:
    """Converts Azure VM Image Builder templates to Packer projects."""
    ctx.color = wanted(color, os.environ)
