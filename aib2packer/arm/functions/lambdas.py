"""Lambdas, and the functions on arrays and objects that take one.

Source: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-lambda
"""

from __future__ import annotations

from aib2packer.arm.functions.table import Function, Like, table
from aib2packer.ir.values import Kind

LAMBDAS = table(
    Function("lambda", 1, None),
    Function("lambdaVariables", 1, 1),
    Function("map", 2, 2, gives=Kind.LIST),
    Function("filter", 2, 2, gives=Kind.LIST, items=Like(0, 1)),
    Function("reduce", 3, 3),
    Function("sort", 2, 2, gives=Kind.LIST, items=Like(0, 1)),
    Function("toObject", 2, 3, gives=Kind.OBJECT),
    Function("groupBy", 2, 3, gives=Kind.OBJECT),
    Function("mapValues", 2, 2, gives=Kind.OBJECT),
)
