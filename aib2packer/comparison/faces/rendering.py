"""HTML from templates: everything is escaped, and the policy of a page admits its own style and script by their hashes, nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from aib2packer.diagnostics.model import visible

_SPAN = re.compile("`([^`]+)`")


def render(template: str, *, script: str = "", **content: object) -> str:
    """A page that needs nothing but itself; ``script`` names the file of its script, ``content`` is what the template shows."""
    style, code = _asset("style.css"), _asset(script) if script else ""
    allowed = [f"style-src {_hash(style)}", *([f"script-src {_hash(code)}"] if code else [])]
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
    return (
        _environment()
        .get_template(template)
        .render(style=style, script=code, policy=policy, visible=visible, with_code=with_code, **content)
    )


@cache
def _environment() -> Environment:
    loader = PackageLoader("aib2packer.comparison.faces", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def with_code(text: str) -> str:
    """Text of the engine for a page: what stands in backticks as code, everything escaped.

    >>> with_code("put `timeout <n>` before")
    'put <code>timeout &lt;n&gt;</code> before'
    """
    return _SPAN.sub(r"<code>\1</code>", escape(visible(text)))


def _asset(name: str) -> str:
    return (files("aib2packer.comparison.faces") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
