"""Live values as HCL: the same value from real Packer as from folding, for every function that has an HCL form."""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from arm_vectors import Vector, azure_of, functions_of, loops_of, own_vectors, shared_vectors, time_of, variables_of
from building.real_packer import packer_version
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from paths import ROOT

from aib2packer.arm.evaluator import Evaluator
from aib2packer.arm.fold import Folded, fold
from aib2packer.arm.functions.dates import format_date
from aib2packer.arm.functions.table import Json
from aib2packer.arm.kinds import kind_of
from aib2packer.arm.partial import plain, value_of
from aib2packer.arm.reader import read
from aib2packer.arm.scope import Scope
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.hcl import date_forms
from aib2packer.hcl.expressions import NoForm, expression
from aib2packer.hcl.references import PACKER_SINCE, references
from aib2packer.hcl.text import HclText
from aib2packer.ir.values import (
    Access,
    Bound,
    Call,
    Conditional,
    Entry,
    Input,
    Joined,
    Kind,
    Lambda,
    ListOf,
    Literal,
    Local,
    ObjectOf,
    Repeated,
    Role,
    Scalar,
    Value,
    Variable,
    is_known,
)

PACKERS = [found for found in [shutil.which("packer")] if found]
FORM_MODULES = sorted((ROOT / "aib2packer" / "hcl" / "forms").glob("*.py"))
needs_packer = pytest.mark.skipif(not PACKERS, reason="no packer on PATH: HCL cannot be read back")

TEXT, NUMBER, FLAG, LIST = Kind.TEXT, Kind.NUMBER, Kind.FLAG, Kind.LIST


def parameter(name: str, kind: Kind) -> Variable:
    return Variable(name, Role.PARAMETER, kind)


def reference(value: Variable | Local) -> str:
    return f"{'local' if isinstance(value, Local) else 'var'}.{value.name}"


def hcl(value: Value, *, braces: bool = False) -> str:
    written = expression(value, reference, braces=braces)
    assert not isinstance(written, NoForm), written
    return written


def evaluated(text: str, scope: Scope | None = None) -> Value:
    """A template text evaluated; every parameter that the tests use is live."""
    live = {name: parameter(name, kind) for name, kind in LIVE.items()}
    return Evaluator(scope or Scope(parameters=live), Findings()).evaluate(Literal(text))


LIVE = {"s": TEXT, "t": TEXT, "n": NUMBER, "m": NUMBER, "b": FLAG, "c": FLAG, "l": LIST, "o": Kind.OBJECT}


# ---- forms that people read


