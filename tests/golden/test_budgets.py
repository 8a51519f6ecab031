"""What a person inherits stays small: no long script, one page of MIGRATION.md, few lines of helper scripts; over all goldens."""

from __future__ import annotations

import statistics

from bench.budgets import projects_below, size_of
from for_all import for_all
from paths import GOLDEN

SIZES = {str(project.relative_to(GOLDEN)): size_of(project) for project in projects_below(GOLDEN)}


@for_all([*SIZES], str)
def test_no_script_and_no_report_is_longer_than_a_page(name: str) -> None:
    assert SIZES[name].longest_script <= 60
    assert SIZES[name].migration <= 60


def test_projects_are_small_and_mostly_hcl() -> None:
    assert statistics.median(each.lines for each in SIZES.values()) <= 200
    assert sum(each.helpers for each in SIZES.values()) <= 0.2 * sum(each.lines for each in SIZES.values())
