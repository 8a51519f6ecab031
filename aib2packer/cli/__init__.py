"""The command line, a module a command. Nothing else prints or exits."""

from __future__ import annotations

from importlib import import_module

import click

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


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
def main() -> None:
    """Converts Azure VM Image Builder templates to Packer projects."""
