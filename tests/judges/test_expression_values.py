"""Real templates with expressions: the values in the project, read by Packer, are those that ARM gives for the same parameters.

Each template is converted twice: as it is, with its parameters as variables; and with every expression worked out beforehand by
the rules of ARM, as a bare resource of known values. Packer reads all settings of both projects with the same values for the
variables, and they must be the same.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import plausible
import pytest
from building.real_packer import can_read, needs_packer, packer
from converted import texts_of
from msgspec.structs import replace
from paths import SHARED
from plausible import Json

from aib2packer.arm.fold import Folded, fold
from aib2packer.arm.partial import plain, value_of
from aib2packer.constructs.key_names import key_names
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.diagnostics.place import SourceText
from aib2packer.hcl.names import legal_name, snake_case
from aib2packer.ir.choices import Os
from aib2packer.ir.values import Call, Input, Kind, Literal, ObjectOf, Value, is_known, walk
from aib2packer.pipeline import Options, convert
from aib2packer.source.discovery import Beside, Found, find_templates
from aib2packer.source.json_text import read_json
from aib2packer.source.parameters import GivenValue

pytestmark = pytest.mark.judge

TEMPLATES = SHARED / "templates"
FUNCTIONS = ("concat", "format", "if", "copyIndex", "lambda")
CLOCK = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
FIXED: dict[str, Json] = {"image_version": plausible.text_for("image_version")}
IMAGE: Json = {
    "type": "PlatformImage",
    "publisher": "canonical",
    "offer": "ubuntu-24_04-lts",
    "sku": "server",
    "version": "latest",
}
SHAPES: dict[str, Json] = {
    "imagesource": IMAGE,
    "imagetemplateimagesource": IMAGE,
    "builddefinition": {"imageName": "base", "publisher": "MicrosoftWindowsDesktop", "offer": "windows-11", "sku": "win11-23h2-avd"},
    "customizationsteps": [{"type": "Shell", "name": "greet", "inline": ["echo hello"]}],
    "imagetemplatecustomizationsteps": [{"type": "Shell", "name": "greet", "inline": ["echo hello"]}],
    "distributions": [{"type": "ManagedImage", "imageName": "image", "runOutputName": "image", "imageResourceId": f"/subscriptions/{plausible.GUID}/resourceGroups/rg/providers/Microsoft.Compute/images/image"}],
}  # fmt: skip
"""What a person would give for the parameters that decide the shape of an image template, where they have no default."""


def rows() -> list[dict[str, str]]:
    """The deployment templates of the index that use one of the functions."""
    if not TEMPLATES.is_dir():
        return []
    with (TEMPLATES / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        found = [row for row in csv.DictReader(file, delimiter="\t") if row["form"] == "ARM deployment template"]
    return [row for row in found if set(FUNCTIONS) & set(re.findall(r"(\w+):", row["arm_functions"])) and not row["json_error"]]


NOT_WHOLE = {
    "Azure__ResourceModules/modules__Microsoft.VirtualMachineImages__imageTemplates__.test__common__deploy.test@31d24787.json": "an output hangs on an id that only Azure knows",
    "Azure__ResourceModules/modules__Microsoft.VirtualMachineImages__imageTemplates__.test__common__deploy.test@bd7602c8.json": "an output hangs on an id that only Azure knows",
    "jamasten__AzureImageBuilder/solution@51a204b8.json": "a script stands in the place of an address",
}  # fmt: skip
"""Templates that are refused or converted in part even so: why."""
OF_THE_LIVE_NAME = {"temp_os_disk_name"}
"""Settings with a name that we make from the name of an output, or of its parameters."""
OF_THE_DEFINITION = {
    f"jamasten__AzureImageBuilder/solution{version}.json": {"security_type", "secure_boot_enabled", "vtpm_enabled"}
    for version in ("", "@f0ad8243")
}
"""Settings that follow from the image definition of the file, which a bare resource has not."""
OF_THE_LIVE_SKU = {"JimMoyle__YouTube-WVD-Image-Deployment/E3__2 TemplateFromPortalSKUBased__template.json": {"vm_size"}}
"""Image Builder's default size depends on what the SKU is, which is not known where it is a parameter (a finding says so)."""


