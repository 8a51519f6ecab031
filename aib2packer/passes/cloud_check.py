"""One template, one cloud: what it makes must be where Packer signs in.

Source: https://github.com/hashicorp/packer-plugin-azure/blob/v2.6.3/builder/azure/arm/config.go
"""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.ir.clouds import cloud_at, cloud_of
from aib2packer.ir.outputs import Where
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Literal, Value, walk
from aib2packer.schema.fields import Reading


def check_one_cloud(template: ImageTemplate, reading: Reading) -> None:
    """Refuses a region or URL of an output that is in another cloud than the build."""
    for what, value, path in _places(template):
        for part in walk(value):
            text = part.value if isinstance(part, Literal) and isinstance(part.value, str) else ""
            there = cloud_at(text) if what is Where.URL else cloud_of(text)
            if text and not text.startswith("[") and there is not None and there is not template.cloud:
                message = (
                    f"This {what} is in {there.name}, but the project is for {template.cloud.name}. Use one cloud; --cloud sets "
                    "that of the project."
                )
                reading.findings.add(codes.OTHER_CLOUD, message, place=part.place or value.place, path=path)
                break


def _places(template: ImageTemplate) -> Iterator[tuple[Where, Value, str]]:
    """What the template names for itself and for its outputs; of regions the literal ones, as expressions are not checked."""
    yield Where.REGION, template.location, "location"
    for output in template.outputs:
        yield from (place for place in output.places() if place[0] is Where.URL or isinstance(place[1], Literal))
