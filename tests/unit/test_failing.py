"""Errors of aib2packer's own, and machines that give no more: a sentence and an exit code, nothing is left behind, other files are converted."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from click.testing import CliRunner, Result
from small_template import TEMPLATE

from aib2packer.cli import main
from aib2packer.pipeline import convert
from aib2packer.version import __version__

SECRET = "hunter2-of-us"
INTERRUPTED = b"Interrupted. What is written is whole; run the command again for the rest."


def call(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)])


def program(*arguments: str, prefix: str = "", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The program itself, in a shell that redirects as ``prefix`` says."""
    words = [sys.executable, "-m", "aib2packer", *arguments]
    shell = ["sh", "-c", f'"$@" {prefix}', "sh", *words]
    path = os.pathsep.join(each for each in sys.path if each)
    return subprocess.run(
        shell, capture_output=True, env={**os.environ, "PYTHONPATH": path, **environment}, check=False, timeout=60
    )


def ten_templates(folder: Path) -> None:
    for number in range(10):
        (folder / "in").mkdir(exist_ok=True)
        (folder / "in" / f"{number}.json").write_text(TEMPLATE)


def fail_on(name: str, monkeypatch: pytest.MonkeyPatch, *, killed: bool) -> None:
    def failing(data: bytes, file: str, *rest: object) -> object:
        if file.endswith(name):
            if killed:
                os.kill(os.getpid(), signal.SIGKILL)
            raise RecursionError(SECRET)
        return convert(data, file, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("aib2packer.batch.running.convert", failing)


@pytest.mark.parametrize("killed", [False, True])
def test_file_that_crashes_is_one_refused_file(killed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ten_templates(tmp_path)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    fail_on("/4.json", monkeypatch, killed=killed)
    result = call("convert", tmp_path / "in", "-o", tmp_path / "out", "--format", "json")
    assert result.exit_code == 3
    files = {Path(each["file"]).name: each for each in json.loads(result.stdout)["files"]}
    assert [name for name, each in files.items() if each["outcome"] == "refused"] == ["4.json"]
    (finding,) = files["4.json"]["findings"]
    assert finding["code"] == "A2P802"
    assert ("was killed" if killed else f"aib2packer {__version__} failed (RecursionError at batch/running.py:") in finding[
        "message"
    ]
    assert SECRET not in result.stdout
    made = (path.parent.name for path in (tmp_path / "out").rglob("image.pkr.hcl"))
    assert sorted(name for name in made if not name.startswith(".aib2packer-")) == [*"012356789"], (
        "a killed process may leave a draft"
    )
    assert killed or list(tmp_path.rglob(".aib2packer-*")) == []


def running(group: int) -> list[str]:
    """The processes of a group that have not ended."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                found.append(stat.parent.name)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_folder_run_that_is_ended_ends_with_its_processes(number: signal.Signals, tmp_path: Path) -> None:
    files = 600
    (tmp_path / "in").mkdir()
    for each in range(files):
        (tmp_path / "in" / f"{each}.json").write_text(TEMPLATE)
    command = [sys.executable, "-m", "aib2packer", "convert", str(tmp_path / "in"), "-o", str(tmp_path / "out")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, env=environment) as run:
        while not list(tmp_path.glob("out/*/image.pkr.hcl")):
            assert run.poll() is None
            sleep(0.01)
        os.kill(run.pid, number)
        errors = run.communicate(timeout=30)[1]
    assert run.returncode == (130 if number is signal.SIGINT else -number)
    assert (errors.splitlines()[-1:] == [INTERRUPTED]) == (number is signal.SIGINT)
    until = monotonic() + 10
    while running(run.pid) and monotonic() < until:
        sleep(0.05)
    assert running(run.pid) == []
    made = len(list(tmp_path.glob("out/[0-9]*/.aib2packer.json")))
    assert 0 < made < files
    assert made == len(list(tmp_path.glob("out/[0-9]*")))


def test_own_error_of_any_command_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: object) -> None:
        raise KeyError(SECRET)

    monkeypatch.setattr("aib2packer.reference.pages.mapping_page", failing)
    result = call("mapping")
    assert result.exit_code == 3
    assert result.stderr.startswith(f"aib2packer {__version__} failed (KeyError")
    assert SECRET not in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("convert", "PIPE"),
        ("check", "template.json", "-p", "PIPE"),
        pytest.param(("check", "PIPE"), marks=pytest.mark.judge),
        pytest.param(("compare", "PIPE"), marks=pytest.mark.judge),
    ],
)
def test_pipes_are_refused_and_not_waited_for(arguments: tuple[str, ...], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "PIPE")
    (tmp_path / "template.json").write_text(TEMPLATE)
    done = program(*(str(tmp_path / each) if each in ("PIPE", "template.json") else each for each in arguments))
    assert done.returncode in (1, 2)
    assert b"pipe or a device" in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr


def test_device_is_refused(tmp_path: Path) -> None:
    assert "pipe or a device" in call("check", "/dev/zero").output
    (tmp_path / "template.json").write_text(TEMPLATE)
    assert call("convert", tmp_path / "template.json", "-o", "/dev/null").exit_code == 1


def test_file_system_that_refuses_a_name_is_a_sentence() -> None:
    result = call("check", "a" * 5000)
    assert (result.exit_code, "File name too long" in result.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [("--help",), ("explain",), ("mapping",), ("check", "--help")])
def test_full_output_is_a_sentence(arguments: tuple[str, ...]) -> None:
    done = program(*arguments, prefix=">/dev/full")
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    "prefix", ["<&- >&- 2>&-", *(pytest.param(each, marks=pytest.mark.judge) for each in ("<&-", ">&-", "2>&-"))]
)
def test_closed_streams_are_no_traceback(prefix: str, tmp_path: Path) -> None:
    (tmp_path / "template.json").write_text(TEMPLATE)
    for template in ("-", str(tmp_path / "template.json")):
        done = program("check", template, "--format", "json", prefix=prefix)
        assert b"Traceback" not in done.stderr + done.stdout
        not_read = 2 if "<&-" in prefix else 1
        assert done.returncode == (not_read if template == "-" else 0)


LATIN = {"PYTHONIOENCODING": "latin-1"}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("environment", "form"),
    [
        (LATIN, "json"),
        (ASCII, "text"),
        *(pytest.param(LATIN, form, marks=pytest.mark.judge) for form in ("text", "sarif")),
        *(pytest.param(ASCII, form, marks=pytest.mark.judge) for form in ("json", "sarif")),
    ],
)
def test_any_text_can_be_printed_in_any_locale(environment: dict[str, str], form: str, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff\xe2\x82\xac[/x].json")
    (tmp_path / name).parent.mkdir()
    (tmp_path / name).write_text(TEMPLATE.replace('"name": "hello"', '"name": "\u20ac\U0001f600", "x": 1'), encoding="utf-8")
    done = program("check", str(tmp_path / name), str(tmp_path), "--format", form, prefix="", **environment)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    if form != "text":
        json.loads(done.stdout)
