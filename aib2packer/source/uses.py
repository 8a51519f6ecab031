"""What an input is used for, in words: from the settings that it is part of, and from its place in ids there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.ir.values import Input, Joined, ListOf, Literal, Local, ObjectOf, Role, Value, Variable, by_name, parts_of

_STEP = r"((?:customize|validate\.invmvalidations)(?:\[\d+\])?)"
"""A step; without its number where the template computes the list."""
_OUTPUT = r"distribute(?:\[\d+\])?\."
_TEMPLATE = "the image template"
_SERVICE = "the identity of Image Builder"
_PART = "part of the "
_LEFT_BEHIND = (_TEMPLATE, _SERVICE)
"""What the project has nothing of; it is named only where an input is for nothing else."""
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    (r"name", "name of", _TEMPLATE),
    (r"apiversion", "API version of", _TEMPLATE),
    (r"location", "region of", "the build"),
    (r".*tags\.\.\.\.", "key of", "a tag"),
    (r"(?:managedresource)?tags\.(.+)", r"tag \1", ""),
    (r"(?:managedresource)?tags", "tags", ""),
    (r".*vmsize", "size of", "the build VM"),
    (r".*osdisksizegb", "size in GB of", "the OS disk"),
    (r"identity.*", "id of", _SERVICE),
    (r".*userassignedidentities.*", "id of", "the identity of the build VM"),
    (r".*subnetid", "id of", "the subnet"),
    (r"stagingresourcegroup", "id of", "the resource group to build in"),
    (r"buildtimeoutinminutes", "time limit in minutes of", "the build"),
    (r"source\.(publisher|offer|sku|version)", r"\1 of", "the source image"),
    (r"source\..*id", "id of", "the source image"),
    (r"source.*", "part of", "the source image"),
    (r"customize|validate\.invmvalidations", "decides which steps run", ""),
    (_STEP + r"\.(?:scripturi|sourceuri)", "URL of", r"the file of \1"),
    (_STEP + r"\.sha256checksum", "SHA-256 of", r"the file of \1"),
    (_STEP, "condition of", r"\1"),
    (_STEP + r"\..*", "used in", r"\1"),
    (_OUTPUT + "galleryimageid", "id of", "the image definition"),
    (_OUTPUT + "imageid", "id of", "the managed image"),
    (_OUTPUT + "uri", "URL of", "the VHD"),
    (_OUTPUT + "runoutputname", "name of", "the output"),
    (_OUTPUT + "location", "region of", "the managed image"),
    (_OUTPUT + "excludefromlatest", "whether the gallery version is excluded from latest", ""),
    (_OUTPUT + r"versioning\.major", "major number of", "the gallery version"),
    (_OUTPUT + "(?:replicationregions|targetregions)", "regions of", "the gallery version"),
    (_OUTPUT + r"(?:replicationregions|targetregions).*(?:name|\])", "region of", "the gallery version"),
    (_OUTPUT + r"targetregions.*replicacount", "number of replicas of", "the gallery version"),
    (_OUTPUT + r"(?:targetregions.*)?storageaccounttype", "storage type of", "the gallery version"),
    (_OUTPUT + r"artifacttags\.(.+)", r"tag \1", ""),
    (_OUTPUT + "artifacttags", "tags", ""),
)
"""Settings, what a value of theirs is, and of what."""
_IN_IDS = {
    "subscriptions": "subscription",
    "resourcegroups": "resource group",
    "galleries": "gallery",
    "versions": "version",
    "virtualnetworks": "virtual network",
    "userassignedidentities": "name",
    "subnets": "name",
    "images": "name",
}
"""Segments of ids, and what the next one is."""
_LAST_SEGMENT = r"/([A-Za-z]+)/[^/]*\Z"


class _Use(Struct, frozen=True):
    """What an input gives, and of what (``region of``, ``the build``)."""

    what: str
    of: str


def with_uses(inputs: Iterable[Input], resource: Value, named: Mapping[str, Value]) -> tuple[Input, ...]:
    """The inputs, described by their uses where they have no words of their own; ``named`` are the template's variables."""
    declared = {(each.role, each.name.lower()): each for each in inputs}
    if not declared:
        return ()
    uses: dict[tuple[Role, str], dict[_Use, None]] = {key: {} for key in declared}
    finder = _Finder(declared, named, dict(_steps(resource)))
    for variable, use in finder.uses(resource, ""):
        uses.setdefault((variable.role, variable.name.lower()), {})[use] = None
    return tuple(_described(each, list(uses[key])) for key, each in declared.items())


