"""JSON that Terraform prints or takes, told from other templates."""

from __future__ import annotations

from aib2packer.ir.values import ListOf, ObjectOf, Value

_OF_BODIES = frozenset({"properties", "tags", "identity"})


def is_shown(root: Value) -> bool:
    """Whether a JSON file is what Terraform says of its state or plan."""
    if not isinstance(root, ObjectOf) or root.get("terraform_version") is None:
        return False
    return any(root.get(name) is not None for name in ("values", "planned_values", "resources"))


def is_body(root: Value) -> bool:
    """Whether a file is the body of an azapi resource: its properties make an image, and type, name and location are not in it."""
    if not isinstance(root, ObjectOf) or not {each.name for each in root.entries} <= _OF_BODIES:
        return False
    inner = root.get("properties")
    return (
        isinstance(inner, ObjectOf) and isinstance(inner.get("source"), ObjectOf) and isinstance(inner.get("distribute"), ListOf)
    )