@pytest.mark.parametrize(
    ("arm", "written"),
    [
        ("[parameters('s')]", "var.s"),
        ("[concat('a-', parameters('s'), '-', parameters('n'))]", '"a-${var.s}-${var.n}"'),
        ("[concat(parameters('b'), '!')]", '"${var.b ? "True" : "False"}!"'),
        ("[string(parameters('n'))]", "convert(var.n, string)"),
        ("[format('{0}', parameters('s'))]", "var.s"),
        ("[format('{1}/{0}', parameters('s'), 'x')]", '"x/${var.s}"'),
        ("[concat('$', parameters('s'))]", '"${"$"}${var.s}"'),
        ("[concat('100%', parameters('s'))]", '"100${"%"}${var.s}"'),
        ("[concat('${x} ', parameters('s'))]", '"$${x} ${var.s}"'),
        ("[not(equals(parameters('s'), 'x'))]", 'var.s != "x"'),
        ("[not(empty(parameters('l')))]", "length(var.l) != 0"),
        ("[not(parameters('b'))]", "!var.b"),
        ("[not(startsWith(parameters('s'), 'Im'))]", '!startswith(lower(var.s), "im")'),
        ("[endsWith(parameters('s'), parameters('t'))]", "endswith(lower(var.s), lower(var.t))"),
        ("[contains(parameters('s'), 'ag')]", 'strcontains(var.s, "ag")'),
        ("[indexOf(parameters('s'), 'AG')]",
         'strcontains(lower(var.s), "ag") ? length(split("ag", lower(var.s))[0]) : -1'),
        ("[dateTimeAdd(parameters('s'), 'PT1H')]",
         'timeadd(regex_replace(replace(var.s, " ", "T"), "^(....)(..)(..T..)(..)(..Z)$", "$1-$2-$3:$4:$5"), "1h")'),
        ("[and(parameters('b'), or(parameters('c'), equals(parameters('n'), 1)))]", "var.b && (var.c || var.n == 1)"),
        ("[and(parameters('b'), equals(parameters('l')[0], 'x'))]", 'var.b ? var.l[0] == "x" : false'),
        ("[if(parameters('b'), 'x', parameters('s'))]", 'var.b ? "x" : var.s'),
        ("[if(parameters('b'), createArray('x'), createArray())]", 'var.b ? ["x"] : []'),
        ("[if(parameters('b'), 1, 'a')]", '{ t = 1, f = "a" }[var.b ? "t" : "f"]'),
        ("[if(parameters('b'), parameters('o').x, createArray(1))]", None),
        ("[coalesce(tryGet(parameters('o'), 'x'), 'd')]", 'try(var.o.x, null) != null ? try(var.o.x, null) : "d"'),
        ("[parameters('o')['a b'].c[0]]", 'var.o["a b"].c[0]'),
        ("[last(split(parameters('s'), '/'))]", 'reverse(split("/", var.s))[0]'),
        ("[concat(parameters('l'), createArray('x'))]", 'concat(var.l, ["x"])'),
        ("[createObject('for', parameters('s'), 'a b', 1)]", '{ "for" = var.s, "a b" = 1 }'),
        ("[mul(add(parameters('n'), 1), sub(parameters('m'), sub(parameters('n'), -2)))]",
         "(var.n + 1) * (var.m - (var.n - -2))"),
        ("[utcNow('yyyyMMddTHHmmssZ')]", 'formatdate("YYYYMMDD\'T\'hhmmss\'Z\'", timestamp())'),
        ("[map(parameters('l'), lambda('x', concat('a', lambdaVariables('x'))))]", '[for x in var.l : "a${x}"]'),
        ("[map(parameters('l'), lambda('x', 'i', lambdaVariables('i')))]", "[for i, x in var.l : i]"),
        ("[map(parameters('l'), lambda('for', lambdaVariables('for')))]", "[for _for in var.l : _for]"),
        ("[map(parameters('l'), lambda('x', map(parameters('l'), lambda('x', lambdaVariables('x')))))]",
         "[for x in var.l : [for x2 in var.l : x2]]"),
        ("[guid(parameters('s'), 'x')]", 'uuidv5("11fb06fb-712d-4ddd-98c7-e71bbd588830", "${var.s}-x")'),
        ("[createObject(parameters('s'), 1)]", "{ (var.s) = 1 }"),
        ("[if(parameters('b'), createObject('a', parameters('n')), createObject('a', 1))]", "var.b ? { a = var.n } : { a = 1 }"),
        ("[if(parameters('b'), createObject('a', parameters('l')), createObject('a', 1))]",
         '{ t = { a = var.l }, f = { a = 1 } }[var.b ? "t" : "f"]'),
        ("[div(add(length(parameters('l')), 1), 2)]", "floor((length(var.l) + 1) / 2)"),
        ("[div(add(parameters('n'), 1), 2)]", "(var.n + 1 - (var.n + 1) % 2) / 2"),
        ("[bool(parameters('s'))]", 'lower(var.s) == "true"'),
        ("[if(parameters('b'), createObject('a', parameters('l')), createObject('a', createArray('x')))]",
         '{ t = { a = var.l }, f = { a = ["x"] } }[var.b ? "t" : "f"]'),
        ("[reduce(parameters('l'), 'x', lambda('a', 'b', format('{0}{1}', lambdaVariables('a'), lambdaVariables('b'))))]",
         '"x${join("", var.l)}"'),
        ("[coalesce(parameters('s'), parameters('t'), 'd')]", 'var.s != null ? var.s : var.t != null ? var.t : "d"'),
        ("[int(parameters('s'))]", "parseint(var.s, 10)"),
        ("[format('{0}', parameters('o').x)]", "convert(var.o.x, string)"),
        ("[format('{0:D3}', length(parameters('l')))]", 'format("%03d", length(var.l))'),
        ("[format('{0:x4}', length(parameters('l')))]", 'format("%04x", length(var.l))'),
        ("[padLeft(length(parameters('l')), 3, '0')]", 'format("%03d", length(var.l))'),
        ("[join(map(parameters('l'), lambda('x', equals(lambdaVariables('x'), 'a'))), ',')]",
         'join(",", [for x in [for x in var.l : x == "a"] : x ? "True" : "False"])'),
        ("[parseCidr(parameters('s')).FirstUsable]", "cidrhost(var.s, 1)"),
        ("[union(parameters('o'), createObject('a', 1))]", "merge(var.o, { a = 1 })"),
        ("[dataUriToString(concat('data:text/plain;base64,', parameters('s')))]",
         'base64decode(split(",", "data:text/plain;base64,${var.s}")[1])'),
        ("[dateTimeAdd(utcNow('u'), 'P1D')]", 'timeadd(timestamp(), "24h")'),
        ("[dateTimeToEpoch(utcNow('yyyyMM'))]",
         'rfc3339_parse(regex_replace(replace(formatdate("YYYYMM", timestamp()), " ", "T"), '
         '"^(....)(..)(..T..)(..)(..Z)$", "$1-$2-$3:$4:$5")).unix'),
        ("[dateTimeAdd(utcNow(), 'P1D', 'yyyy')]", 'formatdate("YYYY", timeadd(timestamp(), "24h"))'),
        ("[utcNow('yyyy-MM-ddTHH:mm:ssK')]", "formatdate(\"YYYY-MM-DD'T'hh:mm:ss'Z'\", timestamp())"),
        ("[utcNow('yyyy \"at\" HH\\h')]", "formatdate(\"YYYY 'at' hh'h'\", timestamp())"),
        ("[mapValues(parameters('o'), lambda('x', concat('a', lambdaVariables('x'))))]", '{ for key, x in var.o : key => "a${x}" }'),
        ("[reduce(parameters('l'), 1, lambda('a', 'b', add(lambdaVariables('a'), lambdaVariables('b'))))]",
         "length(var.l) == 0 ? 1 : 1 + sum(var.l)"),
        ("[reduce(parameters('l'), createArray('x'), lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('b'))))]",
         'concat(["x"], var.l...)'),
        ("[reduce(parameters('l'), 'x', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('b'))))]",
         '"x${join("", var.l)}"'),
        ("[reduce(map(parameters('l'), lambda('x', createObject(lambdaVariables('x'), 1))), createObject(), "
         "lambda('a', 'b', union(lambdaVariables('a'), lambdaVariables('b'))))]",
         "merge([for x in var.l : { (x) = 1 }]...)"),
        ("[map(parameters('l'), lambda('x', map(parameters('l'), lambda('x2', map(parameters('l'), lambda('x', 1))))))]",
         "[for x in var.l : [for x2 in var.l : [for x3 in var.l : 1]]]"),
        ("[dateTimeAdd(utcNow('yyyy-MM-dd HH:mm:ssZ'), 'P1D')]", 'timeadd(timestamp(), "24h")'),
        ("[utcNow('dddd ddd dd d MMMM MMM MM M yyyy yy HH H hh h mm m ss s tt zzz')]",
         'formatdate("EEEE EEE DD D MMMM MMM MM M YYYY YY hh h HH H mm m ss s AA ZZZZZ", timestamp())'),
        ("[utcNow('yyyy''''MMX')]", 'formatdate("YYYYMM\'X\'", timestamp())'),
        ("[if(parameters('b'), parameters('o'), createObject('a', 1))]",
         '{ t = var.o, f = { a = 1 } }[var.b ? "t" : "f"]'),
        ("[if(parameters('b'), createArray(createArray('x')), createArray(parameters('l')))]",
         '{ t = [["x"]], f = [var.l] }[var.b ? "t" : "f"]'),
        ("[if(parameters('b'), createArray('x'), createArray(1))]", '{ t = ["x"], f = [1] }[var.b ? "t" : "f"]'),
        ("[if(parameters('b'), int(parameters('s')), 'x')]",
         'jsondecode(var.b ? jsonencode(parseint(var.s, 10)) : jsonencode("x"))'),
        ("[div(7, length(parameters('l')))]", "floor(7 / length(var.l))"),
        ("[div(add(length(parameters('l')), 'x'), 2)]", '(length(var.l) + "x" - (length(var.l) + "x") % 2) / 2'),
        ("[concat('a', mul(parameters('n'), parameters('m')))]", '"a${var.n * var.m + 0}"'),
        ("[concat('a', div(parameters('n'), 2), mod(parameters('n'), 2))]",
         '"a${(var.n - var.n % 2) / 2 + 0}${var.n % 2 + 0}"'),
        ("[empty(parameters('o').x)]", "var.o.x == null ? true : length(var.o.x) == 0"),
        ("[not(empty(parameters('o').x))]", "var.o.x == null ? false : length(var.o.x) != 0"),
        ("[contains(parameters('o'), parameters('t'))]",
         "contains([for k, v in var.o : lower(k) if v != null], lower(var.t))"),
        ("[indexOf(parameters('l'), parameters('s'))]", "try([for i, x in var.l : i if x == var.s][0], -1)"),
        ("[lastIndexOf(parameters('l'), parameters('s'))]",
         "try(reverse([for i, x in var.l : i if x == var.s])[0], -1)"),
        ("[uri(concat(parameters('s'), '/a/'), concat('b/', parameters('t')))]", '"${var.s}/a/b/${var.t}"'),
        ("[indexOf(parameters('s'), parameters('t'))]",
         'var.t == "" ? 0 : strcontains(lower(var.s), lower(var.t)) ? length(split(lower(var.t), lower(var.s))[0]) : -1'),
        ("[lastIndexOf(parameters('s'), 'a/')]",
         'strcontains(lower(var.s), "a/") ? length(lower(var.s)) - 2 - length(reverse(split("a/", lower(var.s)))[0]) : -1'),
        ("[take(parameters('s'), parameters('n'))]", "substr(var.s, 0, max(0, var.n))"),
        ("[skip(parameters('s'), -1)]", "substr(var.s, min(0, length(var.s)), -1)"),
        ("[skip(parameters('l'), 2)]", "slice(var.l, min(2, length(var.l)), length(var.l))"),
        ("[take(parameters('l'), 2)]", "slice(var.l, 0, min(2, length(var.l)))"),
        ("[range(parameters('n'), add(parameters('m'), 1))]", "range(var.n, var.n + (var.m + 1))"),
        ("[range(0, parameters('n'))]", "range(var.n)"),
        ("[items(parameters('o'))]", "[for k in sort(keys(var.o)) : { key = k, value = var.o[k] }]"),
        ("[tryGet(parameters('o'), 'a', parameters('s'))]", "try(var.o.a[var.s], null)"),
        ("[indexFromEnd(parameters('l'), 2)]", "reverse(var.l)[1]"),
        ("[tryIndexFromEnd(parameters('l'), add(parameters('n'), 1))]", "try(reverse(var.l)[var.n + 1 - 1], null)"),
        ("[first(parameters('l'))]", "try(var.l[0], null)"),
        ("[first(split(parameters('s'), '/'))]", 'split("/", var.s)[0]'),
        ("[last(parameters('s'))]", "substr(var.s, -1, 1)"),
        ("[padLeft(parameters('s'), 5)]", 'format("%5s", var.s)'),
        ("[padLeft(parameters('n'), 3, '0')]",
         '"${join("", [for i in range(0, max(0, 3 - length(convert(var.n, string)))) : "0"])}${var.n}"'),
        ("[padLeft(parameters('s'), parameters('n'), 'x')]",
         '"${join("", [for i in range(0, max(0, var.n - length(var.s))) : "x"])}${var.s}"'),
        ("[split(parameters('s'), createArray(',', ';', '|'))]",
         'split(",", replace(replace(var.s, ";", ","), "|", ","))'),
        ("[join(createArray(parameters('b'), parameters('s'), null()), parameters('t'))]",
         'join(var.t, [var.b ? "True" : "False", var.s, ""])'),
        ("[join(parameters('l'), '-')]", 'join("-", var.l)'),
        ("[format('{0,-8}|', parameters('s'))]", '"${format("%-8s", var.s)}|"'),
        ("[format('{0:D3}|', parameters('s'))]", '"${convert(var.s, string)}|"'),
        ("[format('{0,8:D4}', parameters('n'))]",
         'format("%8s", "${var.n < 0 ? "-" : ""}${format("%04d", abs(var.n))}")'),
        ("[format('{0:F1}', parameters('n'))]", 'format("%.1f", var.n)'),
        ("[format('{0:F}', parameters('n'))]", 'format("%.2f", var.n)'),
        ("[substring(parameters('s'))]", "substr(var.s, 0, -1)"),
        ("[substring(parameters('s'), add(parameters('n'), 1), 2)]", "substr(var.s, var.n + 1, 2)"),
        ("[replace(parameters('s'), 'a', parameters('t'))]", 'replace(var.s, "a", var.t)'),
        ("[min(parameters('n'), parameters('m'))]", "min(var.n, var.m)"),
        ("[max(createArray(parameters('n'), 1))]", "max([var.n, 1]...)"),
        ("[max(parameters('l'))]", "max(var.l...)"),
        ("[min(parameters('l'), parameters('n'))]", "min(concat(var.l, [var.n])...)"),
        ("[or(parameters('b'), parameters('c'), equals(parameters('l')[0], 'x'), parameters('b'))]",
         'var.b || var.c ? true : var.l[0] == "x" || var.b'),
        ("[equals(parameters('l'), parameters('o').x)]", "jsonencode(var.l) == jsonencode(var.o.x)"),
        ("[equals(parameters('o').x, null())]", "var.o.x == null"),
        ("[not(equals(parameters('o'), parameters('l')))]", "jsonencode(var.o) != jsonencode(var.l)"),
        ("[greaterOrEquals(parameters('n'), sub(parameters('m'), 1))]", "var.n >= var.m - 1"),
        ("[mod(add(parameters('n'), 1), sub(parameters('m'), 1))]", "(var.n + 1) % (var.m - 1)"),
        ("[bool(parameters('n'))]", "var.n != 0"),
        ("[float(parameters('s'))]", "convert(var.s, number)"),
        ("[cidrSubnet(parameters('s'), 24, parameters('n'))]",
         'cidrsubnet(var.s, 24 - convert(split("/", var.s)[1], number), var.n)'),
        ("[cidrSubnet('10.0.0.0/16', parameters('n'), 1)]", 'cidrsubnet("10.0.0.0/16", var.n - 16, 1)'),
        ("[cidrHost(parameters('s'), 4)]", "cidrhost(var.s, 5)"),
        ("[cidrHost(parameters('s'), parameters('n'))]", "cidrhost(var.s, var.n + 1)"),
        ("[dateTimeFromEpoch(parameters('n'))]", 'timeadd("1970-01-01T00:00:00Z", "${var.n}s")'),
        ("[dateTimeToEpoch(parameters('s'))]",
         'rfc3339_parse(regex_replace(replace(var.s, " ", "T"), "^(....)(..)(..T..)(..)(..Z)$", "$1-$2-$3:$4:$5")).unix'),
        ("[dateTimeAdd(utcNow(), '-P1Y2M3W4DT5H6M7S')]", 'timeadd(timestamp(), "-10805h6m7s")'),
        ("[newGuid()]", "uuidv4()"),
        ("[uriComponent(parameters('s'))]", 'replace(urlencode(var.s), "+", "%20")'),
        ("[dataUri(parameters('s'))]", '"data:text/plain;charset=utf-8;base64,${base64encode(var.s)}"'),
        ("[guid(concat('a-', parameters('s')), parameters('t'))]",
         'uuidv5("11fb06fb-712d-4ddd-98c7-e71bbd588830", "a-${var.s}-${var.t}")'),
        ("[base64ToJson(parameters('s'))]", "jsondecode(base64decode(var.s))"),
        ("[filter(parameters('l'), lambda('x', 'i', equals(lambdaVariables('i'), parameters('n'))))]",
         "[for i, x in var.l : x if i == var.n]"),
        ("[toObject(parameters('l'), lambda('x', lambdaVariables('x')), lambda('y', concat(lambdaVariables('y'), '!')))]",
         '{ for x in var.l : x => "${x}!" }'),
    ],
)  # fmt: skip
def test_form(arm: str, written: str | None) -> None:
    if written is None:
        written = "jsondecode(var.b ? jsonencode(var.o.x) : jsonencode([1]))"
    assert hcl(evaluated(arm)) == written


