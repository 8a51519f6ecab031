"""Which source and builds of a Packer project make the image, and what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from aib2packer.comparison.facts import Fact, Facts, Step
from aib2packer.comparison.reading import NotReadError, PackerProject, bare
from aib2packer.source.terraform.nodes import Block


class Image(Struct, frozen=True, kw_only=True):
    """What one build makes: settings by name, and its steps in order. ``left_out`` are sources that make other images."""

    settings: Mapping[str, Fact]
    steps: tuple[Step, ...]
    left_out: tuple[str, ...] = ()


class _Use(Struct, frozen=True, kw_only=True):
    """A source in a build: as which source it runs (``azure-arm.big``), of which block, and what it sets besides."""

    name: str
    of: str
    overrides: tuple[Block, ...] = ()


def image_of(project: PackerProject, *, source: str = "", build: str = "", like: Mapping[str, Fact] | None = None) -> Image:
    """The image of a project: of the source and build of these names, else of the source that is most ``like`` some settings."""
    reader = Facts(project)
    builds = [each for each in project.of_kind("build") if not build or build in (bare(reader.value(each, "name")), *each.labels)]
    sources = {f"{block.labels[0]}.{block.labels[1]}": block for block in project.of_kind("source")}
    used = {id(each): list(_uses(each, reader)) for each in builds}
    in_use = [use for each in builds for use in used[id(each)]]
    free = [_Use(name=name, of=name) for name in sources if name not in {use.of for use in in_use}]
    _check_names(project, reader, [*in_use, *free], source, build if not builds else "")
    chosen = _chosen(sources, [use for use in in_use if use.of in sources], free, reader, source, like)
    name = chosen.name if chosen is not None else ""
    with_it = [each for each in builds if not name or name in {use.name for use in used[id(each)]} or not used[id(each)]]
    with_it = with_it or builds[: len(builds) == 1]
    partners = [use for each in with_it for use in used[id(each)] if chosen is None or use.name == name or use.of != chosen.of]
    names = list(dict.fromkeys(use.name for use in partners))
    shown = sorted(names, key=lambda each: each != name) if not name or name in names else [name]
    settings: dict[str, Fact] = dict(reader.of_project())
    for number, each in enumerate(shown):
        prefix = f"{each.partition('.')[2]}: " if number else ""
        found = _settings(sources, [use for use in (*partners, *free) if use.name == each], reader)
        settings |= {f"{prefix}{key}": fact for key, fact in found.items()}
    if with_it:
        there = {use.name for use in partners if use.of in sources}
        builders = [each.partition(".")[0] if each in there else f"source.{each}, which is not there" for each in names]
        settings["build.sources"] = Fact(value=[*builders], asked=[*builders], place=with_it[0].place)
    steps = tuple(step for each in with_it for step in reader.steps(each))
    left = dict.fromkeys(f"source {use.name}" for use in (*in_use, *free) if use.name not in shown and use.of in sources)
    return Image(settings=settings, steps=steps, left_out=tuple(left))


def _check_names(project: PackerProject, reader: Facts, uses: Sequence[_Use], source: str, build: str) -> None:
    """Raises NotReadError for a source or a build that is asked for and is not there."""
    builds = [bare(reader.value(each, "name")) for each in project.of_kind("build")]
    names = [name for use in uses for name in (use.name, use.of)]
    for kind, wanted, known in (("source", source, names), ("build", build, [name for name in builds if name != "None"])):
        if wanted and not any(wanted in _names(name) for name in known):
            file = project.blocks[0].place.source.name
            listed = ", ".join(dict.fromkeys(known))
            raise NotReadError(f"{file}: There is no {kind} {wanted}. Use one of {listed or 'those with a name'}.")


def _uses(build: Block, reader: Facts) -> Iterator[_Use]:
    """The sources of a build, those with a name of their own there under it."""
    listed = reader.value(build, "sources")
    for each in listed if isinstance(listed, list) else []:
        name = bare(each).removeprefix("source.")
        yield _Use(name=name, of=name)
    for block in build.inner("source"):
        of = ".".join(block.labels).removeprefix("source.")
        own = reader.value(block, "name")
        yield _Use(name=f"{of.partition('.')[0]}.{own}" if isinstance(own, str) else of, of=of, overrides=(block,))


def _settings(sources: Mapping[str, Block], uses: Sequence[_Use], reader: Facts) -> dict[str, Fact]:
    """The settings of a source with those that its uses set besides."""
    block = sources.get(uses[0].of) if uses else None
    if block is None:
        return {}
    found = reader.of_source(block, [each for use in uses for each in use.overrides])
    return {key: fact for key, fact in found.items() if key != "name"}


def _chosen(
    sources: Mapping[str, Block],
    in_use: Sequence[_Use],
    free: Sequence[_Use],
    reader: Facts,
    wanted: str,
    like: Mapping[str, Fact] | None,
) -> _Use | None:
    """The source that is asked for, else of those of one builder, in use before others, the one that is most ``like`` some settings."""
    if wanted:
        return next((use for use in (*in_use, *free) if wanted in _names(use.name)), None) or next(
            (use for use in (*in_use, *free) if wanted in _names(use.of)), None
        )
    builder = like["builder"].value if like is not None and "builder" in like else "azure-arm"
    of_builder = [[use for use in uses if use.name.startswith(f"{builder}.")] for uses in (in_use, free)]
    candidates = next((uses for uses in (*of_builder, in_use, free) if uses), [])
    if len(candidates) < 2 or like is None:
        return next(iter(candidates), None)

    def likeness(use: _Use) -> int:
        found = reader.of_source(sources[use.of], [])
        return sum(key in found and found[key].value == fact.value for key, fact in like.items())

    return max(candidates, key=likeness)


def _names(name: str) -> tuple[str, str]:
    return (name, name.partition(".")[2])
