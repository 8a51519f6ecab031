"""The evaluator of ``fold``, imported with the first value that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.scope import Scope
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Input, Local, Role, Value, Variable


class Folder(Evaluator):
    """The evaluator, with values for inputs and named values."""

    def __init__(self, inputs: Mapping[tuple[Role, str], Input], named: Mapping[str, Value], utc_now: datetime | None) -> None:
        super().__init__(Scope(utc_now=utc_now), Findings())
        self._inputs = inputs
        self._named = named
        self._results: dict[tuple[str, str], Value] = {}
        self._pending: set[tuple[str, str]] = set()
        self.used: dict[Input, None] = {}
        self.missing: dict[Variable, None] = {}

    def _substitute(self, value: Variable | Local) -> Value:
        key = (value.role.value if isinstance(value, Variable) else "", value.name.lower())
        if key in self._results:
            return self._results[key]
        known = self._definition(value)
        if known is None or key in self._pending:
            return value
        self._pending.add(key)
        result = self._results[key] = self.expression(known, self.frame())
        self._pending.discard(key)
        return result

    def _definition(self, value: Variable | Local) -> Value | None:
        if isinstance(value, Local):
            return self._named.get(value.name)
        found = self._inputs.get((value.role, value.name.lower()))
        known = None if found is None else found.given or found.default
        if found is None or known is None:
            self.missing.setdefault(value)
            return None
        self.used.setdefault(found)
        return known
