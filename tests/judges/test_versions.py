"""Numbers of gallery versions, as Packer computes them: what is given counts always, and nothing counts in silence."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from building.real_packer import VERSION
from cases import case_named

NAMED = {
    "gallery-id-of-parts": "0.0.3",
    "gallery-id-with-version": "2.0.0",
    "definition-trusted-launch": "1.2.3",
    "gallery-fixed-version": "1.2.3",
}
CLOCK = ("gallery-clock", "placeholder-ids")
COUNTED = ("gallery-versioning-latest", "gallery-versioning-source-asked", "gallery-numbering-unknown")
needs_clock = pytest.mark.skipif(VERSION is None or VERSION < (1, 16), reason="needs Packer 1.16, for rfc3339_parse")


def version(name: str, folder: Path, *arguments: str) -> str:
    """What Packer takes for the version of a golden."""
    for path in case_named(name).golden.glob("*.hcl"):
        if path.name != "plugins.pkr.hcl":  # which Debian's Packer cannot read
            shutil.copy(path, folder)
    block = re.search(r"shared_image_gallery_destination \{(.*?)\n  \}", (folder / "image.pkr.hcl").read_text(), re.DOTALL)
    assert block is not None
    said = re.search(r"^    image_version += (.*)$", block.group(1), re.MULTILINE)
    assert said is not None
    done = subprocess.run(
        ["packer", "console", *arguments, "."],
        cwd=folder,
        input=f"{said.group(1)}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip().splitlines()[-1].removeprefix("> ")


@pytest.mark.skipif(VERSION is None, reason="needs packer")
@pytest.mark.parametrize(
    "name",
    [
        *NAMED,
        "gallery-versioning-latest",
        "gallery-versioning-source",
        *(pytest.param(each, marks=needs_clock) for each in CLOCK),
    ],
)
def test_a_version_that_is_given_counts(name: str, tmp_path: Path) -> None:
    assert version(name, tmp_path, "-var", "image_version=9.9.9") == "9.9.9"


@pytest.mark.skipif(VERSION is None, reason="needs packer")
@pytest.mark.parametrize("name", NAMED)
def test_a_version_that_the_template_names_is_the_default(name: str, tmp_path: Path) -> None:
    assert version(name, tmp_path) == NAMED[name]


@needs_clock
def test_the_clock_counts_seconds_since_1970(tmp_path: Path) -> None:
    before = int(time.time())
    major, high, low = map(int, version("gallery-clock", tmp_path).split("."))
    assert major == 0
    assert before <= high * 65536 + low <= time.time()


@pytest.mark.parametrize("name", COUNTED)
def test_a_version_that_only_azure_can_tell_has_no_default(name: str) -> None:
    declared = re.search(
        r'variable "image_version" \{(.*?)\n\}', (case_named(name).golden / "variables.pkr.hcl").read_text(), re.DOTALL
    )
    assert declared is not None
    assert "default " not in declared.group(1)
