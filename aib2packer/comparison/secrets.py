"""Masks what must not be shown: values of settings that hold secrets, signatures of URLs, passwords in lines."""

from __future__ import annotations

import re

from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.signatures import SIG

MASK = "(sensitive value)"
_NAME = re.compile(r"(^|[._])(client_secret|client_jwt|custom_data|user_data|\w*password|\w*_token|\w*_sas)$", re.IGNORECASE)
_SIGNATURE = re.compile(
    rf"(?i)((?:(?:[?&]|%3f|%26)(?:{SIG}|signature|token|code)|(?:^|[;\"'\s=]){SIG})(?:=|%3d))(?:(?!%26)[^&\s\"'])+", re.MULTILINE
)
"""Percent-encoded as well, as a URL in the query of another one is."""
_ASSIGNED = re.compile(
    r"(?i)(\b\w*(?:password|passwd|secret|token|(?:api|account|access|storage)_?key)\w*\s*[=:]\s*[\"']?)"
    rf"(?!{re.escape(MASK)})([^\s\"'$<{{][^\s\"']*)"
)
_OPTION = re.compile(r"""(?<!\S)--?([A-Za-z][\w-]*)(?:[ \t]+|[=:])["']?(?P<value>[^\s"'$<{(-][^\s"']*)""")
_SIGNED_AS = re.compile(r"(?i)(\bauthorization\s*[:=]\s*[\"']?(?:bearer|basic)\s+)[^\s\"'$]+")
_IN_URL = re.compile(r"(://[^/\s:@]+:)[^/\s@]+@")
_SIGNED_IN = re.compile(r"(?i)((?:--user|-u)[ =][\"']?[^\s:\"']+:)[^\s\"']+")
_ATTRIBUTE = re.compile(
    r"(?im)^(\s*\"?(?:client_secret|client_jwt|custom_data|user_data|\w*password)\"?\s*[=:]\s*)"
    r"(?P<value><<-?(?P<end>\w+)\n(?:.*\n)*?[ \t]*(?P=end)$|.*\".*)"
)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"")


def masked(setting: str, text: str) -> str:
    """The value of a setting as it may be shown.

    >>> masked("winrm_password", "P@ss"), masked("inline", "curl https://x/y?sig=abc&se=1")
    ('(sensitive value)', 'curl https://x/y?sig=(sensitive value)&se=1')
    >>> masked("inline", "x --password P@ss --token='t' https://x/?token=u")
    "x --password (sensitive value) --token='(sensitive value)' https://x/?token=(sensitive value)"
    """
    return MASK if _NAME.search(setting) and text and not text.startswith(("var.", "build.")) else masked_text(text)


def masked_text(text: str) -> str:
    """A text, or a whole file, as it may be shown."""
    text = _ATTRIBUTE.sub(_without_value, text)
    text = _SIGNED_IN.sub(lambda match: f"{match.group(1)}{MASK}", text)
    text = _SIGNATURE.sub(lambda match: f"{match.group(1)}{MASK}", text)
    text = _IN_URL.sub(lambda match: f"{match.group(1)}{MASK}@", text)
    text = _SIGNED_AS.sub(lambda match: f"{match.group(1)}{MASK}", text)
    text = _OPTION.sub(_without_secret_option, text)
    return _ASSIGNED.sub(lambda match: f"{match.group(1)}{MASK}", text)


def _without_secret_option(match: re.Match[str]) -> str:
    """An option of a command without its value, if the option is called like a secret."""
    before = match.group()[: match.start("value") - match.start()]
    return f"{before}{MASK}" if is_called_secret(match.group(1)) else match.group()


def _without_value(match: re.Match[str]) -> str:
    """An attribute without the texts in its value; of lines as many as there were, for places in the file are counted by them."""
    value = match["value"]
    if match["end"]:
        first, *_, last = value.split("\n")
        return "\n".join([f"{match.group(1)}{first}", *[MASK] * (value.count("\n") - 1), last])
    return match.group(1) + _QUOTED.sub(f'"{MASK}"', value)
