"""Texts of a template, of a project and of a log that would be markup if they reached a page as more than text."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from copy import deepcopy
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path

import pytest
from cases import case_named
from changing import Json, at, places_in, put
from click.testing import CliRunner
from compared import before_migrating, beside_a_project
from declared_keys import Steps

from aib2packer.cli import main
from aib2packer.comparison.comparing import Project
from aib2packer.comparison.faces.page_face import as_page
from aib2packer.comparison.model import Comparison
from aib2packer.diagnostics.model import visible
from aib2packer.ir.choices import Os
from aib2packer.pipeline import Options, Result, compared, convert
from aib2packer.project_folder.reading import InMemory

CANARIES = (
    "<script>canary()</script>",
    '"><img src=x onerror=canary()>',
    "' onmouseover='canary()' x='",
    "javascript:canary()",
    "</code></pre></div></title></style><svg/onload=canary()>",
    "`<b>`{{ canary }}{% raw %}&lt;i&gt;",
    "-->]]><!--<iframe srcdoc=canary>",
    "a\u202etxt\u2066\u2028b\x1b[2J\x00\x85\x9b",
)
HARMLESS = [as_page(each) for each in (beside_a_project(), before_migrating(), Comparison(template="t", project="p", rows=()))]
SAMPLES = ("linux-gallery", "outputs-more-options", "outputs-and-validators")
_FOLLOWED = {"href", "src", "style", "content"}
_BESIDE = re.compile(r"[\w%.-]+\.html")
_LOG = "==> b: Provisioning with shell script: {0}\n==> b: {0}\n    b: {0}\nBuild 'b' errored after 2 seconds: {0}\n==> b: ManagedImageId: {0}\n"


class Seen(HTMLParser):
    """The elements of a page with the names of their attributes, and all that a browser would run or follow."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: set[tuple[str, str]] = set()
        self.active: list[str] = []
        self._in_code = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements |= {(tag, name) for name, _ in (("", None), *attrs)}
        for name, value in attrs:
            if (name in _FOLLOWED or name.startswith("on")) and not _BESIDE.fullmatch(value or ""):
                self.active.append(value or "")
        self._in_code = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.active.append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.add(("comment", data))


def assert_is_text(page: str, harmless: list[str]) -> None:
    """The page has no element or attribute that those of a harmless text have not, and no character steers."""
    seen, known = Seen(page), set().union(*(Seen(each).elements for each in harmless))
    assert seen.elements <= known, seen.elements - known
    assert not [each for each in seen.active if "canary" in each]
    assert visible(page, keep="\t\n") == page


def fields_of(template: Json) -> list[Steps]:
    fixed = {"type", "apiVersion", "$schema", "contentVersion"}
    return [steps for steps in places_in(template) if isinstance(at(template, steps), str) and steps[-1] not in fixed]


def with_text(template: Json, steps: Steps, text: str) -> Result:
    changed = deepcopy(template)
    put(at(changed, steps[:-1]), steps[-1], text)
    return convert(json.dumps(changed).encode(), "t.json", Options(os=Os.LINUX))


def pages_of(mine: Result, theirs: Result) -> Iterator[str]:
    """The page before migrating, and the one beside the other's project; none where the template is refused."""
    for converted in mine.projects:
        yield as_page(compared(converted, mine.findings, None))
        for other in theirs.projects:
            yield as_page(compared(converted, mine.findings, Project(name="p", files=InMemory(other.files))))


def look_at(name: str, fields: int | None) -> None:
    case = case_named(name)
    template: Json = json.loads((case.folder / case.template).read_text())
    as_it_is = convert(json.dumps(template).encode(), "t.json", Options(os=Os.LINUX))
    every, looked = fields_of(template), 0
    random.Random(name).shuffle(every)
    for steps, canary in zip(every[:fields], cycle(CANARIES), strict=False):
        harmful = with_text(template, steps, canary)
        for page in (*pages_of(harmful, as_it_is), *pages_of(as_it_is, harmful)):
            looked += "canary" in page
            assert_is_text(page, HARMLESS)
    assert looked, "no page has a canary"


@pytest.mark.parametrize("name", SAMPLES)
def test_text_of_a_field_is_text_on_a_page(name: str) -> None:
    look_at(name, len(CANARIES))


@pytest.mark.judge
@pytest.mark.parametrize("name", SAMPLES)
def test_text_of_any_field_is_text_on_a_page(name: str) -> None:
    look_at(name, None)


def pages_in(folder: Path, text: str) -> list[str]:
    """The pages about many templates, some of them refused, and about two logs; the text is in names of files and in what they hold."""
    templates, projects = folder / "templates", folder / "projects"
    templates.mkdir(parents=True)
    called = text.replace("/", "∕").replace("\0", "")
    template: Json = json.loads((case_named("linux-gallery").folder / "template.json").read_text())
    assert isinstance(template, dict)
    of_files: tuple[dict[str, Json], ...] = (
        {"tags": {text: text}},
        {"location": text},
        {"properties": {text: text}},
        {"name": text},
    )
    for number, changed in enumerate(of_files):
        (templates / f"{number}{called}.json").write_text(json.dumps({**template, **changed}))
    for number in range(2):
        (folder / f"{number}{called}.log").write_bytes(_LOG.format(f"{text}{number}").encode())
    logs = sorted(folder.glob("*.log"))
    calls = (
        ("check", templates, "-q", "--report", folder / "audit.html"),
        ("convert", templates, "-o", projects, "-q"),
        ("compare", templates, projects, "--format", "html", "-o", folder / "pages"),
        ("compare-logs", *logs, "--format", "html", "-o", folder / "logs.html"),
    )
    for words in calls:
        assert CliRunner().invoke(main, [*map(str, words)]).exit_code in (0, 1, 4), words
    return [path.read_text() for path in (folder / "audit.html", folder / "logs.html", *sorted((folder / "pages").iterdir()))]


@pytest.mark.parametrize("canary", CANARIES, ids=range(len(CANARIES)))
def test_text_is_text_on_the_pages_of_many_files(canary: str, tmp_path: Path) -> None:
    expected, found = (pages_in(tmp_path / name, text) for name, text in (("harmless", "harmless"), ("harmful", canary)))
    for page in found:
        assert_is_text(page, expected)
    told = "".join(found)
    assert told.count("canary") > 5 or "\u202e" in canary


@pytest.mark.parametrize(
    "page", ["<p title=canary()>", "<p onclick='x'>", "<a href='canary()'>", "<p>\u202e</p>", "<script>canary()</script>"]
)
def test_canary_that_is_markup_is_seen(page: str) -> None:
    with pytest.raises(AssertionError):
        assert_is_text(page, ["<p></p><a href='x'></a><script></script>"])
