"""What az is asked, and how: page by page, and again after a pause where Azure is busy. All of it only reads.

Sources:
https://learn.microsoft.com/cli/azure/reference-index#az-rest
https://learn.microsoft.com/rest/api/imagebuilder/virtual-machine-image-templates/list
https://learn.microsoft.com/rest/api/imagebuilder/triggers/list-by-image-template
https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from aib2packer.programs.az import Absent, Answer
from aib2packer.programs.running import Unknown
from aib2packer.pull.model import Listed, Object, Subscription, Template, template_of
from aib2packer.schema.api_versions import API_VERSIONS, NEWEST

Ask = Callable[[Sequence[str]], Answer | Absent | Unknown]
Query = tuple[tuple[str, str], ...]

PAUSES = (2.0, 10.0)
"""Seconds before the second and the third attempt, where Azure names none."""
LONGEST_PAUSE = 60.0
_BUSY = re.compile(r"Too Many Requests|Throttled|TooManyRequests")
_FAILED = re.compile(r"Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out", re.IGNORECASE)
_AFTER = re.compile(r"after\D{1,3}(\d+)\D{1,3}second|Retry-After\D{1,3}(\d+)", re.IGNORECASE)
_SUPPORTED = re.compile(r"supported api-versions are '([^']*)'")


class NotAskedError(Exception):
    """az is missing, not signed in, or does not know a subscription; the message says what to do."""


class Got(Struct, frozen=True, kw_only=True):
    """The items of all pages; ``problem`` says why the rest is missing."""

    items: tuple[Object, ...]
    problem: str = ""


def account_words(subscription: str | None) -> tuple[str, ...]:
    """The command that tells the id and the name of a subscription; None is the default one of az."""
    return ("account", "show", *(("--subscription", subscription) if subscription else ()))


def get_words(path: str, query: Query) -> tuple[str, ...]:
    """The command that reads a page. The query stands apart: on Windows az is a batch file, which ends a word at an &."""
    return ("rest", "--method", "get", "--url", path, "--uri-parameters", *(f"{name}={value}" for name, value in query))


def patient(ask: Ask, pause: Callable[[float], None]) -> Ask:
    """Asks again where Azure is busy or failed: after the time that it names, if that is short, else after a few seconds."""

    def asked(words: Sequence[str]) -> Answer | Absent | Unknown:
        for seconds in PAUSES:
            answer = ask(words)
            wait = _pause(answer.reason, seconds) if isinstance(answer, Unknown) else None
            if wait is None or wait > LONGEST_PAUSE:
                return answer
            pause(wait)
        return ask(words)

    return asked


def subscriptions(ask: Ask, names: Sequence[str]) -> tuple[Subscription, ...]:
    """The subscriptions of these names or ids, each once; without names the default one of az. Raises NotAskedError."""
    found: dict[str, Subscription] = {}
    for name in names or (None,):
        answer = ask(account_words(name))
        if not isinstance(answer, Answer):
            raise NotAskedError(f"--subscription {name}: {answer.reason}" if name else answer.reason)
        account = answer.value if isinstance(answer.value, dict) else {}
        known = Subscription(id=str(account.get("id", "")), name=str(account.get("name", "")))
        if not re.fullmatch(r"[\w-]+", known.id):
            raise NotAskedError("az account show names no subscription. Update the Azure CLI.")
        found[known.id.lower()] = known
    return tuple(found.values())


def templates_in(ask: Ask, subscription: Subscription, group: str | None) -> Listed:
    """The image templates of a subscription or of one of its resource groups, read with the newest API version that it has."""
    scope = f"/subscriptions/{subscription.id}{f'/resourceGroups/{group}' if group else ''}"
    path = f"{scope}/providers/Microsoft.VirtualMachineImages/imageTemplates"
    version = NEWEST
    got = _all_pages(ask, path, version)
    supported = _SUPPORTED.search(got.problem)
    if supported:
        version = max({*supported[1].replace(" ", "").split(",")} & {*API_VERSIONS}, key=API_VERSIONS.index, default=version)
        got = _all_pages(ask, path, version)
    if "not registered to use namespace" in got.problem:
        got = Got(items=())  # then it cannot have any
    templates = [template_of(each) for each in got.items]
    odd = [str(each.get("id") or "(no id)") for each, found in zip(got.items, templates, strict=True) if found is None]
    foreign = f"Azure listed what is no image template, by its id: {', '.join(odd)}. It is left out." if odd else ""
    known = {each.id: each for each in templates if each is not None}  # a page may repeat what moved meanwhile
    return Listed(
        subscription=subscription,
        api_version=version,
        templates=tuple(known[id] for id in sorted(known)),
        problem=" ".join(each for each in (got.problem, foreign) if each),
    )


def triggers_of(ask: Ask, template: Template, api_version: str) -> Got:
    """The triggers of an image template."""
    return _all_pages(ask, f"{template.id}/triggers", api_version)


def _all_pages(ask: Ask, path: str, api_version: str) -> Got:
    query: Query = (("api-version", api_version),)
    items: list[Object] = []
    asked: set[tuple[str, Query]] = set()
    while (path, query) not in asked:
        asked.add((path, query))
        answer = ask(get_words(path, query))
        if not isinstance(answer, Answer):
            return Got(items=tuple(items), problem=_told(answer.reason))
        page = answer.value if isinstance(answer.value, dict) else {}
        listed = page.get("value")
        if not isinstance(listed, list):
            return Got(items=tuple(items), problem="Azure's answer is no list.")
        items += (each for each in listed if isinstance(each, dict))
        if not page.get("nextLink"):
            return Got(items=tuple(items))
        link = urlsplit(str(page["nextLink"]))
        path, query = (
            link.path,
            tuple(parse_qsl(link.query, keep_blank_values=True)),
        )  # without its host: az asks that of its cloud
    return Got(items=tuple(items), problem="Azure's pages name each other in a circle.")


def _pause(reason: str, seconds: float) -> float | None:
    """The seconds to wait before asking again; None where that is of no use."""
    if not _BUSY.search(reason) and not _FAILED.search(reason):
        return None
    named = _AFTER.search(reason)
    return float(named[1] or named[2]) if named else seconds


def _told(reason: str) -> str:
    if _BUSY.search(reason):
        named = _AFTER.search(reason)
        when = f"in {named[1] or named[2]} seconds" if named else "later"
        return f"Azure limits the number of requests (429). Run the command again {when}; it continues."
    if _FAILED.search(reason):
        return f"Azure failed ({reason.partition(':')[0]}). Run the command again later; it continues."
    if "AuthorizationFailed" in reason:
        return f"{reason} Ask for the role Reader on it."
    return reason or "Azure has no answer."
