"""The source block of a build VM: how Packer signs in, then the settings under their headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aib2packer.hcl.nodes import Attribute, Block, Comment, Gap, Item, string
from aib2packer.ir.clouds import PUBLIC
from aib2packer.ir.text import one_line
from aib2packer.ir.values import Value
from aib2packer.lowering.lowered import Lowered
from aib2packer.lowering.say import Say
from aib2packer.lowering.sign_in import sign_in_settings

_WITHOUT_HEADING = ("location", "tags", "plan")


def source_block(name: str, subscription: Value | None, lowered: Lowered, say: Say) -> Block:
    """The block of this name; ``subscription`` is where it builds, None for a machine that is there already."""
    body: list[Item] = [*_signed_in(subscription, say)] if subscription is not None else []
    for section, items in _sections(lowered).items():
        if body:
            body.append(Gap())
        if section not in _WITHOUT_HEADING and subscription is not None:
            body.append(Comment(text=one_line(section)))
        body += _spaced(items)
    return Block(kind="source", labels=(say.builder.value, name), body=tuple(body))


def _sections(lowered: Lowered) -> dict[str, list[Item]]:
    """The settings, those of one heading together."""
    found: dict[str, list[Item]] = {}
    for section, item in lowered.settings:
        found.setdefault(section, []).extend([item] if item is not None else [])
    return found


def _signed_in(subscription: Value, say: Say) -> Iterator[Item]:
    """Packer signs in to the public cloud by default."""
    yield from sign_in_settings(say.choices.auth, say.choices.pipeline)
    cloud = say.template.cloud
    if cloud is not PUBLIC:
        yield Attribute(name="cloud_environment_name", value=string(cloud.packer_name), remark="the cloud of the region")
    yield Attribute(name="subscription_id", value=say.rendered(subscription, ""))


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
