"""An `az` for tests of pull: subscriptions with image templates in pages, and refusals of anything that is not reading them.

AZ_FOLDER holds `world.json` and gets `calls.jsonl`. The world has `subscriptions`, each with groups and names of image templates, and
`failures`: what is asked (a pattern), how often that fails, and what az says of it. A failure is said as `az rest` says the status of an answer.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:  # each import counts, for az is started hundreds of times
    from typing import Any

    World = dict[str, Any]

PAGE = 25
HOST = "https://management.azure.com"
TYPE = "Microsoft.VirtualMachineImages/imageTemplates"
_LIST = re.compile(rf"/subscriptions/([\w-]+)(?:/resourceGroups/([\w.()-]+))?/providers/{re.escape(TYPE)}")
_TRIGGERS = re.compile(rf"(/subscriptions/[\w-]+/resourceGroups/[^/]+/providers/{re.escape(TYPE)}/([^/]+))/triggers")


def template(subscription: str, group: str, name: str) -> dict[str, object]:
    """An image template as REST gives it; the script of each has a signature in its URL."""
    scope = f"/subscriptions/{subscription}/resourceGroups/{group}/providers"
    return {
        "properties": {
            "source": {
                "type": "PlatformImage",
                "publisher": "canonical",
                "offer": "ubuntu-24_04-lts",
                "sku": "server",
                "version": "latest",
            },
            "customize": [
                {"type": "Shell", "name": "get", "scriptUri": "https://st.blob.core.windows.net/s/get.sh?sv=2022&sig=Ab%2Bc%3D"},
                {"type": "Shell", "name": "say", "inline": [f"echo {name} ä", "[ -f /etc/hosts ]"]},
            ],
            "distribute": [
                {
                    "type": "ManagedImage",
                    "imageId": f"{scope}/Microsoft.Compute/images/{name}",
                    "location": "westeurope",
                    "runOutputName": name,
                    "artifactTags": {},
                }
            ],
            "vmProfile": {"vmSize": "Standard_D2s_v5", "osDiskSizeGB": 64},
            "lastRunStatus": {"runState": "Succeeded", "endTime": "2025-05-02T10:00:00Z"},
            "provisioningState": "Succeeded",
        },
        "location": "westeurope",
        "systemData": {"createdBy": "someone@example.com", "createdAt": "2025-05-02T09:12:44Z"},
        "id": f"{scope}/{TYPE}/{name}",
        "type": TYPE,
        "name": name,
    }


def trigger(of: str) -> dict[str, object]:
    """The trigger of an image template."""
    return {
        "id": f"{of}/triggers/source",
        "name": "source",
        "type": f"{TYPE}/triggers",
        "properties": {"kind": "SourceImage", "status": {"code": "Healthy"}, "provisioningState": "Succeeded"},
        "systemData": {"createdBy": "someone@example.com"},
    }


def options_of(words: list[str]) -> dict[str, list[str]]:
    """The values of each option."""
    found: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("--"):
            found[word] = []
        else:
            found[next(reversed(found))].append(word)
    return found


class RefusedError(Exception):
    """What az says on stderr."""


def account(world: World, words: list[str]) -> object:
    """az account show"""
    known = world["subscriptions"]
    asked = options_of(words[2:]).get("--subscription", [next(iter(known), "")])[0]
    if not known:
        raise RefusedError("Please run 'az login' to setup account.")
    found = next((id for id in known if asked in (id, name_of(id))), None)
    if found is None:
        raise RefusedError(f"The subscription of '{asked}' doesn't exist in cloud 'AzureCloud'.")
    return {"id": found, "name": name_of(found), "user": {"type": "user"}}


def name_of(subscription: str) -> str:
    """The name of a subscription."""
    return f"Images {subscription[-1]}"


def rest(world: World, words: list[str]) -> object:
    """az rest"""
    options = options_of(words[1:])
    if options["--method"] != ["get"] or set(options) - {
        "--method",
        "--url",
        "--uri-parameters",
        "--output",
        "--only-show-errors",
    }:
        raise RefusedError("Only az rest --method get is allowed")
    (path,) = options["--url"]
    query = dict(each.split("=", 1) for each in options["--uri-parameters"])
    if "?" in path or "&" in " ".join(words) or query["api-version"] != "2025-10-01":
        raise RefusedError("Bad Request({})")
    fail(world, f"{path}?{query.get('$skiptoken', '0')}")
    triggers, listed = _TRIGGERS.fullmatch(path), _LIST.fullmatch(path)
    if triggers:
        return {"value": [trigger(triggers[1])] if triggers[2].endswith("0") else []}
    if not listed:
        raise RefusedError("Not Found({})")
    pairs = [pair for pair in world["subscriptions"][listed[1]] if listed[2] in (None, pair[0])]
    start = int(query.get("$skiptoken", "0"))
    page: dict[str, object] = {"value": [template(listed[1], *pair) for pair in pairs[start : start + PAGE]]}
    if start + PAGE < len(pairs):
        page["nextLink"] = f"{HOST}{path}?api-version={query['api-version']}&%24skiptoken={start + PAGE}"
    return page


def fail(world: World, asked: str) -> None:
    """Fails where the world says so: as often as it says, or always."""
    for number, (pattern, times, error) in enumerate(world["failures"]):
        seen = Path(os.environ["AZ_FOLDER"]) / f"failed-{number}"
        count = len(seen.read_text()) if seen.exists() else 0
        if re.search(pattern, asked) and count < times:
            seen.write_text("x" * (count + 1))
            raise RefusedError(error)


def main() -> int:
    """Answers one command."""
    folder, words = Path(os.environ["AZ_FOLDER"]), sys.argv[1:]
    with (folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    world: World = json.loads((folder / "world.json").read_text())
    try:
        answer = account(world, words) if words[:2] == ["account", "show"] else rest(world, words)
    except RefusedError as refused:
        print(f"ERROR: {refused}", file=sys.stderr)
        return 1
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
