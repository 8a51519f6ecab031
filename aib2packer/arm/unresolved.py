"""Why a value cannot be computed at conversion, and the finding that says so."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum, auto

from msgspec import Struct

from aib2packer.diagnostics.model import Code, Finding, Findings, Severity
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Kind, Role, Variable


class Reason(Enum):
    """What is in the way of a literal value."""

    NO_VALUE = auto()
    """Inputs have no value."""
    SECRET = auto()
    """Inputs are secret, and the value would be written into the project."""
    BUILD_TIME = auto()
    """Only Azure or the build can evaluate functions (``reference``, ``utcNow``)."""
    FAILS = auto()
    """Azure would stop at the expression."""


class Unresolved(Struct, frozen=True, kw_only=True):
    """The reason, and the ``inputs`` or ``functions`` that it is about.

    Where the expression FAILS, the inputs are those whose current values it was computed from, and ``problem`` is what Azure
    would stop at; None where an input is secret, for its text may show values.
    """

    reason: Reason
    inputs: tuple[Variable, ...] = ()
    functions: tuple[str, ...] = ()
    problem: Finding | None = None


class Need(Struct, frozen=True, kw_only=True):
    """What needs the literal value, for the finding that says why it has none.

    ``subject`` begins the sentence; without one it is the last name of the path. ``before`` and ``effect`` are sentences,
    ``instead`` is another remedy in the imperative. ``says_kinds`` if the remedy tells which values would do.
    """

    code: Code
    place: Place | None
    path: str
    severity: Severity | None = None
    subject: str = ""
    before: str = ""
    effect: str = ""
    instead: str = ""
    says_kinds: bool = False


def report(why: Unresolved, need: Need, findings: Findings) -> None:
    """The finding. Where Azure itself would stop, it is that error; the evaluation has said it already if no input decides it."""
    if why.reason is not Reason.FAILS:
        message = _sentences(need.before, _cause(why, need), need.effect, _remedy(why, need))
        findings.add(need.code, message, place=need.place, path=need.path, severity=need.severity)
    elif why.inputs or not findings.has_errors():
        problem = why.problem
        message = _sentences(_cause(why, need), problem.message if problem else "", _remedy(why, need))
        place = (problem.place if problem else None) or need.place
        findings.add(problem.code if problem else need.code, message, place=place, path=need.path, severity=Severity.ERROR)


def listed(names: Iterable[str]) -> str:
    """Names as a sentence has them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _sentences(*sentences: str) -> str:
    return " ".join(each for each in sentences if each)


def _cause(why: Unresolved, need: Need) -> str:
    name = need.path.rpartition(".")[2]
    needs = f"{need.subject or f'`{name}`'} needs a literal value"
    one = len(why.inputs) == 1
    match why.reason:
        case Reason.NO_VALUE:
            return f"{needs} but uses {described(why.inputs)}, which {'has' if one else 'have'} none."
        case Reason.SECRET:
            is_secret = "which is secret" if one else "which are secret"
            return f"{needs} but uses {described(why.inputs)}, {is_secret} and not written into the project."
        case Reason.BUILD_TIME if why.functions:
            return f"{needs} but uses {listed(f'`{name}`' for name in why.functions)}, known only to Azure or the build."
        case Reason.BUILD_TIME:
            return f"{needs}, which only Azure or the build knows."
    values = f" with the current value{'' if one else 's'} of {described(why.inputs)}" if why.inputs else ""
    return f"{needs}, but its expression fails{values}."


_NOUNS = {Role.PARAMETER: "parameter", Role.PLACEHOLDER: "placeholder"}


def described(inputs: Iterable[Variable]) -> str:
    """Inputs by kind and name: parameters `a` and `b` and placeholder `c`."""
    groups: dict[str, list[str]] = {}
    for each in inputs:
        groups.setdefault(_NOUNS.get(each.role, "variable"), []).append(f"`{each.name}`")
    return listed(f"{noun}{'s' if len(names) > 1 else ''} {listed(names)}" for noun, names in groups.items())


def _remedy(why: Unresolved, need: Need) -> str:
    remedy = _REMEDIES[why.reason]
    is_passed = bool(why.inputs) and all(each.role is Role.PARAMETER for each in why.inputs)
    if why.reason is Reason.NO_VALUE and is_passed:
        remedy = f"Pass {_wanted(why.inputs, need)} with -p or --set"
    elif why.reason is Reason.FAILS and is_passed:
        remedy = f"{remedy}, or pass another value with -p or --set"
    return f"{remedy}, or {need.instead}." if need.instead else f"{remedy}."


def _wanted(inputs: tuple[Variable, ...], need: Need) -> str:
    if need.says_kinds:
        kinds = [_KINDS.get(each.kind, "a value") for each in inputs]
        named = (f"{kind} as `{each.name}`" for kind, each in zip(kinds, inputs, strict=True))
        return kinds[0] if len(kinds) == 1 else listed(named)
    return "a value" if len(inputs) == 1 else "values"


_KINDS = {
    Kind.TEXT: "a string",
    Kind.NUMBER: "an integer",
    Kind.FLAG: "true or false",
    Kind.LIST: "an array",
    Kind.OBJECT: "an object",
}
_REMEDIES = {
    Reason.NO_VALUE: "Write a literal value into the template",
    Reason.SECRET: "Use a value that is not secret",
    Reason.BUILD_TIME: "Write a literal value into the template",
    Reason.FAILS: "Correct the expression",
}
