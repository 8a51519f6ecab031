"""The cases of `samples/`: a folder each, in that of its area, with a template and how to call aib2packer with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from paths import GOLDEN, SAMPLES

from aib2packer.cli import main
from aib2packer.project_folder.record import FILE as RECORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sample: why it is there, further arguments of the call, the exit code it ends with.

    ``compiled`` says where the JSON in `compiled/` is from: what a Bicep compiler gives, which is not there in tests.
    """

    area: str
    name: str
    why: str
    template: str
    arguments: tuple[str, ...]
    exit: int
    compiled: str = ""

    @property
    def folder(self) -> Path:
        """Where its files are."""
        return SAMPLES / self.area / self.name

    @property
    def golden(self) -> Path:
        """Where its project and its findings are, as they have to be."""
        return GOLDEN / self.area / self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a call gave: exit code, findings (stderr), files of the project by path."""

    exit: int
    findings: str
    files: dict[str, str]


def all_cases() -> list[Case]:
    """Every sample, by area and name."""
    return list(_cases())


def case_named(name: str) -> Case:
    """One sample; no two have one name, whatever their areas are."""
    return next(case for case in _cases() if case.name == name)


def every_tenth_at_once(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """A test of each case that takes seconds for all of them: every tenth at once, the others by the judges."""
    marks = [() if number % 10 == 0 else pytest.mark.judge for number in range(len(cases))]
    return pytest.mark.parametrize(
        "case", [pytest.param(case, id=case.name, marks=mark) for case, mark in zip(cases, marks, strict=True)]
    )


@cache
def _cases() -> tuple[Case, ...]:
    return tuple(_read(file.parent) for file in sorted(SAMPLES.glob("*/*/case.toml")))


def run_case(case: Case, output: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls aib2packer as a user would, in the folder of the sample."""
    monkeypatch.chdir(case.folder)
    result = CliRunner().invoke(main, ["convert", case.template, "-o", str(output), *case.arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    files = {str(path.relative_to(output)): _shown(path) for path in sorted(output.rglob("*")) if path.is_file()}
    findings = re.sub(
        r"^Try '.+\n", "", result.stderr.replace(str(output), "PROJECT"), flags=re.MULTILINE
    )  # in click's own words
    return Run(exit=result.exit_code, findings=findings, files=files)


def without_advice(text: str) -> str:
    """A message of click about wrong usage, without the line that each of its versions words in its own way."""
    return re.sub(r"^Try '.+\n", "", text, flags=re.MULTILINE)


def _shown(path: Path) -> str:
    """The text of a file; of the record without its checksums, each of which would follow every change of a golden."""
    text = path.read_bytes().decode()
    if path.name != RECORD:
        return text
    return re.sub(r'^(    "(?!sha256").+": )"[0-9a-f]{12,}"', r'\1"..."', text, flags=re.MULTILINE)


def _read(folder: Path) -> Case:
    said = tomllib.loads((folder / "case.toml").read_text())
    return Case(
        area=folder.parent.name,
        name=folder.name,
        why=said["why"],
        template=said.get("template", "template.json"),
        arguments=tuple(said.get("arguments", ())),
        exit=said.get("exit", 0),
        compiled=said.get("compiled", ""),
    )
