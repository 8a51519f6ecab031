"""Terraform configurations: the same template in each form gives the same project; folders, files beside, hostile input."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aib2packer import Options, convert
from aib2packer.cli import main
from aib2packer.diagnostics.place import SourceText
from aib2packer.source.inputs import look_through
from aib2packer.source.readers import reader_of
from aib2packer.source.terraform import plain
from aib2packer.source.terraform.json_syntax import read_json_body
from aib2packer.source.terraform.syntax import read_body, read_template
from aib2packer.source.terraform.texts import NotTerraformError

BODY = {
    "properties": {
        "buildTimeoutInMinutes": 90,
        "vmProfile": {"vmSize": "Standard_D2s_v5", "osDiskSizeGB": 40},
        "source": {
            "type": "PlatformImage",
            "publisher": "Canonical",
            "offer": "ubuntu-24_04-lts",
            "sku": "server",
            "version": "latest",
        },
        "customize": [
            {
                "type": "Shell",
                "name": "hello",
                "inline": ["echo ${HOME} 100%", "[ -d /opt ]", 'echo "quoted" \\n', "[concat('a')]"],
            }
        ],
        "distribute": [
            {
                "type": "SharedImage",
                "galleryImageId": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg/providers/Microsoft.Compute"
                "/galleries/gal/images/def",
                "runOutputName": "out",
                "replicationRegions": ["westeurope", "northeurope"],
                "artifactTags": {"a": "b"},
            }
        ],
    }
}
TYPE = "Microsoft.VirtualMachineImages/imageTemplates"
AZAPI = """
resource "azapi_resource" "image" {{
  type      = "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01"
  name      = "web"
  location  = "westeurope"
  parent_id = "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg"
  body      = {}
}}
"""


def _hcl(value: object) -> str:
    """A value in Terraform's syntax."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {_hcl(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_hcl, value)) + "]"
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")


def _resource() -> dict[str, object]:
    return {"type": TYPE, "apiVersion": "2024-02-01", "name": "web", "location": "westeurope", **BODY}


def _plain_json() -> str:
    resource = json.loads(json.dumps(_resource()))
    lines = resource["properties"]["customize"][0]["inline"]
    resource["properties"]["customize"][0]["inline"] = [f"[{line}" if line[0] + line[-1] == "[]" else line for line in lines]
    return json.dumps({"contentVersion": "1.0.0.0", "resources": [resource]})


