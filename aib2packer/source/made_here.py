"""What ``reference()`` gives of a resource that the same file makes: what the file says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from aib2packer.arm.evaluator import Evaluator
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Call, Joined, ListOf, Literal, ObjectOf, Value


class Made(Struct, frozen=True):
    """A resource of the file as it is written, its symbolic name (empty: none), and what evaluates it."""

    symbol: str
    resource: ObjectOf
    evaluator: Evaluator
    loops: Mapping[str, Value]

    def part(self, name: str) -> Value | None:
        """A part of the resource, evaluated; what is wrong with it is not for this conversion to say."""
        found = self.resource.get(name)
        return Evaluator(self.evaluator.scope, Findings()).evaluate(found, loops=self.loops) if found is not None else None

    def id(self) -> Value | None:
        """The id of a resource that is in a resource group by itself."""
        kind, name = self.part("type"), self.part("name")
        if not isinstance(kind, Literal) or name is None or str(kind.value).count("/") != 1:
            return None
        return Evaluator(self.evaluator.scope, Findings()).simplify(Call("resourceId", (kind, name)))


def said_of(made: Iterable[Made], call: Call, keys: tuple[str, ...]) -> Value | None:
    """The value that a chain of keys behind ``reference()`` leads to; None where the file does not say it."""
    if call.function != "reference" or not keys or not call.arguments or call.arguments[2:]:
        return None
    wanted = call.arguments[0]
    resource = next((each for each in made if wanted == Literal(each.symbol) or wanted == each.id()), None)
    properties = resource.part("properties") if resource is not None else None
    *way, last = keys
    found = properties
    for key in way:
        found = _step(found, key)
    if last == "id" and resource is not None and len(way) == 2 and way[0] == "subnets":
        return _subnet_id(resource.id(), _step(found, "name"))
    return _step(found, last)


def _step(value: Value | None, key: str) -> Value | None:
    if isinstance(value, ObjectOf):
        return value.get(key)
    if isinstance(value, ListOf) and key.isdecimal() and int(key) < len(value.items):
        return value.items[int(key)]
    return None


def _subnet_id(network: Value | None, name: Value | None) -> Value | None:
    if network is None or name is None:
        return None
    parts = (*(network.parts if isinstance(network, Joined) else (network,)), Literal("/subnets/"), name)
    return Joined(tuple(inner for part in parts for inner in (part.parts if isinstance(part, Joined) else (part,))))
