"""Values that are not known at conversion, at the places that need one then, or that say it in another way."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from changing import Json, image, said
from converted import texts_of

from aib2packer.ir.choices import Os, choices_of
from aib2packer.pipeline import Options, Result, convert

IMAGES = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.Compute/galleries/gal/images"
STEP: dict[str, Json] = {"type": "Shell", "name": "a", "inline": ["echo"]}
FIRST: dict[str, Json] = {
    "type": "SharedImage",
    "runOutputName": "one",
    "galleryImageId": f"{IMAGES}/a/versions/1.0.0",
    "replicationRegions": ["westus2"],
}
SECRET: dict[str, Json] = {"p": {"type": "secureObject"}}


def converted(
    *,
    step: Json = None,
    windows: bool = False,
    first: Json = None,
    downloads: str = "fetch",
    parameters: Json = None,
    **second: Json,
) -> Result:
    """Of a template with a step and an output; with ``second``, az makes another one."""
    another: Json = {**FIRST, "runOutputName": "two", "galleryImageId": f"{IMAGES}/b", **second}
    source = (
        ("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-g2") if windows else ("Canonical", "jammy", "22_04-lts-gen2")
    )
    made = image(
        source={"type": "PlatformImage", **dict(zip(("publisher", "offer", "sku"), source, strict=True)), "version": "latest"},
        customize=[step or STEP],
        distribute=[first or FIRST, *([another] if second else [])],
    )
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    variables: Json = {"r": "[toLower(parameters('p'))]"}
    whole: Json = {
        "$schema": schema,
        "parameters": parameters or {"p": {"type": "string"}},
        "variables": variables,
        "resources": [made],
    }
    choices = choices_of(downloads=downloads, extras=(), scripts="sh", auth="cli", pipeline=None)
    return convert(json.dumps(whole).encode(), "t.json", Options(os=Os.WINDOWS if windows else Os.LINUX, choices=choices))


def of_step(**keys: Json) -> Result:
    return converted(step={"name": "a", **keys}, windows=True, parameters={"p": {"type": "array"}})


CONVERTED: dict[str, tuple[Callable[[], Result], str]] = {
    "version": (
        lambda: converted(galleryImageId=f"[concat('{IMAGES}/b/versions/', parameters('p'))]"),
        'gallery-image-version "$',
    ),
    "region of a variable": (
        lambda: converted(first={**FIRST, "replicationRegions": ["[concat(variables('r'), '2')]", "westus2"]}),
        "${local.r}2",
    ),
    "exit codes": (lambda: of_step(type="PowerShell", inline=["x"], validExitCodes="[parameters('p')]"), "= var.p"),
    "filters": (lambda: of_step(type="WindowsUpdate", filters="[parameters('p')]"), "= var.p"),
}


@pytest.mark.parametrize("name", CONVERTED)
def test_what_packer_knows_at_build_time_is_left_to_it(name: str) -> None:
    convert_it, text = CONVERTED[name]
    (project,) = convert_it().projects
    assert text in "".join(texts_of(project).values())


REFUSED: dict[str, tuple[Callable[[], Result], str]] = {
    "major number": (
        lambda: converted(parameters={"p": {"type": "int"}}, versioning={"scheme": "Latest", "major": "[parameters('p')]"}),
        "A2P621",
    ),
    "secret id without a version": (
        lambda: converted(
            parameters={"p": {"type": "secureString"}}, galleryImageId="[parameters('p')]", versioning={"scheme": "Latest"}
        ),
        "A2P518",
    ),
    "secret regions": (lambda: converted(parameters=SECRET, replicationRegions="[parameters('p')]"), "A2P518"),
    "URL that is an object": (
        lambda: converted(
            downloads="vendor",
            step={"type": "Shell", "name": "a", "scriptUri": "[parameters('p').u]"},
            parameters={"p": {"type": "object", "defaultValue": {"u": {"v": 1}}}},
        ),
        "A2P033",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_needed_at_conversion_is_asked_for(name: str) -> None:
    convert_it, code = REFUSED[name]
    assert [each for each, _, _ in said(convert_it()) if each in ("A2P033", "A2P518", "A2P621")] == [code]
