"""Makes the rows of a comparison: the template's setting, the conversion's value, the project's value, and the verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from posixpath import normpath

from msgspec import Struct, field

from aib2packer.comparison.authors import Base, author_of
from aib2packer.comparison.evaluating import Read, spelled
from aib2packer.comparison.facts import Fact, Step, lines_of
from aib2packer.comparison.matching import Matching, waits_for, why_alike
from aib2packer.comparison.model import Author, Row, Shown, Spot, Verdict
from aib2packer.comparison.secrets import MASK, masked
from aib2packer.diagnostics.place import Place
from aib2packer.ir.paths import above, short
from aib2packer.project_folder.record import file_name
from aib2packer.reference.pages import packer_settings
from aib2packer.report.settings import Setting

_FIRST = re.compile(r"(\w*)(.*)", re.DOTALL)
IMAGE = "image.pkr.hcl"
"""The file of a conversion whose lines come from the template."""
_PACKER = "packer"
TEMPLATE = "template"
"""The key of what is about the whole template, and the section of what is beside its properties."""


class Settings(Struct, frozen=True, kw_only=True):
    """The settings of a template by their paths; see ``comparing.Template`` for what the members hold."""

    hidden: tuple[Place, ...]
    listed: tuple[Setting, ...]
    codes: Mapping[str, str]
    by_path: Mapping[str, Setting] = field(default_factory=dict)
    order: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)

    def path_for(self, packer: str) -> str:
        """Where the template would say what a setting of Packer's says; empty where that is not one place."""
        path, is_one_of_several, rest = packer_settings().get(packer, "").partition("(")
        if not is_one_of_several:
            return path
        wanted, _, name = rest.partition(")")
        holding = re.compile(re.escape(path).replace(r"\[\]", r"\[\d+\]"))
        types = {
            each.path.removesuffix(".type"): _text(each.value).strip('"')
            for each in self.listed
            if each.value is not None and each.path.endswith(".type")
        }
        return next(
            (f"{at}{name}" for at, said in types.items() if said.casefold() == wanted.casefold() and holding.fullmatch(at)), ""
        )


def settings_by_path(hidden: Sequence[Place], listed: Sequence[Setting], codes: Mapping[str, str]) -> Settings:
    """The settings, to be looked up."""
    order: dict[str, int] = {}
    last: dict[str, int] = {}
    for number, each in enumerate(listed):
        path = each.path
        while path:
            order.setdefault(path, number)
            last[path] = number
            path = above(path)
    return Settings(
        hidden=tuple(hidden),
        listed=tuple(listed),
        codes=codes,
        by_path={each.path: each for each in listed},
        order=order,
        last=last,
    )


