"""What a Packer project says, as facts: settings of the VM and its image, steps in order, what happens after the build."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from posixpath import normpath

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.comparison.evaluating import Live, Read, evaluate, is_known
from aib2packer.comparison.meaning import is_default, region
from aib2packer.comparison.reading import PackerProject, bare
from aib2packer.diagnostics.place import Place
from aib2packer.source.terraform.nodes import Attribute, Block, word_of

RUNS = "what it runs"
CONDITION = "for_each"
_SIGN_IN = re.compile(r"(use_azure_cli_auth|client_\w+|tenant_id|object_id|oidc_request_\w+|use_interactive_auth|metadata_host)")
_NAMED = {"target_region": "name", "azure_tag": "name"}
"""Blocks that are a set: the attribute that tells them apart."""
_DEPROVISIONS = re.compile(r"waagent['\"]?\s+(-force\s+)?-deprovision|DeprovisioningScript|sysprep(\.exe)?\b", re.IGNORECASE)
_DEPROVISIONING_FILE = re.compile(r"DeprovisioningScript\.(sh|ps1)$", re.IGNORECASE)
_SHEBANG = re.compile(r"\A#!/bin/sh -e\r?\n")
_ONE_REPLICA = (("replicas", 1), ("replicas", "1"))

Bound = Mapping[str, Read]


class Role(StrEnum):
    """What a step is for, where that is more than its content."""

    STEP = "step"
    GENERALIZE = "generalize"
    DEPROVISIONING_FILE = "deprovisioning file"
    CLEAN_UP = "clean up after an error"
    AFTERWARDS = "after the build"


class Fact(Struct, frozen=True, kw_only=True):
    """One setting: its value, its value without what fills in variables that have no default, and where it stands.

    ``outer`` is the line of the block within the source that it stands in, 0 where it stands in none. ``is_default`` tells that Packer
    does the same without it. ``file`` is the file that the value is the text of.
    """

    value: Read
    asked: Read
    place: Place
    outer: int = 0
    is_default: bool = False
    file: str = ""


class Step(Struct, frozen=True, kw_only=True):
    """A provisioner or post-processor: its kind, its name, its settings, and the file that it names.

    ``is_off`` tells that its condition does not hold with the values that are known.
    """

    kind: str
    name: str
    role: Role
    facts: Mapping[str, Fact]
    place: Place
    file: str = ""
    is_off: bool = False

    @property
    def when(self) -> Role:
        """When it runs: as a step of the build, after it, or after an error."""
        return self.role if self.role in (Role.AFTERWARDS, Role.CLEAN_UP) else Role.STEP

    @property
    def runs(self) -> str:
        """The text of what it runs, if it is known."""
        fact = self.facts.get(RUNS)
        return lines_of(fact.value) or "" if fact is not None else ""


class Facts:
    """Reads blocks of one project to facts."""

    def __init__(self, project: PackerProject) -> None:
        self._project = project

    def value(self, block: Block, name: str) -> Read:
        node = block.get(name)
        return evaluate(node, self._project.scope) if node is not None else None

    def of_project(self) -> Iterator[tuple[str, Fact]]:
        """What holds for the whole project: plugins, versions, data sources, variables that are secret."""
        for block in self._project.of_kind("packer"):
            for inner in block.inner("required_plugins"):
                for each in inner.attributes:
                    value = self._fact(each, {})
                    if isinstance(value.value, dict):
                        yield from (
                            (f"required_plugins.{each.name}.{key}", replace(value, value=part, asked=part))
                            for key, part in value.value.items()
                        )
            yield from ((each.name, self._fact(each, {})) for each in block.attributes)
        for block in self._project.of_kind("data"):
            said = {each.name: self._fact(each, {}).value for each in block.attributes}
            yield ".".join(("data", *block.labels)), Fact(value=said, asked=said, place=block.whole)

    def of_source(self, block: Block, overrides: Sequence[Block]) -> dict[str, Fact]:
        """The settings of a source, with what builds override of it; how to sign in is not the template's business."""
        kind = block.labels[0]
        facts = {"builder": Fact(value=kind, asked=kind, place=block.place), **self._body(block, {})}
        for each in overrides:
            facts |= self._body(each, {})
        return _with_defaults(kind, dict(_signed_in(facts)))

    def steps(self, build: Block) -> Iterator[Step]:
        """The steps of a build in order, and what follows it."""
        for block in build.blocks:
            for inner in block.blocks if block.kind == "post-processors" else (block,):
                if inner.kind in ("provisioner", "post-processor", "error-cleanup-provisioner"):
                    yield from self._steps_of(inner, inner.kind, inner.labels[0], inner, {})
                elif inner.kind == "dynamic" and inner.labels[:1] in (("provisioner",), ("post-processor",)):
                    yield from self._dynamic_steps(inner)
        registry = [block for block in build.blocks if block.kind == "hcp_packer_registry"]
        for block in registry:
            yield Step(kind=block.kind, name="", role=Role.AFTERWARDS, facts=self._body(block, {}), place=block.whole)

    def _dynamic_steps(self, block: Block) -> Iterator[Step]:
        content = next(block.inner("content"), block)
        over = self.value(block, "for_each")
        copies = list(self._unrolled(block, over))
        condition = self._condition(block)
        for bound in copies or [{}]:
            labels = block.get("labels")
            said = evaluate(labels, self._project.scope, bound) if labels is not None else None
            kind = bare(said[0]) if isinstance(said, list) and said else "?"
            for step in self._steps_of(content, block.labels[0], kind, block, bound):
                yield replace(step, facts={**condition, **step.facts}, is_off=isinstance(over, Live) or not copies)

    def _condition(self, block: Block) -> dict[str, Fact]:
        """What a dynamic step depends on, with the names of the variables in it: their values may change from build to build."""
        node = block.get("for_each")
        said = evaluate(node, self._project.named) if node is not None else None
        return {CONDITION: Fact(value=said, asked=said, place=block.place)} if not is_known(said) else {}

    def _unrolled(self, block: Block, over: Read) -> Iterator[Bound]:
        """The names that each copy of a dynamic block binds; one copy where it is not known how many there are."""
        iterator = word_of(block.get("iterator")) or block.labels[0]
        if isinstance(over, dict):
            yield from ({iterator: {"key": key, "value": value}} for key, value in over.items())
        elif isinstance(over, list):
            yield from ({iterator: {"key": number, "value": value}} for number, value in enumerate(over))
        else:
            yield {}

    def _steps_of(self, body: Block, block_kind: str, kind: str, outer: Block, bound: Bound) -> Iterator[Step]:
        """The steps of a block: one, but one for each of several scripts."""
        said = self._body(body, bound)
        scripts = said.get("scripts")
        if scripts is None or not isinstance(scripts.value, list) or not all(isinstance(each, str) for each in scripts.value):
            yield self._step(said, block_kind, kind, outer)
            return
        others = {name: fact for name, fact in said.items() if name != "scripts"}
        for path in scripts.value:
            yield self._step({**others, "script": replace(scripts, value=path, asked=path)}, block_kind, kind, outer)

    def _step(self, said: Mapping[str, Fact], block_kind: str, kind: str, outer: Block) -> Step:
        facts = _with_defaults(kind, dict(self._running(said)))
        name = facts.pop("name", None)
        title = bare(name.value).strip('"') if name is not None else ""
        where = next((facts[name] for name in ("source", "script", "(source)", "(script)") if name in facts), None)
        file = where.value if where is not None and isinstance(where.value, str) else ""
        role = _role(block_kind, kind, facts)
        return Step(kind=kind, name=title, role=role, facts=facts, place=outer.whole, file=normpath(file) if file else "")

    def _running(self, facts: Mapping[str, Fact]) -> Iterator[tuple[str, Fact]]:
        """Lines and script files in the one form of what they run, with the text of a file in the place of its name."""
        for name, fact in facts.items():
            match name, fact.value:
                case "inline", list(lines) if all(isinstance(line, str) for line in lines):
                    text = "\n".join(str(line) for line in lines).rstrip("\n")
                    yield RUNS, replace(fact, value=text, asked=text)
                case "inline", [*_]:
                    yield RUNS, fact
                case "inline" | "content", str(text):
                    yield (RUNS if name == "inline" else "content"), fact
                case "script" | "source", str(path):
                    text_of_file = self._script(path)
                    yield from self._named(name, fact, text_of_file)
                case _:
                    yield name, fact

    def _named(self, name: str, fact: Fact, text: str | None) -> Iterator[tuple[str, Fact]]:
        """A file that a step names: what is in it, where it is there, beside its name."""
        if text is None:
            yield name, fact
            return
        file = normpath(fact.value) if isinstance(fact.value, str) else ""
        yield (RUNS if name == "script" else "content"), replace(fact, value=text, asked=text, file=file)
        yield f"({name})", fact

    def _script(self, path: str) -> str | None:
        """The text of a script, without the first line that Packer would write for inline lines."""
        text = self._project.text(path)
        return _SHEBANG.sub("", text).rstrip("\n") if text is not None else None

    def _body(self, block: Block, bound: Bound, prefix: str = "") -> dict[str, Fact]:
        """Settings by name, those of nested blocks and of maps with the outer name before them."""
        facts: dict[str, Fact] = {}
        for each in block.attributes:
            facts |= _spread(f"{prefix}{each.name}", self._fact(each, bound))
        kinds = [inner.kind for inner in block.blocks]
        for number, inner in enumerate(block.blocks):
            if inner.kind == "dynamic":
                facts |= self._dynamic(inner, bound, prefix)
            elif inner.kind in _NAMED:
                facts |= self._member(inner, bound, prefix)
            else:
                which = kinds[:number].count(inner.kind)
                label = f"{inner.kind}[{which}]" if kinds.count(inner.kind) > 1 else inner.kind
                facts |= self._nested(inner, bound, f"{prefix}{label}.")
        return facts

    def _dynamic(self, block: Block, bound: Bound, prefix: str) -> dict[str, Fact]:
        over = block.get("for_each")
        value = evaluate(over, self._project.scope, bound) if over is not None else None
        kind = block.labels[0]
        copies = [(content, {**bound, **inner}) for content in block.inner("content") for inner in self._unrolled(block, value)]
        facts: dict[str, Fact] = {}
        for number, (content, inside) in enumerate(copies):
            if kind in _NAMED:
                facts |= self._member(replace(content, kind=kind), inside, prefix)
            else:
                facts |= self._nested(content, inside, f"{prefix}{kind}[{number}]." if len(copies) > 1 else f"{prefix}{kind}.")
        return facts

    def _nested(self, block: Block, bound: Bound, prefix: str) -> dict[str, Fact]:
        """The settings of a block in another, each with the line of the outermost one."""
        found = self._body(block, bound, prefix)
        return {name: replace(fact, outer=fact.outer or block.place.line) for name, fact in found.items()}

    def _member(self, block: Block, bound: Bound, prefix: str) -> dict[str, Fact]:
        """One of a set: it is known by its name, not by its place."""
        said = {name: fact.value for name, fact in self._body(block, bound).items()}
        asked = {name: fact.asked for name, fact in self._body(block, bound).items()}
        return _member(f"{prefix}{block.kind}", block.kind, said, asked, block.whole)

    def _fact(self, attribute: Attribute, bound: Bound) -> Fact:
        value = evaluate(attribute.value, self._project.scope, bound)
        asked = evaluate(attribute.value, self._project.asked, bound)
        return Fact(value=value, asked=asked, place=attribute.place)


