"""Edits drawn by chance in the project of every sample: each is found and named by its template key, and what means the same is the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cases import Case, all_cases, case_named
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from project_edits import IMAGE, Edit, every_file, joined, reformatted, reordered, split, steps_of, steps_rearranged

from aib2packer.cli import main
from aib2packer.comparison.comparing import Project
from aib2packer.comparison.model import Row, Verdict
from aib2packer.diagnostics.model import Findings
from aib2packer.pipeline import Converted, Options, compared, convert
from aib2packer.project_folder.reading import OnDisk
from aib2packer.side_by_side import Against, compare_template

pytestmark = pytest.mark.usefixtures("each_file_is_read_once")
CONVERTED = [case for case in all_cases() if case.exit == 0]
PLAIN = [case for case in CONVERTED if not case.arguments and case.template.endswith(".json")]
QUICK = [
    case_named(name)
    for name in (
        "linux-gallery",
        "windows-all",
        "arm-conditional-steps",
        "outputs-all-kinds",
        "validate",
        "steps-of-the-same-name",
    )
]
ATTRIBUTE = re.compile(r'^( {2,6})([\w-]+)( += )("(?:[^"\\$]|\\.|\$(?!\{))*"|\d+|true|false)( +#.*)?$')
NOT_THE_TEMPLATES = re.compile(r"name|use_azure_cli_auth|oidc_\w+|client_\w+|tenant_id|object_id|strip_path")
"""What Packer shows only, and how it signs in."""
SHELL = '  provisioner "shell" {\n    inline = ["id -u nobody"]\n  }\n'


@dataclass(frozen=True, slots=True)
class Drawn:
    """An edit, and what the rows that differ have to be."""

    name: str
    edit: Edit
    is_right: Callable[[Sequence[Row]], bool]


@cache
def conversion(case: Case) -> tuple[tuple[Converted, ...], Findings]:
    result = convert((case.folder / case.template).read_bytes(), case.template, Options())
    return result.projects, result.findings


def written(project: Converted, folder: Path) -> None:
    for path, content in project.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)


def differing(project: Converted, findings: Findings, edit: Edit) -> list[Row]:
    with TemporaryDirectory() as name:
        written(project, Path(name))
        edit(Path(name))
        found = compared(project, findings, Project(name="project", files=OnDisk(Path(name))))
    return [row for row in found.rows if row.differs]


def draws(project: Converted, draw: st.DataObject) -> Drawn:
    """One of the edits that the project allows."""
    text = project.files[IMAGE]
    assert isinstance(text, str)
    possible = [kind for kind in KINDS if next(kind(project, text), None) is not None]
    kind = draw.draw(st.sampled_from(possible), label="kind")
    return draw.draw(st.sampled_from(list(kind(project, text))), label="edit")


def keys_at(project: Converted, *lines: int) -> set[str]:
    """The keys of the template that lines of the image come from, and all that hold them."""
    paths = {path for path, file, line in project.lines if file == IMAGE and line in lines}
    return {path.removeprefix("properties.") for path in paths}


def step_keys(project: Converted, text: str) -> list[set[str]]:
    """For each step of the text the keys that it may be named by: those of all steps of its content."""
    steps = steps_of(text)
    keys: list[set[str]] = []
    position = 0
    for step in steps:
        position = text.index(step, position)
        first = text.count("\n", 0, position) + 1
        position += len(step)
        found = keys_at(project, *range(first, first + step.rstrip().count("\n") + 1))
        whole = {match.group() for key in found if (match := re.match(r"(customize|validate\.inVMValidations)\[\d+\]", key))}
        keys.append(whole)
    bare = [re.sub(r"^ +#.*\n|^ +name +=.*\n|\s", "", step, flags=re.MULTILINE) for step in steps]
    return [set().union(*(keys[at] for at, other in enumerate(bare) if other == step)) for step in bare]


def removals(project: Converted, text: str) -> Iterator[Drawn]:
    for number, keys in enumerate(step_keys(project, text)):
        if not keys:
            continue

        def is_right(rows: Sequence[Row], keys: set[str] = keys) -> bool:
            return [row.verdict for row in rows] == [Verdict.MISSING] and rows[0].path in keys

        yield Drawn(f"step {number} removed", steps_rearranged(without(number)), is_right)


def without(number: int) -> Callable[[list[str]], list[str]]:
    return lambda steps: [step for at, step in enumerate(steps) if at != number]


def moves(project: Converted, text: str) -> Iterator[Drawn]:
    keys = step_keys(project, text)
    for number, own in enumerate(keys):
        for to in range(len(keys)):
            if abs(to - number) < 2 or not own or any(not keys[at] for at in range(min(number, to), max(number, to) + 1)):
                continue
            if sum(own == other for other in keys) > 1:
                continue

            def is_right(rows: Sequence[Row], own: set[str] = own) -> bool:
                return [row.verdict for row in rows] == [Verdict.MOVED] and rows[0].path in own

            yield Drawn(f"step {number} moved to {to}", steps_rearranged(moved(number, to)), is_right)


def moved(number: int, to: int) -> Callable[[list[str]], list[str]]:
    def rearranged(steps: list[str]) -> list[str]:
        others = without(number)(steps)
        return [*others[:to], steps[number], *others[to:]]

    return rearranged


def insertions(project: Converted, text: str) -> Iterator[Drawn]:
    def is_right(rows: Sequence[Row]) -> bool:
        return [(row.verdict, row.path) for row in rows] == [(Verdict.EXTRA, "shell: id -u nobody")]

    for number in range(len(steps_of(text))):

        def inserted(steps: list[str], number: int = number) -> list[str]:
            return [*steps[:number], SHELL, *steps[number:]]

        yield Drawn(f"step inserted before {number}", steps_rearranged(inserted), is_right)


def attributes(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """The attributes of the source and the steps that say one plain value; with their lines, counted from 1."""
    start = text.index('\nsource "')
    for number, line in enumerate(text.split("\n"), 1):
        found = ATTRIBUTE.match(line)
        is_within = number > text.count("\n", 0, start) + 1
        if found is not None and is_within and not NOT_THE_TEMPLATES.fullmatch(found.group(2)):
            yield number, found


def changes(project: Converted, text: str) -> Iterator[Drawn]:
    for number, found in attributes(text):
        value = found.group(4)
        other = {"true": "false", "false": "true"}.get(value) or (f'{value[:-1]}7"' if value.startswith('"') else f"{value}7")
        line = f"{found.group(1)}{found.group(2)}{found.group(3)}{other}"
        yield Drawn(f"line {number}: {line}", line_put(number, line), named(project, number, MEMBER.get(*found.group(2, 2))))


def omissions(project: Converted, text: str) -> Iterator[Drawn]:
    for number, found in attributes(text):
        if (found.group(2), found.group(4)) in AS_BY_DEFAULT or found.group(1) != "  ":
            continue
        yield Drawn(f"line {number} removed", line_put(number, None), named(project, number, found.group(2)))


def line_changes(project: Converted, text: str) -> Iterator[Drawn]:
    steps = steps_of(text)
    for number, keys in enumerate(step_keys(project, text)):
        for line in re.finditer(r'^      ( *)"(.*)",$', steps[number], re.MULTILINE):
            if not keys:
                continue

            def is_right(rows: Sequence[Row], keys: set[str] = keys) -> bool:
                """One row; of a step that has little else, one that went and one that came."""
                went = [row for row in rows if row.path.removesuffix(".inline") in keys]
                return len(went) == 1 and (len(rows) == 1 or {row.verdict for row in rows} == {Verdict.MISSING, Verdict.EXTRA})

            def rearranged(steps: list[str], number: int = number, line: re.Match[str] = line) -> list[str]:
                step = f'{steps[number][: line.start()]}      "echo changed",{steps[number][line.end() :]}'
                return [*steps[:number], step, *steps[number + 1 :]]

            yield Drawn(f"step {number}: {line.group()} changed", steps_rearranged(rearranged), is_right)


MEMBER = {"replicas": "target_region"}
"""Settings of members of a set: a row is about the member."""
AS_BY_DEFAULT = {("image_version", '"latest"'), ("ssh_timeout", '"20m"'), ("winrm_username", '"packer"')}
"""What the plugin does without being told."""


def additions(project: Converted, text: str) -> Iterator[Drawn]:
    start = text.count("\n", 0, text.index('\nsource "azure-arm"') + 1) + 1 if '\nsource "azure-arm"' in text else 0
    for name, value in (("async_resourcegroup_delete", "true"), ("keep_os_disk", "true"), ("ssh_private_ip", '"yes"')):
        if start and name not in text:

            def is_right(rows: Sequence[Row], name: str = name) -> bool:
                return [(row.verdict, row.path) for row in rows] == [(Verdict.EXTRA, name)]

            yield Drawn(f"{name} added", line_added(start, f"  {name} = {value}"), is_right)


def regions(project: Converted, text: str) -> Iterator[Drawn]:
    for block in re.finditer(r"^    target_region \{\n(?:      .*\n)*    \}\n", text, re.MULTILINE):
        first = text.count("\n", 0, block.start()) + 1

        def edit(folder: Path, block: str = block.group(), first: int = first) -> None:
            lines = (folder / IMAGE).read_text().split("\n")
            del lines[first - 1 : first - 1 + block.count("\n")]
            (folder / IMAGE).write_text("\n".join(lines))

        yield Drawn(f"region at {first} dropped", edit, named(project, first, "target_region"))


def pins(project: Converted, text: str) -> Iterator[Drawn]:
    for number, line in enumerate(text.split("\n"), 1):
        if re.fullmatch(r'  image_version +=.*"latest"', line):
            edit = line_put(number, '  image_version = "1.2.3"')
            yield Drawn("version pinned", edit, lambda rows: [row.path for row in rows] == ["source.version"])


KINDS = (removals, moves, insertions, changes, line_changes, omissions, additions, regions, pins)


def named(project: Converted, line: int, setting: str) -> Callable[[Sequence[Row]], bool]:
    """All rows that differ are about the line: by its keys in the template, by the step or output that it is in, or by Packer's name."""
    keys = keys_at(project, line) or keys_around(project, line)

    def is_right(rows: Sequence[Row]) -> bool:
        def is_about(row: Row) -> bool:
            return (
                row.path in keys or any(key.startswith(row.path) for key in keys) or setting in re.split(r"[^\w-]+", row.setting)
            )

        return bool(rows) and all(map(is_about, rows)) and (not keys or any(row.path in keys for row in rows) or in_parts(rows))

    def in_parts(rows: Sequence[Row]) -> bool:
        return any(row.path.startswith(f"{key}") or key.startswith(row.path) for row in rows for key in keys)

    return is_right


