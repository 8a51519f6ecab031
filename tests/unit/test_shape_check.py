"""The quick check of a template's shape and jsonschema agree: what the one lets through, the other has nothing to say about."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

from cases import Case, all_cases
from for_all import for_all
from hypothesis import given
from hypothesis import strategies as st

from aib2packer.constructs.shape_check import schema_of, surely_has
from aib2packer.constructs.template import TEMPLATE
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.values import ObjectOf
from aib2packer.schema.keys import Shape, exact, whole
from aib2packer.source.json_text import read_json

SCHEMA = schema_of(TEMPLATE)


@cache
def _document(case: Case) -> Any:
    """The template; None for what is no file of JSON, or JSON as ARM takes it, but not as the standard has it."""
    try:
        return json.loads((case.folder / case.template).read_text())
    except (OSError, ValueError):
        return None


DOCUMENTS = [each for each in map(_document, all_cases()) if isinstance(each, dict) and "properties" in each]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | st.dictionaries(st.text(max_size=6), SCALARS, max_size=2)


def is_of(document: object, shape: Shape) -> bool:
    """What the quick check says of JSON."""
    value = read_json(SourceText("t.json", json.dumps(document)), Findings())
    assert isinstance(value, ObjectOf)
    return surely_has(value, shape)


def fits_by_jsonschema(document: object) -> bool:
    """What jsonschema says, with nothing of ours between."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(SCHEMA).is_valid(document)


@for_all([case for case in all_cases() if case.exit == 0 and _document(case) is not None], lambda case: case.name)
def test_both_agree_on_samples(case: Case) -> None:
    assert is_of(_document(case), TEMPLATE) == fits_by_jsonschema(_document(case))


@given(data=st.data())
def test_both_agree_on_changed_samples(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        _change(document, data)
    if is_of(document, TEMPLATE):
        assert fits_by_jsonschema(document)


def test_a_whole_float_is_left_to_jsonschema() -> None:
    shape = Shape(name="disk", keys=(exact("sizeGB", whole(), "x"),))
    assert is_of({"sizeGB": 5}, shape)
    assert not is_of({"sizeGB": 5.0}, shape)


def _change(document: Any, data: st.DataObject) -> None:
    """Replaces, removes or adds something, somewhere."""
    place = document
    for _ in range(data.draw(st.integers(0, 5))):
        inner = [
            each for each in (place.values() if isinstance(place, dict) else place) if isinstance(each, dict | list) and each
        ]
        if not inner:
            break
        place = data.draw(st.sampled_from(inner))
    keys = list(place) if isinstance(place, dict) else list(range(len(place)))
    key = data.draw(st.sampled_from(keys))
    if data.draw(st.booleans()):
        place[key] = data.draw(VALUES)
    elif isinstance(place, dict):
        place[data.draw(st.text(max_size=8))] = place.pop(key)
    else:
        place.pop(key)
