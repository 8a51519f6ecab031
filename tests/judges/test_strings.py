"""Any text that is printed as HCL is the same text for Packer; any tree that is printed is as `packer fmt` would leave it."""

from __future__ import annotations

import base64
import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from building.real_packer import needs_packer, packer
from building.texts import PIECES, TEXT, drawn
from hypothesis import strategies as st

from aib2packer.hcl.expressions import NoForm, expression
from aib2packer.hcl.nodes import (
    Attribute,
    Block,
    Comment,
    Expression,
    Gap,
    Item,
    Listing,
    Pairs,
    Token,
    boolean,
    number,
    raw,
    string,
)
from aib2packer.hcl.printer import print_items
from aib2packer.hcl.text import quote, survives_hcl
from aib2packer.ir.values import Joined, Kind, Literal, Local

pytestmark = pytest.mark.judge

LONG = "x" * 65_536
CHOSEN = [
    *("", " ", *PIECES),
    *(f"{one}{other}" for one in PIECES for other in ("{", "}", "\\", '"', "$", "%", "\n")),
    *(chr(code) for code in range(1, 0x20)),
    *(chr(code) for code in range(0x7F, 0xA1)),
    *(LONG, f"{{{{{LONG}", "é" * 40_000, "$" * 9, "%" * 9, "{" * 9, "\\" * 9, '"' * 9),
]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """At least 2000 different texts."""
    found = list(dict.fromkeys([*CHOSEN, *drawn(TEXT, 2000)]))
    assert len(found) >= 2000
    return found


@needs_packer
def test_every_text_comes_back_but_for_its_normal_form(texts: list[str], tmp_path: Path) -> None:
    back = evaluated(Listing(tuple(string(text) for text in texts), spread=True), tmp_path)
    assert {text: got for text, got in zip(texts, back, strict=True) if got != nfc(text)} == {}
    assert {text for text, got in zip(texts, back, strict=True) if got != text} == {
        text for text in texts if not survives_hcl(text)
    }
    assert sum(not survives_hcl(text) for text in texts) >= 100


@needs_packer
def test_texts_come_back_as_keys_of_an_object(texts: list[str], tmp_path: Path) -> None:
    keys = list(dict.fromkeys(nfc(text) for text in texts[::5]))
    back = evaluated(Pairs(tuple((quote(key), string("")) for key in keys)), tmp_path)
    assert set(back) ^ set(keys) == set()


def _between(live: Local, text: str) -> Token:
    """The text between live parts."""
    written = expression(Joined((live, Literal(text), live)), lambda local: f"local.{local.name}")
    assert not isinstance(written, NoForm)
    return Token(written)


@needs_packer
def test_every_text_comes_back_between_live_parts(texts: list[str], tmp_path: Path) -> None:
    live = Local("live", Kind.TEXT)
    values = [_between(live, text) for text in texts]
    back = evaluated(Listing(tuple(values), spread=True), tmp_path, Attribute(name="live", value=string("<live>")))
    assert {text: got for text, got in zip(texts, back, strict=True) if got != f"<live>{nfc(text)}<live>"} == {}


@needs_packer
def test_every_text_comes_back_from_a_setting_that_packer_renders(texts: list[str], tmp_path: Path) -> None:
    """The builder `file` renders its `content` once, as other builders do theirs, and writes it to a file."""
    folder = tmp_path / "project"
    folder.mkdir()
    written = [text for text in texts if text]
    groups = [written[start : start + 25] for start in range(0, len(written), 25)]
    sources = [_file_source(str(number_), SEPARATOR.join(group)) for number_, group in enumerate(groups)]
    names = Listing(tuple(string(f"source.file.{source.labels[1]}") for source in sources))
    build = Block(kind="build", body=(Attribute(name="sources", value=names),))
    (folder / "image.pkr.hcl").write_bytes(print_items([*sources, build]).text.encode())
    done = packer("build", ".", folder=folder)
    assert done.exit == 0, done.output
    back = [text for number_ in range(len(groups)) for text in (folder / f"{number_}.txt").read_bytes().decode().split(SEPARATOR)]
    assert {text: got for text, got in zip(written, back, strict=True) if got != nfc(text)} == {}


