"""Puts a template, its fresh conversion and a project side by side: a row for each setting and step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from aib2packer.comparison.authors import Base
from aib2packer.comparison.downloads import downloads_of
from aib2packer.comparison.facts import Fact
from aib2packer.comparison.files import file_rows
from aib2packer.comparison.image import Image, image_of
from aib2packer.comparison.matching import Matching
from aib2packer.comparison.model import Comparison, Row, Shown, Verdict
from aib2packer.comparison.reading import Given, PackerProject, check_given, filled_like, has_project, read_project
from aib2packer.comparison.rows import IMAGE, RowMaker, Settings, settings_by_path
from aib2packer.comparison.secrets import masked_text
from aib2packer.comparison.steps import BLOCKS, Steps, gone_paths, step_rows
from aib2packer.comparison.variables import variable_rows
from aib2packer.comparison.warnings import warning_rows, with_warnings
from aib2packer.diagnostics.model import Finding
from aib2packer.diagnostics.place import Place, SourceText
from aib2packer.ir.paths import short
from aib2packer.project_folder.reading import Below, ProjectFiles
from aib2packer.project_folder.record import file_name
from aib2packer.report.settings import Setting

_VALIDATION = "validate"
_OF_VALIDATION = "properties.validate"


class Template(Struct, frozen=True, kw_only=True):
    """A template and its conversion.

    ``settings`` are in the order of the text, ``hidden`` the places of secrets in it. ``lines`` tells where the conversion says a path
    (path, file, line), ``codes`` which finding is about it, ``downloads`` which setting names a file that is fetched. ``warnings`` are
    those of the conversion, ``paths`` its files.
    """

    text: SourceText
    hidden: tuple[Place, ...]
    settings: tuple[Setting, ...]
    lines: Sequence[tuple[str, str, int]]
    codes: Mapping[str, str]
    warnings: tuple[Finding, ...]
    downloads: Mapping[str, str]
    paths: tuple[str, ...]
    files: ProjectFiles


class Project(Struct, frozen=True, kw_only=True):
    """The project to compare with: how the report calls it, its files, which image of it, and what is known of its making."""

    name: str
    files: ProjectFiles
    source: str = ""
    build: str = ""
    given: Given = field(default_factory=Given)
    base: Base | None = None
    made_by: str = ""


class _Side(Struct, frozen=True, kw_only=True):
    """One of the two projects, read."""

    project: PackerProject
    image: Image

    @property
    def steps(self) -> Steps:
        return Steps(steps=self.image.steps, downloads=downloads_of(self.project), project=self.project)


def compare(template: Template, project: Project | None) -> Comparison:
    """All rows about one image, in the order of the template; raises NotReadError where a project cannot be read."""
    settings = settings_by_path(template.hidden, template.settings, template.codes)
    ours, theirs = _sides(template.files, project)
    if project is not None and theirs is not None:
        check_given(theirs.project, project.given)
    make = _maker(settings, template, project, ours, theirs, "")
    placed = [*_placed_rows(make, ours, theirs, template, project)]
    placed += _rows_of_validation(settings, template, project)
    told = {row.key for _, row in placed}
    gone = gone_paths([row for _, row in placed])
    placed += _rows_without_lines(make, told, gone)
    if project is None:
        placed = [*warning_rows(make, {row.key for _, row in placed}, template.warnings), *placed]
    rows = tuple(row for _, row in sorted(placed, key=lambda each: each[0]))
    rows = tuple(_told_apart(rows)) if project is not None else tuple(with_warnings(tuple(_merged(rows)), template.warnings))
    return Comparison(
        template=template.text.name,
        project=project.name if project is not None else "",
        rows=rows,
        texts=_texts(template, project, rows),
        made_by=project.made_by if project is not None else "",
        edited=tuple(sorted(project.base.edited)) if project is not None and project.base is not None else (),
        left_out=theirs.image.left_out if theirs is not None else (),
    )


def _told_apart(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows; where several settings of Packer come from one of the template, the key of each names its own."""
    settings: dict[str, set[str]] = {}
    for row in rows:
        settings.setdefault(row.key, set()).add(row.setting)
    for row in rows:
        is_step = row.setting.startswith(BLOCKS)
        yield row if len(settings[row.key]) == 1 or is_step else replace(row, key=f"{row.key}: {row.setting}")


