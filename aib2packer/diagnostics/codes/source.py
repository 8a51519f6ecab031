"""Codes 3xx: sources."""

from __future__ import annotations

from aib2packer.diagnostics.model import Code, Severity

BAD_ID = Code(
    id="A2P301",
    severity=Severity.ERROR,
    title="A resource id is malformed.",
    why="Each part of the id becomes a setting of Packer.",
    remedy="Write the whole id, beginning with /subscriptions/, of the resource type that the finding names.",
)
ISO_SOURCE = Code(
    id="A2P302",
    severity=Severity.ERROR,
    title="An ISO source cannot be converted.",
    why="Image Builder has not built from ISO sources since 2020-04-30, and Packer's azure-arm builder starts from images only.",
    remedy="Start from a Marketplace image. For RHEL with your own subscription: publisher RedHat, offer rhel-byos.",
)
INCOMPLETE_PLATFORM_IMAGE = Code(
    id="A2P303",
    severity=Severity.ERROR,
    title="A PlatformImage lacks its publisher, offer or sku.",
    why="Packer needs all three to find the image.",
    remedy="Add what is missing. `az vm image list` lists all three.",
)
SOURCE_ELSEWHERE = Code(
    id="A2P304",
    severity=Severity.WARNING,
    title="The source image is in another subscription than the build.",
    why="Image Builder and Packer look for a managed image in the build's subscription.",
    remedy="Copy the image, or build in its subscription.",
)
INTERMEDIATE_IMAGE = Code(
    id="A2P305",
    severity=Severity.NOTE,
    title="The gallery version is made from a managed image.",
    why="The plugin requires a managed image if the source is one. For a TrustedLaunchSupported definition Azure "
    "accepts versions from a managed image or VHD only.",
    remedy="Delete the managed image after each build if the finding says so. Otherwise Packer deletes it with its "
    "temporary resource group.",
    example='`"type": "VHD"` made from `"type": "ManagedImage"` → `managed_image_name = "intermediate"`',
)
