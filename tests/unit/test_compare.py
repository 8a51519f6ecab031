"""`aib2packer compare`: a template beside a Packer project, setting by setting and step by step."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from cases import Case, all_cases, case_named, every_tenth_at_once
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from plausible import values

from aib2packer.cli import main
from aib2packer.comparison.comparing import Project
from aib2packer.comparison.evaluating import Live, Read
from aib2packer.comparison.faces.wording import is_by_other_means, label, stands_out
from aib2packer.comparison.meaning import is_default, meaning
from aib2packer.comparison.model import Row, Verdict
from aib2packer.comparison.reading import Given, NotReadError, read_project
from aib2packer.diagnostics.model import Findings
from aib2packer.hcl.text import quote
from aib2packer.pipeline import Converted, Options, compared, convert
from aib2packer.project_folder.reading import InMemory
from aib2packer.side_by_side import Against, compare_template

pytestmark = pytest.mark.usefixtures("each_file_is_read_once")
CONVERTED = [case for case in all_cases() if case.exit == 0 and not case.arguments and case.template.endswith(".json")]
ODD_VALUE = '[accept]\n"location" = { value = 1, reason = "x" }\n'
LINUX, PARAMETERS = "linux-gallery", "validate-parameters"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["compare", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def template_of(name: str) -> Path:
    return case_named(name).folder / "template.json"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of a Linux template, to be changed."""
    return converted(LINUX, tmp_path)


def converted(name: str, folder: Path, *arguments: object) -> Path:
    """A sample, freshly converted."""
    words = ["convert", template_of(name), "-o", folder / "project", "-q", *arguments]
    assert CliRunner().invoke(main, [*map(str, words)]).exit_code == 0
    return folder / "project"


def differences(template: Path, project: Path) -> list[Row]:
    """The rows that are not the same."""
    found = compare_template(str(template), Against(folder=project), Options())
    assert found.comparison is not None
    return [row for row in found.comparison.rows if row.differs]


def changed(project: Path, *changes: tuple[str, str], file: str = "image.pkr.hcl") -> list[Row]:
    """The rows that are not the same after texts of a file were replaced."""
    text = (project / file).read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (project / file).write_text(text)
    rows = differences(template_of(LINUX), project)
    assert call(template_of(LINUX), project).exit_code == (4 if rows else 0)
    return rows


def shown(row: Row) -> tuple[str, ...]:
    """Verdict, key, and both values."""
    values = (row.packer, row.project)
    return (str(row.verdict), row.key, *(value.text if value is not None else "" for value in values))


@every_tenth_at_once(CONVERTED)
def test_what_migration_md_lists_is_what_a_template_alone_is_told(case: Case) -> None:
    path = case.folder / case.template
    result = convert(path.read_bytes(), path.name, Options())
    project = result.projects[0]
    comparison = compared(project, result.findings, None)
    assert isinstance(project.files["MIGRATION.md"], str)
    differing, _, rest = project.files["MIGRATION.md"].partition("## What differs")[2].partition("The whole comparison")
    listed = [line.split(" | ")[0].lstrip("| ") for line in differing.splitlines() if line.startswith("| ")][1:]
    keys = {re.sub(r" \(.*|`", "", each) for cell in listed for each in cell.split(", ")}
    told = [row for row in comparison.rows if row.service]
    assert all(stands_out(row) or is_by_other_means(row) for row in told)
    assert {row.key.strip("()") for row in told} == {each if each != "the template" else "template" for each in keys}
    warnings = rest.partition("## Warnings")[2].partition("\n## ")[0]
    codes = {code for row in comparison.rows if row.change for code in row.code.split(", ")}
    assert codes == set(re.findall(r"\((A2P\d+)\)$", warnings, re.MULTILINE))
    assert all(stands_out(row) for row in comparison.rows if row.change)


def test_a_conversion_is_the_same_as_itself(project: Path) -> None:
    result = call(template_of(LINUX), project)
    assert result.exit_code == 0, result.output


