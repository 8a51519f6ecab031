"""The command line, a module a command. Nothing else prints or exits."""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

import click
from click.exceptions import Exit

from aib2packer.cli.colour import wanted
from aib2packer.cli.exit_codes import FAILED, INTERRUPTED, WRONG_USAGE
from aib2packer.cli.help_text import write_epilog
from aib2packer.version import __version__

_OBJECTS = 20_000
"""So many new objects are between two looks for circles: a run is short and makes few, and Python's 700 cost half of a comparison."""
COMMANDS = ("convert", "check", "compare", "compare-logs", "preflight", "pull", "explain", "mapping")


class _CannotError(click.ClickException):
    """The file system refuses something."""

    exit_code = WRONG_USAGE


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

    def invoke(self, ctx: click.Context) -> object:
        """Runs a command; an error that it did not foresee is one sentence."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, Exit, BrokenPipeError):
            raise
        except KeyboardInterrupt:
            click.echo("Interrupted. What is written is whole; run the command again for the rest.", err=True)
            sys.exit(INTERRUPTED)
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            raise _CannotError(f"{where}{error.strerror or error}") from error
        except Exception as error:
            from aib2packer.diagnostics.failing import what_failed

            click.echo(f"{what_failed(error)} This is a bug. Report this sentence, with what caused it.", err=True)
            sys.exit(FAILED)

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


def run() -> None:
    """The program: every text can be printed in every locale, and an output that is closed or full is no traceback."""
    gc.set_threshold(_OBJECTS)
    if sys.stdout is None or sys.stderr is None:  # closed by the caller
        nowhere = Path(os.devnull).open("w")  # noqa: SIM115
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            main()
        finally:
            sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python must not try again when it ends
        click.echo(f"Error: standard output: {error.strerror}", err=True)
        sys.exit(WRONG_USAGE)
