"""The bytes of a file as a text: UTF-8, or UTF-16 by its byte order mark, as Windows PowerShell's ``>`` writes it.

Source: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_character_encoding
"""

from __future__ import annotations

import codecs

from aib2packer.diagnostics.codes import input as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText

MAX_BYTES = 4 * 1024 * 1024
ONLY_IMAGES = """`jq '.values.root_module |= {resources: [.. | objects | select(.type? == "azapi_resource" and .values)]}'`."""
"""What makes a large answer of `terraform show -json` small."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def decoded(data: bytes, name: str, findings: Findings) -> SourceText | None:
    r"""The text of a file; None, with a finding, where it is too large or in another encoding.

    >>> [text.text for data in (b"\xff\xfe{\0", b"\xfe\xff\0{", b"\xef\xbb\xbf{") if (text := decoded(data, "t", Findings()))]
    ['{', '{', '{']
    """
    if len(data) > MAX_BYTES:
        remedy = (
            f"Keep only the image templates: {ONLY_IMAGES}"
            if b'"terraform_version"' in data[:4096]
            else "Move long scripts to files."
        )
        message = f"The file is larger than 4 MiB ({len(data)} bytes), the limit of Azure. {remedy}"
        findings.add(codes.TOO_LARGE, message, place=Place(SourceText(name, ""), 0, 0))
        return None
    encoding = "utf-16" if data.startswith(_UTF_16) and not data.startswith(_UTF_32) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        is_utf_16 = encoding == "utf-16"
        readable = "" if is_utf_16 else data[: error.start].decode("utf-8", "replace")
        _report(
            name, readable, "not the UTF-16 that its byte order mark says" if is_utf_16 else "not UTF-8 from here on", findings
        )
        return None
    if "\0" in text[:4]:
        _report(name, "", "UTF-16 or UTF-32 without a byte order mark", findings)
        return None
    return SourceText(name, text)


def _report(name: str, readable: str, what: str, findings: Findings) -> None:
    place = Place(SourceText(name, readable), len(readable), len(readable))
    findings.add(codes.NOT_UTF8, f"The file is {what}. Save it as UTF-8.", place=place)
