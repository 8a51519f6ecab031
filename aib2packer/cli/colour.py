"""Whether output has colours, decided once for a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console


def wanted(choice: str, environment: Mapping[str, str]) -> bool | None:
    """Whether ``--color`` and the environment want colours; None leaves it to each stream, which has them on a terminal.

    >>> wanted("always", {"NO_COLOR": "1"}), wanted("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}), wanted("auto", {})
    (True, False, None)
    """
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return False if environment.get("TERM") == "dumb" else None


def console(*, stderr: bool = False) -> Console:
    """A console of rich with the colours of the run."""
    from rich.console import Console

    colour = click.get_current_context().color
    return Console(stderr=stderr, force_terminal=colour, no_color=colour is False)
