"""The build and preflight scripts, in both languages, run with a `packer` and an `az` that only record their calls."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from building.script_runs import BOTH, CASES, CONVERTED, project, run, run_in
from conftest import GOLDEN

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
    assert (f"to make it so: {update}\n" in ran.output) == bool(valid)


@BOTH
def test_version_that_could_not_be_made_the_latest_is_said(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-outputs"], tmp_path)
    (at / "manifest.json").write_text(f'"{MADE}/1.0.3"')
    ran = run_in(at, f"build{suffix}", tmp_path, BROKEN="image-version update")
    assert ran.exit == 1
    assert f"go on with: az sig image-version update --ids {MADE}/1.0.3 --set publishingProfile" in ran.output
    assert not any(command.startswith("distribute") for command in ran.commands)


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
def test_build_keeps_the_vm_of_the_validators_after_an_error_where_the_template_says_so(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-vm"], tmp_path)
    (at / "manifest.json").write_text(f'"{MADE}/1.0.0"')
    ran = run_in(at, f"build{suffix}", tmp_path, "-var", "existing_versions=[]")
    assert ran.exit == 0, ran.output
    assert "packer build -on-error=abort validate" in ran.commands
    assert any(command.startswith("packer build -on-error=cleanup -var unvalidated=true ") for command in ran.commands)


@BOTH
@pytest.mark.parametrize("valid", [0, 5])
@pytest.mark.parametrize("name", ["validate-source-only", "validate-source-only-outputs"])
def test_build_with_source_validation_only_builds_and_distributes_nothing(
    name: str, valid: int, suffix: str, tmp_path: Path
) -> None:
    given = ("-var", "image_version=1.2.3", "-var=existing_versions=[]", "-timestamp-ui")
    ran = run(name, f"build{suffix}", tmp_path, *given, VALID=str(valid))
    assert (ran.exit, ran.commands) == (valid, ["packer init validate", CHECK.replace("validate", "-timestamp-ui validate")])


@BOTH
def test_build_fetches_first_what_the_validators_need(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate"], tmp_path)
    assert not (at / "scripts" / f"fetch{suffix}").exists()
    ran = run_in(at, f"build{suffix}", tmp_path)
    assert ran.exit == 0, ran.output
    assert (ran.commands[0], ran.commands.count("fetch")) == ("fetch", 1)
    failed = run_in(at, f"build{suffix}", tmp_path, FETCH_CODE="1")
    assert (failed.exit, failed.commands) == (1, ["fetch"])


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
@pytest.mark.parametrize(
    ("name", "minutes", "said"),
    [("time-limit-live", "0", 240), ("time-limit-live", "90", 90), ("managed-image", "", 240), ("validate-vm", "", 90)],
)
def test_build_takes_the_time_limit_of_the_template(name: str, minutes: str, said: int, suffix: str, tmp_path: Path) -> None:
    at = project(CASES[name], tmp_path)
    script = at / "scripts" / f"build{suffix}"
    script.write_text(
        re.sub(
            r"(?m)^within packer init|^Invoke-OrExit packer @\('init'",
            r'echo "$minutes minutes"; \g<0>',
            script.read_text(),
            count=1,
        )
    )
    ran = run_in(at, f"build{suffix}", tmp_path, PKR_VAR_buildMinutes=minutes)
    assert f"{said} minutes" in ran.output


@BOTH
def test_build_that_fails_ends_there_with_its_exit_code(suffix: str, tmp_path: Path) -> None:
    ran = run("validate", f"build{suffix}", tmp_path, CODE="7")
    assert ran.exit == 7
    assert sum(command.startswith("packer build") for command in ran.commands) == 1


@BOTH
def test_nothing_begins_when_the_time_is_over(suffix: str, tmp_path: Path) -> None:
    ran = run("outputs-galleries", f"build{suffix}", tmp_path, RUN_MINUTES="0")
    assert ran.exit == 1
    assert ran.commands == []
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
