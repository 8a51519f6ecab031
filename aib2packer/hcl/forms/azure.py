"""What needs the template or Azure: scopes, names, ids, run-time state.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment
"""

from __future__ import annotations

from aib2packer.hcl.forms.parts import table
from aib2packer.hcl.writing import Form, WhyNot

TEMPLATE = table(
    Form("parameters", WhyNot.NO_EQUIVALENT),
    Form("variables", WhyNot.NO_EQUIVALENT),
    Form("copyIndex", WhyNot.NO_EQUIVALENT),
    Form("fail", WhyNot.NO_EQUIVALENT),
)

CONTEXT = table(
    Form("subscription", WhyNot.ONLY_AZURE),
    Form("resourceGroup", WhyNot.ONLY_AZURE),
    Form("deployment", WhyNot.ONLY_AZURE),
    Form("environment", WhyNot.ONLY_AZURE),
    Form("tenant", WhyNot.ONLY_AZURE),
    Form("managementGroup", WhyNot.ONLY_AZURE),
    Form("deployer", WhyNot.ONLY_AZURE),
)

RESOURCE_IDS = table(
    Form("resourceId", WhyNot.NO_EQUIVALENT),
    Form("subscriptionResourceId", WhyNot.NO_EQUIVALENT),
    Form("extensionResourceId", WhyNot.NO_EQUIVALENT),
    Form("tenantResourceId", WhyNot.NO_EQUIVALENT),
    Form("managementGroupResourceId", WhyNot.NO_EQUIVALENT),
)

RUN_TIME = table(
    Form("reference", WhyNot.ONLY_AZURE),
    Form("references", WhyNot.ONLY_AZURE),
    Form("pickZones", WhyNot.ONLY_AZURE),
    Form("providers", WhyNot.ONLY_AZURE),
    Form("toLogicalZone", WhyNot.ONLY_AZURE),
    Form("toLogicalZones", WhyNot.ONLY_AZURE),
    Form("toPhysicalZone", WhyNot.ONLY_AZURE),
    Form("toPhysicalZones", WhyNot.ONLY_AZURE),
    Form("roleDefinitions", WhyNot.ONLY_AZURE),
    Form("externalInput", WhyNot.NO_EQUIVALENT),
    Form("listKeys", WhyNot.ONLY_AZURE),
    Form("listAccountSas", WhyNot.ONLY_AZURE),
    Form("listServiceSas", WhyNot.ONLY_AZURE),
    Form("listSecrets", WhyNot.ONLY_AZURE),
    Form("listCredential", WhyNot.ONLY_AZURE),
    Form("listCredentials", WhyNot.ONLY_AZURE),
    Form("list", WhyNot.ONLY_AZURE),
)
