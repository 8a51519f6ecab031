"""Cuts a log into its builds, and these into steps. Source: logs/FACTS.md 3 to 5."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from msgspec import Struct, field

from aib2packer.diagnostics.model import visible
from aib2packer.logs.headings import HINTED, Heading, ends_a_step, heading_of
from aib2packer.logs.lines import Channel, Line, LogLines, NotALogError
from aib2packer.logs.masking import checksum, masked
from aib2packer.logs.model import Build, Log, Outcome, Published, Step

_SHOWN = re.compile(r"(==>|-->|   ) ([^\s:]{1,200})(?: \([^)]{1,60}\))?: ?(.*)", re.DOTALL)
_ENDED = re.compile(r"Build '(.{1,200}?)' (finished|errored)(?: after ([\w ]+?))?(?:\.|: (.*))")
_STATUS = re.compile(r"non-zero exit status: (\d{1,10})")
_SCRIPT_RUNS = re.compile(r"PACKER_BUILDER_TYPE|packer-ps-env-vars|[\\/]script[_-]")
_TIDIES = re.compile(r"rm -f|chmod 0|powershell .*packer-cleanup")
_UPDATE = re.compile(r"Found Windows update \([^)]*\): (.+)")
_KNOWLEDGE = re.compile(r"\bKB\d{6,8}\b")
_PUBLISHED = re.compile(r"(ManagedImageId|ManagedImageSharedImageGalleryId|SharedImageGalleryReplicatedRegions|OSDiskUri): (.+)")
_SNAPSHOT = re.compile(r" -> Snapshot ID : '(.+)'")
_STORED = "Stored file: "
_SOME_FAILED, _ALL_ENDED = "==> Some builds didn't complete", "==> Builds finished"
_KINDS = {
    "ManagedImageId": "managed image",
    "ManagedImageSharedImageGalleryId": "gallery version",
    "SharedImageGalleryReplicatedRegions": "regions",
    "OSDiskUri": "VHD",
}
_MANIFEST = "post-processor manifest"
_RESTARTED = ("Machine successfully restarted, moving on", "Restart complete")
_UNITS = {"hour": 3600.0, "minute": 60.0, "second": 1.0, "millisecond": 0.001}
_HINT = 60
_DIGITS = 10


def read_log(path: Path, told: Callable[[int], None] = lambda _: None) -> Log:
    """The log in a file; ``told`` hears how many bytes were read. Raises NotALogError."""
    cutter = _Cutter()
    lines, first = LogLines(path, told), ""
    for line in lines:
        first = first or line.text.strip()
        cutter.take(line)
    if not cutter.builds:
        raise NotALogError(_refusal(path, first))
    return Log(name=str(path), form=lines.form, builds=cutter.closed())


def _refusal(path: Path, first: str) -> str:
    if not first:
        return visible(f"{path} is empty. Give the whole log.")
    return visible(
        f"{path} is no log of a build with Packer; it begins with «{masked(first)[:_HINT]}». "
        "Give the customization.log of Image Builder, or what packer build printed."
    )


class _OpenStep(Struct):
    """A step while its lines are read."""

    heading: Heading
    line: int
    begun: str
    ended: str = ""
    outcome: Outcome = Outcome.CUT_OFF
    exit: int | None = None
    restarts: int = 0
    hint: str = ""
    updates: dict[str, None] = field(default_factory=dict)
    printed: array[int] = field(default_factory=lambda: array("I"))

    def end(self, time: str, outcome: Outcome) -> None:
        """Ends the step, once."""
        if self.outcome is Outcome.CUT_OFF:
            self.ended, self.outcome = time, outcome

    def print(self, text: str) -> None:
        """Takes a line that the step printed."""
        if not text.strip():
            return
        self.printed.append(checksum(text))
        if not self.hint and self.heading.kind in HINTED:
            self.hint = masked(text.strip())[:_HINT]
        if text in _RESTARTED:
            self.restarts += 1
        elif update := _UPDATE.fullmatch(text):
            number = _KNOWLEDGE.search(update[1])
            self.updates[number[0] if number else masked(update[1])] = None

    def closed(self) -> Step:
        """The step as a value."""
        return Step(
            kind=self.heading.kind,
            what=self.heading.what,
            hint=self.hint,
            line=self.line,
            seconds=_between(self.begun, self.ended),
            outcome=self.outcome,
            exit=self.exit,
            restarts=self.restarts,
            updates=tuple(sorted(self.updates)),
            printed=self.printed,
        )


class _OpenBuild(Struct):
    """A build while its lines are read."""

    name: str
    line: int
    announced: str = ""
    steps: list[_OpenStep] = field(default_factory=list)
    published: dict[tuple[str, str], int] = field(default_factory=dict)
    outcome: Outcome = Outcome.CUT_OFF
    error: str = ""
    seconds: float | None = None

    @property
    def step(self) -> _OpenStep | None:
        """The step that runs."""
        return self.steps[-1] if self.steps and self.steps[-1].outcome is Outcome.CUT_OFF else None

    def show(self, line: Line, text: str) -> None:
        """Takes a line that the build showed."""
        step = self.step
        if heading := heading_of(text, self.announced):
            self._begin(heading, line)
        elif ends_a_step(text):
            if step is not None:
                step.end(line.time, Outcome.FAILED if text.startswith("Provisioning step had errors") else Outcome.PASSED)
        elif step is not None:
            step.print(text)
        elif snapshot := _SNAPSHOT.fullmatch(text):
            self.publish("snapshot", snapshot[1], line.number)

    def _begin(self, heading: Heading, line: Line) -> None:
        step = self.step
        self.announced = "" if heading.script else heading.kind
        if step is not None and step.heading.kind == heading.kind == "windows-update":
            return
        if step is not None:
            step.end(line.time, Outcome.PASSED)
        if heading.kind == _MANIFEST:
            self.publish("manifest", "", line.number)
        elif heading.script:
            self.steps.append(_OpenStep(heading, line.number, line.time))

    def publish(self, kind: str, name: str, number: int) -> None:
        """Takes a thing that the build made."""
        shown = ", ".join(sorted(name.split(","))) if kind == "regions" else masked(name.strip())
        self.published.setdefault((kind, shown), number)

    def end(self, outcome: Outcome, time: str, error: str = "", seconds: float | None = None) -> None:
        """Ends the build, and its last step; once. A script with an exit code was its last step, also where Packer tidied up before it said so."""
        if self.outcome is not Outcome.CUT_OFF:
            return
        if step := self.step:
            step.end(time, outcome)
        self.outcome, self.error, self.seconds = outcome, masked(error), seconds
        if self.steps and (status := _STATUS.search(error)):
            failed = next((each for each in self.steps if each.outcome is Outcome.FAILED), self.steps[-1])
            failed.outcome, failed.exit = Outcome.FAILED, int(status[1])

    def closed(self) -> Build:
        """The build as a value."""
        return Build(
            name=self.name,
            line=self.line,
            steps=tuple(step.closed() for step in self.steps),
            published=tuple(Published(kind=kind, name=name, line=line) for (kind, name), line in self.published.items()),
            outcome=self.outcome,
            error=self.error,
            seconds=self.seconds,
        )


class _Cutter:
    """Gives each line to its build; several builds may run at once, and one name may be built twice."""

    def __init__(self) -> None:
        self.builds: list[_OpenBuild] = []
        self._named: dict[str, _OpenBuild] = {}
        self._failing, self._all_ended = False, False
        self._ran: _OpenStep | None = None
        self._artifact: _OpenBuild | None = None

    def take(self, line: Line) -> None:
        """Takes a line."""
        text = line.text
        if line.channel is Channel.LOG:
            self._log(text)
        elif shown := _SHOWN.match(text):
            self._shown(line, shown)
        elif text.startswith("Build '") and (ended := _ENDED.fullmatch(text)):
            outcome = Outcome.FAILED if ended[2] == "errored" else Outcome.PASSED
            self._of(ended[1], line).end(outcome, line.time, ended[4] or "", _seconds(ended[3] or ""))
        elif text.startswith(_SOME_FAILED):
            self._failing = True
        elif text.startswith(_ALL_ENDED):
            self._failing, self._all_ended = False, True
        elif text[:1] in ("M", "O", "S") and self._artifact and (published := _PUBLISHED.fullmatch(text)):
            self._artifact.publish(_KINDS[published[1]], published[2], line.number)

    def closed(self) -> tuple[Build, ...]:
        """The builds; all passed where Packer says that they finished, though not each of them."""
        if self._all_ended:
            for build in self.builds:
                build.end(Outcome.PASSED, "")
        return tuple(build.closed() for build in self.builds)

    def _shown(self, line: Line, shown: re.Match[str]) -> None:
        sign, name, text = shown.groups()
        if sign == "-->":
            self._artifact = self._named.get(name)
            if self._artifact and self._failing:
                self._artifact.end(Outcome.FAILED, line.time, text)
            elif self._artifact and text.startswith(_STORED):
                self._artifact.publish("file", text.removeprefix(_STORED), line.number)
        elif sign == "==>":
            build = self._of(name, line)
            if build.outcome is not Outcome.CUT_OFF:
                build = self._new(name, line)
            build.show(line, text)
        elif name in self._named:
            self._named[name].show(line, text)

    def _of(self, name: str, line: Line) -> _OpenBuild:
        return self._named.get(name) or self._new(name, line)

    def _new(self, name: str, line: Line) -> _OpenBuild:
        build = self._named[name] = _OpenBuild(name, line.number)
        self.builds.append(build)
        return build

    def _log(self, text: str) -> None:
        """Takes a line of Packer's own log: the exit codes are there. It names no build, so only one may run."""
        if "remote command: " in text:
            if _SCRIPT_RUNS.search(text) and not _TIDIES.match(text.partition("remote command: ")[2]):
                self._ran = self._only_step()
        elif "exited with" in text and (ended := _ended(text)):
            command, code = ended
            step = self._ran or self._only_step()
            if step is not None and _SCRIPT_RUNS.search(command) and not _TIDIES.match(command):
                step.exit = code
                self._ran = None
        elif "Found command: " in text:
            step = self._only_step()
            if step is not None and not step.printed:
                step.hint = masked(text.partition("Found command: ")[2])[:_HINT]

    def _only_step(self) -> _OpenStep | None:
        running = [build.step for build in self.builds[-8:] if build.outcome is Outcome.CUT_OFF]
        return running[0] if len(running) == 1 else None


