"""An `az` for tests: knows the commands that our scripts call, by name and flags, records each call, and remembers what was made.

It is a fake for Azure only: the scripts that call it are the real ones. Settings come by the environment: AZ_FOLDER (calls.jsonl and
made.json), AZ_FAIL (a command, as in "image create", that fails; "image create@2" the second time only), AZ_VERSIONS (what
`sig image-version list` prints), AZ_COPY (the states of a copy, one for each time that it is looked at; the last one stays).
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

EVERYWHERE = {"--subscription", "--output", "--query"}
DEFINITION = {"--subscription", "--resource-group", "--gallery-name", "--gallery-image-definition"}
VERSION = DEFINITION | {"--gallery-image-version"}
NAMED = {"--subscription", "--resource-group", "--name"}
BLOB = {"--account-name", "--auth-mode", "--container-name", "--name"}
COPY = {"--account-name", "--auth-mode", "--destination-container", "--destination-blob"}
# command: (flags that it must have, flags that it may have), as in the public help of the Azure CLI
COMMANDS: dict[str, tuple[set[str], set[str]]] = {
    "vm image show": ({"--urn", "--location"}, set()),
    "sig image-definition show": ({"--ids"}, set()),
    "sig image-version list": (DEFINITION, set()),
    "sig image-version update": (VERSION, {"--target-regions", "--set"}),
    "sig image-version create": (
        VERSION | {"--location", "--target-regions"},
        {"--managed-image", "--image-version", "--storage-account-type", "--replication-mode", "--exclude-from-latest", "--tags"},
    ),
    "disk create": (NAMED | {"--location", "--gallery-image-reference"}, set()),
    "disk delete": (NAMED | {"--yes"}, set()),
    "image delete": (NAMED, set()),
    "image create": (NAMED | {"--location", "--source", "--os-type", "--hyper-v-generation"}, {"--tags"}),
    "storage blob show": (BLOB, set()),
    "storage blob copy start": (COPY | {"--source-account-name", "--source-container", "--source-blob"}, {"--metadata"}),
    "tag update": ({"--resource-id", "--operation", "--tags"}, set()),
}
MANY = {"--tags", "--metadata", "--target-regions"}
ALONE = {"--yes"}


def main() -> int:
    folder = Path(os.environ["AZ_FOLDER"])
    command, flags = parse(sys.argv[1:])
    with (folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(sys.argv[1:]) + "\n")
    wrong = problem(command, flags)
    if wrong:
        print(f"ERROR: {wrong}", file=sys.stderr)
        return 2
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
    if flags.get("--output") != ["none"] and answer:
        print(answer)
    return 0


def parse(words: list[str]) -> tuple[str, dict[str, list[str]]]:
    """The command, and its flags with their values."""
    command: list[str] = []
    flags: dict[str, list[str]] = {}
    current = ""
    for word in words:
        if re.match(r"--[a-z]", word):
            current = word
            flags[current] = []
        elif current:
            flags[current].append(word)
        else:
            command.append(word)
    return " ".join(command), flags


def problem(command: str, flags: dict[str, list[str]]) -> str:
    """What the Azure CLI would have against a command; empty where it has nothing."""
    if command not in COMMANDS:
        return f"'{command}' is not a command that is known here"
    needed, others = COMMANDS[command]
    if needed - set(flags):
        return f"{command}: required: {sorted(needed - set(flags))}"
    if set(flags) - needed - others - EVERYWHERE:
        return f"{command}: unrecognized arguments: {sorted(set(flags) - needed - others - EVERYWHERE)}"
    for flag, values in flags.items():
        wrong = bool(values) if flag in ALONE else flag not in MANY and len(values) != 1
        if wrong or (flag not in MANY and "" in values):
            return f"{command}: {flag} has the values {values}"
    return ""


def _is_to_fail(command: str, folder: Path) -> bool:
    wanted, _, which = os.environ.get("AZ_FAIL", "").partition("@")
    return command == wanted and which in ("", str(_number(command, folder)))


def _number(command: str, folder: Path) -> int:
    """How often it has been called, with this time."""
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    return sum(parse(call)[0] == command for call in calls)


def _answer(command: str, flags: dict[str, list[str]], made: dict[str, str], folder: Path) -> str | None:
    *_, verb = command.split()
    if command == "sig image-version list":
        return os.environ.get("AZ_VERSIONS", "")
    if command == "sig image-definition show":
        return "V2"
    if command == "vm image show":
        return "22.4.202401010"
    if command == "storage blob show":
        states = os.environ.get("AZ_COPY", "success").split(",")
        return states[min(_number(command, folder), len(states)) - 1]
    if verb == "delete":
        return made.pop(_name(command, flags), None)
    made[_name(command, flags)] = "made"
    return ""


def _name(command: str, flags: dict[str, list[str]]) -> str:
    """What a command is about: `image contoso-image`."""
    names = ("--gallery-image-definition", "--gallery-image-version", "--name", "--destination-blob", "--resource-id")
    return " ".join([command.replace(" copy", "").rpartition(" ")[0], *(flags[each][0] for each in names if each in flags)])


if __name__ == "__main__":
    sys.exit(main())
