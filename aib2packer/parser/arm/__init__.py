"""ARM template expressions: reading, partial evaluation, folding (arm-expressions 1 to 4)."""

from aib2packer.parser.arm.evaluating import Evaluator, evaluate
from aib2packer.parser.arm.folding import Folded, Unknown, fold
from aib2packer.parser.arm.reading import SyntaxProblem, is_expression, read, unescaped
from aib2packer.parser.arm.scope import Level, Scope, UserFunction

__all__ = [
    "Evaluator",
    "Folded",
    "Level",
    "Scope",
    "SyntaxProblem",
    "Unknown",
    "UserFunction",
    "evaluate",
    "fold",
    "is_expression",
    "read",
    "unescaped",
]
