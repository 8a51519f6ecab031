"""The order of the stages, from bytes to files. Nothing here prints, exits, reads a clock, the network or the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aib2packer.constructs.api_versions import NEWEST, is_known
from aib2packer.constructs.fields import Reading
from aib2packer.constructs.image_template import Given, read_template
from aib2packer.constructs.project import Builder, Project, Wanted
from aib2packer.diagnostics import construct_codes, deployment_codes, input_codes, shape_codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.emitters.checks_project import FOLDER
from aib2packer.emitters.machine_project import lower_to_machine
from aib2packer.emitters.migration import build_command, checks_command, downloaded_section, fetch_command, setup_command
from aib2packer.emitters.packer_project import lower_template
from aib2packer.emitters.project_files import project_files
from aib2packer.emitters.self_check import check_project, files_in
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.template import Choices, ImageTemplate, Option, Os
from aib2packer.parser.finding import Found, find_templates
from aib2packer.parser.json_text import read_json
from aib2packer.parser.parameters import GivenValue, given_on_command_line, read_parameter_file
from aib2packer.parser.settling import Settling

if TYPE_CHECKING:
    from aib2packer.emitters.comparison import Compared

MAX_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a conversion is asked for; everything else follows from the template."""

    os: Os | None = None
    cloud: Cloud | None = None
    parameter_files: tuple[tuple[str, bytes], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    name: str | None = None
    builder: Builder = Builder.AZURE
    choices: Choices = field(default_factory=Choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """A project: its name, its files (path in the project to text), and the commands to set it up, build it and validate the image."""

    name: str
    files: Mapping[str, str | bytes]
    setup_command: str
    build_command: str
    fetch_commands: tuple[str, ...]
    checks_command: str | None
    wanted: Mapping[str, Wanted]
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one file: the projects (none where it was refused), and everything there is to say."""

    projects: tuple[Converted, ...]
    findings: Findings = field(compare=False)


def convert(data: bytes, name: str, options: Options) -> Result:
    """Converts a file; ``name`` is how messages call it (a path, or ``<stdin>``)."""
    findings = Findings()
    text = _decode(data, name, findings)
    root = read_json(text, findings) if text is not None else None
    given = _given(options, findings)
    as_text = frozenset(key for key, _ in options.parameters)
    found = find_templates(root, given, as_text, options.cloud, findings) if root is not None else ()
    projects = [_convert_one(each, name, options, findings) for each in _picked(found, options.name, findings)]
    if findings.has_errors():
        return Result(projects=(), findings=findings)
    return Result(projects=tuple(project for project in projects if project is not None), findings=findings)


def _given(options: Options, findings: Findings) -> tuple[GivenValue, ...]:
    given: list[GivenValue] = []
    for name, data in options.parameter_files:
        text = _decode(data, name, findings)
        root = read_json(text, findings) if text is not None else None
        if root is not None:
            given += read_parameter_file(root, name, findings)
    return (*given, *given_on_command_line(dict(options.parameters)))


def _picked(found: tuple[Found, ...], name: str | None, findings: Findings) -> tuple[Found, ...]:
    """The templates to convert: all, or the one that was asked for by its name."""
    if name is None:
        if len(found) > 1:
            message = f"The file holds {len(found)} image templates: each becomes a project of its own; --name picks one."
            findings.add(deployment_codes.SEVERAL_TEMPLATES, message, place=found[0].value.place)
        return found
    chosen = tuple(each for each in found if each.name.lower() == name.lower())
    if not chosen and found:
        names = ", ".join(each.name or "(no name)" for each in found)
        message = f"No image template is called {name}: nothing is converted; the file has {names}."
        findings.add(deployment_codes.NO_SUCH_NAME, message, place=found[0].value.place)
    return chosen


def compare_with(project: Converted, there: Mapping[str, str] | None) -> list[Compared]:
    """A project, side by side with another one (path to text), or by itself; raises NotReadError for files that are no HCL."""
    from aib2packer.emitters.comparison import compare, settings_of

    files = {path: text for path, text in project.files.items() if isinstance(text, str)}
    return settings_of(files, project.lines) if there is None else compare(files, there, project.lines)


def unreadable(name: str, reason: str) -> Result:
    """The result for a file that could not be read at all."""
    findings = Findings()
    message = f"The template cannot be read ({reason}): check the path; use - for standard input."
    findings.add(input_codes.CANNOT_READ, message, place=Place(SourceText(name, ""), 0, 0))
    return Result(projects=(), findings=findings)


def _decode(data: bytes, name: str, findings: Findings) -> SourceText | None:
    if len(data) > MAX_BYTES:
        message = f"The file is larger than 4 MiB ({len(data)} bytes), which Azure refuses: nothing is converted."
        findings.add(input_codes.TOO_LARGE, message, place=Place(SourceText(name, ""), 0, 0))
        return None
    try:
        return SourceText(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        readable = data[: error.start].decode("utf-8", "replace")
        place = Place(SourceText(name, readable), len(readable), len(readable))
        message = "The file is not UTF-8 from here on: nothing is converted; save it as UTF-8."
        findings.add(input_codes.NOT_UTF8, message, place=place)
        return None


def _convert_one(found: Found, file_name: str, options: Options, findings: Findings) -> Converted | None:
    settling = Settling(found.inputs, found.locals, findings)
    reading = Reading(findings=findings, version=found.api_version, settling=settling, definitions=found.definitions)
    _check_version(found, findings)
    given = Given(name=found.name or _stem(file_name), os=options.os, cloud=found.told.cloud, inputs=found.inputs)
    template = read_template(found.value, given, reading)
    reading.report_unread()
    findings.locate(reading.place_of)
    if template is None or findings.has_errors():
        _say_refused(found, findings)
        return None
    project = _lowered(template, findings, settling, options)
    findings.locate(reading.place_of)
    files = project_files(project, reading, findings, _base(file_name))
    check_project(project, files, findings)
    if project.checks is not None:
        check_project(project.checks, files_in(files, FOLDER), findings)
    return Converted(
        name=template.name,
        files=files,
        setup_command=setup_command(project),
        build_command=build_command(project),
        fetch_commands=_fetch_commands(project),
        checks_command=checks_command(project),
        wanted=_wanted(project),
        lines=project.lines,
    )


def _lowered(template: ImageTemplate, findings: Findings, settling: Settling, options: Options) -> Project:
    if options.builder is Builder.MACHINE:
        _say_without_use(options, findings)
        return lower_to_machine(template, findings, settling, options.choices)
    return lower_template(template, findings, settling, options.choices)


def _say_without_use(options: Options, findings: Findings) -> None:
    """A rehearsal has no VM that options could be about."""
    choices = options.choices
    asked = [f"--with {each.value}" for each in Option if each in choices.extras]
    for option in [*asked, *(["--second-source"] if choices.second_source else [])]:
        findings.add(construct_codes.OPTION_WITHOUT_USE, f"A rehearsal makes no VM and no image, so {option} adds nothing.")


def _fetch_commands(project: Project) -> tuple[str, ...]:
    """What downloads before the build: for the steps, and for the validators."""
    found = [fetch_command(project), *([fetch_command(project.checks, f"{FOLDER}/")] if project.checks is not None else [])]
    return tuple(each for each in found if each is not None)


def _wanted(project: Project) -> dict[str, Wanted]:
    """What is to be downloaded before the project is written, by its path in it."""
    found = {f"scripts/{each.file}": each for each in project.vendored}
    checks = _wanted(project.checks) if project.checks is not None else {}
    return found | {f"{FOLDER}/{path}": each for path, each in checks.items()}


def with_downloads(project: Converted, downloaded: Mapping[str, bytes]) -> Converted:
    """The project with the files that were downloaded for it, by their paths in it."""
    report = str(project.files["MIGRATION.md"]) + downloaded_section(downloaded, project.wanted)
    return replace(project, files={**project.files, **downloaded, "MIGRATION.md": report}, wanted={})


def _say_refused(found: Found, findings: Findings) -> None:
    """What is refused has an error to say so, also where what is missing was only worth a warning by itself."""
    if not findings.has_errors():
        message = (
            "Too much of the template is unknown to make a project: nothing is converted; give its parameters with -p or --set."
        )
        findings.add(deployment_codes.TOO_LITTLE_KNOWN, message, place=found.value.place)


def _check_version(found: Found, findings: Findings) -> None:
    if found.api_version and not is_known(found.api_version):
        value = found.value.get("apiVersion")
        message = f"Image Builder has had no API version {found.api_version}; the template is read leniently, as of {NEWEST}."
        findings.add(shape_codes.UNKNOWN_API_VERSION, message, place=value.place if value else None, path="apiVersion")


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2]


def _stem(name: str) -> str:
    return _base(name).removesuffix(".json").removesuffix(".jsonc") or "template"
