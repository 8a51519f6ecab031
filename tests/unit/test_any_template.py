"""Whatever a template says: nothing raises, nothing is lost without a word, and the same input gives the same bytes."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from functools import cache

import pytest
from cases import Case, all_cases
from changing import Json, at, changed, check, put, run, said
from converted import texts_of
from declared_keys import Found, objects_in, values_in
from hypothesis import given, settings
from hypothesis import strategies as st

from aib2packer.diagnostics.model import Fidelity
from aib2packer.pipeline import Options, Result, convert


def _read(case: Case) -> Json:
    """The template, where it is plain JSON that Python's own recursion can walk through."""
    try:
        text = (case.folder / case.template).read_text(encoding="utf-8-sig")
        return None if "[" * 100 in text else json.loads(text)
    except (OSError, ValueError):
        return None


@cache
def _bare_templates() -> tuple[tuple[Case, Json], ...]:
    """The samples that are plain JSON and nothing but an image template."""
    read = ((case, _read(case)) for case in all_cases() if "location=westeurope" not in case.arguments)
    return tuple((case, value) for case, value in read if isinstance(value, dict) and _is_bare(value))


def _is_bare(value: dict[str, Json]) -> bool:
    return str(value.get("type")).lower() == "microsoft.virtualmachineimages/imagetemplates" and "properties" in value


def asked_for_windows(case: Case) -> bool | None:
    return case.arguments[1] == "windows" if case.arguments[:1] == ("--os",) else None


def files_of(result: Result) -> dict[str, str]:
    return {f"{project.name}/{path}": text for project in result.projects for path, text in texts_of(project).items()}


# --- changes at random ---------------------------------------------------------------------------------------------


@pytest.mark.judge
@settings(max_examples=600)
@given(chance=st.randoms(use_true_random=False))
def test_changed_samples_convert_or_are_refused(chance: random.Random) -> None:
    case, template = chance.choice(_bare_templates())
    for _ in range(chance.randrange(1, 4)):
        template = changed(template, chance)
    result = run(template, windows=asked_for_windows(case))
    check(result)
    again = run(template, windows=asked_for_windows(case))
    assert files_of(result) == files_of(again)
    assert said(result) == said(again)


@settings(max_examples=150)
@given(
    text=st.text(max_size=200)
    | st.binary(max_size=200)
    | st.recursive(st.none() | st.booleans() | st.text(max_size=8), st.lists).map(json.dumps)
)
def test_any_bytes_are_refused_at_a_place(text: str | bytes) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    result = convert(data, "template.json", Options())
    check(result)
    assert result.projects == ()


@settings(max_examples=150)
@given(
    chance=st.randoms(use_true_random=False),
    cut=st.floats(0, 1),
    extra=st.sampled_from(["", ",", "}", "]", '"', "\\", "/*", "'", "\x00", "\ufeff"]),
)
def test_broken_json_gives_one_error(chance: random.Random, cut: float, extra: str) -> None:
    _, template = chance.choice(_bare_templates())
    text = json.dumps(template, indent=2)
    position = int(len(text) * cut)
    result = convert((text[:position] + extra + text[position + chance.randrange(3) :]).encode(), "template.json", Options())
    check(result)


# --- nothing is lost -----------------------------------------------------------------------------------------------


@pytest.mark.judge
@pytest.mark.parametrize(("case", "template"), _bare_templates(), ids=lambda each: each.name if isinstance(each, Case) else "")
def test_no_unknown_key_is_passed_over(case: Case, template: Json) -> None:
    """A key that nobody declares is named in a finding, in whatever object that has a shape."""
    unread = run(template, windows=asked_for_windows(case))
    if any(code in ("A2P101", "A2P102", "A2P620") for code, _, _ in said(unread)):
        return
    for found in objects_in(template):
        with_unknown = deepcopy(template)
        put(at(with_unknown, found.steps), "nobodyKnowsThis", 1)
        messages = [message for code, _, message in said(run(with_unknown, windows=asked_for_windows(case))) if code == "A2P203"]
        assert any("`nobodyKnowsThis`" in message for message in messages), found.steps


_KEPT = (Fidelity.EXACT, Fidelity.EQUIVALENT, Fidelity.APPROXIMATE)
_NOT_IN_FILES = {
    ("image template", "type"): "says what the file is",
    ("image template", "apiVersion"): "says how strictly the template is read",
}
"""Keys that the project keeps without a word in it: their values decide how the template is read."""


def other_value(found: Found) -> Json:
    """A value of the same kind that asks for something else."""
    assert found.key is not None
    allowed = found.key.holds.schema.get("enum")
    value = found.value
    if isinstance(allowed, list):
        return next((each for each in allowed if str(each).lower() != str(value).lower()), "Another")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str) and "?" in value:
        return value.replace("?", "x?")
    if isinstance(value, str):
        return value[:-1] + ("x" if value[-1:] != "x" else "y")
    if isinstance(value, list):
        return [*value, *value[-1:]] if value and isinstance(value[-1], int) else [*value, "another"]
    return {**value, "another": "value"} if isinstance(value, dict) else value


@cache
def _values_to_change() -> tuple[tuple[Case, Json, Found, bool], ...]:
    """Of each declared key that the project keeps, a few values in samples that convert; is it the first of its key?"""
    chosen: dict[tuple[str, str], list[tuple[Case, Json, Found]]] = {}
    for case, template in _bare_templates():
        for found in values_in(template) if case.exit == 0 else ():
            assert found.key is not None
            name = (found.shape.name, found.key.name)
            is_simple = found.key.holds.shape is None and found.key.holds.group is None
            if is_simple and found.key.fidelity in _KEPT and found.key.finding is None and name not in _NOT_IN_FILES:
                chosen.setdefault(name, []).append((case, template, found))
    return tuple((*each, number == 0) for uses in chosen.values() for number, each in enumerate(uses[:3]))


@cache
def _unchanged(case: Case) -> object:
    """What a sample gives as it is, converted once for all its values."""
    result = run(dict(_bare_templates())[case], windows=asked_for_windows(case))
    return files_of(result), said(result)


def _title(case: Case, found: Found) -> str:
    return f"{case.name}-{found.shape.name}.{found.key.name if found.key is not None else ''}"


@pytest.mark.parametrize(
    ("case", "template", "found"),
    [
        pytest.param(case, template, found, id=_title(case, found), marks=() if is_first else pytest.mark.judge)
        for case, template, found, is_first in _values_to_change()
    ],
)
def test_what_the_mapping_keeps_is_kept(case: Case, template: Json, found: Found) -> None:
    """A value that is said to be exact, equivalent or approximate has a part in the files, or in what is said about it."""
    different = deepcopy(template)
    put(at(different, found.steps[:-1]), found.steps[-1], other_value(found))
    after = run(different, windows=asked_for_windows(case))
    check(after)
    assert _unchanged(case) != (files_of(after), said(after))
