"""The outputs beyond those of the build VM: both distribute scripts run, called by Packer, against an `az` that records its calls."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from building.null_project import replace_blocks, required_values, secrets_for_distributing
from building.real_packer import packer
from building.real_powershell import POWERSHELL, needs_powershell, powershell_command, powershell_environment
from cases import Case, all_cases, run_case
from conftest import GOLDEN, ROOT, needs_packer

SCRIPT = "scripts/distribute.sh"
CASES = [case for case in all_cases() if (GOLDEN / case.name / SCRIPT).exists()]
BOTH = pytest.mark.parametrize("suffix", [".sh", pytest.param(".ps1", marks=needs_powershell)])
CLOCK = "1579798035"
_AZ = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/building/recording_az.py" "$@"\n'


CALLS = Path(__file__).parent / "az_calls"
"""For each sample every call of az, one a line; `--snapshot-update` accepts a change."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of the script: its exit code, what it said, the calls of az, and what it reports."""

    exit: int
    output: str
    calls: list[list[str]]
    outputs: dict[str, dict[str, str]]

    def listed(self) -> dict[str, tuple[str, str]]:
        """What it prints at its end of each output: what became of it, and its id."""
        told = re.sub(r"^.*?\(shell-local\): ", "", self.output, flags=re.MULTILINE).partition("Run outputs:\n")[2]
        found = re.findall(r"^  (\S.*?) +(Succeeded|Failed|Canceled) +(\S+)$", told, re.MULTILINE)
        return {name: (state, identity) for name, state, identity in found}

    def reported(self) -> dict[str, tuple[str, str]]:
        """The same, as run-outputs.json has it."""
        return {name: (each["provisioningState"], _id(each)) for name, each in self.outputs.items()}

    def made(self) -> list[str]:
        """The commands that change something."""
        words = [" ".join(word for word in call[:3] if not word.startswith("-")) for call in self.calls]
        return [word for word in words if word.endswith(("create", "delete", "update", "start"))]


def _id(output: Mapping[str, str]) -> str:
    return output.get("artifactId") or output["artifactUri"]


