"""The rules of the house, run as tests: types, lint, layers."""

from __future__ import annotations

import subprocess
import sys

import pytest
from paths import ROOT

CHECKS = {
    "types": ["mypy"],
    "lint": ["ruff", "check", "--no-cache", "."],
    "format": ["ruff", "format", "--check", "--no-cache", "."],
    "layers": ["importlinter.cli"],
}


@pytest.mark.parametrize("name", ["types", "lint", "format"])
def test_check_is_clean(name: str) -> None:
    tool, *arguments = CHECKS[name]
    result = subprocess.run([sys.executable, "-m", tool, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_stages_point_one_way() -> None:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
