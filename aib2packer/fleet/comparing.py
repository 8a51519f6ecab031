"""Compares many templates with many projects: which belongs to which, and what became of each pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from aib2packer.batch.jobs import jobs_for
from aib2packer.batch.outcomes import NotOneImageError, Settings, State
from aib2packer.batch.running import run_job
from aib2packer.comparison.model import Comparison
from aib2packer.comparison.reading import NotReadError, has_project
from aib2packer.diagnostics.model import Severity
from aib2packer.pipeline import Options
from aib2packer.project_folder.drafts import is_in_draft
from aib2packer.project_folder.reading import OnDisk
from aib2packer.project_folder.record import FILE, NotARecordError, Record, read_record
from aib2packer.side_by_side import Against, compare_template
from aib2packer.source.inputs import inputs_of, look_through

_HCL = (".pkr.hcl", ".pkr.json")
_VALIDATION = "validate"


class Standing(StrEnum):
    """What became of a template, or of a project."""

    SAME = "same"
    DIFFERS = "differs"
    REFUSED = "refused"
    NOT_READ = "not readable"
    NO_PROJECT = "no project"
    NO_TEMPLATE = "no template"


class Pair(Struct, frozen=True, kw_only=True):
    """A template and a project that belong together, each by its path in its folder; one of both may be missing.

    ``reason`` says why there is no comparison where there should be one.
    """

    template: str
    project: str
    standing: Standing
    comparison: Comparison | None = None
    reason: str = ""


class _Project(Struct, frozen=True, kw_only=True):
    """A folder with a project, its path in the folder of all, and its record if it has one."""

    folder: Path
    inner: Path
    record: Record | None


def compare_folders(templates: Path, projects: Path, options: Options) -> Iterator[Pair]:
    """Every template of a folder beside its project, then the projects that are left."""
    found = list(_projects_in(projects))
    taken: set[Path] = set()
    for job in jobs_for(inputs_of([str(templates)]), Path()):
        own = [each for each in _of_template(Path(job.name), job.folder, found) if each.folder not in taken]
        taken |= {each.folder for each in own}
        for project in own:
            yield _compared(job.name, job.shown, project, options)
        if not own and (state := run_job(job, Settings(options=options, write=False)).state) is not State.SKIPPED:
            standing = Standing.REFUSED if state is State.REFUSED else Standing.NO_PROJECT
            yield Pair(template=job.shown, project="", standing=standing)
    for project in found:
        if project.folder not in taken:
            yield Pair(template="", project=project.inner.as_posix(), standing=Standing.NO_TEMPLATE)


def is_same(pairs: Sequence[Pair]) -> bool:
    """Whether every template has a project that says what it says."""
    return all(pair.standing is Standing.SAME for pair in pairs)


def holds_files(templates: str) -> bool:
    """Whether the templates of a folder are files in it, and not the folder itself, as with Terraform."""
    return look_through(Path(templates)).templates != (Path(templates),)


def _projects_in(folder: Path) -> Iterator[_Project]:
    for each in sorted({path.parent for suffix in _HCL for path in folder.rglob(f"*{suffix}")}):
        inner = each.relative_to(folder)
        if is_in_draft(inner / FILE) or (each.name == _VALIDATION and has_project(OnDisk(each.parent))):
            continue
        yield _Project(folder=each, inner=inner, record=_record_in(each))


def _record_in(folder: Path) -> Record | None:
    try:
        return read_record((folder / FILE).read_bytes())
    except (OSError, NotARecordError):
        return None


def _of_template(template: Path, stem: Path, projects: Sequence[_Project]) -> list[_Project]:
    """The projects that were made of a template: by their records, else by their names.

    Of several templates of one file name each has those below the folder of its own name, if there are some.
    """
    recorded = [each for each in projects if each.record is not None and each.record.template.file == template.name]
    below = [each for each in recorded if each.inner == stem or stem in each.inner.parents]
    if below or recorded:
        return below or recorded
    names = {stem.as_posix().lower(), template.stem.lower()}
    return [each for each in projects if each.record is None and each.inner.as_posix().lower() in names]


def _compared(template: str, shown: str, project: _Project, options: Options) -> Pair:
    inner = project.inner.as_posix()
    try:
        found = compare_template(template, Against(folder=project.folder), options)
    except NotReadError as error:
        return Pair(template=shown, project=inner, standing=Standing.NOT_READ, reason=str(error))
    except NotOneImageError:
        reason = "The template has several images, and the project has no record of its own."
        return Pair(template=shown, project=inner, standing=Standing.NOT_READ, reason=reason)
    if found.comparison is None:
        errors = (f"{each.code.id}: {each.message}" for each in found.findings if each.severity is Severity.ERROR)
        return Pair(template=shown, project=inner, standing=Standing.REFUSED, reason=next(errors, ""))
    standing = Standing.SAME if found.comparison.is_same else Standing.DIFFERS
    return Pair(template=shown, project=inner, standing=standing, comparison=found.comparison)