def _ended(text: str) -> tuple[str, int] | None:
    """The command that a line of Packer's log tells the end of, and its exit code: by WinRM, by SSH.

    >>> _ended("[INFO] command 'a.ps1' exited with code: 5"), _ended("[ERROR] Remote command exited with '1': a.sh")
    (('a.ps1', 5), ('a.sh', 1))
    """
    before, found, code = text.rpartition("' exited with code: ")
    command = before.partition("command '")[2]
    if not found:
        code, found, command = text.partition("Remote command exited with '")[2].partition("': ")
    return (command, int(code)) if found and code.isdecimal() and len(code) <= _DIGITS else None


def _seconds(text: str) -> float | None:
    """Packer's words for a duration.

    >>> _seconds("1 minute 5 seconds 250 milliseconds"), _seconds("")
    (65.25, None)
    """
    found = re.findall(r"(\d{1,9}) (hour|minute|second|millisecond)s?\b", text)
    return sum(int(number) * _UNITS[unit] for number, unit in found) if found else None


def _between(begun: str, ended: str) -> float | None:
    """The seconds between two times of a log that are written in the same way; None for the same: a line without a time has the last one."""
    if not begun or begun == ended or len(begun) != len(ended):
        return None
    if begun.isdigit():
        return float(max(0, int(ended) - int(begun)))
    try:
        start, stop = (datetime.fromisoformat(each.replace("/", "-")) for each in (begun, ended))
    except ValueError:
        return None
    return max(0.0, (stop - start).total_seconds())