class RowMaker(Struct, frozen=True, kw_only=True):
    """Makes rows for one of the projects: that of the image, or that of the validators, whose files are in a ``folder``.

    ``paths`` are the paths of the template by the lines of the conversion's image.pkr.hcl. ``matching`` is None where there is no
    project to compare with.
    """

    settings: Settings
    paths: Mapping[int, Sequence[str]]
    matching: Matching | None
    base: Base | None
    folder: str = ""

    def row(
        self,
        name: str,
        ours: Fact | None,
        theirs: Fact | None,
        *,
        path: str | None = None,
        key: str = "",
        title: str = "",
        section: str = "",
        verdict: Verdict | None = None,
        change: str = "",
        author: Author | None = None,
    ) -> Row:
        """The row of one setting or step, by its name in Packer; ``path`` where its line does not tell it."""
        said = path if path is not None else self.path_of(ours)
        setting = self.settings.by_path.get(said)
        found = verdict or self.verdict(name, ours, theirs)
        left, right = (self._shown(name, each) for each in (ours, theirs))
        if left is not None and right is not None and left.text == right.text and found is Verdict.DIFFERS and ours and theirs:
            left, right = self._spelled(name, ours), self._spelled(name, theirs)
        if found is Verdict.CANNOT_TELL and theirs is not None and not change:
            change = f"comes from {waits_for(theirs.value)}, which has no value here"
        return Row(
            key=key or short(said) or f"{self.folder}{name}",
            section=section or self.section(said),
            title=title,
            setting=name,
            template=self.template_value(setting),
            packer=left,
            project=right,
            fate=setting.fidelity if setting is not None else None,
            service=setting.service if setting is not None else "",
            here=setting.project if setting is not None else "",
            code=self._code(said),
            verdict=found,
            author=author or self._author(found, ours, theirs),
            change=change or (why_alike(left.text, right.text) if found is Verdict.DIFFERS and left and right else ""),
        )

    def setting_row(self, setting: Setting) -> Row:
        """The row of a setting that no line of the conversion says."""
        return Row(
            key=short(setting.path) or TEMPLATE,
            section=section_of(setting.path),
            template=self.template_value(setting),
            fate=setting.fidelity,
            service=setting.service,
            here=setting.project,
            code=self._code(setting.path),
            verdict=Verdict.SAME if self.matching is not None else None,
        )

    def path_of(self, fact: Fact | None) -> str:
        """The path in the template that a value of the conversion comes from; empty where it comes from none."""
        if fact is None or fact.place.source.name != IMAGE:
            return ""
        paths = self.paths.get(fact.place.line) or self.paths.get(fact.outer, ())
        own = next((path for path in paths if path in self.settings.by_path), None)
        holding = next((found for path in paths if (found := self._in_template(path)) in self.settings.by_path), None)
        return own or holding or next(iter(paths), "")

    def path_of_step(self, step: Step) -> str:
        """The path of the step of the template that a step of the conversion is."""
        return next((path for path in self.paths.get(step.place.line, ()) if path in self.settings.order), "")

    def first_line(self, path: str) -> Shown | None:
        """Where the template begins with a step; its content is told by its settings."""
        first = self.settings.listed[self.settings.order[path]].place if path in self.settings.order else None
        return Shown("", Spot(file_name(first.source.name), first.line)) if first is not None else None

    def _in_template(self, path: str) -> str:
        """The path, or what holds it, as far as the template says it."""
        while path and path not in self.settings.order:
            path = above(path)
        return path

    def last_position(self, path: str) -> float:
        """The position of the last setting at or below a path."""
        return self.settings.last.get(path, -0.5)

    def position(self, path: str) -> float:
        """The position of a path in the template, or of what holds it; the end where it has none."""
        return self.settings.order.get(self._in_template(path), len(self.settings.listed))

    def section(self, path: str) -> str:
        """The section of a path; that of Packer's own settings where it is empty."""
        return section_of(path) if path else _PACKER

    def verdict(self, name: str, ours: Fact | None, theirs: Fact | None) -> Verdict | None:
        """How a setting stands; None where there is no project."""
        return self.matching.verdict(name, ours, theirs) if self.matching is not None else None

    def template_value(self, setting: Setting | None) -> Shown | None:
        """What the template says, as it is written."""
        if setting is None or setting.place is None or setting.value is None:
            return None
        place = setting.value
        text = _text(place)
        if any(
            place.source == hidden.source and place.start < hidden.end and hidden.start < place.end
            for hidden in self.settings.hidden
        ):
            text = MASK
        if text.startswith('"') and text.endswith('"') and "\n" not in text and len(text) > 1:
            text = text[1:-1]
        return Shown(masked(setting.path, text), Spot(file_name(place.source.name), setting.place.line))

    def _code(self, path: str) -> str:
        return self.settings.codes.get(path, "") if path else ""

    def _author(self, verdict: Verdict | None, ours: Fact | None, theirs: Fact | None) -> Author | None:
        if self.base is None or self.base.is_of_another or verdict in (None, Verdict.SAME):
            return None
        said = theirs or ours
        file = f"{self.folder}{said.file or said.place.source.name}" if said is not None else ""
        return author_of(self.base, file, ours.place if ours else None, theirs.place if theirs else None)

    def _shown(self, name: str, fact: Fact | None) -> Shown | None:
        if fact is None:
            return None
        return Shown(masked(name, plain(fact.value)), self._spot(fact))

    def _spelled(self, name: str, fact: Fact) -> Shown:
        return Shown(masked(name, spelled(fact.value)), self._spot(fact))

    def _spot(self, fact: Fact) -> Spot:
        """Where a value stands: the text of a file in that file, if it is in the project."""
        file = normpath(f"{self.folder}{fact.file}") if fact.file else ""
        if file and not file.startswith(("..", "/")):
            return Spot(file, 1)
        return Spot(f"{self.folder}{fact.place.source.name}", fact.place.line)


def plain(value: Read) -> str:
    """A value for the eye: texts as they are, lists of texts a line each, anything else as an expression."""
    lines = lines_of(value)
    if lines is not None:
        return lines
    if isinstance(value, dict):
        return ", ".join(f"{name} {plain(each)}" for name, each in value.items())
    return spelled(value)


def _text(place: Place) -> str:
    return place.source.text[place.start : place.end]


def section_of(path: str) -> str:
    """The part of the template that a path is in.

    >>> section_of("properties.customize[0].inline"), section_of("properties.buildTimeoutInMinutes"), section_of("location")
    ('customize', 'template', 'template')
    """
    word, rest = _FIRST.match(short(path)).groups()  # type: ignore[union-attr]
    return word if path.startswith("properties.") and rest else TEMPLATE
