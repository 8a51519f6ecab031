"""Azure's clouds: what each is called, and where its services are. Which one a template is for follows from its region.

Source: `az cloud show` of each cloud; the names that the azure plugin takes for `cloud_environment_name`.
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

import re

from msgspec import Struct


class Cloud(Struct, frozen=True, kw_only=True):
    """A cloud: its name for az and ARM, for Packer and for people, and what ARM's `environment()` tells of it."""

    name: str
    option: str
    packer_name: str
    portal: str
    resource_manager: str
    graph: str
    login: str
    storage: str
    key_vault: str
    registry: str
    sql_server: str


PUBLIC = Cloud(
    name="AzureCloud",
    option="public",
    packer_name="Public",
    portal="https://portal.azure.com",
    resource_manager="https://management.azure.com/",
    graph="https://graph.windows.net/",
    login="https://login.microsoftonline.com/",
    storage="core.windows.net",
    key_vault=".vault.azure.net",
    registry=".azurecr.io",
    sql_server=".database.windows.net",
)
US_GOVERNMENT = Cloud(
    name="AzureUSGovernment",
    option="us-government",
    packer_name="USGovernment",
    portal="https://portal.azure.us",
    resource_manager="https://management.usgovcloudapi.net/",
    graph="https://graph.windows.net/",
    login="https://login.microsoftonline.us/",
    storage="core.usgovcloudapi.net",
    key_vault=".vault.usgovcloudapi.net",
    registry=".azurecr.us",
    sql_server=".database.usgovcloudapi.net",
)
CHINA = Cloud(
    name="AzureChinaCloud",
    option="china",
    packer_name="China",
    portal="https://portal.azure.cn",
    resource_manager="https://management.chinacloudapi.cn/",
    graph="https://graph.chinacloudapi.cn/",
    login="https://login.chinacloudapi.cn/",
    storage="core.chinacloudapi.cn",
    key_vault=".vault.azure.cn",
    registry=".azurecr.cn",
    sql_server=".database.chinacloudapi.cn",
)
CLOUDS = (PUBLIC, CHINA, US_GOVERNMENT)
_OF_REGIONS = {"usgov": US_GOVERNMENT, "usdod": US_GOVERNMENT, "china": CHINA}


def cloud_of(region: str) -> Cloud:
    """The cloud that a region is in, by its name or its display name; the public one unless the name tells another.

    >>> cloud_of("USGov Virginia").name, cloud_of("chinanorth3").name, cloud_of("westeurope").name
    ('AzureUSGovernment', 'AzureChinaCloud', 'AzureCloud')
    """
    name = region.replace(" ", "").lower()
    return next((cloud for start, cloud in _OF_REGIONS.items() if name.startswith(start)), PUBLIC)


_REGION = r"((usgov|usdod)(virginia|texas|arizona|iowa|central|east)|china(north|east)\d?)\Z"


def cloud_named_in(text: str) -> Cloud | None:
    """The cloud that a text names, by an address of its storage or by a region outside of the public cloud; None for other texts.

    >>> cloud_named_in("https://a.blob.core.windows.net/b/c.sh").name, cloud_named_in("China East 2").name
    ('AzureCloud', 'AzureChinaCloud')
    >>> cloud_named_in("westeurope") is None
    True
    """
    return cloud_of(text) if re.match(_REGION, text.replace(" ", "").lower()) else cloud_at(text)


def cloud_at(address: str) -> Cloud | None:
    """The cloud whose storage an address names.

    >>> cloud_at("https://a.blob.core.usgovcloudapi.net/b/c.sh").name
    'AzureUSGovernment'
    """
    return next((cloud for cloud in CLOUDS if f".{cloud.storage}" in address.lower()), None)
