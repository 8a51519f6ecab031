"""Which source and builds of a Packer project make the image, and what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aib2packer.comparison.facts import Fact, Facts, Step
from aib2packer.comparison.reading import NotReadError, PackerProject, bare
from aib2packer.source.terraform.nodes import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """What one build makes: settings by name, and its steps in order. ``left_out`` are sources and builds that belong to others."""

    settings: Mapping[str, Fact]
    steps: tuple[Step, ...]
    left_out: tuple[str, ...] = ()


def image_of(project: PackerProject, *, source: str = "", build: str = "", like: Mapping[str, Fact] | None = None) -> Image:
    """The image of a project: of the source and build of these names, else of the source that is most ``like`` some settings."""
    reader = Facts(project)
    builds = [each for each in project.of_kind("build") if not build or build in (bare(reader.value(each, "name")), *each.labels)]
    sources = {f"{block.labels[0]}.{block.labels[1]}": block for block in project.of_kind("source")}
    _check_names(project, sources, reader, source, build if not builds else "")
    used = {id(each): _sources_of(each, reader) for each in builds}
    chosen = _chosen(sources, [name for each in builds for name in used[id(each)]], reader, source, like)
    with_it = [each for each in builds if chosen is None or chosen in used[id(each)] or not used[id(each)]]
    with_it = with_it or builds
    settings: dict[str, Fact] = dict(reader.of_project())
    partners = list(dict.fromkeys(name for each in with_it for name in used[id(each)]))
    shown = partners if chosen is None or chosen in partners else [chosen]
    for number, name in enumerate(sorted(shown, key=lambda each: each != chosen)):
        block = sources.get(name)
        if block is None:
            continue
        prefix = f"{name.partition('.')[2]}: " if number else ""
        settings |= {f"{prefix}{key}": fact for key, fact in reader.of_source(block, _overrides(with_it, name)).items()}
    if with_it:
        builders = [name.partition(".")[0] for name in partners]
        settings["build.sources"] = Fact(value=[*builders], asked=[*builders], place=with_it[0].place)
    steps = tuple(step for each in with_it for step in reader.steps(each))
    left = [f"source {name}" for name in sources if name not in shown]
    return Image(settings=settings, steps=steps, left_out=tuple(left))


def _check_names(project: PackerProject, sources: Mapping[str, Block], reader: Facts, source: str, build: str) -> None:
    """Raises NotReadError for a source or a build that is asked for and is not there."""
    names = [bare(reader.value(each, "name")) for each in project.of_kind("build")]
    for kind, wanted, known in (("source", source, list(sources)), ("build", build, [name for name in names if name != "None"])):
        if wanted and not any(wanted in (name, name.partition(".")[2]) for name in known):
            file = project.blocks[0].place.source.name
            raise NotReadError(f"{file}: There is no {kind} {wanted}. Use one of {', '.join(known) or 'those with a name'}.")


def _sources_of(build: Block, reader: Facts) -> list[str]:
    """The sources of a build, as ``azure-arm.image``."""
    listed = reader.value(build, "sources")
    names = [bare(each) for each in listed] if isinstance(listed, list) else []
    names += [".".join(block.labels) for block in build.inner("source")]
    return [name.removeprefix("source.") for name in names]


def _overrides(builds: Sequence[Block], name: str) -> list[Block]:
    return [block for each in builds for block in each.inner("source") if ".".join(block.labels).removeprefix("source.") == name]


def _chosen(
    sources: Mapping[str, Block], used: Sequence[str], reader: Facts, wanted: str, like: Mapping[str, Fact] | None
) -> str | None:
    """The source that is asked for, else of those of one builder, in use before others, the one that is most ``like`` some settings."""
    if wanted:
        return next((name for name in sources if wanted in (name, name.partition(".")[2])), None)
    in_use = [name for name in used if name in sources]
    builder = like["builder"].value if like is not None and "builder" in like else "azure-arm"
    of_builder = [[name for name in names if name.startswith(f"{builder}.")] for names in (in_use, sources)]
    candidates = next((names for names in (*of_builder, in_use, list(sources)) if names), [])
    if len(candidates) < 2 or like is None:
        return next(iter(candidates), None)

    def likeness(name: str) -> int:
        found = reader.of_source(sources[name], [])
        return sum(key in found and found[key].value == fact.value for key, fact in like.items())

    return max(candidates, key=likeness)