@pytest.mark.parametrize(
    ("arm", "reason"),
    [
        ("[uniqueString(parameters('s'))]", "uniqueString"),
        ("[greater(parameters('s'), parameters('t'))]", "orders numbers"),
        ("[string(parameters('o'))]", "array or object"),
        ("[reference(parameters('s')).x]", "only Azure"),
        ("[utcNow('o')]", "date format"),
        ("[union(parameters('o'), createObject('a', createObject()), parameters('o').x)]", "union"),
        ("[lastIndexOf(parameters('s'), 'aa')]", "overlaps"),
        ("[reduce(parameters('l'), 1, lambda('a', 'b', mul(lambdaVariables('a'), lambdaVariables('b'))))]", "reduce"),
        ("[utcNow('Q')]", "date format Q"),
        ("[utcNow(parameters('s'))]", "date format is unknown"),
        ("[utcNow('yyyy\\\\')]", "write a quote"),
        ("[dateTimeAdd(parameters('s'), parameters('t'))]", "duration or format"),
        ("[dateTimeAdd(parameters('s'), 'P1D', parameters('t'))]", "duration or format"),
        ("[parseCidr(parameters('s')).other]", "no such part"),
        ("[contains(parameters('l'), parameters('o'))]", "types of arrays and objects"),
        ("[contains(parameters('o').x, 'a')]", "contains is unknown"),
        ("[first(parameters('o').x)]", "first is unknown"),
        ("[take(parameters('o').x, 1)]", "take is unknown"),
        ("[skip(parameters('o').x, 1)]", "skip is unknown"),
        ("[indexOf(parameters('o').x, 'a')]", "indexOf is unknown"),
        ("[indexOf(parameters('l'), parameters('o'))]", "types of arrays and objects"),
        ("[intersection(parameters('l'), createArray('a'))]", "intersection compares"),
        ("[map(parameters('l'), parameters('s'))]", "lambda is missing"),
        (
            "[reduce(parameters('l'), createObject(), lambda('a', 'b', union(lambdaVariables('a'), lambdaVariables('b'))))]",
            "reduce",
        ),
        ("[reduce(parameters('l'), 1, lambda('a', 'b', lambdaVariables('a')))]", "reduce"),
        ("[reduce(parameters('l'), 1, lambda('a', 'b', max(lambdaVariables('a'), lambdaVariables('b'))))]", "reduce"),
        ("[bool(parameters('o').x)]", "bool is unknown"),
        ("[int(parameters('o').x)]", "int is unknown"),
        ("[format('{0:X4}', parameters('n'))]", ":X4"),
        ("[format(parameters('s'), 'a')]", "placeholder"),
        ("[format(parameters('s'), 'a', 'b')]", "placeholders"),
        ("[concat(parameters('o').x, parameters('o').y)]", "concat is unknown"),
        ("[split(parameters('s'), '')]", "split by an empty string"),
        ("[join(createArray(parameters('o')), ',')]", "into a string"),
        ("[join(map(parameters('l'), lambda('x', createObject())), ',')]", "into a string"),
        ("[union(parameters('l'), createArray('x'))]", "union merges"),
        ("[groupBy(parameters('l'), lambda('x', take(lambdaVariables('x'), 1)))]", "take is unknown"),
        ("[reduce(parameters('l'), 1, lambda('a', 'b', add(lambdaVariables('b'), lambdaVariables('a'))))]", "reduce"),
        ("[reduce(parameters('l'), 'x', lambda('a', 'b', union(lambdaVariables('a'), lambdaVariables('b'))))]", "reduce"),
        (
            "[reduce(map(parameters('l'), lambda('x', createObject('k', createObject('z', lambdaVariables('x'))))), createObject(), lambda('a', 'b', union(lambdaVariables('a'), lambdaVariables('b'))))]",
            "reduce",
        ),
        ("[parseCidr(parameters('s'))[parameters('t')]]", "no such part"),
        ("[lastIndexOf(parameters('s'), parameters('t'))]", "must be known"),
        ("[split(parameters('s'), createArray(',', 'ab'))]", "one known character"),
        ("[split(parameters('s'), createArray(',', parameters('t')))]", "one known character"),
        ("[uri(parameters('s'), 'b')]", "ends in /"),
        ("[uri(concat(parameters('s'), '/'), '../b')]", "ends in /"),
        ("[dataUriToString(parameters('s'))]", "base64"),
        ("[less('a', parameters('n'))]", "orders numbers"),
        ("[dateTimeAdd(parameters('s'), '1 day')]", "ISO 8601"),
    ],
)
def test_no_form(arm: str, reason: str) -> None:
    missing = expression(evaluated(arm), reference)
    assert isinstance(missing, NoForm)
    assert reason in missing.reason


