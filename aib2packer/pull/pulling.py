"""Pulls image templates: their triggers are asked for, some at a time, and each file is written as soon as it is known.

A run that is interrupted, or in which something fails, leaves a list of the files that it finished. The next run asks no more for
the triggers of those, unless their image templates have changed since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from functools import partial
from pathlib import Path, PurePosixPath

from msgspec import Struct

from aib2packer.diagnostics.codes import pull as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.pull.asking import Ask, triggers_of
from aib2packer.pull.files import File, NotPulledError, file_of, places, put, triggers_in
from aib2packer.pull.masking import MASK
from aib2packer.pull.model import Listed, Template

AT_ONCE = 4
"""Number of az commands that run at the same time."""
FINISHED = ".aib2packer-pull"
"""The list of finished files, in the folder; it is there between an interrupted run and the next."""


class State(StrEnum):
    """What became of an image template; SAME if its file was there as it is now."""

    WRITTEN = "written"
    SAME = "unchanged"
    FAILED = "failed"


class Work(Struct, frozen=True, kw_only=True):
    """An image template, its place in the folder, and the API version to ask for its triggers with."""

    template: Template
    place: PurePosixPath
    api_version: str


def works(listed: Sequence[Listed], findings: Findings) -> tuple[Work, ...]:
    """What is to be done for what Azure listed; what it did not list is a finding."""
    for each in listed:
        if each.problem:
            findings.add(codes.NOT_ANSWERED, f"Subscription {each.subscription.name}: {each.problem}")
    where = places(listed)
    return tuple(
        Work(template=template, place=where[template.id], api_version=each.api_version)
        for each in listed
        for template in each.templates
    )


def pull(ask: Ask, todo: Sequence[Work], folder: Path, findings: Findings) -> Iterator[State]:
    """Writes the file of each image template, and gives what became of it; what is amiss is a finding."""
    journal = folder / FINISHED
    if journal.is_symlink():
        journal.unlink()
    done = frozenset(journal.read_text(encoding="utf-8").splitlines()) if journal.is_file() else frozenset()
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        for work, file in zip(todo, pool.map(partial(_file, ask, folder, done), todo), strict=True):
            state = _put(folder, work, file, findings)
            if state is not State.FAILED:
                with journal.open("a", encoding="utf-8") as list_of_files:
                    list_of_files.write(f"{work.place}\n")
            yield state
    finally:
        pool.shutdown(cancel_futures=True)
    if not findings.has_errors():
        journal.unlink(missing_ok=True)


def _file(ask: Ask, folder: Path, done: frozenset[str], work: Work) -> File | str:
    """The file of an image template, or why its triggers are unknown."""
    if str(work.place) in done:
        triggers = triggers_in(folder / work.place)
        known = file_of(work.template.resource, triggers) if triggers is not None else None
        if known is not None and (folder / work.place).read_bytes() == known.text.encode():
            return known
    got = triggers_of(ask, work.template, work.api_version)
    return got.problem or file_of(work.template.resource, got.items)


def _put(folder: Path, work: Work, file: File | str, findings: Findings) -> State:
    if isinstance(file, str):
        findings.add(codes.NOT_ANSWERED, f"Not written, because its triggers are unknown: {file}", path=str(work.place))
        return State.FAILED
    try:
        written = put(folder, work.place, work.template, file.text)
    except NotPulledError as error:
        findings.add(codes.NOT_PULLED, str(error), path=str(work.place))
        return State.FAILED
    if file.secrets:
        message = f"{MASK} stands in the place of what looks like a secret in {', '.join(file.secrets)}."
        findings.add(codes.MASKED, message, path=str(work.place))
    return State.WRITTEN if written else State.SAME
