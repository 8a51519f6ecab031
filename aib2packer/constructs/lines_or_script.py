"""What Shell and PowerShell steps share: lines or a downloaded script, exactly one of the two.

Source: https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-customize
"""

from __future__ import annotations

import re

from aib2packer.constructs.download_keys import read_download, report_secret
from aib2packer.diagnostics.codes import customize as codes
from aib2packer.ir.parts import Download
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Value
from aib2packer.schema.fields import Fields

Lines = tuple[Value, ...] | Value | None


def read_lines_or_script(fields: Fields, type_name: str, extension: str) -> tuple[Lines, Download | None] | None:
    """The lines, or the script; None, after a finding, where there is neither or both."""
    lines = fields.list_of_texts("inline")
    script = read_download(fields, "scriptUri", f"script{extension}")
    if lines == ():
        lines = None
    if lines is None and script is None:
        message = f"The {type_name} step has neither `inline` lines nor a `scriptUri`. Add one."
        fields.report_at("type", codes.NO_SCRIPT, message)
        return None
    if lines is not None and script is not None:
        both = f"The {type_name} step has both `inline` and `scriptUri`"
        message = (
            f"{both}, and Image Builder passes no arguments to a script. Download the script by a File step, and call it with "
            "its arguments in `inline`."
            if _are_arguments(lines)
            else f"{both}. Split it in two, or remove one."
        )
        fields.report_at("scriptUri", codes.TWO_SCRIPTS, message)
        return None
    if lines is not None:
        _check_for_secrets(lines, fields)
    return lines, script


def _are_arguments(lines: tuple[Value, ...] | Value) -> bool:
    """Whether lines look like the arguments of a script: they begin with an option."""
    first = known_text(lines[0]) if isinstance(lines, tuple) and lines else None
    return first is not None and re.match(r"--?[A-Za-z]", first) is not None


def _check_for_secrets(lines: tuple[Value, ...] | Value, fields: Fields) -> None:
    """Lines are written into the project as they are, with the secrets in them."""
    report_secret(
        fields,
        "inline",
        lines if isinstance(lines, tuple) else (lines,),
        "A line contains a password, key or token",
    )
