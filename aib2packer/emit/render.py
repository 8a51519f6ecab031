"""Renders the files of a project with Jinja2; a guard sees to it that every HCL token comes from the printer."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from aib2packer.hcl.text import HclText


def render(template: str, values: dict[str, object]) -> str:
    """A file of the project from its template; ``*.hcl.j2`` templates take nothing but printed HCL."""
    chosen = _hcl_environment() if template.endswith(".hcl.j2") else _text_environment()
    return chosen.get_template(template).render(values)


def _only_hcl(value: object) -> object:
    if not isinstance(value, HclText):
        raise TypeError(f"only printed HCL may stand in an HCL file, not {value!r}")
    return value


def _environment(finalize: object = None) -> Environment:
    return Environment(
        loader=PackageLoader("aib2packer.emit", "templates"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **({"finalize": finalize} if finalize is not None else {}),  # type: ignore[arg-type]
    )


@cache
def _hcl_environment() -> Environment:
    return _environment(_only_hcl)


@cache
def _text_environment() -> Environment:
    return _environment()
