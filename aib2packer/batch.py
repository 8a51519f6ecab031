"""One run over many files: reads each, converts it, writes its projects."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import output as output_codes
from aib2packer.diagnostics.codes.template import NOT_AN_IMAGE_TEMPLATE
from aib2packer.diagnostics.codes.terraform import MODULE
from aib2packer.diagnostics.failing import what_failed
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.hcl.names import take_free
from aib2packer.lowering.build import VALUES
from aib2packer.pipeline import Converted, Options, Result, compared, convert, image_names, unreadable, with_downloads
from aib2packer.project_folder.drafts import NotWrittenError
from aib2packer.project_folder.in_place import Placed
from aib2packer.project_folder.naming import absolute, telling_apart
from aib2packer.project_folder.writing import folder_name, read_along, write_projects
from aib2packer.report.settings import by_hand
from aib2packer.source.addresses import advice_for, shown
from aib2packer.source.bicep.not_compiled import PARAMETERS, NotCompiledError
from aib2packer.source.foreign import about_images
from aib2packer.source.inputs import Inputs
from aib2packer.source.others import is_clearly_template, kind_of, may_hold_template, parameter_file_beside
from aib2packer.source.readers import JSON, READERS, by_suffix, for_path

if TYPE_CHECKING:
    from aib2packer.download.vendor import Watcher

MANY = 8
"""A further process pays off from this many files on."""
_SHOWN = 10
"""So many file names stand in one message."""


class NotOneImageError(Exception):
    """There are several image templates, and nothing tells which one is meant."""


class State(StrEnum):
    """What became of a file; IN_PART if some of its images were refused, SKIPPED if it is in a folder and holds no image template."""

    CONVERTED = "converted"
    IN_PART = "in part"
    REFUSED = "refused"
    SKIPPED = "skipped"


class Job(Struct, frozen=True, kw_only=True):
    """A file to convert (``-``: standard input), and the folder for its project; ``scanned`` where a folder was named.

    ``shown`` is its name in a table: that in the folder. ``earlier`` is the file before it whose project goes to the same folder.
    ``lacking`` are the files of folders that cannot be loaded for ``lack``, what this machine lacks; they are one job, so that it is
    said once. ``read`` is what was read already.
    """

    name: str
    folder: Path
    scanned: bool = False
    shown: str = ""
    earlier: str = ""
    lacking: tuple[str, ...] = ()
    lack: str = ""
    read: tuple[bytes, Mapping[str, bytes]] | None = None


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

    ``by_hand`` are settings that leave something to a person: their paths without numbers, and what the project does (clauses).
    """

    folder: Path
    open_values: int
    open_secrets: tuple[str, ...]
    commands: tuple[str, ...]
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


def jobs_for(inputs: Inputs, output: Path | None) -> list[Job]:
    """The files that were named, and those in folders; one project goes to the output folder itself, several below it."""
    found: list[tuple[str, Path, bool]] = []
    for template in inputs.names:
        path = Path(template)
        if template in inputs.folders:
            inside = inputs.folders[template].templates
            found += [(str(each), _stem(each, path), inside != (path,)) for each in inside]
        else:
            found.append((template, Path("template" if template == "-" else path.stem), False))
    read = {str(unit): each for folder in inputs.folders.values() for unit, each in folder.read.items()}
    found = list({absolute(each[0]): each for each in found}.values())
    single = len(found) == 1
    lacking = {} if single else _lacking([name for name, _, scanned in found if scanned])
    left = {name for names in lacking.values() for name in names}
    found = [each for each in found if each[0] not in left]
    stems = telling_apart([name for name, _, _ in found], [stem for _, stem, _ in found])
    jobs: list[Job] = []
    first: dict[Path, str] = {}
    for (name, _, scanned), stem in zip(found, stems, strict=True):
        folder = _folder(stem, output, single)
        jobs.append(
            Job(
                name=name,
                shown=_shown(name, inputs),
                folder=folder,
                scanned=scanned,
                earlier=first.get(folder, ""),
                read=read.get(name),
            )
        )
        first.setdefault(folder, name)
    return jobs + [
        Job(
            name=_all_of(names),
            shown=_shown(_all_of(names), inputs),
            folder=Path(names[0]).parent,
            scanned=True,
            lacking=tuple(names),
            lack=lack,
        )
        for lack, names in lacking.items()
    ]


