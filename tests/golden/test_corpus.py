"""The 124 real templates, each with its parameter file where one fits: what becomes of them, in a table; and their projects.

``pytest tests/golden/test_corpus.py -rP`` shows the table.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import plausible
import pytest
from building.real_packer import HAS_PLUGINS, as_fmt_leaves_it, needs_packer, packer, plugins
from converted import texts_of
from paths import SHARED

from aib2packer.diagnostics.model import Finding, Severity
from aib2packer.ir.choices import Os
from aib2packer.pipeline import Options, Result, convert

TEMPLATES = SHARED / "templates"
pytestmark = [
    pytest.mark.judge,
    pytest.mark.skipif(
        not TEMPLATES.is_dir(), reason=f"the corpus of real templates is not at {TEMPLATES.name}/ beside the project"
    ),
]

COUNTS = {"converted": 100, "in part": 14, "refused": 10}
QUICK = "casa-de-vops__azvmimagebuilder/quickquickstarts__"
OWN = "casa-de-vops__azvmimagebuilder/templates__"
LINUX_0 = "0_Creating_a_Custom_Linux_Managed_Image__helloImageTemplateLinux"
LINUX_1 = "1_Creating_a_Custom_Linux_Shared_Image_Gallery_Image__GoldenLinuxImage"
REFUSED = {
    # no JSON
    "Azure__avdaccelerator/workload__workshop__Azure Image Builder__armTemplateWinSIG.json": ["A2P101"],
    f"{OWN}{LINUX_1}@e3351519.json": ["A2P101"],
    f"{OWN}1_Creating_a_Custom_Red_Hat_Shared_Image_Gallery_Image__GoldenRHELImage@5bd6da23.json": ["A2P101"],
    "gbeaud__avd-automated-pipeline/avd-azure-image-builder__Old version__aib-basic-template@4cf4504f.json": ["A2P101"],
    # a ManagedImage with the key of a SharedImage
    f"{QUICK}{LINUX_0}@198de6a1.json": ["A2P205"],
    f"{OWN}{LINUX_0}@38a3ecc9.json": ["A2P205"],
    f"{OWN}{LINUX_0}@551dd6dd.json": ["A2P205"],
    # a step of the type Reboot
    f"{OWN}{LINUX_1}@02bbd909.json": ["A2P206"],
    # an ISO as the source, which the service itself gave up
    "Azure__azure-rest-api-specs/specification__imagebuilder__resource-manager__Microsoft.VirtualMachineImages__ImageBuilder__preview__2018-02-01-preview__examples__ListImageTemplates.json": ["A2P302"],
    # a script in the place of an address
    "jamasten__AzureImageBuilder/solution@51a204b8.json": ["A2P413"],
}  # fmt: skip
"""None of these would be taken by Azure."""
SECONDS = 60
"""No conversion may take this long on a slow, busy machine; on an idle one the largest takes less than one second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A template of the corpus and what became of it."""

    file: str
    is_json: bool
    parameter_file: str
    os: str
    result: Result
    seconds: float

    @property
    def errors(self) -> list[Finding]:
        return [each for each in self.result.findings if each.severity is Severity.ERROR]

    @property
    def left(self) -> list[Finding]:
        return [each for each in self.result.findings if each.code.id == "A2P621"]

    @property
    def outcome(self) -> str:
        return "refused" if self.errors else "in part" if self.left else "converted"

    def line(self) -> str:
        first = next(iter(self.errors or self.left), None)
        place = first.place.line if first is not None and first.place is not None else ""
        reason = f"{first.code.id} {first.path}:{place} {first.message}" if first is not None else ""
        given = (" -p" if self.parameter_file else "") + (f" --os {self.os}" if self.os else "")
        return f"{self.outcome:9} {self.seconds:5.2f} s  {self.file[-90:]}{given}  {reason}"


@pytest.fixture(scope="module")
def corpus() -> Sequence[Row]:
    with (TEMPLATES / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    files: dict[str, list[str]] = {}
    for row in rows:
        if row["form"] == "parameters only":
            for template in filter(None, (each.strip() for each in row["goes_with"].split(";"))):
                files.setdefault(template, []).append(row["file"])
    return [_converted(row, files.get(row["file"], [])) for row in rows if row["form"] != "parameters only"]


def _converted(row: dict[str, str], parameter_files: list[str]) -> Row:
    data = (TEMPLATES / row["file"]).read_bytes()
    fitting = next((each for each in parameter_files if _fits(each, data)), "")
    given = ((fitting, (TEMPLATES / fitting).read_bytes()),) if fitting else ()
    start = time.monotonic()
    result = convert(data, row["file"], Options(parameter_files=given))
    os = ""
    if any(each.code.id == "A2P601" for each in result.findings):
        os = "windows" if row["os"].lower().startswith("windows") else "linux"
        result = convert(data, row["file"], Options(parameter_files=given, os=Os(os)))
    seconds = time.monotonic() - start
    is_json = not row["json_error"]
    return Row(file=row["file"], is_json=is_json, parameter_file=fitting, os=os, result=result, seconds=seconds)


def _fits(parameter_file: str, template: bytes) -> bool:
    """Whether the template declares all parameters of a parameter file."""
    given = json.loads((TEMPLATES / parameter_file).read_text(encoding="utf-8-sig"))
    declared = {name.lower() for name in json.loads(template.decode("utf-8-sig")).get("parameters", {})}
    return {name.lower() for name in given.get("parameters", given)} <= declared


@pytest.fixture(scope="module")
def projects(corpus: Sequence[Row], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every project of the corpus, written out, by a name that says what it was made from."""
    root = tmp_path_factory.mktemp("corpus")
    written: dict[str, Path] = {}
    for index, row in enumerate(corpus):
        for number, project in enumerate(row.result.projects):
            folder = root / f"{index:03d}-{number}"
            for path, text in texts_of(project).items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8")
            written[f"{row.file} {number}"] = folder
    return written


