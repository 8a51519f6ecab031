"""A template beside a Packer project, as data: a row for each setting and step. The faces render it and decide nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from aib2packer.diagnostics.model import Fidelity

AS_IN_THE_SERVICE = (Fidelity.EXACT, Fidelity.EQUIVALENT)
"""What a person need not act on."""


class Verdict(StrEnum):
    """How the project stands to a fresh conversion; EXTRA exists only in the project."""

    SAME = "same"
    DIFFERS = "differs"
    MISSING = "missing"
    EXTRA = "extra"
    MOVED = "moved"
    CANNOT_TELL = "cannot tell"


class Author(StrEnum):
    """Whose change a difference is, counted from the conversion that made the project."""

    TEMPLATE = "the template changed"
    PERSON = "the project was edited"
    TOOL = "aib2packer changed"
    BOTH = "both changed"


class Spot(Struct, frozen=True, order=True):
    """A line of a file, counted from 1; the file is named as the report shows it."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Shown(Struct, frozen=True):
    """A value for the eye, of any length and with any characters in it, and where it stands. A secret is masked already."""

    text: str
    spot: Spot | None = None


class Row(Struct, frozen=True, kw_only=True):
    """One setting or step.

    ``key`` is stable: the path in the template without ``properties.`` (``customize[2].inline``), else Packer's name for what only the
    project has. Of several settings of Packer for one path, and of what a project adds to a step, it ends in Packer's name
    (``customize[2]: max_retries``). ``title`` names the step that the row is about. ``setting`` is Packer's name. ``packer`` is the value of a fresh
    conversion. ``fate`` tells how near the conversion comes, ``service`` and ``here`` what Image Builder does and what the project does,
    ``code`` the finding about it; without a project ``change`` is its message, if it is a warning. ``verdict`` is None where there is no project. ``change`` says in words what two values cannot show.
    """

    key: str
    section: str
    title: str = ""
    setting: str = ""
    template: Shown | None = None
    packer: Shown | None = None
    project: Shown | None = None
    fate: Fidelity | None = None
    service: str = ""
    here: str = ""
    code: str = ""
    verdict: Verdict | None = None
    author: Author | None = None
    change: str = ""
    accepted: str = ""

    @property
    def path(self) -> str:
        """The key without Packer's name."""
        return self.key.removesuffix(f": {self.setting}")

    @property
    def differs(self) -> bool:
        """Whether the project says something else, and nobody accepted it."""
        return self.verdict not in (None, Verdict.SAME) and not self.accepted


class Comparison(Struct, frozen=True, kw_only=True):
    """All rows about one image.

    ``template`` and ``project`` are names to show (``project`` is empty where the template stands alone). ``texts`` are the files that
    the rows point to, by the names that their spots use, with secrets masked. ``made_by`` is the command line that made the project,
    ``edited`` its files that were changed since; both are empty without a record. ``left_out`` are sources and builds of the project that
    belong to other images. ``stale`` are accepted differences that do not occur.
    """

    template: str
    project: str = ""
    rows: tuple[Row, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    made_by: str = ""
    edited: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether the project says what a fresh conversion would say, accepted differences aside."""
        return not any(row.differs for row in self.rows)

    @property
    def verdicts(self) -> Mapping[Verdict, int]:
        """How many rows have each verdict; accepted differences are not among them."""
        return Counter(row.verdict for row in self.rows if row.verdict is not None and not row.accepted)

    @property
    def fates(self) -> Mapping[Fidelity, int]:
        """How many settings of the template have each fate."""
        return Counter({row.path: row.fate for row in self.rows if row.fate is not None}.values())
