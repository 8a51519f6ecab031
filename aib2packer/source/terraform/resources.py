"""Terraform's resources as the ARM resources that they make: image templates, triggers, deployments, image definitions.

Sources:
https://registry.terraform.io/providers/Azure/azapi/latest/docs/resources/resource
https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/resource_group_template_deployment
https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/shared_image
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import Call, Entry, ListOf, Literal, ObjectOf, Value, is_known
from aib2packer.source.gallery_definitions import TYPE as DEFINITIONS
from aib2packer.source.provider import PROVIDER
from aib2packer.source.terraform.resource_ids import joined
from aib2packer.source.terraform.scope import entry, object_of, text_in

AZAPI = "azapi_resource"
DEFINITION = "azurerm_shared_image"
DEPLOYMENTS = {"azurerm_resource_group_template_deployment", "azurerm_template_deployment"}
BODIES = {
    AZAPI: ("body", "sensitive_body"),
    **dict.fromkeys(DEPLOYMENTS, ("template_content", "template_body", "parameters_content", "parameters_body")),
}
"""The arguments that hold JSON as a text, or as the value that is written as JSON."""
_SAID = frozenset({"type", "name", "location", "tags", "identity"})
OF_TERRAFORM = frozenset(
    {
        "body",
        "parent_id",
        "count",
        "for_each",
        "provider",
        "depends_on",
        "lifecycle",
        "timeouts",
        "timeout",
        "schema_validation_enabled",
        "removing_special_chars",
        "response_export_values",
        "sensitive_response_export_values",
        "ignore_body_changes",
        "ignore_casing",
        "ignore_missing_property",
        "ignore_null_property",
        "locks",
        "retry",
        "replace_triggers_external_values",
        "replace_triggers_refs",
        "create_headers",
        "create_query_parameters",
        "read_headers",
        "read_query_parameters",
        "update_headers",
        "update_query_parameters",
        "delete_headers",
        "delete_query_parameters",
        "output",
        "sensitive_output",
        "id",
        "list_unique_id_property",
        "sensitive_body_version",
        "dynamic",
        "provisioner",
        "connection",
    }
)
"""What is about Terraform and its state, and nothing of the image template."""
_FEATURES = (
    ("trusted_launch_supported", "SecurityType", "TrustedLaunchSupported"),
    ("trusted_launch_enabled", "SecurityType", "TrustedLaunch"),
    ("confidential_vm_supported", "SecurityType", "ConfidentialVmSupported"),
    ("confidential_vm_enabled", "SecurityType", "ConfidentialVM"),
    ("accelerated_network_support_enabled", "IsAcceleratedNetworkSupported", "True"),
    ("hibernation_enabled", "IsHibernateSupported", "True"),
    ("disk_controller_type_nvme_enabled", "DiskControllerTypes", "SCSI, NVMe"),
)


class Resource(Struct, frozen=True, kw_only=True):
    """A resource with its arguments evaluated; blocks in it are lists of objects. ``bodies`` are its JSON arguments, as values."""

    kind: str
    label: str
    values: ObjectOf
    bodies: Mapping[str, Value]
    place: Place | None
    condition: Value | None = None


def is_image_template(kind: Value | None) -> bool:
    """Whether the type of an azapi resource is that of image templates or of their triggers."""
    return (text_in(kind) or "").lower().startswith(f"{PROVIDER}/")


def wants_body(kind: str, values: Callable[[str], Value | None]) -> bool:
    """Whether the JSON arguments of a resource have to be read."""
    return kind in DEPLOYMENTS or (kind == AZAPI and is_image_template(values("type")))


def is_definition(kind: str, values: Callable[[str], Value | None]) -> bool:
    """Whether a resource is a definition of images."""
    named = (text_in(values("type")) or "").partition("@")[0].lower() if kind == AZAPI else ""
    return kind == DEFINITION or named == DEFINITIONS


def is_read(resource: Resource) -> bool:
    """Whether a resource is, or has, an image template or a definition of images."""
    return is_definition(resource.kind, resource.values.get) or wants_body(resource.kind, resource.values.get)


def as_arm(resource: Resource) -> ObjectOf:
    """The ARM resource that a resource which is read makes."""
    if resource.kind == DEFINITION:
        return _definition(resource)
    if is_definition(resource.kind, resource.values.get):
        return _azapi_definition(resource)
    return _deployment(resource) if resource.kind in DEPLOYMENTS else _image_template(resource)


def report_others(resources: Sequence[Resource], place: Place | None, findings: Findings) -> None:
    """Notes which resources the configuration makes beside its image templates, by Terraform's names."""
    others = sorted({_shown(each) for each in resources if not wants_body(each.kind, each.values.get)})
    if others and len(others) < len({_shown(each) for each in resources}):
        message = f"The configuration also creates other resources ({', '.join(others)}). Keep it for them."
        findings.add(codes.OTHER_RESOURCES, message, place=place)


