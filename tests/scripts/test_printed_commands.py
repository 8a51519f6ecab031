"""What `convert` prints and MIGRATION.md names is run as it is printed, on every golden, with the values filled in and nothing else.

Packer is real (tests/support/building/acting_packer.py); az, curl and sha256sum are recorders that check what they are sent.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import plausible
import pytest
from building.real_packer import HAS_PLUGINS, needs_packer, packer_environment, plugins
from for_all import for_all
from paths import GOLDEN, ROOT

PROJECTS = sorted(path.parent for path in GOLDEN.rglob("image.pkr.hcl") if path.parent.name != "validate")
NESTED = re.compile(r"\$\((az [^)]*)\)")
IN_A_TEXT = re.compile(r"`((?:az|packer|sh|timeout) [^`]+)`")
_OPEN = re.compile(r"^# ([\w-]+)( += )(\S.*?)( +# .*)$", re.MULTILINE)
_SECRET = re.compile(r"(PKR_VAR_\w+)(?: \((.*?)\))?")
_AZ = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/support/building/recording_az.py" "$@"\n'
_PACKER = f'#!/bin/sh\nexec "{sys.executable}" -S "{ROOT}/tests/support/building/acting_packer.py" "$@"\n'
_CURL = """\
#!/bin/sh
read -r line || exit 2
case $line in 'url = "http'*'"') ;; *) echo "curl: no URL in $line" >&2; exit 2 ;; esac
while [ $# -gt 0 ]; do [ "$1" != --output ] || printf 'fetched\\n' > "$2"; shift; done
"""
_SHA256SUM = """\
#!/bin/sh
read -r sum file
[ "$*" = '-c -' ] && [ ${#sum} = 64 ] && [ -f "$file" ] && echo "$file: OK"
"""
_TOOLS = {"az": _AZ, "packer": _PACKER, "curl": _CURL, "sha256sum": _SHA256SUM}


def name_of(project: Path) -> str:
    return str(project.relative_to(GOLDEN))


def printed(project: Path) -> list[str]:
    """The commands that convert printed for a project, but for the change into its folder."""
    area, case, *inner = project.relative_to(GOLDEN).parts
    text = (GOLDEN / area / case / "findings.txt").read_text()
    folder = "/".join(("PROJECT", *inner))
    block = re.search(rf"^  cd {re.escape(folder)}\n((?:  \S.*\n)*)", text, re.MULTILINE)
    return [line.strip() for line in block.group(1).splitlines()] if block else []


def filled_in(project: Path) -> dict[str, str]:
    """Uncomments each line of the file of values, with a value that fits; gives the secrets that the file wants in the environment."""
    file = project / "values.auto.pkrvars.hcl"
    files = {path.name: path.read_text() for path in project.glob("*.hcl")}
    checks = {path.name: path.read_text() for path in (project / "validate").glob("*.hcl")}
    key = project.parent / "key"
    if not key.exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    values = {**(plausible.values(checks) if checks else {}), **plausible.values(files)}
    values |= {"ssh_private_key_file": str(key)} if "ssh_private_key_file" in values else {}
    if not file.exists():
        return {}
    text = file.read_text()
    file.write_text(_OPEN.sub(lambda found: f"{found[1]}{found[2]}{json.dumps(values[found[1]])}{found[4]}", text))
    return {name: shape.replace('""', '"a-secret"') or "a-secret" for name, shape in _SECRET.findall(text)}


def tools(folder: Path) -> Path:
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    for name, text in _TOOLS.items():
        (bin_folder / name).write_text(text)
        (bin_folder / name).chmod(0o755)
    return bin_folder


def run(command: str, project: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=project, env=environment, capture_output=True, text=True, timeout=240, check=False
    )


@pytest.mark.judge
@needs_packer
@pytest.mark.parametrize("golden", PROJECTS, ids=name_of)
def test_each_command_that_is_printed_works(golden: Path, tmp_path: Path) -> None:
    project = Path(shutil.copytree(golden, tmp_path / "project"))
    commands = printed(golden)
    by_pipeline = list(golden.rglob(".github/workflows/*.yml")) + list(golden.glob("azure-pipelines.yml"))
    assert commands or by_pipeline, "convert prints commands for every project that a person can build"
    is_current = HAS_PLUGINS and "azure" in plugins()
    for file in project.rglob("plugins.pkr.hcl"):
        if not is_current:
            file.unlink()  # Debian's Packer cannot read it
            image = file.with_name("image.pkr.hcl")
            image.write_text(image.read_text().replace("rfc3339_parse(timestamp()).unix", "1700000000"))
    secrets = filled_in(project)
    for name in re.findall(r"\$\{(\w+):\?", "".join(path.read_text() for path in project.rglob("*.sh"))):
        secrets.setdefault(name, "https://example.com/a" if name.endswith("_URL") else "a-secret")
    environment = {
        **packer_environment(),
        **secrets,
        "PATH": f"{tools(tmp_path)}{os.pathsep}{os.environ['PATH']}",
        "REAL_PACKER": shutil.which("packer") or "",
        "PACKER_IS_CURRENT": "1" if is_current else "",
        "AZ_FOLDER": str(tmp_path),
    }
    for command in commands:
        if command.startswith("powershell"):
            pytest.skip("its scripts are in PowerShell only")
        done = run(command, project, environment)
        said = done.stdout + done.stderr
        if not HAS_PLUGINS and re.search('There is no function named|Keyword "optional" is not a valid type', said):
            pytest.skip("needs a newer Packer")
        assert done.returncode == 0, f"{command}\n{said}"


@for_all(PROJECTS, name_of)
def test_the_report_names_the_same_commands(golden: Path) -> None:
    report = (golden / "MIGRATION.md").read_text()
    for command in printed(golden):
        assert command in report
    assert "-var " not in "".join(printed(golden))


DEFINITION = {"--subscription", "-g", "-r", "-i"}
PLAN = {"--plan-publisher", "--plan-product", "--plan-name"}
# command: (flags that it must have, flags that it may have), by the help of az 2.91
TYPED: dict[str, tuple[set[str], set[str]]] = {
    "ad sp list": ({"--display-name", "--query", "--output"}, set()),
    "login": (set(), set()),
    "cloud set": ({"-n"}, set()),
    "group create": ({"--subscription", "-n", "-l"}, set()),
    "keyvault create": ({"--subscription", "-g", "-n", "-l", "--enabled-for-deployment"}, set()),
    "sig create": ({"--subscription", "-g", "-r"}, set()),
    "sig image-definition create": (
        DEFINITION | {"--os-type", "--hyper-v-generation", "--publisher", "--offer", "--sku"},
        {"--features", "--architecture"} | PLAN,
    ),
    "sig image-definition show": (DEFINITION | {"--query"}, set()),
    "sig image-version delete": (DEFINITION | {"-e"}, set()),
    "sig image-version update": (DEFINITION | {"-e", "--set"}, set()),
    "image delete": ({"-g", "-n"}, {"--subscription"}),
    "image builder delete": ({"-n", "-g"}, set()),
    "role assignment create": ({"--assignee", "--role", "--scope"}, set()),
    "ad sp show": ({"--id", "--query", "--output"}, set()),
    "ad signed-in-user show": ({"--query", "--output"}, set()),
    "storage container create": ({"--auth-mode", "--account-name", "-n"}, set()),
    "storage account show": ({"--subscription", "-n", "--query", "--output"}, set()),
    "storage blob metadata update": (set(), set()),
    "vm image terms accept": ({"--subscription", "--publisher", "--offer", "--plan"}, set()),
    "resource show": ({"--ids"}, {"--query", "--output"}),
}


def problem(command: str) -> str:
    """What the Azure CLI would have against a command of the report; empty where it has nothing."""
    outer = re.sub(r"\$\(.*?\)", "ID", command)
    words = shlex.split(outer)[1:]
    first = next((number for number, word in enumerate(words) if word.startswith("-")), len(words))
    name, flags = " ".join(words[:first]), {word for word in words[first:] if re.match(r"--?[a-z]", word)}
    if name not in TYPED:
        return f"{name} is not known here"
    needed, others = TYPED[name]
    return f"{name} with {sorted(flags)}" if needed - flags or flags - needed - others else ""


@for_all(PROJECTS, name_of)
def test_az_understands_each_command_of_the_report(golden: Path) -> None:
    report = (golden / "MIGRATION.md").read_text().replace("\\|", "|").replace("&lt;", "<")
    commands = [command for command in IN_A_TEXT.findall(report) if command.startswith("az ")]
    assert commands or "null" in golden.name
    assert [each for command in [*commands, *NESTED.findall(report)] if (each := problem(command))] == []
