"""Values that only Azure knows, or that HCL cannot compute: each becomes an input that says what to look up.

Source: arm-expressions 2.6 (reference, list*), 2.9 (uniqueString), 6 (what HCL cannot say).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aib2packer.diagnostics import deployment_codes as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Access, Call, Input, Joined, Kind, Literal, Local, Role, Value, Variable, rebuilt

_ASKED = frozenset(
    {
        "reference",
        "references",
        "uniqueString",
        "pickZones",
        "providers",
        "deployer",
        "managementGroup",
        "toLogicalZone",
        "toLogicalZones",
        "toPhysicalZone",
        "toPhysicalZones",
        "roleDefinitions",
        "resourceGroup",
        "subscription",
        "deployment",
        "environment",
        "tenant",
    }
)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")


@dataclass(slots=True)
class Asked:
    """Replaces what has to be asked for in the values of one image template, and collects the inputs.

    ``made`` gives what a resource of the same file says of itself.
    """

    findings: Findings
    made: Callable[[Call, tuple[str, ...]], Value | None] = lambda call, keys: None
    inputs: dict[str, Input] = field(default_factory=dict)

    def replace(self, value: Value) -> Value:
        """The value with an input in the place of each part that only Azure knows."""
        chain = _chain(value)
        if chain is not None:
            made = self.made(*chain)
            return self.replace(made) if made is not None else self._ask(value, *chain)
        return rebuilt(value, self.replace)

    def _ask(self, value: Value, call: Call, keys: tuple[str, ...]) -> Variable:
        shown = _shown(value)
        wish = "_".join([*_subject(call), *keys])[:60]
        name = wish
        number = 1
        while name in self.inputs and self.inputs[name].description != _describe(shown, call):
            number += 1
            name = f"{wish}_{number}"
        secret = call.function.startswith("list")
        if name not in self.inputs:
            self.inputs[name] = Input(
                name=name, role=Role.AZURE, kind=_kind(keys), description=_describe(shown, call), secret=secret
            )
            message = f"{shown} is known to Azure only: give it to the build, which has a variable for it."
            self.findings.add(codes.ASKED_OF_AZURE, message, place=value.place or call.place)
        return self.inputs[name].reference


def _kind(keys: tuple[str, ...]) -> Kind:
    """Tags are an object of texts; everything else that is asked for is taken for a text."""
    return Kind.OBJECT if keys and keys[-1].lower() == "tags" else Kind.TEXT


def _chain(value: Value) -> tuple[Call, tuple[str, ...]] | None:
    """The call at the root of a chain of accesses, with its keys, where it has to be asked for."""
    keys: list[str] = []
    while isinstance(value, Access):
        if not isinstance(value.key, Literal):
            return None
        keys.insert(0, str(value.key.value))
        value = value.base
    if isinstance(value, Call) and (value.function in _ASKED or re.match(r"list[A-Z]", value.function)):
        return value, tuple(keys)
    return None


def _subject(call: Call) -> list[str]:
    if call.function == "uniqueString":
        return ["unique_string"]
    words: list[str] = []
    for argument in call.arguments[:1]:
        for part in _texts(argument):
            words += _WORD.findall(part.rpartition("/")[2])
    return [call.function, *words[-1:]]


def _texts(value: Value) -> list[str]:
    if isinstance(value, Literal):
        return [str(value.value)]
    if isinstance(value, Joined):
        return [text for part in value.parts for text in _texts(part)]
    if isinstance(value, Variable | Local):
        return [value.name]
    return []


def _describe(shown: str, call: Call) -> str:
    if call.function == "uniqueString":
        return f"What {shown} gave in your deployment: the 13 letters in the names of its resources."
    if call.function.startswith("list"):
        return f"What {shown} gives: a secret of that resource, from the portal or az."
    return f"What {shown} gives: look it up with `az resource show --ids ...`."


def _shown(value: Value) -> str:
    """The expression in ARM's words, shortened; texts in it are names and ids, never secrets."""
    text = _spelled(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _spelled(value: Value) -> str:
    match value:
        case Literal(str() as text):
            return f"'{text}'"
        case Literal(scalar):
            return str(scalar).lower()
        case Variable(name) | Local(name):
            return name
        case Joined(parts):
            return "".join(str(part.value) if isinstance(part, Literal) else f"<{_spelled(part)}>" for part in parts)
        case Call(function, arguments):
            return f"{function}({', '.join(_spelled(each) for each in arguments)})"
        case Access(base, Literal(key)):
            return f"{_spelled(base)}.{key}"
        case _:
            return "..."