def test_all_but_a_few_are_converted(corpus: Sequence[Row]) -> None:
    for row in sorted(corpus, key=lambda each: (each.outcome, each.file)):
        print(row.line())
    counts = Counter(row.outcome for row in corpus)
    print(f"{len(corpus)} templates: {dict(counts)}; slowest: {max(row.seconds for row in corpus):.2f} s")
    assert len(corpus) == 124
    assert counts == COUNTS
    readable = [row for row in corpus if row.is_json]
    assert sum(row.outcome != "refused" for row in readable) >= 0.95 * len(readable)


def test_refusals_are_those_that_we_know_the_reasons_of(corpus: Sequence[Row]) -> None:
    refused = {row.file: sorted({each.code.id for each in row.errors}) for row in corpus if row.outcome == "refused"}
    assert refused == REFUSED


def test_every_refusal_has_a_place_and_a_reason(corpus: Sequence[Row]) -> None:
    for row in corpus:
        for found in (*row.errors, *row.left):
            assert found.place is not None, row.line()
            assert found.place.line >= 1, row.line()
            assert len(found.message) > 30, row.line()
            assert found.message.endswith((".", "?")), row.line()


def test_no_conversion_takes_long(corpus: Sequence[Row]) -> None:
    assert [row.line() for row in corpus if row.seconds > SECONDS] == []


@needs_packer
def test_every_project_is_formatted_as_packer_does_it(projects: dict[str, Path], tmp_path: Path) -> None:
    for folder in projects.values():
        for path in folder.glob("*.hcl"):
            (tmp_path / f"{folder.name}-{path.name}").write_text(as_fmt_leaves_it(path.read_text()))
    done = packer("fmt", "-check", "-diff", str(tmp_path), folder=tmp_path)
    assert done.exit == 0, done.output


@pytest.mark.skipif(not HAS_PLUGINS, reason="no packer >= 1.13 on PATH")
def test_every_project_is_valid(projects: dict[str, Path]) -> None:
    if "azure" not in plugins():
        pytest.skip("packer has no azure plugin")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        said = pool.map(plausible.validated, projects.values())
    wrong = [f"{name}\n{text}" for name, text in zip(projects, said, strict=True) if text]
    assert not wrong, "\n".join(wrong)
