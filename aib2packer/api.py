"""The functions of the package, for programs: what the command line does in memory, with the same words for its options.

``aib2packer`` itself hands them out, and imports this module only then. They use no network, no clock and no environment; they
read a file or a folder only where they are given its Path, and write nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

import aib2packer.pipeline as pipeline
from aib2packer.batch.reading import convert_file
from aib2packer.comparison.model import Comparison
from aib2packer.diagnostics.model import Finding
from aib2packer.ir.choices import Downloads, Os, choices_of
from aib2packer.ir.clouds import CLOUDS
from aib2packer.lowering.lowered import Builder

__all__ = ["Finding", "Options", "Result", "check", "compare", "convert"]

Source = str | bytes | Path
"""JSON as text or bytes, or the path of a file with it."""

Extra = Literal["trusted-launch", "trusted-launch-supported", "spot", "key-vault", "build-group", "tags"]


class Options(Struct, frozen=True, kw_only=True):
    """The options of ``aib2packer convert``, with the same names, words and defaults, except for those that use the network.

    ``parameters`` are what ``--set`` takes, ``parameter_files`` what ``-p`` takes (a Path is read), ``extras`` what ``--with``
    takes. ``name`` picks one of several image templates; ``os`` is that of all, or a mapping from their names.

    >>> Options(os="linux", parameters={"location": "westeurope"}).downloads
    'fetch'
    """

    parameters: Mapping[str, str] = field(default_factory=dict)
    parameter_files: Sequence[Source] = ()
    name: str | None = None
    os: Literal["linux", "windows"] | Mapping[str, Literal["linux", "windows"]] | None = None
    cloud: Literal["public", "us-government", "china"] | None = None
    builder: Literal["azure-arm", "null"] = "azure-arm"
    downloads: Literal["fetch", "vm"] = "fetch"
    generalize: bool = False
    extras: Sequence[Extra] = ()
    second_source: bool = False
    scripts: Literal["sh", "powershell", "both"] = "sh"
    auth: Literal["cli", "oidc", "service-principal", "managed-identity"] = "cli"
    pipeline: Literal["github", "azure-devops"] | None = None


class Project(Struct, frozen=True, kw_only=True):
    """The Packer project of one image template: its name, its files (path to content), and the commands that build it."""

    name: str
    files: Mapping[str, str | bytes]
    commands: tuple[str, ...]


class Result(Struct, frozen=True, kw_only=True):
    """What a conversion gives: a project for each image template that converts, the names of the others, and all findings.

    Findings are in the order of their places. Of a file with several image templates, each says in ``image`` which one it is about.

    >>> result = convert("{}", file="web.json")
    >>> result.is_refused, result.projects
    (True, ())
    """

    projects: tuple[Project, ...]
    findings: tuple[Finding, ...]
    refused: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether there is no project; the errors among the findings tell why."""
        return not self.projects


def convert(template: Source, options: Options | None = None, *, file: str = "template.json") -> Result:
    """Converts a template, in memory.

    ``template`` is its JSON, or the Path of a file, which is read; ``file`` is what findings and the project call JSON. A template
    that cannot be converted, or a file that cannot be read, gives a Result without projects; its findings tell the reason. Raises
    ValueError for options that exclude each other, OSError for a parameter file that cannot be read.

    >>> template = '''{
    ...   "type": "Microsoft.VirtualMachineImages/imageTemplates", "apiVersion": "2024-02-01", "name": "web", "location": "westeurope",
    ...   "properties": {
    ...     "source": {"type": "PlatformImage", "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
    ...     "customize": [{"type": "Shell", "name": "hello", "inline": ["echo hello"]}],
    ...     "distribute": [{"type": "VHD", "runOutputName": "disk"}]
    ...   }
    ... }'''
    >>> result = convert(template)
    >>> [project.name for project in result.projects]
    ['web']
    >>> 'provisioner "shell"' in result.projects[0].files["image.pkr.hcl"]
    True
    """
    found = _converted(template, options or Options(), file)
    projects = tuple(Project(name=each.name, files=each.files, commands=each.commands) for each in found.projects)
    return Result(projects=projects, findings=tuple(found.findings), refused=found.refused)


def check(template: Source, options: Options | None = None, *, file: str = "template.json") -> tuple[Finding, ...]:
    """The findings of a conversion, by their place; takes and raises what ``convert`` does.

    >>> for finding in check('{"type": "Microsoft.VirtualMachineImages/imageTemplates"}'):
    ...     print(finding.severity, finding.code.id, finding.place.line, finding.message)
    error A2P205 1 The template has no `location`. Add it.
    error A2P205 1 The template has no `properties`. Add it.
    """
    return convert(template, options, file=file).findings