def test_what_has_no_form_is_placed_at_its_own_call() -> None:
    inner, outer = (Place(SourceText("t.json", "abc"), start, 3) for start in (1, 0))
    for value in (Call("toLower", (Call("sort", (), place=inner),), place=outer), Call("sort", (), place=inner)):
        missing = expression(value, reference)
        assert isinstance(missing, NoForm)
        assert missing.place == inner


def needs_of(written: str) -> dict[str, tuple[int, int]]:
    """The functions in an expression that not every Packer has, each with the first that does."""
    called = (name.removesuffix("(") for name in references(HclText(written)))
    return {name: PACKER_SINCE[name] for name in called if name in PACKER_SINCE}


def test_the_oldest_packer_that_has_a_form_is_told() -> None:
    within = evaluated(
        "[concat(parameters('s'), if(startsWith(parameters('t'), 'x'), 'y', string(dateTimeToEpoch(parameters('t')))))]"
    )
    assert needs_of(hcl(within)) == {"startswith": (1, 13), "rfc3339_parse": (1, 16)}
    assert needs_of(hcl(evaluated("[toLower(parameters('s'))]"))) == {}


CALLED = re.compile(r"\b([a-z][a-z0-9_]*)\(")
TEXT_WITHOUT_HOLES = re.compile(r'"(?:[^"\\$]|\\.)*"')
OF_EVERY_PACKER = set(
    """
    abs base64decode base64encode cidrhost cidrnetmask cidrsubnet concat contains convert distinct floor format formatdate join
    jsondecode jsonencode keys length lower max merge min parseint range regex_replace replace reverse slice sort split substr
    sum timeadd timestamp trimspace try upper urlencode uuidv4 uuidv5
    """.split()  # noqa: SIM905
)
"""The HCL functions in the forms that every Packer has which a project admits."""


