"""Where the parts of the repository are, and what stands beside it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
GOLDEN = ROOT / "golden"
RECORDED = ROOT / "tests" / "support" / "recorded"
"""Programs that print what is recorded beside a sample."""
SHARED = ROOT.parent / "shared"
