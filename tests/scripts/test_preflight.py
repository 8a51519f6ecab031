"""`aib2packer preflight`: each kind of need, there and not there, asked of an az that answers from a file and of the real packer."""

from __future__ import annotations

import json
import re
import shutil
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from building import answering_az
from building.azure_answers import DEFINITION, FAMILY, SIZE, THERE
from building.real_packer import HAS_PLUGINS, needs_packer
from cases import Case, all_cases, case_named
from click.testing import CliRunner
from for_all import for_all

from aib2packer.cli import main
from aib2packer.ir.needs import Live, Need, RoleOn, Thing, VmSize, as_json, from_json
from aib2packer.project_folder.record import FILE, Record, origin, with_record

PACKER = shutil.which("packer")
QUESTIONS = sorted(
    set(answering_az.COMMANDS) - {"account show", "ad signed-in-user show", "storage account show", "vm list-usage"}
)
SAMPLES = (
    "gallery-all",
    "source-managed-image",
    "source-gallery-version",
    "source-plan",
    "vm-profile-all",
    "outputs-one-of-each",
)


@dataclass
class Azure:
    """A stand-in for az, a folder with a project, and what preflight says of it."""

    folder: Path
    programs: Path
    answers: dict[str, Any] = field(default_factory=lambda: dict(THERE))

    def without(self, *commands: str, error: str = "", code: int = 1) -> None:
        """Nothing is found by a command, or it fails."""
        for each in commands:
            del self.answers[each]
            if error:
                self.answers[each] = {"error": error, "code": code}

    def preflight(self, needs: tuple[Need, ...], *options: str) -> tuple[int, list[dict[str, Any]]]:
        """The exit code, and a row for each need (those for Packer and the sign-in come first)."""
        (self.folder / FILE).write_text(record(list(map(as_json, needs))))
        (self.programs / "answers.json").write_text(json.dumps(self.answers))
        result = CliRunner().invoke(main, ["preflight", str(self.folder), "--format", "json", *options])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        report = json.loads(result.stdout)
        assert report["ready"] == (result.exit_code == 0)
        return result.exit_code, report["needs"]

    def row(self, need: Need, *options: str) -> tuple[str, str, str]:
        """State, reason and command of one need."""
        row = self.preflight((need,), *options)[1][-1]
        return row["state"], row["reason"] or "", row["command"] or ""

    def calls(self) -> list[list[str]]:
        """What az was asked."""
        return [json.loads(line) for line in (self.programs / "calls.jsonl").read_text().splitlines()]


def program(folder: Path, name: str, text: str) -> None:
    """A program on PATH."""
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


def record(needs: list[Any]) -> str:
    """A record of a project with these needs."""
    empty = Record(
        template=origin("a.json", b""), image="", outputs=(), options=(), parameters=(), files={}, downloads={}, needs=needs
    )
    return str(with_record(empty, {})[FILE])


@pytest.fixture
def azure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Azure:
    """Everything is there, and Packer is new enough; a packer of the tests answers for it."""
    found = Azure(tmp_path / "project", tmp_path / "bin")
    found.folder.mkdir()
    found.programs.mkdir()
    program(found.programs, "az", f'#!/bin/sh\nexec {sys.executable} -IS {answering_az.__file__} "$@"\n')
    required = 'azure github.com/hashicorp/azure "~> 2.5" /plugins/azure'
    program(
        found.programs, "packer", f"#!/bin/sh\ncase $1 in version) echo Packer v1.16.0 ;; plugins) echo '{required}' ;; esac\n"
    )
    monkeypatch.setenv("PATH", str(found.programs))
    monkeypatch.setenv("AZ_FOLDER", str(found.programs))
    return found


@cache
def needs(name: str) -> tuple[Need, ...]:
    """What the projects of a sample need."""
    records = sorted(case_named(name).golden.rglob(FILE))
    return tuple(from_json(need) for record in records for need in json.loads(record.read_text())["needs"])


def vault() -> Thing:
    """The key vault of `--with key-vault`, with names for its variables."""
    record = json.loads((case_named("build-options-key-vault").golden / FILE).read_text())
    vault = next(need for need in record["needs"] if "keyvault" in str(need))
    found = from_json(json.loads(re.sub(r'\{"hcl": "var\.[^"]*"\}', '"given"', json.dumps(vault))))
    assert isinstance(found, Thing)
    return found


ALL = (*dict.fromkeys(need for name in SAMPLES for need in needs(name)), vault())


def asked_by(need: Need) -> str:
    """The question that a need asks first."""
    match need:
        case Thing():
            return next(each for each in QUESTIONS if " ".join(map(str, need.look)).startswith(f"{each} "))
        case RoleOn():
            return "role assignment list"
        case VmSize():
            return "vm list-skus"


