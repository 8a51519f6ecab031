"""Values for the variables of a converted project that have none, such as a person might give; and what Packer says then."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from building.real_packer import packer

GUID = "11111111-2222-3333-4444-555555555555"
VERSION_ID = (
    f"/subscriptions/{GUID}/resourceGroups/rg-images/providers/Microsoft.Compute/galleries/gallery1/images/image1/versions/1.2.3"
)
GROUP_ID = f"/subscriptions/{GUID}/resourceGroups/rg-images"
IMAGE_ID = f"{GROUP_ID}/providers/Microsoft.Compute/images/image1"
SUBNET_ID = f"{GROUP_ID}/providers/Microsoft.Network/virtualNetworks/network1/subnets/subnet1"
IDENTITY_ID = (
    f"/subscriptions/{GUID}/resourceGroups/rg-images/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity1"
)
_VARIABLE = re.compile(r'^variable "([^"]+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^  (\w[\w-]*) += (.*)$", re.MULTILINE)
_ALLOWED = re.compile(r'contains\(\[[^"\]]*"([^"]*)"')
_TEXTS = {"location": "westeurope", "subscription": GUID, "tenant": GUID, "version": "1.2.3", "size": "Standard_D2s_v5"}

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def values(files: Mapping[str, str]) -> dict[str, Json]:
    """A value for each variable that must be given, by what is declared of it and by what the project does with it."""
    text = files["image.pkr.hcl"]
    ids = _taken_apart(text) | dict.fromkeys(_identities(text), IDENTITY_ID)
    return {
        name: _value(name, body, ids.get(name), re.findall(rf"var\.{name}\.(\w+)", text))
        for name, body in _VARIABLE.findall(files.get("variables.pkr.hcl", ""))
        if not re.search(r"^  default +=", body, re.MULTILINE) or "[[" in body or "<<" in body
    }


def _value(name: str, body: str, id_: str | None, keys: list[str]) -> Json:
    kind = re.search(r"^  type += (.*)$", body, re.MULTILINE)
    match kind.group(1) if kind else "":
        case "number":
            least = re.search(r">= (\d+)", body)
            return int(least.group(1)) if least else 30
        case "bool":
            return True
        case "list(string)":
            return ["westeurope"]
        case "string":
            allowed = _ALLOWED.search(body)
            is_url = re.search(r"ur[il]\Z", name.lower()) is not None
            return allowed.group(1) if allowed else (None if is_url else id_) or text_for(name, body)
        case _:
            return {key: text_for(key) for key in keys}


def text_for(name: str, body: str = "") -> str:
    """A text that fits a name."""
    if "vhd" in name.lower() and re.search("ur[il]", name.lower()):
        return "https://account1.blob.core.windows.net/vhds/disk1.vhd"
    if "blob" in name.lower() or "uri" in name.lower() or "url" in name.lower():
        return "https://account1.blob.core.windows.net/"
    if name.lower().endswith("version_id"):
        return VERSION_ID
    known = next((value for word, value in _TEXTS.items() if word in name.lower()), None)
    longest = re.search(r"length\([^)]*\) <= (\d+)", body)
    return known or f"a-{name.lower().replace('_', '-')}"[: int(longest.group(1)) if longest else 40]


_IDS = {
    "managed_image": IMAGE_ID,
    "source_image": IMAGE_ID,
    "subnet": SUBNET_ID,
    "virtual_network": SUBNET_ID,
    "build_resource_group": GROUP_ID,
}
_SPLIT = re.compile(r'split\("/", (?:replace\()?(?:"\$\{)?((?:var|local)\.[\w-]+)')


def _taken_apart(text: str) -> dict[str, str]:
    """Variables with a whole resource id in them, by what is split at slashes, directly or at the start of a named value."""
    named = dict(_NAMED.findall(text))
    found: dict[str, str] = {}
    for setting, value in sorted(_NAMED.findall(text), key=lambda pair: not pair[0].startswith(tuple(_IDS))):
        id_ = next((id_ for start, id_ in _IDS.items() if start in setting), VERSION_ID)
        pending = _SPLIT.findall(value)
        seen: set[str] = set()
        while pending:
            reference = pending.pop()
            space, _, name = reference.partition(".")
            if space == "var":
                found.setdefault(name, id_)
            elif name in named and reference not in seen:
                pending += re.findall(r'(?:^|[?:] |^")"?(?:\$\{)?((?:var|local)\.[\w-]+)(?:\}/| :|$)', named[name])
            seen.add(reference)
    return found


def _identities(text: str) -> set[str]:
    lists = re.findall(r"user_assigned_managed_identities += \[(.*?)\]$", text, re.MULTILINE | re.DOTALL)
    return {name for each in lists for name in re.findall(r"(?:^|[\s,])var\.([\w-]+)(?=[\s,]|$)", each)}


def validated(folder: Path) -> str:
    """What `packer validate` has against a project with plausible values; empty where it has nothing."""
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.hcl")}
    given = values(files)
    (folder / "zz.auto.pkrvars.json").write_text(json.dumps(given), encoding="utf-8")
    for path in folder.glob("*.auto.pkrvars.hcl"):  # tokens that a pipeline fills in, in a parameter file
        path.write_text(re.sub(r"<+([A-Za-z]\w*)>+", r"\1", path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in re.findall(r'"\$\{path\.root\}/(scripts/[^"]+)"', "\n".join(files.values())):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).touch()
    done = packer("validate", ".", folder=folder)
    return "" if done.exit == 0 else f"{json.dumps(given)}\n{done.output}"
