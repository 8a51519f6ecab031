"""`aib2packer compare`: a template beside a Packer project, setting by setting and step by step."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path

import pytest
from cases import Case, all_cases, case_named
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from aib2packer.cli import main
from aib2packer.comparison.read_hcl import Live, NotReadError, read_project
from aib2packer.comparison.settings import Verdict
from aib2packer.hcl.text import quote
from aib2packer.pipeline import Options, compare_with, convert

CONVERTED = [case for case in all_cases() if case.exit == 0 and not case.arguments and case.template.endswith(".json")]
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


def changed(project: Path, *changes: tuple[str, str], file: str = "image.pkr.hcl") -> list[list[str]]:
    """The rows that are not the same after texts of a file were replaced."""
    text = (project / file).read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (project / file).write_text(text)
    result = call(template_of(LINUX), project)
    rows = [line.split("\t") for line in result.stdout.splitlines()[1:]]
    different = [row for row in rows if row[0] != "same"]
    assert result.exit_code == (1 if different else 0)
    return different


def test_a_conversion_is_the_same_as_itself(project: Path) -> None:
    result = call(template_of(LINUX), project)
    assert result.exit_code == 0, result.output
    assert result.stderr.startswith(f"{len(result.stdout.splitlines()) - 1} same, 0 differs, 0 missing, 0 extra")


@pytest.mark.judge
@pytest.mark.parametrize("case", CONVERTED, ids=lambda case: case.name)
def test_every_project_can_be_read_back_and_says_each_step(case: Case) -> None:
    for project in convert((case.folder / case.template).read_bytes(), case.template, Options()).projects:
        rows = compare_with(project, None)
        assert all(row.verdict is Verdict.SAME for row in rows)
        steps = {path.partition("]")[0] for path in project.lines if path.startswith("properties.customize[")}
        assert steps == {row.path.partition("]")[0] for row in rows if row.path.startswith("properties.customize[")}


def test_a_setting_of_another_value_differs(project: Path) -> None:
    rows = changed(project, ("Standard_D2s_v3", "Standard_D4s_v3"))
    assert rows == [["differs", "vmProfile.vmSize", "vm_size", "Standard_D2s_v3", "Standard_D4s_v3"]]


def test_a_setting_that_is_not_there_is_missing(project: Path) -> None:
    rows = changed(project, ("  os_disk_size_gb                     = 64\n", ""))
    assert rows == [["missing", "vmProfile.osDiskSizeGB", "os_disk_size_gb", "64", ""]]


def test_a_setting_beyond_the_template_is_extra(project: Path) -> None:
    rows = changed(project, ("  # vmProfile\n", "  async_resourcegroup_delete = true\n"))
    assert rows == [["extra", "", "async_resourcegroup_delete", "", "true"]]


def test_a_step_beyond_the_template_is_extra_and_moves_nothing(project: Path) -> None:
    step = '  provisioner "shell" {\n    inline = ["apt-get clean"]\n  }\n\n'
    rows = changed(project, ("  # Generalize the VM, as", f"{step}  # Generalize the VM, as"))
    assert rows == [["extra", "", "step 6 shell", "", "shell"]]


def test_a_step_that_is_not_there_is_missing(project: Path) -> None:
    text = (project / "image.pkr.hcl").read_text()
    start = text.index('  provisioner "file" {\n    name        = "motd"')
    rows = changed(project, (text[start : text.index("  provisioner", start + 5)], ""))
    assert [row[:3] for row in rows] == [["missing", "customize[0]", "step 2 motd"]]


def test_steps_in_another_order_are_told(project: Path) -> None:
    text = (project / "image.pkr.hcl").read_text()
    start = text.index('  provisioner "file" {\n    name        = "motd"')
    step = text[start : text.index("  provisioner", start + 5)]
    (project / "image.pkr.hcl").write_text(text.replace(step, ""))
    rows = changed(project, ("  # Generalize the VM, as", f"{step}  # Generalize the VM, as"))
    assert {row[0] for row in rows} == {"differs"}
    assert {row[2].rpartition(" ")[2] for row in rows} == {"place"}


def test_another_text_of_a_script_differs(project: Path) -> None:
    rows = changed(project, ("docker", "podman"), file="scripts/03-containers.sh")
    assert [(row[0], row[1], row[2]) for row in rows] == [("differs", "customize[2].inline", "step 4 containers what it runs")]


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
    assert call(*arguments).exit_code == 0
    values = project / "values.auto.pkrvars.hcl"
    values.write_text(values.read_text().replace("galleries/company", "galleries/other"))
    result = call(*arguments)
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if "galleries/company" in line and "galleries/other" in line]


def test_the_second_project_is_compared_too(tmp_path: Path) -> None:
    project = converted("validate", tmp_path)
    shutil.rmtree(project / "validate")
    result = call(template_of("validate"), project)
    assert result.exit_code == 1
    assert "missing\tvalidate.inVMValidations[1]\tvalidate: step 2 lines\tshell" in result.stdout


def test_secrets_are_not_shown(project: Path) -> None:
    secret = 'variable "s" {\n  sensitive = true\n  default   = "hunter2"\n}\n\nbuild {\n'
    changed(project, ('"Standard_D2s_v3"', "var.s"), ("build {\n", secret))
    result = call(template_of(LINUX), project)
    assert "var.s" in result.stdout
    assert "hunter2" not in result.output


def test_json_says_the_same(project: Path) -> None:
    changed(project, ("Standard_D2s_v3", "Standard_D4s_v3"))
    result = call(template_of(LINUX), project, "--format", "json")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["project"] == str(project)
    assert [row for row in report["settings"] if row["verdict"] != "same"] == [
        {
            "setting": "vm_size",
            "template": "properties.vmProfile.vmSize",
            "converted": "Standard_D2s_v3",
            "project": "Standard_D4s_v3",
            "verdict": "differs",
        }
    ]


def test_without_a_project_the_template_stands_beside_its_conversion() -> None:
    result = call(template_of(LINUX))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "template\tsetting\tconverted"
    assert "vmProfile.vmSize\tvm_size\tStandard_D2s_v3" in result.stdout.splitlines()


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
    project = read_project({"a.pkr.hcl": f"locals {{\n  a = {quote(text)}\n}}\n"})
    assert project.value("${local.a}") == text


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('"$${"', "${"),
        ('"%%{ $${"', "%{ ${"),
        ('"a ${var.x} $${b}"', "a known ${b}"),
        ('"${var.x}"', "known"),
        ("local.y", ["known", 2, True]),
        ("upper( var.x )", Live('upper("known")')),
        ('"${upper(var.x)}"', Live('"${upper("known")}"')),
        ("var.secret", Live("var.secret")),
        ("local.loop", Live("local.loop")),
        ("upper(local.deep)", Live('upper((lower("known")))')),
        ("{ k = var.x }", {"k": "known"}),
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
  it   = {written}
}}
"""
    assert read_project({"a.pkr.hcl": text}).value("${local.it}") == value


def test_a_file_that_is_no_hcl_is_named_with_its_line() -> None:
    with pytest.raises(NotReadError, match=r"b\.pkr\.hcl:2 "):
        read_project({"b.pkr.hcl": "a = 1\n= 2\n"})


def test_steps_are_called_by_their_names_where_these_are_live(tmp_path: Path) -> None:
    template = json.loads(template_of(LINUX).read_text())
    template["properties"]["customize"] = [{"type": "Shell", "name": "build {{tag}} now", "inline": ["true"]}]
    (tmp_path / "template.json").write_text(json.dumps(template))
    settings = [line.split("\t")[1] for line in call(tmp_path / "template.json").stdout.splitlines()]
    assert "step 2 build ${var.tag} now kind" in settings


def test_the_image_of_a_folder_is_picked_from_a_file_of_several() -> None:
    case = case_named("form-several")
    result = call(case.folder / "template.json", case.golden / "windows-base")
    assert result.exit_code == 0, result.output