class Azure:
    """A converted sample, and the az that it is distributed with."""

    def __init__(self, case: Case, folder: Path, suffix: str = ".sh") -> None:
        self.script = f"scripts/distribute{suffix}"
        self.project = folder / "converted"
        with pytest.MonkeyPatch.context() as patch:
            run = run_case(case, self.project, patch)
        self.folder = folder / "az"
        self.folder.mkdir()
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        for name, text in (("az", _AZ), ("date", f"#!/bin/sh\necho {CLOCK}\n"), ("sleep", "#!/bin/sh\n")):
            (bin_folder / name).write_text(text)
            (bin_folder / name).chmod(0o755)
        self.path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
        self.files = run.files
        self.secrets: dict[str, str] = {}
        if suffix == ".ps1":  # the PATH has a `sleep` that does not wait, but PowerShell has its own
            script = self.project / self.script
            script.write_text(script.read_text().replace("Start-Sleep -Seconds 15", "Start-Sleep -Seconds 0"))

    def build(self, values: Mapping[str, object] | None = None, **settings: str) -> Ran:
        """Builds with Packer's null builder, which calls the script as after a real build."""
        image = replace_blocks(self.files["image.pkr.hcl"], r'source "azure-arm" "image"', lambda _: _NOTHING)
        image = image.replace("source.azure-arm.image", "source.null.image")
        for kind in ("provisioner", "error-cleanup-provisioner"):
            image = replace_blocks(image, rf'{kind} "[\w-]+"', lambda _: "")
        if self.script.endswith(".ps1"):
            image = image.replace('only_on          = ["linux", "darwin"]', 'only_on          = ["darwin"]').replace(
                '["windows"]', '["linux"]'
            )
            image = image.replace('"powershell", "-NoProfile"', f'"{POWERSHELL}", "-NoProfile"')
        (self.project / "image.pkr.hcl").write_text(image)
        (self.project / "plugins.pkr.hcl").unlink(missing_ok=True)
        given = {name: _said(value) for name, value in {**required_values(self.files), **(values or {})}.items()}
        words = [word for name, value in given.items() for word in ("-var", f"{name}={value}")]
        self.secrets = secrets_for_distributing(self.files, given)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {"PATH": self.path, "AZ_FOLDER": str(self.folder), **self.secrets, **settings}.items():
                patch.setenv(name, value)
            done = packer("build", *words, ".", folder=self.project)
        return self._ran(done.exit, done.output)

    def manifest(self) -> dict[str, str]:
        """The outputs that Packer's manifest names for the last build."""
        return json.loads((self.project / "manifest.json").read_text())["builds"][-1]["custom_data"]

    def again(self, **settings: str) -> Ran:
        """Runs the script by hand."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PACKER")}
        environment |= powershell_environment({"PATH": self.path, "AZ_FOLDER": str(self.folder), **self.secrets, **settings})
        script = self.project / self.script
        command = powershell_command(script) if self.script.endswith(".ps1") else ["sh", str(script)]
        done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)
        return self._ran(done.returncode, done.stdout + done.stderr)

    def interrupted(self, **settings: str) -> Ran:
        """Runs the script by hand, and interrupts it while az hangs."""
        environment = powershell_environment({"PATH": self.path, "AZ_FOLDER": str(self.folder), **settings})
        script = self.project / self.script
        command = powershell_command(script) if self.script.endswith(".ps1") else ["sh", str(script)]
        running = subprocess.Popen(
            command,
            env=environment,
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which tests in the background have ignored
        )
        hanging = json.dumps(settings["AZ_HANG"].split())[:-1]
        while running.poll() is None and not any(line.startswith(hanging) for line in self._log()):
            time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        output, _ = running.communicate(timeout=60)
        return self._ran(running.returncode, output)

    def _log(self) -> list[str]:
        log = self.folder / "calls.jsonl"
        return log.read_text().splitlines() if log.exists() else []

    def _ran(self, exit_code: int, output: str) -> Ran:
        calls = [json.loads(line) for line in self._log()]
        (self.folder / "calls.jsonl").unlink(missing_ok=True)
        report = self.project / "run-outputs.json"
        outputs = {each["name"]: each for each in json.loads(report.read_text())} if report.exists() else {}
        report.unlink(missing_ok=True)
        return Ran(exit_code, output, calls, outputs)


_NOTHING = 'source "null" "image" {\n  communicator = "none"\n}\n'


def _said(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def sample(name: str) -> Case:
    return next(case for case in all_cases() if case.name == name)


def shown(calls: list[list[str]]) -> str:
    """The calls as lines, without what differs from build to build."""
    text = "".join(
        " ".join(json.dumps(word) if re.search(r"[^\w./:=@,-]", word) else word for word in call) + "\n" for call in calls
    )
    text = re.sub(r"\b0\.(?!24105\.)\d{5}\.\d{1,5}\b", "0.NOW.NOW", text)  # what Packer's own clock numbered
    text = re.sub(r"--source-uri @\S+", "--source-uri @FILE", text)
    text = re.sub(r"image-[0-9a-f]{8}-(\d+)", r"image-RUN-\1", text)
    return re.sub(r"\b0\.0\.\d{5,}\b", "0.0.RUN", re.sub(r"-\d{14}\.vhd", "-TIME.vhd", text))


@needs_packer
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@BOTH
def test_every_output_is_made(case: Case, suffix: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    azure = Azure(case, tmp_path, suffix)
    ran = azure.build(AZ_VERSIONS="1.9.9\n2.0.3\n2.0.10\n2.0.9\n10.1.0")
    assert ran.exit == 0, ran.output
    assert "unrecognized" not in ran.output
    assert {each["provisioningState"] for each in ran.outputs.values()} == {"Succeeded"}
    assert azure.manifest() == {name: identity for name, (_, identity) in ran.reported().items()}
    pinned = CALLS / f"{case.name}.txt"
    if pytestconfig.getoption("update_snapshots") and suffix == ".sh":
        pinned.parent.mkdir(exist_ok=True)
        pinned.write_text(shown(ran.calls))
    assert _any_clock(shown(ran.calls), suffix) == _any_clock(pinned.read_text(), suffix)


def _any_clock(calls: str, suffix: str) -> str:
    """PowerShell has a clock of its own, which no test can set."""
    return calls.replace("0.24105.52755", "0.NOW.NOW") if suffix == ".ps1" else calls


@needs_packer
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@BOTH
def test_second_run_makes_nothing_anew(case: Case, suffix: str, tmp_path: Path) -> None:
    azure = Azure(case, tmp_path, suffix)
    first = azure.build()
    second = azure.again()
    assert (first.exit, second.exit) == (0, 0), first.output + second.output
    assert set(second.made()) <= {"sig image-version update", "tag update"}
    assert second.outputs == first.outputs
    assert second.listed() == second.reported()


FAILURES = (
    ("outputs-galleries", "sig image-version create@2", {"shallow", "fixed"}),
    ("outputs-images", "image create", {"there", "farther", "other"}),
    ("outputs-images", "disk create@2", {"farther", "other"}),
    ("outputs-images", "sig image-version create", {"farther"}),
    ("outputs-vhds", "storage blob copy start@2", {"third"}),
    ("outputs-more", "disk grant-access", {"anywhere"}),
    ("outputs-images", "image show@2", {"farther", "other"}),
    ("outputs-images", "sig image-definition show@3", {"other"}),
    ("outputs-galleries", "sig image-version show@2", {"shallow", "fixed"}),
    ("outputs-vhds", "storage blob show@1-30", {"second"}),
    ("gallery-storage-differs", "sig image-version update", {"gallery"}),
)


@needs_packer
@pytest.mark.parametrize(("name", "failing", "lost"), FAILURES)
@BOTH
def test_failure_in_the_middle_is_reported_and_a_second_run_goes_on(
    name: str, failing: str, lost: set[str], suffix: str, tmp_path: Path
) -> None:
    azure = Azure(sample(name), tmp_path, suffix)
    first = azure.build(AZ_FAIL=failing)
    assert first.exit != 0
    states = {output: each["provisioningState"] for output, each in first.outputs.items()}
    assert {output for output, state in states.items() if state == "Failed"} == lost
    assert "Not made:" in first.output
    assert first.listed() == first.reported()
    is_there = failing.endswith("update")  # the build VM has made it, only its copies are missing
    assert azure.manifest() == ({name: each[1] for name, each in first.reported().items()} if is_there else _succeeded(first))
    assert _left_over(azure) == []
    second = azure.again()
    assert second.exit == 0, second.output
    assert {each["provisioningState"] for each in second.outputs.values()} == {"Succeeded"}
    assert second.listed() == second.reported()
    assert azure.manifest() == _succeeded(second)
    assert _left_over(azure) == []


def _succeeded(ran: Ran) -> dict[str, str]:
    """What the manifest should name: the outputs that there are, by name."""
    return {name: identity for name, (state, identity) in ran.reported().items() if state == "Succeeded"}


def _left_over(azure: Azure) -> list[str]:
    """Disks and short-lived versions that are still there."""
    store = azure.folder / "made.json"
    made = json.loads(store.read_text()) if store.exists() else {}
    return [key for key in made if json.loads(key)[0] == "disk" or re.search(r'"0\.0\.\d{5,}"', key)]


@needs_packer
@pytest.mark.parametrize(
    ("name", "hanging", "done"),
    [
        ("outputs-images", "disk create", {"here", "gallery"}),
        ("outputs-images", "image create", {"here", "gallery"}),
        ("outputs-galleries", "sig image-version create", {"native"}),
    ],
)
@BOTH
def test_interrupt_ends_it_soon_and_leaves_nothing(name: str, hanging: str, done: set[str], suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample(name), tmp_path, suffix)
    azure.build(DISTRIBUTE_LATER="yes")
    started = time.monotonic()
    ran = azure.interrupted(AZ_HANG=hanging)
    assert time.monotonic() - started < 30
    assert ran.exit != 0
    assert suffix == ".ps1" or "The run was broken off" in ran.output
    states = {output: each["provisioningState"] for output, each in ran.outputs.items()}
    assert {output for output, state in states.items() if state == "Succeeded"} == done
    assert set(states.values()) == {"Succeeded", "Canceled"}
    assert _left_over(azure) == []
    assert _processes_of(azure) == []
    again = azure.again()
    assert again.exit == 0, again.output


@needs_packer
@pytest.mark.parametrize("states", ["pending,pending,pending,success", "pending,failed", "pending,aborted"])
@pytest.mark.parametrize(("name", "copied"), [("outputs-vhds", {"second", "third"}), ("outputs-more", {"anywhere"})])
@BOTH
def test_end_of_a_copy_is_waited_for(name: str, copied: set[str], states: str, suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample(name), tmp_path, suffix)
    ran = azure.build(AZ_COPY=states)
    fails = not states.endswith("success")
    assert (ran.exit != 0) == fails
    assert {output for output, each in ran.outputs.items() if each["provisioningState"] == "Failed"} == (
        copied if fails else set()
    )
    assert ran.output.count("ended without success") == (len(copied) if fails else 0)
    looks = [call for call in ran.calls if call[:3] == ["storage", "blob", "show"]]
    assert len(looks) >= states.count(",") + len(copied)
    assert _left_over(azure) == []
    assert azure.manifest() == _succeeded(ran)
    assert azure.again().exit == 0


@needs_packer
@pytest.mark.parametrize("state", ["Creating", "Updating"])
@BOTH
def test_version_that_is_being_made_is_waited_for(state: str, suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-galleries"), tmp_path, suffix)
    first = azure.build()
    store = azure.folder / "made.json"
    store.write_text(store.read_text().replace("Succeeded", state))
    second = azure.again()
    assert second.exit == 0, second.output
    assert second.outputs == first.outputs
    assert "sig image-version create" not in second.made()
    waits = [call for call in second.calls if call[:4] == ["sig", "image-version", "wait", "--created"]]
    assert len(waits) == first.made().count("sig image-version create") > 0


@needs_packer
@pytest.mark.parametrize("failing", ["", "storage blob copy start", "storage blob show"])
@BOTH
def test_access_to_a_disk_is_kept_nowhere(failing: str, suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-more"), tmp_path, suffix)
    azure.build(DISTRIBUTE_LATER="yes")
    ran = azure.again(AZ_FAIL=failing)
    assert (ran.exit != 0) == bool(failing), ran.output
    files = [Path(word[1:]) for call in ran.calls for word in call if word.startswith("@")]
    assert len(files) == 1
    assert not files[0].exists()
    assert not any(b"sig=" in file.read_bytes() for file in azure.project.rglob("*") if file.is_file())
    azure.project.joinpath("distribute.state.access").write_text("of a run that was killed: sig=")
    azure.again()
    assert suffix == ".ps1" or not azure.project.joinpath("distribute.state.access").exists()


ENDS_IN_A_LINE_FEED = {"tags": {"first": "f\n", "last": "l\n\n"}, "who": "me\n"}


@needs_packer
@BOTH
def test_tag_that_ends_in_a_line_feed_stays_so(suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-live"), tmp_path, suffix)
    ran = azure.build(ENDS_IN_A_LINE_FEED)
    assert ran.exit == 0, ran.output
    words = [word for call in ran.calls for word in call]
    assert {"first=f\n", "last=l\n\n", "built by=me\n"} <= set(words)


def _processes_of(azure: Azure) -> list[str]:
    """The processes that run with the folder of this az in their environment."""
    wanted = f"AZ_FOLDER={azure.folder}".encode()
    found = []
    for each in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if wanted in each.read_bytes().split(b"\0"):
                found.append(each.with_name("cmdline").read_text())
    return found


@needs_packer
@BOTH
def test_disk_that_could_not_be_deleted_is_not_forgotten(suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-images"), tmp_path, suffix)
    first = azure.build(AZ_FAIL="disk delete")
    assert first.exit != 0
    assert {each["provisioningState"] for each in first.outputs.values()} == {"Succeeded"}
    assert "could not be deleted" in first.output
    store = azure.folder / "made.json"
    made = json.loads(store.read_text())
    left = _left_over(azure)
    assert len(left) == 3
    del made[left[0]]  # somebody has deleted it by hand
    store.write_text(json.dumps(made))
    second = azure.again()
    assert second.exit == 0, second.output
    assert _left_over(azure) == []


@needs_packer
@BOTH
def test_secret_comes_from_the_environment_only(suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-secrets"), tmp_path, suffix)
    refused = azure.build(PKR_VAR_costCenter="")
    assert refused.exit != 0
    assert "Set the environment variable PKR_VAR_costCenter first" in refused.output
    assert refused.made() == []
    done = azure.again()
    assert done.exit == 0, done.output
    written = [file.read_bytes() for file in azure.project.rglob("*") if file.is_file()]
    assert not any(azure.secrets["PKR_VAR_costCenter"].encode() in text for text in written)


@needs_packer
@BOTH
def test_folder_of_the_project_may_have_any_name(suffix: str, tmp_path: Path) -> None:
    folder = tmp_path / "it's \u2019mine\u2019 & $HOME"
    folder.mkdir()
    built = Azure(sample("outputs-galleries"), folder, suffix).build()
    assert built.exit == 0, built.output
    assert built.outputs["fixed"]["provisioningState"] == "Succeeded"


@BOTH
@needs_packer
def test_version_of_somebody_else_is_not_taken_for_ours(suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-galleries"), tmp_path, suffix)
    azure.build()
    again = azure.build()
    assert again.exit != 0
    assert "this build did not make it" in again.output
    assert again.outputs["fixed"]["provisioningState"] == "Failed"


@BOTH
@needs_packer
def test_older_image_of_that_name_gives_way_as_in_image_builder(suffix: str, tmp_path: Path) -> None:
    azure = Azure(sample("outputs-images"), tmp_path, suffix)
    azure.build()
    again = azure.build()
    assert again.exit == 0, again.output
    assert again.made().count("image delete") == again.made().count("image create") == 3


@BOTH
def test_script_says_so_where_there_was_no_build(suffix: str, tmp_path: Path) -> None:
    ran = Azure(sample("outputs-images"), tmp_path, suffix).again()
    assert ran.exit == 1
    assert "there has been none here yet" in ran.output


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck on PATH (Debian: apt-get install shellcheck)")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_shellcheck_has_nothing_to_say(case: Case) -> None:
    done = subprocess.run(["shellcheck", GOLDEN / case.name / SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
