"""The HCL files of a project: plugins, variables and the image itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aib2packer.emit.distribute_scripts import distribute_path
from aib2packer.emit.render import render
from aib2packer.hcl.nodes import Attribute, Block, Comment, Expression, Gap, Item, Listing, Pairs, Token, number, raw, string
from aib2packer.hcl.printer import Printed, print_items
from aib2packer.hcl.text import HclText, is_identifier, quote
from aib2packer.ir.choices import Language
from aib2packer.ir.clouds import PUBLIC, Cloud
from aib2packer.ir.values import Input, Kind, ListOf, Literal, ObjectOf, Role, Scalar, Value
from aib2packer.lowering.build import Build, Sections
from aib2packer.lowering.lowered import Builder, path_in_project
from aib2packer.lowering.sign_in import sign_in_settings, sign_in_variables
from aib2packer.lowering.variable_types import stands_in_local

_OLDEST_PACKER = (1, 13)
"""Since then Packer runs PowerShell and shell lines as this project wants them.

Source: https://github.com/hashicorp/packer/blob/v1.16.0/CHANGELOG.md
"""
_HEADINGS = {
    Role.MACHINE: "The machine",
    Role.PARAMETER: "Parameters of the template",
    Role.PLACEHOLDER: "Placeholders of the template",
    Role.AZURE: "Values from Azure",
    Role.DECISION: "Defaults chosen by Image Builder",
    Role.OPTION: "Options of the conversion",
}


@dataclass(frozen=True, slots=True)
class HclFile:
    """A printed file, and the line of each AIB path in it."""

    text: str
    lines: tuple[tuple[str, int], ...] = ()


def plugins_file(build: Build) -> HclFile | None:
    """The ``packer`` block: the version of Packer, and only the plugins in use; none where there are none.

    Packers that know no plugins yet cannot read that block (hcl/FACTS.md 9), so what needs none leaves it out.
    """
    if not build.plugins:
        return None
    plugins = [
        Attribute(name=plugin.name, value=_pairs(source=plugin.source, version=plugin.version))
        for plugin in sorted(build.plugins)
    ]
    block = Block(
        kind="packer",
        body=(
            _required_version(build),
            Gap(),
            Block(kind="required_plugins", body=tuple(plugins)),
        ),
    )
    return HclFile(print_items([block]).text)


def _required_version(build: Build) -> Attribute:
    """The oldest Packer that can read the project, and the functions that require it if it is not our minimum."""
    major, minor = max([_OLDEST_PACKER, *build.packer.values()])
    reasons = sorted(name for name, since in build.packer.items() if since == (major, minor) != _OLDEST_PACKER)
    return Attribute(name="required_version", value=string(f">= {major}.{minor}.0"), remark=", ".join(reasons))


def variables_file(build: Build) -> HclFile:
    """All variables, under a heading for each reason why they exist; sign-in first."""
    sections = []
    signing_in = sign_in_variables(build.choices.auth, build.choices.pipeline)
    if build.builder is Builder.AZURE and signing_in:
        sections.append(_print_section("Authentication", signing_in))
    for role, heading in _HEADINGS.items():
        blocks = [_variable(name, each.input, each.type) for name, each in build.variables.items() if each.input.role is role]
        if blocks:
            sections.append(_print_section(heading, blocks))
    return HclFile(render("variables.pkr.hcl.j2", {"sections": [section.text for section in sections]}))


def image_file(build: Build, template_name: str) -> HclFile:
    """Locals, source and build, read from top to bottom as the template was."""
    heading = Comment(text=_heading(build, _one_line(template_name)))
    parts = {
        "heading": print_items([heading]),
        "locals": print_items(_locals(build)),
        "source": print_items(_sources(build)),
        "build": print_items([_build(build)]),
    }
    values: dict[str, object] = {name: HclText(part.text) for name, part in parts.items()}
    values["heading"] = HclText(parts["heading"].text.rstrip("\n"))
    text = render("image.pkr.hcl.j2", values)
    return HclFile(text, tuple(_lines_in(text, parts.values())))


def _heading(build: Build, template: str) -> str:
    version = _one_line(build.api_version) or "not named"
    if build.keeps_nothing:
        made_from = "on the machine of the rehearsal" if build.builder is Builder.MACHINE else "in a VM made from the image"
        return f"The validators of {template}, {made_from}; nothing is kept."
    return f"Converted from {template} (Azure VM Image Builder, API {version}) by aib2packer; differences: MIGRATION.md."


def _lines_in(text: str, parts: Iterable[Printed]) -> Iterable[tuple[str, int]]:
    position = 0
    for part in parts:
        if not part.text.strip():
            continue
        start = text.index(part.text.rstrip("\n"), position)
        before = text.count("\n", 0, start)
        yield from ((path, before + line) for path, line in part.lines)
        position = start + len(part.text) - 1


def _print_section(heading: str, blocks: Sequence[Block]) -> Printed:
    items: list[Item] = [Comment(text=heading)]
    for block in blocks:
        items += [Gap(), block]
    return print_items(items)


def _locals(build: Build) -> list[Item]:
    if not build.locals:
        return []
    body: list[Item] = []
    for local in build.locals:
        is_apart = local.remark or (body and isinstance(_value_of(body[-1]), Pairs))
        body += [*([Gap()] if body and is_apart else []), *([Comment(text=local.remark)] if local.remark else [])]
        body.append(Attribute(name=local.name, value=local.value))
    return [Block(kind="locals", body=tuple(body))]


def _value_of(item: Item) -> Expression | None:
    return item.value if isinstance(item, Attribute) else None


def _sources(build: Build) -> list[Item]:
    """The source block, and those of outputs that have a VM of their own."""
    blocks: list[Item] = [_source(build, "image", build.subscription, build.sections)]
    for further in build.further:
        remark = "A second VM, which runs all steps again: the first one cannot make this output."
        blocks += [Gap(), Comment(text=remark), _source(build, further.name, further.subscription, further.sections)]
    return blocks


def _source(build: Build, name: str, subscription: Expression | None, sections: Sections) -> Block:
    body = _signed_in(build, subscription) if build.builder is Builder.AZURE else []
    for section, items in sections.items():
        if body:
            body.append(Gap())
        if section not in ("location", "tags", "plan") and build.builder is Builder.AZURE:
            body.append(Comment(text=_one_line(section)))
        body += _spaced(items)
    return Block(kind="source", labels=(build.builder.value, name), body=tuple(body))


def _signed_in(build: Build, subscription: Expression | None) -> list[Item]:
    assert subscription is not None
    return [
        *sign_in_settings(build.choices.auth, build.choices.pipeline),
        *_cloud(build.cloud),
        Attribute(name="subscription_id", value=subscription),
    ]


def _cloud(cloud: Cloud) -> list[Item]:
    """Packer signs in to the public cloud by default."""
    if cloud is PUBLIC:
        return []
    return [Attribute(name="cloud_environment_name", value=string(cloud.packer_name), remark="the cloud of the region")]


def _build(build: Build) -> Block:
    names = ("image", *(further.name for further in build.further))
    body: list[Item] = [
        Attribute(name="sources", value=Listing(tuple(string(f"source.{build.builder.value}.{name}") for name in names)))
    ]
    for item in build.steps:
        if not body or not isinstance(body[-1], Comment):
            body.append(Gap())
        body.append(item)
    if build.builder is Builder.AZURE and not build.keeps_nothing:
        body += [Gap(), _manifest(build), *_distribution(build)]
    return Block(kind="build", body=tuple(body))


def _spaced(items: Sequence[Item]) -> list[Item]:
    """An empty line before and after each nested block."""
    spaced: list[Item] = []
    for item in items:
        if spaced and (isinstance(item, Block) or isinstance(spaced[-1], Block)):
            spaced.append(Gap())
        spaced.append(_spaced_block(item) if isinstance(item, Block) else item)
    return spaced


def _spaced_block(block: Block) -> Block:
    return Block(kind=block.kind, labels=block.labels, body=tuple(_spaced(block.body)), origin=block.origin)


def _manifest(build: Build) -> Block:
    body: list[Item] = [
        Attribute(name="output", value=raw('"${path.root}/manifest.json"')),
        Attribute(name="strip_path", value=raw("true")),
    ]
    values = build.distribution.values
    known = [(each.key, each.value) for each in build.results]
    known += [(HclText(name), value) for name, value in values.items() if build.manifest_key(name) == name]
    if known:
        body.append(Attribute(name="custom_data", value=_pairs_of(known)))
    return Block(kind="post-processor", labels=("manifest",), body=tuple(body))


_DISTRIBUTION = {
    Language.SH: (("linux", "darwin"), ("sh", "{{.Script}}")),
    Language.POWERSHELL: (("windows",), ("powershell", "-NoProfile", "-ExecutionPolicy", "Bypass", "-File", "{{.Script}}")),
}
"""On which systems Packer calls the distribute script of a language, and how."""


def _distribution(build: Build) -> list[Item]:
    """The post-processors that call the distribute scripts; where validators come between, run.sh calls them."""
    if not build.distributes_in_build:
        return []
    items: list[Item] = [Gap(), Comment(text="Outputs that Packer cannot publish are made with az. Requires `az login`.")]
    languages = build.choices.languages
    for language in languages:
        systems, command = _DISTRIBUTION[language]
        body = [
            *([Attribute(name="only", value=_texts(("azure-arm.image",)))] if build.further else []),
            *([Attribute(name="only_on", value=_texts(systems))] if len(languages) > 1 else []),
            Attribute(name="execute_command", value=_texts(command)),
            Attribute(name="script", value=raw(path_in_project(distribute_path(language)))),
        ]
        items += [Block(kind="post-processor", labels=("shell-local",), body=tuple(body)), Gap()]
    return items[:-1]


def _texts(values: Iterable[str]) -> Listing:
    return Listing(tuple(map(string, values)))


def _pairs_of(pairs: Sequence[tuple[HclText, Expression]]) -> Expression:
    return Pairs(tuple(pairs))


def _pairs(**values: str) -> Expression:
    return _pairs_of([(HclText(name), string(value)) for name, value in values.items()])


def _variable(name: str, declared: Input, held: str) -> Block:
    body: list[Item] = [Attribute(name="type", value=raw(held))]
    if declared.default is not None:
        body.append(Attribute(name="default", value=raw("null") if stands_in_local(declared) else _default(declared.default)))
    if declared.secret:
        body.append(Attribute(name="sensitive", value=raw("true")))
    body.append(Attribute(name="description", value=string(declared.description)))
    optional = declared.default == Literal(None) or stands_in_local(declared)
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


def _one_line(text: str) -> str:
    return " ".join(text.split())