def keys_around(project: Converted, line: int) -> set[str]:
    """The keys of the block within the source that a line is in."""
    lines = str(project.files[IMAGE]).split("\n")
    while line and len(lines[line - 1]) - len(lines[line - 1].lstrip()) > 4:
        line -= 1
    return keys_at(project, line)


def line_put(number: int, line: str | None) -> Edit:
    def edit(folder: Path) -> None:
        lines = (folder / IMAGE).read_text().split("\n")
        lines[number - 1 : number] = [line] if line is not None else []
        (folder / IMAGE).write_text("\n".join(lines))

    return edit


def line_added(number: int, line: str) -> Edit:
    def edit(folder: Path) -> None:
        lines = (folder / IMAGE).read_text().split("\n")
        lines.insert(number, line)
        (folder / IMAGE).write_text("\n".join(lines))

    return edit


def check_an_edit(case: Case, draw: st.DataObject) -> None:
    projects, findings = conversion(case)
    project = projects[draw.draw(st.sampled_from(range(len(projects))), label="project")]
    drawn = draws(project, draw)
    rows = differing(project, findings, drawn.edit)
    assert drawn.is_right(rows), (drawn.name, [(row.verdict, row.path, row.setting, row.change) for row in rows])


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
@settings(max_examples=10)
@given(st.data())
def test_an_edit_is_found_and_named(case: Case, draw: st.DataObject) -> None:
    check_an_edit(case, draw)


