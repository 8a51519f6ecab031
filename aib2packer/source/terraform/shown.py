"""What `terraform show -json` prints of a state or a plan, and a state file itself, as the deployment template that means the same.

Values are resolved there; those of child modules count as well.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import ListOf, Literal, ObjectOf, Value
from aib2packer.source.surroundings import DECIDED
from aib2packer.source.terraform import json_text
from aib2packer.source.terraform.nodes import Text
from aib2packer.source.terraform.resources import BODIES, Resource, as_arm, is_definition, is_read, report_others, wants_body
from aib2packer.source.terraform.scope import ProblemError, object_of, text_in


def shown_template(root: Value, findings: Findings) -> Value:
    """The deployment template of the resources; one whose body Terraform does not know yet is a finding."""
    assert isinstance(root, ObjectOf)
    made = []
    for each in _resources(root):
        try:
            resource = _resource(each, findings)
        except ProblemError as problem:
            findings.add(problem.code, problem.message, place=problem.place)
        else:
            made += [resource] if resource is not None else []
    report_others(made, root.place, findings)
    resources = tuple(as_arm(each) for each in made if is_read(each))
    metadata = object_of(root.place, **{DECIDED: ListOf(())})
    return object_of(root.place, contentVersion="1.0.0.0", metadata=metadata, resources=ListOf(resources, place=root.place))


def _resources(root: ObjectOf) -> Iterator[ObjectOf]:
    """The managed resources, each with its values."""
    shown = root.get("values") or root.get("planned_values")
    if isinstance(shown, ObjectOf):
        yield from _in_module(shown.get("root_module"))
        return
    listed = root.get("resources")
    for each in listed.items if isinstance(listed, ListOf) else ():
        instances = each.get("instances") if isinstance(each, ObjectOf) else None
        for instance in instances.items if isinstance(each, ObjectOf) and isinstance(instances, ListOf) else ():
            values = instance.get("attributes") if isinstance(instance, ObjectOf) else None
            if isinstance(each, ObjectOf):
                yield ObjectOf((*each.entries, *object_of(instance.place, values=values).entries), place=instance.place)


def _in_module(module: Value | None) -> Iterator[ObjectOf]:
    pending = [module]
    while pending:
        current = pending.pop(0)
        listed = current.get("resources") if isinstance(current, ObjectOf) else None
        yield from (each for each in (listed.items if isinstance(listed, ListOf) else ()) if isinstance(each, ObjectOf))
        below = current.get("child_modules") if isinstance(current, ObjectOf) else None
        pending += below.items if isinstance(below, ListOf) else ()


def _resource(shown: ObjectOf, findings: Findings) -> Resource | None:
    kind, label, values = text_in(shown.get("type")), text_in(shown.get("name")), shown.get("values")
    if text_in(shown.get("mode")) == "data" or kind is None or not isinstance(values, ObjectOf):
        return None
    bodies = {}
    is_wanted = wants_body(kind, values.get)
    if is_wanted or is_definition(kind, values.get):
        found = {name: values.get(name) for name in BODIES.get(kind, ())}
        bodies = {name: _body(each, findings) for name, each in found.items() if each not in (None, Literal(None), Literal(""))}
    if is_wanted:
        _check(kind, text_in(shown.get("address")) or kind, bodies, shown)
    return Resource(kind=kind, label=label or kind, values=values, bodies=bodies, place=shown.place)


def _check(kind: str, address: str, bodies: object, shown: ObjectOf) -> None:
    values = shown.get("values")
    is_trigger = isinstance(values, ObjectOf) and "/triggers" in (text_in(values.get("type")) or "").lower()
    if not bodies and not is_trigger:
        message = (
            f"The body of {address} is known after apply only. Convert the .tf folder, or the output of `terraform show -json` "
            "after `terraform apply`."
        )
        raise ProblemError(codes.NOT_KNOWN, message, shown.place)


def _body(value: Value | None, findings: Findings) -> Value:
    """A body as an object; older providers have it as a text of JSON."""
    if isinstance(value, Literal) and isinstance(value.value, str) and value.place is not None:
        return json_text.parsed([Text(value.value, place=value.place)], value.place, findings)
    assert value is not None
    return value