def _merged(rows: Sequence[Row]) -> Iterator[Row]:
    """A row for each setting of the template; what the conversion says for it, in one value."""
    for (_, _), same in groupby(rows, key=lambda row: (row.key, row.title)):
        first, *others = same
        told = [row for row in (first, *others) if row.packer is not None]
        if len(told) < 2:
            yield told[0] if told else first
            continue
        values = [(row.setting, row.packer) for row in told if row.packer is not None]
        text = "\n".join(f"{name} = {value.text}" for name, value in values)
        yield replace(told[0], setting=", ".join(name for name, _ in values), packer=Shown(text, values[0][1].spot))


def _sides(files: ProjectFiles, project: Project | None) -> tuple[_Side, _Side | None]:
    """A conversion and a project; what was filled in for variables without a value there holds for both."""
    ours = _side(files, None, None)
    if project is None:
        return ours, None
    theirs = _side(project.files, project, ours)
    matching = _matching(ours, theirs)
    for name in ours.image.settings.keys() & theirs.image.settings.keys():
        matching.verdict(name, ours.image.settings[name], theirs.image.settings[name])
    filled = filled_like(ours.project, theirs.project, matching.renamed)
    return replace(ours, project=filled, image=image_of(filled)) if filled is not ours.project else ours, theirs


def _side(files: ProjectFiles, project: Project | None, like: _Side | None) -> _Side:
    read = read_project(files, project.given if project is not None else None)
    settings = like.image.settings if like is not None else None
    source, build = (project.source, project.build) if project is not None else ("", "")
    return _Side(project=read, image=image_of(read, source=source, build=build, like=settings))


def _matching(ours: _Side, theirs: _Side) -> Matching:
    return Matching(frozenset(ours.project.variables), frozenset(theirs.project.variables))


def _maker(
    settings: Settings, template: Template, project: Project | None, ours: _Side, theirs: _Side | None, folder: str
) -> RowMaker:
    matching = _matching(ours, theirs) if theirs is not None else None
    paths = _paths(template.lines, f"{folder}{IMAGE}")
    return RowMaker(settings=settings, paths=paths, matching=matching, base=project.base if project else None, folder=folder)


def _paths(lines: Sequence[tuple[str, str, int]], file: str) -> Mapping[int, list[str]]:
    """The paths in the template that each line of a file comes from."""
    paths: dict[int, list[str]] = {}
    for path, name, line in lines:
        if name == file:
            paths.setdefault(line, []).append(path)
    return paths


def _placed_rows(
    make: RowMaker, ours: _Side, theirs: _Side | None, template: Template, project: Project | None
) -> Iterator[tuple[float, Row]]:
    """The rows about one of the two projects, each with its position in the template."""
    there = theirs.image.settings if theirs is not None else {}
    other = _counterparts(make, ours.image.settings, there)
    taken = frozenset(other.values())
    for name, fact in ours.image.settings.items():
        yield make.position(make.path_of(fact)), make.row(name, fact, there.get(other[name]))
    for name in there:
        if name not in taken:
            yield from _extra_settings(make, name, there, ours.image.settings)
    yield from step_rows(make, ours.steps, theirs.steps if theirs is not None else None, template.downloads)
    if theirs is None:
        return
    end = make.position("")
    renamed = make.matching.renamed if make.matching is not None else {}
    yield from ((end, row) for row in variable_rows(make, ours.project, theirs.project, renamed))
    if project is not None and project.base is not None:
        paths = [path for path in template.paths if not path.startswith(f"{_VALIDATION}/")] if not make.folder else []
        yield from ((end, row) for row in file_rows(make, paths, ours.project, theirs.project, ours.image.steps))


