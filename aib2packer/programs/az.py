"""Queries Azure through az: an answer is its output, a missing resource, or the reason why az cannot answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from msgspec import Struct

from aib2packer.programs import running
from aib2packer.programs.running import Unknown

NOT_INSTALLED = "az is not on PATH. Install the Azure CLI."
NOT_SIGNED_IN = "az is not signed in. Run `az login`."
_NO_RIGHTS = "The signed-in account has no permission to read it (AuthorizationFailed)."
_REASONS = {
    r"az login|AADSTS|No subscription found": NOT_SIGNED_IN,
    r"AuthorizationFailed|AuthorizationPermissionMismatch|Authorization_RequestDenied|do(es)? not have (authorization|the required permissions)"
    r"|Insufficient privileges": _NO_RIGHTS,
    r"SubscriptionNotFound|[Ss]ubscription .* (doesn't exist|not recognized|could not be found)": "The signed-in account does not see the subscription.",
}
"""Messages of az and their meaning; the first match counts."""

_NOT_THERE = re.compile(r"NotFound|not found|could not be found|does not exist|Can't resolve the version")
_NO_SUCH_RESOURCE = 3
_FROM_REST = re.compile(r"(?P<status>[\w -]+)\((?P<body>\{.*\})\)\s*", re.DOTALL)
"""How `az rest` tells of a status other than 2xx: its name, and the body of the answer."""

_MESSAGE = re.compile(r'"message"\s*:\s*("(?:[^"\\]|\\.)*")')


class Absent(Struct, frozen=True):
    """The resource does not exist, in the words of az."""

    reason: str = ""


class Answer(Struct, frozen=True):
    """What az printed, as JSON."""

    value: object


class Az(Struct, frozen=True):
    """az, if it is installed and signed in; else ``reason`` says what is missing."""

    program: str | None
    reason: str = ""

    def ask(self, words: Sequence[str]) -> Answer | Absent | Unknown:
        """Runs a command that changes nothing."""
        if self.program is None or self.reason:
            return Unknown(self.reason or NOT_INSTALLED)
        ran = running.run(self.program, [*words, "--only-show-errors", "--output", "json"])
        if ran.code != 0:
            return _failure(ran)
        try:
            return Answer(json.loads(ran.output or "null"))
        except ValueError:
            return Unknown("az printed no JSON.")


def _failure(ran: running.Ran) -> Absent | Unknown:
    for pattern, reason in _REASONS.items():
        if re.search(pattern, ran.errors):
            return Unknown(reason)
    if ran.code == _NO_SUCH_RESOURCE or _NOT_THERE.search(ran.errors):
        return Absent(_in_short(ran.errors))
    return Unknown(_in_short(ran.errors) or f"az ended with exit code {ran.code}.")


def _in_short(errors: str) -> str:
    """The status and the message of an answer of REST, else the first line."""
    said = errors.partition("ERROR: ")[2] or errors
    found = _FROM_REST.fullmatch(said)
    if found:
        message = _MESSAGE.search(found["body"])
        said = f"{found['status']}: {' '.join(json.loads(message[1], strict=False).split())}" if message else found["status"]
    return next((line for line in said.splitlines() if line.strip()), "")
