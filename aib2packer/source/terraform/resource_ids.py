"""The ids of Azure resources by the arguments that Terraform's resources and data sources of them have.

Source: https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from aib2packer.ir.values import Literal, Value
from aib2packer.source.terraform.arm_calls import concat

_NAMED: Mapping[str, tuple[str, ...]] = {
    "azurerm_user_assigned_identity": ("Microsoft.ManagedIdentity/userAssignedIdentities", "name"),
    "azurerm_shared_image_gallery": ("Microsoft.Compute/galleries", "name"),
    "azurerm_shared_image": ("Microsoft.Compute/galleries", "gallery_name", "images", "name"),
    "azurerm_shared_image_version": ("Microsoft.Compute/galleries", "gallery_name", "images", "image_name", "versions", "name"),
    "azurerm_image": ("Microsoft.Compute/images", "name"),
    "azurerm_virtual_network": ("Microsoft.Network/virtualNetworks", "name"),
    "azurerm_subnet": ("Microsoft.Network/virtualNetworks", "virtual_network_name", "subnets", "name"),
    "azurerm_network_security_group": ("Microsoft.Network/networkSecurityGroups", "name"),
    "azurerm_storage_account": ("Microsoft.Storage/storageAccounts", "name"),
    "azurerm_key_vault": ("Microsoft.KeyVault/vaults", "name"),
    "azurerm_disk_encryption_set": ("Microsoft.Compute/diskEncryptionSets", "name"),
    "azurerm_managed_disk": ("Microsoft.Compute/disks", "name"),
    "azurerm_log_analytics_workspace": ("Microsoft.OperationalInsights/workspaces", "name"),
}
"""The provider and type of each, the argument that names it, and so on for what is in it."""
_ENDPOINTS = {"blob": "blob", "file": "file", "dfs": "dfs", "web": "web"}

Argument = Callable[[str], Value | None]


def id_of(kind: str, argument: Argument, subscription: Value) -> Value | None:
    """The id of a resource; None where its arguments do not tell it."""
    start = [Literal("/subscriptions/"), subscription, Literal("/resourceGroups/")]
    if kind == "azurerm_resource_group":
        own = argument("name")
        return joined([*start, own]) if own is not None else None
    group = argument("resource_group_name")
    pattern = _NAMED.get(kind)
    if group is None or pattern is None:
        return None
    parts: list[Value] = [*start, group, Literal("/providers")]
    for word, name in zip(pattern[::2], pattern[1::2], strict=True):
        value = argument(name)
        if value is None:
            return None
        parts += [Literal(f"/{word}/"), value]
    return joined(parts)


def endpoint_of(kind: str, attribute: str, argument: Argument) -> Value | None:
    """An endpoint of a storage account in the public cloud: `primary_blob_endpoint`."""
    service = attribute.removeprefix("primary_").removesuffix("_endpoint")
    name = argument("name")
    if kind != "azurerm_storage_account" or service not in _ENDPOINTS or not attribute.endswith("_endpoint") or name is None:
        return None
    return joined([Literal("https://"), name, Literal(f".{_ENDPOINTS[service]}.core.windows.net/")])


def joined(parts: list[Value]) -> Value:
    """Texts one after the other, with known neighbours as one."""
    merged: list[Value] = []
    for part in parts:
        if isinstance(part, Literal) and merged and isinstance(merged[-1], Literal):
            merged[-1] = Literal(f"{merged[-1].value}{part.value}")
        else:
            merged.append(part)
    return merged[0] if len(merged) == 1 else concat(merged)