def _shown(body: object) -> str:
    values = {"type": f"{TYPE}@2024-02-01", "name": "web", "location": "westeurope", "body": body}
    resource = {"address": "azapi_resource.image", "mode": "managed", "type": "azapi_resource", "name": "image", "values": values}
    return json.dumps(
        {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": [resource]}}}
    )


FORMS = {
    "object": ("main.tf", AZAPI.format(_hcl(BODY))),
    "jsonencode": ("main.tf", AZAPI.format(f"jsonencode({_hcl(BODY)})")),
    "local": ("main.tf", AZAPI.format("local.body") + f"locals {{\n  body = {_hcl(BODY)}\n}}\n"),
    "heredoc": ("main.tf", AZAPI.format("<<EOT\n" + json.dumps(BODY, indent=2).replace("${", "$${") + "\nEOT\n")),
    "json syntax": (
        "main.tf.json",
        json.dumps(
            {
                "resource": {
                    "azapi_resource": {
                        "image": {
                            "type": "Microsoft.VirtualMachineImages/imageTemplates@2024-02-01",
                            "name": "web",
                            "location": "westeurope",
                            "body": json.loads(json.dumps(BODY).replace("${", "$${")),
                        }
                    }
                }
            },
            indent=1,
        ),
    ),
    "show": ("template.json", _shown(BODY)),
    "show of an older provider": ("template.json", _shown(json.dumps(BODY))),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_project(form: str) -> None:
    name, text = FORMS[form]
    wanted = convert(_plain_json(), file="template.json")
    assert [each.message for each in wanted.findings if each.severity == "error"] == []
    result = convert(text, file=name)
    assert [each.message for each in result.findings if each.severity == "error"] == []
    ours, theirs = result.projects[0].files["image.pkr.hcl"], wanted.projects[0].files["image.pkr.hcl"]
    assert isinstance(ours, str)
    assert ours.replace(name, "template.json") == theirs


def test_a_template_file_gives_the_same_project(tmp_path: Path) -> None:
    (tmp_path / "image.json.tftpl").write_text(json.dumps(BODY, indent=1).replace("${", "$${"))
    (tmp_path / "main.tf").write_text(AZAPI.format('templatefile("${path.module}/image.json.tftpl", {})'))
    result = convert(tmp_path / "main.tf")
    ours, theirs = result.projects[0].files["image.pkr.hcl"], convert(_plain_json()).projects[0].files["image.pkr.hcl"]
    assert isinstance(ours, str)
    assert ours.replace("main.tf", "template.json") == theirs


def _bicep(value: object) -> str:
    """A value in Bicep's syntax."""
    if isinstance(value, dict):
        return "{\n" + "".join(f"'{key}': {_bicep(each)}\n" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[\n" + "".join(f"{_bicep(each)}\n" for each in value) + "]"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("${", "\\${") + "'"
    return json.dumps(value)


def test_a_bicep_file_gives_the_same_project(tmp_path: Path) -> None:
    properties = "".join(
        f"{key}: {_bicep(value)}\n" for key, value in (("name", "web"), ("location", "westeurope"), *BODY.items())
    )
    text = f"resource image '{TYPE}@2024-02-01' = {{\n{properties}}}\n"
    (tmp_path / "main.bicep").write_text(text)
    (tmp_path / "compiled").mkdir()
    (tmp_path / "compiled" / "main.bicep.json").write_text(_plain_json())
    result, wanted = convert(tmp_path / "main.bicep"), convert(_plain_json())
    ours, theirs = result.projects[0].files["image.pkr.hcl"], wanted.projects[0].files["image.pkr.hcl"]
    assert isinstance(ours, str)
    assert ours.replace("main.bicep", "template.json") == theirs
    assert [(each.code, each.message) for each in result.findings] == [(each.code, each.message) for each in wanted.findings]
    lines = [text.splitlines()[each.place.line - 1] for each in result.findings if each.path and each.place]
    assert lines
    assert all(line.strip() for line in lines)


def test_values_come_from_the_command_line() -> None:
    text = AZAPI.format(_hcl(BODY)).replace('"westeurope"', "var.region", 1) + 'variable "region" {}\n'
    result = convert(text, Options(parameters={"region": "northeurope"}), file="main.tf")
    assert 'region = "northeurope"' in result.projects[0].files["values.auto.pkrvars.hcl"]


def test_the_remedy_for_a_secret_is_that_of_terraform() -> None:
    properties = {**BODY["properties"], "customize": [{"type": "Shell", "inline": ["echo ${var.admin_password}"]}]}
    text = (
        AZAPI.format(_hcl({"properties": properties}).replace("$${", "${")) + 'variable "admin_password" {\n  type = string\n}\n'
    )
    (found,) = (each for each in convert(text, file="main.tf").findings if each.code.id == "A2P118")
    assert found.message.endswith("Add `sensitive = true`.")
    secret = text.replace("type = string", "type = string\n  sensitive = true")
    assert not [each for each in convert(secret, file="main.tf").findings if each.code.id == "A2P118"]


def test_a_text_on_standard_input_is_recognised() -> None:
    assert reader_of(SourceText("<stdin>", AZAPI)).name == "Terraform"
    assert reader_of(SourceText("<stdin>", json.dumps(_resource()))).name == "JSON"


# ---- folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "infra"
    (made / "modules" / "image").mkdir(parents=True)
    (made / ".terraform" / "modules").mkdir(parents=True)
    (made / ".terraform" / "modules" / "x.tf").write_text(AZAPI.format(_hcl(BODY)))
    (made / "modules" / "image" / "main.tf").write_text('variable "body" {}\n' + AZAPI.format("var.body"))
    (made / "main.tf").write_text(
        'module "image" {\n  source = "./modules/image"\n  body = jsondecode(file("${path.module}/body.json"))\n}\n'
    )
    (made / "body.json").write_text(json.dumps(BODY))
    (made / "other.json").write_text(json.dumps(_resource()))
    return made


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_folder_of_tf_files_is_one_template(folder: Path) -> None:
    assert look_through(folder).templates == (folder, folder / "other.json")
    result = _run("convert", str(folder), "-o", str(folder.parent / "out"))
    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (folder.parent / "out").iterdir()) == ["infra", "other"]


def test_a_folder_of_the_folder_without_image_templates_is_passed_over(folder: Path) -> None:
    (folder / "network").mkdir()
    (folder / "network" / "main.tf").write_text('resource "azurerm_resource_group" "rg" {\n  name = "rg"\n}\n')
    result = _run("check", str(folder))
    assert result.exit_code == 0
    assert "2 of 2 templates convert" in result.stdout


def test_a_file_that_a_folder_reads_is_not_named_beside_it(folder: Path) -> None:
    (folder / "step.sh").write_text("# Microsoft.VirtualMachineImages\n")
    before = len(look_through(folder).others)
    (folder / "more.tf").write_text('locals {\n  step = file("${path.module}/step.sh")\n}\n')
    assert len(look_through(folder).others) == before - 1


def test_the_record_of_a_folder_changes_with_its_files(folder: Path) -> None:
    def digest() -> str:
        assert _run("convert", str(folder), "-o", str(folder.parent / "out"), "--force").exit_code == 0
        return str(json.loads((folder.parent / "out" / "infra" / ".aib2packer.json").read_text())["template"])

    before = digest()
    (folder / "body.json").write_text(json.dumps(BODY).replace("Standard_D2s_v5", "Standard_D4s_v5"))
    assert digest() != before


def test_a_conversion_in_memory_opens_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("a file was opened"))
    result = convert(AZAPI.format('file("/etc/hostname")'), file="main.tf")
    assert [each.code.id for each in result.findings] == ["A2P184"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[]", 1),
        ("{", 1),
        ('{\n "resource": {"azapi_resource": {"a": {"b": "${c"}}}}', 2),
        ('{\n "variable": {"a": {\n "type": "list("}}}', 3),
        ('{\n "locals": {"a": 1.5}, "locals": 2, "x": }', 2),
    ],
)
def test_a_syntax_error_in_json_has_its_line(text: str, line: int) -> None:
    with pytest.raises(NotTerraformError) as caught:
        read_json_body(SourceText("main.tf.json", text))
    assert caught.value.place.line == line


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ('a = "${1:-x}"\n', "Write $${ for"),
        ("a = <<EOT\n${A%%x}\nEOT\n", "Write $${ for"),
        ('a = "$${b}" = 1\n', "Run `terraform fmt`"),
    ],
)
def test_a_syntax_error_in_a_value_of_a_shell_names_the_escape(text: str, remedy: str) -> None:
    with pytest.raises(NotTerraformError) as caught:
        read_body(SourceText("main.tf", text))
    assert remedy in caught.value.message


