"""Image templates in the state of a Pulumi stack, as `pulumi stack export` prints it.

Sources:
https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_export/
https://www.pulumi.com/registry/packages/azure-native/api-docs/virtualmachineimages/virtualmachineimagetemplate/
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.values import Entry, Kind, ListOf, Literal, ObjectOf, Role, Value, Variable, rebuilt
from aib2packer.source.provider import IMAGE_TEMPLATE

_TYPE = r"azure-native[\w-]*:virtualmachineimages(?:/\w+)?:VirtualMachineImageTemplate"
_VERSION = r"v(\d{4})(\d\d)(\d\d)(preview)?(?=[:/]|$)"
_OF_PULUMI = frozenset({"resourcegroupname", "imagetemplatename"})
_SIGNATURE = ("4dabf18193072939515e22adb298388d", Literal("1b47061264138c4ac30d75fd1eb44270"))
"""The key by which Pulumi tells a secret from other objects, and its value."""


def templates_of_state(value: ObjectOf, findings: Findings) -> ListOf | None:
    """The image templates in a state, as resources; None where it is none."""
    deployment = value.get("deployment")
    resources = deployment.get("resources") if isinstance(deployment, ObjectOf) else None
    if not isinstance(resources, ListOf):
        return None
    items = [each for each in resources.items if isinstance(each, ObjectOf) and each.get("delete") != Literal(True)]
    found = [_template(each, kind, findings) for each in items if re.fullmatch(_TYPE, kind := _text(each.get("type")))]
    return ListOf(tuple(found), place=resources.place)


def _template(resource: ObjectOf, kind: str, findings: Findings) -> ObjectOf:
    inputs, outputs = (each if isinstance(each := resource.get(name), ObjectOf) else None for name in ("inputs", "outputs"))
    said = inputs or outputs or ObjectOf(())
    secrets = _Secrets(findings)
    entries = [
        Entry(entry.key, _identity(value) if entry.name == "identity" else value)
        for entry in said.entries
        if (entry.name or "").lower() not in _OF_PULUMI and not (entry.name or "").startswith("__")
        for value in (secrets.replaced(entry.value, entry.name or ""),)
    ]
    first = [("type", Literal(IMAGE_TEMPLATE, place=resource.place))]
    version, name = _version(kind, outputs), said.get("imageTemplateName") or _last(resource.get("urn"))
    first += [("apiVersion", Literal(version, place=resource.place))] if version else []
    named = [Entry(Literal(key, place=resource.place), each) for key, each in first]
    named += [Entry(Literal("name"), name)] if isinstance(name, Literal) else []
    taken = {str(entry.name) for entry in named}
    return ObjectOf((*named, *(entry for entry in entries if entry.name not in taken)), place=said.place or resource.place)


def _version(kind: str, outputs: ObjectOf | None) -> str:
    match = re.search(_VERSION, kind)
    if match is None:
        return _text(outputs.get("azureApiVersion")) if outputs is not None else ""
    year, month, day, preview = match.groups()
    return f"{year}-{month}-{day}{'-preview' if preview else ''}"


def _last(urn: Value | None) -> Literal | None:
    return Literal(_text(urn).rpartition("::")[2], place=urn.place) if urn is not None and _text(urn) else None


def _identity(value: Value) -> Value:
    """An identity whose list of ids is the object that Azure takes."""
    if not isinstance(value, ObjectOf):
        return value
    entries = tuple(
        Entry(entry.key, _as_keys(entry.value)) if entry.name == "userAssignedIdentities" else entry for entry in value.entries
    )
    return ObjectOf(entries, place=value.place)


def _as_keys(value: Value) -> Value:
    if not isinstance(value, ListOf):
        return value
    return ObjectOf(tuple(Entry(each, ObjectOf((), place=each.place)) for each in value.items), place=value.place)


class _Secrets(Struct):
    """Makes sensitive inputs of a stack's secrets, each named after the key that holds it."""

    findings: Findings
    names: set[str] = field(default_factory=set)

    def replaced(self, value: Value, key: str) -> Value:
        """The value without secrets, and without what Pulumi keeps for itself."""
        if not isinstance(value, ObjectOf):
            return rebuilt(value, lambda part: self.replaced(part, key))
        if value.get(_SIGNATURE[0]) == _SIGNATURE[1]:
            return self._variable(value, key)
        kept = [entry for entry in value.entries if not (entry.name or "").startswith("__")]
        entries = tuple(Entry(entry.key, self.replaced(entry.value, entry.name or key)) for entry in kept)
        return ObjectOf(entries, place=value.place)

    def _variable(self, value: ObjectOf, key: str) -> Variable:
        numbers = (f"{key}_secret{number if number > 1 else ''}" for number in range(1, len(self.names) + 2))
        name = next(each for each in numbers if each not in self.names)
        self.names.add(name)
        self.findings.hide(value.place)
        message = "A secret of the Pulumi stack is not written into the project. The build asks for its value."
        self.findings.add(codes.SECRET_LEFT_OUT, message, place=value.place)
        return Variable(name, Role.PARAMETER, Kind.TEXT, secret=True, place=value.place)


def _text(value: Value | None) -> str:
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else ""
