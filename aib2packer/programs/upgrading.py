"""Has Packer turn a template in its legacy JSON into HCL2."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from aib2packer.programs.running import Unknown, find, run

COMMAND = "packer hcl2_upgrade"


def upgraded(file: Path) -> bytes | Unknown | None:
    """The HCL2 of a legacy template; None where there is no Packer, and what Packer says where it refuses it."""
    packer = find("packer")
    if packer is None:
        return None
    with TemporaryDirectory() as folder:
        result = Path(folder) / "upgraded.pkr.hcl"
        ran = run(packer, ["hcl2_upgrade", f"-output-file={result}", str(file)])
        if ran.code or not result.is_file():
            return Unknown(" ".join((ran.errors or ran.output).split()))
        return result.read_bytes()