def test_a_form_calls_no_function_that_not_every_packer_has_without_the_table_naming_it() -> None:
    for vector in vectors():
        project = Project()
        for live in live_variants(vector, project):
            written = expression(live, reference, item_kinds=item_kinds(project.inputs))
            if not isinstance(written, NoForm):
                called = set(CALLED.findall(TEXT_WITHOUT_HOLES.sub("", written)))
                assert called <= OF_EVERY_PACKER | PACKER_SINCE.keys(), vector["expression"]


@pytest.mark.parametrize("path", FORM_MODULES, ids=lambda path: path.stem)
def test_a_function_that_not_every_packer_has_is_named_in_the_table(path: Path) -> None:
    tree = ast.parse(path.read_text())
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Module)}
    called = {name for text in texts if text not in docs for name in CALLED.findall(text)}
    assert called <= OF_EVERY_PACKER | PACKER_SINCE.keys(), "add the function to PACKER_SINCE, or to OF_EVERY_PACKER"


def test_braces_are_protected_where_they_are_part_of_the_result() -> None:
    assert hcl(evaluated("[concat('{{ .Vars }} ', parameters('s'))]"), braces=True) == '"{{`{{`}} .Vars }} ${var.s}"'
    assert hcl(evaluated("[if(equals(parameters('s'), '{{'), 'a', 'b')]"), braces=True) == 'var.s == "{{" ? "a" : "b"'
    worked_on = expression(evaluated("[replace(parameters('s'), '{{', '')]"), reference, braces=True)
    assert isinstance(worked_on, NoForm)


