"""The vectors of ARM expressions: those of ours, beside the unit tests, and those that several projects share, where they are there."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TypedDict

from paths import ROOT, SHARED

from aib2packer.arm.functions.table import Json
from aib2packer.arm.partial import value_of
from aib2packer.arm.scope import UserFunction
from aib2packer.ir.values import Literal, Value


class Function(TypedDict):
    """A function of the template's own: the names of its parameters, and its value."""

    parameters: list[str]
    value: Json


class Context(TypedDict, total=False):
    """What Azure and the deployment say when the expression is evaluated."""

    utcNow: str
    subscription: Json
    resourceGroup: Json
    environment: Json
    functions: dict[str, Function]
    copyIndex: dict[str, int]


class _Always(TypedDict):
    expression: str


class Vector(_Always, total=False):
    """An expression, and its value or its error; ``packer`` says why Packer cannot give the same value."""

    expected: Json
    error: str
    parameters: dict[str, Json]
    variables: dict[str, Json]
    context: Context
    packer: str


def own_vectors() -> list[Vector]:
    """The vectors of ours."""
    return _read(ROOT / "tests" / "unit" / "arm_vectors.json")


def shared_vectors() -> list[Vector]:
    """The vectors of all projects; none where they are not beside this clone."""
    path = SHARED / "reference" / "arm-expression-vectors.json"
    return _read(path) if path.exists() else []


def variables_of(vector: Vector) -> dict[str, Value]:
    """The template's variables."""
    return {name: value_of(value) for name, value in vector.get("variables", {}).items()}


def functions_of(vector: Vector) -> dict[str, UserFunction]:
    """The template's own functions."""
    functions = vector.get("context", {}).get("functions", {})
    return {
        name: UserFunction(parameters=tuple(each["parameters"]), output=value_of(each["value"]))
        for name, each in functions.items()
    }


def azure_of(vector: Vector) -> dict[str, Value]:
    """What is known of Azure, by the names of ARM's functions."""
    context = vector.get("context", {})
    told: dict[str, Json] = {
        "subscription": context.get("subscription"),
        "resourceGroup": context.get("resourceGroup"),
        "environment": context.get("environment"),
    }
    return {name: value_of(value) for name, value in told.items() if value is not None}


def loops_of(vector: Vector) -> dict[str, Value]:
    """The turns of the copy loops around the expression."""
    return {name: Literal(index) for name, index in vector.get("context", {}).get("copyIndex", {}).items()}


def time_of(vector: Vector) -> datetime | None:
    """The time of the deployment, where the vector says it."""
    context = vector.get("context", {})
    return datetime.fromisoformat(context["utcNow"]) if "utcNow" in context else None


def _read(path: Path) -> list[Vector]:
    found: list[Vector] = json.loads(path.read_text(encoding="utf-8"))
    return found