def _shown(name: str, inputs: Inputs) -> str:
    """The name of a file in a table: its path in the folder, if one folder was named."""
    is_one = len(inputs.names) == 1 and inputs.names[0] in inputs.folders
    return Path(name).relative_to(inputs.names[0]).as_posix() if is_one else name


def _stem(path: Path, folder: Path) -> Path:
    """The folder of a file's project; two files whose names differ in their forms only have two."""
    inner = path.relative_to(folder)
    if path.is_dir():
        return inner if inner.name else Path(path.resolve().name)
    is_alone = by_suffix(path.name) is JSON or not any(path.with_suffix(suffix).is_file() for suffix in JSON.suffixes)
    return inner.with_suffix("") if is_alone else inner.with_name(f"{inner.stem}-{inner.suffix.lstrip('.')}")


def _all_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _lacking(names: Sequence[str]) -> dict[str, list[str]]:
    """The files that this machine cannot load, by what it lacks."""
    lacks = {reader.name: reader.lacks() for reader in READERS}
    found: dict[str, list[str]] = {}
    for name in names:
        reader = by_suffix(name)
        if reader is not None and lacks[reader.name]:
            found.setdefault(lacks[reader.name], []).append(name)
    return found


def _folder(stem: Path, output: Path | None, single: bool) -> Path:
    if output is None:
        return stem.with_name(f"{stem.name}-packer")
    return output if single else output / stem


def run_job(job: Job, settings: Settings, watcher: Watcher | None = None) -> Outcome:
    """Reads, converts and writes one file; one that cannot be read, and one that aib2packer fails on, is an outcome as well."""
    try:
        outcome = _run_job(job, settings, watcher)
    except NotOneImageError:
        raise
    except Exception as error:
        outcome = failed(job, f"{what_failed(error)} Report it with the template, without its secrets.")
    outcome.findings.ignore(settings.ignored)
    return replace(outcome, shown=job.shown or outcome.name)


def failed(job: Job, message: str) -> Outcome:
    """The outcome of a file on which aib2packer itself failed."""
    findings = Findings()
    findings.add(output_codes.INTERNAL, message, place=Place(SourceText(_display(job.name), ""), 0, 0))
    return replace(_refused(job, findings), shown=job.shown or job.name)


def _run_job(job: Job, settings: Settings, watcher: Watcher | None) -> Outcome:
    if job.lacking:
        return _refused(job, _not_loaded(job))
    advice = advice_for(job.name)
    if advice:
        return Outcome(name=shown(job.name), state=State.REFUSED, findings=_no_file(job.name, advice).findings)
    try:
        data, files = job.read if job.read is not None else _read(job.name)
        if job.scanned and not may_hold_template(job.name, data):
            return _passed_over(job.name, _kind_of(job.name, data))
        options, unused = _with_parameters_beside(job, data, settings)
    except (OSError, NotCompiledError) as error:
        return _refused(job, _not_read(job.name, error).findings)
    result = convert(data, _display(job.name), options, files)
    if job.scanned and not result.projects and _is_other(job.name, data, result.findings):
        is_unnamed = any(finding.code == deployment_codes.NO_SUCH_NAME for finding in result.findings)
        return _passed_over(job.name, "template file of another name" if is_unnamed else _kind_of(job.name, data))
    if unused is not None:
        message = f"{unused.name} lies beside the template and is not used. Pass --parameters-beside to use it."
        place = Place(SourceText(job.name, ""), 0, 0)
        result.findings.add(deployment_codes.PARAMETERS_BESIDE, message, place=place)
    result.findings.ignore(settings.ignored)
    page = _page(result) if settings.page and result.projects else ""
    if settings.write and not _is_refused(result, settings) and any(project.wanted for project in result.projects):
        result = _with_downloads(result, settings, watcher)
    refused = _is_refused(result, settings)
    outcome = _refused(job, result.findings, result) if refused else _write(job, result, settings)
    return replace(outcome, page=page)


