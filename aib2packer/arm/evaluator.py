"""The partial evaluator: what is known is computed as ARM computes it, what is live stays and is made simpler.

It never raises over what a template says: a problem is a finding with its place, and the part that has it stays as it
is. In a branch that may never be taken a problem is only a warning, for the deployment need not stop there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from aib2packer.arm import partial
from aib2packer.arm.accesses import part_of
from aib2packer.arm.copies import copies, is_copy, repeated
from aib2packer.arm.functions.catalogue import find
from aib2packer.arm.messages import is_callable
from aib2packer.arm.reader import Parsed, SyntaxProblem, is_expression, parse, placed, unescaped
from aib2packer.arm.resource_ids import resource_id
from aib2packer.arm.scope import Frame, Scope, by_lower_case
from aib2packer.arm.shapes.catalogue import SHAPES
from aib2packer.arm.special.catalogue import SPECIAL
from aib2packer.arm.spelling import Spelling
from aib2packer.arm.user_functions import call_user_function
from aib2packer.arm.variables import Variables
from aib2packer.arm.work import Special, Work
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import (
    Access,
    Bound,
    Call,
    Conditional,
    Entry,
    Joined,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Value,
    Variable,
    is_known,
)

_ABSENT = Literal(None)
_LETTERS = 64
"""So many letters of a text cost as much as one part of a value."""


def evaluate(value: Value, scope: Scope, findings: Findings) -> Value:
    """One value evaluated by itself; for many values of one template keep an ``Evaluator``."""
    return Evaluator(scope, findings).evaluate(value)


class Evaluator:
    """Evaluates the values of one template; texts are read once, variables are evaluated once.

    ``locals`` holds the values of the variables that were used by name, in the order of their first use.
    """

    def __init__(self, scope: Scope, findings: Findings) -> None:
        self.scope = scope
        self.findings = findings
        self.work = Work(findings)
        self._parameters = by_lower_case(scope.parameters)
        self._spelling = Spelling(by_lower_case(scope.shapes))
        self._functions = {name.lower(): function for name, function in scope.functions.items()}
        self._variables = Variables(scope, self.work)
        self.locals = self._variables.locals
        self._read: dict[str, Parsed | SyntaxProblem] = {}
        self._special: Mapping[str, Special] = {**SPECIAL, "variables": self._variables.use}

    def evaluate(self, value: Value, *, loops: Mapping[str, Value] | None = None, path: str = "") -> Value:
        """The value as it stands in the template (expressions are texts in it), evaluated.

        ``loops`` adds the indexes of copy loops around it; ``path`` is the AIB path that findings will carry.
        A tree that was evaluated before goes to ``simplify``, for its texts are no expressions any more.
        """
        self.work.path = path
        frame = self.frame() if loops is None else replace(self.frame(), loops={**self.frame().loops, **by_lower_case(loops)})
        return self._guarded_run(self.template, value, frame)

    def simplify(self, value: Value) -> Value:
        """A value that was evaluated before, once more: its texts are texts, its calls are tried again."""
        return self._guarded_run(self.expression, value, self.frame())

    def _guarded_run(self, run: Callable[[Value, Frame], Value], value: Value, frame: Frame) -> Value:
        try:
            return run(value, frame)
        except RecursionError:
            message = "The value is nested too deeply. Put parts of it into variables."
            self.work.problem(codes.TOO_DEEP, message, value.place)
            return value
        finally:
            self.work.depth = self.work.guards = 0
            self._variables.forget_open()

    def frame(self) -> Frame:
        """What is in sight outside of all loops and functions."""
        return Frame(self._parameters, by_lower_case(self.scope.loops))

    # ---- containers of the template

    def template(self, value: Value, frame: Frame) -> Value:
        """A value as it stands in the template, evaluated."""
        if isinstance(value, Literal):
            return self._text(value, frame) if isinstance(value.value, str) else value
        if not self.work.enter(value.place):
            return value
        try:
            if isinstance(value, ListOf):
                return ListOf(tuple([self.template(item, frame) for item in value.items]), place=value.place)
            if isinstance(value, ObjectOf):
                return self._object(value, frame)
            return self.expression(value, frame)
        finally:
            self.work.depth -= 1

    def _text(self, value: Literal, frame: Frame) -> Value:
        text = str(value.value)
        if not text.startswith("["):
            return value
        if not is_expression(text):
            return replace(value, value=unescaped(text))
        parsed = self._read.get(text)
        if parsed is None:
            parsed = self._read[text] = parse(text)
        if isinstance(parsed, SyntaxProblem):
            self.work.problem(codes.SYNTAX, parsed.message, _place_of(parsed, value.place), always=True)
            return value
        return self.expression(placed(parsed, value.place), frame)

    def _object(self, value: ObjectOf, frame: Frame) -> Value:
        entries: list[Entry] = []
        for entry in value.entries:
            if (entry.name or "").lower() == "copy" and is_copy(entry.value):
                entries += copies(entry.value, frame, self)
                continue
            key = entry.key
            if isinstance(key, Literal) and isinstance(key.value, str) and key.value.startswith("["):
                key = self._text(key, frame)
                if is_known(key) and not (isinstance(key, Literal) and isinstance(key.value, str)):
                    message = "The computed name of this property is not a string."
                    self.work.problem(codes.KEY_NOT_TEXT, message, entry.key.place)
            elif not isinstance(key, Literal):
                key = self.expression(key, frame)
            entries.append(Entry(key, self.template(entry.value, frame)))
        return ObjectOf(tuple(entries), place=value.place)

    # ---- expressions

    def expression(self, value: Value, frame: Frame) -> Value:
        """A part of an expression, or a value that was evaluated before, evaluated."""
        if isinstance(value, Literal):
            return value
        if not self.work.enter(value.place):
            return value
        try:
            if isinstance(value, Call):
                return self._call(value, frame)
            if isinstance(value, Access):
                base, key = self.expression(value.base, frame), self.expression(value.key, frame)
                return self._output_of(part_of(value, base, self._spelling.key(base, key), frame, self))
            return self._evaluated_before(value, frame)
        finally:
            self.work.depth -= 1

    def _output_of(self, value: Value) -> Value:
        """What the file says of an output of another deployment of its; else the value itself."""
        if self.scope.outputs is None or not isinstance(value, Access):
            return value
        keys: list[str] = []
        root: Value = value
        while isinstance(root, Access):
            if not isinstance(root.key, Literal):
                return value
            keys.insert(0, str(root.key.value))
            root = root.base
        known = self.scope.outputs(root, tuple(keys)) if isinstance(root, Call) and root.function == "reference" else None
        return value if known is None else known

    def _evaluated_before(self, value: Value, frame: Frame) -> Value:
        match value:
            case ListOf(items):
                kept = [each for item in items if (each := self.expression(item, frame)) is not _ABSENT]
                return ListOf(tuple(kept), place=value.place)
            case Conditional(condition, inner):
                return self._conditional(value, self.expression(condition, frame), inner, frame)
            case ObjectOf(entries):
                pairs = [Entry(self.expression(each.key, frame), self.expression(each.value, frame)) for each in entries]
                return ObjectOf(tuple(pairs), place=value.place)
            case Joined(parts):
                return self._joined(value, [self.expression(part, frame) for part in parts])
            case Repeated():
                return repeated(value, frame, self)
            case Lambda(names, body):
                return replace(value, body=self.bind(body, {name: Bound(name) for name in names}, frame))
            case Bound(name):
                return frame.bound.get(name, value)
            case _:
                assert isinstance(value, Variable | Local)
                return self._substitute(value)

    def _joined(self, value: Joined, parts: list[Value]) -> Value:
        call = Call("concat", value.parts, place=value.place)
        result = self.work.tried(call, lambda: partial.joined(parts, value.place))
        return value if result is None else result

    def _conditional(self, value: Conditional, condition: Value, inner: Value, frame: Frame) -> Value:
        if isinstance(condition, Literal):
            return self.expression(inner, frame) if condition.value is True else _ABSENT
        return replace(value, condition=condition, value=self.expression(inner, frame))

    def bind(self, body: Value, names: Mapping[str, Value], frame: Frame) -> Value:
        """The body of a loop or lambda, evaluated with these values for its names."""
        return self.expression(body, replace(frame, bound={**frame.bound, **names}))

    def _substitute(self, value: Variable | Local) -> Value:
        """What stands for an input or a named value; folding overrides this."""
        return value

    # ---- calls

    def _call(self, call: Call, frame: Frame) -> Value:
        if "." in call.function:
            return call_user_function(call, frame, self._functions, self)
        if not is_callable(call, self):
            return call
        special = self._special.get(call.function)
        if special is not None:
            return special(call, frame, self)
        return self.apply(call, tuple([self.expression(each, frame) for each in call.arguments]))

    def apply(self, call: Call, arguments: tuple[Value, ...]) -> Value:
        """A function whose arguments are evaluated already."""
        if call.function == "tryGet":
            arguments = self._spelling.path(arguments)
        live = Call(call.function, arguments, place=call.place)
        result = self.work.tried(call, lambda: self._result(live))
        return live if result is None else result

    def _result(self, call: Call) -> Value | None:
        if call.function.endswith("esourceId"):
            return resource_id(call.function, call.arguments, self.scope)
        shape = SHAPES.get(call.function)
        result = None if shape is None else shape(call.arguments)
        if result is None:
            result = self._computed(call)
        if result is None or not self.work.spend(partial.letters_of(result) // _LETTERS, call.place):
            return None
        return result if result.place is not None else replace(result, place=call.place)

    def _computed(self, call: Call) -> Value | None:
        function = find(call.function)
        if function is None or function.run is None or not all(map(is_known, call.arguments)):
            return None
        plain = function.run(*map(partial.plain, call.arguments))
        if isinstance(plain, list) and not self.work.spend(len(plain), call.place):
            return None
        return partial.value_of(plain, call.place)


def _place_of(problem: SyntaxProblem, place: Place | None) -> Place | None:
    """Where in a text the problem is; the whole text where it is escaped."""
    if place is None or "\\" in place.source.text[place.start : place.end]:
        return place
    start = min(place.start + 1 + problem.offset, max(place.start, place.end - 1))
    return Place(place.source, start, max(start, place.end))
