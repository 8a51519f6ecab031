"""The context of a deployment: subscription, resource group, deployment; each a described input.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment
"""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.ir.clouds import Cloud
from aib2packer.ir.values import Entry, Input, Joined, Kind, ListOf, Literal, ObjectOf, Role, Value

SUBSCRIPTION = Input(
    name="subscription_id",
    role=Role.AZURE,
    kind=Kind.TEXT,
    description="Subscription to build in.",
)
TENANT = Input(name="tenant_id", role=Role.AZURE, kind=Kind.TEXT, description="Tenant of the subscription.")
RESOURCE_GROUP = Input(
    name="resource_group_name",
    role=Role.AZURE,
    kind=Kind.TEXT,
    description="Resource group that the template was deployed to; in the template: resourceGroup().",
)
LOCATION = Input(
    name="location",
    role=Role.AZURE,
    kind=Kind.TEXT,
    description="Region to build in; in the template: that of the resource group or deployment.",
)
DEPLOYMENT = Input(
    name="deployment_name",
    role=Role.AZURE,
    kind=Kind.TEXT,
    description="Name of the deployment; in the template: deployment().",
    default=Literal("aib2packer"),
)
SUBSCRIPTION_NAME = Input(
    name="subscription_name", role=Role.AZURE, kind=Kind.TEXT, description="Display name of the subscription."
)
INPUTS = (SUBSCRIPTION, TENANT, RESOURCE_GROUP, LOCATION, DEPLOYMENT, SUBSCRIPTION_NAME)


def context(cloud: Cloud, subscription: Value | None = None, resource_group: Value | None = None) -> dict[str, Value]:
    """What subscription(), resourceGroup() and their kin give.

    ``subscription`` and ``resource_group`` are those of a nested deployment.
    """
    id_ = subscription or SUBSCRIPTION.reference
    group = resource_group or RESOURCE_GROUP.reference
    subscription_path = _text("/subscriptions/", id_)
    return {
        "subscription": _object(
            {
                "id": subscription_path,
                "subscriptionId": id_,
                "tenantId": TENANT.reference,
                "displayName": SUBSCRIPTION_NAME.reference,
            }
        ),
        "resourceGroup": _object(
            {
                "id": _text("/subscriptions/", id_, "/resourceGroups/", group),
                "name": group,
                "type": Literal("Microsoft.Resources/resourceGroups"),
                "location": LOCATION.reference,
            }
        ),
        "deployment": _object({"name": DEPLOYMENT.reference, "location": LOCATION.reference}),
        "tenant": _object({"tenantId": TENANT.reference}),
        "environment": _known(_environment(cloud)),
    }


def _environment(cloud: Cloud) -> dict[str, object]:
    return {
        "name": cloud.name,
        "portal": cloud.portal,
        "resourceManager": cloud.resource_manager,
        "graph": cloud.graph,
        "suffixes": {
            "storage": cloud.storage,
            "keyvaultDns": cloud.key_vault,
            "acrLoginServer": cloud.registry,
            "sqlServerHostname": cloud.sql_server,
        },
        "authentication": {
            "loginEndpoint": cloud.login,
            "audiences": [f"https://management.{cloud.storage}/", cloud.resource_manager],
            "tenant": "common",
            "identityProvider": "AAD",
        },
    }


def _object(values: Mapping[str, Value]) -> ObjectOf:
    return ObjectOf(tuple(Entry(Literal(name), value) for name, value in values.items()))


def _known(value: object) -> Value:
    if isinstance(value, Mapping):
        return ObjectOf(tuple(Entry(Literal(name), _known(each)) for name, each in value.items()))
    if isinstance(value, list):
        return ListOf(tuple(map(_known, value)))
    return Literal(str(value))


def _text(*parts: Value | str) -> Value:
    values = [Literal(part) if isinstance(part, str) else part for part in parts]
    if all(isinstance(value, Literal) for value in values):
        return Literal("".join(str(value.value) for value in values if isinstance(value, Literal)))
    return Joined(tuple(values))
