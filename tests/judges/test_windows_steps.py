"""The steps of every Windows sample, run by real Packer against a stand-in for WinRM: what arrives, in which order, as whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

import pytest
from building import subjects
from building.expected import File, Restart, Script, Step, Update
from building.null_project import UPDATE_MARKER
from building.real_packer import Done, needs_packer, packer, plugins
from building.subjects import Prepared, Subject, every_sample, of_steps, side_by_side
from vendor.winrm_standin import WinRM, full_path

pytestmark = [pytest.mark.judge, needs_packer]

HAS_UPDATES = "windows-update" in plugins()
AT_A_TIME = 16  # builds: what they do is mostly waiting
USER, PASSWORD = "packer", "p$w\"d`x'&<1"
SCRIPT = r"C:\DeprovisioningScript.ps1"
RESTART = 'shutdown /r /f /t 0 /c "packer restart"'
UPDATE_RESTART = 'shutdown.exe -f -r -t 0 -c "packer restart"'
SYSPREP = rb"& $Env:SystemRoot\System32\Sysprep\Sysprep.exe /oobe /generalize /quiet /quit"
PORT = 5986
CONNECTION = {
    "communicator": "winrm",
    "winrm_host": "127.0.0.1",
    "winrm_port": PORT,
    "winrm_username": USER,
    "winrm_password": PASSWORD,
    "winrm_use_ssl": True,
    "winrm_insecure": True,
    "winrm_use_ntlm": True,
    "winrm_timeout": "1m",
}


@dataclass(frozen=True, slots=True)
class Put:
    """A file arrived."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Ran:
    """A script ran: its bytes, as whom, as a task of its own (elevated) or not, how it ended, which other files it names."""

    data: bytes
    user: str = USER
    elevated: bool = False
    exit: int | None = 0
    names: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True)
class Did:
    """Something else happened: a restart, a command of the template's own, updates."""

    what: str
    how: str | None = ""


Event = Put | Ran | Did


@dataclass(frozen=True, slots=True)
class Outcome:
    """What Packer said, what the machine saw, and what a real Windows would take amiss."""

    done: Done
    events: list[Event]
    warnings: list[str]

    @property
    def runs(self) -> list[Ran]:
        """The scripts that ran."""
        return [event for event in self.events if isinstance(event, Ran)]


Built = subjects.Built[Outcome]


def build(prepared: Prepared) -> Outcome:
    """Builds a project; each script of the template ends with the last of the exit codes that it may have, or as the test has it."""
    scripts = [step for step in prepared.steps or () if isinstance(step, Script)]
    codes = {step.data.decode(): step.exit_codes[-1] for step in scripts}
    rules = [{"content": re.escape(text), "exit": code} for text, code in {**prepared.subject.exits, **codes}.items()]
    with WinRM(rules=rules, restart_probes=0, updates=1, accounts={USER: PASSWORD}) as vm:
        image = prepared.place / "image.pkr.hcl"
        image.write_text(image.read_text().replace(f"winrm_port = {PORT}\n", f"winrm_port = {vm.port}\n"))
        done = packer("build", *prepared.project.arguments, folder=image.parent)
        amiss = [event for event in vm.events if event.get("warnings") or (event["event"] == "fault" and not event["boot"])]
        return Outcome(done, list(_events(vm)), [str(event) for event in amiss])


def _events(vm: WinRM) -> Iterator[Event]:
    for kind, event in vm.template_events():
        if kind == "file":
            yield Put(event["path"], vm.bytes_of(event["sha256"]))
        elif kind == "run":
            data = vm.bytes_of(event["runs"][0]["sha256"])
            names = tuple((each["path"], vm.bytes_of(each["sha256"])) for each in event["mentions"])
            is_update = UPDATE_MARKER.encode() in data
            yield Did("update") if is_update else Ran(data, event["as_user"], event["elevated"], event["exit"], names)
        elif kind == "windows-update":
            yield Did("update", event["inner_decoded"])
        else:
            yield Did(kind, event.get("cause") or event.get("text"))


@pytest.fixture(scope="module")
def builds(request: pytest.FixtureRequest) -> Iterator[Callable[[Subject], Built]]:
    with side_by_side(request, AT_A_TIME, CONNECTION, build) as result:
        yield result


@pytest.fixture
def built(request: pytest.FixtureRequest, builds: Callable[[Subject], Built]) -> Built:
    return builds(request.param)


# ---- every sample


