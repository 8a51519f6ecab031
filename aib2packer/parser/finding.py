"""Finds the image templates in a file, whatever wraps them."""

from __future__ import annotations

from dataclasses import dataclass

from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Literal, ObjectOf, Value

PROVIDER = "microsoft.virtualmachineimages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An image template resource: its object, the API version it names (empty: none), and its name (empty: none)."""

    value: ObjectOf
    api_version: str
    name: str


def find_templates(root: Value, findings: Findings) -> tuple[Found, ...]:
    """The image templates of a file; none, with a finding, where there is none."""
    if isinstance(root, ObjectOf) and _is_template(root):
        return (_found(root),)
    message = "There is no image template in the file (no object with the properties of one): give the file that holds it."
    findings.add(codes.NOT_AN_IMAGE_TEMPLATE, message, place=root.place)
    return ()


def _is_template(value: ObjectOf) -> bool:
    kind = value.get("type")
    if isinstance(kind, Literal) and isinstance(kind.value, str):
        return kind.value.lower().split("/")[0] == PROVIDER
    properties = value.get("properties")
    return isinstance(properties, ObjectOf) and (properties.get("source") is not None or properties.get("distribute") is not None)


def _found(value: ObjectOf) -> Found:
    return Found(value=value, api_version=_text(value, "apiVersion"), name=_text(value, "name"))


def _text(value: ObjectOf, name: str) -> str:
    found = value.get(name)
    return found.value if isinstance(found, Literal) and isinstance(found.value, str) else ""
