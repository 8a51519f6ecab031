"""What an expression can see: parameters, variables and functions of its template, Azure's context, loops around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct, field

from aib2packer.ir.values import Call, Value


class Level(StrEnum):
    """Where a template is deployed to, which decides what ``resourceId`` gives.

    Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#resourceid
    """

    RESOURCE_GROUP = "resource group"
    SUBSCRIPTION = "subscription"
    TENANT = "tenant"


class UserFunction(Struct, frozen=True, kw_only=True):
    """A function of the template's ``functions`` section; ``output`` is its value as it stands in the template."""

    parameters: tuple[str, ...]
    output: Value


class Scope(Struct, frozen=True, kw_only=True):
    """What the expressions of one template can see; names are looked up in any case.

    ``parameters``: their values as they are (a live one is its ``Variable``), never evaluated again.
    ``variables``: as they stand in the template, ``copy`` included; each is evaluated when it is first used.
    ``functions``: by ``namespace.name``.
    ``context``: what ``subscription``, ``resourceGroup``, ``deployment``, ``environment``, ``tenant``, ``deployer`` and
    ``managementGroup`` give; usually an ``ObjectOf`` with live parts. What is not in it stays a live call.
    ``loops``: the index of each copy loop around, by its name; the resource's own by the name ``""``.
    ``shapes``: for live parameters that are objects, a value they have or may have (given or default): it tells how
    their keys are spelled, which Packer minds and Azure does not.
    ``utc_now``: the instant of ``utcNow``; None leaves it to the build.
    ``named_variables``: a use of a variable whose value is a text, number or flag gives a ``Local`` of its name (with
    ``local_prefix``), or a known value that is spelled so, and ``Evaluator.locals`` its value; otherwise the value itself.
    ``outputs``: what a ``reference`` call and the keys behind it give of another deployment of the same file; None where the file
    does not tell.
    """

    parameters: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    functions: Mapping[str, UserFunction] = field(default_factory=dict)
    context: Mapping[str, Value] = field(default_factory=dict)
    loops: Mapping[str, Value] = field(default_factory=dict)
    shapes: Mapping[str, Value] = field(default_factory=dict)
    utc_now: datetime | None = None
    level: Level = Level.RESOURCE_GROUP
    named_variables: bool = True
    local_prefix: str = ""
    outputs: Callable[[Call, tuple[str, ...]], Value | None] | None = None


class Frame(Struct, frozen=True):
    """What changes on the way down: the parameters in sight, lambda variables, loop indexes, functions being called."""

    parameters: Mapping[str, Value]
    loops: Mapping[str, Value]
    bound: Mapping[str, Value] = field(default_factory=dict)
    calls: tuple[str, ...] = ()


def by_lower_case(names: Mapping[str, Value]) -> dict[str, Value]:
    """The same values under their names in lower case."""
    return {name.lower(): value for name, value in names.items()}
