"""Compares what a project needs with what exists: one row for each need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from msgspec import Struct

from aib2packer.ir.needs import Live, Need, RoleOn, Thing, VmSize, Word, Words
from aib2packer.preflight.model import Row, State
from aib2packer.preflight.packer import PACKER, Packer, title
from aib2packer.programs.az import Absent, Answer, Az
from aib2packer.programs.running import Unknown

AT_ONCE = 4
"""Number of az commands that run at the same time."""

Values = Mapping[str, str | Unknown]


def check(needs: Sequence[Need], packer: Packer, program: str | None, builder: str | None) -> Iterator[Row]:
    """A row for Packer, for each plugin, for the sign-in, and for each need, in this order, each as soon as it is known.

    ``program`` is az, if it is installed; ``builder`` the object id of the account that builds, if it is not the signed-in one.
    """
    problem = ""
    for row in packer.rows():
        problem = problem or (row.reason if row.what == PACKER else "")
        yield row
    expressions = _expressions(needs)
    values: Values = dict.fromkeys(expressions, Unknown(problem)) if problem else packer.values(expressions)
    az = Az(program)
    signed_in = az.ask(("account", "show"))
    if isinstance(signed_in, Answer):
        yield Row(state=State.THERE, what="az, signed in")
    else:
        az = Az(program, signed_in.reason if isinstance(signed_in, Unknown) else "")
        yield Row(state=State.MISSING, what="az, signed in", reason=az.reason, command=("az", "login") if program else ())
    checker = _Checker(az, values, builder or _signed_in(az, signed_in))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(checker.row, needs)


def _signed_in(az: Az, account: object) -> str | Unknown:
    """The id of the account that is signed in."""
    user = account.value.get("user") if isinstance(account, Answer) and isinstance(account.value, dict) else None
    if not isinstance(user, dict):
        return Unknown(az.reason or _NAME_BUILDER)
    if user.get("type") != "user":
        name = str(user.get("name", ""))
        return Unknown(_NAME_BUILDER) if name.endswith("AssignedIdentity") else name
    found = az.ask(("ad", "signed-in-user", "show", "--query", "id"))
    if isinstance(found, Answer):
        return str(found.value)
    return found if isinstance(found, Unknown) else Unknown(_NAME_BUILDER)


_NAME_BUILDER = "The object ID of the signed-in account is unknown. Pass --builder."


def _expressions(needs: Sequence[Need]) -> Iterator[str]:
    for word in (word for need in needs for word in _words_of(need)):
        if isinstance(word, Live):
            yield word.hcl


def _words_of(need: Need) -> Words:
    match need:
        case Thing():
            return (*need.title, *need.look, *need.make)
        case RoleOn():
            return need.scope if isinstance(need.scope, tuple) else (need.scope,)
        case VmSize():
            return (need.size, need.region, need.subscription)


class _Checker(Struct, frozen=True):
    """Checks needs one by one; several threads may check at the same time."""

    az: Az
    values: Values
    builder: str | Unknown

    def row(self, need: Need) -> Row:
        """The row of a need."""
        match need:
            case Thing():
                return self._thing(need)
            case RoleOn():
                return self._role(need)
            case VmSize():
                return self._size(need)

    def _thing(self, need: Thing) -> Row:
        row = partial(Row, what="".join(self._shown(need.title)))
        found = self._ask(need.look)
        if isinstance(found, Unknown):
            return row(state=State.UNKNOWN, reason=found.reason)
        if isinstance(found, Absent) or (need.answers and found.value is not True):
            make = self._known(need.make)
            reason = make.reason if isinstance(make, Unknown) else ""
            return row(state=State.MISSING, reason=reason, command=() if isinstance(make, Unknown) or not make else ("az", *make))
        wrong = list(_differences(need, found.value))
        return row(state=State.DIFFERS, reason=f"{'; '.join(wrong)}. {_FIXED}") if wrong else row(state=State.THERE)

    def _role(self, need: RoleOn) -> Row:
        scope = self._scope(need.scope)
        row = partial(Row, what=f"role {need.role}" if isinstance(scope, Unknown) else f"role {need.role} on {scope}")
        unknown = next((each for each in (scope, self.builder) if isinstance(each, Unknown)), None)
        if unknown is not None:
            return row(state=State.UNKNOWN, reason=unknown.reason)
        whose = ("--assignee", str(self.builder), "--scope", str(scope))
        question = (*whose, "--include-inherited", "--include-groups", "--query", "[].roleDefinitionName")
        found = self.az.ask(("role", "assignment", "list", *question))
        if isinstance(found, Unknown):
            return row(state=State.UNKNOWN, reason=found.reason)
        names = sorted(set(map(str, found.value))) if isinstance(found, Answer) and isinstance(found.value, list) else []
        if {need.role, *need.also} & set(names):
            return row(state=State.THERE)
        others = ", ".join(name for name in names if name != "Reader")
        return row(
            state=State.UNKNOWN if others else State.MISSING,
            reason=f"The account has {others}. Check that this includes the rights of {need.role}." if others else "",
            command=("az", "role", "assignment", "create", "--role", need.role, *whose),
        )

    def _scope(self, scope: Word | Words) -> str | Unknown:
        if not isinstance(scope, tuple):
            return self._text(scope)
        found = self._ask((*scope, "--query", "id"))
        if isinstance(found, Absent):
            return Unknown("The resource that the role is for does not exist yet.")
        return found if isinstance(found, Unknown) else str(found.value)

    def _size(self, need: VmSize) -> Row:
        title = f"quota for VM size {self._shown((need.size,))[0]} in {self._shown((need.region,))[0]}"
        row = partial(Row, what=title)
        where: Words = ("--subscription", need.subscription, "--location", need.region)
        sizes = self._ask(("vm", "list-skus", *where, "--size", need.size, "--resource-type", "virtualMachines", "--all"))
        usage = self._ask(("vm", "list-usage", *where)) if isinstance(sizes, Answer) else sizes
        unknown = next((each for each in (sizes, usage) if isinstance(each, Unknown)), None)
        if unknown is not None:
            return row(state=State.UNKNOWN, reason=unknown.reason)
        state, reason = _quota(self._shown((need.size,))[0], _objects(sizes), _objects(usage))
        return row(state=state, reason=reason)

    def _ask(self, words: Words) -> Answer | Absent | Unknown:
        known = self._known(words)
        return known if isinstance(known, Unknown) else self.az.ask(known)

    def _known(self, words: Words) -> tuple[str, ...] | Unknown:
        texts = [self._text(word) for word in words]
        unknown = next((each for each in texts if isinstance(each, Unknown)), None)
        return unknown or tuple(each for each in texts if isinstance(each, str))

    def _text(self, word: Word) -> str | Unknown:
        return self.values[word.hcl] if isinstance(word, Live) else word

    def _shown(self, words: Words) -> tuple[str, ...]:
        """The words for a title: an expression where it has no value."""
        texts = [(word, self._text(word)) for word in words]
        return tuple(
            text if isinstance(text, str) else title(word.hcl) if isinstance(word, Live) else word for word, text in texts
        )


_FIXED = "Azure cannot change this. Use another image definition."
_DEFAULTS = {"hyperVGeneration": "V1", "architecture": "x64", "osState": "Generalized", "SecurityType": "Standard"}
"""Defaults of an image definition."""


def _differences(need: Thing, found: object) -> Iterator[str]:
    properties: dict[str, Any] = dict(found) if isinstance(found, dict) else {}
    properties |= {each["name"]: each["value"] for each in properties.get("features") or ()}
    for name, wanted in need.expects:
        there = str(properties.get(name) or _DEFAULTS.get(name, ""))
        if there.lower() not in map(str.lower, wanted):
            yield f"{name} is {there}; the project needs {' or '.join(wanted)}"


def _objects(found: object) -> list[dict[str, Any]]:
    value = found.value if isinstance(found, Answer) else None
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _quota(size: str, sizes: Sequence[dict[str, Any]], usage: Sequence[dict[str, Any]]) -> tuple[State, str]:
    """Whether a region offers a VM size, and the remaining quota of its family covers the vCPUs of one VM."""
    offered = next((each for each in sizes if str(each.get("name")).lower() == size.lower()), None)
    if offered is None:
        return State.MISSING, "The region does not offer this size. Choose another vm_size."
    limits = [each.get("reasonCode") for each in offered.get("restrictions") or () if each.get("type") == "Location"]
    if limits:
        return State.MISSING, f"The subscription may not use this size ({limits[0]}). Choose another vm_size, or request access."
    family = str(offered.get("family", ""))
    row = next((each for each in usage if str((each.get("name") or {}).get("value")).lower() == family.lower()), None)
    capabilities = {each.get("name"): each.get("value") for each in offered.get("capabilities") or ()}
    if row is None or "vCPUs" not in capabilities:
        return State.UNKNOWN, f"az lists no quota for {family}."
    limit, free, wanted = int(row["limit"]), int(row["limit"]) - int(row["currentValue"]), int(capabilities["vCPUs"])
    state = State.THERE if free >= wanted else State.MISSING
    remedy = "" if free >= wanted else ": request more quota, or choose another vm_size"
    return state, f"{free} of {limit} vCPUs of {family} are free, {wanted} needed{remedy}"
