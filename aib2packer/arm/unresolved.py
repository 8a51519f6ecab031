"""Why a value cannot be computed at conversion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from aib2packer.diagnostics.model import Finding
from aib2packer.ir.values import Variable


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unresolved:
    """The reason, and the ``inputs`` or ``functions`` that it is about.

    Where the expression FAILS, the inputs are those whose current values it was computed from, and ``problem`` is what Azure
    would stop at; None where an input is secret, for its text may show values.
    """

    reason: Reason
    inputs: tuple[Variable, ...] = ()
    functions: tuple[str, ...] = ()
    problem: Finding | None = None


def clause(why: Unresolved) -> str:
    """The reason as the second half of a sentence."""
    names = ", ".join(dict.fromkeys(each.name for each in why.inputs))
    match why.reason:
        case Reason.NO_VALUE:
            return f"it uses {names}, which has no value"
        case Reason.SECRET:
            return f"it uses the secret {names}, which is not written into the project"
        case Reason.BUILD_TIME:
            return f"only Azure or the build can evaluate {', '.join(why.functions)}"
        case Reason.FAILS:
            problem = why.problem.message.partition(". ")[0].rstrip(".") if why.problem else "its expression fails"
            return problem[0].lower() + problem[1:]
