"""What attributes of resources are, as far as the configuration says it; what only the state knows is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.values import Access, Call, Kind, ListOf, Literal, ObjectOf, Value
from aib2packer.source.terraform.copies import Copies
from aib2packer.source.terraform.evaluate import Evaluator
from aib2packer.source.terraform.knowledge import Knowledge
from aib2packer.source.terraform.nodes import Block, Node
from aib2packer.source.terraform.resource_ids import endpoint_of, id_of
from aib2packer.source.terraform.scope import Sight, not_evaluated, text_in
from aib2packer.source.terraform.syntax import read_template
from aib2packer.source.terraform.trail import Trail
from aib2packer.source.terraform.world import Asked

_SUBSCRIPTION = Access(Call("subscription", ()), Literal("subscriptionId"))
_TENANT = Access(Call("tenant", ()), Literal("tenantId"))
_SECRET_KINDS = frozenset({"random_password", "azurerm_key_vault_secret", "tls_private_key"})
_SECRET_WORDS = re.compile(r"(?:_key|connection_string|password|secret|\bsas)\Z")


class Attributes:
    """The attributes of the resources of one configuration."""

    def __init__(
        self, knowledge: Knowledge, evaluator: Evaluator, copies: Copies, blocks: Mapping[tuple[str, ...], Block], trail: Trail
    ) -> None:
        self._knowledge = knowledge
        self._evaluator = evaluator
        self._copies = copies
        self._blocks = blocks
        self._trail = trail

    def of(self, words: Sequence[str], attribute: str, copy: Value | None, block: Block | None, place: Place) -> Value:
        """An attribute of a resource, or of a copy of it; `words` are its mode, kind and label."""
        kind, label = words[1], words[2]
        if kind in ("azurerm_client_config", "azurerm_subscription") and attribute in ("subscription_id", "tenant_id", "id"):
            known = {"subscription_id": self._subscription(), "tenant_id": _TENANT}
            whole = Call("concat", (Literal("/subscriptions/"), self._subscription()))
            return replace(known.get(attribute, whole), place=place)
        address = ".".join([*(["data"] if words[0] == "data" else []), kind, label])
        called = f"{address}.{attribute}"
        with self._trail.through(called, place):
            found = self._told(kind, attribute, copy, block)
        if found is not None:
            return found if isinstance(found, ListOf | ObjectOf) else replace(found, place=place)
        how = f"`terraform state show {address}` prints it."
        kinds = Kind.OBJECT if attribute == "tags" else Kind.TEXT
        is_secret = kind in _SECRET_KINDS or _SECRET_WORDS.search(attribute) is not None
        return self._knowledge.ask(Asked(f"{label}_{attribute}", called, how, kinds, is_secret), place)

    def _told(self, kind: str, attribute: str, copy: Value | None, block: Block | None) -> Value | None:
        """What the configuration says of an attribute of a resource."""
        if block is None:
            return None
        sight = self._copies.sight_of(block, copy)

        def argument(name: str) -> Value | None:
            node = block.get(name)
            return self._evaluator.value(node, sight) if node is not None else None

        found = argument(attribute)
        if found is not None:
            return found
        if kind == "template_file" and attribute == "rendered" and (text := block.get("template")) is not None:
            return self._rendered(text, argument("vars"), sight)
        if attribute == "id":
            if kind == "azapi_resource":
                return self._azapi_id(argument)
            return id_of(kind, argument, self._subscription())
        inner = list(block.inner(attribute))
        if inner:
            return ListOf(tuple(self._copies.arguments_of(each, sight) for each in inner), place=block.place)
        return endpoint_of(kind, attribute, argument)

    def _azapi_id(self, argument: object) -> Value | None:
        assert callable(argument)
        parent, name, kind = argument("parent_id"), argument("name"), text_in(argument("type"))
        if parent is None or name is None or kind is None:
            return None
        path = kind.partition("@")[0]
        step = f"/providers/{path}/" if path.count("/") == 1 else f"/{path.rpartition('/')[2]}/"
        return Call("concat", (parent, Literal(step), name))

    def _rendered(self, node: Node, names: Value | None, sight: Sight) -> Value:
        text = self._evaluator.value(node, sight)
        known = text_in(self._knowledge.definition(text))
        if known is None:
            raise not_evaluated("The template of a template_file must be a file. Use file().", node.place)
        entries = names.entries if isinstance(names, ObjectOf) else ()
        inner = Sight(names={each.name: each.value for each in entries if each.name is not None})
        return self._evaluator.value(read_template(SourceText(node.place.source.name, known)), inner)

    def _subscription(self) -> Value:
        block = self._blocks.get(("provider", "azurerm"))
        node = block.get("subscription_id") if block is not None else None
        if node is None:
            return _SUBSCRIPTION
        called = "provider.azurerm"
        if called in self._trail:
            return _SUBSCRIPTION
        with self._trail.through(called, node.place):
            return self._evaluator.value(node, Sight())
