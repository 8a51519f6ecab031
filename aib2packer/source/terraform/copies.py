"""Blocks that are there several times, and the arguments of each copy."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Access, Call, ListOf, Literal, ObjectOf, Value
from aib2packer.source.terraform.evaluate import Evaluator
from aib2packer.source.terraform.knowledge import Knowledge, Shared
from aib2packer.source.terraform.nodes import Block, Node, word_of
from aib2packer.source.terraform.scope import ProblemError, Sight, entry, not_evaluated, object_of, to_plain

_MAX_COPIES = 800


class Copies:
    """Tells what each copy of a block sees, by `count` and `for_each`."""

    def __init__(self, shared: Shared, knowledge: Knowledge, evaluator: Evaluator) -> None:
        self._shared = shared
        self._knowledge = knowledge
        self._evaluator = evaluator

    def arguments_of(self, block: Block, sight: Sight, without: frozenset[str] = frozenset()) -> ObjectOf:
        """The arguments of a block, with the blocks in it as lists of objects."""
        entries = [
            entry(each.name, self._evaluator.value(each.value, sight), each.place)
            for each in block.attributes
            if each.name not in without
        ]
        kinds = dict.fromkeys(
            each.kind for each in block.blocks if each.kind not in ("lifecycle", "timeouts", "retry", "dynamic")
        )
        for kind in kinds:
            with self._shared.quiet_if(kind == "identity"):
                inner = tuple(self.arguments_of(each, sight) for each in block.inner(kind))
            entries.append(entry(kind, ListOf(inner, place=inner[0].place), inner[0].place))
        for dynamic in block.inner("dynamic"):
            entries.append(entry(dynamic.labels[0], self._dynamic(dynamic, sight), dynamic.place))
        return ObjectOf(tuple(entries), place=block.place)

    def _dynamic(self, block: Block, sight: Sight) -> ListOf:
        content = next(block.inner("content"), None)
        over = block.get("for_each")
        if content is None or over is None:
            raise not_evaluated("A dynamic block needs for_each and content. Add them.", block.place)
        iterator = word_of(block.get("iterator")) or block.labels[0]
        made = []
        for key, value in self._pairs(self._knowledge.structure(self._evaluator.value(over, sight), "for_each"), block.place):
            bound = object_of(block.place, key=key, value=value)
            made.append(self.arguments_of(content, replace(sight, names={**sight.names, iterator: bound})))
        return ListOf(tuple(made), place=block.place)

    def sights(self, block: Block) -> Iterator[tuple[Sight, Value | None]]:
        """What is in sight of each copy of a block, and the condition that it exists."""
        count, over = block.get("count"), block.get("for_each")
        if count is not None:
            yield from self._counted(count)
        elif over is not None:
            for pair in self.repeated(over):
                yield Sight(each=pair), None
        else:
            yield Sight(), None

    def sight_of(self, block: Block, copy: Value | None) -> Sight:
        """What is in sight of one copy; raises ProblemError where there is none."""
        over = block.get("for_each")
        if over is not None and copy is not None:
            with self._shared.quiet_if(True):
                pair = next((pair for pair in self.repeated(over) if pair[0] == copy), None)
            if pair is None:
                raise ProblemError(
                    codes.UNDECLARED, "for_each makes no resource of this key. Correct the key.", copy.place or block.place
                )
            return Sight(each=pair)
        return Sight(count=copy if copy is not None else Literal(0)) if block.get("count") is not None else Sight()

    def _counted(self, count: Node) -> Iterator[tuple[Sight, Value | None]]:
        value = self._evaluator.value(count, Sight())
        match value:
            case Call("if", (condition, Literal(1), Literal(0))):
                yield Sight(count=Literal(0)), condition
                return
            case Call("if", (condition, Literal(0), Literal(1))):
                yield Sight(count=Literal(0)), Call("not", (condition,))
                return
        known = self._knowledge.fixed(value, "count", count.place)
        if known is None:
            raise self._knowledge.unknown(value, "count", count.place)
        number = to_plain(known)
        if not isinstance(number, int) or not 0 <= number <= _MAX_COPIES:
            raise not_evaluated(f"count is no number from 0 to {_MAX_COPIES}. Correct it.", count.place)
        if number == 0:
            message = "count is 0, so this resource does not exist. It is not converted."
            self._shared.findings.add(deployment_codes.NOT_DEPLOYED, message, place=count.place)
        for index in range(number):
            yield Sight(count=Literal(index)), None

    def repeated(self, over: Node) -> list[tuple[Value, Value]]:
        """The keys and values of `for_each`."""
        value = self._evaluator.value(over, Sight())
        known = self._knowledge.structure(value, "for_each")
        pairs = self._pairs(known, over.place)
        if isinstance(known, ObjectOf) and self._is_variable(value):
            return [(key, Access(value, key, place=over.place)) for key, _ in pairs]
        return pairs

    def _is_variable(self, value: Value) -> bool:
        """Whether a value is a variable, or a key of one, whose items stay alive."""
        while isinstance(value, Access):
            value = value.base
        return isinstance(value, Call) and value.function == "parameters"

    def _pairs(self, value: Value, place: Place) -> list[tuple[Value, Value]]:
        if isinstance(value, ObjectOf):
            return [(each.key, each.value) for each in sorted(value.entries, key=lambda each: each.name or "")]
        if isinstance(value, ListOf):
            keys = [self._knowledge.known(item) for item in value.items]
            if any(key is None for key in keys):
                raise self._knowledge.unknown(value, "for_each", place)
            return [(key, key) for key in keys if key is not None]
        raise not_evaluated("for_each takes a map or a set. Correct it.", place)
