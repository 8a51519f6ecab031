"""HCL text and its printer at their borders: what stays on a line, what is escaped, what HCL would change."""

from __future__ import annotations

import pytest

from aib2packer.hcl.nodes import Attribute, Block, Comment, Listing, string
from aib2packer.hcl.printer import print_items
from aib2packer.hcl.text import columns, quote, survives_hcl


@pytest.mark.parametrize(("length", "lines"), [(96, 1), (97, 3)])
def test_a_list_of_one_item_stays_on_its_line_up_to_100_columns(length: int, lines: int) -> None:
    text = print_items([Attribute(name="a", value=Listing((string("x" * length),), spread=True))]).text
    assert text.count("\n") == lines


def test_each_line_of_a_comment_has_its_mark_and_its_indentation() -> None:
    text = print_items([Block(kind="build", body=(Comment(text="a\n\nb"),))]).text
    assert text == "build {\n  # a\n  #\n  # b\n}\n"


@pytest.mark.parametrize(
    ("text", "braces", "written"),
    [
        ("{{", False, '"{{"'),
        ("{{", True, '"{{`{{`}}"'),
        ("a\t\r\n\\", False, r'"a\t\r\n\\"'),
        ("$ % $${ %%{", False, '"$ % $$${ %%%{"'),
        ("é\u200b\U000e0001", False, r'"é\u200b\U000e0001"'),
    ],
)
def test_a_text_is_quoted_as_packer_reads_it(text: str, braces: bool, written: str) -> None:
    assert quote(text, braces=braces) == written
    assert braces or quote(text) == written


@pytest.mark.parametrize(
    ("text", "does"), [("aé", True), ("a\0", False), ("é\ud800", False), ("e\u0301", False), ("\0e\u0301", False)]
)
def test_hcl_changes_nul_surrogates_and_what_is_not_composed(text: str, does: bool) -> None:
    assert survives_hcl(text) is does


@pytest.mark.parametrize(("text", "count"), [("Xé", 2), ("กำ", 1), ("👍🏽", 1), ("ｶﾞ", 1), ("한글", 2)])
def test_columns_are_what_people_see(text: str, count: int) -> None:
    assert columns(text) == count
