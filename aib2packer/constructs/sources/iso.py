"""ISO: a source that the service itself gave up in 2020 (constructs/FACTS.md 5); it is refused, with what to use instead."""

from __future__ import annotations

from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import source as codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.ir.parts import Part
from aib2packer.lowering.lowered import Lowered
from aib2packer.lowering.say import Say
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, refused, text

_SHAPE = Shape(
    name="ISO",
    keys=(
        type_key("ISO"),
        refused(
            "sourceUri",
            text(),
            service="built from an installation disc, until 2020-04-30",
            project="starts from images only",
            old_names=("sourceURI",),
        ),
        refused("sha256Checksum", text()),
    ),
)


def _read(fields: Fields) -> None:
    fields.take("sourceUri")
    fields.take("sha256Checksum")
    message = (
        "An ISO source cannot be converted. Image Builder (since 2020-04-30) and Packer's azure-arm builder start from images "
        "only. Use a PlatformImage, for RHEL the offer rhel-byos of RedHat."
    )
    fields.report_at("type", codes.ISO_SOURCE, message)


def _lower(part: Part, say: Say) -> Lowered:
    raise AssertionError("an ISO source is refused when it is read")


CONSTRUCTS = (
    Construct(
        group=Group.SOURCE,
        type_name="ISO",
        shape=_SHAPE,
        reads=(),
        read=_read,
        lower=_lower,
        packer="none",
        fidelity=Fidelity.REFUSED,
        until="2019-05-01-preview",
    ),
)