def _member(start: str, kind: str, said: dict[str, Read], asked: dict[str, Read], place: Place) -> dict[str, Fact]:
    """One of a set, by the name that stands in it."""
    label = _NAMED[kind]
    named = said.get(label)
    others = [{name: value for name, value in values.items() if name != label} for values in (said, asked)]
    if kind == "azure_tag":
        value, unfilled = (each.get("value") for each in others)
        return {f"{start}s.{bare(named)}": Fact(value=value, asked=unfilled, place=place)}
    named = named if isinstance(named, Live) else region(bare(named))
    others = [_region(named, each) for each in others]
    return {f"{start}[{bare(named)}]": Fact(value=others[0], asked=others[1], place=place)}


def _region(name: Read, said: Mapping[str, Read]) -> dict[str, Read]:
    """What is said of a region; one replica is the default."""
    return {"name": name, **{key: value for key, value in said.items() if (key, value) not in _ONE_REPLICA}}


def _spread(name: str, fact: Fact) -> dict[str, Fact]:
    """A setting; a map as one setting for each key, lists of objects as the blocks that they are short for."""
    value, asked = fact.value, fact.asked
    kind = name.rpartition(".")[2]
    if kind == "replication_regions" and isinstance(value, list):
        start = f"{name.removesuffix(kind)}target_region"
        members = [{"name": each} for each in value]
        return {
            key: found
            for each in members
            for key, found in _member(start, "target_region", {**each}, {**each}, fact.place).items()
        }
    if isinstance(value, dict):
        if kind in _NAMED:
            return _member(name, kind, value, asked if isinstance(asked, dict) else value, fact.place)
        asked_of = asked if isinstance(asked, dict) else value
        parts = {f"{name}.{key}": replace(fact, value=each, asked=asked_of.get(key, each)) for key, each in value.items()}
        return {key: found for part, each in parts.items() for key, found in _spread(part, each).items()}
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        is_alone = len(value) == 1 or kind in _NAMED
        each_asked = asked if isinstance(asked, list) and len(asked) == len(value) else value
        return {
            key: found
            for number, each in enumerate(value)
            for key, found in _spread(
                name if is_alone else f"{name}[{number}]", replace(fact, value=each, asked=each_asked[number])
            ).items()
        }
    return {name: fact}


