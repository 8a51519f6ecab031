"""Names by which a value is known to be a secret."""

from __future__ import annotations

import re

_SECRETS = frozenset({"password", "passwd", "pwd", "passphrase", "secret", "token", "key", "sas", "signature", "credential"})
_WORD = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"
_OPEN_KEYS = frozenset({"public", "tag", "registry", "partition"})


def is_called_secret(name: str) -> bool:
    """Whether the last word of a name is one for secrets.

    >>> [each for each in ("adminPassword", "sasToken", "API_KEY1", "keyVaultName", "sshPublicKey", "monkey") if is_called_secret(each)]
    ['adminPassword', 'sasToken', 'API_KEY1']
    """
    before, last = ["", "", *re.findall(_WORD, name.lower() if name.isupper() else name)][-2:]
    return last.lower() in _SECRETS and not (last.lower() == "key" and before.lower() in _OPEN_KEYS)