def _page(result: Result) -> str:
    """The template beside its conversion; raises NotOneImageError."""
    from aib2packer.comparison.faces.page_face import as_page

    if len(result.projects) > 1:
        raise NotOneImageError
    return as_page(compared(result.projects[0], result.findings, None))


def _is_refused(result: Result, settings: Settings) -> bool:
    """Whether nothing of a file is written; with --strict a warning or one refused image is enough."""
    warned = result.findings.has_errors() or result.findings.count(Severity.WARNING) > 0
    return not result.projects or (settings.strict and warned)


def with_names(jobs: Sequence[Job], options: Options) -> tuple[list[Job], list[str]]:
    """The jobs, what had to be read for it kept in them, and the names of the images of all files that can be read."""
    read: list[Job] = []
    names: list[str] = []
    for job in jobs:
        with suppress(OSError, NotCompiledError):
            if not (job.lacking or advice_for(job.name)):
                data, files = job.read or _read(job.name)
                names += image_names(data, _display(job.name), options, files)
                job = replace(job, read=(data, files))
        read.append(job)
    return read, names


def passed_over(inputs: Inputs) -> list[Outcome]:
    """The files of the folders that were named for which no reader is."""
    others = dict.fromkeys(path for folder in inputs.folders.values() for path in folder.others)
    found = {str(path): kind_of(str(path)) for path in others}
    found |= {str(path): "file about Image Builder" for path in about_images(others)}
    return [replace(_passed_over(name, kind), shown=_shown(name, inputs)) for name, kind in found.items()]


def _passed_over(name: str, kind: str) -> Outcome:
    return Outcome(name=name, state=State.SKIPPED, findings=Findings(), kind=kind)


def _kind_of(name: str, data: bytes) -> str:
    """What a file, or a folder that would be one template, is, if it holds none."""
    return f"other {for_path(name).name} folder" if Path(name).is_dir() else kind_of(name, data)


def _is_other(name: str, data: bytes, findings: Findings) -> bool:
    """Whether a file of a folder is no image template, rather than one that is refused."""
    found = {finding.code for finding in findings}
    if NOT_AN_IMAGE_TEMPLATE in found or deployment_codes.NO_SUCH_NAME in found:
        return not found & {deployment_codes.NOT_DEPLOYED, MODULE}
    return findings.has_errors() and not is_clearly_template(name, data)


def _with_parameters_beside(job: Job, data: bytes, settings: Settings) -> tuple[Options, Path | None]:
    """The options with the parameter file beside a template where that is asked for, else the file, which is not used."""
    options = settings.options
    file = parameter_file_beside(Path(job.name), data) if job.name != "-" else None
    if file is None or file == Path(job.name):
        return options, None
    if not settings.beside:
        return options, None if options.parameter_files else file
    return replace(options, parameter_files=((str(file), read_parameters(file)), *options.parameter_files)), None


def read_parameters(file: Path) -> bytes:
    """The JSON of a parameter file; raises OSError, or NotCompiledError for one of Bicep."""
    _ending(str(file))
    if not file.name.lower().endswith(PARAMETERS):
        return file.read_bytes()
    from aib2packer.source.bicep.compiler import parameter_values

    return parameter_values(file)


def convert_file(name: str, options: Options) -> Result:
    """Converts one file in memory."""
    advice = advice_for(name)
    if advice:
        return _no_file(name, advice)
    try:
        data, beside = _read(name)
    except (OSError, NotCompiledError) as error:
        return _not_read(name, error)
    return convert(data, _display(name), options, beside)


def _with_downloads(result: Result, settings: Settings, watcher: Watcher | None) -> Result:
    """The projects with what they want downloaded; a finding for each file that could not be had."""
    from aib2packer.download.vendor import Vendoring, download_all

    how = Vendoring(allow_http=settings.allow_http, sign_in=settings.sign_in)
    projects: list[Converted] = []
    refused = list(result.refused)
    is_one = len(result.projects) + len(refused) == 1
    for each in result.projects:
        said = Findings()
        project = with_downloads(each, download_all(each.wanted, how, said, watcher))
        result.findings.take(said if is_one else said.about(each.label))
        if said.has_errors():
            refused.append(each.label)
        else:
            projects.append(project)
    return Result(projects=tuple(projects), findings=result.findings, refused=tuple(refused))


