"""What companies ask of a build that no template says; a project has only what was asked for with ``--with``.

The other options are where their settings are: security, build_settings.

Sources:
https://github.com/hashicorp/packer-plugin-azure/issues/220
https://github.com/hashicorp/packer-plugin-azure/issues/357
https://github.com/danielsollondon/azvmimagebuilder/issues/15
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
"""

from __future__ import annotations

from aib2packer.diagnostics.codes import template as codes
from aib2packer.hcl.nodes import Attribute, Block, Expression, raw, string
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Option, Os
from aib2packer.ir.values import Input, Kind, ObjectOf, Role, Value
from aib2packer.lowering.lowered import NOTHING, Lowered, source_settings, together
from aib2packer.lowering.requirements import Command, Prerequisite
from aib2packer.lowering.say import Say

_KEY_VAULT = Input(
    name="build_key_vault_name",
    role=Role.OPTION,
    kind=Kind.TEXT,
    description="Existing key vault for the WinRM certificate of the build VM.",
)
_TAGS = Input(
    name="extra_tags",
    role=Role.OPTION,
    kind=Kind.OBJECT,
    description="Further tags for all resources of the build. They override the template's tags.",
    default=ObjectOf(()),
)


def lower_options(say: Say) -> Lowered:
    """The options that were asked for, in the source block."""
    return together(*(lower(say) for option, lower in _LOWERINGS.items() if option in say.choices.extras))


def _lower_spot(_: Say) -> Lowered:
    body = (Attribute(name="eviction_policy", value=string("Deallocate")),)
    return source_settings("--with spot: cheaper, but Azure may evict the VM at any time", Block(kind="spot", body=body))


def _lower_key_vault(say: Say) -> Lowered:
    if say.template.os is Os.LINUX:
        message = "--with key-vault adds nothing: only Windows builds make a key vault."
        say.findings.add(codes.OPTION_WITHOUT_USE, message)
        return NOTHING
    return source_settings("communicator", Attribute(name=_KEY_VAULT.name, value=raw(say.reference(_KEY_VAULT)))) + Lowered(
        inputs=(_KEY_VAULT,)
    )


def _declare_tags(_: Say) -> Lowered:
    return Lowered(inputs=(_TAGS,))


_LOWERINGS = {
    Option.TAGS: _declare_tags,
    Option.SPOT: _lower_spot,
    Option.KEY_VAULT: _lower_key_vault,
}


def key_vault(group: Value, say: Say) -> tuple[Prerequisite, ...]:
    """The vault of `--with key-vault`, where Packer looks for it: in the group of the build."""
    template = say.template
    if Option.KEY_VAULT not in say.choices.extras or template.os is Os.LINUX:
        return ()
    assert template.subscription is not None
    name = _KEY_VAULT.reference
    vault: Command = ("--subscription", template.subscription, "-g", group, "-n", name)
    enabled = "properties.enabledForDeployment"
    return (
        Prerequisite(
            what=("key vault ", name, ", enabled for deployment"),
            look=("keyvault", "show", *vault, "--query", enabled),
            make=("keyvault", "create", *vault, "-l", template.location, "--enabled-for-deployment", "true"),
            answers=True,
        ),
    )


def extra_tags(say: Say) -> HclText | None:
    """The variable with the tags of the person who builds, where that was asked for."""
    return say.reference(_TAGS) if Option.TAGS in say.choices.extras else None


def with_extra_tags(tags: Expression | None, say: Say) -> Expression | None:
    """The tags with those of the person who builds over them, where that was asked for."""
    name = extra_tags(say)
    if name is None or tags is None:
        return raw(name) if name is not None else tags
    return raw(f"merge({inline(tags)}, {name})")
