"""An `az` for tests of preflight: answers questions from a file, and refuses flags that the Azure CLI would refuse.

AZ_FOLDER holds `answers.json` (command to what az prints, or to {"error": ..., "code": ...}; nothing exists that is not in it)
and gets `calls.jsonl`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

IN_GROUP = {"--subscription", "-g"}
# command: the flags that preflight gives it, by the help of az 2.91
COMMANDS: dict[str, set[str]] = {
    "account show": set(),
    "ad signed-in-user show": set(),
    "group show": {"--subscription", "-n"},
    "identity show": {"--ids"},
    "image show": IN_GROUP | {"-n"},
    "keyvault show": IN_GROUP | {"-n"},
    "network vnet subnet show": {"--ids"},
    "role assignment list": {"--assignee", "--scope", "--include-inherited", "--include-groups"},
    "sig show": IN_GROUP | {"-r"},
    "sig image-definition show": IN_GROUP | {"-r", "-i"},
    "sig image-version show": IN_GROUP | {"-r", "-i", "-e"},
    "storage account show": {"--subscription", "-n"},
    "storage container exists": {"--auth-mode", "--account-name", "-n"},
    "vm image show": {"--subscription", "--location", "--urn"},
    "vm image terms show": {"--subscription", "--publisher", "--offer", "--plan"},
    "vm list-skus": {"--subscription", "--location", "--size", "--resource-type", "--all"},
    "vm list-usage": {"--subscription", "--location"},
}
ALWAYS = {"--output", "--only-show-errors"}
ALONE = {"--include-inherited", "--include-groups", "--all", "--only-show-errors"}


def problem(words: list[str]) -> str:
    """What the Azure CLI would have against a question; empty where it has nothing."""
    first = next((number for number, word in enumerate(words) if word.startswith("-")), len(words))
    command = " ".join(words[:first])
    flags: dict[str, list[str]] = {}
    for word in words[first:]:
        if word.startswith("-"):
            flags[word] = []
        else:
            flags[next(reversed(flags))].append(word)
    if command not in COMMANDS:
        return f"'{command}' is not a question that preflight may ask"
    if set(flags) - {"--query"} - ALWAYS != COMMANDS[command]:
        return f"{command}: wrong flags {sorted(flags)}"
    wrong = {flag: values for flag, values in flags.items() if len(values) != (flag not in ALONE) or "" in values}
    return f"{command}: wrong values {wrong}" if wrong else ""


def main() -> int:
    folder, words = Path(os.environ["AZ_FOLDER"]), sys.argv[1:]
    with (folder / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    wrong = problem(words) or ("" if set(words) >= ALWAYS else f"not all of {ALWAYS}")
    if wrong:
        print(f"ERROR: {wrong}", file=sys.stderr)
        return 2
    answers = json.loads((folder / "answers.json").read_text())
    name = next((name for name in answers if " ".join(words).startswith(name)), None)
    answer = answers[name] if name else {"error": "(ResourceNotFound) There is no such thing.", "code": 3}
    if isinstance(answer, dict) and "error" in answer:
        print(f"ERROR: {answer['error']}", file=sys.stderr)
        return int(answer.get("code", 1))
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
