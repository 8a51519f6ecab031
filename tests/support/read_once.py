"""Files of HCL are read once, for tests that compare a project of many files as often as they change one of them.

A plugin of pytest, for the sake of its fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from aib2packer.diagnostics.place import SourceText
from aib2packer.source.terraform.nodes import Block
from aib2packer.source.terraform.syntax import read_body


@lru_cache(maxsize=1024)
def _read(name: str, text: str) -> Block:
    return read_body(SourceText(name, text))


@pytest.fixture(scope="module")
def each_file_is_read_once() -> Iterator[None]:
    """A file of the same name and text is not parsed again; blocks are frozen, so nobody sees the difference."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aib2packer.comparison.reading.read_body", lambda source: _read(source.name, source.text))
        yield
