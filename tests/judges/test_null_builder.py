"""`--builder null`: the steps of a template on a machine that is there already, run as they are by whatever Packer is on PATH."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from secrets import token_hex

import pytest
from building.linux_vm import STUBS, USER, LinuxMachine, Run, Upload, why_not
from building.real_packer import Done, needs_packer, packer
from building.subjects import template
from cases import Case, all_cases, case_named
from click.testing import CliRunner
from file_server import Authority, has_openssl, serving
from vendor.winrm_standin import WinRM

from aib2packer.cli import main

pytestmark = pytest.mark.judge

REHEARSALS = [case for case in all_cases() if "null" in case.arguments and case.exit == 0]
WHY_NOT = why_not()
needs_machine = pytest.mark.skipif(WHY_NOT is not None, reason=f"no throwaway machine: {WHY_NOT}")
SCRIPT = "/tmp/DeprovisioningScript.sh"


def convert(source: Path, project: Path, *arguments: str) -> Path:
    result = CliRunner().invoke(main, ["convert", str(source), "-o", str(project), "-q", "--builder", "null", *arguments])
    assert result.exit_code == 0, result.output
    return project


def build(project: Path, vm: LinuxMachine, folder: str = ".") -> Done:
    """Builds as MIGRATION.md says, in the machine's network."""
    variables = {"ssh_host": "127.0.0.1", "ssh_username": USER, "ssh_private_key_file": str(vm.key)}
    values = [word for name, value in variables.items() for word in ("-var", f"{name}={value}")]
    return packer("build", *values, folder, folder=project, within=vm.within)


def scripts(vm: LinuxMachine) -> list[bytes]:
    return [event.script for event in vm.events if isinstance(event, Run)]


# ---- what stands in the project


@pytest.mark.parametrize("case", REHEARSALS, ids=lambda case: case.name)
def test_a_rehearsal_has_nothing_of_azure(case: Case) -> None:
    hcl = "".join(path.read_text() for path in case.golden.rglob("*.hcl"))
    assert 'source "null" "image"' in hcl
    assert not re.search(r"azure|client_id|post-processor|os_type|location", hcl)


@pytest.mark.parametrize("case", REHEARSALS, ids=lambda case: case.name)
def test_a_rehearsal_asks_only_for_the_plugins_that_it_needs(case: Case) -> None:
    plugins = case.golden / "plugins.pkr.hcl"
    image = (case.golden / "image.pkr.hcl").read_text()
    assert plugins.exists() == ('provisioner "windows-update"' in image)


def test_the_password_is_a_secret() -> None:
    variables = (case_named("null-windows").golden / "variables.pkr.hcl").read_text()
    password = re.search(r'variable "winrm_password" \{\n(.*?)\n\}', variables, re.DOTALL)
    assert password is not None
    assert "sensitive   = true" in password.group(1)
    assert "default" not in password.group(1)


# ---- Linux


@needs_packer
@needs_machine
def test_steps_and_validators_run_on_the_machine(tmp_path: Path) -> None:
    project = convert(case_named("null-linux").folder / "template.json", tmp_path / "project")
    (project / "scripts" / "motd.txt").write_bytes(b"welcome\n")
    with LinuxMachine() as vm:
        done = build(project, vm)
        assert done.exit == 0, done.output
        first, motd, greet = vm.events
        assert isinstance(first, Upload)
        assert (first.path, first.data) == (SCRIPT, (project / "scripts" / "DeprovisioningScript.sh").read_bytes())
        assert isinstance(motd, Upload)
        assert (motd.path, motd.data) == ("/tmp/motd.txt", b"welcome\n")
        assert isinstance(greet, Run)
        assert greet.output.decode() == f"home is /home/{USER}\n"
        assert vm.calls == []
        assert vm.path("/etc/motd").read_bytes() == motd.data

        checked = build(project, vm, "validate")
        assert checked.exit == 0, checked.output
        assert scripts(vm)[1:] == [b"#!/bin/sh -e\ntest -s /etc/motd\n"]

        vm.path("/etc/motd").write_bytes(b"")
        assert build(project, vm, "validate").exit == 1


@needs_packer
@needs_machine
def test_the_machine_is_generalized_only_where_that_is_asked_for(tmp_path: Path) -> None:
    source = case_named("null-generalize").folder / "template.json"
    with LinuxMachine() as vm:
        assert build(convert(source, tmp_path / "kept"), vm).exit == 0
        assert vm.calls == []
        done = build(convert(source, tmp_path / "generalized", "--generalize"), vm)
        assert done.exit == 0, done.output
        assert vm.calls[-1] == ("root", "waagent", ["-force", "-deprovision+user"])


