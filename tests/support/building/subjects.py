"""What is built: the projects of every sample, and those of templates that tests write; many at a time, side by side.

A test names its subject and gets its build:

    @every_sample("Linux")
    def test_sample_builds(built: Built) -> None: ...

    @of_steps("Linux", shell("echo hello"))
    def test_a_step_prints(built: Built) -> None: ...

A module with such tests has a fixture ``builds`` (module-wide, made of ``side_by_side``) and a fixture ``built``, which waits for
the build of the test's subject. Projects whose steps are the same share a build.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

import pytest
from building.downloads import fetch
from building.expected import Download, File, NotToldError, Script, Step, expected_steps
from building.null_project import NullProject, null_project
from cases import Case, all_cases, run_case
from paths import GOLDEN

from aib2packer.arm.functions.table import Json

_Outcome = TypeVar("_Outcome")
_SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000001"
_SOURCES: dict[str, dict[str, str]] = {
    "Linux": {"publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"},
    "Windows": {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2022-datacenter-g2",
        "version": "latest",
    },
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Subject:
    """A project to build: that of a sample (``folder`` is its place among the sample's files), or of steps that a test gives."""

    name: str
    os: str
    case: Case | None = None
    folder: str = "."
    steps: tuple[Mapping[str, object], ...] = ()
    exits: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_checks(self) -> bool:
        """Whether it is the project of the validators."""
        return self.folder.rpartition("/")[2] == "validate"

    @property
    def generalizes(self) -> bool:
        """Whether it ends with generalizing: a rehearsal on a machine of one's own does not, unless it was asked for."""
        arguments = self.case.arguments if self.case is not None else ()
        return not self.is_checks and ("null" not in arguments or "--generalize" in arguments)

    @property
    def machine_downloads(self) -> bool:
        """Whether the machine downloads by itself what its steps need."""
        return self.case is not None and "vm" in self.case.arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A subject that is ready to be built, in a folder of its own, and what its steps must do (None: nobody can tell)."""

    subject: Subject
    project: NullProject
    folder: Path
    steps: tuple[Step, ...] | None

    @property
    def place(self) -> Path:
        """The folder of the project: that of the validators stands in the other one."""
        return self.folder / "project" / "validate" if self.subject.is_checks else self.folder / "project"

    @property
    def downloads(self) -> tuple[Download, ...]:
        """What its steps download."""
        return downloads_of(self.steps)

    @property
    def key(self) -> object:
        """The same for what gives the same build."""
        return self.project.steps, self.steps, tuple(self.subject.exits.items()), self.subject.machine_downloads


def downloads_of(steps: tuple[Step, ...] | None) -> tuple[Download, ...]:
    """What steps download."""
    return tuple(step.download for step in steps or () if isinstance(step, Script | File) and step.download is not None)


@dataclass(frozen=True, slots=True)
class Built(Generic[_Outcome]):
    """A build that is over: of what, what was expected of it, and what became of it."""

    subject: Subject
    steps: tuple[Step, ...] | None
    outcome: _Outcome

    @property
    def told(self) -> tuple[Step, ...]:
        """What the steps must do; the test is skipped where nobody can tell."""
        if self.steps is None:
            pytest.skip("the steps depend on what only Azure or the clock knows")
        return self.steps


def every_sample(os: str) -> pytest.MarkDecorator:
    """The test takes the projects of all samples that are converted, for that operating system."""
    return pytest.mark.parametrize("built", _samples(os), indirect=True, ids=lambda subject: subject.name)


def of_steps(os: str, *steps: Mapping[str, object], exits: Mapping[str, int] | None = None) -> pytest.MarkDecorator:
    """The test takes a template with these steps; ``exits``: how scripts end that have a text in them (Windows only)."""
    subject = Subject(name="template", os=os, steps=steps, exits=exits or {})
    return pytest.mark.parametrize("built", [subject], indirect=True, ids=["template"])


@contextmanager
def side_by_side(
    request: pytest.FixtureRequest, workers: int, connection: Mapping[str, object], build: Callable[[Prepared], _Outcome]
) -> Iterator[Callable[[Subject], Built[_Outcome]]]:
    """Begins the builds of all subjects that the module's chosen tests take; gives what waits for one of them."""
    calls = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    subjects = dict.fromkeys(call.params["built"] for call in calls if call is not None and "built" in call.params)
    folder = Path(tempfile.mkdtemp(prefix="aib2packer-builds-"))
    begun: dict[object, Future[_Outcome]] = {}
    prepared: dict[Subject, Prepared | Exception] = {}
    with ThreadPoolExecutor(workers) as pool:
        try:
            for subject in subjects:
                try:
                    each = prepared[subject] = _prepare(subject, folder / str(len(prepared)), connection)
                    if each.key not in begun and not each.project.too_new:
                        begun[each.key] = pool.submit(build, each)
                except Exception as problem:  # one sample's problem is not that of the others
                    prepared[subject] = problem

            def result(subject: Subject) -> Built[_Outcome]:
                each = prepared[subject]
                if isinstance(each, Exception):
                    raise each
                if each.project.too_new:
                    pytest.skip(each.project.too_new)
                return Built(subject, each.steps, begun[each.key].result())

            yield result
        finally:
            pool.shutdown(cancel_futures=True)
            shutil.rmtree(folder, ignore_errors=True)


@cache
def _samples(os: str) -> tuple[Subject, ...]:
    """Each project of that operating system among the golden files."""
    return tuple(
        Subject(name=str(folder.relative_to(GOLDEN)), os=os, case=case, folder=folder.relative_to(case.golden).as_posix())
        for case in all_cases()
        if case.exit == 0
        for folder in sorted(image.parent for image in case.golden.rglob("image.pkr.hcl"))
        if _os_of((folder / "image.pkr.hcl").read_text()) == os
    )


def _os_of(image: str) -> str:
    heads = [line.split() for line in image.splitlines() if line.startswith(("  os_type ", "  communicator "))]
    words = {line[2].strip('"') for line in heads}
    return "Windows" if words & {"Windows", "winrm"} else "Linux"


def _prepare(subject: Subject, folder: Path, connection: Mapping[str, object]) -> Prepared:
    """Converts a subject, and fetches what its project has to be given before a build."""
    folder.mkdir()
    case = subject.case or _case_of(subject, folder)
    with pytest.MonkeyPatch.context() as patch:
        run = run_case(case, folder / "converted", patch)
    assert run.exit == 0, run.findings
    start = "" if subject.folder == "." else f"{subject.folder}/"
    first = null_project(_first_project(run.files, start.removesuffix("validate/")), connection)
    project = null_project(_first_project(run.files, start), connection)
    name = subject.folder.removesuffix("validate").strip("./")
    steps = {section: _steps(case, name, section, first.values | project.values) for section in (_STEPS, _CHECKS)}
    prepared = Prepared(subject=subject, project=project, folder=folder, steps=steps[_CHECKS if subject.is_checks else _STEPS])
    first.write(folder / "project")
    project.write(prepared.place)
    if not subject.machine_downloads and not project.too_new:
        downloads = (*downloads_of(steps[_STEPS]), *downloads_of(steps[_CHECKS]))
        fetch(folder / "project", downloads, first.values | project.values, folder)
    return prepared


_STEPS, _CHECKS = ("customize",), ("validate", "inVMValidations")


def _first_project(files: Mapping[str, str], start: str) -> dict[str, str]:
    """The files of the project in a folder, without those of its validators."""
    inner = {path.removeprefix(start): text for path, text in files.items() if path.startswith(start)}
    return {path: text for path, text in inner.items() if not path.startswith("validate/")}


def _steps(case: Case, name: str, section: tuple[str, ...], values: Mapping[str, Json]) -> tuple[Step, ...] | None:
    try:
        return expected_steps(case, name, section, values)
    except NotToldError:
        return None


def _case_of(subject: Subject, folder: Path) -> Case:
    """The case that a template of a test would be among the samples."""
    (folder / "template.json").write_text(json.dumps(template(subject.os, *subject.steps)))
    return Case(area="", name=str(folder), why="", template="template.json", arguments=(), exit=0)


def template(os: str, *steps: Mapping[str, object], **properties: object) -> dict[str, object]:
    """An image template with these steps, and with these properties beside them."""
    identity = f"{_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/builder"
    image = f"{_SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Compute/images/image"
    return {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2024-02-01",
        "location": "westeurope",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {identity: {}}},
        "properties": {
            "source": {"type": "PlatformImage", **_SOURCES[os]},
            "customize": list(steps),
            "distribute": [{"type": "ManagedImage", "runOutputName": "image", "imageId": image, "location": "westeurope"}],
            **properties,
        },
    }