def test_json_syntax_has_blocks_comments_and_labels() -> None:
    text = '{"//": 1, "resource": {"a": {"b": [{"dynamic": {"c": {"content": {"d": true}}}, "//": "e"}]}}, "locals": {"f": {"identity": {}}}}'
    resource, locals_ = read_json_body(SourceText("main.tf.json", text)).blocks
    (dynamic,) = resource.blocks
    assert (resource.kind, resource.labels, resource.attributes) == ("resource", ("a", "b"), ())
    assert (dynamic.kind, dynamic.labels, [each.kind for each in dynamic.blocks]) == ("dynamic", ("c",), ["content"])
    assert [each.name for each in locals_.attributes] == ["f"]


# ---- the language


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = [1,\n  2 3]\n", 2),
        ('a = "${b"\n', 1),
        ("resource {\n", 1),
        ("a = <<EOT\n${b\nEOT\n", 2),
        ("a = <<EOT\n%{ if b }\nEOT\n", 2),
        ("a = <<EOT\nx\n%{ endif }\nEOT\n", 3),
        ("a = <<EOT\n%{ what }\nEOT\n", 2),
    ],
)
def test_a_syntax_error_has_its_line(text: str, line: int) -> None:
    with pytest.raises(NotTerraformError) as caught:
        read_body(SourceText("main.tf", text))
    assert caught.value.place.line == line
    assert caught.value.message.endswith(".")


def test_places_in_heredocs_are_those_of_the_file() -> None:
    text = AZAPI.format('<<-EOT\n    {\n      "properties": {\n        "source": 1\n        "x": 2\n      }\n    }\n  EOT\n')
    (finding,) = convert(text, file="main.tf").findings
    assert finding.place is not None
    assert (finding.code.id, text.splitlines()[finding.place.line - 1].strip()) == ("A2P101", '"source": 1')


