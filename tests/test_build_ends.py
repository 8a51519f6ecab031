"""How a run of the build scripts ends before its time: Packer cleans up, nothing goes on, and whoever waits is told."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from building.real_powershell import POWERSHELL, needs_powershell, powershell_command, powershell_environment
from building.script_runs import BOTH, CASES, project, run_in
from conftest import needs_packer

needs_timeout = pytest.mark.skipif(shutil.which("timeout") is None, reason="no timeout on PATH")
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no list of processes in /proc")
pytestmark = [needs_timeout, needs_proc]

_WAITS = """source "null" "image" {
  communicator = "none"
}

build {
  sources = ["source.null.image"]

  provisioner "shell-local" {
    inline = ["touch FOLDER/began", "until [ -e FOLDER/over ]; do sleep 0.2; done"]
  }
}
"""
# Debian's Packer has no `init`.
_REAL = '#!/bin/sh\n[ "$1" = init ] || exec "{packer}" "$@"\n'
_OWN = """#!/bin/sh
[ "$1" = build ] || exit 0
trap '{trap}' TERM INT
touch "$FOLDER/began"
until [ -e "$FOLDER/over" ]; do sleep 0.2; done
"""
_PATIENT = _OWN.format(trap='sleep 3; touch "$FOLDER/cleaned"; exit 1')
_STUBBORN = _OWN.format(trap="")
_CONTENT = _OWN.format(trap="exit 0")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, what it said, and the processes that it left."""

    exit: int
    output: str
    left: list[str]


class Run:
    """A build with a limit in seconds, not in minutes; it waits for ever, unless it is ended."""

    def __init__(self, folder: Path, suffix: str, packer: str, limit: int = 600, name: str = "managed-image") -> None:
        self.folder = folder
        at = project(CASES[name], folder)
        (folder / "bin" / "packer").write_text(packer.format(packer=shutil.which("packer")) if packer == _REAL else packer)
        for path in at.glob("*.hcl"):
            path.unlink()
        (at / "image.pkr.hcl").write_text(_WAITS.replace("FOLDER", str(folder)))
        self.script = at / "scripts" / f"build{suffix}"
        self.replace("minutes * 60", "minutes * 1")
        self.replace("AddMinutes", "AddSeconds")
        self.environment = {"CHECKPOINT_DISABLE": "1", "PACKER_NO_COLOR": "1", "RUN_MINUTES": str(limit), "FOLDER": str(folder)}
        self.environment |= {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "LOG": str(folder / "log")}

    def replace(self, old: str, new: str) -> None:
        self.script.write_text(self.script.read_text().replace(old, new))

    def ended_by(self, sent: signal.Signals | None) -> Ended:
        """What comes of it when it gets a signal while Packer works; INT goes to all of its processes, as Ctrl+C does."""
        command = powershell_command(self.script) if self.script.suffix == ".ps1" else ["sh", str(self.script)]
        with subprocess.Popen(
            command,
            env=powershell_environment(self.environment),
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # which tests in the background have ignored
        ) as running:
            try:
                self._send(sent, running)
                code = running.wait(timeout=25)
                left = self._processes()
            finally:
                (self.folder / "over").touch()
                if running.poll() is None:
                    os.killpg(running.pid, signal.SIGKILL)
            output, _ = running.communicate(timeout=60)
        return Ended(code, output, left)

    def _send(self, sent: signal.Signals | None, running: subprocess.Popen[str]) -> None:
        while running.poll() is None and not (self.folder / "began").exists():
            time.sleep(0.1)
        if sent is signal.SIGINT:
            os.killpg(running.pid, sent)
        elif sent is not None:
            running.send_signal(sent)

    def _processes(self) -> list[str]:
        """What still runs of it, but for the step itself, which Packer only takes its eyes off."""
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            try:
                if f"FOLDER={self.folder}".encode() in (each / "environ").read_bytes().split(b"\0"):
                    found.append((each / "cmdline").read_text().replace("\0", " "))
            except OSError:  # it has just ended
                continue
        return [line for line in found if line and "packer-shell" not in line and not line.startswith("sleep")]


