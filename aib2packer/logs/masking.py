"""What changes from run to run, and what may be a secret, taken out of a text."""

from __future__ import annotations

import re
from zlib import crc32

from aib2packer.comparison.secrets import MASK, masked_text

_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w+/=.-]{8,}"), rf"\1 {MASK}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w.-]+"), MASK),
    (re.compile(r"(?<![\w/+])[A-Za-z0-9+/]{40,}={1,2}|\b[A-Za-z0-9+]{40,}\b"), MASK),
)
_VARYING = (
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<guid>"),
    (re.compile(r"\b\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!\.\d)"), "<ip>"),
    (re.compile(r"(?<=/versions/)[\w.]+"), "<version>"),
    (re.compile(r"\b(pkr[a-z]{2})[a-z0-9]{8,}\b|\b(packer-\w+-)[\w-]{8,}\b"), r"\1\2<name>"),
    (re.compile(r"\d{5,}"), "#"),
)
_TEMPORARY = re.compile(
    r"(?:packer-shell|(?:packer-)?powershell-provisioner|windows-shell-provisioner|packer-windows-shell|script[_-])[\w-]*(?:\.\w+)?"
)
_DIGITS = b"0123456789abcdefABCDEF-"
_LONGEST = 1_000


def masked(text: str) -> str:
    """The text without secrets, GUIDs, times, addresses, temporary names and long numbers; the beginning of a long one.

    >>> masked("curl https://x.blob.example/a?sv=1&sig=abc --token=s3 from 10.0.0.4 at 2026-01-02T03:04:05Z")
    'curl https://x.blob.example/a?sv=1&sig=(sensitive value) --token=(sensitive value) from <ip> at <time>'
    """
    short = text if len(text) <= _LONGEST else f"{text[:_LONGEST].rpartition(' ')[0]} …"  # no half of a secret stays
    short = masked_text(short)
    for pattern, instead in (*_SECRETS, *_VARYING):
        short = pattern.sub(instead, short)
    return short


def script_name(path: str) -> str:
    """The name of a script that a step runs, without its folder; empty for the temporary file of an inline one.

    >>> script_name("/srv/scripts/harden.sh"), script_name("/tmp/packer-shell3808212623")
    ('harden.sh', '')
    """
    name = re.split(r"[/\\]", path.strip())[-1]
    return "" if _TEMPORARY.fullmatch(name) else masked(name)


def checksum(line: str) -> int:
    """The same number for lines that differ in digits only, those of hexadecimal numbers, too.

    >>> checksum("took 3 s as f00d") == checksum("took 12 s as 4b1d")
    True
    """
    return crc32(line.encode(errors="replace").translate(None, _DIGITS))
