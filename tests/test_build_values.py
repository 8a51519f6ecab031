"""Values that a run of the build scripts is given: they count for all of its parts, in the order in which they count for Packer."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from building.null_project import required_values
from building.real_powershell import POWERSHELL, needs_powershell
from building.script_runs import BOTH, CASES, Ran, project, run_in
from conftest import GOLDEN, needs_packer

SIGN_IN = {"use_azure_cli_auth", "client_id", "client_secret", "tenant_id"}
GALLERY = "arm-loop-over-parameter"
_ECHO = """source "null" "image" {
  communicator = "none"
}

build {
  sources = ["source.null.image"]

  provisioner "shell-local" {
    inline = ["echo packer takes ${var.gallery}."]
  }
}
"""


def declared(folder: Path) -> set[str]:
    return set(re.findall(r'^variable "([^"]+)"', (folder / "variables.pkr.hcl").read_text(), re.MULTILINE))


def values_of(at: Path) -> dict[str, str]:
    """Values for what has none, and no question for the versions."""
    files = {path.relative_to(at).as_posix(): path.read_text() for path in at.glob("*.hcl")}
    given = {f"PKR_VAR_{name}": str(value) for name, value in required_values(files).items()}
    return {**given, "PKR_VAR_existing_versions": "[]"}


# ---- for the validators


@BOTH
@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("name", ["validate-vm", "validate-parameters", "validate-outputs"])
def test_validators_get_those_variables_that_they_declare(name: str, together: bool, suffix: str, tmp_path: Path) -> None:
    at = project(CASES[name], tmp_path)
    (at / "manifest.json").write_text(
        '"/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0"'
    )
    (at / "own values.hcl").write_text("")
    both = sorted(declared(at))
    pairs = [("-var", f"{each}=value of {each}") for each in both] + [("-var-file", "own values.hcl")]
    words = ["=".join(pair) for pair in pairs] if together else [word for pair in pairs for word in pair]
    ran = run_in(at, f"build{suffix}", tmp_path, *words)
    assert ran.exit == 0, ran.output
    known = [each for each in both if each in declared(at / "validate")]
    assert SIGN_IN < set(known) < set(both)
    for command in ("packer validate", "packer build"):
        (called,) = (line for line in ran.commands if line.startswith(command) and line.endswith(" validate"))
        assert re.findall(r"-var=(\S+?)=value of (\S+)", called) == [(each, each) for each in known]
        assert "-var-file=own values.hcl" in called
    (built,) = re.findall(r"^packer build (?:(?!^packer).)* \.$", "\n".join(ran.commands), re.MULTILINE | re.DOTALL)
    assert re.findall(r"-var=(\S+?)=value of (\S+)", built) == [(each, each) for each in both]
    assert "-var-file=own values.hcl" in built


@BOTH
def test_build_does_not_get_what_only_the_validators_declare(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-parameters"], tmp_path)
    ran = run_in(at, f"build{suffix}", tmp_path, "-var", "deepChecks=true", "-var", "existing_versions=[]")
    (built,) = (line for line in ran.commands if line.startswith("packer build") and line.endswith(" ."))
    assert "deepChecks" not in built


@BOTH
def test_validators_of_the_source_get_every_argument(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-source-only"], tmp_path)
    ran = run_in(at, f"build{suffix}", tmp_path, "-var", "tenant_id=t u", "-color=false")
    assert ran.exit == 0, ran.output
    assert ran.commands == ["packer init validate", "packer build -on-error=cleanup -var=tenant_id=t u -color=false validate"]


# ---- for what the scripts themselves look up


PLACES = ("default", "environment", "auto", "autojson", "file", "var")
_AUTO_JSON = '{"location": "westeurope", "tags": {"gallery": "nested"},\n "gallery": "fromautojson", "list": ["gallery"]}\n'
_FILE = 'location = "westeurope"\n\n  gallery = "fromfile" # {\n\ntags = {\n  gallery = "nested"\n}\n'


def place_values(at: Path, places: tuple[str, ...]) -> tuple[list[str], dict[str, str]]:
    """Gives another name of the gallery in each of these places: the words and the environment for it."""
    (at / "a.auto.pkrvars.hcl").write_text('gallery = "fromEarlierAuto"\n' if "auto" in places else "")
    (at / "b.auto.pkrvars.hcl").write_text('  gallery   =   "fromauto" # as "we" say\n' if "auto" in places else "")
    (at / "c.auto.pkrvars.json").write_text(_AUTO_JSON if "autojson" in places else "{}")
    (at / "own.hcl").write_text(_FILE)
    words = ["-var", "gallery=fromvar"] if "var" in places else []
    words += ["-var-file", "own.hcl"] if "file" in places else []
    environment = {"PKR_VAR_gallery": "fromenvironment"} if "environment" in places else {}
    return words, environment


VALUE_FILES = {
    "auto": "own.auto.pkrvars.hcl",
    "autojson": "own.auto.pkrvars.json",
    "file": "own.hcl",
    "jsonfile": "own values.json",
}


def write_value(at: Path, place: str, name: str, value: object) -> list[str]:
    """A file that gives a variable its value, and the words that name the file where it has to be named."""
    file, said = VALUE_FILES[place], json.dumps(value)
    (at / file).write_text(
        json.dumps({"other": {name: "no"}, name: value, "more": [1]}) if "json" in place else f"{name} = {said}\n"
    )
    return [] if "auto" in place else [f"-var-file={file}"]


def looked_up(ran: Ran) -> str:
    (line,) = (line for line in ran.commands if line.startswith("az sig image-version list"))
    found = re.search(r" -r (\S*) ", line)
    assert found is not None
    return found.group(1)


@BOTH
@pytest.mark.parametrize("highest", PLACES)
def test_versions_are_looked_up_where_the_value_says_that_counts(highest: str, suffix: str, tmp_path: Path) -> None:
    at = project(CASES[GALLERY], tmp_path)
    words, environment = place_values(at, PLACES[: PLACES.index(highest) + 1])
    ran = run_in(at, f"build{suffix}", tmp_path, *words, **{**values_of(at), **environment})
    assert ran.exit == 0, ran.output
    assert looked_up(ran) == ("sigBase" if highest == "default" else f"from{highest}")


@needs_packer
@pytest.mark.parametrize(
    "places",
    [
        *(PLACES[:count] for count in range(1, 5)),
        ("environment", "file"),
        ("environment", "auto", "file"),  # not beside a JSON file: before 1.14 that counted more
        ("environment", "var"),
        PLACES,
    ],
)
def test_packer_takes_the_same_value(places: tuple[str, ...], tmp_path: Path) -> None:
    at = project(CASES[GALLERY], tmp_path)
    (at / "plugins.pkr.hcl").unlink()
    (at / "image.pkr.hcl").write_text(_ECHO)
    real = f'#!/bin/sh\n[ "$1" = init ] || exec "{shutil.which("packer")}" "$@"\n'
    (tmp_path / "bin" / "packer").write_text(real)
    words, environment = place_values(at, places)
    ran = run_in(at, "build.sh", tmp_path, *words, **{**values_of(at), **environment, "CHECKPOINT_DISABLE": "1"})
    assert ran.exit == 0, ran.output
    assert f"packer takes {looked_up(ran)}." in ran.output


@BOTH
@pytest.mark.parametrize("place", VALUE_FILES)
def test_time_limit_may_stand_in_a_file(place: str, suffix: str, tmp_path: Path) -> None:
    at = project(CASES["time-limit-live"], tmp_path)
    words = write_value(at, place, "buildMinutes", 90)
    script = at / "scripts" / f"build{suffix}"
    said = re.sub(r"(?m)^end=|^\$end =", r'echo "$minutes minutes"; \g<0>', script.read_text())
    script.write_text(said)
    ran = run_in(at, f"build{suffix}", tmp_path, *words)
    assert "90 minutes" in ran.output


@BOTH
@pytest.mark.parametrize("place", VALUE_FILES)
def test_versions_may_stand_in_a_file(place: str, suffix: str, tmp_path: Path) -> None:
    at = project(CASES["validate-parameters"], tmp_path)
    words = write_value(at, place, "existing_versions", ["1.0.0"])
    ran = run_in(at, f"build{suffix}", tmp_path, *words)
    assert ran.exit == 0, ran.output


@BOTH
@pytest.mark.parametrize(
    ("places", "group"), [((), "images-rg"), (("environment",), "env-rg"), (("environment", "auto"), "auto-rg")]
)
def test_preflight_looks_where_the_files_of_values_say(places: tuple[str, ...], group: str, suffix: str, tmp_path: Path) -> None:
    at = project(CASES["outputs-live"], tmp_path)
    if "auto" in places:
        (at / "own.auto.pkrvars.hcl").write_text('group = "auto-rg"\n')
    environment = {"PKR_VAR_group": "env-rg"} if "environment" in places else {}
    ran = run_in(at, f"preflight{suffix}", tmp_path, **environment)
    assert ran.exit == 0, ran.output
    assert any(line.startswith("az group show") and f"-n {group} " in line for line in ran.commands)
    assert not any(f"-n {other} " in line for line in ran.commands for other in {"images-rg", "env-rg", "auto-rg"} - {group})


# ---- for the other scripts


def record_fetching(at: Path, suffix: str) -> None:
    """Lets the real fetch script tell its addresses, and not fetch them."""
    fetch = at / "scripts" / f"fetch{suffix}"
    text = (GOLDEN / "download-placeholder" / "scripts" / f"fetch{suffix}").read_text()
    text = re.sub(r"^fetch (?=\")", 'echo fetch >> "$LOG" ', text, flags=re.MULTILINE)
    fetch.write_text(re.sub(r"^Get-File (.*) '.*$", r"Add-Content $env:LOG ('fetch ' + \1)", text, flags=re.MULTILINE))


@BOTH
def test_downloads_come_from_where_the_given_values_say(suffix: str, tmp_path: Path) -> None:
    at = project(CASES["download-placeholder"], tmp_path)
    record_fetching(at, suffix)
    (at / "own.auto.pkrvars.hcl").write_text('storage_account = "auto"\nrelease = "from-auto"\n')
    given = {"PKR_VAR_storage_account": "environment", "PKR_VAR_release": "environment"}
    ran = run_in(at, f"build{suffix}", tmp_path, "-var", "storage_account=given", **given)
    assert ran.exit == 0, ran.output
    fetched = [line for line in ran.commands if line.startswith("fetch")]
    assert "https://given.blob.core.windows.net/scripts/setup.sh" in fetched[0]
    assert "/from-auto/page.html" in fetched[1]


TEXTS = {
    "percent": ("hcl", 'release = "a%20b"\n', "a%20b"),
    "dollar": ("hcl", 'release = "5$ and 5%"\n', "5$ and 5%"),
    "tabs": ("hcl", '\trelease\t=\t"tabbed" # as written\n', "tabbed"),
    "json": ("json", '{\n\t"release":\t"tabbed%20json"\n}\n', "tabbed%20json"),
    "last": ("hcl", 'release = "${upper("a")}"\nrelease = "plain"\n', "plain"),
    "escape": ("hcl", 'release = "a\\tb"\n', None),
    "template": ("hcl", 'release = "${upper("a")}"\n', None),
    "escaped template": ("hcl", 'release = "$${a}"\n', None),
}
"""What a file says, and the value that scripts read there; none where it is more than they can tell."""


@BOTH
@pytest.mark.parametrize("by_option", [False, True])
@pytest.mark.parametrize("text", TEXTS)
def test_scripts_read_the_values_of_files_or_say_that_they_cannot(
    text: str, by_option: bool, suffix: str, tmp_path: Path
) -> None:
    form, written, value = TEXTS[text]
    at = project(CASES["download-placeholder"], tmp_path)
    record_fetching(at, suffix)
    name = f"own.pkrvars.{form}" if by_option else f"own.auto.pkrvars.{form}"
    (at / name).write_text(written)
    words = ["-var-file", name] if by_option else []
    ran = run_in(at, f"build{suffix}", tmp_path, *words, PKR_VAR_storage_account="account")
    assert (ran.exit == 0) == (value is not None), ran.output
    assert value is None or any(f"/{value}/page.html" in line for line in ran.commands)
    refused = "set the environment variable PKR_VAR_release to what it is" in ran.output
    assert refused == (value is None)
    assert value is not None or not any(line.startswith("packer build") for line in ran.commands)


@BOTH
@pytest.mark.parametrize("elsewhere", [{}, {"PKR_VAR_costCenter": "other"}])
@pytest.mark.parametrize("place", [*VALUE_FILES, "var"])
def test_secret_reaches_the_other_outputs_from_wherever_packer_takes_it(
    place: str, elsewhere: dict[str, str], suffix: str, tmp_path: Path
) -> None:
    at = project(CASES["outputs-secrets"], tmp_path)
    (at / "scripts" / "distribute.sh").write_text('#!/bin/sh\necho "distribute with $PKR_VAR_costCenter" >> "$LOG"\n')
    value = "secret centre, {of} 'cost' & <more>"
    words = ["-var", f"costCenter={value}"] if place == "var" else write_value(at, place, "costCenter", value)
    ran = run_in(at, f"build{suffix}", tmp_path, *words, PKR_VAR_subscriptionId="s", **elsewhere)
    assert ran.exit == 0, ran.output
    assert ran.commands[-1] == f"distribute with {value}"


# ---- in PowerShell


def in_powershell(call: str, folder: Path, environment: Mapping[str, str]) -> str:
    """What a person types there; gives the commands that came of it."""
    assert POWERSHELL is not None
    subprocess.run(
        [POWERSHELL, "-NoProfile", "-NonInteractive", "-Command", f"{call}; exit $LASTEXITCODE"],
        env={"HOME": str(folder), "LOG": str(folder / "log"), **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return (folder / "log").read_text()


@needs_powershell
@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("-var a=b,c,d", "-var a=b,c,d"),
        ("-var 'a=b, c'", "-var a=b, c"),
        ("'-var=a=b,c'", "-var=a=b,c"),
        ('-var \'a=["b","c"]\'', '-var a=["b","c"]'),
        ("'-var-file=own.pkrvars.hcl'", "-var-file=own.pkrvars.hcl"),
        ("-var-file own.pkrvars.hcl", "-var-file own.pkrvars.hcl"),
    ],
)
@pytest.mark.parametrize("name", ["gallery-versioning-latest", GALLERY])
def test_words_stay_whole(name: str, typed: str, wanted: str, tmp_path: Path) -> None:
    at = project(CASES[name], tmp_path)
    (at / "own.pkrvars.hcl").write_text("")
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    log = in_powershell(f"& '{at}/scripts/build.ps1' {typed}", tmp_path, {**values_of(at), "PATH": path})
    built = re.split(r"(?m)^packer ", log)[-1]
    if name == GALLERY:  # each pair is one word there
        wanted = re.sub(r"^(-var|-var-file) ", r"\1=", wanted)
    assert built.endswith(f"] {wanted} .\n")