@pytest.mark.judge
@pytest.mark.parametrize("case", CONVERTED, ids=lambda case: case.name)
def test_every_project_is_the_same_as_itself_and_says_each_step(case: Case) -> None:
    result = convert((case.folder / case.template).read_bytes(), case.template, Options())
    for project in result.projects:
        found = compared(project, result.findings, None)
        assert found.is_same
        steps = {path.partition("]")[0] for path, _, _ in project.lines if path.startswith("properties.customize[")}
        assert steps == {f"properties.{row.key.partition(']')[0]}" for row in found.rows if row.key.startswith("customize[")}


def test_a_setting_of_another_value_differs(project: Path) -> None:
    rows = changed(project, ("Standard_D2s_v3", "Standard_D4s_v3"))
    assert [shown(row) for row in rows] == [("differs", "vmProfile.vmSize", "Standard_D2s_v3", "Standard_D4s_v3")]
    assert str(rows[0].project.spot if rows[0].project else "") == "image.pkr.hcl:23"


def test_a_setting_that_is_not_there_is_missing(project: Path) -> None:
    rows = changed(project, ("  os_disk_size_gb                     = 64\n", ""))
    assert [shown(row) for row in rows] == [("missing", "vmProfile.osDiskSizeGB", "64", "")]


def test_a_setting_beyond_the_template_is_extra(project: Path) -> None:
    rows = changed(project, ("  # vmProfile\n", "  async_resourcegroup_delete = true\n"))
    assert [shown(row) for row in rows] == [("extra", "async_resourcegroup_delete", "", "true")]


def test_a_step_beyond_the_template_is_extra_and_moves_nothing(project: Path) -> None:
    step = '  provisioner "shell" {\n    inline = ["apt-get clean"]\n  }\n\n'
    rows = changed(project, ("  # Generalize the VM, as", f"{step}  # Generalize the VM, as"))
    assert [shown(row) for row in rows] == [("extra", "shell: apt-get clean", "", "apt-get clean")]
    assert rows[0].change == "before generalize"


def step_of(project: Path, name: str) -> str:
    text = (project / "image.pkr.hcl").read_text()
    start = text.rindex("  provisioner", 0, text.index(f'= "{name}"'))
    return text[start : text.index("  }\n\n", start) + 5]


def test_a_step_that_is_not_there_is_missing(project: Path) -> None:
    rows = changed(project, (step_of(project, "motd"), ""))
    assert [(row.verdict, row.key) for row in rows] == [(Verdict.MISSING, "customize[0]")]


def test_a_step_at_another_place_has_moved(project: Path) -> None:
    step = step_of(project, "motd")
    rows = changed(project, (step, ""), ("  # Generalize the VM, as", f"{step}  # Generalize the VM, as"))
    assert [(row.verdict, row.key, row.change) for row in rows] == [(Verdict.MOVED, "customize[0]", "was 2nd, is 5th")]


def test_another_text_of_a_script_differs(project: Path) -> None:
    rows = changed(project, ("docker", "podman"), file="scripts/03-containers.sh")
    assert [(row.verdict, row.key, row.title) for row in rows] == [(Verdict.DIFFERS, "customize[2].inline", "containers")]


MOTD = "fetch 'https://example.com/files/motd.txt' motd.txt 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\n"
HARDEN = "fetch 'https://example.com/scripts/harden.sh' harden.sh\n"


@pytest.mark.parametrize(
    ("line", "file", "text", "found"),
    [
        (MOTD, "motd.txt", "test", None),
        (MOTD, "motd.txt", "other",
         (Verdict.DIFFERS, "customize[0].sourceUri", "scripts/motd.txt is not the file that the template's checksum is of")),
        (HARDEN, "harden.sh", "echo", (Verdict.CANNOT_TELL, "customize[3].scriptUri",
         "scripts/harden.sh is a file of the project; whether it is the one at this URL cannot be told")),
    ],
)  # fmt: skip
def test_a_file_that_a_project_has_itself_is_held_against_the_checksum(
    project: Path, line: str, file: str, text: str, found: tuple[Verdict, str, str] | None
) -> None:
    (project / "scripts" / file).write_text(text)
    rows = changed(project, (line, ""), file="scripts/fetch.sh")
    expected = [] if found is None else [(found[0], f"{found[1]}: fetched from", found[2])]
    assert [(row.verdict, row.key, row.change) for row in rows] == expected


