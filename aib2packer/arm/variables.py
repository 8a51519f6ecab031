"""The variables of the template: each is evaluated when it is first used, and once.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/variables
"""

from __future__ import annotations

from msgspec.structs import replace

from aib2packer.arm.copies import is_copy
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.messages import hint
from aib2packer.arm.scope import Frame, Scope, by_lower_case
from aib2packer.arm.work import Evaluates, Work
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.ir.signatures import carries_signature
from aib2packer.ir.values import Bound, Call, Entry, Kind, ListOf, Literal, Local, ObjectOf, Value, Variable

_NAMED_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.FLAG)


class Variables:
    """The variables of one template.

    ``locals`` holds the values of those that were used by name, in the order of their first use.
    """

    def __init__(self, scope: Scope, work: Work) -> None:
        self.locals: dict[str, Value] = {}
        self._names = {name.lower(): name for name in scope.variables}
        self._raw = by_lower_case(scope.variables)
        self._values: dict[str, Value] = {}
        self._copied: set[str] = set()
        self._open: list[str] = []
        self._expand_copies(work)

    def use(self, call: Call, frame: Frame, evaluation: Evaluates) -> Value:
        """The value of the variable that a call of ``variables`` names."""
        name = name_in(call, frame, evaluation)
        if name is None:
            return call
        folded = name.lower()
        if frame.calls or folded not in self._raw:
            meant = " Functions of the template have no variables." if frame.calls else hint(name, self._names.values())
            message = f"The variable '{name}' is not declared.{meant or ' Declare it, or correct the name.'}"
            evaluation.work.problem(codes.UNDECLARED_VARIABLE, message, call.place, always=True)
            return call
        if folded in self._open:
            chain = [*self._open[self._open.index(folded) :], folded]
            names = " > ".join([self._names[each] for each in chain])
            evaluation.work.problem(codes.CYCLE, f"The variables refer to each other in a cycle: {names}.", call.place)
            return call
        value = self._values.get(folded)
        return self._first_use(folded, evaluation) if value is None else value

    def forget_open(self) -> None:
        """Begins anew after an evaluation that may have stopped half-way."""
        self._open.clear()

    def _first_use(self, folded: str, evaluation: Evaluates) -> Value:
        work, scope = evaluation.work, evaluation.scope
        problems, guards = work.problems, work.guards
        self._open.append(folded)
        value = evaluation.template(self._raw[folded], evaluation.frame())
        self._open.pop()
        if folded in self._copied and isinstance(value, ObjectOf):
            value = value.entries[0].value if value.entries else ListOf(())
        if not work.affordable(value):
            value = Literal(None, place=value.place)
        if scope.named_variables and _deserves_name(value):
            name = scope.local_prefix + self._names[folded]
            self.locals[name] = value
            local = Local(name, kind_of(value), place=value.place)
            value = replace(value, spelled=local) if isinstance(value, Literal) else local
        if not guards or problems == work.problems:
            self._values[folded] = value
        return value

    def _expand_copies(self, work: Work) -> None:
        """``variables.copy``: each loop is a variable of its name."""
        loops = self._raw.get("copy")
        if loops is None or not is_copy(loops):
            return
        del self._raw["copy"]
        for loop in loops.items if isinstance(loops, ListOf) else ():
            name = loop.get("name") if isinstance(loop, ObjectOf) else None
            if isinstance(name, Literal) and isinstance(name.value, str):
                self._names[name.value.lower()] = name.value
                wrapped = ObjectOf((Entry(Literal("copy"), ListOf((loop,))),), place=loop.place)
                self._raw[name.value.lower()] = wrapped
                self._copied.add(name.value.lower())
            else:
                work.problem(codes.MALFORMED_COPY, "This copy loop needs a name.", loop.place)


def name_in(call: Call, frame: Frame, evaluation: Evaluates) -> str | None:
    """The name that a call of ``parameters`` or ``variables`` has; None, with a finding, where it is live."""
    argument = evaluation.expression(call.arguments[0], frame)
    if isinstance(argument, Literal) and isinstance(argument.value, str):
        return argument.value
    what = "parameter" if call.function == "parameters" else "variable"
    message = f"The name of this {what} is computed from values of the build."
    evaluation.work.problem(codes.LIVE_NAME, message, call.place)
    return None


def _deserves_name(value: Value) -> bool:
    """Whether the value is a scalar worth a name: no text of several lines, no signed URL, no name of another value."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return bool(value.value) and "\n" not in value.value and not carries_signature(value)
    return not isinstance(value, Variable | Local | Bound) and kind_of(value) in _NAMED_KINDS