@pytest.mark.judge
@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
@settings(max_examples=25)
@given(st.data())
def test_an_edit_of_any_sample_is_found_and_named(case: Case, draw: st.DataObject) -> None:
    check_an_edit(case, draw)


def variables_renamed(folder: Path) -> None:
    """Every variable and local of the project, in all its files of HCL."""
    files = [*folder.rglob("*.pkr.hcl"), *folder.glob("*.auto.pkrvars.hcl")]
    names = {name for path in files for name in re.findall(r'^variable "([^"]+)"', path.read_text(), re.MULTILINE)}
    for path in files:
        text = path.read_text()
        for name in names:
            text = re.sub(
                rf'((?<![\w.])var\.|^variable "){re.escape(name)}(?![\w-])', rf"\g<1>{name}_here", text, flags=re.MULTILINE
            )
            if path.name.endswith(".pkrvars.hcl"):
                text = re.sub(rf"^{re.escape(name)}(?= )", f"{name}_here", text, flags=re.MULTILINE)
        path.write_text(text)


def reordered_image(folder: Path) -> None:
    (folder / IMAGE).write_text(reordered((folder / IMAGE).read_text()))


SAME: dict[str, Edit] = {
    "reformatted": every_file(reformatted),
    "crlf": every_file(lambda text: text.replace("\n", "\r\n")),
    "reordered": reordered_image,
    "split": split,
    "joined": joined,
    "renamed": variables_renamed,
}


