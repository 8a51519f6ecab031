"""What two values mean to Packer and Azure: different letters for one thing are the same.

Sources: builder/azure/arm/config.go in https://github.com/hashicorp/packer-plugin-azure (2.6),
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm,
https://developer.hashicorp.com/packer/docs/provisioners and https://pkg.go.dev/time#ParseDuration
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from posixpath import normpath

from aib2packer.comparison.evaluating import Live, Read
from aib2packer.constructs.registry import packer_defaults
from aib2packer.source.terraform import plain

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)")
_SECONDS = {
    "h": Decimal(3600),
    "m": Decimal(60),
    "s": Decimal(1),
    "ms": Decimal("1e-3"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "ns": Decimal("1e-9"),
}
_DURATIONS = re.compile(r"(^|_)(timeout|pause_before|pause_after|pause_before_connecting|duration)(_|$)")
_REGIONS = frozenset({"location", "target_region", "replication_regions"})
_FOLDED = frozenset(
    {
        "cloud_environment_name",
        "os_type",
        "image_publisher",
        "image_offer",
        "image_sku",
        "vm_size",
        "storage_account_type",
        "managed_image_storage_account_type",
        "managed_image_name",
        "managed_image_resource_group_name",
        "build_resource_group_name",
        "temp_resource_group_name",
        "resource_group",
        "resource_group_name",
        "gallery_name",
        "image_name",
        "virtual_network_name",
        "virtual_network_subnet_name",
        "virtual_network_resource_group_name",
        "user_assigned_managed_identities",
        "plan_name",
        "security_type",
    }
)
"""Azure looks these up in any case."""
_PATHS = frozenset({"script", "scripts", "source", "sources", "output", "custom_data_file", "user_data_file"})
_DEFAULTS: Mapping[tuple[str, str], Read] = {
    ("azure-arm", "build_key_vault_sku"): "standard",
    ("azure-arm", "cloud_environment_name"): "Public",
    ("azure-arm", "communicator"): "ssh",
    ("azure-arm", "disk_caching_type"): "ReadWrite",
    ("azure-arm", "managed_image_storage_account_type"): "Standard_LRS",
    ("azure-arm", "polling_duration_timeout"): "15m",
    ("azure-arm", "public_ip_sku"): "Standard",
    ("azure-arm", "sas_token_duration"): "24h",
    ("azure-arm", "shared_image_gallery_timeout"): "60m",
    ("azure-arm", "shared_image_gallery_destination.storage_account_type"): "Standard_LRS",
    ("azure-arm", "ssh_port"): 22,
    ("azure-arm", "ssh_timeout"): "20m",
    ("azure-arm", "ssh_username"): "packer",
    ("azure-arm", "vm_size"): "Standard_A1",
    ("azure-arm", "winrm_timeout"): "30m",
    ("azure-arm", "winrm_username"): "packer",
    ("manifest", "output"): "packer-manifest.json",
    ("powershell", "execution_policy"): "bypass",
    ("powershell", "start_retry_timeout"): "5m",
    ("shell", "remote_folder"): "/tmp",
    ("shell", "start_retry_timeout"): "5m",
    ("file", "direction"): "upload",
    ("windows-restart", "restart_command"): 'shutdown /r /f /t 0 /c "packer restart"',
    ("windows-update", "filters"): ["include:$true"],
    ("windows-update", "restart_timeout"): "4h",
    ("windows-update", "search_criteria"): "BrowseOnly=0 and IsInstalled=0",
    ("windows-update", "update_limit"): 1000,
}
"""What holds where a setting is left out and its zero value does not."""


def meaning(setting: str, value: Read) -> Read:
    """The value of a setting in one spelling: texts for scalars, as Packer converts them; its own name is the last of ``setting``."""
    name = setting.rpartition(".")[2]
    if isinstance(value, list):
        return [meaning(setting, each) for each in value]
    if isinstance(value, dict):
        return {key: meaning(key, each) for key, each in value.items()}
    if isinstance(value, Live) or value is None:
        return value
    return _of_text(name, plain.text_of(value))


def is_default(kind: str, setting: str, value: Read) -> bool:
    """Whether a setting of a block says what holds without it: Packer's default, else the zero value.

    >>> is_default("azure-arm", "polling_duration_timeout", "60m"), is_default("azure-arm", "polling_duration_timeout", "900s")
    (False, True)
    """
    found = _defaults().get((kind, setting))
    if found is not None:
        return meaning(setting, value) == meaning(setting, found)
    if isinstance(value, Live):
        return False
    return value in (None, False, 0, "", [], {}, "false", "0") or (isinstance(value, str) and seconds(value) == 0)


def seconds(text: str) -> Decimal | None:
    """A duration as Go writes it, in seconds.

    >>> seconds("1h30m"), seconds("90m"), seconds("soon")
    (Decimal('5400'), Decimal('5400'), None)
    """
    if not _DURATION.fullmatch(text):
        return None
    return sum((Decimal(number) * _SECONDS[unit] for number, unit in _PART.findall(text)), Decimal(0)).normalize() + 0


def region(name: str) -> str:
    """A region as Azure calls it.

    >>> region("West Europe")
    'westeurope'
    """
    return name.replace(" ", "").lower()


def _of_text(name: str, text: str) -> str:
    if name in _REGIONS:
        return region(text)
    if name in _FOLDED or text.lower().startswith("/subscriptions/"):
        return text.lower()
    if name in _PATHS and "://" not in text:
        return normpath(text) if text else text
    if _DURATIONS.search(name) and (length := seconds(text)) is not None:
        return f"{length}s"
    return text


@cache
def _defaults() -> Mapping[tuple[str, str], Read]:
    return {**_DEFAULTS, **packer_defaults()}
