"""Projects that cannot be read, or that want to be shown: a sentence with file and line, or rows without secrets; never a traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from cases import case_named
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from project_edits import in_source, in_step, replaced

from aib2packer.cli import main
from aib2packer.comparison.comparing import Project
from aib2packer.comparison.reading import NotReadError
from aib2packer.pipeline import Converted, Options, compared, convert
from aib2packer.project_folder.reading import InMemory, ProjectFiles, TooLargeError
from aib2packer.project_folder.record import FILE
from aib2packer.side_by_side import Against, compare_template

pytestmark = pytest.mark.usefixtures("each_file_is_read_once")
LINUX = case_named("linux-gallery").folder / "template.json"
FORMS = ("text", "json", "markdown", "sarif", "html")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    assert CliRunner().invoke(main, ["convert", str(LINUX), "-o", str(tmp_path / "project"), "-q"]).exit_code == 0
    return tmp_path / "project"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["compare", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


UNREADABLE: Mapping[str, tuple[str, bytes, str]] = {
    "Latin-1": ("z.pkr.hcl", b"locals {\n  a = 1 # \xe9\n}\n", "z.pkr.hcl:2: The file is not UTF-8."),
    "UTF-16": ("z.pkr.hcl", "locals {\n}\n".encode("utf-16"), "z.pkr.hcl:1: The file is not UTF-8."),
    "Latin-1 JSON": ("z.pkr.json", b'{\n  "locals": { "a": "\xe9" }\n}', "z.pkr.json:2: The file is not UTF-8."),
    "Latin-1 values": ("z.auto.pkrvars.hcl", b'a = "\xe9"\n', "z.auto.pkrvars.hcl:1: The file is not UTF-8."),
    "large": ("z.pkr.hcl", b"# " + b"x" * (4 * 1024 * 1024), "z.pkr.hcl: The file is larger than 4 MiB."),
    "source": ("z.pkr.hcl", b"\nsource {\n}\n", "z.pkr.hcl:2: A source block needs 2 labels."),
    "source of one label": ("z.pkr.hcl", b'\nsource "azure-arm" {\n}\n', "z.pkr.hcl:2: A source block needs 2 labels."),
    "variable": ("z.pkr.hcl", b"variable {\n  default = 1\n}\n", "z.pkr.hcl:1: A variable block needs a label."),
    "local": ("z.pkr.hcl", b"local {\n  expression = 1\n}\n", "z.pkr.hcl:1: A local block needs a label."),
    "data": ("z.pkr.hcl", b'data "http" {\n}\n', "z.pkr.hcl:1: A data block needs 2 labels."),
    "provisioner": ("z.pkr.hcl", b"build {\n  provisioner {\n  }\n}\n", "z.pkr.hcl:2: A provisioner block needs a label."),
    "post-processor": (
        "z.pkr.hcl",
        b"build {\n  post-processor {\n  }\n}\n",
        "z.pkr.hcl:2: A post-processor block needs a label.",
    ),
    "dynamic": ("z.pkr.hcl", b"build {\n  dynamic {\n  }\n}\n", "z.pkr.hcl:2: A dynamic block needs a label."),
    "not HCL": ("z.pkr.hcl", b"a = 1\n= 2\n", "z.pkr.hcl:2: Packer does not allow"),
    "not values": ("z.auto.pkrvars.hcl", b"a = 1\n= 2\n", "z.auto.pkrvars.hcl:2: Packer does not allow"),
    "half a block": ("z.pkr.hcl", b"build {\n", "z.pkr.hcl:1: The file ends in the middle of a block."),
    "not JSON": ("z.pkr.json", b'{\n  "source": }', "z.pkr.json:2: "),
    "a list": ("z.pkr.json", b"[]", "z.pkr.json:1: "),
    "not JSON values": ("z.auto.pkrvars.json", b"{", "z.auto.pkrvars.json:1: "),
    "a block that is a number": ("z.pkr.json", b'{ "build": 1 }', "z.pkr.json:1: A build block is an object."),
    "values in values": (
        "z.pkr.hcl",
        b"locals {\n  x = %b1%b\n}\n" % (b"[" * 400, b"]" * 400),
        "*.pkr.hcl: The values are nested too deeply.",
    ),
    "parts of parts": (
        "z.pkr.hcl",
        b"locals {\n  x = y%b\n}\n" % (b"[0]" * 2_000),
        "*.pkr.hcl: The values are nested too deeply.",
    ),
    "damaged record": (FILE, b"{", f"{FILE}: The file is damaged."),
    "record of text": (FILE, b"\xff\xfe", f"{FILE}: The file is damaged."),
    "record of nothing": (FILE, b"{}", f"{FILE}: The file is damaged."),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_read_is_named_with_its_line(name: str, project: Path) -> None:
    file, content, message = UNREADABLE[name]
    (project / file).write_bytes(content)
    result = call(LINUX, project)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_permission_is_named(project: Path) -> None:
    (project / "image.pkr.hcl").chmod(0)
    result = call(LINUX, project)
    assert result.exit_code == 2
    assert "image.pkr.hcl: The file cannot be read" in " ".join(result.stderr.split())


class _Refusing:
    """Files of which one is refused, as a file without permission is to those who are not root."""

    def __init__(self, files: InMemory, refused: str, error: Exception) -> None:
        self._files, self._refused, self._error = files, refused, error

    def listed(self, folder: str = "") -> tuple[str, ...]:
        return self._files.listed(folder)

    def content(self, path: str) -> bytes | None:
        if path == self._refused:
            raise self._error
        return self._files.content(path)


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), TooLargeError()])
def test_a_refused_file_is_told_or_counts_as_another(error: Exception) -> None:
    project = converted()
    for path in project.files:
        files = _Refusing(InMemory(project.files), path, error)
        message, is_same = outcome(files)
        assert bool(message) == path.endswith((".pkr.hcl", ".auto.pkrvars.hcl"))
        assert message.startswith(f"{path}: The file ") or is_same == (path in NOT_COMPARED)


def outcome(files: ProjectFiles) -> tuple[str, bool]:
    """What is told of a project that cannot be read, and whether one that can is the same."""
    try:
        found = compared(converted(), FINDINGS, Project(name="project", files=files))
    except NotReadError as error:
        return str(error), False
    assert found.rows
    return "", found.is_same


@pytest.mark.parametrize("path", ["image.pkr.hcl", "MIGRATION.md"])
def test_a_file_that_is_gone_after_it_was_listed_is_told_where_packer_needs_it(path: str) -> None:
    class Gone(_Refusing):
        def content(self, path: str) -> bytes | None:
            return None if path == self._refused else self._files.content(path)

    message, is_same = outcome(Gone(InMemory(converted().files), path, OSError()))
    assert (message, is_same) == (("image.pkr.hcl: The file is not there.", False) if path == "image.pkr.hcl" else ("", True))


NOT_COMPARED = (".aib2packer.json", ".gitattributes", ".gitignore", "MIGRATION.md")
RESULT = convert(LINUX.read_bytes(), "template.json", Options())
FINDINGS = RESULT.findings


def converted() -> Converted:
    return RESULT.projects[0]


SECRETS = {
    "client_secret": in_source('client_secret = "hunter2-x"'),
    "winrm_password": in_source('winrm_password = "hunter2-x"'),
    "custom_data": in_source('custom_data = base64encode("hunter2-x")'),
    "heredoc": in_source('user_data = <<EOT\n#!/bin/sh\nhunter2-x\nEOT'),
    "user_data": in_source('user_data = "hunter2-x"'),
    "environment_vars": in_step(2, "inline_shebang", 'environment_vars = ["DB_PASSWORD=hunter2-x", "API_TOKEN=hunter2-x"]\n    inline_shebang'),
    "env": in_step(2, "inline_shebang", 'env = { DB_PASSWORD = "hunter2-x" }\n    inline_shebang'),
    "elevated_password": in_step(2, "inline_shebang", 'elevated_password = "hunter2-x"\n    inline_shebang'),
    "signature": replaced(r"example\.com/files/motd\.txt", "example.com/motd?sv=1&sig=hunter2-x", file="scripts/fetch.sh"),
    "line": in_step(2, "sudo apt-get update", "curl --user admin:hunter2-x https://admin:hunter2-x@example.com/?token=hunter2-x"),
    "script": replaced("docker ps", "mysql --password=hunter2-x", "scripts/03-containers.sh"),
    "sensitive variable": replaced(
        r"\A", 'variable "pass" {\n  default   = "hunter2-x"\n  sensitive = true\n}\nlocals {\n  said = "-p${var.pass}"\n}\n', "variables.pkr.hcl"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_in_no_row_and_no_text(name: str, project: Path) -> None:
    SECRETS[name](project)
    if name == "sensitive variable":
        in_step(2, "sudo apt-get update", "mysql ${local.said} ${var.pass}")(project)
    found = compare_template(str(LINUX), Against(folder=project), Options()).comparison
    assert found is not None
    assert not found.is_same
    assert "hunter2" not in json.dumps([str(row) for row in found.rows])
    assert [file for file, text in found.texts.items() if "hunter2" in text] == []


_WORDS = st.sampled_from(
    ["source", "build", "variable", "locals", "dynamic", "content", "provisioner", '"shell"', '"azure-arm"', '"image"', "{", "}", "[", "]", "=", ",", "\n", " ",
     "for_each", "inline", "var.x", "local.y", "each.value", "${", '"', "<<EOT\n", "EOT\n", "...", "?", ":", "1", "null", "true", "for", "in", "*", "/", "%", "0", ".", "(", ")",
     "required_plugins", "labels", "iterator", "name", "sources", "target_region", "post-processors", "data", "\u0000", "\u202e", "é", "𝒳"]
)  # fmt: skip
_BLOCK = st.sampled_from(
    [
        "locals {{\n  a = {0}\n}}\n",
        'variable "x" {{\n  default = {0}\n}}\n',
        'source "azure-arm" "image" {{\n  vm_size = {0}\n  target_region {{\n    name = {0}\n  }}\n}}\n',
        'build {{\n  sources = {0}\n  dynamic "provisioner" {{\n    for_each = {0}\n    labels = {0}\n    content {{\n      inline = {0}\n    }}\n  }}\n}}\n',
        'build {{\n  name = {0}\n  provisioner "shell" {{\n    inline = {0}\n    script = {0}\n    scripts = {0}\n  }}\n  source {0} {{\n  }}\n}}\n',
        "packer {{\n  required_version = {0}\n  required_plugins {{\n    azure = {0}\n  }}\n}}\n",
        "build {{\n  hcp_packer_registry {{\n    bucket_labels = {0}\n  }}\n}}\n",
    ]
)
_LEAF = st.sampled_from(
    ["1", '"a"', "null", "true", "var.x", "local.a", "each.value", "path.root", '"${var.x}"', "1 / 0", "5 % 0", '"a" + 1', "-true", "!1", "file(1)",
     "data.a.b.c", "var.x[0]", "var.x.*.y", "local.a[*]", '"%{ if true }a%{ endif }"', "<<EOT\n a\nEOT\n", "timestamp()", 'lookup({}, "a")', "max()"]
)  # fmt: skip
_EXPRESSION = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(st.sampled_from(["a", "name", '"k k"', "(var.x)"]), inner), max_size=3).map(
            lambda pairs: "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"
        ),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} ? {parts[1]} : {parts[2]})"),
        st.tuples(inner, st.sampled_from(["+", "*", "/", "%", "==", "<", "&&", "||"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(inner, inner).map(lambda parts: f"[for k, v in {parts[0]} : {parts[1]} if v]"),
        st.tuples(inner, inner).map(lambda parts: f"{{for k, v in {parts[0]} : k => {parts[1]}}}"),
        st.tuples(st.sampled_from(["concat", "merge", "format", "join", "split", "range", "element", "jsondecode", "regex", "flatten"]), inner).map(
            lambda parts: f"{parts[0]}({parts[1]})"
        ),
    ),
    max_leaves=5,
)  # fmt: skip
_TEXTS = st.one_of(
    st.lists(_WORDS, max_size=30).map("".join),
    st.lists(st.tuples(_BLOCK, _EXPRESSION).map(lambda pair: pair[0].format(pair[1])), max_size=3).map("".join),
    st.text(max_size=60),
)


def check_any_text(text: str, name: str = "z.pkr.hcl") -> None:
    message, _ = outcome(InMemory({**converted().files, name: text}))
    assert not message or message.startswith(name)


@settings(max_examples=60)
@given(_TEXTS)
def test_any_text_is_a_result_or_is_not_read(text: str) -> None:
    check_any_text(text)


@pytest.mark.judge
@settings(max_examples=500)
@given(_TEXTS)
def test_very_many_texts_are_a_result_or_not_read(text: str) -> None:
    check_any_text(text)


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from(["${var.x}", "${", "source.azure-arm.image"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["build", "source", "azure-arm", "image", "variable", "provisioner", "shell", "inline", "dynamic", "name", "//"]), inner, max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["build", "source", "variable", "locals", "packer", "data", "local"]), _JSON, max_size=3))
def test_any_json_is_a_result_or_is_not_read(said: object) -> None:
    check_any_text(json.dumps(said), "z.pkr.json")
    check_any_text(json.dumps(said), "z.auto.pkrvars.json")
