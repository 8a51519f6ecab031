"""What the tests share: the golden files, and Packer where it is to be had."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from syrupy.assertion import SnapshotAssertion
from syrupy.data import Snapshot, SnapshotCollection
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation

pytest_plugins = ("downloading",)

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
GOLDEN = ROOT / "golden"
SHARED = ROOT.parent / "shared"

settings.register_profile("project", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


class GoldenFile(SingleFileSnapshotExtension):
    """One file of `golden/CASE`, byte for byte; the test's parameter is the case, the snapshot's name the file in it."""

    _write_mode = WriteMode.TEXT
    file_extension = ""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(GOLDEN / _case(test_location))

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: object = 0) -> str:
        return f"{_case(test_location)}/{index}"

    @classmethod
    def get_location(cls, *, test_location: PyTestLocation, index: object) -> str:
        return str(GOLDEN / _case(test_location) / str(index))

    @classmethod
    def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
        return Path(snapshot_location).is_relative_to(GOLDEN / _case(test_location))

    def is_snapshot_location(self, *, location: str) -> bool:
        return Path(location).is_relative_to(GOLDEN)

    def read_snapshot_collection(self, *, snapshot_location: str) -> SnapshotCollection:
        collection = SnapshotCollection(location=snapshot_location)
        collection.add(Snapshot(name=str(Path(snapshot_location).relative_to(GOLDEN))))
        return collection

    def read_snapshot_data_from_location(self, *, snapshot_location: str, snapshot_name: str, session_id: str) -> str | None:
        path = Path(snapshot_location)
        return path.read_bytes().decode() if path.is_file() else None

    @classmethod
    def write_snapshot_collection(
        cls, *, snapshot_collection: SnapshotCollection, name_order: dict[str, int] | None = None
    ) -> None:
        path = Path(snapshot_collection.location)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(str(next(iter(snapshot_collection)).data).encode())


def _case(location: PyTestLocation) -> str:
    """The sample that a test is about, from its id; the reference pages where it is about none."""
    return location.testname.partition("[")[2].rstrip("]") or "docs"


@pytest.fixture
def golden(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Compares with a golden file: ``assert text == golden(name="image.pkr.hcl")``."""
    return snapshot.use_extension(GoldenFile)


@cache
def packer_version() -> tuple[int, ...] | None:
    """The version of the packer on PATH, or None."""
    if shutil.which("packer") is None:
        return None
    output = subprocess.run(["packer", "version"], capture_output=True, text=True, env=packer_environment(), check=False)
    words = output.stdout.replace("Packer v", "").split()
    return tuple(int(part) for part in words[0].split(".")) if words else None


def packer_environment() -> dict[str, str]:
    """The environment for a packer that asks nobody and says nothing in colours."""
    return {**os.environ, "CHECKPOINT_DISABLE": "1", "PACKER_NO_COLOR": "1"}


needs_packer = pytest.mark.skipif(packer_version() is None, reason="no packer on PATH (Debian: apt-get install packer)")