def test_an_item_on_a_condition_is_a_list_of_one_or_none() -> None:
    value = ListOf((Literal("a"), Conditional(parameter("b", FLAG), Literal("b")), Literal("c"), Literal("d")))
    assert hcl(value) == 'concat(["a"], var.b ? ["b"] : [], ["c", "d"])'


def nested(function: str, times: int) -> Value:
    """A call in a call, so many times."""
    value: Value = parameter("s", TEXT)
    for _ in range(times):
        value = Call(function, (value,))
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Lambda(("x",), Bound("x")), "lambda is misplaced"),
        (Joined((Literal("a"), parameter("l", LIST))), "into a string"),
        (nested("toLower", 2_000), "nested too deeply"),
        (Call("dateTimeToEpoch", (Literal("20200101T000000Z"),)), "without dashes"),
    ],
)
def test_a_value_that_no_expression_of_a_template_gives_has_no_form(value: Value, reason: str) -> None:
    missing = expression(value, reference)
    assert isinstance(missing, NoForm)
    assert reason in missing.reason


def test_a_form_s_own_loop_variable_hides_none_of_the_template_s() -> None:
    body = Call("join", (Call("map", (parameter("l", LIST), Lambda(("y",), Call("not", (Bound("x"),))))), Literal(",")))
    written = hcl(Call("map", (parameter("l", LIST), Lambda(("x",), body))))
    assert written == '[for x in var.l : join(",", [for x2 in [for y in var.l : !x] : x2 ? "True" : "False"])]'


# ---- through Packer


@dataclass
class Project:
    """Expressions with their inputs, evaluated by one start of Packer."""

    inputs: dict[str, Json] = field(default_factory=dict)
    expressions: list[str] = field(default_factory=list)

    def given(self, value: Json) -> Variable:
        """An input of this value."""
        name = f"v{len(self.inputs)}"
        self.inputs[name] = value
        return parameter(name, kind_of(value_of(value)))

    def run(self, packer: str, folder: Path) -> list[Json]:
        """The value of each expression; "error: ..." where Packer stops at it."""
        (folder / "p.pkr.hcl").write_text("\n".join(self._lines()) + "\n", encoding="utf-8")
        names = ", ".join(f"local.r{index}" for index in range(len(self.expressions)))
        done = subprocess.run(
            [packer, "console", "--config-type=hcl2", str(folder)],
            input=f"jsonencode([{names}])\n",
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "CHECKPOINT_DISABLE": "1"},
            check=False,
        )
        start = done.stdout.find("[")
        assert start >= 0, done.stdout + done.stderr
        results = json.loads(done.stdout[start:])
        return [json.loads(each)["v"] if each.startswith("{") else each for each in results]

    def _lines(self) -> Iterator[str]:
        for name, value in self.inputs.items():
            kinds = {str: "string", bool: "bool", int: "number"}
            kind = kinds.get(type(value))
            if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
                kind = "list(string)"
            written = hcl(value_of(value))
            yield f'variable "{name}" {{'
            yield from ([f"  type = {kind}"] if kind else [])
            yield f"  default = {written}"
            yield "}"
        yield "locals {"
        for index, text in enumerate(self.expressions):
            yield f'  r{index} = try(jsonencode({{ v = {text} }}), "error")'
        yield "}"


def vectors() -> list[Vector]:
    return [vector for vector in (*own_vectors(), *shared_vectors()) if "expected" in vector and "packer" not in vector]


_KEPT = {"lambda", "parameters", "variables", "lambdaVariables", "copyIndex", "resourceId", "subscriptionResourceId",
         "extensionResourceId", "utcNow", "createObject"}  # fmt: skip


def loosened(value: Value, project: Project, chosen: Callable[[], bool]) -> Value:
    """The expression with inputs in place of the known arguments that are ``chosen``."""
    if isinstance(value, Access):
        return replace(value, base=loosened(value.base, project, chosen))
    if not isinstance(value, Call):
        return value
    arguments: list[Value] = []
    for index, argument in enumerate(value.arguments):
        keeps = value.function in _KEPT or (value.function, index) in {("format", 0), ("dateTimeAdd", 1), ("dateTimeAdd", 2)}
        if isinstance(argument, Literal) and argument.value is not None and not keeps and chosen():
            arguments.append(project.given(argument.value))
        else:
            arguments.append(loosened(argument, project, chosen))
    return replace(value, arguments=tuple(arguments))


def scope_of(vector: Vector, project: Project) -> Scope:
    before = Evaluator(Scope(), Findings())
    known = {name: plain(before.evaluate(value_of(value))) for name, value in vector.get("parameters", {}).items()}
    parameters = {name: project.given(value) for name, value in known.items()}
    return Scope(
        parameters=parameters,
        variables=variables_of(vector),
        functions=functions_of(vector),
        context=azure_of(vector),
        loops=loops_of(vector),
        utc_now=time_of(vector),
        shapes={parameters[name].name: value_of(value) for name, value in known.items()},
        named_variables=False,
    )


def live_variants(vector: Vector, project: Project) -> Iterator[Value]:
    """The vector's expression with all of its known arguments as inputs, and with each one alone."""
    tree = read(vector["expression"])
    assert isinstance(tree, Value)
    count = sum(1 for _ in _counted(tree))
    for only in [None, *(range(count) if count > 1 else ())]:
        live = loosened(tree, project, _choosing(only))
        yield Evaluator(scope_of(vector, project), Findings()).simplify(live)


def _choosing(only: int | None) -> Callable[[], bool]:
    """Chooses the argument of this number, or each one."""
    positions = itertools.count()
    return lambda: only in (None, next(positions))


def _counted(tree: Value) -> Iterable[None]:
    places: list[None] = []

    def chosen() -> bool:
        places.append(None)
        return False

    loosened(tree, Project(), chosen)
    return places


def agrees(expected: Json, got: Json) -> bool:
    """Equality of JSON values; a whole number is equal to itself written with a point."""
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(agrees, expected, got))
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(agrees(expected[key], got[key]) for key in expected)
    return expected == got


