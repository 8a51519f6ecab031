"""WindowsUpdate: the community plugin rgl/windows-update, in Image Builder as here (lowering/FACTS.md 6).

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#windows-update-customizer
https://github.com/rgl/packer-plugin-windows-update
"""

from __future__ import annotations

from aib2packer.constructs.registry import Construct, type_key
from aib2packer.hcl.nodes import Attribute, Block, Item
from aib2packer.ir.choices import Os
from aib2packer.ir.parts import Step
from aib2packer.ir.values import Literal, Value
from aib2packer.lowering.lowered import Lowered
from aib2packer.lowering.pieces import step_name
from aib2packer.lowering.plugins import Plugin
from aib2packer.lowering.say import Say
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, script_text, script_texts, text, whole

_PLUGIN = Plugin("windows-update", "github.com/rgl/windows-update", "~> 0.17")
_SHAPE = Shape(
    name="WindowsUpdate",
    keys=(
        type_key("WindowsUpdate"),
        exact("name", text(), "`name`"),
        exact("searchCriteria", script_text(), "`search_criteria`"),
        exact("filters", script_texts(), "`filters`, unless empty"),
        exact("updateLimit", whole(0), "`update_limit`, unless 0"),
    ),
)


class UpdateWindows(Step, frozen=True, kw_only=True):
    """Installs Windows updates, restarting as needed; ``limit`` is the number of updates in a round."""

    criteria: Value | None
    filters: tuple[Value, ...] | Value | None
    limit: Value | None


def _read(fields: Fields) -> UpdateWindows:
    limit = fields.take("updateLimit")
    return UpdateWindows(
        path=fields.path,
        place=fields.place,
        name=fields.text("name"),
        criteria=fields.text("searchCriteria"),
        filters=fields.list_of_texts("filters") or None,
        limit=None if limit == Literal(0) else limit,
    )


def _lower(part: UpdateWindows, say: Say) -> Lowered:
    name = step_name(part, say)
    body: list[Item] = [name] if name else []
    if part.criteria is not None:
        path = f"{part.path}.searchCriteria"
        body.append(Attribute(name="search_criteria", value=say.rendered(part.criteria, path), origin=(path,)))
    if part.filters is not None:
        path = f"{part.path}.filters"
        body.append(Attribute(name="filters", value=say.listing(part.filters, path), origin=(path,)))
    if part.limit is not None:
        path = f"{part.path}.updateLimit"
        body.append(Attribute(name="update_limit", value=say.rendered(part.limit, path), origin=(path,)))
    block = Block(kind="provisioner", labels=("windows-update",), body=tuple(body), origin=(part.path,))
    return Lowered(steps=(block,), plugins=(_PLUGIN,))


CONSTRUCTS = (
    Construct(
        group=Group.STEP,
        type_name="WindowsUpdate",
        shape=_SHAPE,
        reads=(UpdateWindows,),
        read=_read,
        lower=_lower,
        runs_on=lambda _part: Os.WINDOWS,
        packer='`provisioner "windows-update"`',
        since="2020-02-14",
    ),
)