def _described(declared: Input, uses: list[_Use]) -> Input:
    if declared.role is Role.PLACEHOLDER:
        return replace(declared, description=f"{declared.description} in the template: {_listed(uses)}.")
    if declared.description:
        return declared
    words = _listed(uses)
    return replace(declared, description=f"{words[0].upper()}{words[1:]}.")


def _listed(uses: list[_Use]) -> str:
    """The uses as a phrase: `subscription of the build and the gallery, used in step install`."""
    by_what: dict[str, list[str]] = {}
    kept = [use for use in uses if use.of not in _LEFT_BEHIND] or uses
    for use in (
        use for use in kept if not (use.what.startswith(_PART) and replace(use, what=use.what.removeprefix(_PART)) in kept)
    ):
        by_what.setdefault(use.what, []).append(use.of)
    phrases = []
    for what, ofs in by_what.items():
        *others, last = ofs
        phrases.append(f"{what} {', '.join(others)} and {last}" if others else f"{what} {last}".rstrip())
    return ", ".join(phrases) or "decides what is built"


def _steps(resource: Value) -> Iterator[tuple[str, str]]:
    """How each step is called, by its path in small letters."""
    properties = resource.get("properties") if isinstance(resource, ObjectOf) else None
    validate = properties.get("validate") if isinstance(properties, ObjectOf) else None
    for holder, name in ((properties, "customize"), (validate, "validate.inVMValidations")):
        steps = holder.get(name.rpartition(".")[2]) if isinstance(holder, ObjectOf) else None
        for number, step in enumerate(steps.items if isinstance(steps, ListOf) else ()):
            called = step.get("name") if isinstance(step, ObjectOf) else None
            word = called.value if isinstance(called, Literal) else number + 1
            yield f"{name}[{number}]".lower(), f"step {word}"


class _Finder(Struct, frozen=True):
    inputs: Mapping[tuple[Role, str], Input]
    named: Mapping[str, Value]
    steps: Mapping[str, str]
    around: frozenset[tuple[Role, str]] = frozenset()
    """The inputs whose defaults are looked through: one may name itself."""

    def uses(self, value: Value, path: str, use: _Use | None = None) -> Iterator[tuple[Variable, _Use]]:
        """The inputs in a value at a path of the template, each with what it gives there."""
        match value:
            case Literal():
                return
            case ObjectOf(entries):
                for entry in entries:
                    below = f"{path}.{entry.name or '...'}".removeprefix(".").removeprefix("properties.")
                    yield from self.uses(entry.key, below)
                    yield from self.uses(entry.value, below)
            case ListOf(items):
                for number, item in enumerate(items):
                    yield from self.uses(item, f"{path}[{number}]")
            case _:
                yield from self._of_live(value, path, use or self._of_setting(path))

    def _of_live(self, value: Value, path: str, use: _Use) -> Iterator[tuple[Variable, _Use]]:
        match by_name(value):
            case Variable() as variable:
                yield variable, use
                key = (variable.role, variable.name.lower())
                declared = self.inputs.get(key)
                if declared is not None and declared.default is not None and key not in self.around:
                    inner = replace(self, around=self.around | {key})
                    for part in parts_of(declared.default):
                        yield from inner.uses(part, path, use)
            case Local(name) if name in self.named:
                yield from self.uses(self.named[name], path, use)
            case Joined(parts):
                yield from self._in_text(parts, path, use)
            case other:
                for part in parts_of(other):
                    yield from self.uses(part, path, use)

    def _in_text(self, parts: tuple[Value, ...], path: str, use: _Use) -> Iterator[tuple[Variable, _Use]]:
        """The inputs in a text; in an id each gives what the segment before it says."""
        before = ""
        for part in parts:
            if isinstance(part, Literal):
                before += str(part.value)
                continue
            segment = re.search(_LAST_SEGMENT, before) if use.what == "id of" else None
            what = _IN_IDS.get(segment.group(1).lower()) if segment else None
            owner = "the gallery image" if what == "version" else use.of
            within = _Use(f"{'name' if what in use.of else what} of", owner) if what else _part(use)
            yield from self.uses(part, path, within)
            before += "*"

    def _of_setting(self, path: str) -> _Use:
        for pattern, what, of in _SETTINGS:
            match = re.fullmatch(pattern, path, re.IGNORECASE)
            if match:
                part = match.group(1) if match.re.groups else ""
                said = self.steps.get(part.lower(), "a step") if pattern.startswith(_STEP) else part
                return _Use(what.replace(r"\1", said), of.replace(r"\1", said))
        return _Use("used in", path)


def _part(use: _Use) -> _Use:
    """The use of what is only a part of a URL or an id."""
    return replace(use, what=f"{_PART}{use.what}") if use.what in ("URL of", "id of") else use
