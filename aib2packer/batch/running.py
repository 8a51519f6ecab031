"""One file of a run: read, converted, written; what it finds, and the files that are passed over."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from aib2packer.batch.jobs import Job, shown_name
from aib2packer.batch.outcomes import NotOneImageError, Outcome, Settings, State
from aib2packer.batch.reading import display, no_file, not_read, read_parameters, read_source
from aib2packer.batch.writing import refused_outcome, write_result
from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import output as output_codes
from aib2packer.diagnostics.codes.template import NOT_AN_IMAGE_TEMPLATE
from aib2packer.diagnostics.codes.terraform import MODULE
from aib2packer.diagnostics.failing import what_failed
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.pipeline import Converted, Options, Result, compared, convert, image_names, with_downloads
from aib2packer.source.addresses import advice_for, shown
from aib2packer.source.bicep.not_compiled import NotCompiledError
from aib2packer.source.foreign import about_images
from aib2packer.source.inputs import Inputs
from aib2packer.source.others import is_clearly_template, kind_of, may_hold_template, parameter_file_beside
from aib2packer.source.readers import JSON, by_suffix, for_path

if TYPE_CHECKING:
    from aib2packer.download.vendor import Watcher

_SHOWN = 10
"""So many file names stand in one message."""


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
    findings.add(output_codes.INTERNAL, message, place=Place(SourceText(display(job.name), ""), 0, 0))
    return replace(refused_outcome(job, findings), shown=job.shown or job.name)


def _run_job(job: Job, settings: Settings, watcher: Watcher | None) -> Outcome:
    if job.lacking:
        return refused_outcome(job, _not_loaded(job))
    advice = advice_for(job.name)
    if advice:
        return Outcome(name=shown(job.name), state=State.REFUSED, findings=no_file(job.name, advice).findings)
    try:
        data, files = job.read if job.read is not None else read_source(job.name)
        if job.scanned and not may_hold_template(job.name, data):
            return _passed_over(job.name, _kind_of(job.name, data))
        options, unused = _with_parameters_beside(job, data, settings)
    except (OSError, NotCompiledError) as error:
        return refused_outcome(job, not_read(job.name, error).findings)
    result = convert(data, display(job.name), options, files)
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
    outcome = refused_outcome(job, result.findings, result) if refused else write_result(job, result, settings)
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
                data, files = job.read or read_source(job.name)
                names += image_names(data, display(job.name), options, files)
                job = replace(job, read=(data, files))
        read.append(job)
    return read, names


def passed_over(inputs: Inputs) -> list[Outcome]:
    """The files of the folders that were named for which no reader is."""
    others = dict.fromkeys(path for folder in inputs.folders.values() for path in folder.others)
    found = {str(path): kind_of(str(path)) for path in others}
    found |= {str(path): "file about Image Builder" for path in about_images(others)}
    return [replace(_passed_over(name, kind), shown=shown_name(name, inputs)) for name, kind in found.items()]


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