def item_kinds(inputs: Mapping[str, Json]) -> Callable[[Variable | Local], Kind]:
    def find(value: Variable | Local) -> Kind:
        known = inputs[value.name]
        items = known.values() if isinstance(known, dict) else known if isinstance(known, list) else ()
        kinds = {kind_of(value_of(item)) for item in items}
        return kinds.pop() if len(kinds) == 1 else Kind.ANY

    return find


def judged(written: str) -> bool:
    """Whether the packer on PATH has all that an expression needs; Debian's drops what a date format quotes at its end."""
    version = packer_version() or ()
    return all(since <= version for since in needs_of(written).values()) and (version > (1, 13) or "'\"," not in written)


# Where Packer is known to differ: the order of keys that differ in case; a subnet that lies outside of its network, which
# nobody confirmed that Azure gives.
KNOWN_DIFFERENCES = ("[for k in sort(keys(", "cidrsubnet(")


def differing() -> list[Vector]:
    starts = ("[map(items(parameters", "[cidrSubnet('10.144.0.0/20', 20, 1)")
    return [vector for vector in vectors() if vector["expression"].startswith(starts)]


@needs_packer
@pytest.mark.judge
@pytest.mark.parametrize("packer", PACKERS)
def test_vectors_give_the_same_value_in_packer(packer: str, tmp_path: Path) -> None:
    project = Project()
    cases: list[tuple[Vector, str]] = []
    for vector in vectors():
        for live in live_variants(vector, project):
            if is_known(live):
                continue
            written = expression(live, reference, item_kinds=item_kinds(project.inputs))
            if not isinstance(written, NoForm) and judged(written):
                project.expressions.append(written)
                cases.append((vector, written))
    results = project.run(packer, tmp_path)
    wrong = [
        f"{vector['expression']}: {written} gives {got!r}, not {vector['expected']!r}"
        for (vector, written), got in zip(cases, results, strict=True)
        if not agrees(vector["expected"], got)
        and not (vector in differing() and any(name in written for name in KNOWN_DIFFERENCES))
    ]
    assert not wrong, "\n".join(wrong)
    assert len(cases) > (150 if shared_vectors() else 70)


# ---- dates

PATTERNS = (
    "yyyy-MM-dd-HH-mm-ss", "yyyy.MM.ddHHmm", "u", "yyyyMMddhhmmss", "yyyyMMddTHHmmssZ", "s", "d", "D", "r", "g", "G",
    "ddd, d MMM yy h:m:s tt", "yyyy'T'MM", "'at' yyyy", "M/d", "HH'h'mm", "yyyy-MM-ddTHH:mm:ssK", "yyyy${x}", "zzz",
    "MMMM", "HHmm'x y'", "Tyyyy", "yyyy_MM Q",
)  # fmt: skip


@pytest.mark.judge
@needs_packer
@pytest.mark.parametrize("packer", PACKERS)
def test_date_patterns_give_the_same_text_in_packer(packer: str, tmp_path: Path) -> None:
    at = datetime(2019, 3, 5, 17, 3, 8, tzinfo=UTC)
    written = {pattern: date_forms.formatted(pattern, '"2019-03-05T17:03:08Z"') for pattern in PATTERNS}
    kept = [pattern for pattern in PATTERNS if judged(written[pattern])]
    project = Project(expressions=[written[pattern] for pattern in kept])
    assert project.run(packer, tmp_path) == [format_date(at, pattern) for pattern in kept]


# ---- generated expressions

_LETTERS = "abcABCxyz019 -_/.,:${}%\"'\\\n[]éü"
texts = st.text(_LETTERS, max_size=6)
numbers = st.integers(-50, 50)


