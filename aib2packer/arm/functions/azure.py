"""What needs the template or Azure: scopes, names, ids, run-time state.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment
"""

from __future__ import annotations

from aib2packer.arm.functions.table import Function, table
from aib2packer.ir.values import Kind

TEMPLATE = table(
    Function("parameters", 1, 1),
    Function("variables", 1, 1),
    Function("copyIndex", 0, 2, gives=Kind.NUMBER),
    Function("fail", 1, 1),
)

CONTEXT = table(
    Function("subscription", 0, 0, gives=Kind.OBJECT, asked=True),
    Function("resourceGroup", 0, 0, gives=Kind.OBJECT, asked=True),
    Function("deployment", 0, 0, gives=Kind.OBJECT, asked=True),
    Function("environment", 0, 0, gives=Kind.OBJECT, asked=True),
    Function("tenant", 0, 0, gives=Kind.OBJECT, asked=True),
    Function("managementGroup", 0, 0, gives=Kind.OBJECT, asked=True),
    Function("deployer", 0, 0, gives=Kind.OBJECT, asked=True),
)

RESOURCE_IDS = table(
    Function("resourceId", 2, None, gives=Kind.TEXT),
    Function("subscriptionResourceId", 2, None, gives=Kind.TEXT),
    Function("extensionResourceId", 3, None, gives=Kind.TEXT),
    Function("tenantResourceId", 2, None, gives=Kind.TEXT),
    Function("managementGroupResourceId", 2, None, gives=Kind.TEXT),
)

RUN_TIME = table(
    Function("reference", 1, 3, gives=Kind.OBJECT, asked=True),
    Function("references", 1, 2, asked=True),
    Function("pickZones", 3, 5, gives=Kind.LIST, asked=True),
    Function("providers", 1, 2, asked=True),
    Function("toLogicalZone", 3, 3, gives=Kind.TEXT, asked=True),
    Function("toLogicalZones", 3, 3, gives=Kind.LIST, asked=True),
    Function("toPhysicalZone", 3, 3, gives=Kind.TEXT, asked=True),
    Function("toPhysicalZones", 3, 3, gives=Kind.LIST, asked=True),
    Function("roleDefinitions", 1, 1, asked=True),
    Function("externalInput", 1, 2),
    Function("listKeys", 1, 3, asked=True),
    Function("listAccountSas", 1, 3, asked=True),
    Function("listServiceSas", 1, 3, asked=True),
    Function("listSecrets", 1, 3, asked=True),
    Function("listCredential", 1, 3, asked=True),
    Function("listCredentials", 1, 3, asked=True),
    Function("list", 1, 3),
)
