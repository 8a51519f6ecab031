"""What a plain conversion must not import: start-up is most of its time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/images/providers/Microsoft.Compute/images/web"
TEMPLATE = {
    "type": "Microsoft.VirtualMachineImages/imageTemplates",
    "apiVersion": "2022-07-01",
    "location": "westus2",
    "properties": {
        "source": {
            "type": "PlatformImage",
            "publisher": "canonical",
            "offer": "ubuntu-24_04-lts",
            "sku": "server",
            "version": "latest",
        },
        "customize": [{"type": "Shell", "inline": ["sudo apt-get update"]}],
        "distribute": [{"type": "ManagedImage", "imageId": IMAGE, "location": "westus2", "runOutputName": "web"}],
    },
}
UNUSED = {
    *(
        "concurrent.futures",
        "hcl2",
        "jinja2",
        "jsonschema",
        "lark",
        "multiprocessing",
        "rich",
        "subprocess",
        "urllib3",
    ),
    *("aib2packer.arm.evaluator", "aib2packer.arm.functions.catalogue", "aib2packer.hcl.forms.catalogue"),
    *("aib2packer.comparison", "aib2packer.emit.pipelines", "aib2packer.source.bicep.compiler", "aib2packer.source.deployment"),
    *("aib2packer.download", "aib2packer.logs", "aib2packer.source.terraform.nodes", "aib2packer.source.terraform.resources"),
}
CODE = """
import json, sys
from aib2packer.cli import main
try:
    main()
finally:
    print(json.dumps(sorted(sys.modules)))
"""


def test_a_plain_conversion_imports_only_what_it_needs(tmp_path: Path) -> None:
    template = tmp_path / "image.json"
    template.write_text(json.dumps(TEMPLATE))
    command = [sys.executable, "-c", CODE, "convert", str(template), "-o", str(tmp_path / "out"), "-q"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert (tmp_path / "out" / "image.pkr.hcl").is_file(), done.stderr
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "aib2packer.pipeline" in loaded
    assert UNUSED & loaded == set()
