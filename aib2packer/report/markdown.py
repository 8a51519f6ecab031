"""Text in Markdown: one line, that can be a cell of a table, and in which nothing that a template says is markup."""

from __future__ import annotations

import re

from aib2packer.diagnostics.model import visible

_SPAN = re.compile(r"(`[^`]+`)")
_MARKUP = re.compile(r"<|\](?=[(\[])")


def line(text: str) -> str:
    r"""A sentence of ours, in which code spans stay, with what users wrote in it.

    >>> print(line("Use `a|<b>` for <img src=x> and ![x](http://y)\n# Run"))
    Use `a\|<b>` for &lt;img src=x> and ![x\](http://y) # Run
    """
    text = visible(" ".join(text.split()))
    if "``" in text or text.count("`") % 2:
        text = text.replace("`", "\\`")
    parts = _SPAN.split(text)
    parts[::2] = [_MARKUP.sub(_escaped, part) for part in parts[::2]]
    return "".join(parts).replace("|", "\\|")


def _escaped(match: re.Match[str]) -> str:
    return "&lt;" if match.group() == "<" else f"\\{match.group()}"
