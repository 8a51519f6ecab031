"""Sets a template beside a folder: reads the record of the folder, converts the template in the same way, and compares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.batch.outcomes import NotOneImageError
from aib2packer.batch.reading import convert_file, read_parameters
from aib2packer.comparison.accepting import FILE as ACCEPTED
from aib2packer.comparison.accepting import read_accepted, with_accepted
from aib2packer.comparison.authors import Base, Lines
from aib2packer.comparison.comparing import Project
from aib2packer.comparison.model import Comparison
from aib2packer.comparison.reading import Given, NotReadError, has_project
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.choices import Choices
from aib2packer.pipeline import Converted, Options, Result, compared
from aib2packer.programs.running import Unknown
from aib2packer.programs.upgrading import COMMAND, upgraded
from aib2packer.project_folder.reading import OnDisk, ProjectFiles, TooLargeError, With
from aib2packer.project_folder.record import FILE, NotARecordError, Record, digest, marks_in, read_record
from aib2packer.recorded_options import NotKnownError, recorded_options, with_given
from aib2packer.version import __version__

_PERSONS = ("MIGRATION.md", ".gitignore", ".gitattributes", "values.auto.pkrvars.hcl")
"""Files that a person may change without a difference."""


class Against(Struct, frozen=True, kw_only=True):
    """The folder to compare with, which image of it, and values for its variables."""

    folder: Path
    source: str = ""
    build: str = ""
    given: Given = field(default_factory=Given)


class SideBySide(Struct, frozen=True, kw_only=True):
    """What became of a comparison: None where the template was refused, which the findings tell."""

    comparison: Comparison | None
    findings: Findings
    images: tuple[str, ...] = ()


def compare_template(template: str, against: Against | None, options: Options) -> SideBySide:
    """A template beside a folder, or alone; raises NotReadError and NotOneImageError."""
    record = _record_in(against.folder) if against is not None else None
    asked = _options(template, record, options) if against is not None else options
    result = convert_file(template, asked)
    chosen = _chosen(result, record)
    if chosen is None:
        return SideBySide(comparison=None, findings=result.findings, images=result.images)
    project = _project(against, chosen, record) if against is not None else None
    if project is not None:
        chosen = replace(chosen, files={**chosen.files, **_vendored(chosen, project.files, record)})
    try:
        comparison = compared(chosen, result.findings, project)
        content = project.files.content(ACCEPTED) if project is not None else None
        if content is not None:
            comparison = with_accepted(comparison, read_accepted(content))
    except NotReadError as error:
        raise NotReadError(f"{against.folder.as_posix() if against is not None else ''}/{error}") from error
    return SideBySide(comparison=comparison, findings=result.findings, images=result.images)


def _record_in(folder: Path) -> Record | None:
    file = folder / FILE
    if not file.is_file():
        return None
    try:
        return read_record(file.read_bytes())
    except OSError as error:
        raise NotReadError(f"{file}: The file cannot be read ({error.strerror}).") from error
    except NotARecordError as error:
        raise NotReadError(f"{file}: The file {error}. Delete it, or convert again with --force.") from error


def _options(template: str, record: Record | None, given: Options) -> Options:
    """How to convert the template: as the project was made, where that is known."""
    if record is None:
        return replace(given, choices=Choices(second_source=True))
    try:
        recorded = recorded_options(record.options)
    except NotKnownError as error:
        raise NotReadError(
            f"{FILE}: This version of aib2packer has no option {error.word}. Convert again with --force."
        ) from error
    found = with_given(recorded, given)
    if given.parameter_files or not record.parameters:
        return found
    files = [(each.file, Path(template).with_name(each.file)) for each in record.parameters]
    lacking = next((name for name, path in files if not path.is_file()), None)
    if lacking is not None:
        raise NotReadError(f"The project was made with {lacking}, which is not beside the template. Pass it with -p.")
    return replace(found, parameter_files=tuple((str(path), read_parameters(path)) for _, path in files))


def _chosen(result: Result, record: Record | None) -> Converted | None:
    """The project of the image that is meant: of several the one that the folder was made as."""
    projects: Sequence[Converted] = result.projects
    if len(projects) + len(result.refused) > 1 and record is not None:
        projects = [each for each in projects if each.name == record.image] or projects
    if len(projects) > 1:
        raise NotOneImageError
    return projects[0] if projects else None


def _project(against: Against, fresh: Converted, record: Record | None) -> Project:
    files = _with_hcl(OnDisk(against.folder), against.folder)
    return Project(
        name=against.folder.as_posix(),
        files=files,
        source=against.source,
        build=against.build,
        given=against.given,
        base=_base(record, fresh, files) if record is not None else None,
        made_by=_made_by(record, fresh) if record is not None else "",
    )


def _made_by(record: Record, fresh: Converted) -> str:
    words = " ".join(["aib2packer", record.version, *record.options])
    return f"{words} from another template ({record.template.file})" if _is_of_another(record, fresh) else words


def _is_of_another(record: Record, fresh: Converted) -> bool:
    """Whether a project was made of another template: neither is it the same text, nor are its file and its image called the same."""
    names = [(each.template.file, each.image) for each in (record, fresh.record)]
    return names[0] != names[1] and record.template.sha256 != fresh.record.template.sha256


def _base(record: Record, fresh: Converted, files: ProjectFiles) -> Base:
    """What is known of the project as it was made."""
    same_parameters = {each.sha256 for each in record.parameters} == {each.sha256 for each in fresh.record.parameters}
    return Base(
        template_changed=record.template.sha256 != fresh.record.template.sha256 or not same_parameters,
        tool_changed=record.version != __version__,
        made=frozenset(record.files),
        edited=frozenset(path for path, made in record.files.items() if path not in _PERSONS and _digest(files, path) != made),
        rewritten=frozenset(path for path, text in fresh.files.items() if record.files.get(path) != digest(text)),
        is_of_another=_is_of_another(record, fresh),
        lines=Lines(mark for text in record.lines.values() for mark in marks_in(text)),
    )


def _digest(files: ProjectFiles, path: str) -> str:
    """The checksum of a file; empty where it is not there or cannot be read."""
    try:
        content = files.content(path)
    except (OSError, TooLargeError):
        return ""
    return digest(content) if content is not None else ""


def _vendored(fresh: Converted, files: ProjectFiles, record: Record | None) -> dict[str, bytes]:
    """Files that were downloaded into the project: they are not downloaded again, but taken from it where nobody changed them."""
    made = record.files if record is not None else {}
    contents = {path: files.content(path) for path in fresh.wanted}
    return {path: each for path, each in contents.items() if each is not None and digest(each) == made.get(path)}


def _with_hcl(files: ProjectFiles, folder: Path) -> ProjectFiles:
    """The files of a folder; a legacy template as the HCL2 that Packer makes of it. Raises NotReadError where there is none."""
    if has_project(files):
        return files
    legacy = next((each for each in files.listed() if each.endswith(".json") and _is_legacy(files, each)), None)
    if legacy is None:
        below = next(iter(sorted(folder.glob("*/*.pkr.hcl"))), None)
        hint = f" There is one in {below.parent.as_posix()}." if below is not None else ""
        raise NotReadError(f"There is no .pkr.hcl file in {folder.as_posix()}.{hint}")
    found = upgraded(folder / legacy)
    if found is None:
        message = f"{legacy} is a legacy JSON template. Install Packer, or run `{COMMAND} {legacy}` in the folder, then compare."
        raise NotReadError(f"There is no .pkr.hcl file in {folder.as_posix()}. {message}")
    if isinstance(found, Unknown):
        raise NotReadError(f"{(folder / legacy).as_posix()}: `{COMMAND}` cannot read the file ({found.reason}).")
    return With(files, f"{legacy}.pkr.hcl", found)


def _is_legacy(files: ProjectFiles, name: str) -> bool:
    try:
        content = files.content(name)
    except (OSError, TooLargeError):
        return False
    return content is not None and b'"builders"' in content
