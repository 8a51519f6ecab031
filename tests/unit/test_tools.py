"""What tools print, and what is no template: each form alone, in lists, and next to what it must not be taken for."""

from __future__ import annotations

import json

import pytest

from aib2packer import convert, pipeline
from aib2packer.batch.reading import convert_file
from aib2packer.diagnostics.formats.text_format import as_text
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.pipeline import Options
from aib2packer.source.addresses import advice_for, shown
from aib2packer.source.encoding import decoded
from aib2packer.source.foreign import FOREIGN, Foreign, advice_about

ID = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.VirtualMachineImages/imageTemplates/web"
PROPERTIES = {
    "source": {
        "type": "PlatformImage",
        "publisher": "Canonical",
        "offer": "ubuntu-24_04-lts",
        "sku": "server",
        "version": "latest",
    },
    "vmProfile": {"vmSize": "Standard_D2s_v5"},
    "customize": [{"type": "Shell", "name": "hello", "inline": ["echo hello"]}],
    "distribute": [{"type": "VHD", "runOutputName": "disk"}],
}
KIND = "Microsoft.VirtualMachineImages/imageTemplates"
RESOURCE = {"type": KIND, "apiVersion": "2024-02-01", "name": "web", "location": "westeurope", "properties": PROPERTIES}
ROW = {"id": ID, "type": KIND.lower(), "name": "web", "location": "westeurope", "tenantId": "t", "properties": PROPERTIES}
SPEC = {"mainTemplate": {"$schema": "https://x.example/t.json#", "contentVersion": "1.0.0.0", "resources": [RESOURCE]}}
OBJECT = {
    "Id": ID,
    "ResourceId": ID,
    "Name": "web",
    "Type": KIND,
    "ResourceType": KIND,
    "Location": "westeurope",
    "Properties": PROPERTIES,
}
STATE = {
    "version": 3,
    "deployment": {
        "resources": [
            {
                "type": "azure-native:virtualmachineimages:VirtualMachineImageTemplate",
                "urn": "a::web",
                "delete": True,
                "inputs": {},
            },
            {
                "type": "azure-native:virtualmachineimages:VirtualMachineImageTemplate",
                "urn": "urn:pulumi:a::b::c::web",
                "inputs": {"location": "westeurope", **PROPERTIES},
                "outputs": {"azureApiVersion": "2024-02-01"},
            },
        ]
    },
}
PRINTED = {
    "graph": {"data": [ROW]},
    "graph of text": {"data": [{**ROW, "properties": json.dumps(PROPERTIES)}]},
    "rows": [ROW],
    "spec": SPEC,
    "spec of REST": {"type": "Microsoft.Resources/templateSpecs/versions", "properties": SPEC},
    "powershell": OBJECT,
    "powershell without ids": {key: value for key, value in OBJECT.items() if key not in ("Id", "Type")},
    "pulumi": STATE,
}


def _names(value: object) -> list[str]:
    result = convert(json.dumps(value))
    assert [each.message for each in result.findings if each.severity == "error"] == []
    return [project.name for project in result.projects]


@pytest.mark.parametrize("name", PRINTED)
def test_what_a_tool_prints_is_converted(name: str) -> None:
    assert _names(PRINTED[name]) == ["web"]


def test_lists_of_all_of_them_are_converted() -> None:
    assert _names([*PRINTED.values(), RESOURCE]) == ["web"] * (len(PRINTED) + 1)


@pytest.mark.parametrize("name", PRINTED)
def test_no_warning_is_about_what_the_tool_added(name: str) -> None:
    warnings = {each.code.id for each in convert(json.dumps(PRINTED[name])).findings if each.severity == "warning"}
    assert warnings <= {"A2P641"}


@pytest.mark.parametrize("name", PRINTED)
def test_a_tool_adds_nothing_to_the_project(name: str) -> None:
    (printed,) = convert(json.dumps(PRINTED[name])).projects
    (plain,) = convert(
        json.dumps({**RESOURCE, "apiVersion": "2024-02-01" if name in ("spec", "spec of REST", "pulumi") else None})
    ).projects
    assert printed.files["image.pkr.hcl"] == plain.files["image.pkr.hcl"]


@pytest.mark.parametrize("name", ["tenantId", "subscriptionId"])
def test_key_of_a_tool_in_a_template_of_a_person_is_unknown(name: str) -> None:
    assert "A2P203" in {
        each.code.id for each in convert(json.dumps({**RESOURCE, "apiVersion": "2020-02-14", name: "x"})).findings
    }


def test_secret_of_pulumi_is_in_no_file() -> None:
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"hunter2"'}
    steps = [{"type": "Shell", "name": "hello", "inline": ["echo hello", secret]}]
    state = json.loads(json.dumps(STATE))
    state["deployment"]["resources"][1]["inputs"]["customize"] = steps
    result = pipeline.convert(json.dumps(state).encode(), "stack.json", pipeline.Options())
    (project,) = result.projects
    assert "inline_secret" in str(project.files["variables.pkr.hcl"])
    assert not any("hunter2" in str(text) for text in project.files.values())
    assert "hunter2" not in as_text(result.findings, result.findings.hidden)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_byte_order_marks_are_read(encoding: str) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    text = decoded(f"{mark}{{}}".encode(encoding), "t.json", Findings())
    assert text is not None
    assert text.text == "{}"


@pytest.mark.parametrize("data", [b"\xff\xfe{\0}", b"\xff\xfe\0\0{\0\0\0", b"{\0}\0", "{ü}".encode("latin-1")])
def test_other_encodings_are_said(data: bytes) -> None:
    findings = Findings()
    assert decoded(data, "t.json", findings) is None
    assert [(each.code.id, each.message.endswith("Save it as UTF-8.")) for each in findings] == [("A2P003", True)]


@pytest.mark.parametrize("kind", FOREIGN, ids=lambda kind: kind.name)
def test_advice_is_one_or_two_sentences(kind: Foreign) -> None:
    said = f"The file is X, not an image template. {kind.sentence}"
    assert said.endswith(".")
    assert said.count(". ") == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("template.json", '{ "type": "Shell", "inline": ["New-AzImageBuilderTemplate"] '),
        ("template.json", "// a comment\n{ 'a': 1 }"),
        ("notes.txt", "nothing of the kind"),
    ],
)
def test_broken_json_stays_broken_json(name: str, text: str) -> None:
    assert advice_about(SourceText(name, text)) == ""


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("https://github.com/o/r/blob/main/t.json", "https://github.com/o/r/raw/main/t.json"),
        ("https://portal.azure.com/#create/Microsoft.Template/uri/https%3A%2F%2Fx.example%2Ft.json", "https://x.example/t.json"),
        ("https://me:pw@x.example/a b.json", "'https://x.example/a b.json'"),
    ],
)
def test_address_is_turned_into_what_to_download(name: str, file: str) -> None:
    assert f"`curl -fLO {file}`" in advice_for(name)
    assert "pw" not in shown(name)


def test_signature_of_an_address_is_not_shown() -> None:
    assert "abc" not in advice_for("https://x.example/t.json?sig=abc") + shown("https://x.example/t.json?sig=abc#abc")


@pytest.mark.parametrize("name", ["https://x.example/t.json", "-"])
def test_what_is_no_file_is_told_by_convert_in_memory(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    result = convert_file(name, Options())
    assert result.projects == ()
    assert result.findings.has_errors()
