"""The build and preflight scripts, in both languages, run with a `packer` and an `az` that only record their calls."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from building.real_powershell import needs_powershell, powershell_command, powershell_environment
from cases import Case, all_cases, run_case
from conftest import GOLDEN

BOTH = pytest.mark.parametrize("suffix", [".sh", pytest.param(".ps1", marks=needs_powershell)])
CASES = {case.name: case for case in all_cases()}
CONVERTED = [case for case in CASES.values() if (GOLDEN / case.name / "scripts" / "build.sh").exists()]
_PACKER = '#!/bin/sh\necho "packer $*" >> "$LOG"\n[ -z "${SLOW:-}" ] || sleep 20\ncase "$1 $*" in build*validate) exit "${VALID:-0}" ;; build*) exit "${CODE:-0}" ;; esac\n'
_STANDINS = {
    "fetch.sh": '#!/bin/sh\necho "fetch" >> "$LOG"\nexit "${FETCH_CODE:-0}"\n',
    "fetch.ps1": "Add-Content $env:LOG 'fetch'\nexit [int]$env:FETCH_CODE\n",
    "distribute.sh": '#!/bin/sh\necho "distribute ${DISTRIBUTE_LATER:-now}" >> "$LOG"\n',
    "distribute.ps1": "Add-Content $env:LOG \"distribute $(if ($env:DISTRIBUTE_LATER) { 'later' } else { 'now' })\"\n",
}
_AZ = """#!/bin/sh
echo "az $*" >> "$LOG"
[ -z "${WARNS:-}" ] || echo "WARNING: a newer az is out" >&2
case "$*" in
  *"${MISSING:-nothing is missing}"*) exit 3 ;;
  *"${BROKEN:-nothing is broken}"*) echo "ERROR: no network" >&2; exit 1 ;;
  *"image-version list"*) printf '[\\n  "1.0.0",\\n  "1.0.1"\\n]\\n' ;;
  *accepted*|*exists*) echo "${SAYS:-true}" ;;
  *"storage account show"*) echo /subscriptions/s/resourceGroups/disks/providers/Microsoft.Storage/storageAccounts/account ;;
  *roleDefinitionName*) printf 'Contributor\\nManaged Identity Operator\\nStorage Blob Data Contributor\\n' ;;
