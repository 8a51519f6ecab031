"""One template, one cloud: what it makes must be where Packer signs in (packer-mapping 8.2)."""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.diagnostics.codes import construct as codes
from aib2packer.ir.clouds import cloud_at, cloud_of
from aib2packer.ir.template import DiskFileOutput, GalleryOutput, ImageTemplate, ManagedImageOutput, Output
from aib2packer.ir.values import Literal, Value, walk
from aib2packer.schema.fields import Reading


def check_one_cloud(template: ImageTemplate, reading: Reading) -> None:
    """Refuses a region or URL of an output that is in another cloud than the build."""
    for what, value, path in (("region", template.location, "location"), *_places(template)):
        for part in walk(value):
            text = part.value if isinstance(part, Literal) and isinstance(part.value, str) else ""
            there = cloud_at(text) if what == "URL" else cloud_of(text)
            if text and not text.startswith("[") and there is not None and there is not template.cloud:
                message = (
                    f"This {what} is in {there.name}, but the project is for {template.cloud.name}. Use one cloud; --cloud sets "
                    "that of the project."
                )
                reading.findings.add(codes.OTHER_CLOUD, message, place=part.place or value.place, path=path)
                break


def _places(template: ImageTemplate) -> Iterator[tuple[str, Value, str]]:
    return (place for output in template.outputs for place in _places_of(output))


def _places_of(output: Output) -> Iterator[tuple[str, Value, str]]:
    match output:
        case DiskFileOutput(uri=uri) if uri is not None:
            yield "URL", uri, f"{output.path}.uri"
        case ManagedImageOutput():
            yield from _region(output.location, f"{output.path}.location")
        case GalleryOutput(regions=tuple(regions)):
            for region in regions:
                yield from _region(region.name, output.path)


def _region(value: Value, path: str) -> Iterator[tuple[str, Value, str]]:
    """A literal region; the value of an expression is not checked."""
    if isinstance(value, Literal):
        yield "region", value, path
