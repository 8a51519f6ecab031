"""What a log tells of its builds, and how two logs differ. No value here says how it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from aib2packer.comparison.model import Verdict


class Form(StrEnum):
    """Who wrote a log, and how: Image Builder (Packer's log with a prefix), or Packer in one of its three forms."""

    IMAGE_BUILDER = "image-builder"
    PACKER_LOG = "packer-log"
    MACHINE_READABLE = "machine-readable"
    TEXT = "text"


class Outcome(StrEnum):
    """How a step or a build ended; CUT_OFF where the log ends before it."""

    PASSED = "passed"
    FAILED = "failed"
    CUT_OFF = "cut off"


class Step(Struct, frozen=True, kw_only=True):
    """One thing that Packer ran.

    ``kind`` is the type of the provisioner or post-processor; ``what`` the script or the file in the VM, empty where the log names a
    temporary file only; ``hint`` the first command or line of output. ``exit`` is None where the log does not tell it, and
    ``seconds`` where it has no times. ``printed`` has a checksum for each line of output, without what changes from run to run.
    """

    kind: str
    what: str
    hint: str
    line: int
    seconds: float | None
    outcome: Outcome
    exit: int | None
    restarts: int
    updates: tuple[str, ...]
    printed: Sequence[int]

    @property
    def follows_the_build(self) -> bool:
        """Whether it is a post-processor; Image Builder has none."""
        return self.kind.startswith("post-processor ")


class Published(Struct, frozen=True, kw_only=True):
    """Something that a build made: ``kind`` in words, ``name`` without what changes from run to run; empty for a manifest."""

    kind: str
    name: str
    line: int


class Build(Struct, frozen=True, kw_only=True):
    """One build of a log; ``error`` is the reason of a failed one."""

    name: str
    line: int
    steps: tuple[Step, ...]
    published: tuple[Published, ...]
    outcome: Outcome
    error: str
    seconds: float | None


class Log(Struct, frozen=True, kw_only=True):
    """One log, by the name of its file."""

    name: str
    form: Form
    builds: tuple[Build, ...]

    @property
    def steps(self) -> Iterator[Step]:
        """The steps of all builds."""
        return (step for build in self.builds for step in build.steps)

    @property
    def published(self) -> Iterator[Published]:
        """What all builds published."""
        return (each for build in self.builds for each in build.published)


class Change(Struct, frozen=True, kw_only=True):
    """One thing that differs: what it is, and its value in each log."""

    aspect: str
    left: str
    right: str


Part = Build | Step | Published


class LogDifference(Struct, frozen=True, kw_only=True):
    """A build, a step or something published, in each log that has it: MISSING is in the first only, EXTRA in the second only.

    ``build`` is the number of its pair of builds. ``reason`` says why nothing can be told. ``numbers`` are the positions of a step among those of its build, from 1.
    """

    verdict: Verdict
    build: int
    left: Part | None
    right: Part | None
    numbers: tuple[int | None, int | None] = (None, None)
    changes: tuple[Change, ...] = ()
    reason: str = ""

    @property
    def part(self) -> Part:
        """The part itself, of the first log where both have it."""
        part = self.left or self.right
        assert part is not None
        return part


class LogComparison(Struct, frozen=True, kw_only=True):
    """Two logs and a row for each part of them, in the order of the first."""

    left: Log
    right: Log
    rows: tuple[LogDifference, ...]

    @property
    def differences(self) -> tuple[LogDifference, ...]:
        """The rows that are not the same, without those that cannot be told."""
        return tuple(row for row in self.rows if row.verdict not in (Verdict.SAME, Verdict.CANNOT_TELL))

    @property
    def first(self) -> LogDifference | None:
        """Where the logs part first: a step before the build that failed with it."""
        return next((row for row in self.differences if not isinstance(row.part, Build)), next(iter(self.differences), None))

    def count(self, verdict: Verdict) -> int:
        """How many rows have a verdict."""
        return sum(row.verdict is verdict for row in self.rows)
