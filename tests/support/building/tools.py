"""The `packer` and the `az` that the scripts of a project find on PATH in tests.

`packer console` is the real one: it tells the scripts their values. `packer build` and `packer init` are recorded, beside the calls of
az, in the order in which they come.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from building.null_project import replace_blocks, required_values, secrets_for_scripts
from building.real_packer import HAS_PLUGINS, packer_environment
from building.recording_az import parse
from cases import Case, case_named, run_case
from paths import ROOT

from aib2packer.arm.functions.table import Json

SHELLS = [shell for shell in ("dash", "bash") if shutil.which(shell)]
_AZ = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/support/building/recording_az.py" "$@"\n'
_OLD = "" if HAS_PLUGINS else " --config-type=hcl2"
_PACKER = f"""\
#!/bin/sh
if [ "$1" = console ]; then shift; exec "{shutil.which("packer")}" console{_OLD} "$@"; fi
"{sys.executable}" -S -c 'import json, os, sys; print(json.dumps(["packer", *sys.argv[1:], os.environ.get("PKR_VAR_image_version", "")]))' "$@" \\
  >> "$AZ_FOLDER/calls.jsonl"
case "$*" in "${{PACKER_FAIL:-nothing}}"*) exit 1 ;; esac
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of a script: its exit code, what it said, and the calls of packer and az, in their order."""

    exit: int
    output: str
    calls: list[list[str]]

    def made(self) -> set[str]:
        """The outputs that the script says it has made."""
        return set(re.findall(r"^(\S+): made$", self.output, re.MULTILINE))

    def commands(self) -> list[str]:
        """Each call without its options: `packer build`, `sig image-version create`."""
        return [" ".join(call[:2]) if call[0] == "packer" else parse(call)[0] for call in self.calls]

    def options(self, command: str) -> list[dict[str, list[str]]]:
        """The options of each call of an az command."""
        parsed = (parse(call) for call in self.calls if call[0] != "packer")
        return [flags for name, flags in parsed if name == command]


@dataclass(slots=True)
class Tools:
    """A converted sample, and the tools that its scripts find."""

    case: Case
    folder: Path
    project: Path = field(init=False)
    values: dict[str, Json] = field(init=False)
    files: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.project = self.folder / "converted"
        with pytest.MonkeyPatch.context() as patch:
            self.files = run_case(self.case, self.project, patch).files
        self.values = dict(required_values(self.files))
        for file in self.project.rglob("plugins.pkr.hcl"):
            file.unlink()
        bin_folder = self.folder / "bin"
        bin_folder.mkdir()
        for name, text in (("az", _AZ), ("packer", _PACKER), ("sleep", "#!/bin/sh\n")):
            (bin_folder / name).write_text(text)
            (bin_folder / name).chmod(0o755)
        for script in self.project.rglob("fetch.sh"):
            script.write_text('echo \'["fetch"]\' >> "$AZ_FOLDER/calls.jsonl"\n')

    def build(self, values: Mapping[str, object] | None = None, **settings: str) -> Ran:
        """Builds with Packer's null builder, which calls the scripts as after a real build."""
        image = replace_blocks(self.files["image.pkr.hcl"], r'source "azure-arm" "image"', lambda _: _NOTHING)
        image = image.replace("source.azure-arm.image", "source.null.image")
        for kind in ("provisioner", "error-cleanup-provisioner"):
            image = replace_blocks(image, rf'{kind} "[\w-]+"', lambda _: "")
        (self.project / "image.pkr.hcl").write_text(image)
        given = {name: text(value) for name, value in {**self.values, **(values or {})}.items()}
        self.values |= given
        words = [word for name, value in given.items() for word in ("-var", f"{name}={value}")]
        return self._run([shutil.which("packer") or "packer", "build", *words, "."], settings)

    def run(self, script: str, *arguments: str, shell: str = "sh", **settings: str) -> Ran:
        """Runs a script of the project by hand."""
        return self._run([shell, str(self.project / script), *arguments], settings, "/")

    def _run(self, command: list[str], settings: Mapping[str, str], at: str | None = None) -> Ran:
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**packer_environment(), "PATH": path, "AZ_FOLDER": str(self.folder)}
        environment |= secrets_for_scripts(self.files, self.values)
        done = subprocess.run(
            command,
            env={**environment, **settings},
            cwd=at or self.project,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        log = self.folder / "calls.jsonl"
        calls = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        log.unlink(missing_ok=True)
        said = re.sub(r"^.*?\(shell-local\): ", "", done.stdout + done.stderr, flags=re.MULTILINE)
        return Ran(done.returncode, said, calls)


_NOTHING = 'source "null" "image" {\n  communicator = "none"\n}\n'


def text(value: object) -> str:
    """A value as `-var` and the environment take it."""
    return value if isinstance(value, str) else json.dumps(value)


def sample(name: str, folder: Path) -> Tools:
    """A sample, converted."""
    return Tools(case_named(name), folder)
