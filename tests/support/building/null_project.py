"""A converted project, changed so that Packer's null builder runs its steps against a machine that is there already.

Only copies of tests are changed. `packer fmt` has nothing to say about the text, so a block ends at the first `}` that stands
as far to the right as the block begins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from building.real_packer import HAS_PLUGINS, VERSION, can_read

from aib2packer.arm.functions.table import Json

SUBSCRIPTION = "00000000-0000-0000-0000-000000000009"
UPDATE_MARKER = "# windows-update runs here"


@dataclass(frozen=True, slots=True)
class NullProject:
    """A project for the null builder: its files, and the values of the variables that a person has to give."""

    files: dict[str, str]
    values: dict[str, Json]

    @property
    def steps(self) -> object:
        """What the outcome of a build depends on: the same for projects that differ only in what stands outside of their steps."""
        image = re.sub(r"^ *#.*\n|\n(?=\n)", "", self.files["image.pkr.hcl"], flags=re.MULTILINE)
        scripts = tuple((path, text) for path, text in sorted(self.files.items()) if path in image)
        names = set(re.findall(r"\bvar\.([\w-]+)", image))
        declared = tuple((name, body) for name, body in _declarations(self.files) if name in names)
        given = tuple(text for path, text in sorted(self.files.items()) if path.endswith(".auto.pkrvars.hcl")) if names else ()
        return image, scripts, declared, given, json.dumps({name: self.values.get(name) for name in sorted(names)})

    def write(self, folder: Path) -> None:
        """Writes the project, and the values of its variables."""
        for path, text in self.files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        (folder / "values.pkrvars.json").write_text(json.dumps(self.values))

    @property
    def too_new(self) -> str:
        """Why the Packer on PATH is too old for a step; empty where it is not."""
        has_content = re.search(
            r'^ +provisioner "file" \{\n(?: +name +=.*\n)? +content +=', self.files["image.pkr.hcl"], re.MULTILINE
        )
        if has_content and VERSION is not None and VERSION < (1, 8):
            return "a file with `content` came with Packer 1.8"
        return "" if can_read(*self.files.values()) else "it calls functions that came with a newer Packer"

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words behind `packer build`."""
        return "-var-file=values.pkrvars.json", "."


def null_project(files: Mapping[str, str], connection: Mapping[str, object]) -> NullProject:
    """The project with a null builder in the place of its own, and without what comes after the build."""
    image = re.sub(r'"source\.azure-arm\.image"(, "source\.azure-arm\.[^"]+")*', '"source.null.image"', files["image.pkr.hcl"])
    image = replace_blocks(image, r'source "azure-arm" "(?!image")[^"]+"', lambda _: "")
    image = replace_blocks(image, r'source "[\w-]+" "image"', lambda _: _null_source(connection))
    image = replace_blocks(image, r'post-processors?(?: "[\w-]+")?', lambda _: "")
    image = re.sub(r'(pause_before +=) "\d+s"', r'\1 "2s"', image)
    if VERSION is not None and VERSION < (1, 7):
        image = replace_blocks(image, r'error-cleanup-provisioner "[\w-]+"', lambda _: "")
    if not HAS_PLUGINS:
        image = replace_blocks(image, r'provisioner "windows-update"', lambda _: _update_marker("provisioner", ""))
        image = replace_blocks(image, r'dynamic "provisioner"', _dynamic_update_marker)
    changed = {**files, "image.pkr.hcl": _without_unused_locals(image, files.get("scripts/fetch.sh", ""))}
    plugins = replace_blocks(changed.pop("plugins.pkr.hcl", ""), r"azure =", lambda _: "")
    if HAS_PLUGINS:
        changed["plugins.pkr.hcl"] = plugins
    return NullProject(changed, required_values(files))


def replace_blocks(text: str, heading: str, new: Callable[[str], str]) -> str:
    """The text with each block of that heading (a regular expression without groups) replaced."""
    whole = re.compile(rf"^( *){heading} \{{\n(?:.*\n)*?\1\}}\n", re.MULTILINE)
    return whole.sub(lambda match: new(match.group()), text)


def required_values(files: Mapping[str, str]) -> dict[str, Json]:
    """A value for each variable that has none: one that its rules allow."""
    given = "\n".join(text for path, text in files.items() if path.endswith(".auto.pkrvars.hcl"))
    uses = "\n".join(text for path, text in files.items() if path.endswith(".pkr.hcl"))
    values: dict[str, Json] = {}
    for name, body in _declarations(files):
        if "\n  default " not in f"\n{body}" and not re.search(rf"^{re.escape(name)} +=", given, re.MULTILINE):
            values[name] = _allowed_value(name, body, uses)
    return values


