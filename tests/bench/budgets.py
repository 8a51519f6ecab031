"""A report on size: how many lines a person inherits. Run by hand; never a test (tests/golden/test_budgets.py pins the samples).

    python tests/bench/budgets.py TEMPLATES [CHECKOUT]

Converts every template below TEMPLATES, with the aib2packer of this checkout and, side by side, with that of an older CHECKOUT. The
record (.aib2packer.json) and the files of git are not counted: nobody reads them.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HELPERS = ("run", "distribute", "fetch", "build", "preflight")
NOT_READ = (".aib2packer.json", ".gitignore", ".gitattributes")


@dataclass(frozen=True, slots=True)
class Size:
    """The lines of a project: all of them, those of its helper scripts, its longest script, its MIGRATION.md."""

    lines: int
    helpers: int
    longest_script: int
    migration: int


def size_of(project: Path) -> Size:
    """The size of a project."""
    counted = {
        path: len(path.read_text().splitlines()) for path in project.rglob("*") if path.is_file() and path.name not in NOT_READ
    }
    scripts = {path: lines for path, lines in counted.items() if path.suffix in (".sh", ".ps1") and _is_ours(path)}
    helpers = [lines for path, lines in scripts.items() if path.stem in HELPERS]
    report = sum(lines for path, lines in counted.items() if path.name == "MIGRATION.md")
    return Size(sum(counted.values()), sum(helpers), max(scripts.values(), default=0), report)


def _is_ours(path: Path) -> bool:
    """Whether aib2packer wrote the script; steps of the template begin with their number."""
    return not path.name[:2].isdigit()


def projects_below(folder: Path) -> Iterator[Path]:
    """Every project that was written below a folder; validate/ is a part of its project."""
    found = {path.parent for path in folder.rglob("image.pkr.hcl")}
    return (each for each in sorted(found) if each.parent not in found)


def converted(templates: Path, checkout: Path, output: Path) -> list[Size]:
    """The sizes of all projects that a checkout makes of the templates."""
    command = [sys.executable, "-m", "aib2packer", "convert", str(templates), "-o", str(output), "-q"]
    subprocess.run(command, cwd=checkout, env={**os.environ, "PYTHONPATH": str(checkout)}, capture_output=True, check=False)
    return [size_of(project) for project in projects_below(output)]


def report(name: str, sizes: list[Size]) -> None:
    """A line for one checkout."""
    share = 100 * sum(each.helpers for each in sizes) / sum(each.lines for each in sizes)
    print(
        f"{name:8} {len(sizes):4} projects, median {statistics.median(each.lines for each in sizes):6.0f} lines, helper scripts "
        f"{share:4.1f} %, longest script {max(each.longest_script for each in sizes)}, longest MIGRATION.md {max(each.migration for each in sizes)}"
    )


def main() -> None:
    """Prints the report."""
    templates = Path(sys.argv[1]).resolve()
    medians = {}
    for name, checkout in [*[("before", Path(path).resolve()) for path in sys.argv[2:]], ("now", ROOT)]:
        with tempfile.TemporaryDirectory() as folder:
            sizes = converted(templates, checkout, Path(folder) / "out")
        report(name, sizes)
        medians[name] = statistics.median(each.lines for each in sizes)
    if "before" in medians:
        print(f"median now / before: {100 * medians['now'] / medians['before']:.0f} %")


if __name__ == "__main__":
    main()
