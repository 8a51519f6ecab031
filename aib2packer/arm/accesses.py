"""``base.key`` and ``base[key]`` where the base may be live, a loop or a choice."""

from __future__ import annotations

from aib2packer.arm import partial
from aib2packer.arm.functions.azure import CONTEXT
from aib2packer.arm.functions.table import RefusedError
from aib2packer.arm.messages import no_property
from aib2packer.arm.scope import Frame
from aib2packer.arm.work import Evaluates
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Access, Call, Literal, ObjectOf, Repeated, Value

_EMPTY = Literal("")
"""Stands for a part that does not exist, which refuses the template: a large base is not repeated for each of its uses."""


def part_of(value: Access, base: Value, key: Value, frame: Frame, evaluation: Evaluates) -> Value:
    """The part of an evaluated base that the access names; the access itself where it is live, or where ARM would stop."""
    live = Access(base, key, place=value.place)
    if isinstance(value.base, Call) and value.base.function.lower() in CONTEXT and isinstance(base, ObjectOf):
        return _context_property(live, value.base)
    place = key.place or value.place
    try:
        return _found(base, key, frame, evaluation) or live
    except partial.NoSuchPropertyError as problem:
        evaluation.work.problem(codes.NO_SUCH_PROPERTY, no_property(str(problem), base), place)
        return live if evaluation.work.guards else _EMPTY
    except partial.OutsideIndexError as problem:
        evaluation.work.problem(codes.INDEX_OUTSIDE, _sentence(problem), place)
    except RefusedError as problem:
        evaluation.work.problem(codes.REFUSED_ARGUMENTS, _sentence(problem), place)
    return live


def _sentence(problem: RefusedError) -> str:
    message = str(problem)
    return f"{message[0].upper()}{message[1:]}."


def _found(base: Value, key: Value, frame: Frame, evaluation: Evaluates) -> Value | None:
    found = partial.access(base, key)
    if found is not None:
        return found
    if isinstance(base, Repeated) and isinstance(key, Literal):
        return evaluation.bind(base.body, {base.index: key}, frame)
    if isinstance(base, Call) and base.function == "if" and len(base.arguments) == 3 and isinstance(key, Literal):
        condition, *branches = base.arguments
        yes, no = (quietly(branch, key) for branch in branches)
        if yes is not None and no is not None:
            return choice(condition, yes, no, place=base.place)
    return None


def _context_property(live: Access, call: Call) -> Value:
    name = live.key.value if isinstance(live.key, Literal) else None
    found = live.base.get(name) if isinstance(live.base, ObjectOf) and isinstance(name, str) else None
    return found or Access(Call(call.function, (), place=call.place), live.key, place=live.place)


def quietly(base: Value, key: Value) -> Value | None:
    """The part of a base, None where it is live, and also where ARM would stop."""
    try:
        return partial.access(base, key)
    except RefusedError:
        return None


def choice(condition: Value, yes: Value, no: Value, place: Place | None) -> Value:
    """``if`` on a live condition, made simpler where the branches tell."""
    if partial.same(yes, no):
        return yes
    if yes == partial.TRUE and no == partial.FALSE:
        return condition
    return Call("if", (condition, yes, no), place=place)
