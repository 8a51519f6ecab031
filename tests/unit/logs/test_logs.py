"""`aib2packer compare-logs`: reading, cutting and comparing what no sample shows."""

from __future__ import annotations

import codecs
import json
import re
import time
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from aib2packer.cli import main
from aib2packer.comparison.model import Verdict
from aib2packer.logs.comparing import compare_logs
from aib2packer.logs.cutting import read_log
from aib2packer.logs.masking import masked
from aib2packer.logs.model import LogComparison, Outcome, Step
from aib2packer.logs.pairing import moved, pair_steps

SERVICE = "[6f1c2d3e-0a1b-4c2d-8e3f-5a6b7c8d9e0f] PACKER "
FORMS = ("text", "json", "markdown", "sarif", "html")
SECRETS = ("hunter2", "Zm9vYmFyYmF6", "s3cr3t")
STEERING = "\x1b[2J\x1b]0;title\x07\x00\u202e\u2066\u200f\x9b"


def call(*arguments: object) -> Result:
    result = CliRunner().invoke(main, ["compare-logs", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def log_with(*lines: str, end: str = "Build 'b' finished after 2 seconds.") -> str:
    """The text of a build with lines of its own."""
    return "\n".join([*(f"==> b: {line}" for line in lines), end, ""])


def shell(number: int, *printed: str) -> list[str]:
    """The lines of an inline step."""
    return [f"Provisioning with shell script: /tmp/packer-shell{4_000_000 + number}", *printed]


def compared(folder: Path, left: str | bytes, right: str | bytes) -> LogComparison:
    """Both texts as files, compared."""
    paths = folder / "customization.log", folder / "packer.log"
    for path, text in zip(paths, (left, right), strict=True):
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return compare_logs(read_log(paths[0]), read_log(paths[1]))


def told(comparison: LogComparison) -> list[tuple[str, int | None, int | None]]:
    """The differences, by the numbers of their steps."""
    return [(row.verdict.value, *row.numbers) for row in comparison.differences]


def step(kind: str, what: str = "", printed: tuple[int, ...] = ()) -> Step:
    return Step(
        kind=kind,
        what=what,
        hint="",
        line=1,
        seconds=None,
        outcome=Outcome.PASSED,
        exit=None,
        restarts=0,
        updates=(),
        printed=printed,
    )


@pytest.mark.parametrize(("gone", "row"), [(0, ("missing", 1, None)), (2, ("missing", 3, None)), (4, ("missing", 5, None))])
def test_a_missing_step_that_prints_nothing_is_found_by_its_neighbours(
    gone: int, row: tuple[str, int | None, int | None], tmp_path: Path
) -> None:
    kinds = (["Restarting Machine"], shell(1), ["Uploading a => /tmp/a"], shell(2), ["Restarting Machine"])
    left = log_with(*(line for lines in kinds for line in lines))
    right = log_with(*(line for number, lines in enumerate(kinds) if number != gone for line in lines))
    assert told(compared(tmp_path, left, right)) == [row]


def test_steps_are_known_by_what_they_print(tmp_path: Path) -> None:
    steps = [
        shell(number, "Reading package lists...", f"Setting up {name} (1.{number}) ...") for number, name in enumerate("pqr")
    ]
    left = log_with(*steps[0], *steps[1], *steps[2])
    right = log_with(*steps[2], *steps[0], *steps[1])
    assert told(compared(tmp_path, left, right)) == [("moved", 3, 1)]


def test_a_temporary_script_may_be_any_but_two_names_are_two_scripts() -> None:
    named = [step("shell", "a.sh"), step("shell", "b.sh")]
    assert pair_steps([step("shell"), step("shell", "b.sh")], named) == {0: 0, 1: 1}
    assert pair_steps([step("shell", "c.sh"), step("shell", "b.sh")], named) == {1: 1}
    assert pair_steps([step("file", "/a")], [step("shell", "a.sh")]) == {}


@given(st.permutations(range(8)))
def test_moves_are_as_few_as_they_can_be(order: list[int]) -> None:
    left = [step("file", f"/tmp/{number}") for number in range(8)]
    pairs = pair_steps(left, [left[number] for number in order])
    assert {order[right] for right in pairs.values()} == set(range(8))
    stays = [order.index(number) for number in range(8) if number not in moved(pairs)]
    assert stays == sorted(stays)
    runs = [1] * 8
    for at in range(8):
        runs[at] = 1 + max((runs[before] for before in range(at) if order[before] < order[at]), default=0)
    assert len(stays) == max(runs)


def test_lines_of_two_builds_and_of_both_channels_are_told_apart(tmp_path: Path) -> None:
    said = ["==> a: Uploading x => /tmp/1", "==> b: Uploading x => /tmp/2", "    a: ok", "==> a: Uploading x => /tmp/3"]
    ends = ["Build 'b' finished.", "Build 'a' errored: Script exited with non-zero exit status: 3. Allowed exit codes are: [0]"]
    plain = "\n".join([*said, *ends, ""])
    twice = "\n".join(f"{SERVICE}OUT {line}\n{SERVICE}ERR 2026/01/02 03:04:05 ui: {line}" for line in [*said, *ends])
    left, right = compared(tmp_path, twice, plain).left, read_log(tmp_path / "packer.log")
    for log in (left, right):
        assert [(build.name, [each.what for each in build.steps], build.outcome.value) for build in log.builds] == [
            ("a", ["/tmp/1", "/tmp/3"], "failed"),
            ("b", ["/tmp/2"], "passed"),
        ]
    assert [each.exit for each in left.steps] == [None, 3, None]


@pytest.mark.parametrize("after", ["Cleanup requested, deleting resource group ...", "Deleting individual resources ..."])
def test_a_script_that_ends_the_build_failed_whatever_packer_says_first(after: str, tmp_path: Path) -> None:
    steps = [*shell(1, "hello"), *shell(2, "web"), after]
    end = "Build 'b' errored after 2 seconds: Script exited with non-zero exit status: 1. Allowed exit codes are: [0]"
    first = compared(tmp_path, log_with(*steps), log_with(*steps, end=end)).first
    assert first is not None
    assert first.numbers == (2, 2)
    assert [(each.aspect, each.left, each.right) for each in first.changes] == [("exit code", "0", "1")]


def test_a_log_of_two_runs_has_two_builds_of_one_name(tmp_path: Path) -> None:
    once = log_with(*shell(1, "hello"))
    comparison = compared(tmp_path, once + once, once)
    assert [len(log.builds) for log in (comparison.left, comparison.right)] == [2, 1]
    assert [(row.verdict.value, row.build) for row in comparison.differences] == [("missing", 1)]


def test_the_exit_code_of_winrm_belongs_to_the_script_and_not_to_what_tidies_up(tmp_path: Path) -> None:
    run = "powershell &'c:/Windows/Temp/script-1.ps1'"
    lines = [
        f"{SERVICE}OUT ==> b: Provisioning with Powershell...",
        f"{SERVICE}OUT ==> b: Provisioning with powershell script: /tmp/powershell-provisioner1",
        f"{SERVICE}ERR 2026/01/02 03:04:05 packer-plugin-azure plugin: [INFO] starting remote command: {run}",
        f"{SERVICE}ERR 2026/01/02 03:05:05 packer-plugin-azure plugin: [INFO] command '{run}' exited with code: 3010",
        f"{SERVICE}ERR 2026/01/02 03:05:06 [INFO] command 'powershell . packer-ps-env-vars-1.ps1; &packer-cleanup-1.ps1' exited with code: 1",
        f"{SERVICE}OUT ==> b: Restarting Machine",
        f"{SERVICE}ERR 2026/01/02 03:05:07 [INFO] command 'shutdown /r' exited with code: 1115",
        f"{SERVICE}OUT Build 'b' finished.",
    ]
    log = compared(tmp_path, "\n".join(lines), "\n".join(lines)).left
    assert [(each.kind, each.exit) for each in log.steps] == [("powershell", 3010), ("windows-restart", None)]


def test_an_exit_code_after_the_heading_of_the_next_step_belongs_to_the_last_one(tmp_path: Path) -> None:
    run = "chmod +x /tmp/script_1.sh; PACKER_BUILDER_TYPE='azure-arm'  /tmp/script_1.sh"
    lines = [
        f"{SERVICE}OUT ==> b: Provisioning with shell script: /tmp/packer-shell1",
        f"{SERVICE}ERR 2026/01/02 03:04:05 packer-plugin-azure plugin: [DEBUG] starting remote command: {run}",
        f"{SERVICE}OUT ==> b: Provisioning with shell script: /tmp/packer-shell2",
        f"{SERVICE}ERR 2026/01/02 03:05:05 packer-plugin-azure plugin: [ERROR] Remote command exited with '7': {run}",
        f"{SERVICE}OUT Build 'b' finished.",
    ]
    log = compared(tmp_path, "\n".join(lines), "\n".join(lines)).left
    assert [each.exit for each in log.steps] == [7, None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings_and_line_ends_are_no_difference(encoding: str, tmp_path: Path) -> None:
    text = log_with(*shell(1, "é", "done"))
    start = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    comparison = compared(tmp_path, text, start + text.replace("\n", "\r\n").encode(encoding))
    assert not comparison.differences
    assert comparison.count(Verdict.SAME) == 2


@pytest.mark.parametrize("form", FORMS)
def test_hostile_text_is_inert_and_secrets_are_in_no_format(form: str, tmp_path: Path) -> None:
    hostile = f"<script>{STEERING}</script>|`x`|@all --password {SECRETS[0]} https://a.example/x?sv=1&sig={SECRETS[1]} API_KEY={SECRETS[2]}"
    lines = [*shell(1, hostile), f"Uploading x => /tmp/{hostile}", *shell(2, "y" * 1_200_000)]
    error = f"Build 'b' errored after 2 seconds: {hostile}"
    compared(tmp_path, log_with(*shell(1)), log_with(*lines, end=error))
    result = call(tmp_path / "customization.log", tmp_path / "packer.log", "--format", form)
    assert result.exit_code == 4
    assert not any(letter in result.stdout for letter in STEERING if letter not in "[2J]0;title")
    assert not any(secret in result.stdout for secret in SECRETS)
    assert len(result.stdout) < (60_000 if form == "html" else 20_000)
    if form == "html":
        assert result.stdout.count("<script") == 0
        assert 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;' in result.stdout
    if form == "markdown":
        spans = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", result.stdout)
        assert "<script>" not in spans
        assert "@all" not in spans


def test_masks_leave_what_tells_steps_apart() -> None:
    assert masked("scripts/02-harden.sh exited with 100") == "scripts/02-harden.sh exited with 100"
    assert masked("Authorization: Bearer abcdefgh12345678") == "Authorization: Bearer (sensitive value)"
    assert masked("https://me:pw@example.com/x") == "https://me:(sensitive value)@example.com/x"
    assert masked("pkrvm7x2k9q4w1z at 10.0.0.4") == "pkrvm<name> at <ip>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "is empty"),
        (b"\x00\x01\x02", "is no log of a build with Packer; it begins with"),
        (b"Error: Missing newline after argument\n", "is no log of a build with Packer; it begins with"),
    ],
)
def test_what_is_no_log_is_wrong_usage(text: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(text)
    (tmp_path / "b.log").write_text(log_with(*shell(1)))
    for names in (("a.log", "b.log"), ("b.log", "a.log")):
        result = call(*(tmp_path / name for name in names))
        assert result.exit_code == 2
        assert f"{tmp_path / 'a.log'}" in result.stderr
        assert says in result.stderr


@pytest.mark.parametrize("first", ["packer.log", "customization.log"])
def test_a_log_of_image_builder_is_not_the_second(first: str, tmp_path: Path) -> None:
    compared(tmp_path, f"{SERVICE}OUT ==> b: Restarting Machine", "==> b: Restarting Machine")
    result = call(tmp_path / first, tmp_path / "customization.log")
    assert result.exit_code == 2
    assert "customization.log is a log of Image Builder, not of Packer." in result.stderr


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.log"):
        result = call(path, path)
        assert result.exit_code == 2
        assert f"{path} cannot be read" in result.stderr


LINES = (
    "==> b: Provisioning with shell script: /tmp/packer-shell123",
    "==> b (manifest): Running post-processor:  (type manifest)",
    "==> b: Provisioning with Powershell...",
    "Build 'b' errored after 99999999999 seconds: non-zero exit status: 99999999999999999999",
    "--> b: Azure.ResourceManagement.VMImage:",
    "SharedImageGalleryReplicatedRegions: ,,",
    "1795894666,,ui,say,==> b: Uploading x%!(PACKER_COMMA) => y\\n",
    "2026/13/99 99:99:99 ui: ==> b: Restarting Machine",
    "2026-01-02T03:04:05Z: ==> b: Running Windows update...",
    f"{SERVICE}ERR [ERROR] Remote command exited with '{'9' * 50}': /tmp/script_1.sh",
    f"{SERVICE}OUT     b: Found Windows update (): KB",
    "==> Some builds didn't complete successfully and had errors:",
    "==> Builds finished but no artifacts were created.",
)


@given(
    st.lists(st.one_of(st.sampled_from([line.encode() for line in LINES]), st.binary(max_size=60)), max_size=12),
    st.binary(max_size=4),
)
def test_any_bytes_give_a_result_or_wrong_usage(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], start: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "any.log").write_bytes(start + b"\n".join(lines))
    (folder / "good.log").write_text(log_with(*shell(1, "hello")))
    for form in FORMS:
        result = call(folder / "any.log", folder / "good.log", "--format", form)
        assert result.exit_code in (0, 2, 4)
    if result.exit_code != 2:
        assert call(folder / "any.log", folder / "any.log").exit_code in (0, 2)


def test_no_comparison_of_many_steps_is_slow(tmp_path: Path) -> None:
    lines = [line for number in range(10_000) for line in shell(number)]
    started = time.process_time()
    comparison = compared(tmp_path, log_with(*lines), log_with(*lines[1_000:], "Restarting Machine", *lines[:1_000]))
    assert time.process_time() - started < 10
    assert comparison.count(Verdict.EXTRA) == 1


@pytest.mark.judge
def test_two_logs_of_50_megabytes_take_ten_seconds_and_little_memory(tmp_path: Path) -> None:
    printed = [f"Get:{number} http://archive.ubuntu.com/ubuntu jammy/main amd64 package [{number} kB]" for number in range(1_000)]
    text = log_with(*(line for number in range(520) for line in shell(number, f"step {number}", *printed)))
    assert len(text) > 50_000_000 - 10_000_000
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_text(text)
    del text
    started = time.process_time()
    result = call(tmp_path / "a.log", tmp_path / "b.log", "--format", "json")
    assert time.process_time() - started < 10
    assert json.loads(result.stdout)["same"]
    tracemalloc.start()
    read_log(tmp_path / "a.log")
    assert tracemalloc.get_traced_memory()[1] < 250 * 2**20
    tracemalloc.stop()


def test_a_step_without_a_time_of_its_own_has_none(tmp_path: Path) -> None:
    log = "2026/11/28 19:37:30 x\n==> b: Provisioning with shell script: /a.sh\n    b: hi\n==> b: Provisioning with shell script: /b.sh\n"
    (tmp_path / "a.log").write_text(log + "2026/11/28 19:37:40 x\nBuild 'b' finished.\n")
    assert [step.seconds for step in read_log(tmp_path / "a.log").steps] == [None, 10.0]