def test_the_samples_ask_each_question() -> None:
    assert {asked_by(need) for need in ALL} == set(QUESTIONS)


def test_everything_is_there(azure: Azure) -> None:
    exit_code, rows = azure.preflight(ALL)
    assert [row for row in rows if row["state"] != "there"] == []
    assert exit_code == 0
    assert {row["what"] for row in rows} >= {"Packer v1.16.0", "plugin github.com/hashicorp/azure ~> 2.5", "az, signed in"}


@pytest.mark.judge
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_missing_comes_with_the_command_that_makes_it(azure: Azure, question: str) -> None:
    azure.without(question)
    exit_code, rows = azure.preflight(ALL)
    assert exit_code == 1
    for need, row in zip(ALL, rows[-len(ALL) :], strict=True):
        assert row["state"] == ("missing" if asked_by(need) == question else "there")
        if row["state"] == "missing" and isinstance(need, Thing):
            assert row["command"] == ("az " + " ".join(map(str, need.make)) if need.make else None)


@pytest.mark.judge
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_right_to_look_is_no_answer(azure: Azure, question: str) -> None:
    azure.without(question, error="(AuthorizationFailed) The client 'x' does not have authorization to perform action 'y'.")
    exit_code, rows = azure.preflight(ALL)
    assert exit_code == 1
    for need, row in zip(ALL, rows[-len(ALL) :], strict=True):
        if asked_by(need) == question:
            assert (row["state"], row["command"]) == ("cannot tell", None)
            assert "AuthorizationFailed" in row["reason"]


def test_az_that_is_not_signed_in_is_asked_once(azure: Azure) -> None:
    azure.without("account show", error="Please run 'az login' to setup account.")
    exit_code, rows = azure.preflight(ALL)
    signed_in = next(row for row in rows if row["what"] == "az, signed in")
    assert (exit_code, signed_in["state"], signed_in["command"]) == (1, "missing", "az login")
    assert {row["state"] for row in rows[-len(ALL) :]} == {"cannot tell"}
    assert all("az login" in row["reason"] for row in rows[-len(ALL) :])
    assert len(azure.calls()) == 1


def test_no_az(azure: Azure) -> None:
    (azure.programs / "az").unlink()
    exit_code, rows = azure.preflight(ALL)
    assert exit_code == 1
    assert {(row["state"], row["reason"]) for row in rows[-len(ALL) :]} == {
        ("cannot tell", "az is not on PATH. Install the Azure CLI.")
    }


def test_another_failure_is_told_in_the_words_of_az(azure: Azure) -> None:
    group = Thing(title=("group",), look=("group", "show", "--subscription", "s", "-n", "g"))
    for error, reason in {
        "The subscription of 's' doesn't exist in cloud 'AzureCloud'.": "The signed-in account does not see the subscription.",
        "AADSTS700082: The refresh token has expired.": "az is not signed in. Run `az login`.",
        "Something else.": "Something else.",
    }.items():
        azure.answers["group show"] = {"error": error}
        assert azure.row(group) == ("cannot tell", reason, "")


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        ({"osType": "Windows"}, "osType is Windows; the project needs Linux."),
        ({"osState": "Specialized"}, "osState is Specialized; the project needs Generalized."),
        ({"hyperVGeneration": "V1"}, "hyperVGeneration is V1; the project needs V2."),
        ({"architecture": "Arm64"}, "architecture is Arm64; the project needs x64."),
        (
            {"features": [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]},
            "SecurityType is TrustedLaunchSupported; the project needs Standard.",
        ),
        ({"features": [{"name": "IsHibernateSupported", "value": "True"}], "architecture": None}, ""),
    ],
)
def test_image_definition_must_fit_the_build(azure: Azure, found: dict[str, Any], reason: str) -> None:
    definition = next(need for need in needs("gallery-all") if asked_by(need) == "sig image-definition show")
    azure.answers["sig image-definition show"] = DEFINITION | found
    state, said, _ = azure.row(definition)
    assert state == ("differs" if reason else "there")
    assert said.startswith(reason)


def test_version_made_from_a_managed_image_fits_a_definition_that_supports_trusted_launch(azure: Azure) -> None:
    definition = next(need for need in needs("outputs-one-of-each") if asked_by(need) == "sig image-definition show")
    features = [{"name": "SecurityType", "value": "TrustedLaunchSupported"}]
    azure.answers["sig image-definition show"] = DEFINITION | {"features": features}
    assert azure.row(definition) == ("there", "", "")


ROLE = RoleOn(role="Contributor", also=("Owner",), scope="/subscriptions/s")


