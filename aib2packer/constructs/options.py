"""What companies ask of a build that no template says: options of the conversion, each a variable that is off until it is set.

Source: users-wishes (b), packer-mapping 1.5, 1.8. A project has only the options that were asked for with ``--with``.
"""

from __future__ import annotations

from aib2packer.constructs.project import Project
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, raw, string
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.template import Option, Os
from aib2packer.ir.values import Input, Kind, Literal, ObjectOf, Role, Scalar

_SECTION = "options of the conversion: off unless their variables are set"
_TEXTS = {
    "spot": "Use a spot VM: cheaper, but Azure may evict it at any time.",
    "build_key_vault_name": "Existing key vault for the WinRM certificate. Default: a temporary one.",
    "skip_create_build_key_vault": "Make no key vault; the source image must then set up WinRM over HTTPS itself.",
    "extra_tags": "Further tags for everything that the build makes; they win over the template's.",
}


def lower_options(project: Project) -> None:
    """Writes the options that were asked for into the source block."""
    for option, lower in _LOWER.items():
        if option in project.choices.extras:
            project.source(_SECTION, *lower(project))


def _variable(name: str, kind: Kind, project: Project, default: Scalar = None) -> HclText:
    wanted = Input(name=name, role=Role.OPTION, kind=kind, description=_TEXTS[name], default=Literal(default))
    return project.declare(wanted)


def _spot(project: Project) -> list[Item]:
    wanted = _variable("spot", Kind.FLAG, project, False)
    content = Block(kind="content", body=(Attribute(name="eviction_policy", value=string("Deallocate")),))
    return [
        Block(kind="dynamic", labels=("spot",), body=(Attribute(name="for_each", value=raw(f"{wanted} ? [1] : []")), content))
    ]


def _key_vault(project: Project) -> list[Item]:
    if project.template.os is Os.LINUX:
        message = "--with key-vault adds nothing: only Windows builds make a key vault."
        project.find(codes.OPTION_WITHOUT_USE, message)
        return []
    return [
        Attribute(name="build_key_vault_name", value=raw(_variable("build_key_vault_name", Kind.TEXT, project))),
        Attribute(name="skip_create_build_key_vault", value=raw(_variable("skip_create_build_key_vault", Kind.FLAG, project))),
    ]


_LOWER = {Option.SPOT: _spot, Option.KEY_VAULT: _key_vault}


def extra_tags(project: Project) -> HclText | None:
    """The variable with the tags of the person who builds, where that was asked for."""
    if Option.TAGS not in project.choices.extras:
        return None
    wanted = Input(name="extra_tags", role=Role.OPTION, kind=Kind.OBJECT, description=_TEXTS["extra_tags"], default=ObjectOf(()))
    return project.declare(wanted)


def with_extra_tags(tags: Expression | None, project: Project) -> Expression | None:
    """The tags with those of the person who builds over them, where that was asked for."""
    name = extra_tags(project)
    if name is None or tags is None:
        return raw(name) if name is not None else tags
    return raw(f"merge({inline(tags)}, {name})")