@pytest.mark.parametrize(("text", "keys"), [("test", []), ("other", ["customize[0].sourceUri: file"])])
def test_a_file_that_was_fetched_is_held_against_its_checksum(project: Path, text: str, keys: list[str]) -> None:
    (project / "scripts" / "motd.txt").write_text(text)
    assert [row.key for row in differences(template_of(LINUX), project)] == keys


def test_a_line_that_fetches_nothing_is_no_download(project: Path) -> None:
    broken = f"{HARDEN}fetch 'https://example.com/no-name'\nfetch 'https://example.com/open\n"
    assert changed(project, (HARDEN, broken), file="scripts/fetch.sh") == []


BEFORE_VM, BEFORE_END = "  # vmProfile\n", "  # Generalize the VM, as"


@pytest.mark.parametrize(
    ("at", "written", "keys"),
    [
        (BEFORE_VM, '  dynamic "plan_info" {\n    for_each = [1]\n    content {\n      plan_name = "x"\n    }\n  }\n',
         ["plan_info.plan_name"]),
        (BEFORE_VM, '  dynamic "x" {\n    for_each = [1, 2]\n    content {\n      y = x.value\n    }\n  }\n', ["x[0].y", "x[1].y"]),
        (BEFORE_END, '  provisioner "shell" {\n    inline = "id"\n  }\n', ["shell: id"]),
        (BEFORE_END, '  provisioner "file" {\n    content     = "id"\n    destination = "/x"\n  }\n', ["file"]),
    ],
)  # fmt: skip
def test_what_a_project_adds_has_its_name(project: Path, at: str, written: str, keys: list[str]) -> None:
    assert [row.key for row in changed(project, (at, f"{written}{at}"))] == keys


def test_generalizing_by_a_step_of_another_kind_differs(project: Path) -> None:
    text = (project / "image.pkr.hcl").read_text()
    start, kind = text.rindex('provisioner "shell"'), len('provisioner "shell"')
    (project / "image.pkr.hcl").write_text(f'{text[:start]}provisioner "shell-local"{text[start + kind :]}')
    rows = differences(template_of(LINUX), project)
    assert [shown(row) for row in rows] == [("differs", "generalize: kind", "shell", "shell-local")]


def test_a_project_without_a_build_lacks_every_step(project: Path) -> None:
    text = (project / "image.pkr.hcl").read_text()
    (project / "image.pkr.hcl").write_text(text[: text.index("build {")])
    rows = differences(template_of(LINUX), project)
    steps = [f"customize[{number}]" for number in range(4)]
    assert [row.key for row in rows if row.section != "packer"] == ["deprovisioning script", *steps, "generalize"]
    assert {row.verdict for row in rows} == {Verdict.MISSING}


def test_the_default_of_a_variable_that_scripts_alone_use_differs(tmp_path: Path) -> None:
    project = converted("download-placeholder", tmp_path)
    declared = 'variable "storage_account" {'
    text = (project / "variables.pkr.hcl").read_text()
    assert declared in text
    (project / "variables.pkr.hcl").write_text(text.replace(declared, f'{declared}\n  default = "mine"'))
    rows = differences(template_of("download-placeholder"), project)
    assert [shown(row) for row in rows] == [("extra", "variable.storage_account.default", "", "mine")]


def test_what_is_written_otherwise_but_means_the_same_is_the_same(project: Path) -> None:
    (project / "scripts" / "install.sh").write_text(
        '#!/bin/sh -e\nsudo apt-get update\nsudo apt-get install -y --no-install-recommends "nginx"\n'
        'echo "home is ${HOME}" | sudo tee /etc/image-note\n'
    )
    text = (project / "image.pkr.hcl").read_text()
    start = text.index("    inline_shebang")
    inline = text[start : text.index("  }\n", start)]
    rows = changed(
        project,
        (inline, '    script = "${path.root}/scripts/install.sh"\n'),
        ('"Standard_D2s_v3"', "var.size"),
        ("  # source\n", ""),
        ('  image_version   = "latest"\n', ""),
        ("build {\n", 'variable "size" {\n  default = "Standard_D2s_v3"\n}\n\nbuild {\n'),
    )
    assert rows == []