# ---- the two projects


@dataclass(frozen=True, slots=True)
class Both:
    """The projects of one image template, live and worked out, and values for the variables of the live one."""

    live: dict[str, str]
    known: dict[str, str]
    values: dict[str, Json]


def both_of(row: dict[str, str]) -> Iterator[Both]:
    data = (TEMPLATES / row["file"]).read_bytes()
    root = read_json(SourceText("template.json", data.decode("utf-8-sig")), Findings())
    assert isinstance(root, ObjectOf)
    given = shapes_for(root)
    parameters = json.dumps({"parameters": {name: {"value": value} for name, value in given.items()}}).encode()
    options = Options(parameter_files=(("given.json", parameters),))
    live = convert(data, "template.json", options)
    if any(each.code.id == "A2P601" for each in live.findings):
        options = replace(options, os=Os.WINDOWS if row["os"].lower().startswith("windows") else Os.LINUX)
        live = convert(data, "template.json", options)
    assert not errors(live.findings), errors(live.findings)
    as_given = tuple(GivenValue(name=name, value=value_of(value)) for name, value in given.items())
    found = find_templates(root, Beside(keys=key_names(), given=as_given), Findings())
    assert len(found) == len(live.projects)
    for each, project in zip(found, live.projects, strict=True):
        files = texts_of(project)
        values, inputs = values_for(each, files)
        resource = worked_out(each, inputs)
        known = convert(json.dumps(resource).encode(), "template.json", Options(os=options.os))
        assert not errors(known.findings), errors(known.findings)
        yield Both(files, texts_of(known.projects[0]), values)


def errors(findings: Findings) -> list[str]:
    return [f"{each.code.id} {each.path} {each.message}" for each in findings if each.severity is Severity.ERROR]


def shapes_for(root: ObjectOf) -> dict[str, Json]:
    section = root.get("parameters")
    declared = section.entries if isinstance(section, ObjectOf) else ()
    without = [each.name for each in declared if isinstance(each.value, ObjectOf) and each.value.get("defaultValue") is None]
    return {name: SHAPES[name.lower()] for name in without if name is not None and name.lower() in SHAPES}


def values_for(found: Found, files: dict[str, str]) -> tuple[dict[str, Json], list[Input]]:
    """A value for each input: the given one, else the default, else an invented one; by variable, and as inputs."""
    invented = plausible.values(files)
    variables = set(re.findall(r'^variable "([^"]+)"', files.get("variables.pkr.hcl", ""), re.MULTILINE))
    values: dict[str, Json] = {}
    inputs: list[Input] = []
    for each in found.inputs:
        name = next((name for name in (legal_name(each.name), snake_case(each.name)) if name in variables), "")
        value = value_for(each, invented.get(name))
        inputs.append(each if value is None else replace(each, given=value_of(value)))
        if name and value is not None:
            values[name] = value
    missing = {name: value for name, value in invented.items() if name not in values}
    return {**missing, **values}, inputs


def value_for(each: Input, invented: Json) -> Json:
    """None leaves a default to be computed, where Packer is to compute the same."""
    known = each.given if each.given is not None else each.default
    if isinstance(known, Literal) and isinstance(known.value, str) and re.search(r"[<{]|\[\[", known.value):
        return plausible.text_for(each.name)  # a placeholder of somebody's own
    if known is not None and is_known(known):
        return plain(known)
    if known is not None and any(isinstance(part, Call) and part.function == "newGuid" for part in walk(known)):
        return plausible.GUID
    if known is not None:
        return None
    kinds: dict[Kind, Json] = {Kind.NUMBER: 30, Kind.FLAG: True, Kind.LIST: ["westeurope"], Kind.OBJECT: {}}
    return invented if invented is not None else kinds.get(each.kind, plausible.text_for(each.name))


