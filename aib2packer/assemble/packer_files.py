"""The files that Packer reads, in no format yet: plugins, variables and the image itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from aib2packer.assemble.declarations import declarations
from aib2packer.assemble.whole_run import distributes_apart
from aib2packer.hcl.nodes import Attribute, Block, Comment, Expression, Gap, Item, Listing, Pairs, raw, string
from aib2packer.hcl.text import HclText
from aib2packer.ir.choices import Language
from aib2packer.ir.text import one_line
from aib2packer.lowering.build import Build, Declarations, PackerFile
from aib2packer.lowering.lowered import Builder, LocalValue, path_in_project
from aib2packer.lowering.say import Say

_OLDEST_PACKER = (1, 13)
"""Since then Packer runs PowerShell and shell lines as this project wants them.

Source: https://github.com/hashicorp/packer/blob/v1.16.0/CHANGELOG.md
"""
_SECOND_VM = "A second VM, which runs all steps again: the first one cannot make this output."


def packer_files(build: Build, sources: Sequence[Block], steps: Sequence[Item], say: Say) -> tuple[PackerFile, ...]:
    """The files of a project with these source blocks and steps; only those that have something in them."""
    files = (
        PackerFile("plugins", tuple(_plugins(build))),
        PackerFile("variables", declarations(build.declared.variables, say)),
        PackerFile("image", tuple(_image(build, sources, steps, say))),
    )
    return tuple(file for file in files if file.items)


def _plugins(build: Build) -> Iterator[Block]:
    """The ``packer`` block: the version of Packer, and only the plugins in use; none where there are none.

    Packers that know no plugins yet cannot read that block (hcl/FACTS.md 9), so what needs none leaves it out.
    """
    if build.plugins:
        plugins = tuple(
            Attribute(name=each.name, value=_pairs(source=each.source, version=each.version)) for each in sorted(build.plugins)
        )
        body = (_required_version(build.declared), Gap(), Block(kind="required_plugins", body=plugins))
        yield Block(kind="packer", body=body)


def _required_version(declared: Declarations) -> Attribute:
    """The oldest Packer that can read the project, and the functions that require it if it is not our minimum."""
    needs = declared.packer
    major, minor = max([_OLDEST_PACKER, *needs.values()])
    reasons = sorted(name for name, since in needs.items() if since == (major, minor) != _OLDEST_PACKER)
    return Attribute(name="required_version", value=string(f">= {major}.{minor}.0"), remark=", ".join(reasons))


def _image(build: Build, sources: Sequence[Block], steps: Sequence[Item], say: Say) -> Iterator[Item]:
    """Locals, source and build, read from top to bottom as the template was."""
    yield Comment(text=_heading(say))
    if build.declared.locals:
        yield Gap()
        yield Block(kind="locals", body=tuple(_locals(build.declared.locals)))
    for number, source in enumerate(sources):
        yield Gap()
        if number:
            yield Comment(text=_SECOND_VM)
        yield source
    yield Gap()
    yield Block(kind="build", body=tuple(_build(build, sources, steps, say)))


def _heading(say: Say) -> str:
    template = one_line(say.template.file)
    if say.keeps_nothing:
        made_from = "on the machine of the rehearsal" if say.builder is Builder.MACHINE else "in a VM made from the image"
        return f"The validators of {template}, {made_from}; nothing is kept."
    version = one_line(say.template.api_version) or "not named"
    return f"Converted from {template} (Azure VM Image Builder, API {version}) by aib2packer; differences: MIGRATION.md."


def _locals(locals_: Iterable[LocalValue]) -> Iterator[Item]:
    before: Expression | None = None
    for local in locals_:
        if before is not None and (local.remark or isinstance(before, Pairs)):
            yield Gap()
        if local.remark:
            yield Comment(text=local.remark)
        yield Attribute(name=local.name, value=local.value)
        before = local.value


def _build(build: Build, sources: Sequence[Block], steps: Sequence[Item], say: Say) -> Iterator[Item]:
    yield Attribute(name="sources", value=_texts(".".join(("source", *source.labels)) for source in sources))
    for before, item in zip((None, *steps), steps, strict=False):
        yield from (item,) if isinstance(before, Comment) else (Gap(), item)
    if say.builder is Builder.MACHINE or say.keeps_nothing:
        return
    yield Gap()
    if build.distribution.values:
        yield Comment(text="The distribute script takes its values from custom_data of the last build.")
    yield _manifest(build)
    if build.distribution.targets and not distributes_apart(build, say):
        yield from _distribution(say.choices.languages, len(sources) > 1)


def _manifest(build: Build) -> Block:
    body = [Attribute(name="output", value=raw('"${path.root}/manifest.json"')), Attribute(name="strip_path", value=raw("true"))]
    made = build.distribution
    known = [(each.key, each.value) for each in made.results]
    known += [(HclText(name), value) for name, value in made.values.items() if made.manifest_key(name) == name]
    if known:
        body.append(Attribute(name="custom_data", value=Pairs(tuple(known))))
    return Block(kind="post-processor", labels=("manifest",), body=tuple(body))


_CALLS = {
    Language.SH: (("linux", "darwin"), ("sh", "{{.Script}}")),
    Language.POWERSHELL: (("windows",), ("powershell", "-NoProfile", "-ExecutionPolicy", "Bypass", "-File", "{{.Script}}")),
}
"""On which systems Packer calls the distribute script of a language, and how."""


def _distribution(languages: Sequence[Language], has_several_sources: bool) -> Iterator[Item]:
    """The post-processors that call the distribute scripts; where validators come between, run.sh calls them."""
    yield from (Gap(), Comment(text="Outputs that Packer cannot publish are made with az. Requires `az login`."))
    for language in languages:
        systems, command = _CALLS[language]
        body = (
            *([Attribute(name="only", value=_texts(("azure-arm.image",)))] if has_several_sources else []),
            *([Attribute(name="only_on", value=_texts(systems))] if len(languages) > 1 else []),
            Attribute(name="execute_command", value=_texts(command)),
            Attribute(name="script", value=raw(path_in_project(f"distribute{language.suffix}"))),
        )
        if language is not languages[0]:
            yield Gap()
        yield Block(kind="post-processor", labels=("shell-local",), body=body)


def _texts(values: Iterable[str]) -> Listing:
    return Listing(tuple(map(string, values)))


def _pairs(**values: str) -> Pairs:
    return Pairs(tuple((HclText(name), string(value)) for name, value in values.items()))
