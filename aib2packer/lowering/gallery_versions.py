"""Numbers of gallery versions (packer-mapping 3): fixed, by the clock, the next one, or that of the source."""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.diagnostics.codes import construct as codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.names import snake_case
from aib2packer.hcl.nodes import Expression, Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import quote
from aib2packer.ir.template import GalleryImage, GalleryOutput, MarketplaceImage, Numbering
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Call, Input, Kind, Literal, Local, Role, Value, Variable, joined, parts_of
from aib2packer.lowering.distribution import LiveValues, Word, Words, passed_name
from aib2packer.lowering.project import Project
from aib2packer.schema.resource_ids import segments_of

_CLOCK_REMARK = "Image Builder's version numbers: 0.<seconds / 65536>.<seconds % 65536> since 1970."
_VARIABLE = "image_version"


def version_of(part: GalleryOutput, project: Project) -> Expression:
    """The expression for the number of the version that the build publishes."""
    return _BY_NUMBERING[part.numbering](part, project)


def later_version(part: GalleryOutput, project: Project, words: Words) -> tuple[Word, bool]:
    """The version that az publishes, and whether the script counts it: then it is a major number, or empty for any."""
    version, counted = _LATER[part.numbering](part, project, words)
    whole = part.definition.whole
    if not counted or segments_of(whole) is not None:
        return version, counted
    # An id that is one value may end in a version.
    path = f"{part.path}.galleryImageId"
    if project.holds_secret(whole):
        return words.refused(whole, path), counted
    live = project.never_braces(whole, path)
    assert isinstance(live, Token)
    major = quote("".join(map(str, version)))
    passed = project.distribution.values.passed(
        raw(f'try(split("/", {live.text})[12], {major})'), passed_name(f"{part.path}.version")
    )
    return (passed,), counted


def _later_fixed(part: GalleryOutput, project: Project, words: Words) -> tuple[Word, bool]:
    assert part.version is not None
    if not isinstance(part.version, Literal):
        return words.word(part.version, f"{part.path}.galleryImageId"), False
    return _asked(part, part.version, "Default: the version in the template", project, words), False


def _later_from_source(part: GalleryOutput, project: Project, words: Words) -> tuple[Word, bool]:
    known = _source_version(project)
    if known is None:
        _ask_source_version(part, _own_variable(part), project)
    return _asked(part, known, "Default: the version of the source image", project, words), False


def _own_variable(part: GalleryOutput) -> str:
    return f"image_version_{snake_case(label(part.name))}"


def _asked(part: GalleryOutput, default: Value | None, what: str, project: Project, words: Words) -> Word:
    """A version as a variable, because each further build needs another."""
    wanted = Input(
        name=_own_variable(part),
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"Version to publish for the output {label(part.name)}, such as 1.2.3. {what}.",
        default=default,
    )
    name = project.declare(wanted)
    if default is not None:
        project.task(
            f"Before each further build, set `{name.removeprefix('var.')}` to a new version for the output `{label(part.name)}`"
        )
    return words.word(wanted.reference, f"{part.path}.version")


def look_up_source(project: Project, words: Words) -> tuple[Word, ...] | None:
    """The words of az that tell the version of the source image; None where it is known, or az cannot tell it."""
    source = project.template.source
    if _source_version(project) is not None or not isinstance(source, MarketplaceImage):
        return None
    urn = joined(source.publisher, ":", source.offer, ":", source.sku, ":", source.version or "latest")
    where = ("--location",), words.region(project.template.location, "location")
    command = (("vm",), ("image",), ("show",), ("--urn",), words.word(urn, source.path), *where)
    return (*command, ("--query",), ("name",), ("--output",), ("tsv",))


def counted_major(part: GalleryOutput, project: Project) -> str:
    """The major number within which the next version is counted; empty for any. It must be known."""
    if part.numbering is Numbering.CLOCK:
        return "0"
    if part.major is None:
        return ""
    path = f"{part.path}.versioning.major"
    known = project.settling.settle(part.major, path)
    if isinstance(known, str):
        message = f"`major` needs a literal value, but {known}. Pass a value with -p or --set."
        project.find(codes.LIVE_WHERE_KNOWN_NEEDED, message, place=part.major.place, path=path, severity=Severity.ERROR)
        return ""
    return "" if known == Literal(-1) else str(getattr(known, "value", ""))


_LATER: dict[Numbering, Callable[[GalleryOutput, Project, Words], tuple[Word, bool]]] = {
    Numbering.FIXED: _later_fixed,
    Numbering.CLOCK: lambda part, project, _: ((counted_major(part, project),), True),
    Numbering.LATEST: lambda part, project, _: ((counted_major(part, project),), True),
    Numbering.SOURCE: _later_from_source,
}


def _fixed(part: GalleryOutput, project: Project) -> Expression:
    """The version in the template is the default of the variable."""
    assert part.version is not None
    if not _changes_each_build(part.version, project):
        project.task(f"Before each further build, set `{_VARIABLE}` to a new version: Packer stops if the version exists")
    return _variable(project, "Default: the version in the template.", part.version)


def _changes_each_build(value: Value, project: Project) -> bool:
    """Whether a build computes the value from the time, or anew at random."""
    match value:
        case Call("utcNow" | "newGuid"):
            return True
        case Local(name):
            inner: list[Value | None] = [each for local, each in project.template.locals if local.name == name]
        case Variable():
            declared = project.input_of(value)
            inner = [declared.given or declared.default] if declared is not None else []
        case _:
            inner = [*parts_of(value)]
    return any(_changes_each_build(each, project) for each in inner if each is not None)


def _by_clock(part: GalleryOutput, project: Project) -> Expression:
    """Numbered by the seconds since 1970; a version at the end of a live id takes precedence."""
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
    """Scheme Source: the version of the source image, as the default of the variable if the template names it."""
    known = _source_version(project)
    if known is not None:
        return _variable(project, "Default: the version of the source image.", known)
    if look_up_source(project, Words(project, LiveValues())) is not None:
        return _counted(part, "the version of the source image", project)
    _ask_source_version(part, _VARIABLE, project)
    return _variable(project, "Image Builder takes the version of the source image.", None)


def _counted(part: GalleryOutput, which: str, project: Project) -> Expression:
    """A version that only Azure knows: az finds it before each build; run.sh builds nothing with sourceValidationOnly."""
    project.found_by_run.add(_VARIABLE)
    checks = project.template.checks
    by_person = f"`packer build .` alone needs `{_VARIABLE}`"
    if checks is not None and checks.source_only:
        project.differs(f"{part.path}.versioning", f"takes {which}", by_person, Fidelity.EQUIVALENT)
        return _variable(project, f"Image Builder takes {which}.", None)
    ours = f"finds it with az in `run.sh`; {by_person}"
    project.differs(f"{part.path}.versioning", f"takes {which}", ours, Fidelity.EQUIVALENT)
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
        f"`scheme` is Source, but only Azure knows the version of the source image. Set the variable {variable} for each build."
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
