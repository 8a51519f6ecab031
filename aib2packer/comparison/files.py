"""Rows about files of a project that neither a setting nor a step names: the scripts around the build, and pipelines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aib2packer.comparison.downloads import SCRIPTS, frame_of
from aib2packer.comparison.facts import Fact, Step
from aib2packer.comparison.model import Row
from aib2packer.comparison.reading import PackerProject
from aib2packer.comparison.rows import RowMaker
from aib2packer.diagnostics.place import Place, SourceText

_NOT_COMPARED = (".pkr.hcl", ".auto.pkrvars.hcl", ".md", ".aib2packer.json", ".gitignore", ".gitattributes")


def file_rows(
    make: RowMaker, paths: Iterable[str], ours: PackerProject, theirs: PackerProject, steps: Iterable[Step]
) -> Iterator[Row]:
    """A row for each of the files that a conversion gives; ``paths`` are all of them, ``steps`` those that name files."""
    named = {step.file for step in steps}
    for path in sorted(paths):
        text = ours.text(path)
        if path in named or path.endswith(_NOT_COMPARED) or text is None:
            continue
        there = theirs.text(path)
        yield make.row(path, _fact(path, text), _fact(path, there) if there is not None else None, path="", section="files")


def _fact(path: str, text: str) -> Fact:
    said = (frame_of(text) if path in SCRIPTS else text).rstrip("\n")
    return Fact(value=said, asked=said, place=Place(SourceText(path, text), 0, len(text)))