@needs_packer
@needs_machine
def test_validators_run_in_order_and_the_first_that_fails_ends_them(tmp_path: Path) -> None:
    checks = [
        {"type": "Shell", "name": str(number), "inline": [f"echo {number}", f"exit {code}"]}
        for number, code in enumerate((0, 5, 0))
    ]
    whole = template("Linux", {"type": "Shell", "inline": ["true"]}, validate={"inVMValidations": checks})
    (tmp_path / "template.json").write_text(json.dumps(whole))
    project = convert(tmp_path / "template.json", tmp_path / "project")
    with LinuxMachine() as vm:
        done = build(project, vm, "validate")
        assert done.exit == 1
        assert [(event.output, event.exit) for event in vm.events if isinstance(event, Run)] == [(b"0\n", 0), (b"1\n", 5)]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "authority").mkdir()
    return Authority(tmp_path / "authority").make()


@needs_packer
@needs_machine
@pytest.mark.skipif(not has_openssl or shutil.which("curl") is None, reason="no openssl or curl on PATH")
@pytest.mark.parametrize("signature", ["good", "bad"])
def test_a_signed_download_in_the_machine_shows_its_signature_to_nobody(
    signature: str, authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = f"{signature}-it's-{token_hex()}"
    with LinuxMachine() as vm, vm.network(), serving(authority) as server:
        vm.path(f"{STUBS}/curl").unlink()
        home = vm.path(f"/home/{USER}")
        (home / "ca.pem").write_bytes(authority.certificate.read_bytes())
        (home / ".curlrc").write_text(f'cacert = "/home/{USER}/ca.pem"\n')
        step = {"type": "Shell", "name": "set up", "scriptUri": f"{server.url('/private.sh')}?sig=x"}
        (tmp_path / "template.json").write_text(json.dumps(template("Linux", step)))
        project = convert(tmp_path / "template.json", tmp_path / "project", "--downloads", "vm")
        monkeypatch.setenv("PKR_VAR_private_sh_sas", f"sv=2022-11-02&sig={secret}")
        done = build(project, vm)
        assert (done.exit == 0) == (signature == "good"), done.output
        assert ("it ran: /tmp/tmp." in done.output) == (signature == "good")
        assert server.paths == [f"/private.sh?sv=2022-11-02&sig={secret}"]
        assert any("/tmp/script_" in line for line in server.command_lines)
        assert not any(secret in line for line in server.command_lines)
        assert list(vm.path("/tmp").glob("varfile_*")) == []
        assert secret not in done.output


# ---- Windows


@needs_packer
@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on PATH for the certificate of the WinRM stand-in")
def test_windows_steps_run_by_winrm_elevated_as_the_user_that_signs_in(tmp_path: Path) -> None:
    steps: list[dict[str, object]] = [
        {"type": "PowerShell", "name": "plain", "inline": ["Write-Output plain"]},
        {"type": "PowerShell", "name": "elevated", "inline": ["Write-Output high"], "runElevated": True},
        {"type": "WindowsRestart"},
    ]
    check = {"type": "PowerShell", "inline": ["Write-Output checked"]}
    whole = template("Windows", *steps, validate={"inVMValidations": [check]})
    (tmp_path / "template.json").write_text(json.dumps(whole))
    project = convert(tmp_path / "template.json", tmp_path / "project")
    with WinRM(port=0) as vm:
        values = {
            "winrm_host": "127.0.0.1",
            "winrm_port": str(vm.port),
            "winrm_username": "someone",
            "winrm_password": "pass-word-1",
        }
        words = [word for name, value in values.items() for word in ("-var", f"{name}={value}")]
        for folder in (".", "validate"):
            done = packer("build", *words, folder, folder=project)
            assert done.exit == 0, done.output
        texts = [data.decode(errors="replace") for _, path, data in vm.uploads if path.lower().endswith(".ps1")]
        elevated = [event for event in vm.events if event["event"] == "command" and event.get("elevated")]
    ran = [text.strip() for text in texts if text.startswith("Write-Output")]
    assert ran == ["Write-Output plain", "Write-Output high", "Write-Output checked"]
    assert {(event["as_user"], event["password"]) for event in elevated} == {("someone", "pass-word-1")}
    assert "pass-word-1" not in done.output