def _shown(resource: Resource) -> str:
    kind = text_in(resource.values.get("type")) if resource.kind == AZAPI else None
    return f"{resource.kind} of {kind.partition('@')[0]}" if kind else resource.kind


def _image_template(resource: Resource) -> ObjectOf:
    values = resource.values
    kind = values.get("type")
    name, _, version = (text_in(kind) or "").partition("@")
    place = kind.place if kind is not None else None
    entries = [entry("type", Literal(name, place=place), place)]
    entries += [entry("apiVersion", Literal(version, place=place), place)] if version else []
    if resource.condition is not None:
        entries.append(entry("condition", resource.condition, resource.place))
    entries += [each for each in values.entries if each.name in ("name", "location", "tags") and each.value != Literal(None)]
    identity = _identity(values.get("identity"))
    entries += [entry("identity", identity, identity.place)] if identity is not None else []
    body = merged(resource.bodies.get("body"), resource.bodies.get("sensitive_body"))
    entries += body.entries if isinstance(body, ObjectOf) else ()
    entries += [
        each for each in values.entries if each.name not in _SAID | OF_TERRAFORM and each.value not in (Literal(None), ListOf(()))
    ]
    return ObjectOf(tuple(_template_entry(each) for each in entries), place=resource.place)


def merged(body: Value | None, patch: Value | None) -> Value | None:
    """A body with what is merged into it: objects key by key, anything else as a whole."""
    if not isinstance(body, ObjectOf) or not isinstance(patch, ObjectOf):
        return body if patch is None else patch
    changed = {each.key: Entry(each.key, each.value) for each in body.entries}
    for each in patch.entries:
        before = changed.get(each.key)
        value = merged(before.value if before is not None else None, each.value)
        assert value is not None
        changed[each.key] = Entry(each.key, value)
    return ObjectOf(tuple(changed.values()), place=body.place)


def _identity(value: Value | None) -> ObjectOf | None:
    block = value.items[0] if isinstance(value, ListOf) and value.items else value
    if not isinstance(block, ObjectOf) or block.get("type") is None:
        return None
    ids = block.get("identity_ids")
    empty = ObjectOf(())
    users: Value | None = None
    if isinstance(ids, ListOf) and ids.items:
        users = ObjectOf(tuple(Entry(each, empty) for each in ids.items), place=ids.place)
    elif ids is not None and not isinstance(ids, ListOf | Literal):
        item = Call("lambdaVariables", (Literal("id"),))
        users = Call("toObject", (ids, _lambda("id", item), _lambda("id", empty)), place=ids.place)
    return object_of(block.place, type=block.get("type"), userAssignedIdentities=users)


def _lambda(name: str, body: Value) -> Value:
    return Call("lambda", (Literal(name), body))


