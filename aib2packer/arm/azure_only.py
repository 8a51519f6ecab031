"""Values that only Azure knows, or that HCL cannot compute: each becomes an input that says what to look up.

`uniqueString` is computed as arm/FACTS.md 4 tells.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct, field

from aib2packer.arm.functions.catalogue import find
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.spelled import WORD, shortened, singular, spelled
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Access, Call, Input, Kind, Literal, Role, Value, Variable, rebuilt

_ID = re.compile(r"/([A-Za-z]+)/([^/]+)\Z")
_EMPTY_KEYS = frozenset({"outputs", "value", "properties"})
"""Keys that say nothing of what is asked for."""


class Asked(Struct):
    """Replaces what has to be asked for in the values of one image template, and collects the inputs.

    ``made`` gives what a resource of the same file says of itself, ``filled`` a value with what is known of its inputs.
    ``told`` is what each input is asked for, in the template's names.
    """

    findings: Findings
    made: Callable[[Call, tuple[str, ...]], Value | None] = lambda call, keys: None
    filled: Callable[[Value], Value] = lambda value: value
    inputs: dict[str, Input] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def replace(self, value: Value) -> Value:
        """The value with an input in the place of each part that only Azure knows."""
        chain = _chain(value)
        if chain is not None:
            made = self.made(*chain)
            return self.replace(made) if made is not None else self._ask(value, *chain)
        return rebuilt(value, self.replace)

    def _ask(self, value: Value, call: Call, keys: tuple[str, ...]) -> Variable:
        told = _describe(call, keys)
        wish = _name(call, keys)
        name, number = wish, 1
        while self.told.get(name, told) != told:
            number += 1
            name = f"{wish}_{number}"
        if name not in self.inputs:
            self.told[name] = told
            filled = Call(call.function, tuple(map(self.filled, call.arguments)))
            description, secret = _describe(filled, keys), call.function.startswith("list")
            self.inputs[name] = Input(name=name, role=Role.AZURE, kind=_kind(call, keys), description=description, secret=secret)
            message = f"Only Azure can evaluate {_shown(filled, keys)}."
            self.findings.add(codes.ASKED_OF_AZURE, message, place=value.place or call.place, asks=(Role.AZURE, name.lower()))
        return self.inputs[name].reference


def _kind(call: Call, keys: tuple[str, ...]) -> Kind:
    """What the function gives; of its properties tags are an object of texts, and everything else is taken for a text."""
    if keys:
        return Kind.OBJECT if keys[-1].lower() == "tags" else Kind.TEXT
    kind = kind_of(call)
    return Kind.TEXT if kind is Kind.ANY else kind


def _chain(value: Value) -> tuple[Call, tuple[str, ...]] | None:
    """The call at the root of a chain of accesses, with its keys, where it has to be asked for."""
    keys: list[str] = []
    while isinstance(value, Access):
        if not isinstance(value.key, Literal):
            return None
        keys.insert(0, str(value.key.value))
        value = value.base
    function = find(value.function) if isinstance(value, Call) else None
    return (value, tuple(keys)) if isinstance(value, Call) and function is not None and function.asked else None


def _name(call: Call, keys: tuple[str, ...]) -> str:
    """A name that says what is asked for: `user_assigned_identity_client_id`, `unique_string`."""
    found = _ID.search(re.sub(r"<[^<>]*>", "<>", _id(call) or ""))
    words: list[str] = [call.function]
    if found is not None and call.function != "uniqueString":
        kind, resource = found.groups()
        words = [resource if kind == "deployments" else singular(kind)]
    elif call.function == "reference" and _id(call) is None:
        words = [spelled(call.arguments[0])]
    pieces = [*words, *(key for key in keys if key not in _EMPTY_KEYS)]
    return "_".join(word.lower() for piece in pieces for word in WORD.findall(piece))[:60] or call.function.lower()


def _id(call: Call) -> str | None:
    """The id of the resource that is asked, live parts as words to fill in; None where it is no whole id."""
    text = spelled(call.arguments[0]).strip("'") if call.arguments else ""
    return text if text.startswith("/") else None


def _describe(call: Call, keys: tuple[str, ...]) -> str:
    """What the value is, with the command that gives it where there is one."""
    if call.function == "uniqueString":
        return f"Result of {_shown(call, keys)} in the deployment: the 13 letters in the names of its resources."
    id_ = _id(call)
    if call.function == "resourceGroup":
        return f"Result of: az group show -n RESOURCE-GROUP{_query(keys)}"
    if id_ is None:
        return f"Result of {_shown(call, keys)} in the deployment."
    tsv = " -o tsv" if _kind(call, keys) is Kind.TEXT else ""
    if call.function.startswith("list"):
        return f"Result of: az resource invoke-action --action {call.function} --ids {id_}{_query(keys)}{tsv}"
    is_full = len(call.arguments) > 2 and call.arguments[2] == Literal("Full")
    return f"Result of: az resource show --ids {id_}{_query(keys if is_full else ('properties', *keys))}{tsv}"


def _query(keys: tuple[str, ...]) -> str:
    query = ".".join(f"[{key}]" if key.isdigit() else key for key in keys).replace(".[", "[")
    return f" --query {query}" if query else ""


def _shown(call: Call, keys: tuple[str, ...]) -> str:
    """The expression in ARM's words; texts in it are names and ids, never secrets."""
    return shortened(".".join((spelled(call), *keys)))