@pytest.mark.parametrize(
    ("roles", "state", "reason"),
    [
        (["Reader", "Owner"], "there", ""),
        (["Reader"], "missing", ""),
        (["Image builds"], "cannot tell", "The account has Image builds. Check that this includes the rights of Contributor."),
    ],
)
def test_role_or_one_that_includes_it(azure: Azure, roles: list[str], state: str, reason: str) -> None:
    azure.answers["role assignment list"] = roles
    found = azure.row(ROLE)
    assert found[:2] == (state, reason)
    assert (found[2] == "") == (state == "there")


@pytest.mark.parametrize(
    ("user", "options", "assignee"),
    [
        ({"type": "user", "name": "someone@example.com"}, (), THERE["ad signed-in-user show"]),
        ({"type": "servicePrincipal", "name": "client-id"}, (), "client-id"),
        ({"type": "servicePrincipal", "name": "systemAssignedIdentity"}, (), None),
        ({"type": "user", "name": "someone@example.com"}, ("--builder", "another"), "another"),
    ],
)
def test_whose_roles(azure: Azure, user: dict[str, str], options: tuple[str, ...], assignee: str | None) -> None:
    azure.answers["account show"] = {"user": user}
    state, reason, _ = azure.row(ROLE, *options)
    asked = [call[call.index("--assignee") + 1] for call in azure.calls() if call[0] == "role"]
    assert asked == ([assignee] if assignee else [])
    assert state == ("there" if assignee else "cannot tell")
    assert ("--builder" in reason) == (assignee is None)


def test_role_on_what_is_not_there_yet(azure: Azure) -> None:
    azure.without("storage account show")
    role = next(need for need in needs("outputs-one-of-each") if isinstance(need, RoleOn) and isinstance(need.scope, tuple))
    assert azure.row(role) == ("cannot tell", "The resource that the role is for does not exist yet.", "")


@pytest.mark.parametrize(
    ("question", "answer", "state", "reason"),
    [
        ("vm list-usage", [{"name": {"value": FAMILY.upper()}, "currentValue": 8, "limit": 10}], "there", "2 of 10 vCPUs"),
        ("vm list-usage", [{"name": {"value": FAMILY}, "currentValue": 9, "limit": 10}], "missing", "1 of 10 vCPUs"),
        ("vm list-usage", [], "cannot tell", "az lists no quota"),
        ("vm list-skus", [THERE["vm list-skus"][0] | {"name": SIZE + "x"}], "missing", "The region does not offer this size"),
        (
            "vm list-skus",
            [THERE["vm list-skus"][0] | {"restrictions": [{"type": "Location", "reasonCode": "NotAvailableForSubscription"}]}],
            "missing",
            "The subscription may not use this size (NotAvailableForSubscription)",
        ),
        ("vm list-skus", [THERE["vm list-skus"][0] | {"restrictions": [{"type": "Zone"}]}], "there", "6 of 10 vCPUs"),
    ],
)
def test_vm_size(azure: Azure, question: str, answer: object, state: str, reason: str) -> None:
    azure.answers[question] = answer
    found = azure.row(VmSize(size=SIZE, region="westeurope", subscription="s"))
    assert found[0] == state
    assert found[1].startswith(reason)


LIVE = """
variable "group" {
  type = string
}
variable "region" {
  type    = string
  default = "westeurope"
}
variable "code" {
  type      = string
  default   = "hush"
  sensitive = true
}
locals {
  gallery = split("/", "/galleries/${var.group}")[2]
  wrong   = split("/", var.region)[7]
}
"""


def live(*expressions: str) -> tuple[Need, ...]:
    """Needs with live names."""
    words = [("group", "show", "--subscription", "s", "-n", Live(each)) for each in expressions]
    return tuple(Thing(title=("group ", look[-1]), look=look) for look in words)


@pytest.fixture
def live_project(azure: Azure) -> Azure:
    """The same with a project of its own, and the real packer, if there is one."""
    (azure.folder / "image.pkr.hcl").write_text(LIVE)
    (azure.programs / "packer").unlink()
    if PACKER is not None:
        (azure.programs / "packer").symlink_to(PACKER)
    return azure


@pytest.fixture
def evaluating(live_project: Azure) -> Azure:
    """The same with a packer that is new enough: the real one, which an old one's `plugins` is taken from."""
    if not HAS_PLUGINS:
        (live_project.programs / "packer").unlink(missing_ok=True)
        program(live_project.programs, "packer", f'#!/bin/sh\n[ "$1" = plugins ] || exec {PACKER} "$@"\n')
    return live_project