def _deployment(resource: Resource) -> ObjectOf:
    template = resource.bodies.get("template_content") or resource.bodies.get("template_body")
    passed = resource.bodies.get("parameters_content") or resource.bodies.get("parameters_body")
    simple = resource.values.get("parameters")
    if passed is None and isinstance(simple, ObjectOf):
        passed = ObjectOf(tuple(Entry(each.key, object_of(each.value.place, value=each.value)) for each in simple.entries))
    if isinstance(passed, ObjectOf) and isinstance(inner := passed.get("parameters"), ObjectOf) and inner.get("value") is None:
        passed = inner
    passed = passed if isinstance(passed, ObjectOf) else ObjectOf(())
    hoisted: dict[Value, str] = {}
    inside = _hoisted(template, hoisted) if template is not None else None
    more = (entry(name, object_of(None, value=value)) for value, name in hoisted.items())
    passed = ObjectOf((*(_template_entry(each) for each in passed.entries), *more), place=passed.place)
    properties = object_of(
        resource.place,
        mode="Incremental",
        expressionEvaluationOptions=object_of(None, scope="inner"),
        template=inside,
        parameters=passed,
    )
    name = resource.values.get("name") or Literal(resource.label)
    kind = Literal("Microsoft.Resources/deployments", place=resource.place)
    return object_of(
        resource.place,
        type=kind,
        apiVersion="2022-09-01",
        name=as_template(name),
        condition=resource.condition,
        properties=properties,
    )


def _hoisted(value: Value, hoisted: dict[Value, str]) -> Value:
    """A template whose live parts are parameters of its own, for the parameters of Terraform are not in its sight."""
    match value:
        case Literal():
            return value
        case ListOf(items):
            return ListOf(tuple(_hoisted(item, hoisted) for item in items), place=value.place)
        case ObjectOf(entries):
            pairs = (Entry(_hoisted(each.key, hoisted), _hoisted(each.value, hoisted)) for each in entries)
            return ObjectOf(tuple(pairs), place=value.place)
        case _:
            name = hoisted.setdefault(value, f"terraform_{len(hoisted) + 1}")
            return Call("parameters", (Literal(name),), place=value.place)


def _definition(resource: Resource) -> ObjectOf:
    values = resource.values
    identifier = values.get("identifier")
    block = identifier.items[0] if isinstance(identifier, ListOf) and identifier.items else None
    is_on = {key for key, _, _ in _FEATURES if values.get(key) == Literal(True)}
    features = tuple(object_of(None, name=name, value=text) for key, name, text in _FEATURES if key in is_on)
    gallery, name = values.get("gallery_name"), values.get("name")
    properties = object_of(
        resource.place,
        osType=values.get("os_type"),
        hyperVGeneration=values.get("hyper_v_generation") or Literal("V1"),
        architecture=values.get("architecture"),
        identifier=block,
        features=ListOf(features) if features else None,
    )
    whole = joined([gallery, Literal("/"), name]) if gallery is not None and name is not None else None
    made = object_of(resource.place, type=Literal("Microsoft.Compute/galleries/images"), name=whole, properties=properties)
    assert DEFINITIONS == "microsoft.compute/galleries/images"
    return ObjectOf(tuple(_template_entry(each) for each in made.entries), place=made.place)


def _azapi_definition(resource: Resource) -> ObjectOf:
    values, body = resource.values, resource.bodies.get("body")
    gallery, name = values.get("parent_id"), values.get("name")
    whole = joined([_last_of_id(gallery), Literal("/"), name]) if gallery is not None and name is not None else None
    properties = body.get("properties") if isinstance(body, ObjectOf) else None
    return object_of(resource.place, type=Literal("Microsoft.Compute/galleries/images"), name=whole, properties=properties)


def _last_of_id(value: Value) -> Value:
    """What an id ends with, after its last slash; the id itself where no slash is known."""
    ends: list[Value] = []
    for part in reversed(value.arguments if isinstance(value, Call) and value.function == "concat" else (value,)):
        _, slash, after = (text_in(part) or "").rpartition("/")
        if slash:
            return joined([*([Literal(after)] if after else []), *ends])
        ends.insert(0, part)
    return value


def as_template(value: Value) -> Value:
    """A value as it stands in a deployment template: texts that would be expressions are escaped, nulls are left out."""
    match value:
        case Literal(str() as text) if text.startswith("[") and text.endswith("]"):
            return replace(value, value=f"[{text}", spelled=None)
        case ListOf(items):
            return ListOf(tuple(as_template(item) for item in items), place=value.place)
        case ObjectOf(entries):
            kept = (each for each in entries if each.value != Literal(None))
            return ObjectOf(tuple(_template_entry(each) for each in kept), place=value.place)
        case Call("string", (inner,)) if is_known(inner):
            return value
        case _:
            return value


def _template_entry(each: Entry) -> Entry:
    return Entry(as_template(each.key), as_template(each.value))
