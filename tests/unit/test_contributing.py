"""CONTRIBUTING.md is true: its modules and codes exist, and its example is what a conversion gives."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

import aib2packer
from aib2packer import Options, convert
from aib2packer.constructs.registry import codes

ROOT = Path(aib2packer.__file__).parent.parent
TEXT = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
WORDS = re.findall(r"`([^`\n]+)`", TEXT)


def test_it_is_short_and_the_readme_points_to_it() -> None:
    assert len(TEXT.splitlines()) <= 250
    assert ".github/CONTRIBUTING.md" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    "path", sorted({word for word in WORDS if re.fullmatch(r"(?!tests|golden|samples)[\w/]+(\.py|/)", word)})
)
def test_modules_and_folders_exist(path: str) -> None:
    assert (ROOT / "aib2packer" / path).exists()


def test_codes_exist() -> None:
    assert set(re.findall(r"A2P\d+", TEXT)) <= {code.id for code in codes()}


def test_example_step_becomes_the_block_that_is_shown() -> None:
    (step,) = re.findall(r"^    (\{ \"type\": .+\})$", TEXT, re.MULTILINE)
    (block,) = re.findall(r"^The result:\n\n((?:    .+\n)+)", TEXT, re.MULTILINE)
    image = {
        "type": "Microsoft.VirtualMachineImages/imageTemplates",
        "apiVersion": "2024-02-01",
        "name": "web",
        "location": "westeurope",
        "properties": {
            "source": {"type": "PlatformImage", "publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server"},
            "customize": [json.loads(step)],
            "distribute": [{"type": "VHD", "runOutputName": "disk"}],
        },
    }
    template = {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"who": {"type": "string"}},
        "resources": [image],
    }
    (project,) = convert(json.dumps(template), Options(os="linux")).projects
    written = project.files["image.pkr.hcl"]
    assert isinstance(written, str)
    assert textwrap.indent(textwrap.dedent(block), "  ") in written
