"""Codes 150 to 199: the expressions of a template."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

SYNTAX = Code(
    id="A2P150",
    severity=Severity.ERROR,
    title="An expression cannot be read.",
    why="Azure Resource Manager refuses the whole template over it before anything is deployed.",
    remedy="Mend the expression; a text that begins with [ and is no expression begins with [[ instead.",
)
UNKNOWN_FUNCTION = Code(
    id="A2P151",
    severity=Severity.ERROR,
    title="A function does not exist.",
    why="Neither the expression language nor the template's own functions have one of that name.",
    remedy="Check its spelling; the template's own functions are called by namespace.name.",
)
ARGUMENT_COUNT = Code(
    id="A2P152",
    severity=Severity.ERROR,
    title="A function is called with too few or too many arguments.",
    why="Azure Resource Manager refuses the call.",
    remedy="Add what is missing or remove what is too much.",
)
UNDECLARED_PARAMETER = Code(
    id="A2P153",
    severity=Severity.ERROR,
    title="A parameter is used that is not declared.",
    why="An expression can only name parameters of its own template; an inner nested template has its own.",
    remedy="Declare the parameter, or correct its name.",
)
UNDECLARED_VARIABLE = Code(
    id="A2P154",
    severity=Severity.ERROR,
    title="A variable is used that is not declared.",
    why="An expression can only name variables of its own template, and a parameter's default value none at all.",
    remedy="Declare the variable, or correct its name.",
)
NO_SUCH_PROPERTY = Code(
    id="A2P155",
    severity=Severity.ERROR,
    title="A property does not exist.",
    why="The object is known here and has no property of that name in any case, so the deployment would stop.",
    remedy="Correct the name, or use tryGet where the property may be missing.",
)
INDEX_OUTSIDE = Code(
    id="A2P156",
    severity=Severity.ERROR,
    title="An index lies outside its array.",
    why="The array is known here and is shorter, so the deployment would stop.",
    remedy="Count from 0, or use tryGet where the item may be missing.",
)
REFUSED_ARGUMENTS = Code(
    id="A2P157",
    severity=Severity.ERROR,
    title="A function cannot work with its arguments.",
    why="Azure Resource Manager would stop at this call.",
    remedy="Give the function what it needs; the finding says what that is.",
)
CYCLE = Code(
    id="A2P158",
    severity=Severity.ERROR,
    title="Variables refer to each other in a circle.",
    why="None of them can be computed before the others.",
    remedy="Break the circle at one place.",
)
COPY_COUNT = Code(
    id="A2P159",
    severity=Severity.ERROR,
    title="A copy loop has an impossible count.",
    why="Azure Resource Manager repeats a thing 0 to 800 times.",
    remedy="Give a whole number between 0 and 800 as count.",
)
ENDLESS = Code(
    id="A2P160",
    severity=Severity.ERROR,
    title="A function of the template calls itself.",
    why="The calls would never end.",
    remedy="Write the function without calling itself; map, filter and reduce repeat things.",
)
TOO_DEEP = Code(
    id="A2P161",
    severity=Severity.ERROR,
    title="Expressions are nested too deep.",
    why="Each level waits for the one below it; no real template needs that many.",
    remedy="Put parts into variables of their own and shorten the chain.",
)
TOO_LARGE = Code(
    id="A2P162",
    severity=Severity.ERROR,
    title="The template becomes too large when it is evaluated.",
    why="Loops or variables multiply each other beyond what Azure itself would take (4 MB after expansion).",
    remedy="Lower the counts of the loops, or split the template.",
)
LIVE_NAME = Code(
    id="A2P163",
    severity=Severity.ERROR,
    title="Which parameter or variable is meant is only known at deployment.",
    why="Packer has no way to look a variable up by a name that is computed.",
    remedy="Put the choices into one object variable and select from it by the name.",
)
NO_LOOP = Code(
    id="A2P164",
    severity=Severity.ERROR,
    title="copyIndex stands outside of the loop that it names.",
    why="There is no index to give.",
    remedy="Use it inside the copy loop's input, with the loop's name.",
)
DELIBERATE_FAILURE = Code(
    id="A2P165",
    severity=Severity.ERROR,
    title="The template stops itself with fail.",
    why="With the values given the deployment would stop here on purpose.",
    remedy="Give other parameter values, or remove the call.",
)
KEY_NOT_TEXT = Code(
    id="A2P166",
    severity=Severity.ERROR,
    title="A property's name is computed and is no text.",
    why="The name of a property must be a string.",
    remedy="Make the expression give a string, for example with string(...).",
)
MISPLACED_LAMBDA = Code(
    id="A2P167",
    severity=Severity.ERROR,
    title="A lambda stands where none can be, or one is missing.",
    why="A lambda may only be a direct argument of map, filter, reduce, sort, toObject, groupBy and mapValues.",
    remedy="Write lambda('name', body) as that argument, and lambdaVariables('name') inside its body.",
)
MALFORMED_COPY = Code(
    id="A2P168",
    severity=Severity.ERROR,
    title="A copy loop is incomplete.",
    why="A loop over a property or variable needs name, count and input.",
    remedy="Add what is missing.",
)
CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))
