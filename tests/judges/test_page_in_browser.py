"""The page of a comparison in a real Chromium: clicks, keys, filters, scrolling, and that it asks for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import PROGRAM, Page, browser
from compared import before_migrating, beside_a_project, hostile, many

from aib2packer.comparison.faces.page_face import as_page
from aib2packer.comparison.model import Comparison

pytestmark = [pytest.mark.judge, pytest.mark.skipif(PROGRAM is None, reason="no chromium on PATH")]
COMPARISONS = {"beside": beside_a_project, "alone": before_migrating, "hostile": hostile}
HERE = "[...document.querySelectorAll('.here')].map(line => line.id)"
SHOWN = "[...document.querySelectorAll('#list li[data-kind]')].filter(row => !row.hidden).map(row => row.dataset.kind)"
STATUS = "document.getElementById('status').textContent"
FOCUS = "document.activeElement.closest('.line')?.id ?? document.activeElement.closest('li')?.id ?? document.activeElement.id"
TOPS = "['left', 'right'].map(side => document.querySelector(`#${side} .text:not([hidden])`).scrollTop)"
GAPS = (
    "[...document.querySelectorAll('.here')].map(line =>"
    " line.getBoundingClientRect().top - line.closest('.text').getBoundingClientRect().top)"
)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with browser() as tab:
        yield tab


def show(page: Page, folder: Path, comparison: Comparison, *, width: int = 1280, dark: bool = False) -> None:
    path = folder / "page.html"
    path.write_text(as_page(comparison), encoding="utf-8")
    page.open(path, width=width, height=800, dark=dark)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", COMPARISONS)
def test_page_asks_for_nothing_and_fits_the_window(page: Page, tmp_path: Path, name: str, width: int, dark: bool) -> None:
    show(page, tmp_path, COMPARISONS[name](), width=width, dark=dark)
    page.press("j")
    page.press("Enter")
    assert page.requests == [(tmp_path / "page.html").as_uri()]
    assert page.errors == []
    assert page.run("document.documentElement.scrollWidth") == width
    colour = page.run("getComputedStyle(document.body).backgroundColor")
    assert colour == ("rgb(18, 20, 25)" if dark else "rgb(246, 245, 242)")
    assert page.run("getComputedStyle(document.querySelector('.line')).display") == "grid"


def test_keys_go_from_difference_to_difference_and_to_the_counterpart(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, beside_a_project())
    page.press("j")
    assert (page.run(STATUS), page.run(HERE), page.run(FOCUS)) == ("1 of 8", ["L0-9", "R0-3"], "r1")
    page.press("j")
    page.press("j")
    assert (page.run(STATUS), page.run(HERE)) == ("3 of 8", ["L0-18", "R0-31"])
    page.press("k")
    page.press("j")
    page.press("Enter")
    assert page.run(FOCUS) == "R0-31"
    page.press("Enter")
    assert page.run(FOCUS) == "L0-18"
    page.press("Escape")
    assert page.run(FOCUS) == "r5"
    page.press("j")
    assert page.run(HERE) == ["R0-35"]
    assert page.run("[...document.querySelectorAll('.absent')].map(each => each.hidden)") == [False, True]


def test_a_click_finds_the_counterpart(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, beside_a_project())
    page.click("#R0-31 code")
    assert (page.run(HERE), page.run(FOCUS)) == (["L0-18", "R0-31"], "L0-18")
    page.click("#r1 .item")
    assert page.run(HERE) == ["L0-9", "R0-3"]
    page.click("#r9 [data-line=R0-11]")
    assert (page.run(HERE), page.run(FOCUS)) == (["L0-24", "R0-11"], "R0-11")


def test_tabs_show_the_files_and_a_row_opens_its_own(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, beside_a_project())
    page.click("#tab-R2")
    assert page.run("document.querySelector('#right .text:not([hidden])').dataset.name") == "scripts/harden.sh"
    page.press("j")
    assert page.run("document.querySelector('#right .text:not([hidden])').dataset.name") == "image.pkr.hcl"


def test_filters_and_search_choose_the_rows(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, beside_a_project())
    assert page.run(SHOWN) == ["differs", "accepted", "differs", "extra", "missing", "moved", "differs", "cannot-tell"]
    page.click(".chip[data-kind=same]")
    assert page.run(SHOWN).count("same") == 3
    page.click(".chip[data-kind=differs]")
    page.click(".chip[data-fate=equivalent]")
    assert sorted(set(page.run(SHOWN))) == ["accepted", "cannot-tell", "extra", "missing", "same"]
    page.press("/")
    for letter in "docker":
        page.press(letter)
    assert (page.run(SHOWN), page.run(STATUS)) == (["missing"], "1 shown")
    page.press("Enter")
    assert page.run(HERE) == ["L0-20"]
    page.press("/")
    page.press("Escape")
    assert len(page.run(SHOWN)) == 6


def test_panes_scroll_together(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, many(500))
    for side, other in (("left", 1), ("right", 0)):
        page.run("document.querySelectorAll('.text').forEach(text => text.scrollTo(0, 0))")
        page.wheel(f"#{side} .text", 3_000)
        page.wait(f"{TOPS}[{other}] > 1500")
    page.run("document.querySelector('#r400').hidden || select(document.querySelector('#r400'))")
    page.wait(f"{GAPS}.length == 2 && Math.abs({GAPS}[0] - {GAPS}[1]) < 3 && {GAPS}[0] > 0")


def test_help_opens_and_closes(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, beside_a_project())
    page.press("?")
    assert page.run("document.getElementById('keys').open")
    page.press("Escape")
    page.wait("!document.getElementById('keys').open")


def test_two_thousand_steps_stay_quick(page: Page, tmp_path: Path) -> None:
    show(page, tmp_path, many(2_000))
    assert (
        page.run("(start => { for (let i = 0; i < 20; i++) step(1); return performance.now() - start })(performance.now())")
        < 4_000
    )
    assert page.run("(start => { filter(); return performance.now() - start })(performance.now())") < 1_000
