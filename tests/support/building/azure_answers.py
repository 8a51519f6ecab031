"""What the az of tests of preflight answers where there is everything."""

from __future__ import annotations

from typing import Any

SIZE = "Standard_D2s_v5"
FAMILY = "standardDSv5Family"
DEFINITION = {"osType": "Linux", "osState": "Generalized", "hyperVGeneration": "V2", "architecture": "x64", "features": None}
THERE: dict[str, Any] = {
    "account show": {"user": {"type": "user", "name": "someone@example.com"}},
    "ad signed-in-user show": "11111111-0000-0000-0000-000000000000",
    "group show": {"name": "rg"},
    "identity show": {"name": "id"},
    "image show": {"name": "image"},
    "keyvault show": True,
    "network vnet subnet show": {"name": "subnet"},
    "role assignment list": ["Owner", "Network Contributor", "Managed Identity Operator", "Storage Blob Data Owner"],
    "sig show": {"name": "gallery"},
    "sig image-definition show": DEFINITION,
    "sig image-version show": {"name": "1.0.0"},
    "storage account show": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a",
    "storage container exists": True,
    "vm image show": {"name": "22.04.202401010"},
    "vm image terms show": True,
    "vm list-skus": [
        {"name": size, "family": FAMILY, "capabilities": [{"name": "vCPUs", "value": "2"}], "restrictions": []}
        for size in (SIZE, "Standard_D4s_v5")
    ],
    "vm list-usage": [{"name": {"value": FAMILY}, "currentValue": "4", "limit": "10"}],
}
