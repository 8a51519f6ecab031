"""Keys of a deployment template and of its declarations, and types of resources that are misspelt: Azure Resource Manager refuses both.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
https://learn.microsoft.com/azure/azure-resource-manager/templates/definitions
https://learn.microsoft.com/azure/templates/microsoft.resources/deployments
https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/quickstart-troubleshoot-arm-deployment
"""

from __future__ import annotations

from aib2packer.diagnostics.codes import shape as codes
from aib2packer.diagnostics.model import Findings, Severity
from aib2packer.diagnostics.nearest import nearest
from aib2packer.ir.values import ListOf, Literal, ObjectOf, Value
from aib2packer.source.provider import IMAGE_TEMPLATE, PROVIDER, is_image_template

_TEMPLATE = (
    *("$schema", "languageVersion", "contentVersion", "apiProfile", "metadata", "definitions", "functions", "parameters"),
    *("variables", "imports", "extensions", "asserts", "resources", "outputs"),
)
_TYPE = (
    *("type", "$ref", "metadata", "nullable", "allowedValues", "minValue", "maxValue", "minLength", "maxLength"),
    *("items", "prefixItems", "properties", "additionalProperties", "discriminator", "sealed"),
)
_DECLARATIONS = {
    "parameters": (*_TYPE, "defaultValue"),
    "outputs": (*_TYPE, "value", "copy", "condition"),
    "definitions": _TYPE,
    "members": ("metadata", "parameters", "output"),
}
_DEPLOYMENT = (
    *("mode", "template", "templateLink", "parameters", "parametersLink", "expressionEvaluationOptions", "onErrorDeployment"),
    *("debugSetting", "validationLevel", "extensionConfigs", "externalInputs", "externalInputDefinitions"),
)


def report_unknown_keys(template: ObjectOf, findings: Findings) -> None:
    """A finding for each key that Azure knows neither in a template nor in what it declares; an error if it is probably another one."""
    _report(template, _TEMPLATE, findings)
    _report_declared(template, findings)
    functions = template.get("functions")
    for namespace in functions.items if isinstance(functions, ListOf) else ():
        _report(namespace, ("namespace", "members"), findings)
        _report_declared(namespace, findings)
        members = namespace.get("members") if isinstance(namespace, ObjectOf) else None
        for entry in members.entries if isinstance(members, ObjectOf) else ():
            _report(entry.value.get("output") if isinstance(entry.value, ObjectOf) else None, _DECLARATIONS["outputs"], findings)


def report_unread_keys(properties: ObjectOf, findings: Findings) -> None:
    """A warning for each key that nothing reads in the properties of a nested deployment and the values that it passes."""
    _report(properties, _DEPLOYMENT, findings, Severity.WARNING)
    _report(properties.get("expressionEvaluationOptions"), ("scope",), findings, Severity.WARNING)
    passed = properties.get("parameters")
    for entry in passed.entries if isinstance(passed, ObjectOf) else ():
        _report(entry.value, ("value", "reference", "expression"), findings, Severity.WARNING)


def report_unread_of_loop(copy: Value | None, findings: Findings) -> None:
    """A warning for each key that nothing reads in the loop of a resource."""
    _report(copy, ("name", "count", "mode", "batchSize"), findings, Severity.WARNING)


def report_misspelt(kind: Value | None, findings: Findings) -> bool:
    """Whether a type is probably that of image templates, misspelt: then it is an error."""
    text = kind.value if isinstance(kind, Literal) and isinstance(kind.value, str) else ""
    if text.count("/") > 1 or is_image_template(text.lower()) or nearest(text, (IMAGE_TEMPLATE, PROVIDER), 0.9) is None:
        return False
    message = f"Azure knows no resource of the type {text}. Did you mean {IMAGE_TEMPLATE}?"
    findings.add(codes.UNKNOWN_TYPE, message, place=kind.place if kind is not None else None)
    return True


def _report_declared(holder: Value, findings: Findings) -> None:
    for section, known in _DECLARATIONS.items():
        declared = holder.get(section) if isinstance(holder, ObjectOf) else None
        for entry in declared.entries if isinstance(declared, ObjectOf) else ():
            _report(entry.value, known, findings)


def _report(value: Value | None, known: tuple[str, ...], findings: Findings, severity: Severity = Severity.ERROR) -> None:
    """Names the keys that are unknown; an error only where one is probably another one, whose value would be lost."""
    folded = {each.lower() for each in known}
    for entry in value.entries if isinstance(value, ObjectOf) else ():
        if entry.name is not None and entry.name.lower() not in folded:
            meant = nearest(entry.name, known, 0.7)
            own = severity if meant else Severity.WARNING
            what = (
                "documents no `{}` here. It is not converted"
                if own is Severity.WARNING
                else "knows no `{}` here and refuses the template"
            )
            question = f"Did you mean `{meant}`?" if meant else "Remove it, or correct its name."
            findings.hide(entry.value.place)  # what a misspelt key holds may be the default of a secret
            findings.add(codes.UNKNOWN_KEY, f"Azure {what.format(entry.name)}. {question}", place=entry.key.place, severity=own)
