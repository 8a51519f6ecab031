"""One configuration: the .tf files of a folder together, its variables, locals, resources, and the modules that it calls.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, Literal, Value
from aib2packer.source.terraform.attributes import Attributes
from aib2packer.source.terraform.copies import Copies
from aib2packer.source.terraform.evaluate import Evaluator
from aib2packer.source.terraform.json_arguments import JsonArguments
from aib2packer.source.terraform.knowledge import Knowledge, Shared
from aib2packer.source.terraform.names import HANDLE, Names
from aib2packer.source.terraform.nodes import Block, Function, Node
from aib2packer.source.terraform.resources import AZAPI, BODIES, OF_TERRAFORM, Resource, is_definition, wants_body
from aib2packer.source.terraform.scope import ProblemError, Sight, not_evaluated, object_of, text_in
from aib2packer.source.terraform.trail import Trail
from aib2packer.source.terraform.world import Asked

_MAX_DEPTH = 20
_ONLY_META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "source", "version", "providers"})


class Configuration:
    """The files of one folder. ``arguments`` are what a call of it as a module gives for its variables; None for the outermost one."""

    def __init__(
        self,
        blocks: Sequence[Block],
        shared: Shared,
        folder: str = ".",
        arguments: Mapping[str, Value] | None = None,
        prefix: str = "",
        read_folder: Mapping[str, Sequence[Block]] | None = None,
    ) -> None:
        self._shared = shared
        self._folder = folder
        self._prefix = prefix
        self._folders = read_folder or {}
        self._trail = Trail()
        self._knowledge = Knowledge(shared)
        self._evaluator = Evaluator(self, self._knowledge)
        self._copies = Copies(shared, self._knowledge, self._evaluator)
        self._children: dict[tuple[str, Value | None], Configuration | None] = {}
        self._blocks: dict[tuple[str, ...], Block] = {}
        self._locals: dict[str, Node] = {}
        for block in blocks:
            if block.kind == "locals":
                self._locals |= {each.name: each.value for each in block.attributes}
            else:
                self._blocks.setdefault((block.kind, *block.labels), block)
        self._names = Names(shared, folder, prefix, arguments, self._blocks, self._locals, self.value, self._trail)
        self._attributes = Attributes(self._knowledge, self._evaluator, self._copies, self._blocks, self._trail)
        self._json = JsonArguments(shared, self._knowledge, self._evaluator, self._locals, self._trail)

    # ---- what the reader asks

    def resources(self) -> Iterator[Resource]:
        """The resources, each copy by itself, those of modules included; a problem of one is a finding."""
        for (kind, *labels), block in self._blocks.items():
            if kind == "resource" and len(labels) == 2:
                yield from self._guarded(block)
            elif kind == "module" and labels:
                for child in self._calls(block):
                    yield from child.resources()

    def variable_blocks(self) -> Iterator[tuple[str, Block]]:
        """The declarations of variables by name."""
        return ((labels[0], block) for (kind, *labels), block in self._blocks.items() if kind == "variable" and labels)

    def value(self, node: Node, sight: Sight | None = None) -> Value:
        """The value of an expression of this configuration; raises ProblemError."""
        return self._evaluator.value(node, sight or Sight())

    # ---- resources

    def _guarded(self, block: Block) -> Iterator[Resource]:
        is_image = is_definition(block.labels[0], lambda name: self._quiet(block.get(name)))
        found: list[Resource] = []
        try:
            with self._shared.quiet_if(is_image):
                found = list(self._copies_of(block))
        except ProblemError as problem:
            if not is_image:  # what is wrong with a definition is not for this conversion to say
                self._shared.findings.add(problem.code, problem.message, place=problem.place)
        yield from found

    def _copies_of(self, block: Block) -> Iterator[Resource]:
        kind, label = block.labels
        known = self._quiet(block.get("type"))
        told = {"type": known}.get
        is_image = is_definition(kind, told)
        if not is_image and not wants_body(kind, told):
            values = object_of(block.place, type=known if isinstance(known, Literal) else None)
            yield Resource(kind=kind, label=label, values=values, bodies={}, place=block.place)
            return
        for sight, condition in self._copies.sights(block):
            bodies = {
                name: self._json.value(node, sight) for name in BODIES.get(kind, ()) if (node := block.get(name)) is not None
            }
            self._shared.keep_secret(bodies.get("sensitive_body"))
            meta = OF_TERRAFORM - ({"parent_id"} if is_image else set()) if kind == AZAPI else ()
            values = self._copies.arguments_of(block, sight, frozenset({*BODIES.get(kind, ()), *_ONLY_META, *meta}))
            yield Resource(kind=kind, label=label, values=values, bodies=bodies, place=block.place, condition=condition)

    def _quiet(self, node: Node | None) -> Value | None:
        """A value that tells what a resource is; a resource that does not tell is none of ours."""
        try:
            return self._knowledge.known(self.value(node)) if node is not None else None
        except ProblemError:
            return None

    # ---- names

    def named(self, root: str, words: Sequence[Value], place: Place) -> tuple[Value, int]:
        """What a reference means, and how many of its words that takes."""
        first = text_in(words[0]) if words else None
        if root == "path":
            return Literal(self._folder if first == "module" else ".", place=place), 1
        if root == "terraform":
            return Literal("default", place=place), 1
        if first is None:
            raise ProblemError(codes.UNDECLARED, f"{root} is no name here. Correct it.", place)
        if root == "var":
            return self._names.variable(first, place), 1
        if root == "local":
            return self._names.local(first, place), 1
        if root == "module":
            return Call(HANDLE, (Literal("module"), Literal(first)), place=place), 1
        second = text_in(words[1]) if root == "data" and len(words) > 1 else None
        if second is not None:
            return Call(HANDLE, (Literal("data"), Literal(first), Literal(second)), place=place), 2
        return Call(HANDLE, (Literal("resource"), Literal(root), Literal(first)), place=place), 1

    # ---- resources and modules that are referred to

    def from_file(self, node: Function, sight: Sight) -> Value | None:
        """The value of a function that reads a file; None where it is an ordinary call."""
        return self._json.from_file(node, sight)

    def is_handle(self, value: Value) -> bool:
        """Whether a value stands for a whole resource or module, of which only parts have values."""
        return isinstance(value, Call) and value.function == HANDLE

    def part_of(self, handle: Value, key: Value, place: Place) -> Value:
        """A part of such a resource or module."""
        assert isinstance(handle, Call)
        words = [text_in(each) or "" for each in handle.arguments if isinstance(each, Literal)]
        size = 2 if words[0] == "module" else 3
        block = self._blocks.get(tuple(words[:size]))
        copy = handle.arguments[size] if len(handle.arguments) > size else None
        is_repeated = block is not None and (block.get("count") is not None or block.get("for_each") is not None)
        if copy is None and (is_repeated or (isinstance(key, Literal) and isinstance(key.value, int))):
            return replace(handle, arguments=(*handle.arguments, self._knowledge.known(key) or key), place=place)
        attribute = text_in(key)
        if attribute is None:
            raise not_evaluated("aib2packer cannot tell which attribute this is. Write its name.", place)
        if words[0] == "module":
            return self._output(words[1], attribute, copy, block, place)
        return self._attributes.of(words, attribute, copy, block, place)

    # ---- modules

    def _calls(self, block: Block) -> Iterator[Configuration]:
        """The configurations that a module block stands for, each copy by itself; a module out of reach is a finding."""
        try:
            for sight, condition in self._copies.sights(block):
                child = self._child(block, sight)
                if child is not None and condition != Literal(False):
                    yield child
        except ProblemError as problem:
            self._shared.findings.add(problem.code, problem.message, place=problem.place)

    def _child(self, block: Block, sight: Sight) -> Configuration | None:
        copy = sight.each[0] if sight.each is not None else sight.count
        at = (block.labels[0], copy)
        if at not in self._children:
            self._children[at] = self._called(block, sight)
        return self._children[at]

    def _called(self, block: Block, sight: Sight) -> Configuration | None:
        source = text_in(self.value(source_node)) if (source_node := block.get("source")) is not None else None
        label = block.labels[0]
        folder = posixpath.normpath(posixpath.join(self._folder, source or ""))
        if source is None or not source.startswith((".", "/")) or folder not in self._folders or folder == self._folder:
            where = f"from {source}" if source else "without a source"
            message = f"The module {label} ({where}) is not read. If it makes an image template, pass its folder, or the output of `terraform show -json`."
            self._shared.findings.add(codes.MODULE, message, place=block.place)
            return None
        if self._prefix.count("_") > _MAX_DEPTH:
            raise ProblemError(codes.CYCLE, f"The module {label} calls itself. Remove the call.", block.place)
        arguments = {
            each.name: self._evaluator.value(each.value, sight) for each in block.attributes if each.name not in _ONLY_META
        }
        prefix = f"{self._prefix}{label}_"
        return Configuration(self._folders[folder], self._shared, folder, arguments, prefix, self._folders)

    def _output(self, label: str, name: str, copy: Value | None, block: Block | None, place: Place) -> Value:
        child = self._child(block, self._copies.sight_of(block, copy)) if block is not None else None
        output = child._blocks.get(("output", name)) if child is not None else None
        node = output.get("value") if output is not None else None
        if child is not None and node is not None:
            called = f"module.{label}.{name}"
            with self._trail.through(called, place):
                return child.value(node)
        called = f"module.{label}.{name}"
        return self._knowledge.ask(Asked(f"{label}_{name}", called, "`terraform console` prints it."), place)