@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_what_means_the_same_is_the_same(case: Case) -> None:
    for project in conversion(case)[0]:
        for name, edit in SAME.items():
            assert differing(project, conversion(case)[1], edit) == [], name


@pytest.mark.judge
@pytest.mark.parametrize("case", PLAIN, ids=lambda case: case.name)
def test_what_means_the_same_is_the_same_for_any_sample(case: Case) -> None:
    test_what_means_the_same_is_the_same(case)


WITH = ("trusted-launch", "key-vault", "build-group", "tags", "spot", "trusted-launch-supported")
OPTIONS = [
    *((sample, ("--with", extra)) for sample in ("linux-gallery", "windows-all") for extra in WITH),
    *((sample, (option, value)) for sample in ("linux-gallery", "windows-all") for option, value in (
        ("--downloads", "vm"),
        ("--builder", "null"),
        ("--auth", "oidc"),
        ("--auth", "service-principal"),
        ("--auth", "managed-identity"),
        ("--scripts", "both"),
        ("--scripts", "powershell"),
        ("--pipeline", "github"),
        ("--pipeline", "azure-devops"),
    )),
    ("validate-parameters", ("--builder", "null", "--scripts", "both")),
    ("outputs-all-kinds", ("--with", "tags", "--scripts", "powershell", "--auth", "oidc")),
]  # fmt: skip


def check_equals_itself(case: Case, folder: Path, arguments: Sequence[str]) -> None:
    """Converts as a person would, and compares the folder with the template; several images become a folder each."""
    own = [str(case.folder / word) if (case.folder / word).is_file() else word for word in case.arguments]
    words = ["convert", str(case.folder / case.template), "-o", str(folder), "-q", *own, *arguments]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    made = (
        [folder] if (folder / ".aib2packer.json").is_file() else sorted(path.parent for path in folder.glob("*/.aib2packer.json"))
    )
    assert made
    for each in made:
        found = compare_template(str(case.folder / case.template), Against(folder=each), Options()).comparison
        assert found is not None
        assert [(row.path, row.setting, row.verdict) for row in found.rows if row.differs] == []


@pytest.mark.parametrize(("sample", "arguments"), OPTIONS, ids=lambda value: value if isinstance(value, str) else " ".join(value))
def test_a_fresh_conversion_by_any_option_equals_itself(sample: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    check_equals_itself(case_named(sample), tmp_path / "project", arguments)


@pytest.mark.judge
@pytest.mark.parametrize("case", CONVERTED, ids=lambda case: case.name)
def test_a_fresh_conversion_equals_itself(case: Case, tmp_path: Path) -> None:
    check_equals_itself(case, tmp_path / "project", ())