def test_given_values_count_before_defaults(tmp_path: Path) -> None:
    given = ("-p", case_named(PARAMETERS).folder / "parameters.json")
    project = converted(PARAMETERS, tmp_path, *given)
    arguments = (template_of(PARAMETERS), project, *given)
    result = call(*arguments)
    assert result.exit_code == 0, result.output
    values = project / "values.auto.pkrvars.hcl"
    values.write_text(values.read_text().replace("galleries/company", "galleries/other"))
    assert call(*arguments).exit_code == 4


def with_values(case: Case) -> Iterator[tuple[Converted, dict[str, str | bytes], Findings]]:
    """The projects of a sample that have variables without a value, each with a file of values."""
    result = convert((case.folder / case.template).read_bytes(), case.template, Options())
    for made in result.projects:
        given = values({path: text for path, text in made.files.items() if isinstance(text, str)})
        if given:
            yield made, {**made.files, "own.auto.pkrvars.json": json.dumps(given)}, result.findings


@pytest.mark.judge
@pytest.mark.parametrize("case", CONVERTED, ids=lambda case: case.name)
def test_filled_in_values_are_no_difference(case: Case) -> None:
    for made, files, findings in with_values(case):
        rows = compared(made, findings, Project(name="project", files=InMemory(files))).rows
        assert [shown(row) for row in rows if row.differs] == []


@pytest.mark.parametrize(
    "name", ["gallery-regions-replicas", "arm-loop-over-parameter", "arm-placeholders-in-variables", "secrets-in-text"]
)
def test_filled_in_values_are_no_difference_in_keys_and_names(name: str) -> None:
    test_filled_in_values_are_no_difference(case_named(name))


def test_a_variable_of_another_name_may_be_filled_in_too() -> None:
    for made, files, findings in with_values(case_named("gallery-regions-replicas")):
        renamed = {path: re.sub(r"\bfirst\b", "primary", str(text)) for path, text in files.items()}
        assert compared(made, findings, Project(name="project", files=InMemory(renamed))).is_same


def test_an_edit_beside_filled_in_values_is_found() -> None:
    for made, files, findings in with_values(case_named("gallery-regions-replicas")):
        image = str(files["image.pkr.hcl"]).replace("= var.first", '= "westus"').replace("(var.first)  = 2", "(var.first)  = 5")
        edited = {**files, "image.pkr.hcl": image}
        rows = compared(made, findings, Project(name="project", files=InMemory(edited))).rows
        assert [row.project.text if row.project else "" for row in rows if row.differs] == ["westus", "name a-first, replicas 5"]


def test_the_second_project_is_compared_too(tmp_path: Path) -> None:
    project = converted("validate", tmp_path)
    shutil.rmtree(project / "validate")
    rows = differences(template_of("validate"), project)
    assert [(row.verdict, row.key, row.change) for row in rows] == [(Verdict.MISSING, "validate", "validate/ is not there")]


def test_a_refused_template_says_why() -> None:
    result = call(template_of("refused-iso"))
    assert result.exit_code == 1
    assert "error A2P" in result.stderr


@pytest.mark.parametrize("there", ["", "not HCL {"])
def test_a_folder_that_is_no_project_is_wrong_usage(tmp_path: Path, there: str) -> None:
    if there:
        (tmp_path / "a.pkr.hcl").write_text(there)
    result = call(template_of(LINUX), tmp_path)
    assert result.exit_code == 2
    assert str(tmp_path) in " ".join(result.stderr.split())


