"""The projects of a file, each in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from aib2packer.batch.jobs import Job
from aib2packer.batch.outcomes import Outcome, Settings, State, Written
from aib2packer.diagnostics.codes import output as output_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.hcl.names import take_free
from aib2packer.lowering.build import VALUES
from aib2packer.pipeline import Converted, Result
from aib2packer.project_folder.drafts import NotWrittenError
from aib2packer.project_folder.in_place import Placed
from aib2packer.project_folder.record import FILE as RECORD
from aib2packer.project_folder.writing import folder_name, read_along, write_projects
from aib2packer.report.settings import by_hand


def write_result(job: Job, result: Result, settings: Settings) -> Outcome:
    if settings.write and job.earlier:
        message = (
            f"{job.folder} is also the output folder of {job.earlier}. Nothing was written. Convert them one by one, "
            "each with its own -o."
        )
        result.findings.add(output_codes.SAME_NAME, message)
        return refused_outcome(job, result.findings, result)
    places = dict(_places(result, job.folder))
    placed: dict[Path, Placed] = {}
    moved = {folder: dict.fromkeys(_downloads_moved(folder, project)) for folder, project in places.items() if settings.write}
    try:
        if settings.write:
            files = {folder: project.files for folder, project in places.items()}
            placed = write_projects(files, force=settings.force, filled_in=(VALUES,))
    except NotWrittenError as problem:
        code = output_codes.NOT_EMPTY if problem.taken else output_codes.NOT_WRITABLE
        advice = "Use --force to overwrite it, or -o to name another folder." if problem.taken else "Name another folder with -o."
        result.findings.add(code, f"{problem}. Nothing was written. {advice}")
        return refused_outcome(job, result.findings, result)
    if placed and job.folder not in placed and (job.folder / RECORD).is_file():
        message = f"{job.folder} also has a project of an earlier conversion, when the file held one image. Delete it."
        result.findings.add(output_codes.KEPT, message)
    for folder, project in places.items():
        if folder in placed:
            _report_earlier(folder, placed[folder], settings.force, result.findings)
            if moved[folder]:
                message = f"Kept in {folder}, although downloaded from another URL: {', '.join(moved[folder])}. Delete it to get the new one."
                result.findings.add(output_codes.KEPT, message)
            _report_read_along(folder, project, result.findings)
    written = tuple(
        Written(
            folder=folder,
            open_values=project.open_values,
            open_secrets=project.open_secrets,
            commands=project.commands,
            by_pipeline=settings.options.choices.pipeline is not None,
            by_hand=by_hand(project.settings),
        )
        for folder, project in places.items()
    )
    state = State.IN_PART if result.refused else State.CONVERTED
    return Outcome(name=job.name, state=state, findings=result.findings, projects=written, refused=result.refused)


def refused_outcome(job: Job, findings: Findings, result: Result | None = None) -> Outcome:
    """A file of which nothing is written, with the names of all of its images."""
    images = (*(each.label for each in result.projects), *result.refused) if result is not None else ()
    return Outcome(name=job.name, state=State.REFUSED, findings=findings, refused=images)


def _report_earlier(folder: Path, placed: Placed, force: bool, findings: Findings) -> None:
    """What became of files that an earlier conversion left in the folder."""
    filled_in = VALUES in placed.kept
    others = [path for path in placed.kept if path != VALUES]
    if filled_in:
        message = f"Kept {folder / VALUES}, because a person filled it in. Delete it to get a new one."
        findings.add(output_codes.KEPT, message)
    if others:
        remedy = "delete them to get new ones" if force else "--force overwrites them"
        message = (
            f"Not brought up to date in {folder}, because a person changed them: {', '.join(others)}. "
            f"`aib2packer compare` shows what they lack; {remedy}."
        )
        findings.add(output_codes.KEPT, message)
    if placed.removed:
        findings.add(
            output_codes.REMOVED, f"Removed from {folder}, because they are no longer needed: {', '.join(placed.removed)}."
        )


def _downloads_moved(folder: Path, project: Converted) -> Iterator[str]:
    """Files that an earlier fetch script downloaded from elsewhere, which the new one keeps for want of a checksum."""
    for script in ("scripts/fetch.sh", "scripts/fetch.ps1"):
        if script in project.files and (folder / script).is_file():
            from aib2packer.comparison.downloads import downloads_in

            before = downloads_in(SourceText(script, (folder / script).read_text(errors="replace")))
            for name, each in downloads_in(SourceText(script, str(project.files[script]))).items():
                is_other = name in before and before[name].url != each.url and not each.sha256
                if is_other and (folder / "scripts" / name).is_file():
                    yield f"scripts/{name}"


def _report_read_along(folder: Path, project: Converted, findings: Findings) -> None:
    for name in read_along(folder, project.files):
        message = (
            f"Packer also reads {folder / name}, which aib2packer did not write. Delete it unless it belongs to the project."
        )
        findings.add(output_codes.READ_ALONG, message)


def _places(result: Result, folder: Path) -> Iterator[tuple[Path, Converted]]:
    """The folder of each project of a file: the folder itself for one, folders below it, by the images' names, for several.

    Of two images of one name, each in a deployment of its own, the deployment tells them apart.
    """
    projects = result.projects
    if len(projects) == 1 and not result.refused:
        yield folder, projects[0]
        return
    taken: set[str] = set()
    stems = [folder_name(project.name) for project in projects]
    for project, stem in zip(projects, stems, strict=True):
        is_one = sum(other.lower() == stem.lower() for other in stems) == 1
        wish = stem if is_one or not project.parent else folder_name(f"{project.name}-{project.parent}")
        yield folder / take_free(wish, taken, partial("{}-{}".format, wish)), project
