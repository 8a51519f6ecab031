"""What a person inherits stays small: no long script, one page of MIGRATION.md, few lines of helper scripts; over all goldens."""

from __future__ import annotations

import statistics
from functools import cache
from pathlib import Path

from bench.budgets import Size, projects_below, size_of
from for_all import for_all
from paths import GOLDEN

PROJECTS = list(projects_below(GOLDEN))


@cache
def size(project: Path) -> Size:
    return size_of(project)


@for_all(PROJECTS, lambda project: str(project.relative_to(GOLDEN)))
def test_no_script_and_no_report_is_longer_than_a_page(project: Path) -> None:
    assert size(project).longest_script <= 60
    assert size(project).migration <= 60


def test_projects_are_small_and_mostly_hcl() -> None:
    sizes = [size(project) for project in PROJECTS]
    assert statistics.median(each.lines for each in sizes) <= 200
    assert sum(each.helpers for each in sizes) <= 0.2 * sum(each.lines for each in sizes)