# ---- reading back


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ue0f0\ue0f1")))
def test_any_text_is_read_back(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    project = read_project(InMemory({"a.pkr.hcl": f"locals {{\n  a = {quote(text)}\n}}\n"}))
    assert project.scope.value("local.a") == text


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"$${"', "${"),
        ('"%%{ $${"', "%{ ${"),
        ('"a ${var.x} $${b}"', "a known ${b}"),
        ('"${var.x}"', "known"),
        ("local.y", ["known", 2, True]),
        ("upper( var.x )", "KNOWN"),
        ('"${upper(var.x)}"', "KNOWN"),
        ("var.secret", Live("var.secret", ("var.secret",))),
        ("local.loop", Live("local.loop", ("local.loop",))),
        ("upper(local.deep)", "KNOWN"),
        ("timestamp()", Live("timestamp()")),
        ('"a ${upper(var.secret)}"', Live('"a ${upper(var.secret)}"', ("var.secret",))),
        ("[for each in local.y : each if each != 2]", ["known", True]),
        ('var.x == "known" ? 1 : 2', 1),
        ("{ a = { b = [7] } }.a.b[0]", 7),
        ('merge({ a = 1 }, { b = "${var.x}" })', {"a": 1, "b": "known"}),
        ("{ k = var.x }", {"k": "known"}),
        ("[{ a = 1 }, { a = 2 }][*].a", [1, 2]),
        ("var.secret[*].id", Live("var.secret[*].id", ("var.secret",))),
        ("null[*].id", []),
        ('"a"[*]', ["a"]),
        ("concat([[1], [2]]...)", [1, 2]),
        ("concat(var.secret...)", Live("concat(var.secret...)", ("var.secret",))),
        ('file("a.txt")', "text\n"),
        ('file("none.txt")', Live('file("none.txt")')),
        ("file(var.secret)", Live("file(var.secret)", ("var.secret",))),
        ('file("a.txt", "b")', Live('file("a.txt", "b")')),
        ('[for k, v in { a = 1 } : "${k}${v}"]', ["a1"]),
        ("{ for k, v in { a = 1, b = 2 } : k => v if v > 1 }", {"b": 2}),
        ("{ for v in [1, 2] : v => v }", Live("{ for v in [1, 2] : v => v }")),
        ('{ for v in ["a", "a"] : v => 1... }', Live('{ for v in ["a", "a"] : v => 1... }')),
        ("[for v in [1] : v if var.secret]", Live("[for v in [1] : v if var.secret]", ("var.secret",))),
        ("[for v in var.secret : v]", Live("[for v in var.secret : v]", ("var.secret",))),
        ('[for i, v in ["a", "b"] : i]', [0, 1]),
        ('{ for v in ["a"] : var.secret => v }', Live('{ for v in ["a"] : var.secret => v }', ("var.secret",))),
        ("-local.two", -2),
        ("-true", Live("-true")),
        ("!true", False),
        ('!"x"', Live('!"x"')),
        ("!var.secret", Live("!var.secret", ("var.secret",))),
        ('var.secret ? 1 : "b"', Live('var.secret ? 1 : "b"', ("var.secret",))),
        ("{ (var.secret) = 1, b = [true, null] }", Live('{(var.secret) = 1, ("b") = [true, null]}', ("var.secret",))),
        ("{ (var.x) = 1, 2 = 3 }", {"known": 1, "2": 3}),
        ("true && false", False),
        ("true || false", True),
        ("false || var.secret", Live("(false || var.secret)", ("var.secret",))),
        ("var.secret && true", Live("(var.secret && true)", ("var.secret",))),
        ("1 + 2 * 3", 7),
        ("7 % 4", 3),
        ('"a" + 1', Live('("a" + 1)')),
        ("1 < 2", True),
        ('1 == "1"', False),
        ('var.secret == [1, "a"]', Live('(var.secret == [1, "a"])', ("var.secret",))),
        ("path.root", "."),
        ("path.cwd", "."),
        ("path.module", Live("path.module", ("path.module",))),
        ("data.http.x.body", Live("data.http.x.body", ("data.http.x.body",))),
        ("[1][5]", Live("[1][5]")),
        ("[1][-1]", Live("[1][-1]")),
        ("[[1, 2]][0][1]", 2),
        ('{ a = 1 }["b"]', Live('{"a" = 1}["b"]')),
        ("{ a = 1 }[var.secret]", Live('{"a" = 1}[var.secret]', ("var.secret",))),
        ('[1]["a"]', Live('[1]["a"]')),
        ('var.secret.a[0]["b c"]', Live('var.secret["a"][0]["b c"]', ("var.secret",))),
        ("local.y[0]", "known"),
        ("local.y[var.secret]", Live('["known", 2, true][var.secret]', ("var.secret",))),
        ('"${local.y}"', ["known", 2, True]),
        ('"a${null}b"', Live('"a${null}b"')),
        ('"n${2}${true} ${1.5}"', "n2true 1.5"),
        ('"a${var.secret}\\n\\"q\\"é"', Live('"a${var.secret}\\n\\"q\\"é"', ("var.secret",))),
        ('"%{ if true }a%{ endif }"', Live('"%{ if true }a%{ endif }"')),
        ("upper(1, 2)", Live("upper(1, 2)")),
        ("nosuch(1)", Live("nosuch(1)")),
        ('nosuch("é")', Live('nosuch("é")')),
        ('-"x"', Live('-"x"')),
        ("length(local.y)", 3),
        ('{ a = { "b é" = var.secret } }', {"a": {"b é": Live(text="var.secret", names=("var.secret",))}}),
        ("null", None),
        ("1.50", 1.5),
        ('"x%{ if var.secret }a%{ endif }y"', Live('"x%{ if var.secret }a%{ endif }y"')),
    ],
)
def test_values_are_read_with_what_is_known(written: str, value: object) -> None:
    text = f"""
variable "x" {{
  default = "known"
}}
variable "secret" {{
  sensitive = true
  default   = "hunter2"
}}
locals {{
  y    = [var.x, 2, true]
  loop = local.loop
  deep = lower(var.x)
  two  = 2
  it   = {written}
}}
"""
    assert read_project(InMemory({"a.pkr.hcl": text, "a.txt": "text\n"})).scope.value("local.it") == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("var.given", "of the file"),
        ("var.both", "on the command line"),
        ("var.legacy", 1),
        ("local.one", "one"),
        ("local.hidden", Live("local.hidden", ("local.hidden",))),
    ],
)
def test_names_stand_for_what_they_are_given_last(name: str, value: object) -> None:
    text = """
variable "given" {}
variable "both" {}
variables {
  legacy = 1
}
local "one" {
  expression = "one"
}
local "hidden" {
  sensitive  = true
  expression = "hunter2"
}
"""
    filled = ("own.pkrvars.hcl", b'given = "of the file"\nboth  = "of the file"\n')
    given = Given(files=(filled,), variables=(("both", "on the command line"),))
    assert read_project(InMemory({"a.pkr.hcl": text}), given).scope.value(name) == value