def test_marks_of_directives_take_the_space_beside_them() -> None:
    template = read_template(SourceText("x.tftpl", "a\n  %{~ if true ~}\n  b\n%{ endif ~}\n  c"))
    assert len(template.parts) == 3


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("format", ["%s-%03d %v%%", "a", 7, True], "a-007 true%"),
        ("formatlist", ['"%s"', ["a", "b"]], ['"a"', '"b"']),
        ("replace", ["a1b2", "/[0-9]/", "-"], "a-b-"),
        ("merge", [{"a": {"b": 1}}, {"a": {"c": 2}}], {"a": {"c": 2}}),
        ("coalesce", ["", None, "x"], "x"),
        ("flatten", [[["a"], [["b"]]]], ["a", "b"]),
        ("substr", ["hello", 1, -1], "ello"),
        ("jsonencode", [{"b": 1, "a": "<"}], '{"a":"\\u003c","b":1}'),
        ("toset", [["b", "a", "b"]], ["a", "b"]),
        ("title", ["big words"], "Big Words"),
        ("element", [["a", "b"], 3], "b"),
        ("slice", [["a", "b", "c"], 1, 3], ["b", "c"]),
        ("zipmap", [["a"], [1]], {"a": 1}),
        ("trimprefix", ["rg-x", "rg-"], "x"),
        ("range", [3], [0, 1, 2]),
        ("compact", [["a", "", None]], ["a"]),
    ],
)
def test_functions_give_what_terraform_gives(name: str, arguments: list[object], value: object) -> None:
    assert plain.run(name, arguments) == value


@pytest.mark.parametrize("name", sorted(plain.FUNCTIONS))
def test_a_function_of_unfit_values_is_a_problem_and_no_traceback(name: str) -> None:
    unfit: list[list[object]] = [[], [None], [{}], [[]], ["a"], [1, 2, 3], [["a"], {}, 1]]
    for arguments in unfit:
        with suppress(plain.NotPossibleError):
            plain.run(name, arguments)


HOSTILE = {
    "deep": "locals {\n  a = " + "[" * 3000 + "]" * 3000 + "\n}\n" + AZAPI.format("local.a"),
    "itself": AZAPI.format("local.a") + "locals {\n  a = local.a\n}\n",
    "resource of itself": AZAPI.format("{ a = azapi_resource.image.name }").replace('"web"', "azapi_resource.image.name"),
    "null body": AZAPI.format("null"),
    "number": AZAPI.format("1"),
    "module of itself": 'module "a" {\n  source = "./."\n}\n',
    "no labels": "resource {\n}\nvariable {\n}\nmodule {\n}\n",
    "each outside": AZAPI.format("each.value"),
    "long range": AZAPI.format("[for x in range(100000000) : x]"),
    "binary": "\x00\x01",
    "splat": AZAPI.format("{ properties = azurerm_x.y[*].z }"),
    "live key": AZAPI.format("{ (uuid()) = 1 }"),
    "live path": AZAPI.format('file("${uuid()}.json")'),
    "count of text": AZAPI.format("{}").replace("type ", 'count = "many"\n  type ', 1),
    "huge count": AZAPI.format("{}").replace("type ", "count = 100000\n  type ", 1),
    "for_each of number": AZAPI.format("{}").replace("type ", "for_each = 3\n  type ", 1),
    "empty": "",
    "duplicates": AZAPI.format("{ properties = {}, properties = 1 }") * 2,
    "undeclared": AZAPI.format("var"),
    "shadow": AZAPI.format("path") + "locals {\n}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_refused_with_a_finding(name: str) -> None:
    result = convert(HOSTILE[name], file="main.tf")
    assert result.is_refused
    assert any(each.severity == "error" and each.message for each in result.findings)


def test_large_states_say_how_to_make_them_small() -> None:
    shown = json.loads(_shown(BODY)) | {"more": "x" * 5_000_000}
    (finding,) = convert(json.dumps(shown)).findings
    assert (finding.code.id, "jq" in finding.message) == ("A2P002", True)


def test_a_variable_file_may_be_passed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        AZAPI.format(_hcl(BODY)).replace('"westeurope"', "var.region", 1) + 'variable "region" {}\n'
    )
    (tmp_path / "prod.tfvars").write_text('region = "northeurope"\n')
    result = convert(tmp_path / "main.tf", Options(parameter_files=(tmp_path / "prod.tfvars",)))
    assert 'region = "northeurope"' in result.projects[0].files["values.auto.pkrvars.hcl"]


def test_a_broken_variable_file_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(AZAPI.format(_hcl(BODY)))
    (tmp_path / "prod.tfvars").write_text('a = "b"\nc = = 1\n')
    result = convert(tmp_path / "main.tf", Options(parameter_files=(tmp_path / "prod.tfvars",)))
    (error,) = (each for each in result.findings if each.severity == "error")
    assert error.place is not None
    assert (error.code.id, error.place.line) == ("A2P180", 2)
