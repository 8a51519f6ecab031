"""What of a file has no part in its images, by rules that Azure's own reading gives; each with its reason."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import pairwise

from changing import Json, at, drop
from declared_keys import Steps, values_in

from aib2packer.diagnostics.model import Fidelity

_REFERENCE = re.compile(r"\b(parameters|variables)\s*\(\s*'([^']+)'|\b([A-Za-z]\w*)\.(\w+)\(", re.IGNORECASE)
_IMAGE = re.compile(r"microsoft\.virtualmachineimages(/imagetemplates?)?\Z", re.IGNORECASE)
_AROUND = ("name", "condition", "copy", "scope", "resourceGroup", "subscriptionId")
UNKNOWN = "nobodyKnowsThis"
_VALUES = ("variables", "defaultvalue", "value")
_NAMED = (Fidelity.DROPPED, Fidelity.MANUAL)
_BESIDE = {
    "metadata": "metadata says something to people and tools",
    "outputs": "outputs are not converted (A2P128)",
    "dependson": "the order of resources in a deployment",
    "definitions": "a type of a parameter, which Bicep checks",
    "items": "a type of a parameter, which Bicep checks",
    "userassignedidentities": "the identities of the service, whose objects Azure fills in; two are told",
    "contentversion": "a number of the template's own",
    "$schema": "an address; a template of another level would be refused, or is the same",
    "comments": "a comment",
    "languageversion": "how resources are listed",
    "batchsize": "how many resources Azure makes at a time",
    "functions": "types and names of user functions, which Azure checks; what an image uses of them shows",
    "mode": "what a deployment does with resources of others",
}
"""Keys below which nothing matters, wherever they stand outside of an image's properties."""


@dataclass(frozen=True, slots=True)
class Useless:
    """Tells for a place of one template why what is there changes nothing; empty where it has to count."""

    template: Json
    used: frozenset[str]
    left: frozenset[str]
    idle: frozenset[str]

    def why(self, steps: Steps) -> str:
        """The reason of the first rule that the place is under."""
        words = [str(each).lower() for each in steps]
        inside = _inside_image(self.template, steps)
        if inside is not None and {_path(steps[inside : inside + 1]), _path(steps[inside:])} & self.idle:
            return "a setting that is named as one without effect (A2P607)"
        if inside is not None and words[inside : inside + 1] == ["properties"]:
            return ""
        if words[-1] == UNKNOWN.lower() and any(each in words[:-1] for each in _VALUES):
            return "a name in a value of the template's own"
        found = next((reason for word, reason in _BESIDE.items() if word in words), "")
        return found or self._beside_images(steps) or self._unused(steps)

    def _beside_images(self, steps: Steps) -> str:
        for depth in range(1, len(steps)):
            above = steps[: depth - 1]
            if above[-1:] == ("resources",) and not holds_image(at(self.template, steps[:depth])):
                return "a resource that is no image template (A2P123)"
        return ""

    def _unused(self, steps: Steps) -> str:
        for section, name in pairwise(steps):
            if section == "parameters" and str(name).lower() in self.left:
                return "named as left out (A2P116)"
            if section in ("parameters", "variables") and f"{section}.{name}".lower() not in self.used:
                return "no image uses it"
        return ""


def useless_in(template: Json, findings: Iterable[tuple[str, str, str]]) -> Useless:
    """The rules for one file, of which this is said: codes, paths and messages."""
    said = list(findings)
    left = (message.partition(": ")[2].rstrip(".") for code, _, message in said if code == "A2P116")
    names = frozenset(name.lower() for each in left for name in each.split(", "))
    idle = frozenset(path for code, path, _ in said if code == "A2P607")
    return Useless(template, frozenset(_used_in(template)), names, idle)


def _path(steps: Steps) -> str:
    return "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in steps).lstrip(".")


def _inside_image(template: Json, steps: Steps) -> int | None:
    """How many steps lead to the image template that a place is in."""
    return next((depth for depth in range(len(steps)) if _is_image(at(template, steps[:depth]))), None)


def _is_image(value: Json) -> bool:
    return isinstance(value, dict) and _IMAGE.match(str(value.get("type"))) is not None


def holds_image(value: Json) -> bool:
    return _is_image(value) or any(holds_image(each) for each in _parts_of(value))


def _parts_of(value: Json) -> list[Json]:
    return [*value.values()] if isinstance(value, dict) else value if isinstance(value, list) else []


def _images_in(value: Json) -> Iterator[Json]:
    """The image templates, and what the deployments around them say of themselves."""
    if _is_image(value):
        yield _kept_of(value)
    elif isinstance(value, dict):
        if holds_image(value):
            yield {key: each for key, each in value.items() if key in _AROUND}
        for each in value.values():
            yield from _images_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _images_in(each)


def _kept_of(image: Json) -> Json:
    """An image template without the settings that are named as a whole because the project has no place for them."""
    kept = deepcopy(image)
    for found in values_in(image):
        assert found.key is not None
        is_live_name = found.steps == ("name",) and str(found.value).startswith("[")
        if is_live_name or (found.key.fidelity in _NAMED and found.key.holds.shape is None):
            drop(at(kept, found.steps[:-1]), found.steps[-1])
    return kept


def _used_in(template: Json) -> set[str]:
    """The parameters and variables that images use, of whatever nested template: those that a name may mean."""
    named: dict[str, list[Json]] = {}
    _collect(template, named)
    used: set[str] = set()
    pending = list(_images_in(template))
    while pending:
        text = json.dumps(pending.pop())
        for section, name, namespace, function in _REFERENCE.findall(text):
            key = f"{section}.{name}".lower() if section else f"functions.{namespace}.{function}".lower()
            if key not in used:
                used.add(key)
                pending += named.get(key, [])
    return used


def _collect(value: Json, named: dict[str, list[Json]]) -> None:
    if isinstance(value, dict):
        for section in ("parameters", "variables"):
            inner = value.get(section)
            for name, each in inner.items() if isinstance(inner, dict) else ():
                named.setdefault(f"{section}.{name}".lower(), []).append(each)
    for each in _parts_of(value):
        if holds_image(each):
            _collect(each, named)