def _not_loaded(job: Job) -> Findings:
    """One finding for all files that this machine cannot load."""
    *_, last = job.lacking
    shown = job.lacking if len(job.lacking) <= _SHOWN else (*job.lacking[: _SHOWN - 1], "...", last)
    form = by_suffix(last) or JSON
    count = f"{len(job.lacking)} {form.name} {'file is' if len(job.lacking) == 1 else 'files are'}"
    findings = Findings()
    message = f"{count} not converted, because {job.lack}: {', '.join(shown)}. Install one of them."
    findings.add(deployment_codes.BICEP_FILE, message)
    return findings


def _not_read(name: str, error: OSError | NotCompiledError) -> Result:
    """The result for a file that could not be read or compiled."""
    if isinstance(error, OSError):
        return unreadable(name, error.strerror or str(error))
    findings = Findings()
    for message, place in error.problems or ((str(error), None),):
        findings.add(deployment_codes.BICEP_FILE, message, place=place)
    return Result(projects=(), findings=findings)


def _no_file(name: str, advice: str) -> Result:
    """The result for what is no path."""
    findings = Findings()
    findings.add(NOT_AN_IMAGE_TEMPLATE, advice, place=Place(SourceText(shown(name), ""), 0, 0))
    return Result(projects=(), findings=findings)


def _refused(job: Job, findings: Findings, result: Result | None = None) -> Outcome:
    """A file of which nothing is written, with the names of all of its images."""
    images = (*(each.label for each in result.projects), *result.refused) if result is not None else ()
    return Outcome(name=job.name, state=State.REFUSED, findings=findings, refused=images)


def _write(job: Job, result: Result, settings: Settings) -> Outcome:
    if settings.write and job.earlier:
        message = (
            f"{job.folder} is also the output folder of {job.earlier}. Nothing was written. Convert them one by one, "
            "each with its own -o."
        )
        result.findings.add(output_codes.SAME_NAME, message)
        return _refused(job, result.findings, result)
    places = dict(_places(result, job.folder))
    placed: dict[Path, Placed] = {}
    try:
        if settings.write:
            files = {folder: project.files for folder, project in places.items()}
            placed = write_projects(files, force=settings.force, filled_in=(VALUES,))
    except NotWrittenError as problem:
        code = output_codes.NOT_EMPTY if problem.taken else output_codes.NOT_WRITABLE
        advice = "Use --force to overwrite it, or -o to name another folder." if problem.taken else "Name another folder with -o."
        result.findings.add(code, f"{problem}. Nothing was written. {advice}")
        return _refused(job, result.findings, result)
    for folder, project in places.items():
        if folder in placed:
            _report_earlier(folder, placed[folder], settings.force, result.findings)
            _report_read_along(folder, project, result.findings)
    written = tuple(
        Written(
            folder=folder,
            open_values=project.open_values,
            open_secrets=project.open_secrets,
            commands=project.commands,
            by_hand=by_hand(project.settings),
        )
        for folder, project in places.items()
    )
    state = State.IN_PART if result.refused else State.CONVERTED
    return Outcome(name=job.name, state=state, findings=result.findings, projects=written, refused=result.refused)


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


def _read(name: str) -> tuple[bytes, Mapping[str, bytes]]:
    """The bytes of a file, or of what stands for a folder that is one template, and the files beside it that it may read."""
    if name == "-":
        if sys.stdin is None:
            raise OSError(errno.EBADF, "standard input is closed")
        return sys.stdin.buffer.read(), {}
    reader = for_path(_ending(name))
    return (Path(name).read_bytes(), {}) if reader.gather is None else reader.gather(Path(name))


def _ending(name: str) -> str:
    """The name of a file; raises OSError for a pipe or a device, from which reading may never end."""
    path = Path(name)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device", name)
    return name


def _display(name: str) -> str:
    """How messages call a file; a folder has a slash at its end."""
    if name == "-":
        return "<stdin>"
    return f"{Path(name).as_posix()}/" if Path(name).is_dir() else name
