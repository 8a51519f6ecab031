"""The generation and architecture of the source, and a VM size that starts it.

Source: https://learn.microsoft.com/azure/templates/microsoft.virtualmachineimages/imagetemplates
"""

from __future__ import annotations

import re

from aib2packer.ir.defaults import VM_SIZE
from aib2packer.ir.outputs import ImageDefinition
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.text import known_text

_ARM = re.compile(r"arm64|aarch64")
_CONFIDENTIAL = re.compile(r"cvm|confidential")
_GEN1 = re.compile(r"gen1")
_GEN2 = re.compile(
    rf"gen2|gensecond|g2\b|-gs\b|win11|windows-11|2[4-9]_\d\d|azure-edition|{_ARM.pattern}|{_CONFIDENTIAL.pattern}"
)
"""In the offer or sku of images that are Gen2 only, which a Gen1 size cannot start."""
_CONFIDENTIAL_SIZE = re.compile(r"standard_(?:[de]c|ncc)\w*_v(?:[5-9]|\d\d)\Z", re.IGNORECASE)
"""Sizes that start confidential VMs only. DC sizes before v5 have SGX, and start other VMs."""


def default_size(template: ImageTemplate) -> tuple[str, str]:
    """A size that starts the source, and what it is."""
    if is_arm(template):
        return "Standard_D2ps_v5", "starts Arm64 images"
    if _CONFIDENTIAL.search(_words(template)):
        return "Standard_DC2as_v5", "starts confidential VMs"
    if generation_of(template) == "V2":
        return VM_SIZE, "Image Builder's default"
    return VM_SIZE, "starts Gen1 and Gen2 images"


def generation_of(template: ImageTemplate) -> str | None:
    """V1 or V2, by the image definition or by the words of a Marketplace image; None where neither tells."""
    made = definition_of(template)
    if made is not None and made.generation is not None:
        return made.generation.upper()
    urn = template.source.urn
    if not urn or known_text(urn[2]) is None:
        return None
    words = _words(template)
    return "V2" if _GEN2.search(words) and not _GEN1.search(words) else "V1"


def is_arm(template: ImageTemplate) -> bool:
    """Whether the source is known to be for Arm64."""
    made = definition_of(template)
    return bool(_ARM.search(_words(template))) or (made is not None and (made.architecture or "").lower() == "arm64")


def is_confidential(size: str) -> bool:
    """Whether a size starts confidential VMs only.

    >>> [is_confidential(f"Standard_{size}") for size in ("DC8as_v6", "EC4es_v5", "DC2s_v3", "D2ds_v5")]
    [True, True, False, False]
    """
    return _CONFIDENTIAL_SIZE.match(size) is not None


def definition_of(template: ImageTemplate) -> ImageDefinition | None:
    """The image definition of an output, where the template's own file makes it."""
    return next((made for each in template.outputs if (made := each.made_definition) is not None), None)


def _words(template: ImageTemplate) -> str:
    """Offer and sku of a Marketplace image, as far as they are known."""
    return " ".join(known_text(value) or "" for value in template.source.urn[1:3]).lower()
