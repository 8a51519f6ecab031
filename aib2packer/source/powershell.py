"""Image templates as PowerShell prints them by ConvertTo-Json: Get-AzResource and Get-AzImageBuilderTemplate.

Sources:
https://learn.microsoft.com/powershell/module/az.resources/get-azresource
https://learn.microsoft.com/powershell/module/az.imagebuilder/get-azimagebuildertemplate
https://learn.microsoft.com/dotnet/api/microsoft.azure.powershell.cmdlets.imagebuilder.models.iimagetemplate
https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/convertto-json
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aib2packer.ir.values import Entry, ListOf, Literal, ObjectOf, Value
from aib2packer.source.provider import PROVIDER

_ENVELOPE = {
    name.lower(): name
    for name in (
        "id",
        "name",
        "type",
        "location",
        "tags",
        "identity",
        "properties",
        "kind",
        "managedBy",
        "plan",
        "sku",
        "zones",
        "etag",
    )
} | {"tag": "tags", "extendedlocation": "extendedLocation"}
_PATHS = {
    "buildtimeoutinminute": "properties.buildTimeoutInMinutes",
    "source": "properties.source",
    "customize": "properties.customize",
    "distribute": "properties.distribute",
    "stagingresourcegroup": "properties.stagingResourceGroup",
    "managedresourcetag": "properties.managedResourceTags",
    "vmprofilevmsize": "properties.vmProfile.vmSize",
    "vmprofileosdisksizegb": "properties.vmProfile.osDiskSizeGB",
    "vmprofileuserassignedidentity": "properties.vmProfile.userAssignedIdentities",
    "vnetconfigsubnetid": "properties.vmProfile.vnetConfig.subnetId",
    "vnetconfigproxyvmsize": "properties.vmProfile.vnetConfig.proxyVmSize",
    "vnetconfigcontainerinstancesubnetid": "properties.vmProfile.vnetConfig.containerInstanceSubnetId",
    "validateinvmvalidation": "properties.validate.inVMValidations",
    "validatecontinuedistributeonfailure": "properties.validate.continueDistributeOnFailure",
    "validatesourcevalidationonly": "properties.validate.sourceValidationOnly",
    "vmbootstate": "properties.optimize.vmBoot.state",
    "optimizevmbootstate": "properties.optimize.vmBoot.state",
    "autorunstate": "properties.autoRun.state",
    "errorhandlingoncustomizererror": "properties.errorHandling.onCustomizerError",
    "errorhandlingonvalidationerror": "properties.errorHandling.onValidationError",
    "identitytype": "identity.type",
    "identityuserassignedidentity": "identity.userAssignedIdentities",
}
"""Where the flat properties of Get-AzImageBuilderTemplate belong, by their names in lower case."""
_PARTS = {
    "artifacttag": "artifactTags",
    "replicationregion": "replicationRegions",
    "targetregion": "targetRegions",
    "filter": "filters",
    "validexitcode": "validExitCodes",
    "searchcriterion": "searchCriteria",
    "planinfoplanname": "planInfo.planName",
    "planinfoplanproduct": "planInfo.planProduct",
    "planinfoplanpublisher": "planInfo.planPublisher",
    "versioningscheme": "versioning.scheme",
    "versioningmajor": "versioning.major",
}
_OF_SERVICE = ("provisioning", "lastrunstatus", "systemdata", "exactstaging", "identityprincipal", "identitytenant")
_MAPS = frozenset({"artifacttag", "artifacttags", "tag", "tags", "managedresourcetag"})
_TYPE_NAME = r"(?s)@\{.*\}|(?:System|Microsoft)\.[\w.+]+(?:\[\])?"
_DEEP = frozenset({"properties", "source", "customize", "distribute", "identity", "validateinvmvalidation", "vmprofile"})


def is_object_of_powershell(value: ObjectOf) -> bool:
    """Whether all keys begin with capitals, and it says that it is an image template which Azure has."""
    kinds = (_exact(value, name) for name in ("Type", "ResourceType"))
    is_template = any(isinstance(kind, Literal) and str(kind.value).lower() == f"{PROVIDER}/imagetemplates" for kind in kinds)
    has_id = any(isinstance(_exact(value, name), Literal) for name in ("Id", "ResourceId"))
    return is_template and has_id and all((entry.name or "a")[:1].isupper() for entry in value.entries)


def cut_off_in(value: ObjectOf) -> Value | None:
    """The first value in whose place ConvertTo-Json wrote a type name, because it lies too deep."""
    deep = (entry.value for entry in value.entries if (entry.name or "").lower() in _DEEP)
    return next((each for each in _near(deep) if isinstance(each, Literal) and _is_type_name(each.value)), None)


def without_powershell(value: ObjectOf) -> ObjectOf:
    """The image template as Azure has it: with its own keys, and its properties where they belong."""
    entries: list[tuple[Entry, str]] = []
    has_id, has_type = (_exact(value, name) is not None for name in ("Id", "Type"))
    for entry in value.entries:
        name = str(entry.name).lower()
        if name.startswith(_OF_SERVICE):
            continue
        if name in _PATHS and entry.value != Literal(None):
            entries.append((Entry(entry.key, _part(entry.value, name)), _PATHS[name]))
        elif name in _ENVELOPE or name == "propertiestext":
            entries.append((Entry(entry.key, _enveloped(name, entry.value)), _ENVELOPE.get(name, "propertiesText")))
        elif (name, has_id) == ("resourceid", False) or (name, has_type) == ("resourcetype", False):
            entries.append((entry, name.removeprefix("resource")))
        elif name not in _PATHS:
            entries.append((entry, str(entry.name)))
    return _nested(entries, value)


def _exact(value: ObjectOf, name: str) -> Value | None:
    return next((entry.value for entry in value.entries if entry.name == name), None)


def _near(values: Iterable[Value]) -> Iterator[Value]:
    """The values, their members and items, down to where ConvertTo-Json cuts off by itself."""
    for value in values:
        yield value
        yield from value.items if isinstance(value, ListOf) else ()
        for entry in value.entries if isinstance(value, ObjectOf) else ():
            if (entry.name or "").lower() in _DEEP:
                yield from _near((entry.value,))


def _is_type_name(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(_TYPE_NAME, text) is not None


def _enveloped(name: str, value: Value) -> Value:
    if name == "properties":
        return value
    return _opened(value) if name in _MAPS else _identity(value) if name == "identity" else value


def _identity(value: Value) -> Value:
    if not isinstance(value, ObjectOf):
        return value
    return ObjectOf(tuple(Entry(_key(entry, _small(str(entry.name))), entry.value) for entry in value.entries), place=value.place)


def _opened(value: Value) -> Value:
    """A dictionary of Az.ImageBuilder, whose pairs stand in a member of their own."""
    inner = _exact(value, "AdditionalProperties") if isinstance(value, ObjectOf) else None
    return inner if isinstance(inner, ObjectOf) else value


def _part(value: Value, name: str) -> Value:
    """A part of an image template with Azure's names for its keys."""
    if name in _MAPS or name == "identityuserassignedidentity":
        return _opened(value)
    if isinstance(value, ListOf):
        return ListOf(tuple(_part(each, "") for each in value.items), place=value.place)
    if not isinstance(value, ObjectOf):
        return value
    entries = []
    for entry in value.entries:
        written = str(entry.name)
        inner = Entry(entry.key, _part(entry.value, written.lower()))
        if entry.value != Literal(None):
            entries.append((inner, _PARTS.get(written.lower(), _small(written))))
    return _nested(entries, value)


def _nested(entries: Iterable[tuple[Entry, str]], of: ObjectOf) -> ObjectOf:
    """An object of entries, each at its path in it."""
    flat: list[Entry] = []
    below: dict[str, list[tuple[Entry, str]]] = {}
    for entry, path in entries:
        first, _, rest = path.partition(".")
        if rest:
            below.setdefault(first, []).append((entry, rest))
        else:
            flat.append(Entry(_key(entry, first), entry.value))
    names = {entry.name for entry in flat if entry.value != Literal(None)}
    inner = (
        Entry(Literal(name, place=inside[0][0].key.place), _nested(inside, of))
        for name, inside in below.items()
        if name not in names
    )
    return ObjectOf((*(entry for entry in flat if entry.name not in below or entry.name in names), *inner), place=of.place)


def _key(entry: Entry, name: str) -> Literal:
    return Literal(name, place=entry.key.place)


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]