class Trees:
    """Draws expressions of a kind, over inputs and known values; what ARM might refuse is drawn seldom or not at all."""

    def __init__(self, data: st.DataObject, project: Project) -> None:
        self._data = data
        self._project = project

    def _pick(self, count: int) -> int:
        return self._data.draw(st.integers(0, count - 1))

    def _leaf(self, strategy: st.SearchStrategy[Json]) -> Value:
        value = self._data.draw(strategy)
        return self._project.given(value) if self._pick(3) else value_of(value)

    def _known(self, strategy: st.SearchStrategy[Scalar]) -> Literal:
        return Literal(self._data.draw(strategy))

    def text(self, depth: int) -> Value:
        if depth == 0:
            return self._leaf(texts)
        t, n, b, ts = self.text, self.number, self.flag, self.texts
        d = depth - 1
        forms: Sequence[Callable[[], Value]] = (
            lambda: Call("concat", (t(d), n(d), self._known(texts), b(d))),
            lambda: Call("format", (Literal("{1}-{0}$"), t(d), n(d))),
            lambda: Call("format", (Literal("{0:D4}|{1,6}"), n(d), t(d))),
            lambda: Call(["toLower", "toUpper", "trim", "base64", "uriComponent", "first", "last"][self._pick(7)], (t(d),)),
            lambda: Call("base64ToString", (Call("base64", (t(d),)),)),
            lambda: Call("replace", (t(d), self._known(texts.filter(bool)), t(d))),
            lambda: Call(["take", "skip"][self._pick(2)], (t(d), n(d))),
            lambda: Call("if", (b(d), t(d), t(d))),
            lambda: Call("string", ([n, b, t][self._pick(3)](d),)),
            lambda: Call("join", (ts(d), self._known(texts))),
            lambda: Call("padLeft", (t(d), Literal(self._pick(9)), Literal(["0", " ", "x"][self._pick(3)]))),
            lambda: Call("guid", (t(d), t(d))),
            lambda: Call("dataUri", (t(d),)),
            lambda: Access(Call("createObject", (Literal("k"), t(d), Literal("a b"), n(d))), Literal("k")),
            lambda: Call("coalesce", (Call("tryGet", (self._object(d), Literal("name"))), t(d))),
        )  # fmt: skip
        return forms[self._pick(len(forms))]()

    def number(self, depth: int) -> Value:
        if depth == 0:
            return self._leaf(numbers)
        t, n, b, ts = self.text, self.number, self.flag, self.texts
        d = depth - 1
        forms: Sequence[Callable[[], Value]] = (
            lambda: Call(["add", "sub", "mul", "min", "max"][self._pick(5)], (n(d), n(d))),
            lambda: Call(["div", "mod"][self._pick(2)], (n(d), Literal(self._pick(9) - 9))),
            lambda: Call("length", ([t, ts][self._pick(2)](d),)),
            lambda: Call("if", (b(d), n(d), n(d))),
            lambda: Call("indexOf", (t(d), t(d))),
            lambda: Call("indexOf", (ts(d), t(d))),
            lambda: Call("lastIndexOf", (t(d), Literal(["a", "ab", "/"][self._pick(3)]))),
            lambda: Call("int", (Call("string", (n(d),)),)),
            lambda: Call("max", (Call("createArray", (n(d), n(d))), n(d))),
        )
        return forms[self._pick(len(forms))]()

    def flag(self, depth: int) -> Value:
        if depth == 0:
            return self._leaf(st.booleans())
        t, n, b, ts = self.text, self.number, self.flag, self.texts
        d = depth - 1
        forms: Sequence[Callable[[], Value]] = (
            lambda: Call(["and", "or"][self._pick(2)], (b(d), b(d), b(d))),
            lambda: Call("not", (b(d),)),
            lambda: Call("equals", [(t(d), t(d)), (n(d), n(d)), (b(d), b(d)), (t(d), n(d)), (ts(d), ts(d))][self._pick(5)]),
            lambda: Call(["greater", "greaterOrEquals", "less", "lessOrEquals"][self._pick(4)], (n(d), n(d))),
            lambda: Call(["contains", "startsWith", "endsWith"][self._pick(3)], (t(d), t(d))),
            lambda: Call("contains", (ts(d), t(d))),
            lambda: Call("contains", (self._object(d), Literal("NAME"))),
            lambda: Call("empty", ([t, ts][self._pick(2)](d),)),
            lambda: Call("bool", (n(d),)),
            lambda: Call("if", (b(d), b(d), b(d))),
        )
        return forms[self._pick(len(forms))]()

    def texts(self, depth: int) -> Value:
        if depth == 0:
            return self._leaf(st.lists(texts, min_size=1, max_size=3))
        t, n, b, ts = self.text, self.number, self.flag, self.texts
        d = depth - 1
        forms: Sequence[Callable[[], Value]] = (
            lambda: Call("concat", (ts(d), ts(d))),
            lambda: Call("createArray", (t(d), t(d))),
            lambda: Call("union", (ts(d), ts(d))),
            lambda: Call("intersection", (ts(d), ts(d))),
            lambda: Call("split", (t(d), Literal([",", "ab", "/"][self._pick(3)]))),
            lambda: Call("split", (t(d), ListOf((Literal(","), Literal("/"), Literal("$"))))),
            lambda: Call(["take", "skip"][self._pick(2)], (ts(d), n(d))),
            lambda: Call("if", (b(d), ts(d), ts(d))),
            lambda: Call("if", (b(d), ts(d), Call("createArray", ()))),
            lambda: Call("map", (ts(d), Lambda(("x", "i"), Joined((Bound("x"), t(d), Bound("i")))))),
            lambda: Call("filter", (ts(d), Lambda(("x",), Call("equals", (Bound("x"), t(d)))))),
            lambda: Repeated("i", Literal(3), Joined((t(d), Bound("i")))),
            lambda: Call("flatten", (Call("createArray", (ts(d), ts(d))),)),
        )
        return forms[self._pick(len(forms))]()

    def _object(self, depth: int) -> Value:
        del depth
        return self._leaf(st.fixed_dictionaries({}, optional={"name": texts, "Other key": texts}))

    def mixed(self, depth: int) -> Value:
        """Any kind, and choices between different ones."""
        kinds = (self.text, self.number, self.flag, self.texts)
        draw = [kinds[self._pick(4)], kinds[self._pick(4)]]
        if self._pick(2):
            return draw[0](depth)
        no = ObjectOf((Entry(Literal("key"), draw[1](depth)), Entry(Literal("null"), Literal(None))))
        return Call("if", (self.flag(depth), draw[0](depth), no))


def compared(packer: str, folder: Path, data: st.DataObject, count: int) -> list[str]:
    """Draws expressions and says which of them Packer and folding disagree about."""
    project = Project()
    trees = Trees(data, project)
    wanted: list[Json] = []
    for _ in range(count):
        tree = trees.mixed(3)
        inputs = [
            Input(name=name, role=Role.PARAMETER, kind=kind_of(value_of(value)), description="", given=value_of(value))
            for name, value in project.inputs.items()
        ]
        live = Evaluator(Scope(), Findings()).simplify(tree)
        folded = fold(live, inputs)
        written = expression(live, reference, item_kinds=item_kinds(project.inputs))
        if isinstance(folded, Folded) and not isinstance(written, NoForm) and judged(written):
            project.expressions.append(written)
            wanted.append(plain(folded.value))
    results = project.run(packer, folder)
    return [
        f"{written} gives {got!r}, not {expected!r} with {project.inputs}"
        for written, expected, got in zip(project.expressions, wanted, results, strict=True)
        if not agrees(expected, got)
    ]


@needs_packer
@pytest.mark.judge
@pytest.mark.parametrize("packer", PACKERS)
@settings(max_examples=5, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_generated_expressions_give_the_same_value_in_packer(
    packer: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong = compared(packer, tmp_path_factory.mktemp("project"), data, 40)
    assert not wrong, wrong[0]