esac
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended, what it said, and the commands that it ran."""

    exit: int
    output: str
    commands: list[str]


def run(name: str, script: str, folder: Path, *arguments: str, **settings: str) -> Ran:
    """Converts a sample and runs one of its scripts."""
    return run_in(project(CASES[name], folder), script, folder, *arguments, **settings)


def project(case: Case, folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        run_case(case, folder / "project", patch)
    for script in (folder / "project").rglob("*.*"):
        if script.name in _STANDINS:
            script.write_text(_STANDINS[script.name])
    tools = folder / "bin"
    tools.mkdir()
    for tool, text in {"packer": _PACKER, "az": _AZ}.items():
        (tools / tool).write_text(text)
        (tools / tool).chmod(0o755)
    return folder / "project"


def run_in(at: Path, script: str, folder: Path, *arguments: str, **settings: str) -> Ran:
    log = folder / "log"
    log.unlink(missing_ok=True)
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    called = at / "scripts" / script
    command = powershell_command(called, *arguments) if called.suffix == ".ps1" else ["sh", str(called), *arguments]
    done = subprocess.run(
        command,
        env=powershell_environment({"PATH": path, "LOG": str(log), **settings}),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr, log.read_text().splitlines() if log.exists() else [])


BUILD = "packer build -on-error=cleanup ."
CHECK = "packer build -on-error=cleanup validate"
MADE = "/subscriptions/s/resourceGroups/gallery-rg/providers/Microsoft.Compute/galleries/company/images/base/versions"


@BOTH
@pytest.mark.parametrize("valid", [0, 3])
def test_version_becomes_the_latest_when_its_validators_have_passed(valid: int, suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-outputs"], tmp_path)
    (at / "manifest.json").write_text(f'{{"gallery": "{MADE}/1.0.2"}}, {{"gallery": "{MADE}/1.0.3"}}')
    ran = run_in(at, f"build{suffix}", tmp_path, VALID=str(valid))
    assert ran.exit == valid, ran.output
    update = f"az sig image-version update --ids {MADE}/1.0.3 --set publishingProfile.excludeFromLatest=false"
    assert any(command.startswith(update) for command in ran.commands) != bool(valid)
    assert ("The validators did not pass" in ran.output) == bool(valid)


@BOTH
def test_build_fetches_and_counts_the_version_and_hands_on_what_it_is_given(suffix: str, tmp_path: Path) -> None:
    ran = run("gallery-versioning-latest", f"build{suffix}", tmp_path, "-var", "a=b c")
    assert ran.exit == 0, ran.output
    first, look_up, *build = ran.commands
    assert first == "packer init ."
    assert look_up.startswith("az sig image-version list --subscription")
    assert "\n".join(build) == 'packer build -on-error=cleanup -var existing_versions=[\n  "1.0.0",\n  "1.0.1"\n] -var a=b c .'


@BOTH
def test_build_overwrites_an_image_as_image_builder_does(suffix: str, tmp_path: Path) -> None:
    assert run("managed-image", f"build{suffix}", tmp_path).commands[-1] == "packer build -on-error=cleanup -force ."


@BOTH
def test_build_keeps_the_vm_after_an_error_where_the_template_says_so(suffix: str, tmp_path: Path) -> None:
    assert "-on-error=abort" in run("error-handling", f"build{suffix}", tmp_path).commands[-1]


@BOTH
def test_build_asks_first_for_a_secret_that_is_needed_at_its_end(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["outputs-secrets"], tmp_path)
    refused = run_in(at, f"build{suffix}", tmp_path, "-var", "subscriptionId=s")
    assert (refused.exit, refused.commands) == (1, [])
    assert "Set the environment variable PKR_VAR_costCenter first" in refused.output
    given = run_in(at, f"build{suffix}", tmp_path, "-var", "subscriptionId=s", PKR_VAR_costCenter="c")
    assert given.exit == 0, given.output
    assert given.commands[-1] == "distribute now"


@BOTH
def test_build_fetches_first(suffix: str, tmp_path: Path) -> None:
    assert run("file", f"build{suffix}", tmp_path).commands[0] == "fetch"
    failed = run_in(tmp_path / "project", f"build{suffix}", tmp_path, FETCH_CODE="1")
    assert (failed.exit, failed.commands) == (1, ["fetch"])


@BOTH
def test_build_validates_what_it_built(suffix: str, tmp_path: Path) -> None:
    ran = run("validate", f"build{suffix}", tmp_path)
    assert [command for command in ran.commands if "validate" in command] == [
        "packer init validate",
        "packer validate validate",
        "packer build -on-error=cleanup validate",
    ]


@BOTH
@pytest.mark.parametrize(
    ("name", "valid", "ends"),
    [
        ("outputs-galleries", 0, [BUILD, "distribute now"]),
        ("validate-outputs", 0, [BUILD.replace(" .", " -var unvalidated=true ."), CHECK, "distribute now"]),
        ("validate-outputs", 3, [BUILD.replace(" .", " -var unvalidated=true ."), CHECK]),
        ("validate-outputs-anyway", 3, [BUILD, CHECK, "distribute now"]),
    ],
)
def test_build_distributes_at_the_end_if_the_template_lets_it(
    name: str, valid: int, ends: list[str], suffix: str, tmp_path: Path
) -> None:
    at = project(CASES[name], tmp_path)
    (at / "manifest.json").write_text(f'"{MADE}/1.0.0"')
    ran = run_in(at, f"build{suffix}", tmp_path, VALID=str(valid))
    assert ran.exit == valid, ran.output
    assert [command for command in ran.commands if command.startswith(("packer build", "distribute"))] == ends


@BOTH
def test_build_asks_for_the_versions_where_only_the_template_knows_the_gallery(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-parameters"], tmp_path)
    refused = run_in(at, f"build{suffix}", tmp_path)
    assert (refused.exit, refused.commands) == (1, [])
    assert "existing_versions" in refused.output
    assert run_in(at, f"build{suffix}", tmp_path, "-var", "existing_versions=[]").exit == 0
    assert run_in(at, f"build{suffix}", tmp_path, PKR_VAR_existing_versions="[]").exit == 0


@BOTH
@pytest.mark.parametrize(("minutes", "said"), [("0", 240), ("90", 90)])
def test_build_takes_the_time_limit_that_an_input_gives(minutes: str, said: int, suffix: str, tmp_path: Path) -> None:
    at = project(CASES["time-limit-live"], tmp_path)
    script = at / "scripts" / f"build{suffix}"
    script.write_text(
        re.sub(
            r"(?m)^packer init|^Invoke-OrExit packer @\('init'", r'echo "$minutes minutes"; \g<0>', script.read_text(), count=1
        )
    )
    ran = run_in(at, f"build{suffix}", tmp_path, PKR_VAR_buildMinutes=minutes)
    assert ran.exit == 0, ran.output
    assert f"{said} minutes" in ran.output


@BOTH
def test_build_that_fails_ends_there_with_its_exit_code(suffix: str, tmp_path: Path) -> None:
    ran = run("validate", f"build{suffix}", tmp_path, CODE="7")
    assert ran.exit == 7
    assert sum(command.startswith("packer build") for command in ran.commands) == 1


@BOTH
@pytest.mark.skipif(shutil.which("timeout") is None, reason="no timeout on PATH")
def test_build_ends_after_its_time(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["managed-image"], tmp_path)
    script = at / "scripts" / f"build{suffix}"
    script.write_text(script.read_text().replace("minutes * 60", "minutes * 1").replace("AddMinutes", "AddSeconds"))
    ran = run_in(at, f"build{suffix}", tmp_path, RUN_MINUTES="4", SLOW="yes")
    assert ran.exit != 0
    assert "was to end after 4 minutes" in ran.output


@BOTH
def test_nothing_begins_when_the_time_is_over(suffix: str, tmp_path: Path) -> None:
    ran = run("outputs-galleries", f"build{suffix}", tmp_path, RUN_MINUTES="0")
    assert ran.exit == 1
    assert not any(command.startswith(("packer build", "distribute")) for command in ran.commands)
    assert "was to end after 0 minutes" in ran.output


@BOTH
@pytest.mark.parametrize("name", ["source-plan", "vhd-uri", "outputs-vhds"])
def test_preflight_finds_everything(name: str, suffix: str, tmp_path: Path) -> None:
    ran = run(name, f"preflight{suffix}", tmp_path, BUILDER="me", WARNS="yes", PKR_VAR_vhd_storage_account="account")
    assert ran.exit == 0, ran.output
    assert "missing" not in ran.output
    assert "unknown" not in ran.output


@BOTH
@pytest.mark.parametrize(
    ("name", "settings", "remedy"),
    [
        ("source-plan", {"SAYS": "false"}, "az vm image terms accept --subscription"),
        ("source-plan", {"MISSING": "image-definition show"}, "--hyper-v-generation V2"),
        ("managed-image", {"MISSING": "group show"}, "az group create"),
        ("vhd-uri", {"SAYS": "false"}, "az storage container create"),
        ("outputs-live", {"MISSING": "group show", "PKR_VAR_group": "rg (live)"}, "-n 'rg (live)'"),
        ("managed-image", {"MISSING": "account show"}, "az login"),
    ],
)
def test_preflight_says_what_is_missing_and_how_to_make_it(
    name: str, settings: dict[str, str], remedy: str, suffix: str, tmp_path: Path
) -> None:
    ran = run(name, f"preflight{suffix}", tmp_path, **settings)
    assert ran.exit == 1
    assert "missing  " in ran.output
    assert remedy in ran.output


@BOTH
def test_preflight_does_not_take_a_broken_az_for_a_missing_thing(suffix: str, tmp_path: Path) -> None:
    ran = run("source-plan", f"preflight{suffix}", tmp_path, BROKEN="image-definition show")
    assert ran.exit == 1
    assert "unknown  the image definition" in ran.output
    assert "no network" in ran.output
    assert "missing  " not in ran.output


@BOTH
def test_preflight_looks_at_the_roles_of_whoever_builds(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["outputs-all-kinds"], tmp_path)
    found = run_in(at, f"preflight{suffix}", tmp_path, BUILDER="me")
    assert found.exit == 0, found.output
    az = tmp_path / "bin" / "az"
    az.write_text(az.read_text().replace("Storage Blob Data Contributor", "Reader"))
    missing = run_in(at, f"preflight{suffix}", tmp_path, BUILDER="me")
    assert missing.exit == 1
    remedy = "az role assignment create --assignee me --role 'Storage Blob Data Contributor' --scope '/subscriptions/s/resourceGroups/disks/"
    assert missing.output.count(remedy) == 2
    unknown = run_in(at, f"preflight{suffix}", tmp_path, BUILDER="me", BROKEN="storage account show")
    assert unknown.exit == 1
    assert "unknown  Storage Blob Data Contributor" in unknown.output
    assert "no network" in unknown.output


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="no shellcheck on PATH (Debian: apt-get install shellcheck)")
def test_shellcheck_has_nothing_to_say() -> None:
    scripts = [GOLDEN / case.name / "scripts" / name for case in CONVERTED for name in ("build.sh", "preflight.sh")]
    done = subprocess.run(["shellcheck", *map(str, scripts)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[:3000]
