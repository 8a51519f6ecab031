"""Codes 150 to 199: the expressions of a template."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

SYNTAX = Code(
    id="A2P150",
    severity=Severity.ERROR,
    title="An expression cannot be read.",
    why="Azure refuses the whole template.",
    remedy="Correct the expression. A string that begins with [ but is no expression must begin with [[.",
)
UNKNOWN_FUNCTION = Code(
    id="A2P151",
    severity=Severity.ERROR,
    title="A function does not exist.",
    why="It is neither a function of ARM nor one of the template's own.",
    remedy="Check its spelling. Call the template's own functions by namespace.name.",
)
ARGUMENT_COUNT = Code(
    id="A2P152",
    severity=Severity.ERROR,
    title="A function has too few or too many arguments.",
    why="Azure Resource Manager refuses the call.",
    remedy="Correct the arguments.",
)
UNDECLARED_PARAMETER = Code(
    id="A2P153",
    severity=Severity.ERROR,
    title="A parameter is not declared.",
    why="An expression can use the parameters of its own template only; a nested template with inner scope has its own.",
    remedy="Declare the parameter, or correct its name.",
)
UNDECLARED_VARIABLE = Code(
    id="A2P154",
    severity=Severity.ERROR,
    title="A variable is not declared.",
    why="An expression can use the variables of its own template only, and a parameter's default value none.",
    remedy="Declare the variable, or correct its name.",
)
NO_SUCH_PROPERTY = Code(
    id="A2P155",
    severity=Severity.ERROR,
    title="A property does not exist.",
    why="The object has no property of that name, so the deployment would fail.",
    remedy="Correct the name, or use tryGet where the property may be missing.",
)
INDEX_OUTSIDE = Code(
    id="A2P156",
    severity=Severity.ERROR,
    title="An index is out of range.",
    why="The array is shorter, so the deployment would fail.",
    remedy="Count from 0, or use tryGet where the item may be missing.",
)
REFUSED_ARGUMENTS = Code(
    id="A2P157",
    severity=Severity.ERROR,
    title="A function does not accept its arguments.",
    why="The deployment would fail at this call.",
    remedy="Pass what the finding names.",
)
CYCLE = Code(
    id="A2P158",
    severity=Severity.ERROR,
    title="Variables refer to each other in a cycle.",
    why="None of them can be computed before the others.",
    remedy="Remove one of the references.",
)
COPY_COUNT = Code(
    id="A2P159",
    severity=Severity.ERROR,
    title="A copy count is out of range.",
    why="Azure allows 0 to 800 copies.",
    remedy="Use an integer between 0 and 800.",
)
ENDLESS = Code(
    id="A2P160",
    severity=Severity.ERROR,
    title="A function of the template calls itself.",
    why="The calls would never end.",
    remedy="Use map, filter or reduce instead of recursion.",
)
TOO_DEEP = Code(
    id="A2P161",
    severity=Severity.ERROR,
    title="Expressions are nested too deeply.",
    why="No real template needs that many levels.",
    remedy="Split the expression into variables.",
)
TOO_LARGE = Code(
    id="A2P162",
    severity=Severity.ERROR,
    title="The template becomes too large when it is evaluated.",
    why="Azure accepts 4 MB after loops and variables are expanded.",
    remedy="Lower the counts of the loops, or split the template.",
)
LIVE_NAME = Code(
    id="A2P163",
    severity=Severity.ERROR,
    title="The name of a parameter or variable is computed.",
    why="Packer cannot look up a variable by a computed name.",
    remedy="Put the choices into one object variable and index it by the name.",
)
NO_LOOP = Code(
    id="A2P164",
    severity=Severity.ERROR,
    title="copyIndex is used outside its loop.",
    why="It has no value there.",
    remedy="Use it in the copy loop's input, with the loop's name.",
)
DELIBERATE_FAILURE = Code(
    id="A2P165",
    severity=Severity.ERROR,
    title="The template calls fail.",
    why="The deployment fails with these values on purpose.",
    remedy="Give other parameter values, or remove the call.",
)
KEY_NOT_TEXT = Code(
    id="A2P166",
    severity=Severity.ERROR,
    title="A computed property name is not a string.",
    why="The name of a property must be a string.",
    remedy="Convert the name with string(...).",
)
MISPLACED_LAMBDA = Code(
    id="A2P167",
    severity=Severity.ERROR,
    title="A lambda is misplaced or missing.",
    why="A lambda can only be an argument of map, filter, reduce, sort, toObject, groupBy and mapValues.",
    remedy="Write lambda('name', body) as that argument, and lambdaVariables('name') in its body.",
)
MALFORMED_COPY = Code(
    id="A2P168",
    severity=Severity.ERROR,
    title="A copy loop is incomplete.",
    why="A loop over a property or variable needs name, count and input.",
    remedy="Add what is missing.",
)
CODES = tuple(value for value in list(globals().values()) if isinstance(value, Code))
