"""Time grows with the size of the input, and not faster: each dimension is measured at n, 2n and 4n."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from growth import least_exponent, seconds

from aib2packer.ir.choices import Os
from aib2packer.pipeline import Options, convert

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def image(lines: list[Json] | None = None, **others: Json) -> dict[str, Json]:
    step: Json = {"type": "Shell", "name": "a", "inline": lines or ["echo"]}
    output: Json = {"type": "VHD", "runOutputName": "o"}
    source: Json = {
        "type": "PlatformImage",
        "publisher": "Canonical",
        "offer": "jammy",
        "sku": "22_04-lts-gen2",
        "version": "latest",
    }
    properties: dict[str, Json] = {"source": source, "customize": [step], "distribute": [output]}
    outer = {key: value for key, value in others.items() if key in ("tags", "name")}
    properties |= {key: value for key, value in others.items() if key not in outer}
    kind = "Microsoft.VirtualMachineImages/imageTemplates"
    return {"type": kind, "apiVersion": "2022-07-01", "name": "x", "location": "westus2", "properties": properties, **outer}


def text_of(template: Json) -> str:
    return json.dumps(template)


def deployment(lines: list[Json], **sections: Json) -> str:
    return text_of({"$schema": SCHEMA, **sections, "resources": [image(lines)]})


def numbered(count: int, text: str) -> list[Json]:
    return [text.replace("#", str(number)) for number in range(count)]


def keyed(count: int, value: Json) -> dict[str, Json]:
    return {f"k{number}": value for number in range(count)}


def steps(count: int, **keys: Json) -> list[Json]:
    return [{"type": "Shell", "name": f"s{number}", "inline": [f"echo {number}"], **keys} for number in range(count)]


DIMENSIONS: dict[str, tuple[int, Callable[[int], str]]] = {
    "-sh -sh in a line": (8000, lambda n: text_of(image(["-sh " * n]))),
    "x=; x=; in a line": (8000, lambda n: text_of(image(["x=; " * n]))),
    "then shutdown in a line": (4000, lambda n: text_of(image(["then shutdown " * n]))),
    "distinct placeholders": (400, lambda n: text_of(image(numbered(n, "echo <p#>")))),
    "tags": (1000, lambda n: text_of(image(tags=keyed(n, "v")))),
    "unknown keys on one line": (500, lambda n: text_of({**image(), **keyed(n, 1)})),
    "duplicate keys": (1000, lambda n: '{"a": 1' + ', "a": 1' * n + "}"),
    "lone surrogates": (1000, lambda n: text_of(image(["\ud800"] * n))),
    "trailing commas": (1000, lambda n: "[" + "[1,]," * n + "]"),
    "undeclared variables": (400, lambda n: deployment(numbered(n, "[variables('u#')]"), variables=keyed(n, "x"))),
    "wrong properties": (400, lambda n: deployment(numbered(n, "[variables('o').w#]"), variables={"o": keyed(n, "x")})),
    "accesses to an object": (400, lambda n: deployment(numbered(n, "[variables('o').k#]"), variables={"o": keyed(n, "x")})),
    "used parameters": (
        300,
        lambda n: deployment(numbered(n, "[parameters('k#')]"), parameters={f"k{i}": {"type": "string"} for i in range(n)}),
    ),
    "used live variables": (
        300,
        lambda n: deployment(
            numbered(n, "[variables('k#')]"),
            parameters={"p": {"type": "string"}},
            variables={f"k{i}": f"[concat(parameters('p'), '{i}')]" for i in range(n)},
        ),
    ),
    "File steps with one file name": (
        200,
        lambda n: text_of(
            image(
                customize=[
                    {"type": "File", "name": f"f{i}", "sourceUri": f"https://h/{i}/f", "destination": "/tmp/f"} for i in range(n)
                ]
            )
        ),
    ),
    "steps": (400, lambda n: text_of(image(customize=steps(n)))),
    "lines": (2000, lambda n: text_of(image(numbered(n, "echo #")))),
    "comments": (20000, lambda n: "//\n" * n + text_of(image())),
    "target regions": (
        200,
        lambda n: text_of(
            image(
                distribute=[
                    {
                        "type": "SharedImage",
                        "runOutputName": "o",
                        "galleryImageId": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.Compute/galleries/g/images/i",
                        "targetRegions": [{"name": f"region{i}"} for i in range(n)],
                    }
                ]
            )
        ),
    ),
    "image templates in one file": (60, lambda n: text_of([{**image(), "name": f"i{i}"} for i in range(n)])),
}


def conversion(text: str) -> float:
    """Seconds of the processor that one conversion takes, the least of three."""
    data = text.encode("utf-8", "surrogatepass")
    return min(seconds(lambda: convert(data, "t.json", Options(os=Os.LINUX))) for _ in range(3))


@pytest.mark.judge
@pytest.mark.parametrize("name", DIMENSIONS)
def test_time_is_linear(name: str) -> None:
    count, made = DIMENSIONS[name]
    start = conversion(text_of(image()))

    def above_start(size: int) -> float:
        return max(conversion(made(size)) - start, 0.02)

    exponent = least_exponent(above_start, count, 4 * count, below=1.3)
    assert exponent < 1.3, f"{name}: exponent {exponent:.2f} from {count} to {4 * count}"
