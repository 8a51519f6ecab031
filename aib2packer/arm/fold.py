"""A live value computed with what is known of its inputs, and which inputs that were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

from aib2packer.arm.unresolved import Reason, Unresolved
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.ir.values import Call, Input, Role, Value, is_known, walk


class Folded(Struct, frozen=True, kw_only=True):
    """The value, and the inputs whose given or default values it was computed from, in the order of their use."""

    value: Value
    used: tuple[Input, ...]


InputsByName = Mapping[tuple[Role, str], Input]
"""Inputs by role and name in lower case."""


def by_name(inputs: Iterable[Input]) -> InputsByName:
    """The inputs as ``fold`` looks them up; for many values of one template they are put in order once."""
    return {(each.role, each.name.lower()): each for each in inputs}


def fold(
    value: Value,
    inputs: Iterable[Input] | InputsByName,
    *,
    locals: Mapping[str, Value] | None = None,
    utc_now: datetime | None = None,
) -> Folded | Unresolved:
    """Computes an evaluated value with each input's ``given`` value, or else its ``default``.

    ``locals`` are the definitions of the ``Local`` values in it (``Evaluator.locals``).

    >>> from aib2packer.ir.values import Kind, Literal, Role
    >>> name = Input(name="n", role=Role.PARAMETER, kind=Kind.TEXT, description="", default=Literal("IMG"))
    >>> fold(Call("toLower", (name.reference,)), [name]).value
    Literal(value='img')
    """
    if is_known(value):
        return Folded(value=value, used=())
    from aib2packer.arm.folder import Folder

    folder = Folder(inputs if isinstance(inputs, Mapping) else by_name(inputs), locals or {}, utc_now)
    result = folder.simplify(value)
    if folder.findings.has_errors():
        return failure(folder.findings, folder.used)
    if is_known(result):
        return Folded(value=result, used=tuple(folder.used))
    if folder.missing:
        return Unresolved(reason=Reason.NO_VALUE, inputs=tuple(folder.missing))
    functions = dict.fromkeys(part.function for part in walk(result) if isinstance(part, Call) and not _holds_call(part))
    return Unresolved(reason=Reason.BUILD_TIME, functions=tuple(functions))


def _holds_call(value: Call) -> bool:
    """Whether another call is in the way of this one."""
    return any(isinstance(part, Call) for argument in value.arguments for part in walk(argument))


def failure(findings: Findings, used: Iterable[Input]) -> Unresolved:
    """The first error of an evaluation; not where it used secrets, for the messages of ``fail`` and its kin hold values."""
    problem = next((finding for finding in findings if finding.severity is Severity.ERROR), None)
    return Unresolved(
        reason=Reason.FAILS,
        inputs=tuple(each.reference for each in used),
        problem=None if any(each.secret for each in used) else problem,
    )
