"""An `az` for the commands of the pages: signs in and creates, and leaves questions to the stand-ins that answer them.

The flags of what is typed by hand are those of the public help of az 2.91.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from building import answering_az, listing_az, recording_az

# command: (its flags, what it prints)
TYPED: dict[str, tuple[set[str], str]] = {
    "login": (set(), "[]"),
    "ad app create": ({"--display-name", "--query", "--output"}, "11111111-0000-0000-0000-000000000000"),
    "ad app federated-credential create": ({"--id", "--parameters"}, "{}"),
    "ad sp create": ({"--id"}, "{}"),
    "role assignment create": ({"--assignee", "--role", "--scope"}, "{}"),
    "storage blob generate-sas": (
        {"--account-name", "-c", "-n", "--permissions", "--expiry", "--as-user", "--auth-mode", "--output"},
        "sv=2024-11-04&sig=a-secret",
    ),
}


def main() -> int:
    """Acts on the words of the command line."""
    words = sys.argv[1:]
    first = next((number for number, word in enumerate(words) if word.startswith("-")), len(words))
    name, flags = " ".join(words[:first]), {word for word in words[first:] if word.startswith("-") and " " not in word}
    if name in TYPED:
        known, answer = TYPED[name]
        print(
            answer if flags == known else f"wrong flags: {sorted(flags ^ known)}",
            file=sys.stdout if flags == known else sys.stderr,
        )
        return 0 if flags == known else 2
    if name == "rest" or (name == "account show" and Path(os.environ["AZ_FOLDER"], "world.json").exists()):
        return listing_az.main()
    return recording_az.main() if name == "sig image-version list" else answering_az.main()


if __name__ == "__main__":
    sys.exit(main())
