"""Parameters of a deployment template: their declarations, and values from parameter files and the command line.

The values of a file are literal, its names are in any case, and it may refer to a Key Vault.

Sources:
https://learn.microsoft.com/azure/azure-resource-manager/templates/parameters
https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files
https://learn.microsoft.com/azure/azure-resource-manager/templates/key-vault-parameter
https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.arm.partial import plain
from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.diagnostics.nearest import nearest
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.secret_names import is_called_secret
from aib2packer.ir.signatures import carries_signature
from aib2packer.ir.values import (
    Call,
    Entry,
    Input,
    Joined,
    Kind,
    ListOf,
    Literal,
    ObjectOf,
    Role,
    Rule,
    Scalar,
    Value,
    Variable,
    parts_of,
    walk,
)
from aib2packer.source.json_text import read_json

_KINDS = {
    "string": (Kind.TEXT, False),
    "securestring": (Kind.TEXT, True),
    "int": (Kind.NUMBER, False),
    "bool": (Kind.FLAG, False),
    "array": (Kind.LIST, False),
    "object": (Kind.OBJECT, False),
    "secureobject": (Kind.OBJECT, True),
}
_KIND_WORDS = {
    Kind.TEXT: "a string",
    Kind.NUMBER: "an integer",
    Kind.FLAG: "a bool",
    Kind.LIST: "an array",
    Kind.OBJECT: "an object",
}
_TESTS = frozenset({"empty", "equals", "length", "contains", "coalesce"})
_FREE_TEXTS = frozenset(
    {
        "tags",
        "artifacttags",
        "inline",
        "sha256checksum",
        "searchcriteria",
        "restartcheckcommand",
        "stagingresourcegroup",
        "version",
    }
)
"""Keys, in lower case, under which an empty text does, in Azure and in the project."""


class GivenValue(Struct, frozen=True, kw_only=True):
    """A value for a parameter: literal, or one that Azure would fetch from a Key Vault (then ``vault`` says which)."""

    name: str
    value: Value
    vault: str = ""


def declared_inputs(section: Value | None, definitions: Value | None, findings: Findings) -> tuple[Input, ...]:
    """The parameters of a template as inputs; defaults are as they stand there, not evaluated yet."""
    if not isinstance(section, ObjectOf):
        return ()
    inputs = [_declared(entry, definitions, findings) for entry in section.entries if entry.name is not None]
    return tuple(each for each in inputs if each is not None)


def read_parameter_file(root: Value, name: str, findings: Findings) -> tuple[GivenValue, ...]:
    """The values of a parameter file, whole or only its inner object."""
    inner = root.get("parameters") if isinstance(root, ObjectOf) else None
    section = inner if isinstance(inner, ObjectOf) else root
    if not isinstance(section, ObjectOf):
        _report_bad_file(name, root.place, findings)
        return ()
    given: list[GivenValue] = []
    for entry in section.entries:
        if entry.name is None or (section is root and entry.name.lower() in ("$schema", "contentversion", "metadata")):
            continue
        one = _from_file(entry.name, entry.value)
        if one is None:
            findings.hide(entry.value.place)
            _report_bad_file(name, entry.key.place, findings)
            return tuple(given)
        given.append(one)
    return tuple(given)


def given_on_command_line(texts: Mapping[str, str]) -> tuple[GivenValue, ...]:
    """Values of ``--set NAME=VALUE``; their types are those of the parameters, so they stay texts until then."""
    return tuple(GivenValue(name=name, value=Literal(text)) for name, text in texts.items())


def with_given(
    inputs: tuple[Input, ...],
    given: tuple[GivenValue, ...],
    as_text: frozenset[str],
    findings: Findings,
    place: Place | None = None,
) -> tuple[Input, ...]:
    """The inputs with the values that were given (the last counts).

    ``as_text`` names those that came as plain text; ``place`` is that of the template, where a value has none of its own.
    """
    by_name = {each.name.lower(): each for each in inputs}
    for value in given:
        declared = by_name.get(value.name.lower())
        if declared is None:
            _report_unknown(value, inputs, findings, place)
            continue
        by_name[value.name.lower()] = _with(declared, value, value.name in as_text, findings)
    return tuple(by_name.values())


def without_useless(inputs: Iterable[Input], values: Sequence[Value], findings: Findings) -> tuple[Input, ...]:
    """The inputs without the empty strings that they hold where the template, whose ``values`` use them, needs a text."""
    return tuple(_without_useless(each, values, findings) for each in inputs)


def _without_useless(declared: Input, values: Sequence[Value], findings: Findings) -> Input:
    held = declared.given if declared.given is not None else declared.default
    if held != Literal("") or "" in declared.rule.allowed:
        return declared
    uses = {use for value in values for use in _uses_of(declared, value, False)}
    if _Use.TESTED in uses or _Use.NEEDED not in uses:
        return declared
    message = f"The parameter {declared.name} is an empty string but needs a value."
    findings.add(codes.EMPTY_VALUE, message, place=held.place or declared.place, asks=(declared.role, declared.name.lower()))
    return replace(declared, given=None, default=None)


class _Use(StrEnum):
    """Whether an empty text would do where a parameter is used: it is tested for, must not be, or may be."""

    TESTED = "tested"
    NEEDED = "needed"
    FREE = "free"


def _uses_of(declared: Input, value: Value, free: bool) -> Iterator[_Use]:
    match value:
        case Variable():
            if value == declared.reference:
                yield _Use.FREE if free else _Use.NEEDED
        case ObjectOf(entries):
            for entry in entries:
                yield from _uses_of(declared, entry.value, free or (entry.name or "").lower() in _FREE_TEXTS)
        case Joined(parts):
            for before, part, after in zip((None, *parts), parts, (*parts[1:], None), strict=False):
                yield from _uses_of(declared, part, free or not _is_segment(before, after))
        case Call(function, arguments) if function in _TESTS and declared.reference in arguments:
            yield _Use.TESTED
        case Call("if", (condition, *branches)):  # an empty string may be for the branch that is not taken
            yield from (_Use.TESTED for part in walk(condition) if part == declared.reference)
            yield from (_Use.FREE if use is _Use.NEEDED else use for each in branches for use in _uses_of(declared, each, free))
        case _:
            for part in parts_of(value):
                yield from _uses_of(declared, part, free)


def _is_segment(before: Value | None, after: Value | None) -> bool:
    """Whether a part of a text is all that there is between two slashes, as in ids and URLs."""
    start, end = (str(each.value) if isinstance(each, Literal) else "" for each in (before, after))
    return start.endswith("/") and (after is None or end.startswith("/"))


def _with(declared: Input, given: GivenValue, as_text: bool, findings: Findings) -> Input:
    if given.vault:
        message = f"The parameter {declared.name} comes from the key vault {given.vault}."
        findings.add(codes.KEY_VAULT_PARAMETER, message, place=given.value.place, asks=(declared.role, declared.name.lower()))
        return replace(declared, secret=True, default=None)
    if given.value == Literal(None):  # as good as not given
        return declared
    value = _typed(given.value, declared.kind) if as_text and given.value.place is None else given.value
    if declared.secret:
        findings.hide(value.place)
    elif carries_signature(value):
        declared = _as_secret(declared, "value", value, findings)
    if declared.kind in _KIND_WORDS and not _is_of(value, declared.kind):
        message = f"The parameter {declared.name} must be {_KIND_WORDS[declared.kind]}, but its value has another type."
        findings.add(codes.WRONG_PARAMETER_TYPE, message, place=value.place or declared.place)
        return declared
    _check_rule(declared, value, findings)
    return replace(declared, given=value)


def _check_rule(declared: Input, value: Value, findings: Findings) -> None:
    rule = declared.rule
    if rule.allowed:
        allowed = {_folded(each) for each in rule.allowed}
        items = value.items if isinstance(value, ListOf) else (value,)
        if any(isinstance(item, Literal) and _folded(item.value) not in allowed for item in items):
            choice = ", ".join(str(each) for each in rule.allowed)
            message = f"The value of the parameter {declared.name} is not allowed. Use one of {choice}."
            findings.add(codes.PARAMETER_NOT_ALLOWED, message, place=value.place or declared.place)
    size = _size(value)
    number = value.value if isinstance(value, Literal) and declared.kind is Kind.NUMBER else None
    outside = (
        (isinstance(number, int) and rule.min_value is not None and number < rule.min_value)
        or (isinstance(number, int) and rule.max_value is not None and number > rule.max_value)
        or (size is not None and rule.min_length is not None and size < rule.min_length)
        or (size is not None and rule.max_length is not None and size > rule.max_length)
    )
    if outside:
        message = f"The value of the parameter {declared.name} is outside the bounds in the template."
        findings.add(codes.PARAMETER_NOT_ALLOWED, message, place=value.place or declared.place)


def _size(value: Value) -> int | None:
    if isinstance(value, ListOf):
        return len(value.items)
    return len(value.value) if isinstance(value, Literal) and isinstance(value.value, str) else None


def _folded(value: Scalar) -> Scalar:
    return value.lower() if isinstance(value, str) else value


def _typed(value: Value, kind: Kind) -> Value:
    text = value.value if isinstance(value, Literal) else None
    if kind is Kind.TEXT or not isinstance(text, str):
        return value
    read = read_json(SourceText("", text.lower() if kind is Kind.FLAG else text), Findings())
    return value if read is None else from_plain(plain(read))


def from_plain(value: object) -> Value:
    """A value from plain Python data, as ``json.loads`` gives it."""
    if isinstance(value, dict):
        return ObjectOf(tuple(Entry(Literal(str(key)), from_plain(each)) for key, each in value.items()))
    if isinstance(value, list):
        return ListOf(tuple(from_plain(each) for each in value))
    return Literal(value) if isinstance(value, str | int | float | bool) else Literal(None)


def _is_of(value: Value, kind: Kind) -> bool:
    if isinstance(value, Literal):
        scalar = value.value
        if scalar is None:
            return True
        if kind is Kind.FLAG:
            return isinstance(scalar, bool)
        if kind is Kind.NUMBER:
            return isinstance(scalar, int) and not isinstance(scalar, bool)
        return kind is Kind.TEXT and isinstance(scalar, str)
    return (kind is Kind.LIST and isinstance(value, ListOf)) or (kind is Kind.OBJECT and isinstance(value, ObjectOf))


def _from_file(name: str, value: Value) -> GivenValue | None:
    if not isinstance(value, ObjectOf):
        return None
    reference = value.get("reference")
    if isinstance(reference, ObjectOf):
        vault = reference.get("keyVault")
        where = vault.get("id") if isinstance(vault, ObjectOf) else None
        text = str(where.value) if isinstance(where, Literal) else "that the file names"
        return GivenValue(name=name, value=value, vault=text.rpartition("/")[2])
    inner = value.get("value")
    return GivenValue(name=name, value=inner) if inner is not None else None


def _declared(entry: Entry, definitions: Value | None, findings: Findings) -> Input | None:
    name, declaration = entry.name, entry.value
    assert name is not None
    if isinstance(declaration, ObjectOf):
        declaration = _resolved(declaration, definitions)
    found = _kind(declaration) if isinstance(declaration, ObjectOf) else None
    if found is None or not isinstance(declaration, ObjectOf):
        message = f"The parameter {name} has no valid type. Declare it with one."
        findings.add(codes.BAD_DECLARATION, message, place=entry.key.place)
        return None
    kind, secret = found
    if kind is Kind.TEXT and not secret and is_called_secret(name):
        secret = True
        message = (
            f"The parameter {name} is a plain string with the name of a secret. Its value is not written into the project. "
            "Declare the parameter as securestring, in Bicep with @secure()."
        )
        findings.add(codes.SECRET_BY_NAME, message, place=entry.key.place)
    default = declaration.get("defaultValue")
    if default == Literal(None):  # what the portal writes for a parameter without one
        default = None
    if default is None and declaration.get("nullable") == Literal(True):
        default = Literal(None)
    if secret:
        allowed = declaration.get("allowedValues")
        findings.hide(allowed.place if allowed is not None else None)
        default = _without_secret(name, default, findings)
    declared = Input(
        name=name,
        role=Role.PARAMETER,
        kind=kind,
        description=_description(declaration),
        secret=secret,
        default=default,
        rule=replace(_rule(declaration), allowed=()) if secret else _rule(declaration),
        place=entry.key.place,
    )
    if default is not None and not secret and carries_signature(default):
        return _as_secret(declared, "default", default, findings)
    return declared


def _as_secret(declared: Input, what: str, value: Value, findings: Findings) -> Input:
    """The input as one that is not written down."""
    findings.hide(value.place)
    message = f"The {what} of the parameter {declared.name} holds a shared access signature and is not written into the project."
    findings.add(codes.SECRET_LEFT_OUT, message, place=value.place or declared.place, asks=(declared.role, declared.name.lower()))
    return replace(declared, secret=True, signed=True, default=None, given=value)


def _without_secret(name: str, default: Value | None, findings: Findings) -> Value | None:
    if default is not None and default not in (Literal(""), Literal(None)):
        findings.hide(default.place)
        message = f"The default of the secret parameter {name} is not written into the project."
        findings.add(codes.SECRET_LEFT_OUT, message, place=default.place, asks=(Role.PARAMETER, name.lower()))
    return default if default in (Literal(""), Literal(None)) else None


def _resolved(declaration: ObjectOf, definitions: Value | None, depth: int = 0) -> ObjectOf:
    """The declaration with what the definition says that it refers to; its own words count first."""
    reference = declaration.get("$ref")
    if not isinstance(reference, Literal) or not isinstance(definitions, ObjectOf) or depth >= 20:
        return declaration
    target = definitions.get(str(reference.value).rpartition("/")[2])
    if not isinstance(target, ObjectOf):
        return declaration
    target = _resolved(target, definitions, depth + 1)
    return ObjectOf((*declaration.entries, *target.entries), place=declaration.place)


def _kind(declaration: ObjectOf) -> tuple[Kind, bool] | None:
    kind = declaration.get("type")
    return _KINDS.get(kind.value.lower()) if isinstance(kind, Literal) and isinstance(kind.value, str) else None


def _description(declaration: ObjectOf) -> str:
    """Its own words, if it has any."""
    metadata = declaration.get("metadata")
    said = metadata.get("description") if isinstance(metadata, ObjectOf) else None
    if isinstance(said, Literal) and isinstance(said.value, str) and said.value.strip():
        return " ".join(said.value.split())
    return ""


def _rule(declaration: ObjectOf) -> Rule:
    allowed = declaration.get("allowedValues")
    items = allowed.items if isinstance(allowed, ListOf) else ()
    return Rule(
        allowed=tuple(item.value for item in items if isinstance(item, Literal)),
        min_value=_whole(declaration.get("minValue")),
        max_value=_whole(declaration.get("maxValue")),
        min_length=_whole(declaration.get("minLength")),
        max_length=_whole(declaration.get("maxLength")),
    )


def _whole(value: Value | None) -> int | None:
    found = value.value if isinstance(value, Literal) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _report_unknown(value: GivenValue, inputs: tuple[Input, ...], findings: Findings, place: Place | None) -> None:
    findings.hide(value.value.place)
    meant = nearest(value.name, (each.name for each in inputs))
    question = f"Did you mean {meant}?" if meant else "Does the parameter file belong to another template?"
    message = f"The template has no parameter {value.name}. {question}"
    findings.add(codes.UNKNOWN_PARAMETER, message, place=value.value.place or place)


def _report_bad_file(name: str, place: Place | None, findings: Findings) -> None:
    message = f"{name} is not a parameter file: a JSON object of parameters, each with its value."
    findings.add(codes.BAD_PARAMETER_FILE, message, place=place)
