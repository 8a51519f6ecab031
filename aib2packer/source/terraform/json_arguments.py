"""Arguments that hold JSON: a text of any form, or the value that is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, ListOf, Literal, ObjectOf, Value
from aib2packer.source.json_text import read_json
from aib2packer.source.terraform import json_text
from aib2packer.source.terraform.evaluate import Evaluator
from aib2packer.source.terraform.knowledge import Knowledge, Shared
from aib2packer.source.terraform.nodes import Function, Index, Name, Node, Template, Text, word_of
from aib2packer.source.terraform.scope import ProblemError, Sight, text_in
from aib2packer.source.terraform.syntax import read_template
from aib2packer.source.terraform.trail import Trail


class JsonArguments:
    """Reads them for one configuration, whose locals may hold JSON, too."""

    def __init__(
        self, shared: Shared, knowledge: Knowledge, evaluator: Evaluator, named: Mapping[str, Node], trail: Trail
    ) -> None:
        self._shared = shared
        self._knowledge = knowledge
        self._evaluator = evaluator
        self._locals = named
        self._trail = trail

    def value(self, node: Node, sight: Sight) -> Value:
        """The value that an argument is, or that is written as JSON in it; raises ProblemError."""
        match node:
            case Template(parts) if len(parts) != 1 or not isinstance(parts[0], Name | Index | Function):
                return json_text.parsed(self._evaluator.pieces(parts, sight), node.place, self._shared.findings)
            case Template((inner,)):
                return self.value(inner, sight)
            case Function("jsonencode" | "jsondecode", (inner,)):
                return self.value(inner, sight)
            case Function("file", (path,)):
                return self._json_file(self._path(path, sight), node.place)
            case Function("templatefile", (path, names)):
                template, inner_sight = self._template_file(path, names, sight)
                return json_text.parsed(self._evaluator.pieces(template.parts, inner_sight), node.place, self._shared.findings)
            case Index(Name("local"), key) if (local := self._locals.get(word_of(key) or "")) is not None:
                return self._json_local(word_of(key) or "", local, node.place)
            case _:
                return self._structured(self._evaluator.value(node, sight), node.place)

    def _json_local(self, name: str, local: Node, place: Place) -> Value:
        with self._trail.through(f"local.{name}", place):
            return self.value(local, Sight())

    def _json_file(self, path: str, place: Place) -> Value:
        own = Findings()
        value = read_json(self._shared.files.text(path, place), own)
        self._shared.findings.take(own)
        if value is None:
            raise ProblemError(codes.NOT_EVALUATED, f"{path} is not JSON. Correct the file.", place)
        return value

    def _structured(self, value: Value, place: Place) -> Value:
        """A list or an object; a text is read as JSON, a choice is decided."""
        value = self._knowledge.definition(value)
        match value:
            case ListOf() | ObjectOf():
                return value
            case Literal(str() as text):
                return json_text.parsed([Text(text, place=place)], place, self._shared.findings)
            case Call("if", (condition, then, other)):
                decided = self._knowledge.decided(condition, "The condition of the body", place)
                return self._structured(then if decided else other, place)
            case Call("string" | "json", (inner,)):
                return self._structured(inner, place)
            case Call("shallowMerge", (ListOf(items),)):
                parts = [self._structured(item, place) for item in items]
                merged = {each.key: each for part in parts if isinstance(part, ObjectOf) for each in part.entries}
                return ObjectOf(tuple(merged.values()), place=place)
            case _:
                return self._knowledge.structure(value, "The body")

    def _path(self, node: Node, sight: Sight) -> str:
        known = self._knowledge.fixed(self._evaluator.value(node, sight), "The path of the file", node.place)
        path = text_in(known)
        if path is None:
            raise self._knowledge.unknown(self._evaluator.value(node, sight), "The path of the file", node.place)
        return path

    def _template_file(self, path: Node, names: Node, sight: Sight) -> tuple[Template, Sight]:
        template = read_template(self._shared.files.text(self._path(path, sight), path.place))
        given = self._knowledge.structure(self._evaluator.value(names, sight), "The values of templatefile()")
        entries = given.entries if isinstance(given, ObjectOf) else ()
        return template, Sight(names={each.name: each.value for each in entries if each.name is not None})

    def from_file(self, node: Function, sight: Sight) -> Value | None:
        """The value of a function that reads a file; None where it is an ordinary call."""
        files, place = self._shared.files, node.place
        if node.name == "jsondecode":
            is_text = isinstance(node.arguments[0], Function) and node.arguments[0].name in ("file", "templatefile")
            return self.value(node.arguments[0], sight) if is_text else None
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
