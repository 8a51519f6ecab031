"""The steps of every Linux sample, run by real Packer in a throwaway machine: what arrives, in which order, as whom."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from building import subjects
from building.downloads import serve
from building.expected import LINUX_DEPROVISIONING, File, Script, Step
from building.linux_vm import HOME_THEN, USER, LinuxMachine, Run, Upload, why_not
from building.real_packer import Done, needs_packer, packer
from building.subjects import Prepared, Subject, every_sample, of_steps, side_by_side
from building.texts import TEXT, drawn

WHY_NOT = why_not()
pytestmark = [pytest.mark.judge, needs_packer, pytest.mark.skipif(WHY_NOT is not None, reason=f"no throwaway machine: {WHY_NOT}")]

SCRIPT = "/tmp/DeprovisioningScript.sh"
AFTER_RESTART = (b"echo The VM is back.", b"/tmp/DeprovisioningScript.sh.default")
DEPROVISION = ("root", "waagent", ["-force", "-deprovision+user"])
CONNECTION = {
    "ssh_host": "127.0.0.1",
    "ssh_port": 22,
    "ssh_username": USER,
    "ssh_private_key_file": "${path.root}/key",
    "ssh_timeout": "1m",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Packer said, what the machine saw, and which files it had in the end of those that it had to download by itself."""

    done: Done
    events: list[Upload | Run]
    calls: list[tuple[str, str, list[str]]]
    downloaded: dict[str, bytes]

    @property
    def runs(self) -> list[Run]:
        """The scripts that ran."""
        return [event for event in self.events if isinstance(event, Run)]


Built = subjects.Built[Outcome]


def build(prepared: Prepared) -> Outcome:
    """Builds a project in a fresh machine. Scripts of samples need an image of their own to end well, so here all of them do."""
    steps, folder = prepared.steps or (), prepared.place
    commands = {
        word for step in steps if isinstance(step, Script) for word in re.findall(r"[a-zA-Z][\w.+-]*", step.data.decode())
    }
    machine_downloads = prepared.subject.machine_downloads
    if machine_downloads:
        serve(prepared.downloads, prepared.folder / "served")
    forgiving = prepared.subject.case is not None
    with LinuxMachine(commands, prepared.folder / "served" if machine_downloads else None, forgiving=forgiving) as vm:
        shutil.copy(vm.key, folder / "key")
        done = packer("build", *prepared.project.arguments, folder=folder, within=vm.within)
        files = {step.path: vm.path(step.path.replace("~", HOME_THEN)) for step in steps if isinstance(step, File)}
        downloaded = {name: path.read_bytes() for name, path in files.items() if path.is_file()}
        return Outcome(done, vm.events, vm.calls, downloaded)


@pytest.fixture(scope="module")
def builds(request: pytest.FixtureRequest) -> Iterator[Callable[[Subject], Built]]:
    with side_by_side(request, os.cpu_count() or 1, CONNECTION, build) as result:
        yield result


@pytest.fixture
def built(request: pytest.FixtureRequest, builds: Callable[[Subject], Built]) -> Built:
    return builds(request.param)


# ---- every sample


