"""Masks what must not be shown: values of settings that hold secrets, and the secrets in texts."""

from __future__ import annotations

import re

from aib2packer.ir.secret_parts import without_secrets

MASK = "(sensitive value)"
_NAME = re.compile(r"(^|[._])(client_secret|client_jwt|custom_data|user_data|\w*password|\w*_token|\w*_sas)$", re.IGNORECASE)
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
    return without_secrets(_ATTRIBUTE.sub(_without_value, text), MASK)


def _without_value(match: re.Match[str]) -> str:
    """An attribute without the texts in its value; of lines as many as there were, for places in the file are counted by them."""
    value = match["value"]
    if match["end"]:
        first, *_, last = value.split("\n")
        return "\n".join([f"{match.group(1)}{first}", *[MASK] * (value.count("\n") - 1), last])
    return match.group(1) + _QUOTED.sub(f'"{MASK}"', value)
