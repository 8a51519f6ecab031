"""``utcNow``: the instant that the scope has, or that of the build (arm/FACTS.md 5).

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-date
"""

from __future__ import annotations

from aib2packer.arm.functions.dates import format_date
from aib2packer.arm.scope import Frame
from aib2packer.arm.work import Evaluates, Special
from aib2packer.ir.date_patterns import DEFAULT_NOW
from aib2packer.ir.values import Call, Literal, Value


def _utc_now(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    pattern = evaluation.expression(call.arguments[0], frame) if call.arguments else Literal(DEFAULT_NOW)
    now = evaluation.scope.utc_now
    if now is None or not isinstance(pattern, Literal):
        return Call("utcNow", (pattern,) if call.arguments else (), place=call.place)
    text = evaluation.work.tried(call, lambda: format_date(now, str(pattern.value)))
    return call if text is None else Literal(text, place=call.place)


DATES: dict[str, Special] = {"utcNow": _utc_now}
