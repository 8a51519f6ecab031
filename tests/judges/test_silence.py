"""Nothing that a template says goes in silence: an unknown key at every object, and another value at every leaf."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from cases import case_named
from changing import Json, at, places_in, put, run, said
from converted import texts_of
from declared_keys import Steps
from paths import SHARED
from useless import UNKNOWN, holds_image, useless_in

from aib2packer.pipeline import Result
from aib2packer.project_folder.record import FILE as RECORD

SAMPLES = (
    "linux-gallery",
    "windows-all",
    "outputs-and-validators",
    "arm-conditional-steps",
    "arm-parameter-objects",
    "arm-user-functions",
    "arm-copy-resource",
    "module-outputs",
    "form-resource-group",
    "placeholders",
)
REAL, MOST = 20, 400
"""So many real templates, and values in each: a conversion for every value."""


FIXED = {"A2P120", "A2P621"}
"""Where values of today decide what the project has, others have no part in it."""


def _converted(template: Json) -> Result:
    """The conversion for the system that the template tells, or for Linux where it tells none."""
    result = run(template)
    return result if result.projects else run(template, windows=False)


@cache
def _real() -> tuple[Json, ...]:
    """Of the real templates in which all counts, some that are evenly far apart."""
    found = [each for file in sorted((SHARED / "templates").rglob("*.json")) for each in _counts(file)]
    return tuple(found[number * len(found) // REAL] for number in range(REAL))


def _template(name: str | int) -> Json:
    """A sample by its name, a real template by its number."""
    if isinstance(name, int):
        return _real()[name]
    case = case_named(name)
    template: Json = json.loads((case.folder / case.template).read_text())
    return template


def _counts(file: Path) -> Iterator[Json]:
    try:
        template: Json = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        return
    if (
        len(places_in(template)) <= MOST
        and holds_image(template)
        and not (isinstance(template, dict) and "responses" in template)
    ):
        result = _converted(template)
        if result.projects and not FIXED & {each.code.id for each in result.findings}:
            yield template


def _other(value: Json) -> Json:
    """A value of the same kind that asks for something else."""
    if not isinstance(value, str):
        return not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else "another"
    if value.startswith("["):
        return value.replace("'", "'q", 1) if "'" in value else f"{value[:-2]}]"
    return value[:-1] + ("y" if value.endswith("x") else "x")


View = tuple[dict[str, str], list[tuple[str, str, str]]]


def _view(template: Json) -> View:
    """What a person has of a conversion: files and findings."""
    result = _converted(template)
    files = {f"{each.name}/{path}": text for each in result.projects for path, text in texts_of(each).items() if path != RECORD}
    return files, said(result)


def _with(template: Json, steps: Steps, value: Json) -> Json:
    changed = deepcopy(template)
    put(at(changed, steps[:-1]), steps[-1], value)
    return changed


NAMES = (*SAMPLES, *(range(REAL) if (SHARED / "templates").is_dir() else ()))
pytestmark = pytest.mark.judge


@pytest.mark.parametrize("name", NAMES)
def test_unknown_key_is_named_wherever_it_stands(name: str | int) -> None:
    template = _template(name)
    rules = useless_in(template, said(_converted(template)))
    silent: list[Steps] = []
    for steps in [(), *places_in(template)]:
        place = (*steps, UNKNOWN)
        if isinstance(at(template, steps), dict) and not rules.why(place):
            files, findings = _view(_with(template, place, 1))
            if not any(UNKNOWN in text for text in (*files.values(), *(message for _, _, message in findings))):
                silent.append(place)
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_another_value_shows_wherever_it_stands(name: str | int) -> None:
    template = _template(name)
    before = _view(template)
    rules = useless_in(template, before[1])
    leaves = [steps for steps in places_in(template) if not isinstance(at(template, steps), dict | list)]
    counting = [steps for steps in leaves if not rules.why(steps)]
    assert [steps for steps in counting if _view(_with(template, steps, _other(at(template, steps)))) == before] == []
