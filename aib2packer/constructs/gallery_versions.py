"""Numbers of gallery versions, as Image Builder gives them (packer-mapping 3): fixed, by the clock, the next one, the source's."""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.constructs.distribution import Word, Words, passed_name
from aib2packer.constructs.project import Project, known_text, label
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.names import snake_case
from aib2packer.hcl.nodes import Expression, Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.ir.template import GalleryImage, GalleryOutput, MarketplaceImage, Numbering
from aib2packer.ir.values import Input, Kind, Literal, Role, Value

_CLOCK_REMARK = "Image Builder's version numbers: 0.<seconds / 65536>.<seconds % 65536> since 1970."
_VARIABLE = "image_version"


def version_of(part: GalleryOutput, project: Project) -> Expression:
    """The expression for the number of the version that the build publishes."""
    return _BY_NUMBERING[part.numbering](part, project)


def later_version(part: GalleryOutput, project: Project, words: Words) -> Word:
    """The version that a script publishes: a number, or a word for the number that the script finds when it gets there."""
    return _LATER[part.numbering](part, project, words)


def _later_fixed(part: GalleryOutput, project: Project, words: Words) -> Word:
    assert part.version is not None
    if not isinstance(part.version, Literal):
        return words.word(part.version, f"{part.path}.galleryImageId")
    return _asked(part, part.version, "the template names this one", project)


def _later_latest(part: GalleryOutput, project: Project, words: Words) -> Word:
    if part.major is None or part.major == Literal(-1):
        return ("latest",)
    return ("latest:", *words.word(part.major, f"{part.path}.versioning.major"))


def _later_from_source(part: GalleryOutput, project: Project, words: Words) -> Word:
    known = _source_version(project)
    if known is None:
        _ask_source_version(part, _own_variable(part), project)
    return _asked(part, known, "the source image's", project)


def _own_variable(part: GalleryOutput) -> str:
    return f"image_version_{snake_case(label(part.name))}"


def _asked(part: GalleryOutput, default: Value | None, what: str, project: Project) -> Word:
    """A version in a variable of its own, since each further build needs another."""
    output = label(part.name)
    wanted = Input(
        name=_own_variable(part),
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"Version to publish for the output {output}, as in 1.2.3: {what}.",
        default=default,
    )
    name = project.declare(wanted)
    if default is not None:
        project.task(f"Give each further build a new version for the output `{output}`: `-var {name.removeprefix('var.')}=...`")
    return (project.distribution.passed(raw(name), passed_name(f"{part.path}.version")),)


_LATER: dict[Numbering, Callable[[GalleryOutput, Project, Words], Word]] = {
    Numbering.FIXED: _later_fixed,
    Numbering.CLOCK: lambda *_: ("clock",),
    Numbering.LATEST: _later_latest,
    Numbering.SOURCE: _later_from_source,
}


def _fixed(part: GalleryOutput, project: Project) -> Expression:
    """The version that the template names is what holds unless another is given."""
    assert part.version is not None
    project.task(f"Set `{_VARIABLE}` for each further build: Packer stops where the version exists")
    return _variable(project, "Default: the one that the template names.", part.version)


def _by_clock(part: GalleryOutput, project: Project) -> Expression:
    """Seconds since 1970; an id that is one live value may end in a version, and then that counts."""
    variable = _variable(project, "Default: numbered by the clock, as Image Builder does.", Literal(None)).text
    number = 'format("0.%d.%d", floor(local.now / 65536), local.now % 65536)'
    if part.version is not None:
        named = inline(project.plain(part.version, f"{part.path}.galleryImageId"))
        number = f"coalesce({named}, {number})"
    project.needs_packer(1, 16, "rfc3339_parse")
    project.local("now", raw("rfc3339_parse(timestamp()).unix"), _CLOCK_REMARK)
    return raw(project.local(_VARIABLE, raw(f"{variable} != null ? {variable} : {number}")))


def _next(part: GalleryOutput, project: Project) -> Expression:
    """Scheme Latest: without a number the build stops, so that no version is published that is not the latest."""
    major = known_text(part.major) if part.major is not None else None
    of = f" of major {major}" if major not in (None, "-1") else ""
    return _counted(part, f"the next one after the highest{of}", project)


def _from_source(part: GalleryOutput, project: Project) -> Expression:
    """Scheme Source: the number of the source image's version; where the template names it, it holds unless another is given."""
    known = _source_version(project)
    if known is not None:
        return _variable(project, "Default: that of the source image.", known)
    return _counted(part, "that of the source image", project)


def _counted(part: GalleryOutput, which: str, project: Project) -> Expression:
    """A version that only Azure can tell: az finds it before each build."""
    project.differs(
        f"{part.path}.versioning",
        f"Finds the version by itself: {which}.",
        f"`run.sh` finds it by az; `packer build .` alone wants `{_VARIABLE}`.",
        Fidelity.EQUIVALENT,
    )
    return _variable(project, f"Image Builder takes {which}; run.sh finds it.", None)


def _variable(project: Project, meaning: str, default: Value | None) -> Token:
    return raw(
        project.declare(
            Input(
                name=_VARIABLE,
                role=Role.DECISION,
                kind=Kind.TEXT,
                description=f"Gallery version to publish, such as 1.2.3. {meaning}",
                default=default,
            )
        )
    )


def _ask_source_version(part: GalleryOutput, variable: str, project: Project) -> None:
    message = (
        "`scheme` is Source, but the version of the source image is only known in Azure: give it with each build, "
        f"-var {variable}=1.2.3."
    )
    project.find(codes.VERSION_ASKED, message, place=part.place, path=f"{part.path}.versioning.scheme")


def _source_version(project: Project) -> Value | None:
    source = project.template.source
    version = source.version if isinstance(source, GalleryImage | MarketplaceImage) else None
    text = known_text(version)
    return version if text is not None and is_version(text) else None


def is_version(text: str) -> bool:
    """Whether a text is three numbers, each of at most 31 bits (packer-mapping 3.1).

    >>> is_version("1.2.3"), is_version("1.2"), is_version("1.0.99999999999")
    (True, False, False)
    """
    numbers = text.split(".")
    return len(numbers) == 3 and all(number.isascii() and number.isdecimal() and int(number) <= 2147483647 for number in numbers)


_BY_NUMBERING = {
    Numbering.FIXED: _fixed,
    Numbering.CLOCK: _by_clock,
    Numbering.LATEST: _next,
    Numbering.SOURCE: _from_source,
}
