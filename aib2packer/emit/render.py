"""Renders the scripts of a project with Jinja2, or reads one that is always the same; what Packer reads is printed (hcl/printer.py)."""

from __future__ import annotations

from functools import cache
from pkgutil import get_data
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def render(template: str, values: dict[str, object]) -> str:
    """A file of the project from its template."""
    return _environment().get_template(template).render(values)


@cache
def fixed(name: str) -> str:
    """A file of the project that is the same in every one."""
    data = get_data("aib2packer.emit", f"templates/{name}")
    assert data is not None
    return data.decode()


@cache
def _environment() -> Environment:
    """Jinja2 is imported with the first template: most projects need none."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("aib2packer.emit", "templates"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
