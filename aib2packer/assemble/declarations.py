"""The declarations of a project's variables: type, default, description, and the rules that a value must meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from aib2packer.hcl.nodes import Attribute, Block, Comment, Expression, Gap, Item, Listing, Pairs, Token, number, raw, string
from aib2packer.hcl.text import HclText, is_identifier, quote
from aib2packer.ir.values import Input, Kind, ListOf, Literal, ObjectOf, Role, Scalar, Value
from aib2packer.lowering.build import Declared
from aib2packer.lowering.lowered import Builder
from aib2packer.lowering.say import Say
from aib2packer.lowering.sign_in import sign_in_variables

_HEADINGS = {
    Role.MACHINE: "The machine",
    Role.PARAMETER: "Parameters of the template",
    Role.PLACEHOLDER: "Placeholders of the template",
    Role.AZURE: "Values from Azure",
    Role.DECISION: "Defaults chosen by Image Builder",
    Role.OPTION: "Options of the conversion",
}


def declarations(variables: Mapping[str, Declared], say: Say) -> tuple[Item, ...]:
    """All variables, under a heading for each reason why they exist; sign-in first."""
    sections = {
        "Authentication": sign_in_variables(say.choices.auth, say.choices.pipeline) if say.builder is Builder.AZURE else [],
        **{heading: list(_of_role(role, variables)) for role, heading in _HEADINGS.items()},
    }
    items = (item for heading, blocks in sections.items() if blocks for item in _section(heading, blocks))
    return tuple(items)[1:]


def _of_role(role: Role, variables: Mapping[str, Declared]) -> Iterator[Block]:
    yield from (_declaration(name, each.input, each.type) for name, each in variables.items() if each.input.role is role)


def _section(heading: str, blocks: Iterable[Block]) -> Iterator[Item]:
    yield from (Gap(), Comment(text=heading))
    for block in blocks:
        yield from (Gap(), block)


def _declaration(name: str, declared: Input, held: str) -> Block:
    body: list[Item] = [Attribute(name="type", value=raw(held))]
    if declared.default is not None:
        body.append(Attribute(name="default", value=raw("null") if declared.is_computed else _default(declared.default)))
    if declared.secret:
        body.append(Attribute(name="sensitive", value=raw("true")))
    body.append(Attribute(name="description", value=string(declared.description)))
    optional = declared.default == Literal(None) or declared.is_computed
    for rule, message in _rules(name, declared):
        condition = f"var.{name} == null ? true : {rule}" if optional else rule
        body += [
            Gap(),
            Block(
                kind="validation",
                body=(
                    Attribute(name="condition", value=raw(condition)),
                    Attribute(name="error_message", value=string(message)),
                ),
            ),
        ]
    return Block(kind="variable", labels=(name,), body=tuple(body))


def _default(value: Value) -> Expression:
    match value:
        case Literal(scalar):
            return _scalar(scalar)
        case ListOf(items):
            return Listing(tuple(_default(item) for item in items))
        case ObjectOf(entries):
            return Pairs(tuple((_key(entry.name or ""), _default(entry.value)) for entry in entries))
        case _:
            return raw("null")


def _key(name: str) -> HclText:
    return HclText(name) if is_identifier(name) else quote(name)


def _scalar(value: Scalar) -> Token:
    if value is None:
        return raw("null")
    if isinstance(value, bool):
        return raw("true" if value else "false")
    return string(value) if isinstance(value, str) else number(value)


def _rules(name: str, declared: Input) -> Iterable[tuple[str, str]]:
    """The conditions that a value must meet, each with Packer's error message."""
    rule, variable = declared.rule, f"var.{name}"
    if rule.allowed:
        allowed = f"[{', '.join(_scalar(value).text for value in rule.allowed)}]"
        each = f"contains({allowed}, {variable})"
        if declared.kind is Kind.LIST:
            each = f"alltrue([for each in {variable} : contains({allowed}, each)])"
        whose = "Each item" if declared.kind is Kind.LIST else "The value"
        yield each, f"{whose} of {name} must be {_choice(rule.allowed)}."
    for what, at_least, at_most, measured in (
        ("value", rule.min_value, rule.max_value, variable),
        ("length", rule.min_length, rule.max_length, f"length({variable})"),
    ):
        bounds = [(f"{measured} >= {at_least}", f"at least {at_least}")] if at_least is not None else []
        bounds += [(f"{measured} <= {at_most}", f"at most {at_most}")] if at_most is not None else []
        if bounds:
            yield (
                " && ".join(test for test, _ in bounds),
                f"The {what} of {name} must be {' and '.join(words for _, words in bounds)}.",
            )


def _choice(allowed: Sequence[Scalar]) -> str:
    """The allowed values in words, if they are few enough to read."""
    *others, last = [str(value).lower() if isinstance(value, bool) else str(value) or "empty" for value in allowed]
    words = f"{', '.join(others)} or {last}" if others else last
    return words if len(words) <= 80 else "one that the template allows"
