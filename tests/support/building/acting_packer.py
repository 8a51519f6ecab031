"""A `packer` for tests of printed commands: the real one, but for what cannot be here.

`init` only looks whether there is a project; `validate` and `build` run the real Packer on a copy of the project that has a
null builder and no provisioners, so that variables, locals and post-processors are the project's own. A current Packer with plugins
validates the project as it is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REAL = os.environ.get("REAL_PACKER", "packer")
IS_CURRENT = os.environ.get("PACKER_IS_CURRENT") == "1"
_SOURCE = 'source "null" "image" {\n  communicator = "none"\n}\n'


def main() -> int:
    """Acts on the words of the command line, and notes them."""
    command, *words = sys.argv[1:]
    with Path(os.environ["AZ_FOLDER"], "calls.jsonl").open("a") as log:
        log.write(json.dumps(["packer", command, *words]) + "\n")
    if command == "console":
        return run(["console", *old(), *words])
    folder = Path(words[-1])
    if not any(folder.glob("*.pkr.hcl")):
        print(f"{folder} holds no project", file=sys.stderr)
        return 1
    if command == "init":
        return 0
    if command == "validate":
        return run(["validate", *words]) if IS_CURRENT else 0  # the build of the copy sees what an old Packer would
    return on_a_copy(command, words)


def on_a_copy(command: str, words: list[str]) -> int:
    """Runs Packer on a copy of the whole project, and brings the manifest back."""
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(shutil.copytree(Path.cwd(), Path(temporary, "project")))
        for file in copy.rglob("plugins.pkr.hcl"):  # a build with the null builder needs none
            file.unlink()
        for file in copy.rglob("image.pkr.hcl"):
            file.write_text(with_null_builder(file.read_text()))
        status = run([command, *words], copy)
        for manifest in copy.glob("manifest.json"):
            shutil.copy(manifest, Path.cwd() / "manifest.json")
    return status


def with_null_builder(text: str) -> str:
    """The project without Azure and without steps."""
    for heading, new in (
        (r'source "[\w-]+" "image"', _SOURCE),
        (r'source "[\w-]+" "(?!image")[^"]+"', ""),
        (r'(?:error-cleanup-)?provisioner "[\w-]+"', ""),
        (r'dynamic "provisioner"', ""),
    ):
        text = _with_blocks(text, heading, new)
    return re.sub(r"sources = \[.*\]", 'sources = ["source.null.image"]', text)


def _with_blocks(text: str, heading: str, new: str) -> str:
    """The text with ``new`` in the place of each block of that heading."""
    return re.sub(rf"^( *){heading} \{{\n(?:.*\n)*?\1\}}\n", lambda _: new, text, flags=re.MULTILINE)


def old() -> list[str]:
    """What an old Packer needs to take a folder for HCL."""
    return [] if IS_CURRENT else ["--config-type=hcl2"]


def run(words: list[str], folder: Path | None = None) -> int:
    """Runs the real Packer; its exit code."""
    return subprocess.run([REAL, *words], cwd=folder, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
