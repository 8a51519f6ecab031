"""What every test has: golden files as snapshots, the same examples of hypothesis in each run, a recorded Bicep compiler."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from golden_file import GoldenFile
from hypothesis import HealthCheck, settings
from paths import RECORDED
from syrupy.assertion import SnapshotAssertion

pytest_plugins = ("downloading", "read_once")
collect_ignore = ["bench/fuzzing.py"]  # needs atheris, and is run by hand


settings.register_profile("project", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each worker and each program that a test starts compiles everything
os.environ["PATH"] = f"{RECORDED}{os.pathsep}{os.environ['PATH']}"


_ALL_JUDGES = re.compile(r"^pytestmark = (?:\[\s*)?pytest\.mark\.judge\b", re.MULTILINE)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A module that has only judges is not imported where none is asked for: what it prepares takes a second in each worker."""
    is_module = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    if config.getoption("markexpr") == "not judge" and is_module and _ALL_JUDGES.search(collection_path.read_text()):
        return True
    return None


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with a golden file: ``assert text == golden(name="image.pkr.hcl")``."""
    return snapshot.use_extension(GoldenFile)
