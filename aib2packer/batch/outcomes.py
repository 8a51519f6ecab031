"""What is asked of a run over files, and what became of each file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from aib2packer.diagnostics.model import Findings
from aib2packer.pipeline import Options


class NotOneImageError(Exception):
    """There are several image templates, and nothing tells which one is meant."""


class State(StrEnum):
    """What became of a file; IN_PART if some of its images were refused, SKIPPED if it is in a folder and holds no image template."""

    CONVERTED = "converted"
    IN_PART = "in part"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Settings(Struct, frozen=True, kw_only=True):
    """How a run is done: what conversions are asked for, whether warnings refuse, whether and how files are written.

    ``allow_http`` and ``sign_in`` are about files that are downloaded at conversion. ``ignored`` are the codes whose warnings and notes
    count for nothing. ``beside`` asks for the parameter file that lies beside a template, ``page`` for the page of a file's one image.
    """

    options: Options
    strict: bool = False
    write: bool = True
    force: bool = False
    allow_http: bool = False
    sign_in: bool = False
    ignored: frozenset[str] = frozenset()
    beside: bool = False
    page: bool = False


class Written(Struct, frozen=True, kw_only=True):
    """A project that was made: where, how many values are to be filled in, which secrets to set, and the commands to run then.

    ``by_pipeline`` tells of a pipeline that builds it. ``by_hand`` are settings that leave something to a person: their paths without numbers, and what the project does (clauses).
    """

    folder: Path
    open_values: int
    open_secrets: tuple[str, ...]
    commands: tuple[str, ...]
    by_pipeline: bool = False
    by_hand: tuple[tuple[str, str], ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one file: ``refused`` are its images that were not converted, ``kind`` says what a file is that was passed over.

    ``page`` is the HTML page of its image, if there is one and it was asked for.
    """

    name: str
    state: State
    findings: Findings
    projects: tuple[Written, ...] = ()
    refused: tuple[str, ...] = ()
    shown: str = ""
    kind: str = ""
    page: str = ""
