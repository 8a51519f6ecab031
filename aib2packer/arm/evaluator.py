"""The partial evaluator: what is known is computed as ARM computes it, what is live stays and is made simpler.

It never raises over what a template says: a problem is a finding with its place, and the part that has it stays as it
is. In a branch that may never be taken a problem is only a warning, for the deployment need not stop there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from aib2packer.arm import lambdas, partial
from aib2packer.arm.functions.azure import CONTEXT
from aib2packer.arm.functions.catalogue import FUNCTIONS, find, nearest
from aib2packer.arm.functions.dates import format_date
from aib2packer.arm.functions.table import RefusedError
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.reader import MAX_DEPTH, Parsed, SyntaxProblem, is_expression, parse, placed, unescaped
from aib2packer.arm.resource_ids import resource_id
from aib2packer.arm.scope import Frame, Scope, UserFunction, by_lower_case
from aib2packer.arm.shapes.catalogue import SHAPES
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.diagnostics.model import Code, Findings, Severity
from aib2packer.diagnostics.place import Place
from aib2packer.ir.date_patterns import DEFAULT_NOW
from aib2packer.ir.signatures import carries_signature
from aib2packer.ir.values import (
    Access,
    Bound,
    Call,
    Conditional,
    Entry,
    Joined,
    Kind,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Role,
    Scalar,
    Value,
    Variable,
    is_known,
)

MAX_COPIES = 800
MAX_WORK = 1_000_000

_Found = TypeVar("_Found")
_ABSENT = Literal(None)
_NAMED_KINDS = (Kind.TEXT, Kind.NUMBER, Kind.FLAG)


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
        self.locals: dict[str, Value] = {}
        self._parameters = by_lower_case(scope.parameters)
        self._names = {name.lower(): name for name in scope.variables}
        self._raw_variables = by_lower_case(scope.variables)
        self._context = by_lower_case(scope.context)
        self._shapes = by_lower_case(scope.shapes)
        self._functions = {name.lower(): function for name, function in scope.functions.items()}
        self._variables: dict[str, Value] = {}
        self._copied_variables: set[str] = set()
        self._open_variables: list[str] = []
        self._read: dict[str, Parsed | SyntaxProblem] = {}
        self._path = ""
        self._guards = 0
        self._depth = 0
        self._work = 0
        self._problems = 0
        self._special: dict[str, Callable[[Call, Frame], Value]] = {
            "parameters": self._parameter,
            "variables": self._variable,
            "copyIndex": self._copy_index,
            "if": self._if,
            "and": self._and,
            "or": self._or,
            "coalesce": self._coalesce,
            "lambda": self._misplaced_lambda,
            "lambdaVariables": self._lambda_variable,
            "utcNow": self._utc_now,
            "fail": self._fail,
            **dict.fromkeys(lambdas.FUNCTIONS, self._with_lambdas),
            **dict.fromkeys((function.name for function in CONTEXT.values()), self._from_context),
        }
        self._expand_copy_variables()

    def evaluate(self, value: Value, *, loops: Mapping[str, Value] | None = None, path: str = "") -> Value:
        """The value as it stands in the template (expressions are texts in it), evaluated.

        ``loops`` adds the indexes of copy loops around it; ``path`` is the AIB path that findings will carry.
        A tree that was evaluated before goes to ``simplify``, for its texts are no expressions any more.
        """
        self._path = path
        frame = self._frame() if loops is None else replace(self._frame(), loops={**self._frame().loops, **by_lower_case(loops)})
        return self._guarded_run(self._template, value, frame)

    def simplify(self, value: Value) -> Value:
        """A value that was evaluated before, once more: its texts are texts, its calls are tried again."""
        return self._guarded_run(self._expression, value, self._frame())

    def _guarded_run(self, run: Callable[[Value, Frame], Value], value: Value, frame: Frame) -> Value:
        try:
            return run(value, frame)
        except RecursionError:
            self._problem(
                codes.TOO_DEEP,
                "The value is nested too deeply. Put parts of it into variables.",
                value.place,
            )
            return value
        finally:
            self._depth = self._guards = 0
            self._open_variables.clear()

    def _frame(self) -> Frame:
        return Frame(self._parameters, by_lower_case(self.scope.loops))

    # ---- containers of the template

    def _template(self, value: Value, frame: Frame) -> Value:
        if isinstance(value, Literal):
            return self._text(value, frame) if isinstance(value.value, str) else value
        if not self._enter(value.place):
            return value
        try:
            if isinstance(value, ListOf):
                return ListOf(tuple([self._template(item, frame) for item in value.items]), place=value.place)
            if isinstance(value, ObjectOf):
                return self._object(value, frame)
            return self._expression(value, frame)
        finally:
            self._depth -= 1

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
            self._syntax_problem(parsed, value)
            return value
        return self._expression(placed(parsed, value.place), frame)

    def _syntax_problem(self, problem: SyntaxProblem, value: Literal) -> None:
        place = value.place
        if place is not None and "\\" not in place.source.text[place.start : place.end]:
            start = min(place.start + 1 + problem.offset, max(place.start, place.end - 1))
            place = Place(place.source, start, max(start, place.end))
        self._problem(codes.SYNTAX, problem.message, place, always=True)

    def _object(self, value: ObjectOf, frame: Frame) -> Value:
        entries: list[Entry] = []
        for entry in value.entries:
            if (entry.name or "").lower() == "copy" and _is_copy(entry.value):
                entries += self._copies(entry.value, frame)
                continue
            key = entry.key
            if isinstance(key, Literal) and isinstance(key.value, str) and key.value.startswith("["):
                key = self._text(key, frame)
                if isinstance(key, Literal) and not isinstance(key.value, str):
                    self._problem(codes.KEY_NOT_TEXT, "The computed name of this property is not a string.", entry.key.place)
            entries.append(Entry(key, self._template(entry.value, frame)))
        return ObjectOf(tuple(entries), place=value.place)

    # ---- copy loops

    def _copies(self, loops: Value, frame: Frame) -> list[Entry]:
        entries = []
        for loop in loops.items if isinstance(loops, ListOf) else ():
            name, count, body = (loop.get(key) if isinstance(loop, ObjectOf) else None for key in ("name", "count", "input"))
            if not (isinstance(name, Literal) and isinstance(name.value, str) and count and body):
                self._problem(codes.MALFORMED_COPY, "This copy loop needs name, count and input.", loop.place)
                continue
            entries.append(Entry(name, self._repeat(name.value, count, body, frame)))
        return entries

    def _repeat(self, name: str, count: Value, body: Value, frame: Frame) -> Value:
        times = self._template(count, frame)
        if not isinstance(times, Literal):
            index = _fresh(name, frame.loops)
            inner = replace(frame, loops={**frame.loops, name.lower(): Bound(index)})
            return Repeated(index, replace(times, place=count.place), self._template(body, inner), place=body.place)
        number = whole(times.value)
        if number is None or not 0 <= number <= MAX_COPIES:
            self._problem(
                codes.COPY_COUNT,
                f"The copy loop '{name}' needs a count from 0 to {MAX_COPIES}.",
                count.place,
            )
            return ListOf((), place=body.place)
        items = []
        for index_number in range(number):
            if not self._spend(1, body.place):
                break
            loops = {**frame.loops, name.lower(): Literal(index_number)}
            items.append(self._template(body, replace(frame, loops=loops)))
        return ListOf(tuple(items), place=body.place)

    def _expand_copy_variables(self) -> None:
        """``variables.copy``: each loop is a variable of its name (arm-expressions 4.4)."""
        loops = self._raw_variables.get("copy")
        if loops is None or not _is_copy(loops):
            return
        del self._raw_variables["copy"]
        for loop in loops.items if isinstance(loops, ListOf) else ():
            name = loop.get("name") if isinstance(loop, ObjectOf) else None
            if isinstance(name, Literal) and isinstance(name.value, str):
                self._names[name.value.lower()] = name.value
                wrapped = ObjectOf((Entry(Literal("copy"), ListOf((loop,))),), place=loop.place)
                self._raw_variables[name.value.lower()] = wrapped
                self._copied_variables.add(name.value.lower())
            else:
                self._problem(codes.MALFORMED_COPY, "This copy loop needs a name.", loop.place)

    # ---- expressions

    def _expression(self, value: Value, frame: Frame) -> Value:
        if isinstance(value, Literal):
            return value
        if not self._enter(value.place):
            return value
        try:
            if isinstance(value, Call):
                return self._call(value, frame)
            if isinstance(value, Access):
                return self._access(value, frame)
            return self._evaluated_before(value, frame)
        finally:
            self._depth -= 1

    def _evaluated_before(self, value: Value, frame: Frame) -> Value:
        match value:
            case ListOf(items):
                kept = [each for item in items if (each := self._expression(item, frame)) is not _ABSENT]
                return ListOf(tuple(kept), place=value.place)
            case Conditional(condition, inner):
                return self._conditional(value, self._expression(condition, frame), inner, frame)
            case ObjectOf(entries):
                pairs = [Entry(self._expression(each.key, frame), self._expression(each.value, frame)) for each in entries]
                return ObjectOf(tuple(pairs), place=value.place)
            case Joined(parts):
                return partial.joined([self._expression(part, frame) for part in parts], value.place)
            case Repeated():
                return self._repeated(value, frame)
            case Lambda(names, body):
                hidden = {name: Bound(name) for name in names}
                return replace(value, body=self._expression(body, replace(frame, bound={**frame.bound, **hidden})))
            case Bound(name):
                return frame.bound.get(name, value)
            case Variable() | Local():
                return self._substitute(value)
            case _:
                return value

    def _conditional(self, value: Conditional, condition: Value, inner: Value, frame: Frame) -> Value:
        if isinstance(condition, Literal):
            return self._expression(inner, frame) if condition.value is True else _ABSENT
        return replace(value, condition=condition, value=self._expression(inner, frame))

    def _repeated(self, value: Repeated, frame: Frame) -> Value:
        count = self._expression(value.count, frame)
        number = whole(count.value) if isinstance(count, Literal) else None
        if number is None:
            return replace(value, count=count, body=self._bind(value.body, {value.index: Bound(value.index)}, frame))
        if not 0 <= number <= MAX_COPIES or not self._spend(number, value.place):
            self._problem(codes.COPY_COUNT, f"A copy loop needs a count from 0 to {MAX_COPIES}.", value.count.place)
            return value
        items = [self._bind(value.body, {value.index: Literal(index)}, frame) for index in range(number)]
        return ListOf(tuple(items), place=value.place)

    def _bind(self, body: Value, names: Mapping[str, Value], frame: Frame) -> Value:
        return self._expression(body, replace(frame, bound={**frame.bound, **names}))

    def _substitute(self, value: Variable | Local) -> Value:
        """What stands for an input or a named value; folding overrides this."""
        return value

    def _call(self, call: Call, frame: Frame) -> Value:
        if "." in call.function:
            return self._user_function(call, frame)
        if not self._callable(call):
            return call
        special = self._special.get(call.function)
        if special is not None:
            return special(call, frame)
        return self._apply(call, tuple([self._expression(each, frame) for each in call.arguments]))

    def _callable(self, call: Call) -> bool:
        function = find(call.function)
        if function is None:
            self._unknown_function(call)
            return False
        given = len(call.arguments)
        if given < function.least or (function.most is not None and given > function.most):
            self._problem(
                codes.ARGUMENT_COUNT,
                f"{function.name} takes {_arity(function.least, function.most)}, not {given}.",
                call.place,
                always=True,
            )
            return False
        return True

    def _unknown_function(self, call: Call) -> None:
        names = [function.name for function in FUNCTIONS.values()] + list(self.scope.functions)
        meant = nearest(call.function, names)
        hint = f"Did you mean {meant}?" if meant else "Check its spelling."
        self._problem(codes.UNKNOWN_FUNCTION, f"There is no function {call.function}. {hint}", call.place, always=True)

    def _apply(self, call: Call, arguments: tuple[Value, ...]) -> Value:
        """A function whose arguments are evaluated already."""
        if call.function == "tryGet" and self._shapes:
            arguments = self._spelled_path(arguments)
        live = Call(call.function, arguments, place=call.place)
        result = self._tried(call, lambda: self._result(live))
        return live if result is None else result

    def _result(self, call: Call) -> Value | None:
        if call.function.endswith("esourceId"):
            return resource_id(call.function, call.arguments, self.scope)
        shape = SHAPES.get(call.function)
        if shape is not None:
            result = shape(call.arguments)
            if result is not None:
                return result if result.place is not None else replace(result, place=call.place)
        function = find(call.function)
        if function is None or function.run is None or not all(map(is_known, call.arguments)):
            return None
        plain = function.run(*map(partial.plain, call.arguments))
        if isinstance(plain, list) and not self._spend(len(plain), call.place):
            return None
        return partial.value_of(plain, call.place)

    def _tried(self, call: Call, compute: Callable[[], _Found | None]) -> _Found | None:
        """What ``compute`` gives; None, with a finding, where ARM would stop."""
        try:
            return compute()
        except partial.OutsideIndexError as problem:
            self._problem(codes.INDEX_OUTSIDE, f"In {call.function}, {problem}.", call.place)
        except RefusedError as problem:
            self._problem(codes.REFUSED_ARGUMENTS, f"{call.function} cannot be evaluated: {problem}.", call.place)
        return None

    def _access(self, value: Access, frame: Frame) -> Value:
        base, key = self._expression(value.base, frame), self._expression(value.key, frame)
        key = self._spelled(base, key)
        live = Access(base, key, place=value.place)
        if isinstance(value.base, Call) and value.base.function.lower() in CONTEXT and isinstance(base, ObjectOf):
            return self._context_property(live, value.base)
        try:
            return self._accessed(base, key, frame) or live
        except partial.NoSuchPropertyError as problem:
            self._problem(codes.NO_SUCH_PROPERTY, _no_property(str(problem), base), key.place or value.place)
        except partial.OutsideIndexError as problem:
            message = str(problem)
            self._problem(codes.INDEX_OUTSIDE, f"{message[0].upper()}{message[1:]}.", key.place or value.place)
        except RefusedError as problem:
            message = str(problem)
            self._problem(codes.REFUSED_ARGUMENTS, f"{message[0].upper()}{message[1:]}.", key.place or value.place)
        return live

    def _accessed(self, base: Value, key: Value, frame: Frame) -> Value | None:
        found = partial.access(base, key)
        if found is not None:
            return found
        if isinstance(base, Repeated) and isinstance(key, Literal):
            return self._bind(base.body, {base.index: key}, frame)
        if isinstance(base, Call) and base.function == "if" and isinstance(key, Literal):
            condition, *branches = base.arguments
            yes, no = (_quietly(branch, key) for branch in branches)
            if yes is not None and no is not None:
                return _choice(condition, yes, no, place=base.place)
        return None

    def _spelled(self, base: Value, key: Value) -> Value:
        """The key as a live object's known shape spells it."""
        shape = self._shape(base) if self._shapes and isinstance(key, Literal) and isinstance(key.value, str) else None
        if not isinstance(shape, ObjectOf) or not isinstance(key, Literal):
            return key
        names = [entry.name for entry in shape.entries if entry.name is not None]
        if key.value in names:
            return key
        folded = str(key.value).lower()
        return next((replace(key, value=name) for name in names if name.lower() == folded), key)

    def _spelled_path(self, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
        base, *keys = arguments
        spelled = []
        for key in keys:
            spelled.append(self._spelled(base, key))
            base = Access(base, spelled[-1])
        return (arguments[0], *spelled)

    def _shape(self, value: Value) -> Value | None:
        if isinstance(value, Variable) and value.role is Role.PARAMETER:
            return self._shapes.get(value.name.lower())
        if not isinstance(value, Access):
            return None
        base = self._shape(value.base)
        return None if base is None else _quietly(base, value.key)

    def _context_property(self, live: Access, call: Call) -> Value:
        name = live.key.value if isinstance(live.key, Literal) else None
        found = live.base.get(name) if isinstance(live.base, ObjectOf) and isinstance(name, str) else None
        return found or Access(Call(call.function, (), place=call.place), live.key, place=live.place)

    # ---- functions that need the scope, or do not evaluate all their arguments

    def _parameter(self, call: Call, frame: Frame) -> Value:
        name = self._name(call, frame)
        if name is None:
            return call
        found = frame.parameters.get(name.lower())
        if found is None:
            hint = _hint(name, frame.parameters if frame.calls else self.scope.parameters)
            self._problem(codes.UNDECLARED_PARAMETER, f"The parameter '{name}' is not declared.{hint}", call.place, always=True)
            return call
        return found

    def _variable(self, call: Call, frame: Frame) -> Value:
        name = self._name(call, frame)
        if name is None:
            return call
        folded = name.lower()
        if frame.calls or folded not in self._raw_variables:
            hint = " Functions of the template have no variables." if frame.calls else _hint(name, self._names.values())
            self._problem(codes.UNDECLARED_VARIABLE, f"The variable '{name}' is not declared.{hint}", call.place, always=True)
            return call
        if folded in self._open_variables:
            chain = [*self._open_variables[self._open_variables.index(folded) :], folded]
            names = " > ".join([self._names[each] for each in chain])
            self._problem(codes.CYCLE, f"The variables refer to each other in a cycle: {names}.", call.place)
            return call
        value = self._variables.get(folded)
        return self._first_use(folded) if value is None else value

    def _first_use(self, folded: str) -> Value:
        problems, guards = self._problems, self._guards
        self._open_variables.append(folded)
        value = self._template(self._raw_variables[folded], self._frame())
        self._open_variables.pop()
        if folded in self._copied_variables and isinstance(value, ObjectOf):
            value = value.entries[0].value if value.entries else ListOf(())
        if not self._affordable(value):
            value = Literal(None, place=value.place)
        if self.scope.named_variables and _deserves_name(value):
            name = self.scope.local_prefix + self._names[folded]
            self.locals[name] = value
            local = Local(name, kind_of(value), place=value.place)
            value = replace(value, spelled=local) if isinstance(value, Literal) else local
        if not guards or problems == self._problems:
            self._variables[folded] = value
        return value

    def _name(self, call: Call, frame: Frame) -> str | None:
        argument = self._expression(call.arguments[0], frame)
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            return argument.value
        what = "parameter" if call.function == "parameters" else "variable"
        self._problem(codes.LIVE_NAME, f"The name of this {what} is computed from values of the build.", call.place)
        return None

    def _copy_index(self, call: Call, frame: Frame) -> Value:
        name, offset = "", Literal(0)
        for argument in [self._expression(each, frame) for each in call.arguments]:
            if isinstance(argument, Literal) and isinstance(argument.value, str):
                name = argument.value
            elif isinstance(argument, Literal):
                offset = argument
        index = frame.loops.get(name.lower())
        if index is None:
            what = f"the loop '{name}'" if name else "a loop"
            self._problem(codes.NO_LOOP, f"copyIndex is used outside {what}.", call.place)
            return call
        if not offset.value:
            return index
        return self._apply(Call("add", (), place=call.place), (index, offset))

    def _if(self, call: Call, frame: Frame) -> Value:
        condition = self._expression(call.arguments[0], frame)
        if isinstance(condition, Literal):
            if isinstance(condition.value, bool):
                return self._expression(call.arguments[1 if condition.value else 2], frame)
            self._problem(codes.REFUSED_ARGUMENTS, "if cannot be evaluated: its condition must be a bool.", call.place)
            return call
        self._guards += 1
        yes, no = (self._expression(branch, frame) for branch in call.arguments[1:])
        self._guards -= 1
        return _choice(condition, yes, no, place=call.place)

    def _and(self, call: Call, frame: Frame) -> Value:
        return self._until(call, frame, decisive=False)

    def _or(self, call: Call, frame: Frame) -> Value:
        return self._until(call, frame, decisive=True)

    def _until(self, call: Call, frame: Frame, *, decisive: bool) -> Value:
        """Left to right up to the first decisive value; what is known and not decisive falls out."""
        live: list[Value] = []
        for argument in call.arguments:
            self._guards += bool(live)
            value = self._expression(argument, frame)
            self._guards -= bool(live)
            if not isinstance(value, Literal):
                live.append(value)
            elif not isinstance(value.value, bool):
                self._problem(
                    codes.REFUSED_ARGUMENTS,
                    f"{call.function} cannot be evaluated: each argument must be a bool.",
                    call.place,
                )
                return call
            elif value.value is decisive:
                return Literal(decisive, place=call.place)
        if not live:
            return Literal(not decisive, place=call.place)
        return live[0] if len(live) == 1 else Call(call.function, tuple(live), place=call.place)

    def _coalesce(self, call: Call, frame: Frame) -> Value:
        live: list[Value] = []
        for argument in call.arguments:
            self._guards += bool(live)
            value = self._expression(argument, frame)
            self._guards -= bool(live)
            if not (isinstance(value, Literal) and value.value is None):
                live.append(value)
            if partial.never_null(value):
                break
        if not live:
            return Literal(None, place=call.place)
        return live[0] if len(live) == 1 else Call("coalesce", tuple(live), place=call.place)

    def _utc_now(self, call: Call, frame: Frame) -> Value:
        pattern = self._expression(call.arguments[0], frame) if call.arguments else Literal(DEFAULT_NOW)
        now = self.scope.utc_now
        if now is None or not isinstance(pattern, Literal):
            return Call("utcNow", (pattern,) if call.arguments else (), place=call.place)
        text = self._tried(call, lambda: format_date(now, str(pattern.value)))
        return call if text is None else Literal(text, place=call.place)

    def _fail(self, call: Call, frame: Frame) -> Value:
        message = self._expression(call.arguments[0], frame)
        said = f": {message.value}" if isinstance(message, Literal) else ""
        self._problem(codes.DELIBERATE_FAILURE, f"The template calls fail{said}.", call.place)
        return Call("fail", (message,), place=call.place)

    def _from_context(self, call: Call, frame: Frame) -> Value:
        return self._context.get(call.function.lower(), call)

    def _user_function(self, call: Call, frame: Frame) -> Value:
        folded = call.function.lower()
        function = self._functions.get(folded)
        if function is None:
            self._unknown_function(call)
            return call
        if len(call.arguments) != len(function.parameters):
            wanted = _arity(len(function.parameters), len(function.parameters))
            message = f"{call.function} takes {wanted}, not {len(call.arguments)}."
            self._problem(codes.ARGUMENT_COUNT, message, call.place, always=True)
            return call
        if folded in frame.calls:
            self._problem(codes.ENDLESS, f"The function {call.function} calls itself.", call.place)
            return call
        inside = self._inside(folded, function, call, frame)
        result = self._template(function.output, inside) if self._spend(1, call.place) else partial.NULL
        return result if self._affordable(result) else partial.NULL

    def _inside(self, folded: str, function: UserFunction, call: Call, frame: Frame) -> Frame:
        arguments = [self._expression(each, frame) for each in call.arguments]
        names = [name.lower() for name in function.parameters]
        return Frame(dict(zip(names, arguments, strict=True)), {}, {}, (*frame.calls, folded))

    # ---- lambdas

    def _with_lambdas(self, call: Call, frame: Frame) -> Value:
        arguments: list[Value] = []
        for argument in call.arguments:
            is_lambda = isinstance(argument, Lambda) or (isinstance(argument, Call) and argument.function == "lambda")
            arguments.append(argument if is_lambda else self._expression(argument, frame))
        result = self._tried(call, lambda: lambdas.evaluate(call, arguments, frame, self))
        if result is None:
            return Call(call.function, tuple([self._live_lambda(each, frame) for each in arguments]), place=call.place)
        return result if result.place is not None else replace(result, place=call.place)

    def apply_lambda(self, function: Value, arguments: Sequence[Value], frame: Frame) -> Value:
        """The body of a lambda with these values for its parameters (those it does not name are not handed over)."""
        names, body = self._lambda_parts(function, frame)
        bound = dict(zip([name.lower() for name in names], arguments, strict=False))
        if not self._spend(1, function.place):
            return partial.NULL
        result = self._bind(body, bound, frame)
        return result if self._affordable(result) else partial.NULL

    def _live_lambda(self, value: Value, frame: Frame) -> Value:
        if isinstance(value, Lambda) or not (isinstance(value, Call) and value.function == "lambda"):
            return self._expression(value, frame) if isinstance(value, Lambda) else value
        names, body = self._lambda_parts(value, frame)
        fresh = tuple([_fresh(name, frame.bound) for name in names])
        bound = {name.lower(): Bound(other) for name, other in zip(names, fresh, strict=True)}
        self._guards += 1
        result = self._bind(body, bound, frame)
        self._guards -= 1
        return Lambda(fresh, result, place=value.place)

    def _lambda_parts(self, value: Value, frame: Frame) -> tuple[tuple[str, ...], Value]:
        if isinstance(value, Lambda):
            return value.parameters, value.body
        if not isinstance(value, Call) or value.function != "lambda":
            raise RefusedError("its last argument must be a lambda")
        *names, body = value.arguments
        known = [name.value for name in names if isinstance(name, Literal) and isinstance(name.value, str)]
        if len(known) != len(names):
            raise RefusedError("the parameters of a lambda must be strings")
        return tuple(known), body

    def _misplaced_lambda(self, call: Call, frame: Frame) -> Value:
        message = "A lambda can only be an argument of map, filter, reduce, sort, toObject, groupBy and mapValues."
        self._problem(codes.MISPLACED_LAMBDA, message, call.place)
        return call

    def _lambda_variable(self, call: Call, frame: Frame) -> Value:
        name = self._expression(call.arguments[0], frame)
        found = frame.bound.get(str(name.value).lower()) if isinstance(name, Literal) else None
        if found is None:
            message = "lambdaVariables must name a parameter of a lambda around it."
            self._problem(codes.MISPLACED_LAMBDA, message, call.place)
            return call
        return found

    # ---- bookkeeping

    def _enter(self, place: Place | None) -> bool:
        if self._depth >= MAX_DEPTH:
            message = f"The value, with the variables that it uses, is nested more than {MAX_DEPTH} levels deep."
            self._problem(codes.TOO_DEEP, message, place)
            return False
        self._depth += 1
        return True

    def _spend(self, amount: int, place: Place | None) -> bool:
        before, self._work = self._work, self._work + amount
        if self._work <= MAX_WORK:
            return True
        if before <= MAX_WORK:
            message = "The template becomes too large when it is evaluated, because loops or variables multiply each other."
            self._problem(codes.TOO_LARGE, message, place, always=True)
        return False

    def _affordable(self, value: Value) -> bool:
        """Counts the parts of a value that may be used many times, so that uses of uses cannot fill the memory."""
        return self._spend(partial.size(value, MAX_WORK - self._work + 1), value.place)

    def _problem(self, code: Code, message: str, place: Place | None, *, always: bool = False) -> None:
        """Notes a finding; in a branch that may not be taken, only as a warning unless it is wrong in any case."""
        self._problems += 1
        severity = Severity.WARNING if self._guards and not always else None
        self.findings.add(code, message, place=place, path=self._path, severity=severity)


def _is_copy(value: Value) -> bool:
    return isinstance(value, ListOf) and all(isinstance(loop, ObjectOf) for loop in value.items)


def whole(value: Scalar) -> int | None:
    """The count that a number or its digits give."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 10:
        return int(value)
    return value if isinstance(value, int) else None


def _deserves_name(value: Value) -> bool:
    """Whether the value is a scalar worth a name: no text of several lines, no signed URL, no name of another value."""
    if isinstance(value, Literal) and isinstance(value.value, str):
        return bool(value.value) and "\n" not in value.value and not carries_signature(value)
    return not isinstance(value, Variable | Local | Bound) and kind_of(value) in _NAMED_KINDS


def _fresh(name: str, taken: Mapping[str, Value]) -> str:
    """A name in lower case that no live loop or lambda around uses."""
    used = {value.name for value in taken.values() if isinstance(value, Bound)}
    fresh, number = name.lower(), 1
    while fresh in used:
        number += 1
        fresh = f"{name.lower()}{number}"
    return fresh


def _choice(condition: Value, yes: Value, no: Value, place: Place | None) -> Value:
    if partial.same(yes, no):
        return yes
    if yes == partial.TRUE and no == partial.FALSE:
        return condition
    return Call("if", (condition, yes, no), place=place)


def _quietly(base: Value, key: Value) -> Value | None:
    try:
        return partial.access(base, key)
    except RefusedError:
        return None


def _no_property(name: str, base: Value) -> str:
    names = [entry.name for entry in base.entries if entry.name] if isinstance(base, ObjectOf) else []
    return f"The object has no property '{name}'.{_hint(name, names)}"


def _hint(name: str, names: Mapping[str, Value] | Sequence[str] | object) -> str:
    meant = nearest(name, [str(each) for each in names] if hasattr(names, "__iter__") else [])
    return f" Did you mean '{meant}'?" if meant and meant.lower() != name.lower() else ""


def _arity(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least} argument{'' if least == 1 else 's'}"
    if least == most:
        return f"{least or 'no'} argument{'' if least == 1 else 's'}"
    return f"{least} to {most} arguments"
