"""The texts in IR values: what is known of a value, and the name by which a value is shown."""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.ir.values import Literal, Local, Value, Variable, texts_in, walk


def holds_braces(value: Value) -> bool:
    """Whether a known part of the value has ``{{`` in it."""
    known = known_text(value)
    return "{{" in known if known is not None else any("{{" in text for text in texts_in(value))


def known_text(value: Value | None) -> str | None:
    """The text of a value that is known, else None."""
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def label(value: Value) -> str:
    """The text of a value for a heading or a message; what is live is shown by its name."""
    known = known_text(value)
    if known is not None:
        return known
    return "-".join(part.name for part in walk(value) if isinstance(part, Variable | Local)) or "live"


def known_texts(values: Sequence[Value]) -> list[str] | None:
    """The texts of values that are all known, else None."""
    texts = [known_text(value) for value in values]
    return [text for text in texts if text is not None] if None not in texts else None


def one_line(text: str) -> str:
    """A text of the user's in a comment: its words, on one line."""
    return " ".join(text.split())