def compare(
    template: Source,
    project: Path | Mapping[str, str] | None = None,
    options: Options | None = None,
    *,
    file: str = "template.json",
) -> Comparison:
    """Compares a template with a Packer project, setting by setting and step by step.

    ``project`` is its folder, which is read, or its files by their paths in it; without one, the template is set beside its own
    conversion. A Comparison has ``rows``, each with its ``key``, the values of the ``template``, of a fresh conversion (``packer``) and
    of the ``project``, and a ``verdict``. Raises what ``convert`` does, and ValueError if the template does not convert to exactly one
    project, or if the project cannot be read.

    >>> template = '''{
    ...   "type": "Microsoft.VirtualMachineImages/imageTemplates", "apiVersion": "2024-02-01", "name": "web", "location": "westeurope",
    ...   "properties": {
    ...     "source": {"type": "PlatformImage", "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
    ...     "vmProfile": {"vmSize": "Standard_D2s_v5"},
    ...     "distribute": [{"type": "VHD", "runOutputName": "disk"}]
    ...   }
    ... }'''
    >>> files = dict(convert(template).projects[0].files)
    >>> files["image.pkr.hcl"] = files["image.pkr.hcl"].replace("Standard_D2s_v5", "Standard_D4s_v5")
    >>> for row in compare(template, files).rows:
    ...     if row.verdict != "same":
    ...         print(row.verdict, row.key, row.packer.text, row.project.text)
    differs vmProfile.vmSize Standard_D2s_v5 Standard_D4s_v5
    """
    from aib2packer.comparison.comparing import Project as Compared
    from aib2packer.comparison.reading import NotReadError, has_project
    from aib2packer.project_folder.reading import InMemory, OnDisk

    found = _converted(template, replace(options or Options(), second_source=True), file)
    if len(found.projects) != 1 or found.refused:
        raise ValueError(_why_not_one(found))
    there = None
    if project is not None:
        files = OnDisk(project) if isinstance(project, Path) else InMemory(project)
        if not has_project(files):
            raise ValueError("There is no .pkr.hcl file in the project.")
        there = Compared(name=str(project) if isinstance(project, Path) else "project", files=files)
    try:
        return pipeline.compared(found.projects[0], found.findings, there)
    except NotReadError as error:
        raise ValueError(str(error)) from error


def _why_not_one(found: pipeline.Result) -> str:
    if found.projects:
        return "The file contains several image templates. Choose one with Options(name=...)."
    errors = (f"{each.code.id}: {each.message}" for each in found.findings if each.severity == "error")
    return next(errors, "The template is refused.")


def _converted(template: Source, options: Options, file: str) -> pipeline.Result:
    given = _for_pipeline(options)
    try:
        result = (
            convert_file(str(template), given) if isinstance(template, Path) else pipeline.convert(_bytes(template), file, given)
        )
    except OSError as error:
        return pipeline.unreadable(str(template), error.strerror or str(error))
    _check_names(given, result)
    return result


def _check_names(options: pipeline.Options, result: pipeline.Result) -> None:
    """Raises ValueError where an operating system is for an image that the file does not have."""
    unknown = pipeline.unknown_names(options, result.images)
    if unknown:
        raise ValueError(f"There is no image {unknown[0]!r}. Use one of {', '.join(result.images)}.")


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _for_pipeline(options: Options) -> pipeline.Options:
    """The options as the pipeline takes them."""
    _check(options)
    return pipeline.Options(
        os=Os(options.os) if isinstance(options.os, str) else None,
        os_of=tuple((name, Os(each)) for name, each in options.os.items()) if isinstance(options.os, Mapping) else (),
        cloud=next((each for each in CLOUDS if each.option == options.cloud), None),
        parameter_files=tuple(_parameter_file(number, each) for number, each in enumerate(options.parameter_files, 1)),
        parameters=tuple(options.parameters.items()),
        name=options.name,
        builder=Builder(options.builder),
        choices=choices_of(
            downloads=options.downloads,
            extras=options.extras,
            scripts=options.scripts,
            auth=options.auth,
            pipeline=options.pipeline,
            second_source=options.second_source,
            generalize=options.generalize,
        ),
    )


def _check(options: Options) -> None:
    rehearses = Builder(options.builder) is Builder.MACHINE
    if options.cloud is not None and options.cloud not in {each.option for each in CLOUDS}:
        raise ValueError(f"{options.cloud!r} is not a cloud. Use one of {', '.join(each.option for each in CLOUDS)}.")
    if Downloads(options.downloads) is Downloads.VENDOR:
        raise ValueError("downloads='vendor' needs the network. Only the command line has it.")
    if options.generalize and not rehearses:
        raise ValueError("generalize=True requires builder='null'. A build in Azure always generalizes.")
    if options.pipeline and (rehearses or options.scripts == "powershell"):
        raise ValueError("pipeline goes with neither builder='null' nor scripts='powershell'.")


def _parameter_file(number: int, source: Source) -> tuple[str, bytes]:
    if isinstance(source, Path):
        return str(source), source.read_bytes()
    return f"parameters-{number}.json", _bytes(source)
