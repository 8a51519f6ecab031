"""The functions of the template's ``functions`` section.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/user-defined-functions
"""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.arm import partial
from aib2packer.arm.messages import arity, unknown_function
from aib2packer.arm.scope import Frame, UserFunction
from aib2packer.arm.work import Evaluates
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.ir.values import Call, Value


def call_user_function(call: Call, frame: Frame, functions: Mapping[str, UserFunction], evaluation: Evaluates) -> Value:
    """What one of the functions, by their names in lower case, gives for its arguments."""
    folded = call.function.lower()
    function = functions.get(folded)
    work = evaluation.work
    if function is None:
        unknown_function(call, evaluation)
        return call
    if len(call.arguments) != len(function.parameters):
        wanted = arity(len(function.parameters), len(function.parameters))
        message = f"{call.function} takes {wanted}, not {len(call.arguments)}."
        work.problem(codes.ARGUMENT_COUNT, message, call.place, always=True)
        return call
    if folded in frame.calls:
        work.problem(codes.ENDLESS, f"The function {call.function} calls itself.", call.place)
        return call
    arguments = [evaluation.expression(each, frame) for each in call.arguments]
    names = [name.lower() for name in function.parameters]
    inside = Frame(dict(zip(names, arguments, strict=True)), {}, {}, (*frame.calls, folded))
    result = evaluation.template(function.output, inside) if work.spend(1, call.place) else partial.NULL
    return result if work.affordable(result) else partial.NULL
