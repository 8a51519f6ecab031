"""The parts of a text that are secrets: one reading for what warns of them and what masks them.

Sources:
https://learn.microsoft.com/azure/storage/common/storage-sas-overview
https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from aib2packer.ir.secret_names import is_called_secret_in_line
from aib2packer.ir.signatures import SIG

_WORDS = ("pass", "pwd", "secret", "token", "key", "sas", "sig", "auth", "login", "secure", "code=", "curl", "net", "@", "%")
"""One of them is in each text that has a secret, in lower case."""
_QUOTED = r"""(?<=["'])(?![\s$<{(\[])(?:[^"'\n\\]|\\(?!["']))+"""
_BARE = r"""(?<!["'])[^\s"';|&)$<{(\[\\=~:-][^\s"';|&)]*"""
_VALUE = rf"""["']?(?P<value>{_QUOTED}|{_BARE})"""
"""A value, in quotes or not, that is no variable, no expression and no placeholder."""
_ENDS_QUERY = r"""&\s"'<>;$(){}"""
_QUERY = rf"(?P<value>(?:(?!%26)[^{_ENDS_QUERY}])+)"
_OPTIONS = r"[^\n|;&]{0,300}?\s"
_HARMLESS = r"""(?x:
      true|false|null|none|nil|yes|no|on|off|required|requisite|sufficient|optional|enabled|disabled|prompt|ask
    | \d{1,3} | [*x.]+ | %\w+%.* | id=.* | https?://[^@?]* | @Microsoft\.KeyVault.* | .*sig=.*
    | (?:var|local|data|build|each|env|secrets|process|os|parameters|variables)\..*
    | //.* | (?:~|\.{1,2})/.* | [a-z]:[\\/].* | /[\w.@-]+/[\w.@/-]*
)"""
"""A word of a configuration, a number, a variable, a URL or a path; in a shared access signature only its end is secret."""
_PLAIN = r"[a-z]+(?:[_-][a-z]+)*[.,!?]*"


def secret_parts(text: str) -> list[tuple[int, int]]:
    """Where each secret of a text begins and ends, in order.

    >>> text = "az login --password 'P@ss' https://x/?sig=abc --password $PW minimum_password_length=14 curl --key /etc/k.pem"
    >>> [text[start:end] for start, end in secret_parts(text)]
    ['P@ss', 'abc']
    """
    letters = text.lower()
    if not any(word in letters for word in _WORDS):
        return []
    parts: list[tuple[int, int]] = []
    for start, end in sorted(_found(text)):
        if parts and start < parts[-1][1]:
            start, end = parts[-1][0], max(end, parts.pop()[1])
        parts.append((start, end))
    return parts


def without_secrets(text: str, instead: str) -> str:
    """The text with another one for each of its secrets.

    >>> without_secrets("git clone https://me:pw@x.net", "MASK")
    'git clone https://me:MASK@x.net'
    """
    kept, last = [], 0
    for start, end in secret_parts(text):
        kept += [text[last:start], instead]
        last = end
    return "".join([*kept, text[last:]])


def _found(text: str) -> Iterator[tuple[int, int]]:
    for expression, is_secret in _KINDS:
        for match in _pattern(expression).finditer(text):
            if is_secret(match) and not _pattern(_HARMLESS).fullmatch(match["value"]):
                yield match.span("value")


@cache
def _pattern(expression: str) -> re.Pattern[str]:
    return re.compile(expression, re.IGNORECASE | re.MULTILINE)


def _always(_: re.Match[str]) -> bool:
    return True


def _is_no_plain_word(match: re.Match[str]) -> bool:
    return not _pattern(_PLAIN).fullmatch(match["value"])


def _has_name(match: re.Match[str]) -> bool:
    return is_called_secret_in_line(match["name"])


def _has_name_and_value(match: re.Match[str]) -> bool:
    """Whether a name and a value are an assignment, and no sentence."""
    return _has_name(match) and (match["sign"] in ("=", ":") or bool(match["quote"]) or _is_no_plain_word(match))


_KINDS: tuple[tuple[str, Callable[[re.Match[str]], bool]], ...] = (
    # In a query, a connection string, a URL.
    (rf"(?:[?&;]|%3f|%26)(?:{SIG}|signature|(?:access_)?token|x-(?:amz|goog)-signature)(?:=|%3d){_QUERY}", _always),
    (rf"[?&]code=(?P<value>[^{_ENDS_QUERY}]{{20,}})", _always),
    (rf"""(?:^|["'\s=]){SIG}=(?P<value>[\w%+/=-]{{20,}})""", _always),
    (rf"(?:Account|SharedAccess)Key={_QUERY}", _always),
    (r"""://[^\s/:@?#"'<>]*:(?P<value>[^\s/@?#"'<>${(][^\s/@?#"'<>]*)@""", _always),
    (r"https?://(?P<value>[\w-]{16,})@", _always),
    # In a command or a header.
    (rf"""\bcurl\b{_OPTIONS}(?:-u|-U|--user|--proxy-user)[ =]?["']?[^\s:"'$]+:(?P<value>[^\s"'$<{{(\[][^\s"']*)""", _always),
    (rf"\b(?:login|sshpass)\b{_OPTIONS}-p[\s=]+{_VALUE}", _always),
    (rf"\bConvertTo-SecureString(?:\s+-\w+)*\s+{_VALUE}", _always),
    (r"""\becho\s+["']?[\w.-]+:(?P<value>[^\s"'$|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd\b""", _always),
    (r"""\bauthorization\\?["']?\s*[:=]\s*\\?["']?(?:\w+\s+)?(?P<value>[^\s"'$<{(\[\\]+)""", _is_no_plain_word),
    (rf"""\bnet(?:\.exe)?\s+user\s+["']?[^\s"'/]+["']?\s+(?!/){_VALUE}""", _is_no_plain_word),
    # Of an option or a variable.
    (rf"(?<!\S)(?:--?|/(?=[\w-]+[=:]))(?P<name>[a-z][\w-]*)(?:[ \t]+|[=:]){_VALUE}", _has_name),
    (
        rf"""(?<![\w-])(?P<name>[a-z_][\w-]*)\\?["']?(?P<sign>\s*[=:]\s*)\\?(?P<quote>["']?)(?P<value>{_QUOTED}|{_BARE})""",
        _has_name_and_value,
    ),
    (rf"""\b(?:setx\s|SetEnvironmentVariable\()\s*["']?(?P<name>\w+)["']?[\s,]+{_VALUE}""", _has_name),
)
"""What a secret follows, and whether it is one, by how it is called or looks."""
