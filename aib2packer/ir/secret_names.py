"""Names by which a value is known to be a secret."""

from __future__ import annotations

import re

_SECRETS = frozenset(
    {"password", "passwd", "pass", "pwd", "passphrase", "secret", "token", "key", "sas", "signature", "credential"}
)
_WORD = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
_OPEN_KEYS = frozenset({"public", "tag", "registry", "partition"})
_FILES = frozenset({"signature", "credential"})
_SECRET_KEYS = frozenset(
    [
        "access",
        "account",
        "admin",
        "api",
        "app",
        "auth",
        "client",
        "encryption",
        "function",
        "functions",
        "host",
        "master",
        "primary",
        "private",
        "secondary",
        "secret",
        "shared",
        "signing",
        "storage",
        "subscription",
        "workspace",
    ]
)


def is_called_secret(name: str) -> bool:
    """Whether the last word of a name is one for secrets.

    >>> [each for each in ("adminPassword", "sasToken", "API_KEY1", "keyVaultName", "sshPublicKey", "monkey") if is_called_secret(each)]
    ['adminPassword', 'sasToken', 'API_KEY1']
    """
    before, last = _last_words(name)
    return last in _SECRETS and not (last == "key" and before in _OPEN_KEYS)


def is_called_secret_in_line(name: str) -> bool:
    """Whether an option or a variable in a line of a script is called like a secret: a key there is often a file or a column.

    >>> [each for each in ("--account-key", "GITHUB_TOKEN", "--sort-key", "key", "TOKEN_URL") if is_called_secret_in_line(each)]
    ['--account-key', 'GITHUB_TOKEN']
    """
    before, last = _last_words(name)
    return last in _SECRETS - _FILES and (last != "key" or before in _SECRET_KEYS)


def _last_words(name: str) -> tuple[str, str]:
    before, last = ["", "", *re.findall(_WORD, name.lower() if name.isupper() else name)][-2:]
    return before.lower(), last.lower()
