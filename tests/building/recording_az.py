"""An `az` for tests: knows the commands that our scripts call, by name and flags, records each call, and remembers what was made.

It is a fake for Azure only: the scripts that call it are the real ones. Settings come by the environment: AZ_FOLDER (calls.jsonl and
made.json), AZ_FAIL (a command, as in "image create", that fails; "image create@2" from its second call on, "image create@2-3" in these
two only), AZ_HANG (a command that takes a minute), AZ_COPY (the states of a copy, one for each time that it is looked at; the last
one stays).
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path

SHORT = {"-g": "--resource-group", "-n": "--name", "-l": "--location", "-r": "--gallery-name", "-o": "--output"}
SHORT |= {"-i": "--gallery-image-definition", "-e": "--gallery-image-version", "-s": "--subscription"}
EVERYWHERE = {"--subscription", "--output", "--query", "--only-show-errors"}
DEFINITION = {"--resource-group", "--gallery-name", "--gallery-image-definition"}
VERSION = DEFINITION | {"--gallery-image-version"}
NAMED = {"--resource-group", "--name"}
BLOB = {"--account-name", "--auth-mode", "--container-name", "--name"}
PLAN = {"--publisher", "--offer", "--plan"}
COPY = {"--account-name", "--auth-mode", "--destination-container", "--destination-blob"}
# command: (flags that it must have, flags that it may have), as in the public help of the Azure CLI
COMMANDS: dict[str, tuple[set[str], set[str]]] = {
    "account show": (set(), set()),
    "login": (set(), set()),
    "cloud set": ({"--name"}, set()),
    "group show": ({"--name"}, set()),
    "group create": (NAMED - {"--resource-group"} | {"--location"}, {"--tags"}),
    "role assignment list": ({"--assignee", "--scope"}, {"--include-inherited", "--include-groups"}),
    "role assignment create": ({"--assignee", "--role", "--scope"}, set()),
    "storage account show": ({"--name"}, {"--resource-group"}),
    "identity show": ({"--ids"}, set()),
    "network vnet subnet show": ({"--ids"}, set()),
    "vm image terms show": (PLAN, set()),
    "vm image terms accept": (PLAN, set()),
    "storage container exists": (BLOB - {"--container-name"}, set()),
    "storage container create": (BLOB - {"--container-name"}, set()),
    "sig show": ({"--resource-group", "--gallery-name"}, set()),
    "sig create": ({"--resource-group", "--gallery-name"}, {"--location"}),
    "sig image-definition show": (DEFINITION, {"--ids"}),
    "sig image-definition create": (
        DEFINITION | {"--os-type", "--publisher", "--offer", "--sku"},
        {"--hyper-v-generation", "--plan-publisher", "--plan-product", "--plan-name"},
    ),
    "sig image-version list": (DEFINITION, set()),
    "sig image-version show": (VERSION, {"--ids"}),
    "sig image-version delete": (VERSION, {"--ids"}),
    "sig image-version wait": (VERSION | {"--created"}, set()),
    "sig image-version update": (VERSION, {"--target-regions", "--set"}),
    "sig image-version create": (
        VERSION | {"--location", "--target-regions"},
        {"--managed-image", "--image-version", "--storage-account-type", "--replication-mode", "--exclude-from-latest", "--tags"},
    ),
    "disk create": (NAMED | {"--location", "--gallery-image-reference"}, set()),
    "disk grant-access": (NAMED | {"--ids", "--access-level", "--duration-in-seconds"}, set()),
    "disk revoke-access": (NAMED | {"--ids"}, set()),
    "disk delete": (NAMED | {"--ids", "--yes"}, set()),
    "image show": (NAMED, set()),
    "image delete": (NAMED, set()),
    "image create": (NAMED | {"--location", "--source", "--os-type", "--hyper-v-generation"}, {"--tags"}),
    "storage blob show": (BLOB | {"--subscription"}, set()),
    "storage blob copy start": (
        COPY | {"--subscription"},
        {"--source-uri", "--source-account-name", "--source-container", "--source-blob", "--metadata"},
    ),
    "tag update": ({"--resource-id", "--operation"}, {"--tags"}),
}
MANY = {"--tags", "--metadata", "--target-regions"}
ALONE = {"--only-show-errors", "--yes", "--created", "--include-inherited", "--include-groups"}


def main() -> int:
    folder = Path(os.environ["AZ_FOLDER"])
    command, flags = _parse(sys.argv[1:])
    with (folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(sys.argv[1:]) + "\n")
    wrong = problem(sys.argv[1:])
    if wrong:
        print(f"ERROR: {wrong}", file=sys.stderr)
        return 2
    flags |= _from_id(flags.get("--ids", [""])[0])
    if os.environ.get("AZ_HANG") == command:
        time.sleep(60)
    if _is_to_fail(command, folder):
        print("ERROR: (AuthorizationFailed) told to fail", file=sys.stderr)
        return 1
    store = folder / "made.json"
    made: dict[str, str] = json.loads(store.read_text()) if store.exists() else {}
    answer = _answer(command, flags, made, folder)
    store.write_text(json.dumps(made))
    if answer is None:
        print("ERROR: (ResourceNotFound)", file=sys.stderr)
        return 3
    if flags.get("--output") != ["none"]:
        print(answer)
    return 0


def _parse(words: list[str]) -> tuple[str, dict[str, list[str]]]:
    command: list[str] = []
    flags: dict[str, list[str]] = {}
    current = ""
    for word in words:
        if re.match(r"--?[a-z]", word):
            current = SHORT.get(word, word)
            flags[current] = []
        elif current:
            flags[current].append(word)
        else:
            command.append(word)
    return " ".join(command), flags


def _from_id(identity: str) -> dict[str, list[str]]:
    """What an id of Microsoft.Compute stands for."""
    words = identity.split("/")[1:]
    named = {key.lower(): value for key, value in zip(words[::2], words[1::2], strict=False)}
    flags = {
        "subscriptions": "--subscription",
        "resourcegroups": "--resource-group",
        "disks": "--name",
        "galleries": "--gallery-name",
    }
    flags |= {"images": "--gallery-image-definition", "versions": "--gallery-image-version"}
    return {flag: [named[key]] for key, flag in flags.items() if key in named and named.get("providers") == "Microsoft.Compute"}


def problem(words: list[str]) -> str:
    """What the Azure CLI would have against a command; empty where it has nothing."""
    command, flags = _parse(words)
    flags |= _from_id(flags.get("--ids", [""])[0])
    if command not in COMMANDS:
        return f"'{command}' is not a command that is known here"
    needed, others = COMMANDS[command]
    if needed - set(flags):
        return f"{command}: required: {sorted(needed - set(flags))}"
    if set(flags) - needed - others - EVERYWHERE:
        return f"{command}: unrecognized arguments: {sorted(set(flags) - needed - others - EVERYWHERE)}"
    if any("sig=" in word for word in words):
        return f"{command}: a signature stands on the command line"
    for flag, values in flags.items():
        if unsafe := [value for value in values if value.startswith("@") and not _is_safe(Path(value[1:]))]:
            return f"{command}: {unsafe} is no file with a signature that its owner only can read"
        wrong = bool(values) if flag in ALONE else flag not in MANY and len(values) != 1
        if wrong or (flag not in MANY and "" in values):
            return f"{command}: {flag} has the values {values}"
    return ""


def _is_safe(file: Path) -> bool:
    return "sig=" in file.read_text() and not file.stat().st_mode & 0o077


def _is_to_fail(command: str, folder: Path) -> bool:
    wanted, _, which = os.environ.get("AZ_FAIL", "").partition("@")
    first, _, last = which.partition("-")
    return command == wanted and int(first or 1) <= _number(command, folder) <= int(last or 999)


def _number(command: str, folder: Path) -> int:
    """How often it has been called, with this time."""
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    return sum(_parse(call)[0] == command for call in calls)


def _answer(command: str, flags: dict[str, list[str]], made: dict[str, str], folder: Path) -> str | None:
    key = _key(command, flags)
    verb = command.rpartition(" ")[2]
    if command == "sig image-version list":
        return os.environ.get("AZ_VERSIONS", "")
    if command == "sig image-definition show":
        return "V2"
    if command == "storage blob show" and key in made and "AZ_COPY" in os.environ:
        states = os.environ["AZ_COPY"].split(",")
        return states[min(_number(command, folder), len(states)) - 1]
    if command == "account show":
        return "signed in"
    if command == "storage account show":
        return f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/{flags['--name'][0]}"
    if command == "disk grant-access":
        return "https://disk.example/sas?sig=secret"
    if verb in ("create", "start", "update"):
        made[key] = "success" if verb == "start" else "Succeeded"
        return ""
    if verb == "delete":
        return "" if made.pop(key, None) else None
    if verb == "show" and "--query" in flags and "targetRegions" in flags["--query"][0]:
        return os.environ.get("AZ_REGIONS", "West Europe\nNorth Europe")
    if verb == "show":
        return made.get(key)
    return ""


def _key(command: str, flags: dict[str, list[str]]) -> str:
    kind = command.rpartition(" ")[0].replace(" copy", "")
    container = flags.get("--container-name", flags.get("--destination-container", []))
    name = flags.get("--name", flags.get("--destination-blob", []))
    rest = [flags.get(flag, []) for flag in ("--account-name", "--subscription", "--resource-group", "--gallery-name")]
    rest += [flags.get(flag, []) for flag in ("--gallery-image-definition", "--gallery-image-version", "--resource-id")]
    return json.dumps([kind, container, name, *rest])


if __name__ == "__main__":
    sys.exit(main())
