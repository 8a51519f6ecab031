"""Parts of messages: what was probably meant, how many arguments a function takes."""

from __future__ import annotations

from collections.abc import Iterable

from aib2packer.arm.functions.catalogue import FUNCTIONS, find
from aib2packer.arm.work import Evaluates
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.diagnostics.nearest import nearest
from aib2packer.ir.values import Call, ObjectOf, Value


def hint(name: str, names: Iterable[str]) -> str:
    """A question whether another name was meant, as a further sentence; empty where none is near."""
    meant = nearest(name, names, 0.7)
    return f" Did you mean '{meant}'?" if meant and meant.lower() != name.lower() else ""


def no_property(name: str, base: Value) -> str:
    """That an object lacks a property."""
    names = (entry.name for entry in base.entries if entry.name) if isinstance(base, ObjectOf) else ()
    return f"The object has no property '{name}'.{hint(name, names)}"


def arity(least: int, most: int | None) -> str:
    """How many arguments a function takes.

    >>> arity(1, None), arity(2, 2), arity(1, 3)
    ('at least 1 argument', '2 arguments', '1 to 3 arguments')
    """
    if most is None:
        return f"at least {least} argument{'' if least == 1 else 's'}"
    if least == most:
        return f"{least or 'no'} argument{'' if least == 1 else 's'}"
    return f"{least} to {most} arguments"


def is_callable(call: Call, evaluation: Evaluates) -> bool:
    """Whether there is the function, and it takes so many arguments; a finding where not."""
    function = find(call.function)
    if function is None:
        unknown_function(call, evaluation)
        return False
    given = len(call.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        message = f"{function.name} takes {arity(function.least, function.most)}, not {given}."
        evaluation.work.problem(codes.ARGUMENT_COUNT, message, call.place, always=True)
        return False
    return True


def unknown_function(call: Call, evaluation: Evaluates) -> None:
    """Notes that there is no such function."""
    names = [function.name for function in FUNCTIONS.values()] + list(evaluation.scope.functions)
    meant = nearest(call.function, names, 0.7)
    text = f"Did you mean {meant}?" if meant else "Check its spelling."
    message = f"There is no function {call.function}. {text}"
    evaluation.work.problem(codes.UNKNOWN_FUNCTION, message, call.place, always=True)
