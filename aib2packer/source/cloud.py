"""Tells which of Azure's clouds an image template is for: that of its region, else that of the addresses and regions it names.

Packer signs in to one cloud, and `environment()` is answered for one, so it is chosen at conversion.

Sources:
https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm
https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment#environment
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from aib2packer.diagnostics.codes import deployment as codes
from aib2packer.diagnostics.model import Findings
from aib2packer.ir.clouds import PUBLIC, Cloud, cloud_named_in, cloud_of
from aib2packer.ir.values import Input, Literal, Local, Value, texts_in


class Told(Struct, frozen=True):
    """A cloud, and why another one may be meant, as half a sentence; empty where the template leaves no choice."""

    cloud: Cloud
    doubt: str = ""


def tell_cloud(location: Value | None, within: Iterable[Value], inputs: tuple[Input, ...], named: Mapping[Local, Value]) -> Told:
    """The cloud of a template's ``location``; where that is not known now, of the values in ``within``."""
    from aib2packer.arm.fold import Folded, fold

    if location is None:
        return Told(PUBLIC)
    folded = fold(location, inputs, locals={local.name: each for local, each in named.items()})
    known = folded.value.value if isinstance(folded, Folded) and isinstance(folded.value, Literal) else None
    if isinstance(folded, Folded) and isinstance(known, str) and not known.startswith("["):
        names = " and ".join(each.name for each in folded.used)
        return Told(cloud_of(known), f"this is the cloud of {known}, the current value of {names}" if names else "")
    named_there = {cloud for value in within for text in texts_in(value) if (cloud := cloud_named_in(text)) is not None} - {
        PUBLIC
    }
    unknown = "the region is unknown"
    if len(named_there) != 1:  # none, or a table of all clouds
        return Told(PUBLIC, unknown)
    return Told(named_there.pop(), f"URLs in the template are in this cloud, and {unknown}")


def report_doubt(told: Told, location: Value | None, findings: Findings, *, tells_environment: bool) -> None:
    """Notes that the project is for one cloud, where another may be meant and it would be another project."""
    if not told.doubt or (told.cloud is PUBLIC and not tells_environment):
        return
    also = " (also for environment())" if tells_environment else ""
    message = f"{told.cloud.name} is assumed{also}: {told.doubt}. Use --cloud to choose another cloud."
    findings.add(codes.CLOUD_TAKEN, message, place=location.place if location is not None else None, path="location")


def asks_environment(root: Value) -> bool:
    """Whether a text anywhere in a file may call `environment()`, be it needed or not; without it all clouds give the same."""
    return any("environment" in text.lower() for text in texts_in(root))
