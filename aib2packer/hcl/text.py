"""HCL text and its two layers of escaping: HCL's own, and the braces of Packer's second template language.

Source: packer-mapping 7.1 (escapes, NFC) and 7.2 (Go templates are rendered in every string of a builder,
provisioner or post-processor, also in HCL2).
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_IDENTIFIER = re.compile(r"[^\W\d][\w-]*\Z")
_SPECIAL = re.compile(r'[\n\r\t"\\]|\$(?=\{)|%(?=\{)|[^ -~]')


class HclText(str):
    """Text that is HCL already: only this package makes it, and only it may stand in a rendered file."""

    __slots__ = ()


def escape(text: str, *, braces: bool = False) -> HclText:
    r"""What stands between the quotes for this text.

    ``braces``: the text goes to an attribute that Packer renders once as a Go template, so ``{{`` is protected too.

    >>> print(escape('a "${b}" {{c}}', braces=True))
    a \"$${b}\" {{`{{`}}c}}
    """
    if braces:
        text = text.replace("{{", "{{`{{`}}")
    return HclText(_SPECIAL.sub(_escaped, text))


def quote(text: str, *, braces: bool = False) -> HclText:
    r"""The text as a quoted HCL string, in the one form that ``packer fmt`` and hclwrite agree on.

    >>> print(quote('100 %{x}'))
    "100 %%{x}"
    """
    return HclText(f'"{escape(text, braces=braces)}"')


def is_identifier(text: str) -> bool:
    """Whether the text may stand unquoted as a name: a letter or ``_`` first, then letters, digits, ``_`` and ``-``."""
    return _IDENTIFIER.match(text) is not None


def survives_hcl(text: str) -> bool:
    """Whether HCL hands the text on as it is: it normalises every string to Unicode NFC and has no NUL or lone surrogates."""
    return "\0" not in text and not _has_surrogate(text) and unicodedata.is_normalized("NFC", text)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character in "$%":
        return character * 2
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
