"""The pipelines of `--pipeline`: valid, safe, and their shell steps run what the template means, in its order."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from building.real_packer import needs_packer
from building.tools import Tools, sample
from cases import case_named
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from paths import GOLDEN
from ruamel.yaml import YAML

from aib2packer.cli import main
from aib2packer.emit import pipelines
from aib2packer.emit.yaml_text import Expression, Script, document, scalar

FILES = {"github": ".github/workflows/image.yml", "azure-devops": "azure-pipelines.yml"}
SCHEMAS = {"github": "vendor.github-workflows", "azure-devops": "vendor.azure-pipelines"}
AUTHS = ("cli", "oidc", "service-principal", "managed-identity")
SAMPLES = ("pipeline-github", "linux-gallery", "cloud-us-government", "validate-source-only", "windows-all")
ORDER = [
    *("fetch", "packer init", "packer init", "packer validate", "sig image-version list", "packer build", "packer build"),
    *("sig image-version update", "distribute"),
]


def load(text: str) -> Any:
    """A YAML file; all its scalars are texts, as they are to Azure DevOps."""
    return YAML(typ="base").load(text)


def texts_for_numbers(value: Any) -> Any:
    """As the schema of Azure DevOps has it, for which only inputs of tasks are more than texts."""
    match value:
        case dict():
            return {key: texts_for_numbers(each) for key, each in value.items()}
        case list():
            return list(map(texts_for_numbers, value))
        case bool():
            return value
        case _:
            return str(value)


def converted(name: str, folder: Path, *options: str) -> Path:
    case = case_named(name)
    arguments = [each for each in case.arguments if each not in ("--pipeline", "github", "--auth", "oidc")]
    words = ["convert", str(case.folder / case.template), "-o", str(folder), "--force", *arguments, *options]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Path]]:
    """Pipelines of several samples with each way to sign in."""
    found: dict[str, list[Path]] = {service: [] for service in FILES}
    for service, name, auth in ((service, name, auth) for service in FILES for name in SAMPLES for auth in AUTHS):
        folder = tmp_path_factory.mktemp(service)
        converted(name, folder, "--pipeline", service, "--auth", auth)
        found[service].append(folder / FILES[service])
    return found


@pytest.mark.parametrize("service", FILES)
def test_pipelines_are_valid(service: str, many: dict[str, list[Path]], tmp_path: Path) -> None:
    checked = []
    for number, file in enumerate(many[service]):
        if service == "azure-devops":
            file = tmp_path / f"{number}.json"
            file.write_text(json.dumps(texts_for_numbers(YAML(typ="safe").load(many[service][number].read_text()))))
        checked.append(str(file))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[service], *checked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[:2000]


def test_zizmor_finds_nothing_in_workflows(many: dict[str, list[Path]]) -> None:
    program = Path(sys.executable).parent / "zizmor"
    done = subprocess.run([program, "--offline", "--no-config", *many["github"]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No findings to report" in done.stdout


def test_actions_are_pinned_by_commit(many: dict[str, list[Path]]) -> None:
    used = {line.strip(" -") for file in many["github"] for line in file.read_text().splitlines() if "uses:" in line}
    assert len(used) == 4
    assert all(re.fullmatch(r"uses: [\w/-]+@[0-9a-f]{40} # v[\d.]+", each) for each in used)


@pytest.mark.parametrize("service", FILES)
def test_no_secret_of_the_project_is_forgotten(service: str) -> None:
    text = (case_named(f"pipeline-{service}").golden / FILES[service]).read_text()
    expected = {"github": "${{ secrets.LICENSEKEY }}", "azure-devops": "$(LICENSEKEY)"}
    assert f"PKR_VAR_licenseKey: {expected[service]}\n" in text


def pipeline_of(service: str, folder: Path) -> Tools:
    """The sample, and `pipeline.sh`, which does with the steps of its pipeline what the service does."""
    tools = sample(f"pipeline-{service}", folder)
    (tools.project / "values.auto.pkrvars.hcl").write_text('gallery = "company"\n')
    (tools.project / "distribute.sh").write_text('echo \'["distribute"]\' >> "$AZ_FOLDER/calls.jsonl"\n')
    found = load((tools.project / FILES[service]).read_text())
    if service == "github":
        steps = [step["run"] for step in found["jobs"]["image"]["steps"] if "run" in step]
    else:
        steps = [step["inputs"]["inlineScript"] for step in found["jobs"][0]["steps"] if "task" in step]
    lines = [f"cd {shlex.quote(str(tools.project))}", "export GITHUB_ENV=$AZ_FOLDER/env", ': > "$GITHUB_ENV"']
    for step in steps:
        lines += ['set -a; . "$GITHUB_ENV"; set +a', f"bash -e -c {shlex.quote(step)} || exit 1"]
    (tools.project / "pipeline.sh").write_text("\n".join(lines))
    return tools


@needs_packer
@pytest.mark.parametrize("service", FILES)
def test_steps_run_in_the_order_of_the_template(service: str, tmp_path: Path) -> None:
    ran = pipeline_of(service, tmp_path).run("pipeline.sh", shell="bash", AZ_VERSIONS="1.0.4\n2.0.0")
    assert ran.exit == 0, ran.output
    assert ran.commands() == ORDER
    packer = [call for call in ran.calls if call[0] == "packer"]
    assert [call[-1] for call in packer] == ["", "", "0.0.0", "1.0.5", "1.0.5"]
    assert [each["--gallery-image-version"] for each in ran.options("sig image-version update")] == [["1.0.5"]]
    assert [each["--gallery-name"] for each in ran.options("sig image-version update")] == [["company"]]


@needs_packer
@pytest.mark.parametrize("service", FILES)
def test_validator_that_fails_ends_the_run(service: str, tmp_path: Path) -> None:
    tools = pipeline_of(service, tmp_path)
    ran = tools.run("pipeline.sh", shell="bash", PACKER_FAIL="build -var-file=values.auto.pkrvars.hcl validate")
    assert ran.exit != 0
    assert ran.commands() == ORDER[:-2]


@pytest.mark.parametrize(("auth", "signs_in"), [("cli", 3), ("oidc", 2), ("service-principal", 2)])
def test_az_is_signed_in_again_after_a_long_build(auth: str, signs_in: int, tmp_path: Path) -> None:
    text = (converted("pipeline-github", tmp_path, "--pipeline", "github", "--auth", auth) / FILES["github"]).read_text()
    assert text.count("uses: azure/login@") == signs_in
    assert ("lasts an hour" in text) == (auth == "cli")


def test_packer_that_signs_in_by_itself_needs_no_az(tmp_path: Path) -> None:
    text = (converted("windows-all", tmp_path, "--pipeline", "github", "--auth", "oidc") / FILES["github"]).read_text()
    assert "azure/login" not in text
    assert "ARM_CLIENT_ID: ${{ vars.AZURE_CLIENT_ID }}" in text
    assert "id-token: write" in text


def test_azure_devops_signs_packer_in_by_az_whose_tokens_the_task_renews(tmp_path: Path) -> None:
    project = converted("build-timeout", tmp_path, "--pipeline", "azure-devops", "--auth", "oidc")
    assert "keepAzSessionActive: true" in (project / FILES["azure-devops"]).read_text()
    assert re.search(r"use_azure_cli_auth += true", (project / "image.pkr.hcl").read_text())


@pytest.mark.parametrize("service", FILES)
def test_build_in_a_subnet_runs_inside_the_network(service: str, tmp_path: Path) -> None:
    text = (converted("linux-gallery", tmp_path, "--pipeline", service) / FILES[service]).read_text()
    assert "ubuntu" not in text
    assert ("runs-on: self-hosted # " if service == "github" else "name: Default # ") in text


@pytest.mark.parametrize("service", FILES)
def test_time_limit_is_that_of_the_template(service: str) -> None:
    found = load((case_named(f"pipeline-{service}").golden / FILES[service]).read_text())
    job = found["jobs"]["image"] if service == "github" else found["jobs"][0]
    assert job["timeout-minutes" if service == "github" else "timeoutInMinutes"] == "270"
    assert json.dumps(found).count("timeout 120m packer build") == 2


def test_packer_of_pipelines_is_new_enough() -> None:
    needed = {tuple(map(int, text.split("."))) for path in GOLDEN.rglob("plugins.pkr.hcl") for text in _required(path)}
    assert tuple(map(int, pipelines.PACKER.split("."))) >= max(needed)


def _required(path: Path) -> list[str]:
    return re.findall(r'required_version = ">= ([\d.]+)"', path.read_text())


@pytest.mark.parametrize("is_right", [True, False])
def test_azure_devops_installs_the_packer_that_hashicorp_published(is_right: bool, tmp_path: Path) -> None:
    (step,) = (
        each["script"]
        for each in load((case_named("pipeline-azure-devops").golden / FILES["azure-devops"]).read_text())["jobs"][0]["steps"]
        if "script" in each
    )
    name = f"packer_{pipelines.PACKER}_linux_amd64.zip"
    with zipfile.ZipFile(tmp_path / "release.zip", "w") as archive:
        archive.writestr("packer", "the program")
    digest = hashlib.sha256((tmp_path / "release.zip").read_bytes() if is_right else b"another").hexdigest()
    (tmp_path / "sums").write_text(f"{digest}  {name}\n{'0' * 64}  packer_{pipelines.PACKER}_windows_amd64.zip\n")
    tools = tmp_path / "tools"
    tools.mkdir()
    curl = f'case $2 in *SHA256SUMS) cat {tmp_path}/sums ;; *) cp {tmp_path}/release.zip "${{2##*/}}" ;; esac'
    unzip = f'exec {sys.executable} -m zipfile -e "$2" .'
    for program, text in (("curl", curl), ("unzip", unzip)):
        (tools / program).write_text(f"#!/bin/sh\n{text}\n")
        (tools / program).chmod(0o755)
    script = step.replace("$(Agent.TempDirectory)", str(tmp_path)).replace("$(packerVersion)", pipelines.PACKER)
    done = subprocess.run(
        ["bash", "-c", script], env={"PATH": f"{tools}:/usr/bin:/bin"}, cwd="/", capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) == is_right, done.stderr
    assert (tmp_path / "packer").exists() == is_right
    assert (f"##vso[task.prependpath]{tmp_path}" in done.stdout) == is_right


@given(st.text(), st.lists(st.text(st.characters(exclude_characters="\n")), min_size=1))
def test_text_arrives_as_it_is_and_is_never_an_expression(text: str, lines: list[str]) -> None:
    printed = document((), {"key": text, "list": [text], "run": Script(tuple(lines))})
    found = load(printed)
    assert [found["key"], found["list"][0]] == [_escaped(text)] * 2
    assert found["run"].rstrip("\n") == _escaped("\n".join(lines)).rstrip("\n")
    assert all(each.startswith("'${{' }}") for each in printed.split("${{ ")[1:])


def _escaped(text: str) -> str:
    return text.replace("${{", "${{ '${{' }}")


def test_expression_of_ours_stands_as_it_is() -> None:
    assert scalar(Expression("${{ vars.NAME }}")) == "${{ vars.NAME }}"


@pytest.mark.parametrize("option", ["--builder=null", "--scripts=powershell"])
def test_pipeline_needs_azure_and_sh(option: str) -> None:
    result = CliRunner().invoke(main, ["convert", "template.json", "--pipeline", "github", option])
    assert result.exit_code == 2
    assert "--pipeline goes with neither" in " ".join(result.stderr.split())
