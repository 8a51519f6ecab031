"""The golden files as snapshots: each file of `golden/AREA/CASE` is one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from cases import all_cases
from log_pairs import all_pairs
from paths import GOLDEN
from syrupy.data import SnapshotCollection, SnapshotCollections
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from syrupy.location import PyTestLocation


class GoldenFile(SingleFileSnapshotExtension):
    """One file of `golden/AREA/CASE`, byte for byte; the test's parameter is the case, the snapshot's name the file in it."""

    _write_mode = WriteMode.TEXT
    file_extension = ""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        return str(_folder(test_location))

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: object = 0) -> str:
        return f"{_folder(test_location).relative_to(GOLDEN)}/{index}"

    @classmethod
    def get_location(cls, *, test_location: PyTestLocation, index: object) -> str:
        return str(_folder(test_location) / str(index))

    @classmethod
    def matches_test_location(cls, *, test_location: PyTestLocation, snapshot_location: str) -> bool:
        return Path(snapshot_location).is_relative_to(_folder(test_location))

    def discover_snapshots(
        self, *, test_location: PyTestLocation, ignore_extensions: list[str] | None = None
    ) -> SnapshotCollections:
        """None: the tests tell themselves which goldens are left over, and looking for thousands of files takes seconds."""
        return SnapshotCollections()

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


def _folder(location: PyTestLocation) -> Path:
    """The goldens of the sample that a test is about, from its id; the reference pages where it is about none."""
    return _folders().get(location.testname.partition("[")[2].rstrip("]"), GOLDEN / "of no sample")


@cache
def _folders() -> dict[str, Path]:
    pairs = {f"logs-{pair.name}": pair.golden for pair in all_pairs()}
    return {case.name: case.golden for case in all_cases()} | pairs | {"": GOLDEN / "docs"}
