"""What stages before the constructs know of the service's keys follows from the declarations: a new key needs no second entry."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aib2packer.constructs.key_names import key_names, names_in
from aib2packer.constructs.registry import constructs
from aib2packer.constructs.template import PROPERTIES
from aib2packer.diagnostics.model import Fidelity, Findings
from aib2packer.diagnostics.place import SourceText
from aib2packer.ir.key_names import KeyNames
from aib2packer.ir.signatures import signs_addresses_only
from aib2packer.ir.values import Entry, Literal, ObjectOf
from aib2packer.schema.keys import Group, Holds, Key, Shape, address, nested, script_text, script_texts
from aib2packer.source.discovery import Beside, Found, find_templates
from aib2packer.source.json_text import read_json

NONE = KeyNames(properties=frozenset(), scripts=frozenset(), addresses=frozenset())


def _shape(*keys: Key) -> Shape:
    return Shape(name="made up", keys=keys)


def _found(text: str, keys: KeyNames) -> Found:
    root = read_json(SourceText("t.json", text), Findings())
    assert root is not None
    (found,) = find_templates(root, Beside(keys=keys), Findings())
    return found


@pytest.mark.parametrize("holds", [script_text(), script_texts()])
def test_a_made_up_key_of_a_script_is_seen_with_its_old_names(holds: Holds) -> None:
    key = Key(name="myPlaybook", holds=holds, fidelity=Fidelity.EXACT, old_names=("playBook",))
    assert names_in([_shape(key)]).scripts == {"myplaybook", "playbook"}
    assert names_in([_shape(key)]).addresses == frozenset()


def test_a_made_up_key_in_an_object_below_is_seen() -> None:
    inner = _shape(Key(name="fileUri", holds=address(), fidelity=Fidelity.EXACT))
    assert names_in([_shape(Key(name="file", holds=nested(inner), fidelity=Fidelity.EXACT))]).addresses == {"fileuri"}


def test_every_key_of_properties_is_seen_in_what_az_prints() -> None:
    assert key_names().properties >= {key.name.lower() for key in PROPERTIES.keys}


def test_keys_of_properties_at_the_top_go_back_where_they_belong() -> None:
    found = _found('{"location": "westus", "source": {}, "madeUp": 1}', replace(NONE, properties=frozenset({"source", "madeup"})))
    properties = found.value.get("properties")
    assert isinstance(properties, ObjectOf)
    assert [entry.name for entry in properties.entries] == ["source", "madeUp"]


def test_a_placeholder_in_a_script_is_none() -> None:
    text = '{"type": "Microsoft.VirtualMachineImages", "properties": {"madeUp": "cat <file>", "other": "<file2>"}}'
    assert [each.name for each in _found(text, replace(NONE, scripts=frozenset({"madeup"}))).inputs] == ["file2"]
    assert [each.name for each in _found(text, NONE).inputs] == ["file", "file2"]


def test_a_signature_is_cut_off_at_the_end_of_addresses_only() -> None:
    token = Literal("?sig=abcdef")
    value = ObjectOf((Entry(Literal("madeUp"), Literal("https://x.example/a?sig=abcdef")),))
    assert signs_addresses_only(value, token, frozenset({"madeup"}))
    assert not signs_addresses_only(value, token, frozenset())


def test_every_key_of_an_address_is_declared_as_one() -> None:
    """A checksum belongs to a file that is downloaded."""
    shapes = [construct.shape for group in (Group.STEP, Group.VALIDATOR) for construct in constructs(group)]
    with_checksum = [shape for shape in shapes if shape.key("sha256Checksum") is not None]
    assert with_checksum
    assert all(any(key.holds.is_address for key in shape.keys) for shape in with_checksum)