def worked_out(found: Found, inputs: Sequence[Input]) -> Json:
    """The resource with every expression evaluated."""
    folded = fold(found.value, inputs, locals={local.name: value for local, value in found.locals}, utc_now=CLOCK)
    assert isinstance(folded, Folded), folded
    return plain(without_places(folded.value))


def without_places(value: Value) -> Value:
    """What decides where a resource is deployed, and in which order, is no part of it."""
    assert isinstance(value, ObjectOf)
    return ObjectOf(
        tuple(
            entry for entry in value.entries if (entry.name or "").lower() not in ("dependson", "scope", "metadata", "resources")
        )
    )


# ---- reading all settings of a project


def settings_of(files: dict[str, str], values: dict[str, Json], folder: Path) -> Json:
    """Every setting of the source, the steps and what follows them, as Packer computes it."""
    folder.mkdir()
    text = files["image.pkr.hcl"]
    values = values | FIXED if "rfc3339_parse" in text else values
    start = text.index("\nsource ")
    (folder / "variables.pkr.hcl").write_text(files.get("variables.pkr.hcl", ""), encoding="utf-8")
    (folder / "locals.pkr.hcl").write_text(shown(text[:start]) + "\n", encoding="utf-8")
    settings = "\n".join(as_object(text[start:].splitlines()))
    (folder / "settings.pkr.hcl").write_text(
        f"locals {{\n  all_settings = jsonencode({{\n{settings}\n}})\n}}\n", encoding="utf-8"
    )
    (folder / "values.pkrvars.json").write_text(json.dumps(values), encoding="utf-8")
    done = packer(
        "console",
        *(["--config-type=hcl2"]),
        "-var-file=values.pkrvars.json",
        ".",
        folder=folder,
        text="local.all_settings\n",
        errors=False,
    )
    assert done.output.startswith("{"), done.output + (folder / "settings.pkr.hcl").read_text()
    found: Json = json.loads(done.output.splitlines()[0])
    return found


_BLOCK = re.compile(r'^(\s*)([\w-]+)((?: "[^"]*")*) \{$')


def as_object(lines: list[str]) -> Iterator[str]:
    """The blocks as keys of one object: ``3 provisioner "shell"``; a dynamic block as a list of what it expands to."""
    number = 0
    pending = iter(lines)
    closing: list[str] = []
    for line in pending:
        block = _BLOCK.match(line)
        if block is None or block.group(2).endswith("="):
            yield closing.pop() if line.strip() == "}" and closing and line == closing[-1][: len(line)] else shown(line)
            continue
        number += 1
        indent, kind, labels = block.groups()
        if kind == "dynamic":
            name = labels.strip(' "')
            each = next(pending).partition("= ")[2]
            while each.count("{") > each.count("}"):
                each += "\n" + next(pending)
            label = ""
            head = next(pending)
            while not head.strip().startswith("content"):
                label = head.partition("= ")[2].strip('[]"') if "labels" in head else label
                head = next(pending)
            yield f'{indent}"{number:03d} {name} {label}" = [for {name} in [for k, v in {each} : {{ key = k, value = v }}] : {{'
            closing += [f"{indent}}}]", f"{indent}  }}, "]
            depth = len(indent) + 2
            for inner in pending:
                if inner == " " * depth + "}":
                    break
                yield shown(inner)
            yield f"{indent}}}]"
            del closing[-2:]
            next(pending)
        else:
            names = labels.replace('"', "").strip()
            yield f'{indent}"{number:03d} {kind} {names}" = {{'


def shown(line: str) -> str:
    """A line that can be read without a build, at the hour of the test."""
    line = line.replace("timestamp()", f'"{CLOCK:%Y-%m-%dT%H:%M:%SZ}"')
    return line.replace("${path.root}", ".").replace("build.User", '"build.User"').replace("build.Password", '"build.Password"')


# ---- comparing


Block = tuple[str, dict[str, Json]]