def test_a_file_that_is_no_hcl_is_named_with_its_line() -> None:
    with pytest.raises(NotReadError, match=r"b\.pkr\.hcl:2: "):
        read_project(InMemory({"b.pkr.hcl": "a = 1\n= 2\n"}))


def test_the_image_of_a_folder_is_picked_from_a_file_of_several() -> None:
    case = case_named("form-several")
    result = call(case.folder / "template.json", case.golden / "windows-base")
    assert result.exit_code == 0, result.output


# ---- other forms of a project


LEGACY = """{
  "builders": [{"type": "azure-arm", "use_azure_cli_auth": true, "os_type": "Linux", "location": "westus2", "vm_size": "Standard_D2s_v3"}],
  "provisioners": [{"type": "shell", "inline": ["echo hello"]}]
}
"""


@pytest.mark.parametrize("with_packer", [True, False])
def test_a_legacy_template_is_read_as_packer_upgrades_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_packer: bool
) -> None:
    if with_packer and shutil.which("packer") is None:
        pytest.skip("needs packer")
    (tmp_path / "packer.json").write_text(LEGACY)
    if not with_packer:
        monkeypatch.setenv("PATH", str(tmp_path))
    result = call(template_of(LINUX), tmp_path)
    if with_packer:
        assert result.exit_code == 4
        assert "shell: echo hello" in result.stdout
    else:
        assert result.exit_code == 2
        assert "packer hcl2_upgrade packer.json" in " ".join(result.stderr.split())


