"""The order of the stages, from bytes to files. Nothing here prints, exits, reads a clock, the network or the environment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.arm.resolve import Resolver
from aib2packer.assemble.image import lower_template
from aib2packer.assemble.rehearsal import lower_to_machine
from aib2packer.constructs.download_keys import report_other_secrets
from aib2packer.constructs.key_names import key_names
from aib2packer.constructs.template import Given, read_template
from aib2packer.diagnostics.codes import deployment as deployment_codes
from aib2packer.diagnostics.codes import input as input_codes
from aib2packer.diagnostics.codes import output as output_codes
from aib2packer.diagnostics.codes import shape as shape_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.emit.next_commands import build_commands, fetch_commands
from aib2packer.emit.project_files import Lines, project_files
from aib2packer.emit.self_check import files_in, mistakes_in
from aib2packer.hcl.names import take_free
from aib2packer.ir.choices import Choices, Option, Os
from aib2packer.ir.clouds import Cloud
from aib2packer.ir.needs import as_json
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.text import label
from aib2packer.ir.values import Value
from aib2packer.lowering.build import VALIDATION, Build
from aib2packer.lowering.lowered import Builder, Wanted
from aib2packer.lowering.open_values import open_values, secrets_in_environment, sentences_of_inputs
from aib2packer.project_folder.record import Origin, Record, origin, with_record
from aib2packer.report.migration import migration_report
from aib2packer.report.settings import Setting, settings_of, uses_of
from aib2packer.schema.api_versions import NEWEST, is_known
from aib2packer.schema.fields import Reading
from aib2packer.source.around import Around
from aib2packer.source.discovery import Beside, Found, find_templates
from aib2packer.source.encoding import decoded
from aib2packer.source.foreign import advice_about
from aib2packer.source.json_text import read_json
from aib2packer.source.parameters import GivenValue, given_on_command_line, read_parameter_file
from aib2packer.source.readers import is_variable_file, read_variables, reader_of, without_suffix

if TYPE_CHECKING:
    from aib2packer.comparison.comparing import Project
    from aib2packer.comparison.model import Comparison


class Options(Struct, frozen=True, kw_only=True):
    """What a conversion is asked for; everything else follows from the template.

    ``os_of`` are operating systems of single images, by their names, and count more than ``os``.
    """

    os: Os | None = None
    os_of: tuple[tuple[str, Os], ...] = ()
    cloud: Cloud | None = None
    parameter_files: tuple[tuple[str, bytes], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    name: str | None = None
    builder: Builder = Builder.AZURE
    choices: Choices = field(default_factory=Choices)


class Converted(Struct, frozen=True, kw_only=True):
    """A project: its name, its files (path to text), and the commands that set it up, build it and validate the image.

    ``label`` is what findings call its image, ``parent`` the deployment that the image is in (empty: the file itself).
    """

    name: str
    label: str = ""
    parent: str = ""
    files: Mapping[str, str | bytes]
    record: Record
    open_values: int
    open_secrets: tuple[str, ...]
    commands: tuple[str, ...]
    wanted: Mapping[str, Wanted]
    lines: Lines
    settings: tuple[Setting, ...]
    text: SourceText


class Result(Struct, frozen=True, kw_only=True):
    """What became of one file: the projects, the images that were refused, and everything there is to say.

    ``images`` are the names of all image templates in it, as far as they are known.
    """

    projects: tuple[Converted, ...]
    findings: Findings
    refused: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


def convert(data: bytes, name: str, options: Options, files: Mapping[str, bytes] | None = None) -> Result:
    """Converts a file; ``name`` is how messages call it (a path, ``<stdin>``, or a folder with a slash at its end).

    ``files`` are those beside it that it may read, by their paths from its folder.
    """
    of_file = Findings()
    text = decoded(data, name, of_file)
    beside = _beside(options, of_file)
    root = _read(text, beside, files or {}, of_file) if text is not None else None
    found = find_templates(root, beside, of_file) if root is not None else ()
    picked = _picked(found, options.name, of_file)
    if not picked:
        return Result(projects=(), findings=of_file)
    of_file = _told_apart(picked, of_file)
    _report_several(found, options.name, of_file)
    projects: list[Converted] = []
    refused: list[str] = []
    findings = Findings()
    for each, label_ in zip(picked, _labels(picked), strict=True):
        own = Findings()
        own.take(of_file)
        own.take(each.said)
        project = None if each.is_lost else _convert_one(each, origin(name, data), options, own)
        if project is None or own.has_errors():
            refused.append(label_)
        else:
            projects.append(replace(project, label=label_))
        findings.take(own.about(label_, but=tuple(of_file)) if len(picked) > 1 else own)
    return Result(projects=tuple(projects), findings=findings, refused=tuple(refused), images=_names(found))


def image_names(data: bytes, name: str, options: Options, files: Mapping[str, bytes] | None = None) -> tuple[str, ...]:
    """The names of the image templates in a file, as far as they are known; takes what ``convert`` does."""
    unsaid = Findings()
    text = decoded(data, name, unsaid)
    beside = _beside(options, unsaid)
    root = _read(text, beside, files or {}, unsaid) if text is not None else None
    return _names(find_templates(root, beside, unsaid)) if root is not None else ()


def unknown_names(options: Options, names: Iterable[str]) -> list[str]:
    """The images for which an operating system is given and that are not among these; none where no name is known."""
    known = {name.lower() for name in names}
    return [image for image, _ in options.os_of if known and image.lower() not in known]


def _names(found: tuple[Found, ...]) -> tuple[str, ...]:
    return tuple(each.name for each in found if each.name)


def _told_apart(picked: tuple[Found, ...], of_file: Findings) -> Findings:
    """The findings about the file; those whose place is in one of the images go to that one."""
    rest = Findings()
    rest.hide(*of_file.hidden)
    for finding in of_file:
        where = finding.place
        about = [each for each in picked if where and each.value.place and each.value.place.contains(where)]
        for said in [each.said for each in about] or [rest]:
            said.keep(finding)
    return rest


def _labels(picked: tuple[Found, ...]) -> list[str]:
    """What findings call each image: its name; with its line where two have one name, with a number where that is the same, too."""
    labels: list[str] = []
    taken: set[str] = set()
    names = [each.name or "(no name)" for each in picked]
    for each, name in zip(picked, names, strict=True):
        place = each.value.place
        is_one = sum(other.lower() == name.lower() for other in names) == 1
        wish = name if is_one or place is None else f"{name} (line {place.line})"
        labels.append(take_free(wish, taken, partial("{} ({})".format, wish)))
    return labels


def _read(text: SourceText, beside: Beside, files: Mapping[str, bytes], findings: Findings) -> Value | None:
    """The values of a text; of one that cannot be read and is known to be something else, that is what there is to say."""
    reader = reader_of(text)
    if reader.read_with is not None:
        folder = text.name[: text.name.replace("\\", "/").rfind("/") + 1]
        around = Around(files=files, folder=folder, given=beside.given, as_text=beside.as_text)
        return reader.read_with(text, around, findings)
    said = Findings()
    root = reader.read(text, said)
    advice = advice_about(text) if root is None else ""
    if advice:
        findings.add(template_codes.NOT_AN_IMAGE_TEMPLATE, advice, place=Place(SourceText(text.name, ""), 0, 0))
    else:
        findings.take(said)
    return root


def _beside(options: Options, findings: Findings) -> Beside:
    as_text = frozenset(key for key, _ in options.parameters)
    return Beside(keys=key_names(), given=_given(options, findings), as_text=as_text, cloud=options.cloud)


def _given(options: Options, findings: Findings) -> tuple[GivenValue, ...]:
    given: list[GivenValue] = []
    for name, data in options.parameter_files:
        text = decoded(data, name, findings)
        if text is not None and is_variable_file(name):
            given += read_variables(text, findings)
            continue
        root = read_json(text, findings) if text is not None else None
        if root is not None:
            given += read_parameter_file(root, name, findings)
    return (*given, *given_on_command_line(dict(options.parameters)))


def _picked(found: tuple[Found, ...], name: str | None, findings: Findings) -> tuple[Found, ...]:
    """The templates to convert: all, or the one that was asked for by its name."""
    if name is None:
        return found
    chosen = tuple(each for each in found if each.name.lower() == name.lower())
    if not chosen and found:
        names = ", ".join(_names(found))
        remedy = f"Use one of {names}." if names else "Leave --name out."
        message = f"The file contains no image template {name}. {remedy}"
        findings.add(deployment_codes.NO_SUCH_NAME, message, place=found[0].value.place)
    return chosen


def _report_several(found: tuple[Found, ...], name: str | None, findings: Findings) -> None:
    if name is None and len(found) > 1:
        message = f"The file contains {len(found)} image templates. Each becomes a project; --name picks one."
        findings.add(deployment_codes.SEVERAL_TEMPLATES, message, place=found[0].value.place)


def compared(converted: Converted, findings: Findings, project: Project | None) -> Comparison:
    """A conversion beside a project, or alone; raises NotReadError where the project cannot be read."""
    from aib2packer.comparison.comparing import Template, compare
    from aib2packer.comparison.reading import NotReadError
    from aib2packer.project_folder.reading import InMemory

    own = [each for each in findings if each.image in ("", converted.label)]
    template = Template(
        text=converted.text,
        hidden=findings.hidden,
        settings=converted.settings,
        lines=converted.lines,
        codes={each.path: each.code.id for each in own if each.path},
        warnings=tuple(each for each in own if each.severity is Severity.WARNING),
        downloads=converted.record.downloads,
        paths=tuple(converted.files),
        files=InMemory(converted.files),
    )
    try:
        return compare(template, project)
    except RecursionError as error:
        raise NotReadError("*.pkr.hcl: The values are nested too deeply. Remove levels.") from error


def unreadable(name: str, reason: str) -> Result:
    """The result for a file that could not be read at all."""
    findings = Findings()
    message = f"The template cannot be read ({reason}). Check the path, or use - for standard input."
    findings.add(input_codes.CANNOT_READ, message, place=Place(SourceText(name, ""), 0, 0))
    return Result(projects=(), findings=findings)


def _convert_one(found: Found, source: Origin, options: Options, findings: Findings) -> Converted | None:
    resolver = Resolver(found.inputs, found.locals, findings, key_names().addresses)
    reading = Reading(findings=findings, version=found.api_version, resolver=resolver, definitions=found.definitions)
    _check_version(found, findings)
    given = Given(
        name=found.name or without_suffix(source.file) or "template",
        file=source.file,
        os=_os_of(found, options),
        cloud=found.told.cloud,
        inputs=found.inputs,
    )
    template = read_template(found.value, given, reading)
    reading.report_unread()
    report_other_secrets(reading.uses(), findings)
    findings.locate(reading.place_of)
    if template is None or findings.has_errors():
        _report_refused(found, findings)
        return None
    build = _assembled(template, findings, resolver, options)
    findings.say_who_asks(sentences_of_inputs(build))
    findings.locate(reading.place_of)
    files, lines = project_files(build)
    uses = uses_of(build, template, reading)
    files["MIGRATION.md"] = migration_report(build, template, uses, reading, tuple(findings))
    _check(build, files, findings)
    record = _record(build, template, source, options)
    return Converted(
        name=template.name,
        parent=found.parent,
        files=with_record(record, dict(sorted(files.items()))),
        record=record,
        open_values=len(open_values(build)),
        open_secrets=secrets_in_environment(build),
        commands=(*(() if build.run.has_script else fetch_commands(build)), *build_commands(build)),
        wanted={f"scripts/{each.file}": each for each in build.files.vendored},
        lines=lines,
        settings=settings_of(build, uses, reading.place_of),
        text=found.value.place.source if found.value.place is not None else SourceText(source.file, ""),
    )


def _os_of(found: Found, options: Options) -> Os | None:
    return next((os for name, os in options.os_of if name.lower() == found.name.lower()), options.os)


def _assembled(template: ImageTemplate, findings: Findings, resolver: Resolver, options: Options) -> Build:
    if options.builder is Builder.MACHINE:
        _report_without_use(options, findings)
        return lower_to_machine(template, findings, resolver, options.choices)
    return lower_template(template, findings, resolver, options.choices)


def _check(build: Build, files: Mapping[str, str], findings: Findings) -> None:
    """What would be our own mistake must not reach a user."""
    downloaded = _downloads(build)
    beside = {f"../{path}" for path in downloaded}
    of_checks = mistakes_in(build.checks.packer_files, files_in(files, VALIDATION), beside) if build.checks is not None else ()
    for mistake in (*mistakes_in(build.packer_files, files, downloaded), *of_checks):
        findings.add(output_codes.SELF_CHECK, mistake)


def _report_without_use(options: Options, findings: Findings) -> None:
    """A rehearsal has no VM to which options could apply."""
    choices = options.choices
    asked = [f"--with {each.value}" for each in Option if each in choices.extras]
    for option in [*asked, *(["--second-source"] if choices.second_source else [])]:
        findings.add(template_codes.OPTION_WITHOUT_USE, f"{option} adds nothing: a rehearsal makes no VM and no image.")


def with_downloads(project: Converted, downloaded: Mapping[str, bytes]) -> Converted:
    """The project with the files that were downloaded for it, by their paths in it."""
    return replace(project, files=with_record(project.record, {**project.files, **downloaded}), wanted={})


def _report_refused(found: Found, findings: Findings) -> None:
    """A refused template needs an error, also where each missing value was only a warning."""
    if not findings.has_errors():
        message = "Not converted: location or properties depend on parameters without values. Pass them with -p or --set."
        findings.add(deployment_codes.TOO_LITTLE_KNOWN, message, place=found.value.place)


def _check_version(found: Found, findings: Findings) -> None:
    if found.api_version and not is_known(found.api_version):
        value = found.value.get("apiVersion")
        message = (
            f"Image Builder has no API version {found.api_version}. The template is read leniently, like one of {NEWEST}. "
            "Correct the apiVersion."
        )
        findings.add(shape_codes.UNKNOWN_API_VERSION, message, place=value.place if value else None, path="apiVersion")


def _record(build: Build, template: ImageTemplate, source: Origin, options: Options) -> Record:
    return Record(
        template=source,
        image=template.name,
        outputs=[label(output.name) for output in template.outputs],
        options=option_words(options, frozenset(each.name.lower() for each in template.inputs if each.secret)),
        parameters=[origin(name, data) for name, data in options.parameter_files],
        files={},
        downloads=_downloads(build),
        needs=[as_json(need) for need in build.needs],
    )


def _downloads(build: Build) -> dict[str, str]:
    """Which setting of the template names each file that is downloaded."""
    fetched = {f"scripts/{each.file}": each.path for each in build.files.downloads}
    return fetched | {f"scripts/{each.file}": each.path for each in build.files.vendored}


def option_words(options: Options, secrets: frozenset[str]) -> list[str]:
    """The options of the command line that give this conversion again; of a secret only the name."""
    said: list[tuple[str, str | None]] = [
        *(("--set", name if name.lower() in secrets else f"{name}={text}") for name, text in options.parameters),
        ("--name", options.name),
        ("--os", options.os),
        *(("--os", f"{name}={os}") for name, os in options.os_of),
        ("--cloud", options.cloud.option if options.cloud is not None else None),
        ("--builder", options.builder if options.builder is not Builder.AZURE else None),
    ]
    words = [word for name, text in said if text is not None for word in (name, str(text))]
    return [*words, *options.choices.words()]
