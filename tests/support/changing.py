"""Templates with a change at random, and what holds for whatever comes of them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable
from copy import deepcopy

from converted import texts_of
from declared_keys import Steps

from aib2packer.diagnostics.model import Severity
from aib2packer.ir.choices import Os
from aib2packer.pipeline import Options, Result, convert

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]
_STRANGE: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    -1,
    5,
    2**70,
    1.5,
    1e300,
    "",
    " ",
    "x",
    "<placeholder>",
    "{{ name }}",
    "{{.Name}}",
    "${var.x}",
    "%{ if }",
    "[parameters('x')]",
    "[[x]",
    "[concat(",
    "\u0000",
    "\ud800",
    "e\u0301",
    "\u202e",
    "line\r\nline",
    '"quoted"',
    "/subscriptions//resourceGroups//providers/",
    "/subscriptions/<s>/resourceGroups/<g>",
    "https://",
    "https://host/%zz?sig=x",
    "http://[::1",
    "1.2.3",
    "5m",
    "latest",
    "Source",
    "Enabled",
    "Windows",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"type": "Shell"},
    {"type": "<type>"},
    {"a": {"b": [1, {"c": None}]}},
)
_KEYS = ("", " ", "x", "type", "Type", "name", "inline", "uri", "location", "<key>", "[key]", "a.b", "é", "source", "__proto__")


def image(**properties: Json) -> dict[str, Json]:
    """An image template for Linux; ``properties`` add to its own or take their places."""
    return {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2022-07-01",
        "name": "x",
        "location": "westus2",
        "properties": {
            "source": {
                "type": "PlatformImage",
                "publisher": "Canonical",
                "offer": "jammy",
                "sku": "22_04-lts-gen2",
                "version": "latest",
            },
            "customize": [{"type": "Shell", "name": "a", "inline": ["echo"]}],
            "distribute": [{"type": "VHD", "runOutputName": "o"}],
            **properties,
        },
    }


def run(template: Json, *, windows: bool | None = None) -> Result:
    os = None if windows is None else Os.WINDOWS if windows else Os.LINUX
    text = json.dumps(template, ensure_ascii=True)
    return convert(text.encode(), "template.json", Options(os=os))


def said(result: Result) -> list[tuple[str, str, str]]:
    return [(each.code.id, each.path, each.message) for each in result.findings]


def check(result: Result) -> None:
    """A conversion ends in projects, or in an error that says why not; each finding speaks."""
    errors = [each for each in result.findings if each.severity is Severity.ERROR]
    assert bool(result.projects) != bool(errors)
    for finding in result.findings:
        assert not finding.code.id.startswith("A2P8"), finding.message
        assert finding.message.strip()
        assert "\n" not in finding.message
        assert "None" not in finding.message.split()
        assert finding.place is not None
    assert asked_for(finding.message for finding in result.findings) <= declared_in(result)


_ASKED = re.compile(r"\b(?:became the|[Ss]et the) variable `?([A-Za-z_][\w-]*)|\bPKR_VAR_(\w+)")


def asked_for(texts: Iterable[str]) -> set[str]:
    """The variables that texts say are there to be set, as environment variables spell them."""
    return {(name or secret).replace("-", "_") for text in texts for name, secret in _ASKED.findall(text)}


def declared_in(result: Result) -> set[str]:
    """The variables of all projects, in the same spelling."""
    texts = (text for project in result.projects for path, text in texts_of(project).items() if path.endswith(".pkr.hcl"))
    return {name.replace("-", "_") for text in texts for name in re.findall(r'^variable "([^"]+)"', text, re.MULTILINE)}


def places_in(value: Json, steps: Steps = ()) -> list[Steps]:
    """The way to every value but the outermost."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for key, each in inner for place in [(*steps, key), *places_in(each, (*steps, key))]]


def at(value: Json, steps: Steps) -> Json:
    for step in steps:
        if isinstance(value, dict):
            assert isinstance(step, str)
            value = value[step]
        else:
            assert isinstance(value, list)
            assert isinstance(step, int)
            value = value[step]
    return value


def put(holder: Json, step: str | int, value: Json) -> None:
    """Makes it the value of a key, or an item of a list."""
    if isinstance(holder, dict):
        assert isinstance(step, str)
        holder[step] = value
    else:
        assert isinstance(holder, list)
        assert isinstance(step, int)
        holder[step] = value


def drop(holder: Json, step: str | int) -> None:
    """Takes the value of a key, or an item of a list, away."""
    if isinstance(holder, dict):
        assert isinstance(step, str)
        del holder[step]
    else:
        assert isinstance(holder, list)
        assert isinstance(step, int)
        del holder[step]


def changed(template: Json, chance: random.Random) -> Json:
    """The template with one value dropped, replaced, doubled, moved, or given another key."""
    template = deepcopy(template)
    places = places_in(template)
    if not places:
        return template
    *above, last = chance.choice(places)
    holder = at(template, tuple(above))
    value = at(holder, (last,))
    match chance.randrange(7):
        case 0:
            drop(holder, last)
        case 1 | 2:
            put(holder, last, deepcopy(chance.choice(_STRANGE)))
        case 3 if isinstance(holder, dict):
            drop(holder, last)
            holder[chance.choice((*_KEYS, str(last).upper(), f"{last}s"))] = value
        case 3 if isinstance(holder, list):
            holder.append(deepcopy(value))
        case 4 if isinstance(value, dict):
            value[chance.choice(_KEYS)] = deepcopy(chance.choice(_STRANGE))
        case 4 if isinstance(value, str):
            put(holder, last, value + chance.choice(("{{", "<x>", "\n", "/", "x" * 300, "é")))
        case 5:
            put(holder, last, [value] if not isinstance(value, list) else value[0] if value else {})
        case _:
            put(holder, last, deepcopy(at(template, chance.choice(places))))
    return template
