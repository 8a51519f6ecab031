"""What the parts of the evaluator share: the work done so far with its findings, and the way back into the evaluator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from aib2packer.arm import partial
from aib2packer.arm.functions.table import RefusedError
from aib2packer.arm.reader import MAX_DEPTH
from aib2packer.arm.scope import Frame, Scope
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.diagnostics.model import Code, Findings, Severity
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, Value

MAX_WORK = 300_000

_Found = TypeVar("_Found")


class Work:
    """Bounds the work of one evaluator, and notes what is wrong.

    ``path`` is the AIB path that findings carry. ``guards`` counts the branches around that may never be taken.
    ``problems`` counts what was noted.
    """

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.path = ""
        self.guards = 0
        self.depth = 0
        self.problems = 0
        self._spent = 0

    def enter(self, place: Place | None) -> bool:
        """Goes one level down, if that is not too deep; whoever entered takes one from ``depth`` on the way back."""
        if self.depth >= MAX_DEPTH:
            message = f"The value, with the variables that it uses, is nested more than {MAX_DEPTH} levels deep."
            self.problem(codes.TOO_DEEP, message, place)
            return False
        self.depth += 1
        return True

    def spend(self, amount: int, place: Place | None) -> bool:
        """Counts so many parts that are made; False once they are too many."""
        before, self._spent = self._spent, self._spent + amount
        if self._spent <= MAX_WORK:
            return True
        if before <= MAX_WORK:
            message = "The template becomes too large when it is evaluated, because loops or variables multiply each other."
            self.problem(codes.TOO_LARGE, message, place, always=True)
        return False

    def affordable(self, value: Value) -> bool:
        """Counts the parts of a value that may be used many times, so that uses of uses cannot fill the memory."""
        return self.spend(partial.size(value, MAX_WORK - self._spent + 1), value.place)

    def problem(self, code: Code, message: str, place: Place | None, *, always: bool = False) -> None:
        """Notes a finding; in a branch that may not be taken, only as a warning unless it is wrong in any case."""
        self.problems += 1
        severity = Severity.WARNING if self.guards and not always else None
        self.findings.add(code, message, place=place, path=self.path, severity=severity)

    def tried(self, call: Call, compute: Callable[[], _Found | None]) -> _Found | None:
        """What ``compute`` gives; None, with a finding, where ARM would stop."""
        try:
            return compute()
        except partial.OutsideIndexError as problem:
            self.problem(codes.INDEX_OUTSIDE, f"In {call.function}, {problem}.", call.place)
        except RefusedError as problem:
            self.problem(codes.REFUSED_ARGUMENTS, f"{call.function} cannot be evaluated: {problem}.", call.place)
        return None


class Evaluates(Protocol):
    """What the parts of the evaluator need of it."""

    scope: Scope
    work: Work

    def template(self, value: Value, frame: Frame) -> Value:
        """A value as it stands in the template, evaluated."""

    def expression(self, value: Value, frame: Frame) -> Value:
        """A part of an expression, or a value that was evaluated before, evaluated."""

    def bind(self, body: Value, names: Mapping[str, Value], frame: Frame) -> Value:
        """The body of a loop or lambda, evaluated with these values for its names."""

    def apply(self, call: Call, arguments: tuple[Value, ...]) -> Value:
        """A function whose arguments are evaluated already."""

    def frame(self) -> Frame:
        """What is in sight outside of all loops and functions."""


Special = Callable[[Call, Frame, Evaluates], Value]
"""Evaluates a call whose arguments are not evaluated yet."""
