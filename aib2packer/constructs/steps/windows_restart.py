"""WindowsRestart: restarts and waits; Image Builder's defaults are Packer's own.

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#windows-restart-customizer
https://github.com/hashicorp/packer/blob/v1.16.0/provisioner/windows-restart/provisioner.go
"""

from __future__ import annotations

from aib2packer.constructs.registry import Construct, type_key
from aib2packer.hcl.nodes import Attribute, Block
from aib2packer.ir.choices import Os
from aib2packer.ir.parts import Step
from aib2packer.ir.values import Value
from aib2packer.lowering.lowered import Lowered, provisioners
from aib2packer.lowering.pieces import step_name
from aib2packer.lowering.say import Say
from aib2packer.schema.durations import check_duration
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, exact, script_text, text

_SHAPE = Shape(
    name="WindowsRestart",
    keys=(
        type_key("WindowsRestart"),
        exact("name", text(), "`name`"),
        exact("restartCommand", script_text(), "`restart_command`"),
        exact("restartCheckCommand", script_text(), "`restart_check_command`"),
        exact("restartTimeout", text(), "`restart_timeout`"),
    ),
)


class RestartWindows(Step, frozen=True, kw_only=True):
    """Restarts Windows and waits until it is back; ``timeout`` is a Go duration (``5m``)."""

    command: Value | None
    check: Value | None
    timeout: Value | None


def _read(fields: Fields) -> RestartWindows:
    return RestartWindows(
        path=fields.path,
        place=fields.place,
        name=fields.text("name"),
        command=fields.text("restartCommand"),
        check=fields.text("restartCheckCommand"),
        timeout=check_duration(fields, "restartTimeout"),
    )


def _lower(part: RestartWindows, say: Say) -> Lowered:
    name = step_name(part, say)
    values = {
        "restart_command": (part.command, "restartCommand"),
        "restart_check_command": (part.check, "restartCheckCommand"),
        "restart_timeout": (part.timeout, "restartTimeout"),
    }
    settings = tuple(
        Attribute(name=setting, value=say.rendered(value, f"{part.path}.{key}"), origin=(f"{part.path}.{key}",))
        for setting, (value, key) in values.items()
        if value is not None
    )
    body = (*((name,) if name else ()), *settings)
    return provisioners(Block(kind="provisioner", labels=("windows-restart",), body=body, origin=(part.path,)))


CONSTRUCTS = (
    Construct(
        group=Group.STEP,
        type_name="WindowsRestart",
        shape=_SHAPE,
        reads=(RestartWindows,),
        read=_read,
        lower=_lower,
        runs_on=lambda _part: Os.WINDOWS,
        packer_defaults={("windows-restart", "restart_timeout"): "5m"},
        packer='`provisioner "windows-restart"`',
        since="2019-02-01-preview",
    ),
)