def _signed_in(facts: Mapping[str, Fact]) -> Iterator[tuple[str, Fact]]:
    """Without how Packer signs in; a secret that is written into the project stays, for it should not be there."""
    for name, fact in facts.items():
        is_written = name in ("client_secret", "client_jwt") and isinstance(fact.value, str) and isinstance(fact.asked, str)
        if not _SIGN_IN.fullmatch(name) or is_written:
            yield name, fact


def _with_defaults(kind: str, facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: replace(fact, is_default=is_default(kind, name, fact.value)) for name, fact in facts.items()}


def _role(block_kind: str, kind: str, facts: Mapping[str, Fact]) -> Role:
    if block_kind == "post-processor":
        return Role.AFTERWARDS
    if block_kind == "error-cleanup-provisioner":
        return Role.CLEAN_UP
    destination = facts.get("destination")
    if kind == "file" and destination is not None and _DEPROVISIONING_FILE.search(str(destination.value)):
        return Role.DEPROVISIONING_FILE
    runs = facts.get(RUNS)
    if runs is not None and _deprovisions(lines_of(runs.value) or ""):
        return Role.GENERALIZE
    return Role.STEP


def _deprovisions(text: str) -> bool:
    """Whether a step generalizes the machine: its last lines do, comments aside."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return any(_DEPROVISIONS.search(line) for line in lines[-12:])


def lines_of(value: Read) -> str | None:
    """The text that lines are, live ones as they are written; None where a value is no lines."""
    if isinstance(value, list) and value and all(isinstance(each, str | Live) for each in value):
        return "\n".join(each.text.strip('"') if isinstance(each, Live) else str(each) for each in value)
    return value if isinstance(value, str) else None