def _ends() -> pytest.MarkDecorator:
    """Every way to end a run; signals are not PowerShell's way on Windows, so its script is ended by the limit only."""
    ways = {"limit": None, "term": signal.SIGTERM, "interrupt": signal.SIGINT}
    rows = [pytest.param(sent, ".sh", id=f"{way}.sh") for way, sent in ways.items()]
    rows.append(pytest.param(None, ".ps1", marks=needs_powershell, id="limit.ps1"))
    return pytest.mark.parametrize(("sent", "suffix"), rows)


@needs_packer
@_ends()
def test_packer_cleans_up_and_nothing_is_left(sent: signal.Signals | None, suffix: str, tmp_path: Path) -> None:
    ended = Run(tmp_path, suffix, _REAL, limit=600 if sent else 5).ended_by(sent)
    assert "Cleanly cancelled builds" in ended.output
    assert ended.left == []
    assert ended.exit != 0
    assert ("was to end after 5 minutes" in ended.output) == (sent is None)


@_ends()
def test_packer_has_time_to_clean_up(sent: signal.Signals | None, suffix: str, tmp_path: Path) -> None:
    ended = Run(tmp_path, suffix, _PATIENT, limit=600 if sent else 3).ended_by(sent)
    assert (tmp_path / "cleaned").exists()
    assert ended.left == []
    assert ended.exit != 0


@_ends()
def test_run_that_was_ended_is_no_success_even_if_packer_says_so(
    sent: signal.Signals | None, suffix: str, tmp_path: Path
) -> None:
    assert Run(tmp_path, suffix, _CONTENT, limit=600 if sent else 3).ended_by(sent).exit != 0


@needs_powershell
def test_packer_cleans_up_after_ctrl_c_in_powershell(tmp_path: Path) -> None:
    """Its exit code says nothing then: PowerShell has stopped the script, mostly with 0."""
    ended = Run(tmp_path, ".ps1", _PATIENT).ended_by(signal.SIGINT)
    assert (tmp_path / "cleaned").exists()
    assert ended.left == []


@BOTH
def test_packer_that_does_not_end_in_15_minutes_is_ended(suffix: str, tmp_path: Path) -> None:
    run = Run(tmp_path, suffix, _STUBBORN, limit=3)
    run.replace("-k 15m", "-k 2")
    run.replace("15 * 60 * 1000", "2 * 1000")
    ended = run.ended_by(None)
    assert ended.left == []
    assert ended.exit != 0


@BOTH
@pytest.mark.parametrize(
    ("name", "slow", "never"),
    [
        ("file", "fetch", "packer"),
        ("validate", "fetch", "packer"),
        ("managed-image", "init*", "packer build"),
        ("managed-image", "build*.", "nothing"),
        ("validate-outputs", "validate*validate", "packer build"),
        ("validate-outputs", "build*validate", "distribute"),
        ("validate-outputs-anyway", "build*validate", "distribute"),
        ("validate-source-only", "build*validate", "nothing"),
        ("outputs-galleries", "distribute", "nothing"),
    ],
)
def test_limit_counts_for_each_part_of_the_run(name: str, slow: str, never: str, suffix: str, tmp_path: Path) -> None:
    at = project(CASES[name], tmp_path)
    script = at / "scripts" / f"build{suffix}"
    script.write_text(script.read_text().replace("minutes * 60", "minutes * 1").replace("AddMinutes", "AddSeconds"))
    started = time.monotonic()
    ran = run_in(at, f"build{suffix}", tmp_path, RUN_MINUTES="3", SLOW=slow)
    assert time.monotonic() - started < 20
    assert ran.exit != 0
    assert "was to end after 3 minutes" in ran.output
    assert not any(command.startswith(never) for command in ran.commands)


@pytest.mark.skipif(POWERSHELL is None, reason="no pwsh on PATH")
def test_languages_give_packer_the_same_time(tmp_path: Path) -> None:
    scripts = project(CASES["managed-image"], tmp_path) / "scripts"
    assert "-k 15m " in (scripts / "build.sh").read_text()
    assert (scripts / "build.ps1").read_text().count("WaitForExit(15 * 60 * 1000)") == 2
