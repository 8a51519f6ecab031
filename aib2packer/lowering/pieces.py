"""Pieces that several parts of a project have: a setting, the name of a step, a script of a step, a result."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code
from aib2packer.hcl.names import snake_case
from aib2packer.hcl.nodes import Attribute, Expression, Token
from aib2packer.hcl.text import HclText
from aib2packer.ir.parts import ResourceId, Step
from aib2packer.ir.text import known_text
from aib2packer.ir.values import Literal, Value
from aib2packer.lowering.lowered import NOTHING, Lowered, Result, Script, path_in_project, source_settings
from aib2packer.lowering.say import Say


def setting(section: str, name: str, value: Value | None, path: str, say: Say) -> Lowered:
    """A setting of the source block that takes a value of the template as it is; nothing for None."""
    if value is None:
        return NOTHING
    return source_settings(section, Attribute(name=name, value=say.rendered(value, path), origin=(path,)))


def step_name(step: Step, say: Say) -> Attribute | None:
    """The ``name`` setting of a step that has one."""
    if step.name is None:
        return None
    return Attribute(name="name", value=say.plain(step.name, step.path), origin=(f"{step.path}.name",))


def script_file(step: Step, extension: str, text: str, say: Say) -> tuple[HclText, Lowered]:
    """A script of a step as a file of the project, and the expression for its path."""
    path = script_path(step, extension, say)
    return path_in_project(path), Lowered(files=(Script(path=path, text=text),))


def script_path(step: Step, extension: str, say: Say) -> str:
    """The path of a step's script in the project, which no other file has."""
    name = step.name.value if isinstance(step.name, Literal) else None
    hint = snake_case(str(name)).replace("_", "-")[:40] if name else "step"
    wish = f"{step.number:02d}-{hint or 'step'}{extension}"
    return f"scripts/{say.names.script(wish)}"


def result(name: Value, value: Expression, path: str, say: Say, version: Token | None = None) -> Lowered:
    """What an output makes, under its runOutputName, in the manifest of the build."""
    assert isinstance(value, Token)
    return Lowered(results=(Result(path=path, key=say.plain_key(name), value=value, version=version),))


def check_subscription(resource: ResourceId, what: str, code: Code, path: str, say: Say) -> None:
    """A finding for a resource in another subscription than the build: Packer looks in that one only."""
    here, there = known_text(say.template.subscription), known_text(resource.subscription)
    if here and there and here.lower() != there.lower():
        message = (
            f"{what} is in the subscription {there}, but Packer looks for it in the subscription of the build, {here}. Use "
            "a resource of that subscription."
        )
        say.findings.add(code, message, place=resource.whole.place, path=path)
