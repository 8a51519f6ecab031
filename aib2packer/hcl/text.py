"""HCL text and its two layers of escaping: HCL's own, and the braces of Packer's second template language.

Packer renders Go templates in every string of a builder, provisioner or post-processor, also in HCL2 (hcl/FACTS.md 2 to 4).

Source: https://github.com/hashicorp/packer-plugin-sdk/blob/v0.6.10/template/config/decode.go
"""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
_SURROGATE = "[\ud800-\udfff]"
_IDENTIFIER = re.compile(r"[^\W\d][\w-]*\Z")
_JAMO = "\u1160-\u11ff\ud7b0-\ud7fb"
_ONE_CHARACTER = f"[\U0001f1e6-\U0001f1ff]{{2}}|[\u1100-\u115f\ua960-\ua97c]+[\uac00-\ud7a3]?[{_JAMO}]*|[\uac00-\ud7a3][{_JAMO}]+|[{_JAMO}]{{2,}}"
_ALSO_MARKS = frozenset("\u0e33\u0eb3\uff9e\uff9f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_SPECIAL = re.compile(r'[\n\r\t"\\]|\$(?=\{)|%(?=\{)|[^ -~]')


class HclText(str):
    """Text that is HCL already: only it is printed as it stands."""

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
    """Whether the text may stand unquoted as a name: a letter or ``_`` first, then letters, digits, ``_`` and ``-``.

    >>> is_identifier("api-version"), is_identifier("-v"), is_identifier("m\u00b2")
    (True, False, False)
    """
    return _IDENTIFIER.match(text) is not None and text.replace("-", "_").isidentifier()


def survives_hcl(text: str) -> bool:
    """Whether HCL hands the text on as it is: it normalises every string to Unicode NFC and has no NUL or lone surrogates."""
    return "\0" not in text and not _has_surrogate(text) and unicodedata.is_normalized("NFC", text)


def columns(text: str) -> int:
    """How many columns `packer fmt` counts: characters as people see them, with their marks.

    >>> columns("abc"), columns("ไทย"), columns("नमस्ते"), columns("🇪🇺")
    (3, 3, 4, 1)
    """
    if text.isascii():
        return len(text)
    return sum(not _is_mark(character) for character in re.sub(_ONE_CHARACTER, "x", text))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M") or character in _ALSO_MARKS


def _has_surrogate(text: str) -> bool:
    return not text.isascii() and re.search(_SURROGATE, text) is not None


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
