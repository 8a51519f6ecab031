"""aib2packer pull"""

from __future__ import annotations

import re
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec.structs import replace

from aib2packer.cli.colour import console
from aib2packer.cli.exit_codes import CONVERTED, REFUSED
from aib2packer.cli.help_text import Command
from aib2packer.cli.printing import paint
from aib2packer.cli.shared_options import NamedPath

if TYPE_CHECKING:
    from aib2packer.diagnostics.model import Finding, Findings
    from aib2packer.pull.model import Subscription
    from aib2packer.pull.pulling import State

_Item = TypeVar("_Item")


_EPILOG = """\
Examples:
  aib2packer pull -o images
  aib2packer pull -o images -g images-rg

Exit codes: 0 everything is written, 1 something is missing, 2 wrong usage or az cannot be used.
"""


@click.command(cls=Command, epilog=_EPILOG)
@click.option("-g", "--resource-group", "group", metavar="GROUP", help="Pull the image templates of this resource group only.")
@click.option(
    "--subscription",
    "names",
    multiple=True,
    metavar="ID",
    help="ID or name of a subscription (repeatable). [default: that of az]",
)
@click.option(
    "-o", "--output", required=True, type=NamedPath(file_okay=False, path_type=Path), help="Folder for the image templates."
)
def pull(group: str | None, names: tuple[str, ...], output: Path) -> None:
    """Writes image templates of Azure as files, for convert.

    Reads by az, with its sign-in, and changes nothing in Azure. An image template is GROUP/NAME.json in the folder, with its
    triggers and the state of its last run; with several subscriptions each has a folder. Secrets are masked. A run that was
    interrupted is continued by the next.
    """
    from aib2packer.diagnostics.model import Findings
    from aib2packer.programs.az import Az
    from aib2packer.programs.running import find
    from aib2packer.pull.asking import NotAskedError, patient, subscriptions, templates_in
    from aib2packer.pull.pulling import pull as pull_all
    from aib2packer.pull.pulling import works

    if group is not None and not re.fullmatch(r"[\w.()-]+", group):
        raise click.UsageError(f"-g takes the name of a resource group, not {group!r}.")
    ask = patient(Az(find("az")).ask, sleep)
    findings = Findings()
    try:
        asked = subscriptions(ask, names)
        listed = [templates_in(ask, each, group) for each in _shown(asked, "Listing", len(asked))]
        todo = works(listed, findings)
        states = Counter(_shown(pull_all(ask, todo, output, findings), "Pulling", len(todo)))
    except NotAskedError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        raise click.UsageError(f"{error.filename or output} cannot be written: {error.strerror}.") from error
    _print_findings(findings)
    if states or not findings.has_errors():
        click.echo(_summary(states, asked, group, output), err=True)
    sys.exit(REFUSED if findings.has_errors() else CONVERTED)


def _shown(items: Iterable[_Item], what: str, total: int) -> Iterable[_Item]:
    """The items; on a terminal a bar shows how far it is."""
    if not sys.stderr.isatty():
        return items
    from rich.progress import track

    return track(items, what, total=total, console=console(stderr=True), transient=True)


def _print_findings(findings: Findings) -> None:
    """What is the same for several image templates is told once."""
    from aib2packer.diagnostics.formats.text_format import as_folded_text, as_text
    from aib2packer.diagnostics.showing import Repeated

    told: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        told.setdefault((each.code.id, each.message), []).append(each)
    for first, *others in told.values():
        if others:
            repeated = Repeated(finding=replace(first, path=""), templates=tuple(each.path for each in (first, *others)))
            click.echo(as_folded_text([repeated], paint), nl=False, err=True)
        else:
            click.echo(as_text([first], (), paint), nl=False, err=True)


def _summary(states: Counter[State], asked: Sequence[Subscription], group: str | None, output: Path) -> str:
    """How many image templates of which subscriptions, and the next command."""
    where = f"subscription {asked[0].name} ({asked[0].id})" if len(asked) == 1 else f"{len(asked)} subscriptions"
    where = f"resource group {group} of {where}" if group else where
    if not states:
        return f"Azure lists no image template in {where}."
    count = states.total()
    numbers = ", ".join(f"{number} {state}" for state, number in sorted(states.items(), reverse=True))
    line = f"{count} image template{'' if count == 1 else 's'} in {where}: {numbers}."
    if all(state.value == "failed" for state in states):
        return line
    return f"{line} Convert them:\n  aib2packer convert {shlex.quote(output.as_posix())} -o packer"
