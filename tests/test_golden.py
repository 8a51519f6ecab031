"""Every sample gives its golden project and its golden findings, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import Case, all_cases, run_case
from conftest import GOLDEN
from syrupy.assertion import SnapshotAssertion

CASES = all_cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_sample_gives_its_golden(
    case: Case, golden: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    run = run_case(case, tmp_path / "project", monkeypatch)
    assert run.findings == golden(name="findings.txt")
    for path, text in run.files.items():
        assert text == golden(name=path)
    assert run.exit == case.exit
    assert bool(run.files) == (case.exit == 0)
    folder = GOLDEN / case.name
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {"findings.txt", *run.files}
    if pytestconfig.getoption("update_snapshots"):
        for path in left:
            (folder / path).unlink()
        left = set()
    assert left == set()


def test_samples_and_goldens_are_pairs() -> None:
    goldens = {folder.name for folder in GOLDEN.iterdir() if folder.is_dir()} - {"docs"}
    assert goldens == {case.name for case in CASES}


def test_every_sample_says_why_it_is_there() -> None:
    reasons = [case.why for case in CASES]
    assert all(reason.strip().endswith(".") for reason in reasons)
    assert len(set(reasons)) == len(reasons)