def test_a_legacy_template_that_packer_refuses_is_named_with_its_words(tmp_path: Path) -> None:
    if shutil.which("packer") is None:
        pytest.skip("needs packer")
    (tmp_path / "packer.json").write_text('{"builders": 7}')
    result = call(template_of(LINUX), tmp_path)
    assert result.exit_code == 2
    assert "`packer hcl2_upgrade` cannot read the file" in " ".join(result.stderr.split())


def test_differences_that_are_wanted_have_a_reason(project: Path) -> None:
    image = project / "image.pkr.hcl"
    image.write_text(image.read_text().replace("Standard_D2s_v3", "Standard_D4s_v3"))
    accepted = project / ".aib2packer-accept.toml"
    accepted.write_text('[accept]\n"vmProfile.vmSize" = "Builds faster."\n')
    result = call(template_of(LINUX), project)
    assert result.exit_code == 0
    assert "Builds faster." in result.stdout
    accepted.write_text('[accept]\n"vmProfile.vmSize" = "Builds faster."\n"location" = "Moved."\n')
    assert "location" in call(template_of(LINUX), project).stdout


@pytest.mark.parametrize("text", ["[accept", "[accept]\nx = 1\n", '[accept]\n"x" = " "\n', 'x = "y"\n'])
def test_a_wrong_file_of_accepted_differences_is_wrong_usage(project: Path, text: str) -> None:
    (project / ".aib2packer-accept.toml").write_text(text)
    result = call(template_of(LINUX), project)
    assert result.exit_code == 2
    assert ".aib2packer-accept.toml" in result.stderr


@pytest.mark.parametrize(
    "text", ['[[accept]]\n"location" = "x"\n', "accept = 1\n", '[accept.vmProfile]\nvmSize = "x"\n', ODD_VALUE]
)
def test_a_file_of_accepted_differences_in_another_shape_is_told_how_it_looks(project: Path, text: str) -> None:
    (project / ".aib2packer-accept.toml").write_text(text)
    result = call(template_of(LINUX), project)
    assert result.exit_code == 2
    assert '"vmProfile.vmSize" = "the reason"' in result.stderr


def test_an_accepted_value_does_not_accept_the_next_one(project: Path) -> None:
    image = project / "image.pkr.hcl"
    image.write_text(image.read_text().replace("Standard_D2s_v3", "Standard_D4s_v3"))
    accepted = project / ".aib2packer-accept.toml"
    accepted.write_text('[accept]\n"vmProfile.vmSize" = { value = "Standard_D4s_v3", reason = "Builds faster." }\n')
    result = call(template_of(LINUX), project)
    assert result.exit_code == 0
    assert "vmProfile.vmSize: Builds faster.\n      Standard_D2s_v3 → Standard_D4s_v3\n" in result.stdout
    image.write_text(image.read_text().replace("Standard_D4s_v3", "Standard_D64s_v3"))
    result = call(template_of(LINUX), project)
    assert result.exit_code == 4
    assert "the accepted value is Standard_D4s_v3" in result.stdout


def test_what_a_project_adds_to_a_step_is_accepted_by_its_own_name(project: Path) -> None:
    image = project / "image.pkr.hcl"
    step = 'provisioner "shell" {\n'
    image.write_text(image.read_text().replace(step, f'{step}    max_retries = 3\n    pause_before = "30s"\n', 1))
    accepted = project / ".aib2packer-accept.toml"
    accepted.write_text('[accept]\n"customize[1]" = "All of it."\n')
    found = differences(template_of(LINUX), project)
    assert [row.key for row in found] == ["customize[1]: max_retries", "customize[1]: pause_before"]
    accepted.write_text('[accept]\n"customize[1]: max_retries" = "The network fails."\n')
    assert [row.key for row in differences(template_of(LINUX), project)] == ["customize[1]: pause_before"]


def test_settings_that_come_from_one_of_the_template_are_told_by_their_names(project: Path) -> None:
    rows = changed(project, ('= "gallery"\n', '= "other"\n'))
    assert [label(row) for row in rows if row.key.startswith("distribute")] == [
        "distribute[0].galleryImageId: shared_image_gallery_destination.gallery_name"
    ]


