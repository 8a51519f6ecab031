"""One configuration: the .tf files of a folder together, its variables, locals, resources, and the modules that it calls.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count as count_from

from aib2packer.arm.evaluator import Evaluator as ArmEvaluator
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.scope import Scope
from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.values import Access, Call, Input, Kind, ListOf, Literal, ObjectOf, Value, is_known, walk
from aib2packer.source.json_text import read_json
from aib2packer.source.terraform import json_text
from aib2packer.source.terraform.evaluate import Evaluator, parameters_in
from aib2packer.source.terraform.files import Files
from aib2packer.source.terraform.nodes import Block, Function, Index, Name, Node, Template, word_of
from aib2packer.source.terraform.resource_ids import endpoint_of, id_of
from aib2packer.source.terraform.resources import AZAPI, BODIES, DEFINITION, OF_TERRAFORM, Resource, wants_body
from aib2packer.source.terraform.scope import ProblemError, Sight, as_secret, entry, not_evaluated, object_of, text_in, to_plain
from aib2packer.source.terraform.syntax import read_template
from aib2packer.source.terraform.world import Asked

_HANDLE = "terraform handle"
_SUBSCRIPTION = Access(Call("subscription", ()), Literal("subscriptionId"))
_TENANT = Access(Call("tenant", ()), Literal("tenantId"))
_MAX_COPIES = 800
_MAX_DEPTH = 20
_SECRET_KINDS = frozenset({"random_password", "azurerm_key_vault_secret", "tls_private_key"})
_SECRET_WORDS = re.compile(r"(?:_key|connection_string|password|secret|\bsas)\Z")
_ONLY_META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "source", "version", "providers"})
_KIND_NAMES = {
    Kind.TEXT: "string",
    Kind.NUMBER: "int",
    Kind.FLAG: "bool",
    Kind.LIST: "array",
    Kind.OBJECT: "object",
    Kind.ANY: "string",
}


@dataclass(slots=True)
class Shared:
    """What all modules of a configuration put together: inputs, named values, findings. ``parameters`` are declarations as ARM has them."""

    findings: Findings
    files: Files
    inputs: dict[str, Input] = field(default_factory=dict)
    parameters: dict[str, ObjectOf] = field(default_factory=dict)
    variables: dict[str, Value] = field(default_factory=dict)
    definitions: dict[str, Value] = field(default_factory=dict)
    is_quiet: bool = False
    decided: dict[str, None] = field(default_factory=dict)
    asked: dict[Asked, str] = field(default_factory=dict)
    told: set[Asked] = field(default_factory=set)
    undeclared: dict[str, Place] = field(default_factory=dict)
    is_whole: bool = True


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
        self._arguments = arguments
        self._prefix = prefix
        self._folders = read_folder or {}
        self._evaluator = Evaluator(self)
        self._open: list[str] = []
        self._local_values: dict[str, Value] = {}
        self._children: dict[tuple[str, Value | None], Configuration | None] = {}
        self._blocks: dict[tuple[str, ...], Block] = {}
        self._locals: dict[str, Node] = {}
        for block in blocks:
            if block.kind == "locals":
                self._locals |= {each.name: each.value for each in block.attributes}
            else:
                self._blocks.setdefault((block.kind, *block.labels), block)

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
        is_image = block.labels[0] == DEFINITION
        found: list[Resource] = []
        try:
            with self._quiet_if(is_image):
                found = list(self._copies_of(block))
        except ProblemError as problem:
            if not is_image:  # what is wrong with a definition is not for this conversion to say
                self._shared.findings.add(problem.code, problem.message, place=problem.place)
        yield from found

    @contextmanager
    def _quiet_if(self, is_quiet: bool) -> Iterator[None]:
        """While it lasts, inputs and decisions are no findings, for the project may not need them."""
        before = self._shared.is_quiet
        self._shared.is_quiet = before or is_quiet
        try:
            yield
        finally:
            self._shared.is_quiet = before

    def _copies_of(self, block: Block) -> Iterator[Resource]:
        kind, label = block.labels
        type_node = block.get("type")
        is_wanted = wants_body(kind, lambda name: self._quiet(type_node) if name == "type" else None)
        if not is_wanted and kind != DEFINITION:
            known = self._quiet(type_node)
            values = object_of(block.place, type=known if isinstance(known, Literal) else None)
            yield Resource(kind=kind, label=label, values=values, bodies={}, place=block.place)
            return
        for sight, condition in self._sights(block):
            bodies = {name: self.json(node, sight) for name in BODIES.get(kind, ()) if (node := block.get(name)) is not None}
            self._keep_secret(bodies.get("sensitive_body"))
            values = self._arguments_of(
                block, sight, frozenset({*BODIES.get(kind, ()), *_ONLY_META, *(OF_TERRAFORM if kind == AZAPI else ())})
            )
            yield Resource(kind=kind, label=label, values=values, bodies=bodies, place=block.place, condition=condition)

    def _keep_secret(self, body: Value | None) -> None:
        """The variables of a body that Terraform keeps out of its state are secrets."""
        for part in walk(body) if body is not None else ():
            if isinstance(part, Call) and part.function == "parameters" and isinstance(part.arguments[0], Literal):
                name = str(part.arguments[0].value)
                declared = self._shared.parameters[name]
                entries = (
                    entry("type", as_secret(text_in(each.value) or ""), each.key.place) if each.name == "type" else each
                    for each in declared.entries
                )
                self._shared.parameters[name] = replace(declared, entries=tuple(entries))

    def _quiet(self, node: Node | None) -> Value | None:
        """A value that tells what a resource is; a resource that does not tell is none of ours."""
        try:
            return self.known(self.value(node)) if node is not None else None
        except ProblemError:
            return None

    def _arguments_of(self, block: Block, sight: Sight, without: frozenset[str] = frozenset()) -> ObjectOf:
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
            with self._quiet_if(kind == "identity"):
                inner = tuple(self._arguments_of(each, sight) for each in block.inner(kind))
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
        for key, value in self._pairs(self._evaluator.structure(self.value(over, sight), "for_each"), block.place):
            bound = object_of(block.place, key=key, value=value)
            made.append(self._arguments_of(content, replace(sight, names={**sight.names, iterator: bound})))
        return ListOf(tuple(made), place=block.place)

    def _sights(self, block: Block) -> Iterator[tuple[Sight, Value | None]]:
        """What is in sight of each copy of a block, and the condition that it exists."""
        count, over = block.get("count"), block.get("for_each")
        if count is not None:
            yield from self._counted(count)
        elif over is not None:
            for pair in self._repeated(over):
                yield Sight(each=pair), None
        else:
            yield Sight(), None

    def _counted(self, count: Node) -> Iterator[tuple[Sight, Value | None]]:
        value = self.value(count)
        match value:
            case Call("if", (condition, Literal(1), Literal(0))):
                yield Sight(count=Literal(0)), condition
                return
            case Call("if", (condition, Literal(0), Literal(1))):
                yield Sight(count=Literal(0)), Call("not", (condition,))
                return
        known = self.fixed(value, "count", count.place)
        if known is None:
            raise self.unknown(value, "count", count.place)
        number = to_plain(known)
        if not isinstance(number, int) or not 0 <= number <= _MAX_COPIES:
            raise not_evaluated(f"count is no number from 0 to {_MAX_COPIES}. Correct it.", count.place)
        if number == 0:
            message = "count is 0, so this resource does not exist. It is not converted."
            self._shared.findings.add(deployment_codes.NOT_DEPLOYED, message, place=count.place)
        for index in range(number):
            yield Sight(count=Literal(index)), None

    def _repeated(self, over: Node) -> list[tuple[Value, Value]]:
        value = self.value(over)
        known = self._evaluator.structure(value, "for_each")
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
            keys = [self.known(item) for item in value.items]
            if any(key is None for key in keys):
                raise self.unknown(value, "for_each", place)
            return [(key, key) for key in keys if key is not None]
        raise not_evaluated("for_each takes a map or a set. Correct it.", place)

    # ---- JSON arguments

    def json(self, node: Node, sight: Sight) -> Value:
        """The value that an argument is, or that is written as JSON in it; raises ProblemError."""
        match node:
            case Template(parts) if len(parts) != 1 or not isinstance(parts[0], Name | Index | Function):
                return json_text.parsed(self._evaluator.pieces(parts, sight), node.place, self._shared.findings)
            case Template((inner,)):
                return self.json(inner, sight)
            case Function("jsonencode" | "jsondecode", (inner,)):
                return self.json(inner, sight)
            case Function("file", (path,)):
                return self._json_file(self._path(path, sight), node.place)
            case Function("templatefile", (path, names)):
                template, inner_sight = self._template_file(path, names, sight)
                return json_text.parsed(self._evaluator.pieces(template.parts, inner_sight), node.place, self._shared.findings)
            case Index(Name("local"), key) if (local := self._locals.get(word_of(key) or "")) is not None:
                return self._json_local(word_of(key) or "", local, node.place)
            case _:
                return self._structured(self.value(node, sight), node.place)

    def _json_local(self, name: str, local: Node, place: Place) -> Value:
        if name in self._open:
            raise self._cycle(f"local.{name}", place)
        self._open.append(f"local.{name}")
        try:
            return self.json(local, Sight())
        finally:
            self._open.pop()

    def _json_file(self, path: str, place: Place) -> Value:
        own = Findings()
        value = read_json(self._shared.files.text(path, place), own)
        self._shared.findings.take(own)
        if value is None:
            raise ProblemError(codes.NOT_EVALUATED, f"{path} is not JSON. Correct the file.", place)
        return value

    def _structured(self, value: Value, place: Place) -> Value:
        """A list or an object; a text is read as JSON, a choice is decided."""
        value = self.definition(value)
        match value:
            case ListOf() | ObjectOf():
                return value
            case Literal(str() as text):
                from aib2packer.source.terraform.nodes import Text

                return json_text.parsed([Text(text, place=place)], place, self._shared.findings)
            case Call("if", (condition, then, other)):
                decided = self._evaluator.decided(condition, "The condition of the body", place)
                return self._structured(then if decided else other, place)
            case Call("string" | "json", (inner,)):
                return self._structured(inner, place)
            case Call("shallowMerge", (ListOf(items),)):
                parts = [self._structured(item, place) for item in items]
                merged = {each.key: each for part in parts if isinstance(part, ObjectOf) for each in part.entries}
                return ObjectOf(tuple(merged.values()), place=place)
            case _:
                return self._evaluator.structure(value, "The body")

    def _path(self, node: Node, sight: Sight) -> str:
        known = self.fixed(self.value(node, sight), "The path of the file", node.place)
        path = text_in(known)
        if path is None:
            raise self.unknown(self.value(node, sight), "The path of the file", node.place)
        return path

    def _template_file(self, path: Node, names: Node, sight: Sight) -> tuple[Template, Sight]:
        template = read_template(self._shared.files.text(self._path(path, sight), path.place))
        given = self._evaluator.structure(self.value(names, sight), "The values of templatefile()")
        entries = given.entries if isinstance(given, ObjectOf) else ()
        return template, Sight(names={each.name: each.value for each in entries if each.name is not None})

    def from_file(self, node: Function, sight: Sight) -> Value | None:
        """The value of a function that reads a file; None where it is an ordinary call."""
        files, place = self._shared.files, node.place
        if node.name == "jsondecode":
            is_text = isinstance(node.arguments[0], Function) and node.arguments[0].name in ("file", "templatefile")
            return self.json(node.arguments[0], sight) if is_text else None
        if node.name == "templatefile" and len(node.arguments) == 2:
            template, inner = self._template_file(*node.arguments, sight)
            return replace(self._evaluator.value(template, inner), place=place)
        path = self._path(node.arguments[0], sight)
        if node.name == "file":
            return Literal(files.text(path, place).text, place=place)
        if node.name == "fileexists":
            return Literal(path in files, place=place)
        if node.name == "fileset":
            pattern = self._path(node.arguments[1], sight)
            return ListOf(tuple(Literal(each) for each in files.in_folder(path, pattern)), place=place)
        return Literal(files.digest(node.name, path, place), place=place)

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
            return self._variable(first, place), 1
        if root == "local":
            return self._local(first, place), 1
        if root == "module":
            return Call(_HANDLE, (Literal("module"), Literal(first)), place=place), 1
        second = text_in(words[1]) if root == "data" and len(words) > 1 else None
        if second is not None:
            return Call(_HANDLE, (Literal("data"), Literal(first), Literal(second)), place=place), 2
        return Call(_HANDLE, (Literal("resource"), Literal(root), Literal(first)), place=place), 1

    def _variable(self, name: str, place: Place) -> Value:
        if self._arguments is None:
            if name.lower() not in self._shared.inputs and name not in self._shared.undeclared:
                self._undeclared(name, place)
            return Call("parameters", (Literal(name, place=place),), place=place)
        if name in self._arguments:
            return self._arguments[name]
        block = self._blocks.get(("variable", name))
        default = block.get("default") if block is not None else None
        if default is None:
            message = f"The call of the module in {self._folder} gives no value for its variable {name}. Add the argument."
            raise ProblemError(codes.UNDECLARED, message, place)
        return self.value(default)

    def _undeclared(self, name: str, place: Place) -> None:
        self._shared.undeclared[name] = place
        self._shared.parameters[name] = object_of(place, type="string")
        if self._shared.is_whole:
            raise ProblemError(codes.UNDECLARED, f"No file of the folder declares the variable {name}. Declare it.", place)
        message = (
            f"The variable {name} is declared in another file. It became a string. Pass the folder, to read all of its .tf files."
        )
        self._shared.findings.add(codes.DECLARED_ELSEWHERE, message, place=place)

    def _local(self, name: str, place: Place) -> Value:
        if name not in self._local_values:
            node = self._locals.get(name)
            if node is None:
                remedy = "Declare it." if self._shared.is_whole else "Pass the folder, to read all of its .tf files."
                raise ProblemError(codes.UNDECLARED, f"The local {name} is not declared. {remedy}", place)
            called = f"local.{name}"
            if called in self._open or len(self._open) > _MAX_DEPTH * 10:
                raise self._cycle(called, place)
            self._open.append(called)
            try:
                self._local_values[name] = self._kept(name, self.value(node), node.place)
            finally:
                self._open.pop()
        return (
            replace(self._local_values[name], place=place)
            if isinstance(self._local_values[name], Call)
            else self._local_values[name]
        )

    def _cycle(self, called: str, place: Place) -> ProblemError:
        chain = " > ".join([*self._open[self._open.index(called) if called in self._open else 0 :], called])
        return ProblemError(codes.CYCLE, f"These values refer to each other in a cycle: {chain}. Remove a reference.", place)

    def _kept(self, name: str, value: Value, place: Place) -> Value:
        """The local's value; a scalar, or a live one, is an ARM variable from now on."""
        from aib2packer.source.terraform.resources import as_template

        is_container = isinstance(value, ListOf | ObjectOf) or self.is_handle(value)
        if is_container or (isinstance(value, Literal) and not isinstance(value.value, str)):
            return value
        whole = f"{self._prefix}{name}"
        self._shared.variables[whole] = as_template(value)
        self._shared.definitions[whole] = value
        return Call("variables", (Literal(whole),), place=place)

    # ---- values that must be known

    def definition(self, value: Value) -> Value:
        """What a local stands for; any other value itself."""
        if isinstance(value, Call) and value.function == "variables" and (name := text_in(value.arguments[0])) is not None:
            return self.definition(self._shared.definitions.get(name, Literal(None)))
        return value

    def kind(self, value: Value) -> Kind:
        """What a live value is when it becomes known."""
        value = self.definition(value)
        if isinstance(value, Call) and value.function == "parameters":
            found = self._shared.inputs.get((text_in(value.arguments[0]) or "").lower())
            return found.kind if found is not None else Kind.ANY
        return kind_of(value)

    def known(self, value: Value) -> Value | None:
        """The value with the given or default values of variables; None where that does not suffice."""
        if is_known(value):
            return value
        values: dict[str, Value] = {}
        for name in self._used(value):
            found = self._shared.inputs.get(name.lower())
            default = None if found is None or found.secret else found.given or found.default
            if default is None or not is_known(default):
                return None
            values[name] = default
        scope = Scope(parameters=values, variables=self._shared.variables, named_variables=False)
        result = ArmEvaluator(scope, Findings()).simplify(value)
        return result if is_known(result) else None

    def _used(self, value: Value) -> list[str]:
        names = dict.fromkeys(parameters_in(value))
        for part in walk(value):
            if isinstance(part, Call) and part.function == "variables":
                defined = self.definition(part)
                names |= dict.fromkeys(self._used(defined)) if defined is not part else {}
        return list(names)

    def fixed(self, value: Value, what: str, place: Place | None) -> Value | None:
        """As ``known``, with a finding where variables decided."""
        known = self.known(value)
        names = self._used(value)
        if known is not None and names and not self._shared.is_quiet:
            self._shared.decided |= dict.fromkeys(names)
            message = f"{what} was computed with the {'value' if len(names) == 1 else 'values'} of {', '.join(names)}. To change it, convert again with --set."
            self._shared.findings.add(deployment_codes.FIXED_AT_CONVERSION, message, place=place)
        return known

    def unknown(self, value: Value, what: str, place: Place | None) -> ProblemError:
        """The problem of a value that has to be known."""
        names = ", ".join(self._used(value))
        if not names:
            return ProblemError(codes.NOT_KNOWN, f"{what} is unknown before Terraform runs. Write its value.", place)
        message = f"{what} depends on {names}. Give a value with --set, in terraform.tfvars, or as a default."
        return ProblemError(codes.NOT_KNOWN, message, place)

    def ask(self, asked: Asked, place: Place) -> Value:
        """An input for a value that only Terraform knows."""
        shared = self._shared
        name = shared.asked.get(asked) or self._declared(asked, place)
        shared.asked[asked] = name
        if not shared.is_quiet and asked not in shared.told:
            shared.told.add(asked)
            message = f"Only Terraform can tell {asked.shown}. It became the variable {name}. Set it for the build."
            shared.findings.add(codes.ASKED, message, place=place)
        return Call("parameters", (Literal(name),), place=place)

    def _declared(self, asked: Asked, place: Place) -> str:
        """The free name under which the input is declared."""
        parameters = self._shared.parameters
        taken = {each.lower() for each in parameters}
        names = (asked.name if number == 1 else f"{asked.name}_{number}" for number in count_from(1))
        name = next(each for each in names if each.lower() not in taken)
        is_secret = asked.is_secret or is_called_secret(name)
        kind = "securestring" if is_secret and asked.kind is Kind.TEXT else _KIND_NAMES[asked.kind]
        metadata = object_of(place, description=f"Value of {asked.shown} in Terraform: {asked.how}")
        parameters[name] = object_of(place, type=kind, metadata=metadata)
        return name

    # ---- resources and modules that are referred to

    def is_handle(self, value: Value) -> bool:
        """Whether a value stands for a whole resource or module, of which only parts have values."""
        return isinstance(value, Call) and value.function == _HANDLE

    def part_of(self, handle: Value, key: Value, place: Place) -> Value:
        """A part of such a resource or module."""
        assert isinstance(handle, Call)
        words = [text_in(each) or "" for each in handle.arguments if isinstance(each, Literal)]
        block = self._block_of(words)
        size = 2 if words[0] == "module" else 3
        copy = handle.arguments[size] if len(handle.arguments) > size else None
        is_repeated = block is not None and (block.get("count") is not None or block.get("for_each") is not None)
        if copy is None and (is_repeated or (isinstance(key, Literal) and isinstance(key.value, int))):
            return replace(handle, arguments=(*handle.arguments, self.known(key) or key), place=place)
        attribute = text_in(key)
        if attribute is None:
            raise not_evaluated("aib2packer cannot tell which attribute this is. Write its name.", place)
        if words[0] == "module":
            return self._output(words[1], attribute, copy, block, place)
        return self._attribute(words, attribute, copy, block, place)

    def _block_of(self, words: Sequence[str]) -> Block | None:
        return self._blocks.get(tuple(words[:2] if words[0] == "module" else words[:3]))

    def _attribute(self, words: Sequence[str], attribute: str, copy: Value | None, block: Block | None, place: Place) -> Value:
        kind, label = words[1], words[2]
        if kind in ("azurerm_client_config", "azurerm_subscription") and attribute in ("subscription_id", "tenant_id", "id"):
            known = {"subscription_id": self._subscription(), "tenant_id": _TENANT}
            whole = Call("concat", (Literal("/subscriptions/"), self._subscription()))
            return replace(known.get(attribute, whole), place=place)
        address = ".".join([*(["data"] if words[0] == "data" else []), kind, label])
        called = f"{address}.{attribute}"
        if called in self._open:
            raise self._cycle(called, place)
        self._open.append(called)
        try:
            found = self._told(kind, attribute, copy, block)
        finally:
            self._open.pop()
        if found is not None:
            return found if isinstance(found, ListOf | ObjectOf) else replace(found, place=place)
        how = f"`terraform state show {address}` prints it."
        kinds = Kind.OBJECT if attribute == "tags" else Kind.TEXT
        is_secret = kind in _SECRET_KINDS or _SECRET_WORDS.search(attribute) is not None
        return self.ask(Asked(f"{label}_{attribute}", called, how, kinds, is_secret), place)

    def _told(self, kind: str, attribute: str, copy: Value | None, block: Block | None) -> Value | None:
        """What the configuration says of an attribute of a resource."""
        if block is None:
            return None
        sight = self._sight_of(block, copy)

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
            return ListOf(tuple(self._arguments_of(each, sight) for each in inner), place=block.place)
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
        text = self.value(node, sight)
        known = text_in(self.definition(text))
        if known is None:
            raise not_evaluated("The template of a template_file must be a file. Use file().", node.place)
        from aib2packer.diagnostics.place import SourceText

        entries = names.entries if isinstance(names, ObjectOf) else ()
        inner = Sight(names={each.name: each.value for each in entries if each.name is not None})
        return self._evaluator.value(read_template(SourceText(node.place.source.name, known)), inner)

    def _sight_of(self, block: Block, copy: Value | None) -> Sight:
        over = block.get("for_each")
        if over is not None and copy is not None:
            with self._quiet_if(True):
                pair = next((pair for pair in self._repeated(over) if pair[0] == copy), None)
            if pair is None:
                raise ProblemError(
                    codes.UNDECLARED, "for_each makes no resource of this key. Correct the key.", copy.place or block.place
                )
            return Sight(each=pair)
        return Sight(count=copy if copy is not None else Literal(0)) if block.get("count") is not None else Sight()

    def _subscription(self) -> Value:
        block = self._blocks.get(("provider", "azurerm"))
        node = block.get("subscription_id") if block is not None else None
        if node is None:
            return _SUBSCRIPTION
        called = "provider.azurerm"
        if called in self._open:
            return _SUBSCRIPTION
        self._open.append(called)
        try:
            return self.value(node)
        finally:
            self._open.pop()

    # ---- modules

    def _calls(self, block: Block) -> Iterator[Configuration]:
        """The configurations that a module block stands for, each copy by itself; a module out of reach is a finding."""
        try:
            for sight, condition in self._sights(block):
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
        child = self._child(block, self._sight_of(block, copy)) if block is not None else None
        output = child._blocks.get(("output", name)) if child is not None else None
        node = output.get("value") if output is not None else None
        if child is not None and node is not None:
            called = f"module.{label}.{name}"
            if called in self._open:
                raise self._cycle(called, place)
            self._open.append(called)
            try:
                return child.value(node)
            finally:
                self._open.pop()
        called = f"module.{label}.{name}"
        return self.ask(Asked(f"{label}_{name}", called, "`terraform console` prints it."), place)
