"""What the objects of a deployment template say, without their being evaluated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.scope import Level, UserFunction
from aib2packer.arm.unresolved import Need
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.place import Place
from aib2packer.ir.values import (
    Entry,
    ListOf,
    Literal,
    ObjectOf,
    Value,
    locals_in,
    texts_in,
    walk,
)
from aib2packer.source.provider import PROVIDER

_DEPLOYMENTS = "microsoft.resources/deployments"


def bound_values(evaluated: Value) -> dict[str, Value]:
    """The values of parameters that a deployment is given."""
    if not isinstance(evaluated, ObjectOf):
        return {}
    bound: dict[str, Value] = {}
    for entry in evaluated.entries:
        inner = entry.value.get("value") if isinstance(entry.value, ObjectOf) else None
        if entry.name is not None and inner is not None and inner != Literal(None):
            bound[entry.name] = inner
    return bound


def is_inner(properties: ObjectOf) -> bool:
    """Whether the expressions of a nested template see its own parameters only."""
    scope = at_path(properties, "expressionEvaluationOptions", "scope")
    return isinstance(scope, Literal) and str(scope.value).lower() == "inner"


def makes_image(deployment: ObjectOf) -> bool:
    """Whether a nested template may have an image template, or is in another file; others need not be evaluated."""
    template = at_path(deployment, "properties", "template")
    if template is None:
        return True
    is_named = any(PROVIDER in text.lower() for text in texts_in(template))
    return is_named and any(PROVIDER in name or name.startswith("[") for name in types_in(template))


def types_in(template: Value) -> frozenset[str]:
    """The types of all that is in a template, in lower case, as they are written."""
    types = (each.get("type") for each in walk(template) if isinstance(each, ObjectOf))
    return frozenset(each.value.lower() for each in types if isinstance(each, Literal) and isinstance(each.value, str))


def resources_of(template: ObjectOf) -> Iterator[tuple[str, ObjectOf]]:
    """The resources of a template, each with its symbolic name (empty: none)."""
    section = template.get("resources")
    named: Iterable[tuple[str, Value]] = ()
    if isinstance(section, ListOf):
        named = (("", each) for each in section.items)
    elif isinstance(section, ObjectOf):
        named = ((entry.name or "", entry.value) for entry in section.entries)
    yield from ((name, value) for name, value in named if isinstance(value, ObjectOf))


def deploys_anything(deployment: ObjectOf) -> bool:
    """Whether a deployment makes anything; one without resources only computes its outputs."""
    resources = at_path(deployment, "properties", "template", "resources")
    return resources not in (ListOf(()), ObjectOf(()))


def as_named(value: ObjectOf) -> ObjectOf:
    """A resource as it stands in the file, by the name of its loop."""
    name = at_path(value, "copy", "name") or Literal("")
    return ObjectOf((Entry(Literal("name"), name), *(each for each in value.entries if each.name != "name")), place=value.place)


def always_gives(evaluator: Evaluator) -> Callable[[], Evaluator]:
    """What gives one evaluator each time."""
    return lambda: evaluator


def variables_of(template: ObjectOf) -> dict[str, Value]:
    """The variables of a template, loops among them as `copy`."""
    section = template.get("variables")
    entries = section.entries if isinstance(section, ObjectOf) else ()
    return {entry.name: entry.value for entry in entries if entry.name is not None}


def functions_of(template: ObjectOf) -> dict[str, UserFunction]:
    """The user-defined functions of a template, by namespace and name."""
    section = template.get("functions")
    functions: dict[str, UserFunction] = {}
    for namespace in section.items if isinstance(section, ListOf) else ():
        name, members = at_path(namespace, "namespace"), at_path(namespace, "members")
        if not isinstance(name, Literal) or not isinstance(members, ObjectOf):
            continue
        for entry in members.entries:
            output = at_path(entry.value, "output", "value")
            if output is not None:
                functions[f"{name.value}.{entry.name}"] = UserFunction(
                    parameters=parameter_names(at_path(entry.value, "parameters")), output=output
                )
    return functions


def parameter_names(section: Value | None) -> tuple[str, ...]:
    """The names of a function's parameters."""
    items = section.items if isinstance(section, ListOf) else ()
    return tuple(str(name.value) for item in items if isinstance(name := at_path(item, "name"), Literal))


def level_of(template: ObjectOf) -> Level:
    """What a template is deployed to, by its schema."""
    schema = template.get("$schema")
    text = str(schema.value).lower() if isinstance(schema, Literal) else ""
    if "subscriptiondeploymenttemplate" in text:
        return Level.SUBSCRIPTION
    return Level.TENANT if "tenantdeploymenttemplate" in text else Level.RESOURCE_GROUP


def needed_locals(value: Value, named: Mapping[str, Value]) -> dict[str, Value]:
    """The named values that a value uses, directly or through others, each after those that it uses itself."""
    needed: dict[str, Value] = {}

    def add(part: Value) -> None:
        for each in locals_in(part):
            if each.name not in needed and each.name in named:
                add(named[each.name])
                needed[each.name] = named[each.name]

    add(value)
    return needed


def at_path(value: Value | None, *names: str) -> Value | None:
    for name in names:
        value = value.get(name) if isinstance(value, ObjectOf) else None
    return value


def start_of(value: Value | None) -> Place | None:
    return value.place if value is not None else None


def count_needed(count: Value) -> Need:
    """The need of a loop's count."""
    effect = "The image template is not converted."
    return Need(
        code=codes.COPY_UNKNOWN, place=count.place, path="copy.count", subject="The copy count", effect=effect, says_kinds=True
    )