def test_a_missing_step_has_its_place_in_the_template_and_a_script_its_own(project: Path) -> None:
    (step,) = re.findall(
        r'  provisioner "file" \{\n    name += "motd"\n.*?\n  \}\n', (project / "image.pkr.hcl").read_text(), re.DOTALL
    )
    (row,) = changed(project, (step, ""))
    assert row.template is not None
    assert row.template.spot is not None
    lines = template_of(LINUX).read_text().splitlines()
    assert row.template.spot.line in range(next(n for n, line in enumerate(lines) if '"customize"' in line), len(lines))


def test_an_edit_of_a_script_is_placed_in_it(tmp_path: Path) -> None:
    project = converted("windows-all", tmp_path)
    script = next(iter(sorted((project / "scripts").glob("0*"))))
    script.write_text(f"{script.read_text()}\nwhoami\n")
    found = compare_template(str(template_of("windows-all")), Against(folder=project), Options()).comparison
    assert found is not None
    (row,) = (row for row in found.rows if row.differs)
    assert row.project is not None
    assert str(row.project.spot) == f"scripts/{script.name}:1"
    assert f"scripts/{script.name}" in found.texts


def test_a_folder_alone_is_wrong_usage_that_names_the_audit() -> None:
    result = call(template_of(LINUX).parent.parent)
    assert result.exit_code == 2
    assert "--report audit.html" in result.stderr


def test_a_template_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert call(tmp_path / "absent.json").exit_code == 2


def test_an_open_string_is_told_where_it_begins(project: Path) -> None:
    (project / "z.pkr.hcl").write_text('locals {\n  a = "abc\n  b = "d"\n  c = 1\n}\n')
    result = call(template_of(LINUX), project)
    assert result.exit_code == 2
    assert "z.pkr.hcl:2: The string is not closed in its line." in " ".join(result.stderr.split())


# ---- what means the same


@pytest.mark.parametrize(
    ("setting", "one", "other"),
    [
        ("ssh_timeout", "90s", "1m30s"),
        ("pause_before", "1.5h", "90m"),
        ("timeout", "1500ms", "1.5s"),
        ("os_disk_size_gb", 64, "64"),
        ("skip_clean", True, "true"),
        ("location", "West US 2", "westus2"),
        ("image_publisher", "Canonical", "canonical"),
        ("script", "./scripts/a.sh", "scripts/a.sh"),
        ("user_assigned_managed_identities", ["/subscriptions/A"], ["/subscriptions/a"]),
    ],
)
def test_different_letters_for_one_thing_mean_the_same(setting: str, one: Read, other: Read) -> None:
    assert meaning(setting, one) == meaning(setting, other)


@pytest.mark.parametrize(
    ("setting", "one", "other"),
    [
        ("ssh_timeout", "90s", "90m"),
        ("inline", "Echo", "echo"),
        ("destination", "./a", "a"),
        ("name", "90s", "1m30s"),
    ],
)
def test_other_letters_mean_something_else(setting: str, one: Read, other: Read) -> None:
    assert meaning(setting, one) != meaning(setting, other)


@pytest.mark.parametrize(
    ("kind", "setting", "value", "is_it"),
    [
        ("azure-arm", "ssh_port", "22", True),
        ("azure-arm", "ssh_port", 23, False),
        ("azure-arm", "async_resourcegroup_delete", False, True),
        ("shell", "max_retries", 0, True),
        ("shell", "pause_before", "0s", True),
        ("shell", "inline_shebang", "/bin/sh -e", True),
        ("windows-update", "update_limit", 20, False),
        ("shell", "max_retries", Live("var.n", ("var.n",)), False),
    ],
)
def test_what_holds_without_a_setting_is_a_default(kind: str, setting: str, value: Read, is_it: bool) -> None:
    assert is_default(kind, setting, value) is is_it


def test_line_ends_are_told_in_words(project: Path) -> None:
    script = project / "scripts" / "03-containers.sh"
    script.write_bytes(script.read_bytes().replace(b"\n", b"\r\n"))
    (row,) = differences(template_of(LINUX), project)
    assert row.change == "the line ends are those of Windows"
