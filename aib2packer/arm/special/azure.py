"""What needs the template or Azure: parameters, loops around, deliberate failures, context.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment
"""

from __future__ import annotations

from aib2packer.arm.functions.azure import CONTEXT
from aib2packer.arm.messages import hint
from aib2packer.arm.scope import Frame
from aib2packer.arm.variables import name_in
from aib2packer.arm.work import Evaluates, Special
from aib2packer.diagnostics.codes import expression as codes
from aib2packer.ir.values import Call, Literal, Value


def _parameters(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    name = name_in(call, frame, evaluation)
    if name is None:
        return call
    found = frame.parameters.get(name.lower())
    if found is not None:
        return found
    meant = hint(name, frame.parameters if frame.calls else evaluation.scope.parameters)
    message = f"The parameter '{name}' is not declared.{meant or ' Declare it, or correct the name.'}"
    evaluation.work.problem(codes.UNDECLARED_PARAMETER, message, call.place, always=True)
    return call


def _copy_index(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    name = ""
    offset: Value = Literal(0)
    for argument in [evaluation.expression(each, frame) for each in call.arguments]:
        if isinstance(argument, Literal) and isinstance(argument.value, str):
            name = argument.value
        else:
            offset = argument
    index = frame.loops.get(name.lower())
    if index is None:
        what = f"the loop '{name}'" if name else "a loop"
        evaluation.work.problem(codes.NO_LOOP, f"copyIndex is used outside {what}.", call.place)
        return call
    if offset == Literal(0):
        return index
    return evaluation.apply(Call("add", (), place=call.place), (index, offset))


def _fail(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    message = evaluation.expression(call.arguments[0], frame)
    said = f": {message.value}" if isinstance(message, Literal) else ""
    evaluation.work.problem(codes.DELIBERATE_FAILURE, f"The template calls fail{said}.", call.place)
    return Call("fail", (message,), place=call.place)


def _from_context(call: Call, frame: Frame, evaluation: Evaluates) -> Value:
    wanted = call.function.lower()
    return next((value for name, value in evaluation.scope.context.items() if name.lower() == wanted), call)


AZURE: dict[str, Special] = {
    "parameters": _parameters,
    "copyIndex": _copy_index,
    "fail": _fail,
    **{function.name: _from_context for function in CONTEXT.values()},
}