SEPARATOR = "\n<<< >>>\n"


def _file_source(name: str, content: str) -> Block:
    body = (Attribute(name="target", value=string(f"{name}.txt")), Attribute(name="content", value=string(content, braces=True)))
    return Block(kind="source", labels=("file", f"_{name}"), body=body)


def nfc(text: str) -> str:
    """The text as HCL hands it on."""
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udfffy"])
def test_zeros_and_half_characters_do_not_survive(text: str) -> None:
    assert not survives_hcl(text)


def evaluated(value: Expression, folder: Path, *others: Attribute) -> list[str]:
    """What a value is for Packer: a list of texts, or the keys of an object."""
    project = folder / "project"
    project.mkdir()
    block = Block(kind="locals", body=(Attribute(name="value", value=value), *others))
    (project / "locals.pkr.hcl").write_bytes(print_items([block]).text.encode())
    done = packer("console", ".", folder=project, text="base64encode(jsonencode(local.value))\n", errors=False)
    assert done.exit == 0, done.output
    return list(json.loads(base64.b64decode(done.output)))


# ---- trees


NAME = st.from_regex(r"[a-z_][a-z0-9_-]{0,30}", fullmatch=True)
ONE_LINE = TEXT.map(lambda text: " ".join(text.split()))
SIMPLE = st.one_of(
    TEXT.map(string),
    st.booleans().map(boolean),
    st.integers(-99, 99).map(number),
    st.sampled_from(
        ["null", "var.x", "local.a-b", 'format("%d", 1 + 2)', "[for x in var.xs : x]", "var.a ? 1 : [2]", "{}", "-1"]
    ).map(raw),
)
WORDS = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(max_codepoint=0x2FF, exclude_characters="\0")), max_size=8).map(
    "".join
)
KEY = st.one_of(NAME.map(raw), WORDS.map(string), st.just(raw("(var.key)"))).map(lambda token: token.text)
VALUE: st.SearchStrategy[Expression] = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds(Listing, st.lists(inner, max_size=4).map(tuple), st.booleans()),
        st.builds(Pairs, st.lists(st.tuples(KEY, inner), max_size=4).map(tuple)),
    ),
    max_leaves=6,
)
ATTRIBUTE = st.one_of(
    st.builds(Attribute, name=NAME, value=VALUE),
    st.builds(Attribute, name=NAME, value=st.one_of(WORDS.map(string), st.booleans().map(boolean)), remark=ONE_LINE),
)
COMMENT = st.lists(ONE_LINE, min_size=1, max_size=3).map(lambda lines: Comment(text="\n".join(lines)))
LEAF = st.one_of(ATTRIBUTE, ATTRIBUTE, ATTRIBUTE, COMMENT, st.just(Gap()))


def _block(body: st.SearchStrategy[Item]) -> st.SearchStrategy[Block]:
    labels = st.lists(st.one_of(NAME, TEXT), max_size=2).map(tuple)
    return st.builds(Block, kind=NAME, labels=labels, body=_body(body))


def _body(item: st.SearchStrategy[Item]) -> st.SearchStrategy[tuple[Item, ...]]:
    """Items in which no setting stands twice."""
    return st.lists(item, min_size=1, max_size=6).map(
        lambda items: tuple({getattr(each, "name", id(each)): each for each in items}.values())
    )


ITEM: st.SearchStrategy[Item] = st.recursive(LEAF, lambda inner: st.one_of(LEAF, _block(inner)), max_leaves=12)


@needs_packer
def test_every_tree_is_printed_as_fmt_leaves_it(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    trees: Sequence[tuple[Item, ...]] = drawn(_body(ITEM), 250)
    assert len(trees) >= 200
    for count, tree in enumerate(trees):
        (folder / f"tree{count}.pkr.hcl").write_bytes(print_items(tree).text.encode())
    done = packer("fmt", "-check", "-diff", ".", folder=folder)
    assert done.exit == 0, done.output