@every_sample("Linux")
def test_sample_builds(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output


@every_sample("Linux")
def test_every_step_arrives_in_order_byte_for_byte(built: Built) -> None:
    events = _steps(built.outcome.events[0 if built.subject.is_checks else 1 : -1 if built.subject.generalizes else None])
    assert len(events) == len(built.told)
    for step, event in zip(built.told, events, strict=True):
        assert _arrived(event, step, built) == _wanted(step)


def _steps(events: list[Upload | Run]) -> list[Upload | Run]:
    """The events, one for a step: lines that hold values of the build are uploaded, and run by a script that names their file.

    What waits for a machine that a step has restarted is no step of the template.
    """
    steps: list[Upload | Run] = []
    for event in events:
        if any(mark in (event.path.encode() if isinstance(event, Upload) else event.script) for mark in AFTER_RESTART):
            continue
        lines = steps[-1] if steps else None
        if (
            isinstance(event, Run)
            and isinstance(lines, Upload)
            and lines.path.startswith("/tmp/aib2packer-")
            and lines.path.encode() in event.script
        ):
            steps[-1] = replace(event, script=lines.data)
        else:
            steps.append(event)
    return steps


def _wanted(step: Step) -> object:
    assert isinstance(step, Script | File)
    return (step.path, step.download.data) if isinstance(step, File) else step.data


def _arrived(event: Upload | Run, step: Step, built: Built) -> object:
    """What arrived, to be compared with what was wanted; where the machine downloads by itself, what it got to see of it."""
    assert isinstance(step, Script | File)
    if built.subject.machine_downloads and step.download is not None:
        if isinstance(step, File):
            return step.path, built.outcome.downloaded.get(step.path)
        assert isinstance(event, Run)
        return step.data if event.exit == 0 and event.output == _output_of(step) else event.output
    return (event.path, event.data) if isinstance(event, Upload) else event.script


def _output_of(step: Script) -> bytes:
    return subprocess.run(["/bin/sh"], input=step.data, capture_output=True, check=False).stdout


@every_sample("Linux")
def test_every_step_runs_as_the_login_user(built: Built) -> None:
    runs = built.outcome.runs[:-1] if built.subject.generalizes else built.outcome.runs
    assert {event.user for event in built.outcome.events} <= {USER}
    assert not any("sudo" in run.command for run in runs)


@every_sample("Linux")
def test_image_builders_own_script_is_placed_first(built: Built) -> None:
    first = built.outcome.events[0] if built.outcome.events else None
    placed = isinstance(first, Upload) and (first.path, first.data) == (SCRIPT, LINUX_DEPROVISIONING)
    assert placed == (not built.subject.is_checks)


@every_sample("Linux")
def test_the_deprovisioning_script_that_is_there_is_shown_and_run_last(built: Built) -> None:
    if not built.subject.generalizes:
        assert DEPROVISION not in built.outcome.calls
        return
    last = built.outcome.runs[-1]
    assert last is built.outcome.events[-1]
    assert last.exit == 0
    if not any(b"DeprovisioningScript" in step.data for step in built.steps or () if isinstance(step, Script)):
        assert last.output == LINUX_DEPROVISIONING
        assert built.outcome.calls[-1] == DEPROVISION
        assert built.outcome.calls.count(DEPROVISION) == 1


# ---- the deprovisioning script is the template's own


def shell(*lines: str) -> dict[str, object]:
    return {"type": "Shell", "inline": list(lines)}


@of_steps("Linux", shell(f"echo 'echo mine, as $(id -un)' > {SCRIPT}"))
def test_a_script_that_a_step_writes_is_the_one_that_runs(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    assert built.outcome.runs[-1].output == b"echo mine, as $(id -un)\nmine, as root\n"
    assert DEPROVISION not in built.outcome.calls


@of_steps("Linux", shell(f"sed -i 's/ -force / -force -verbose /' {SCRIPT}"))
def test_a_script_that_a_step_changes_runs_as_changed(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    assert built.outcome.calls[-1] == ("root", "waagent", ["-force", "-verbose", "-deprovision+user"])


@of_steps("Linux", shell(f"rm {SCRIPT}"))
def test_a_step_that_removes_the_script_stops_the_build(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert f"{SCRIPT}: No such file" in built.outcome.done.output
    assert built.outcome.calls == []


@of_steps("Linux", shell(f"echo 'exit 9' > {SCRIPT}"))
def test_a_script_that_fails_stops_the_build(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert built.outcome.runs[-1].exit == 9


# ---- steps that fail


@of_steps("Linux", shell("echo one"), shell("exit 3", "echo never"), shell("echo two"))
def test_a_step_that_fails_stops_the_build_there(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert [(run.output, run.exit) for run in built.outcome.runs] == [(b"one\n", 0), (b"", 3)]
    assert DEPROVISION not in built.outcome.calls


@of_steps("Linux", shell("echo before", "false", "echo after"))
def test_a_line_that_fails_ends_its_step(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert [(run.output, run.exit) for run in built.outcome.runs] == [(b"before\n", 1)]


# ---- steps that restart the machine


@of_steps("Linux", shell("echo one", "sudo reboot"), shell("echo two; sudo shutdown -r now; sleep 60"), shell("echo three"))
def test_steps_go_on_when_a_restarted_machine_is_back(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    printed = b"".join(run.output for run in built.outcome.runs)
    assert [printed.index(word) for word in (b"one\n", b"two\n", b"three\n")] == sorted(
        map(printed.index, (b"one\n", b"two\n", b"three\n"))
    )
    assert printed.count(b"The VM is back.") == 2
    assert built.outcome.calls[-1] == DEPROVISION


@of_steps("Linux", shell("nohup sudo reboot"), shell("false"))
def test_a_step_that_fails_after_a_restart_stops_the_build(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert DEPROVISION not in built.outcome.calls


# ---- lines of any text


def _printing(text: str) -> str:
    """A line that prints a text, and is harmless whatever the text is."""
    return "printf '%s|' '" + text.replace("'", "'\\''") + "'"


LINES = [_printing(text) for text in drawn(TEXT.filter(lambda text: not set(text) & {"\n", "\r"}), 240)]
STEPS = [LINES[start : start + 16] for start in range(0, len(LINES), 16)]


@of_steps("Linux", *(shell(*lines) for lines in STEPS))
def test_lines_print_what_they_print_without_packer(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    assert [run.output for run in built.outcome.runs[:-1]] == [_printed_directly(lines) for lines in STEPS]
    assert len(LINES) >= 200


def _printed_directly(lines: list[str]) -> bytes:
    return subprocess.run(["/bin/sh", "-e"], input="\n".join(lines).encode(), capture_output=True, check=True).stdout