@needs_packer
def test_live_names_have_the_values_of_the_project(evaluating: Azure) -> None:
    (evaluating.folder / "values.auto.pkrvars.hcl").write_text('group = "images <rg>"\n')
    rows = evaluating.preflight(live("var.group", "local.gallery", '"${var.region}-x"'))[1][-3:]
    assert [(row["what"], row["state"]) for row in rows] == [
        ("group images <rg>", "there"),
        ("group images <rg>", "there"),
        ("group westeurope-x", "there"),
    ]
    assert sorted(call[5] for call in evaluating.calls() if call[0] == "group") == [
        "images <rg>",
        "images <rg>",
        "westeurope-x",
    ]


@needs_packer
def test_name_without_value_hides_no_other(evaluating: Azure) -> None:
    rows = evaluating.preflight(live("var.group", "var.region", "local.gallery", "var.code", "upper(1, 2)"))[1][-5:]
    assert [(row["what"], row["state"], row["reason"]) for row in rows] == [
        ("group var.group", "cannot tell", "var.group has no value. Fill in values.auto.pkrvars.hcl."),
        ("group westeurope", "there", None),
        ("group local.gallery", "cannot tell", "local.gallery has no value. Fill in values.auto.pkrvars.hcl."),
        ("group var.code", "cannot tell", "var.code is sensitive, so Packer does not print it."),
        ("group upper(1, 2)", "cannot tell", "Packer cannot evaluate upper(1, 2): Too many function arguments"),
    ]


def test_without_packer_what_is_known_is_looked_for_all_the_same(azure: Azure) -> None:
    (azure.programs / "packer").unlink()
    rows = azure.preflight((*live("var.region"), Thing(title=("a",), look=("group", "show", "--subscription", "s", "-n", "a"))))[
        1
    ]
    assert (rows[0]["what"], rows[0]["state"]) == ("Packer", "missing")
    assert [(row["state"], row["reason"]) for row in rows[-2:]] == [
        ("cannot tell", "packer is not on PATH."),
        ("there", None),
    ]


@needs_packer
def test_version_and_plugins_are_those_that_packer_wants(
    live_project: Azure, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PACKER_PLUGIN_PATH", str(tmp_path))
    plugin = 'required_plugins {\n azure = {\n source = "github.com/hashicorp/azure"\n version = "~> 2.5"\n }\n }'
    (live_project.folder / "plugins.pkr.hcl").write_text(f'packer {{\n required_version = ">= 1.13.0"\n {plugin}\n}}\n')
    rows = live_project.preflight(())[1]
    if HAS_PLUGINS:
        assert [row["state"] for row in rows[:2]] == ["there", "missing"]
        assert rows[1]["command"] == f"packer init {live_project.folder}"
        (live_project.folder / "plugins.pkr.hcl").write_text('packer {\n required_version = ">= 99.0.0"\n}\n')
    rows = live_project.preflight(live("var.region"))[1]
    assert rows[0]["state"] == "missing"
    assert "is too old" in rows[0]["reason"]
    assert (rows[-1]["what"], rows[-1]["reason"]) == ("group var.region", rows[0]["reason"])


def test_table_for_people(azure: Azure) -> None:
    azure.without("group show")
    azure.preflight(needs("gallery-all"))
    result = CliRunner().invoke(main, ["preflight", str(azure.folder)])
    lines = result.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("missing "))
    assert lines[at + 1].strip().startswith("az group create --subscription")
    assert lines[-1].endswith("1 missing")
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "has no .aib2packer.json. Convert the template again."),
        ("{", "is damaged"),
        (record([]).replace('"format": 1', '"format": 99'), "was written by a newer aib2packer"),
        (record([{"kind": "moon"}]), "is damaged"),
        (record([{"kind": "thing", "title": "x", "look": []}]), "is damaged"),
        (record([{"kind": "role"}]), "is damaged"),
    ],
)
def test_folder_that_cannot_be_read(tmp_path: Path, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / FILE).write_text(text)
    result = CliRunner().invoke(main, ["preflight", str(tmp_path)])
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_folder_above_a_project(tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / FILE).write_text(record([]))
    result = CliRunner().invoke(main, ["preflight", str(tmp_path)])
    assert result.exit_code == 2
    assert f"has no {FILE}. There is one in {tmp_path / 'web'}." in " ".join(result.stderr.split())


@for_all([case for case in all_cases() if case.exit == 0 and not case.arguments], lambda case: case.name)
def test_every_sample_asks_what_az_knows(case: Case) -> None:
    for need in needs(case.name):
        if isinstance(need, Thing) and need.look[0] not in ("account", "cloud"):
            words = [word if isinstance(word, str) else "live" for word in need.look]
            assert answering_az.problem(words) == ""