def secrets_for_scripts(files: Mapping[str, str], values: Mapping[str, Json]) -> dict[str, str]:
    """The environment variables that distribute.sh and run.sh take secrets from, with those of the values that they stand for."""
    names = set(
        re.findall(r'^: "\$\{(PKR_VAR_\w+):\?\}"$', files.get("distribute.sh", "") + files.get("run.sh", ""), re.MULTILINE)
    )
    return {name: str(value) for name, value in ((f"PKR_VAR_{key}", value) for key, value in values.items()) if name in names}


def _declarations(files: Mapping[str, str]) -> list[tuple[str, str]]:
    """The name and the body of each variable."""
    return re.findall(r'^variable "([^"]+)" \{\n((?:.*\n)*?)\}\n', files.get("variables.pkr.hcl", ""), re.MULTILINE)


def _allowed_value(name: str, body: str, uses: str) -> Json:
    if choice := re.search(r'contains\(\[("(?:[^"\\]|\\.)*"|[^],]+)', body):
        chosen: Json = json.loads(choice.group(1))
        return chosen
    declared = re.search(r"^  type +=(.+)", body, re.MULTILINE)
    kind = declared.group(1).strip() if declared is not None else "any"
    least = re.search(r" >= (\d+)", body)
    if kind in ("bool", "number"):
        return True if kind == "bool" else int(least.group(1)) if least else 1
    if kind.startswith("map"):
        return {"team": "platform"}
    if kind.startswith("list"):
        return [_text(name, body, uses)]
    keys = set(re.findall(rf"\bvar\.{re.escape(name)}(?:\.(\w+)|\[\"([^\"]+)\"\])", uses))
    if kind != "string" and keys:
        return {key: _text(key, "", "") for pair in keys for key in pair if key}
    return _text(name, body, uses)


def _text(name: str, body: str, uses: str) -> str:
    words = name.lower()
    if "subscription" in words:
        return SUBSCRIPTION
    if words.endswith(("uri", "url")):
        return "https://account.blob.core.windows.net/container/folder/disk.vhd"
    if re.search(rf'split\("/", (?:replace\()?var\.{re.escape(name)}\b', uses):
        return (
            f"/subscriptions/{SUBSCRIPTION}/resourceGroups/group/providers/Microsoft.Test/kinds/{words}/parts/part/versions/1.2.3"
        )
    if words.endswith("version"):
        return "1.2.3"
    longest = re.search(r"length\(.*\) <= (\d+)", body)
    shortest = re.search(r"length\(.*\) >= (\d+)", body)
    value = f"value-of-{words.replace('_', '-')}".ljust(int(shortest.group(1)) if shortest else 0, "x")
    return value[: int(longest.group(1))] if longest else value


def _null_source(connection: Mapping[str, object]) -> str:
    settings = "".join(f"  {name} = {json.dumps(value)}\n" for name, value in connection.items())
    return f'source "null" "image" {{\n{settings}}}\n'


def _update_marker(kind: str, heading: str) -> str:
    """A step that Debian's Packer has, in the place of windows-update, which it has not."""
    inline = f"inline = [{json.dumps(UPDATE_MARKER)}]"
    if kind == "dynamic":
        return f'  dynamic "provisioner" {{\n{heading}    labels = ["powershell"]\n    content {{\n      {inline}\n    }}\n  }}\n'
    return f'  provisioner "powershell" {{\n    {inline}\n  }}\n'


def _dynamic_update_marker(block: str) -> str:
    if not re.search(r'^ +labels += \["windows-update"\]$', block, re.MULTILINE):
        return block
    heading = "".join(line for line in block.splitlines(keepends=True) if re.match(r" +(for_each|iterator) +=", line))
    return _update_marker("dynamic", heading)


def _without_unused_locals(image: str, script: str) -> str:
    """The text without the locals that no step and no script needs: old Packers lack some of their functions."""
    block = re.search(r"^locals \{\n((?:.*\n)*?)\}\n", image, re.MULTILINE)
    if block is None:
        return image
    entries = re.findall(r"^  ([\w-]+) += (.*\n(?:   .*\n|  [\]})].*\n)*)", block.group(1), re.MULTILINE)
    values = dict(entries)
    rest = image.replace(block.group(), "")
    wanted: set[str] = set()
    found = _locals_in(rest) | _locals_in(script)
    while found - wanted:
        wanted |= found
        found = {name for each in wanted for name in _locals_in(values.get(each, ""))}
    body = "".join(f"  {name} = {value}" for name, value in entries if name in wanted)
    return f"locals {{\n{body}}}\n{rest}"


def _locals_in(text: str) -> set[str]:
    return set(re.findall(r"\blocal\.([\w-]+)", text))
