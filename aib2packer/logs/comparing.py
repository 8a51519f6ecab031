"""Compares two logs: build by build, step by step. Source: logs/FACTS.md 7 and 8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aib2packer.comparison.model import Verdict
from aib2packer.logs.model import (
    Build,
    Change,
    Form,
    Log,
    LogComparison,
    LogDifference,
    Outcome,
    Published,
    Step,
)
from aib2packer.logs.pairing import moved, pair_steps

_PLACED = ("DeprovisioningScript.sh", "DeprovisioningScript.ps1")
_CUT = "The other log ends before it."
_LATER = "Image Builder publishes after Packer, and its log does not say what."
_NO_POST_PROCESSOR = "Image Builder runs no post-processor."
_PUT_BY_SERVICE = "Image Builder's log does not show how its deprovisioning script gets into the VM."


def compare_logs(left: Log, right: Log) -> LogComparison:
    """Every build, step and published thing of two logs; the first is Image Builder's, if one is."""
    rows: list[LogDifference] = []
    service = left.form is Form.IMAGE_BUILDER
    pairs = _paired_builds(left.builds, right.builds)
    for number, (one, other) in enumerate(pairs):
        if one is None or other is None:
            verdict = Verdict.EXTRA if one is None else Verdict.MISSING
            rows.append(LogDifference(verdict=verdict, build=number, left=one, right=other))
        else:
            rows += _compared_builds(number, one, other, service)
    return LogComparison(left=left, right=right, rows=tuple(rows))


def _paired_builds(left: Sequence[Build], right: Sequence[Build]) -> list[tuple[Build | None, Build | None]]:
    """Builds of one name, then the others in their order: Image Builder's has the name azure-arm, whatever the template is."""
    names: dict[str, list[Build]] = {}
    for build in reversed(right):
        names.setdefault(build.name, []).append(build)
    found = [(build, names[build.name].pop() if names.get(build.name) else None) for build in left]
    gone = {id(other) for _, other in found}
    free = iter([build for build in right if id(build) not in gone])
    paired = [(one, other or next(free, None)) for one, other in found]
    return [*paired, *((None, build) for build in free)]


def _compared_builds(number: int, left: Build, right: Build, service: bool) -> Iterator[LogDifference]:
    changes = tuple(_build_changes(left, right))
    verdict = Verdict.DIFFERS if changes else Verdict.SAME
    yield LogDifference(verdict=verdict, build=number, left=left, right=right, changes=changes)
    yield from _compared_steps(number, left, right, service)
    yield from _compared_published(number, left, right, service)


def _build_changes(left: Build, right: Build) -> Iterator[Change]:
    if left.outcome is not right.outcome:
        yield Change(aspect="outcome", left=left.outcome, right=right.outcome)
    if "".join(left.error.split()) != "".join(right.error.split()):
        yield Change(aspect="error", left=left.error, right=right.error)


def _compared_steps(number: int, left: Build, right: Build, service: bool) -> Iterator[LogDifference]:
    pairs = pair_steps(left.steps, right.steps)
    elsewhere = moved(pairs)
    last = (max(pairs, default=-1), max(pairs.values(), default=-1))
    unpaired = iter(sorted(set(range(len(right.steps))) - set(pairs.values())))
    extra = next(unpaired, None)
    for one, step in enumerate(left.steps):
        other = pairs.get(one)
        while other is not None and one not in elsewhere and extra is not None and extra < other:
            yield _extra(number, extra, right.steps[extra], _reason(right.steps[extra], extra > last[1], left, service))
            extra = next(unpaired, None)
        if other is None:
            reason = _CUT if one > last[0] and right.outcome is Outcome.CUT_OFF else ""
            verdict = Verdict.CANNOT_TELL if reason else Verdict.MISSING
            yield LogDifference(verdict=verdict, build=number, left=step, right=None, numbers=(one + 1, None), reason=reason)
        else:
            yield _both(number, (one, step), (other, right.steps[other]), one in elsewhere)
    for at in (extra, *unpaired) if extra is not None else ():
        yield _extra(number, at, right.steps[at], _reason(right.steps[at], at > last[1], left, service))