def _counterparts(make: RowMaker, ours: Mapping[str, Fact], theirs: Mapping[str, Fact]) -> Mapping[str, str]:
    """Their name for each of our settings: the same, but for members of a set that a variable names, which may have another name."""
    found = {name: name for name in ours}
    free = [name for name in theirs if "[" in name and name not in ours]
    for name, fact in ours.items() if free else ():
        if name in theirs or "[" not in name:
            continue
        same = (each for each in free if each.partition("[")[0] == name.partition("[")[0])
        alike = next((each for each in same if make.verdict(name, fact, theirs[each]) is Verdict.SAME), None)
        if alike is not None:
            free.remove(alike)
            found[name] = alike
    return found


def _extra_settings(
    make: RowMaker, name: str, there: Mapping[str, Fact], ours: Mapping[str, Fact]
) -> Iterator[tuple[float, Row]]:
    """A setting that only the project has: of a set or an object that the conversion has, it stands with that one's setting."""
    start = name.partition("[")[0].rpartition(".")[0] if "[" not in name else name.partition("[")[0]
    beside = next((fact for key, fact in ours.items() if start and key.startswith(start)), None)
    path = make.path_of(beside) or make.settings.path_for(name)
    key = short(make.settings.path_for(name)) or f"{make.folder}{name}"
    yield make.position(path), make.row(name, None, there[name], path="", section=make.section(path), key=key)


def _rows_of_validation(settings: Settings, template: Template, project: Project | None) -> list[tuple[float, Row]]:
    """The rows about the project of the validators; one where it is missing."""
    if f"{_VALIDATION}/{IMAGE}" not in template.paths:
        return []
    folder = f"{_VALIDATION}/"
    files = Below(template.files, _VALIDATION)
    below = Below(project.files, _VALIDATION) if project is not None else None
    if project is not None and below is not None and not has_project(below):
        ours = _side(files, None, None)
        make = _maker(settings, template, project, ours, ours, folder)
        place = Place(SourceText(IMAGE, ""), 0, 0)
        fact = Fact(value="the project of the validators", asked="", place=place)
        row = make.row(_VALIDATION, fact, None, path=_OF_VALIDATION, key=_VALIDATION, change=f"{folder} is not there")
        return [(make.position(_OF_VALIDATION), row)]
    inner = Project(name=project.name, files=below, given=project.given, base=project.base) if project and below else None
    ours, theirs = _sides(files, inner)
    return [*_placed_rows(_maker(settings, template, inner, ours, theirs, folder), ours, theirs, template, inner)]


def _rows_without_lines(make: RowMaker, told: set[str], gone: frozenset[str]) -> Iterator[tuple[float, Row]]:
    """The settings that no row is about yet; those of a missing step or project are told by its row."""
    starts = tuple(f"{key}{sign}" for key in gone for sign in ".[")
    for setting in make.settings.listed:
        row = make.setting_row(setting)
        if row.key not in told and not row.key.startswith(starts or ("\0",)):
            yield make.position(setting.path), row


def _texts(template: Template, project: Project | None, rows: Sequence[Row]) -> dict[str, str]:
    """The files that rows point to, and the template, with secrets masked."""
    text = _without(template.text, template.hidden)
    files = project.files if project is not None else template.files
    sides = (row.project if project is not None else row.packer for row in rows)
    names = dict.fromkeys([IMAGE, *(side.spot.file for side in sides if side is not None and side.spot is not None)])
    contents = {name: files.content(name) for name in names}
    found = {name: content.decode("utf-8-sig", errors="replace") for name, content in contents.items() if content is not None}
    return {file_name(template.text.name): masked_text(text), **{name: masked_text(each) for name, each in found.items()}}


def _without(text: SourceText, hidden: Sequence[Place]) -> str:
    """The text of the template, with stars where secrets stand."""
    letters = text.text
    for place in hidden:
        if place.source == text:
            letters = letters[: place.start] + "*" * (place.end - place.start) + letters[place.end :]
    return letters
