"""What needs the template or Azure: scopes, names, ids, run-time state (arm-expressions 2.6), and lambdas (2.7)."""

from __future__ import annotations

from aib2packer.arm.functions.table import Function, table

TEMPLATE = table(
    Function("parameters", 1, 1),
    Function("variables", 1, 1),
    Function("copyIndex", 0, 2),
    Function("fail", 1, 1),
)

CONTEXT = table(
    Function("subscription", 0, 0),
    Function("resourceGroup", 0, 0),
    Function("deployment", 0, 0),
    Function("environment", 0, 0),
    Function("tenant", 0, 0),
    Function("managementGroup", 0, 0),
    Function("deployer", 0, 0),
)

RESOURCE_IDS = table(
    Function("resourceId", 2, None),
    Function("subscriptionResourceId", 2, None),
    Function("extensionResourceId", 3, None),
    Function("tenantResourceId", 2, None),
    Function("managementGroupResourceId", 2, None),
)

RUN_TIME = table(
    Function("reference", 1, 3),
    Function("references", 1, 2),
    Function("pickZones", 3, 5),
    Function("providers", 1, 2),
    Function("toLogicalZone", 3, 3),
    Function("toLogicalZones", 3, 3),
    Function("toPhysicalZone", 3, 3),
    Function("toPhysicalZones", 3, 3),
    Function("roleDefinitions", 1, 1),
    Function("externalInput", 1, 2),
    Function("listKeys", 1, 3),
    Function("listAccountSas", 1, 3),
    Function("listServiceSas", 1, 3),
    Function("listSecrets", 1, 3),
    Function("listCredential", 1, 3),
    Function("listCredentials", 1, 3),
    Function("list", 1, 3),
)

LAMBDAS = table(
    Function("lambda", 1, None),
    Function("lambdaVariables", 1, 1),
    Function("map", 2, 2),
    Function("filter", 2, 2),
    Function("reduce", 3, 3),
    Function("sort", 2, 2),
    Function("toObject", 2, 3),
    Function("groupBy", 2, 3),
    Function("mapValues", 2, 2),
)