@every_sample("Windows")
def test_sample_builds(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    assert built.outcome.warnings == []


@every_sample("Windows")
def test_every_step_arrives_in_order_byte_for_byte_as_its_user(built: Built) -> None:
    events = built.outcome.events[0 if built.subject.is_checks else 1 : -1 if built.subject.generalizes else None]
    wanted = [(event, step) for step in built.told for event in _wanted(step, built)]
    assert len(events) == len(wanted)
    for event, (expected, step) in zip(events, wanted, strict=True):
        assert _comparable(event, step, built) == expected


def _wanted(step: Step, built: Built) -> Iterator[Event]:
    match step:
        case Script(data=data, elevated=elevated, system=system, exit_codes=codes):
            is_own = built.subject.machine_downloads and step.download is not None
            yield Ran(data, "SYSTEM" if system else USER, elevated, 0 if is_own else codes[-1])
        case File(path=path, download=download):
            yield Ran(download.data) if built.subject.machine_downloads else Put(full_path(path), download.data)
        case Restart(command=command, check=check):
            yield Did("restart", command or RESTART)
            yield from [Did("command", check)] if check else []
        case Update() if HAS_UPDATES:
            yield from (
                Did("update", _update_command(step)),
                Did("restart", UPDATE_RESTART),
                Did("update", _update_command(step)),
            )
        case Update():
            yield Did("update")


def _comparable(event: Event, step: Step, built: Built) -> Event:
    """An event without what comes from Packer; where the machine downloads by itself, a script of ours that names the file will do."""
    if not isinstance(event, Ran):
        return event
    data = event.data
    if built.subject.machine_downloads and isinstance(step, Script | File) and step.download is not None:
        data = step.download.data if b"in the build VM" in data else data
    return replace(event, names=(), data=data)


def _update_command(step: Update) -> str:
    """How the plugin calls its script; what is not said is its default."""
    words = ["C:/Windows/Temp/packer-windows-update.ps1"]
    if step.criteria is not None:
        words.append(f"-SearchCriteria {_quoted(step.criteria)}")
    if step.filters is not None:
        words.append(f"-Filters {','.join(map(_quoted, step.filters))}")
    return " ".join([*words, f"-UpdateLimit {step.limit or 1000}"])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@every_sample("Windows")
def test_the_deprovisioning_script_is_placed_first(built: Built) -> None:
    first = built.outcome.events[0] if built.outcome.events else None
    placed = isinstance(first, Put) and first.path == SCRIPT and SYSPREP in first.data.splitlines()
    assert placed == (not built.subject.is_checks)


@every_sample("Windows")
def test_the_deprovisioning_script_that_is_there_is_run_last(built: Built) -> None:
    named = [event for event in built.outcome.runs if event.names]
    if not built.subject.generalizes:
        assert named == []
        return
    put = [event.data for event in built.outcome.events if isinstance(event, Put) and event.path == SCRIPT]
    last = built.outcome.events[-1]
    assert isinstance(last, Ran)
    assert last.names == ((SCRIPT, put[-1]),)
    assert (last.user, last.elevated, last.exit) == (USER, False, 0)


# ---- what a step may do


def powershell(line: str, **more: object) -> dict[str, object]:
    return {"type": "PowerShell", "inline": [line], **more}


AS_SYSTEM = {"runElevated": True, "runAsSystem": True}
OWN_SCRIPT = {"type": "File", "sourceUri": "https://example.com/own.ps1", "destination": "C:\\DeprovisioningScript.ps1"}


@of_steps("Windows", OWN_SCRIPT)
def test_a_script_that_a_step_brings_is_the_one_that_runs(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    file = built.told[0]
    assert isinstance(file, File)
    assert built.outcome.runs[-1].names == ((SCRIPT, file.download.data),)


@of_steps("Windows", powershell("Write-Output 1"), exits={"& $script": 1})
def test_generalizing_that_fails_stops_the_build(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert built.outcome.runs[-1].exit == 1


@of_steps(
    "Windows", powershell("# one", validExitCodes=[0, 3010]), powershell("# two"), powershell("# three"), exits={"# two": 3010}
)
def test_an_exit_code_that_is_not_valid_stops_the_build_there(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert [run.exit for run in built.outcome.runs] == [3010, 3010]


@of_steps("Windows", powershell("# one", **AS_SYSTEM), powershell("# two", **AS_SYSTEM), exits={"# one": 3010})
def test_an_exit_code_that_is_not_valid_stops_the_build_of_elevated_steps_too(built: Built) -> None:
    assert built.outcome.done.exit == 1
    assert [(run.user, run.elevated, run.exit) for run in built.outcome.runs] == [("SYSTEM", True, 3010)]


@of_steps("Windows", powershell("# one"), {"type": "WindowsRestart"}, powershell("# two"))
def test_steps_go_on_after_a_restart(built: Built) -> None:
    assert built.outcome.done.exit == 0, built.outcome.done.output
    kinds = [kind for kind, _ in groupby(built.outcome.events[1:-1], key=type)]
    assert kinds == [Ran, Did, Ran]