def _reason(step: Step, is_last: bool, left: Build, service: bool) -> str:
    """Why nothing can be told of a step that only the second log has; empty where it is extra."""
    if is_last and left.outcome is Outcome.CUT_OFF:
        return _CUT
    if service and step.follows_the_build:
        return _NO_POST_PROCESSOR
    return _PUT_BY_SERVICE if service and step.kind == "file" and step.what.endswith(_PLACED) else ""


def _extra(build: int, at: int, step: Step, reason: str) -> LogDifference:
    verdict = Verdict.CANNOT_TELL if reason else Verdict.EXTRA
    return LogDifference(verdict=verdict, build=build, left=None, right=step, numbers=(None, at + 1), reason=reason)


def _both(build: int, one: tuple[int, Step], other: tuple[int, Step], is_moved: bool) -> LogDifference:
    (at, left), (there, right) = one, other
    changes = tuple(_step_changes(left, right))
    verdict = Verdict.DIFFERS if changes else Verdict.MOVED if is_moved else Verdict.SAME
    if is_moved:
        changes = (*changes, Change(aspect="place", left=str(at + 1), right=str(there + 1)))
    return LogDifference(verdict=verdict, build=build, left=left, right=right, numbers=(at + 1, there + 1), changes=changes)


def _step_changes(left: Step, right: Step) -> Iterator[Change]:
    if Outcome.CUT_OFF not in (left.outcome, right.outcome):
        told = left.exit is not None and right.exit is not None
        if left.outcome is not right.outcome or (told and left.exit != right.exit):
            yield Change(aspect="exit code", left=_ended(left), right=_ended(right))
    if left.restarts != right.restarts:
        yield Change(aspect="restarts", left=str(left.restarts), right=str(right.restarts))
    if left.updates != right.updates:
        yield Change(aspect="updates", left=_only(left.updates, right.updates), right=_only(right.updates, left.updates))


def _ended(step: Step) -> str:
    if step.exit is not None:
        return str(step.exit)
    return "0" if step.outcome is Outcome.PASSED else step.outcome


def _only(updates: Sequence[str], others: Sequence[str]) -> str:
    return ", ".join(each for each in updates if each not in set(others)) or "none"


def _compared_published(number: int, left: Build, right: Build, service: bool) -> Iterator[LogDifference]:
    for one, other in _paired_things(left.published, right.published):
        if one and other:
            changes = () if _key(one) == _key(other) else (Change(aspect="name", left=one.name, right=other.name),)
            verdict = Verdict.DIFFERS if changes else Verdict.SAME
            yield LogDifference(verdict=verdict, build=number, left=one, right=other, changes=changes)
            continue
        reason = _unpublished(one or other, left, right, service)
        verdict = Verdict.CANNOT_TELL if reason else Verdict.MISSING if one else Verdict.EXTRA
        yield LogDifference(verdict=verdict, build=number, left=one, right=other, reason=reason)


def _paired_things(left: Sequence[Published], right: Sequence[Published]) -> Iterator[tuple[Published | None, Published | None]]:
    """Things by what they are, then by their kind, in their order."""
    there = {_key(each): each for each in right}
    pairs = {_key(each): there[_key(each)] for each in left if _key(each) in there}
    free: dict[str, list[Published]] = {}
    for each in right:
        if _key(each) not in pairs:
            free.setdefault(each.kind, []).append(each)
    for each in left:
        yield each, pairs.get(_key(each)) or next(iter(free.get(each.kind, ())), None)
        if _key(each) not in pairs and free.get(each.kind):
            del free[each.kind][0]
    yield from ((None, each) for things in free.values() for each in things)


def _key(thing: Published) -> tuple[str, str]:
    """What a thing is; names in Azure have no case."""
    return thing.kind, thing.name.casefold()


def _unpublished(thing: Published | None, left: Build, right: Build, service: bool) -> str:
    """Why nothing can be told of a thing that one log has."""
    later = all(each.kind == "snapshot" for each in left.published)
    if service and thing is not None and (thing.kind in ("manifest", "snapshot") or later) and left.outcome is Outcome.PASSED:
        return _LATER
    return _CUT if Outcome.CUT_OFF in (left.outcome, right.outcome) else ""