def compared(settings: Json, files: dict[str, str]) -> dict[str, Json]:
    """The settings in a form in which the two projects are the same if their values are: what is null is absent, steps have their text."""
    assert isinstance(settings, dict)
    source, build = (each for _, each in sorted(settings.items()))
    assert isinstance(source, dict)
    assert isinstance(build, dict)
    flat: dict[str, Json] = {
        name: value for name, value in source.items() if value not in (None, [], {}) and not name[:3].isdigit()
    }
    for kind, attributes in blocks(source):
        regions: set[Json] = {json.dumps(value) for inner, value in blocks(attributes) if inner.startswith("target_region")}
        rest: dict[str, Json] = {name: value for name, value in attributes.items() if not name[:3].isdigit()}
        flat[kind] = {**rest, "regions": sorted(regions, key=str)}
    return {"source": flat, "steps": list(steps(list(blocks(build)), files))}


def blocks(body: dict[str, Json]) -> Iterator[Block]:
    for name, value in sorted(body.items()):
        if name[:3].isdigit():
            for each in value if isinstance(value, list) else [value]:
                assert isinstance(each, dict)
                yield name[4:].strip(), {key: part for key, part in each.items() if part is not None}


def steps(found: Sequence[Block], files: dict[str, str]) -> Iterator[Json]:
    """The steps; lines that are filled in, uploaded and then run are one step, as those that were known before."""
    filled = ""
    for kind, attributes in found:
        if kind == "provisioner file" and "content" in attributes:
            filled = str(attributes["content"])
            continue
        body = dict(attributes)
        lines = body.pop("inline", None)
        script = str(body.pop("script", "")).removeprefix("./")
        body.pop("source", None) if kind == "provisioner file" else None
        text = (
            filled
            or files.get(script)
            or ("\n".join(map(str, lines)) if isinstance(lines, list) else "fetched" if script else "")
        )
        filled = ""
        yield [kind, {**body, "text": plain_text(text)}]


def differences(live: Json, known: Json, path: str = "") -> Iterator[str]:
    """Where the two differ, and how."""
    if isinstance(live, dict) and isinstance(known, dict):
        for name in sorted(live.keys() | known.keys()):
            yield from differences(live.get(name), known.get(name), f"{path}.{name}")
    elif isinstance(live, list) and isinstance(known, list) and len(live) == len(known):
        for index, (one, other) in enumerate(zip(live, known, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif live != known:
        yield f"{path}: Packer has {live!r}, ARM gives {known!r}"


def plain_text(text: str) -> str:
    """A script without its first line, the words of ours around it, and the protection from Packer's templates."""
    return text.replace("{{`{{`}}", "{{").removeprefix("#!/bin/sh -e\n").removesuffix("\n")


def same_names(settings: Json) -> Json:
    """The settings without the name that a VHD gets, which is made from the name of an output or of its parameter."""
    found: Json = json.loads(re.sub(r"/vhds/[^\"]*\.vhd", "/vhds/a.vhd", json.dumps(settings)))
    return found


@needs_packer
@pytest.mark.skipif(not TEMPLATES.is_dir(), reason="the corpus of real templates is not beside the project")
@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_values_in_the_project_are_those_of_arm(row: dict[str, str], tmp_path: Path) -> None:
    if row["file"] in NOT_WHOLE:
        pytest.skip(NOT_WHOLE[row["file"]])
    left_out = OF_THE_LIVE_NAME | OF_THE_LIVE_SKU.get(row["file"], set()) | OF_THE_DEFINITION.get(row["file"], set())
    for number, both in enumerate(both_of(row)):
        if not can_read(*(text for path, text in both.live.items() if path.endswith(".hcl"))):
            pytest.skip("the values are for a newer Packer to read")
        live = settings_of(both.live, both.values, tmp_path / f"live{number}")
        known = settings_of(both.known, plausible.values(both.known), tmp_path / f"known{number}")
        found = differences(same_names(compared(live, both.live)), same_names(compared(known, both.known)))
        wrong = [each for each in found if each.partition(":")[0].removeprefix(".source.") not in left_out]
        assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not TEMPLATES.is_dir(), reason="the corpus of real templates is not beside the project")
def test_there_are_enough_of_them() -> None:
    assert len(rows()) - len(NOT_WHOLE) >= 30
