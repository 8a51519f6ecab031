"""Numbers of gallery versions, as Image Builder gives them (packer-mapping 3): fixed, by the clock, the next one, the source's."""

from __future__ import annotations

from collections.abc import Callable

from aib2packer.constructs.distribution import LiveValues, Word, Words, passed_name
from aib2packer.constructs.project import Project, joined, known_text, label
from aib2packer.constructs.resource_ids import segments_of
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.names import snake_case
from aib2packer.hcl.nodes import Expression, Token, raw
from aib2packer.hcl.text import HclText, quote
from aib2packer.ir.template import GalleryImage, GalleryOutput, MarketplaceImage, Numbering
from aib2packer.ir.values import Input, Kind, ListOf, Literal, Role, Value

_CLOCK = (
    ("now", "timestamp()"),
    (
        "year",
        'parseint(formatdate("YYYY", local.now), 10) - (parseint(formatdate("M", local.now), 10) < 3 ? 1 : 0)',
    ),
    ("month", '(parseint(formatdate("M", local.now), 10) + 9) % 12'),
    (
        "days",
        "365 * local.year + floor(local.year / 4) - floor(local.year / 100) + floor(local.year / 400) + "
        'floor((153 * local.month + 2) / 5) + parseint(formatdate("D", local.now), 10) - 719469',
    ),
    (
        "second",
        '86400 * local.days + 3600 * parseint(formatdate("h", local.now), 10) + '
        '60 * parseint(formatdate("m", local.now), 10) + parseint(formatdate("s", local.now), 10)',
    ),
)
_CLOCK_REMARK = (
    "Image Builder numbers gallery versions by the clock: 0.<seconds / 65536>.<seconds % 65536> since 1970.\n"
    "The clock is read once; days since 1970 are counted from a year that begins in March."
)
_MAJOR_UNIT, _MINOR_UNIT = 18446744073709551616, 4294967296


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
    return _asked(part, part.version, "The template names this one", project, words), False


def _later_from_source(part: GalleryOutput, project: Project, words: Words) -> tuple[Word, bool]:
    known = _source_version(project)
    if known is None:
        _ask_source_version(part, _own_variable(part), project)
    return _asked(part, known, "Default: the source image's", project, words), False


def _own_variable(part: GalleryOutput) -> str:
    return f"image_version_{snake_case(label(part.name))}"


def _asked(part: GalleryOutput, default: Value | None, what: str, project: Project, words: Words) -> Word:
    """A version in a variable of its own, since each further build needs another."""
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
            f"Set a new version for the output `{label(part.name)}` before each further build: `{name.removeprefix('var.')}`"
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
        message = f"`major` must be a number that is known now, and {known}. Pass it with -p or --set."
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
    assert part.version is not None
    path = f"{part.path}.galleryImageId"
    if not isinstance(part.version, Literal):
        return project.rendered(part.version, path)
    wanted = Input(
        name="image_version",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description="Version to publish to the gallery, as in 1.2.3; the template names this one.",
        default=part.version,
    )
    project.task(
        f"Give each further build a new version: `-var image_version=...`; {known_text(part.version)} can be published once "
        "(or again with `-force`)"
    )
    return raw(project.declare(wanted))


def _by_clock(part: GalleryOutput, project: Project) -> Expression:
    variable = _optional_version(project, "numbered by the clock, as Image Builder does")
    _clock(project)
    value = f'{variable} != null ? {variable} : format("0.%d.%d", floor(local.second / 65536), local.second % 65536)'
    return raw(project.local("image_version", raw(value)))


def _next(part: GalleryOutput, project: Project) -> Expression:
    """Scheme Latest: the highest patch of the highest version (of the major, if given), plus one."""
    variable = _optional_version(project, "the next one, counted from existing_versions")
    existing = project.declare(_existing_versions(part, project))
    major = _major(part, project)
    chosen = "" if major == "-1" else f' if parseint(split(".", v)[0], 10) == {major}'
    first = "0" if major == "-1" else major
    number = (
        f'parseint(split(".", v)[0], 10) * {_MAJOR_UNIT} + parseint(split(".", v)[1], 10) * {_MINOR_UNIT} + '
        'parseint(split(".", v)[2], 10)'
    )
    _clock(project)
    project.local(
        "published",
        raw(f"[for v in {existing} : {number}{chosen}]"),
        "Scheme Latest: the next patch above the highest version that exists. Each version becomes one whole number, so "
        "that max() orders them.",
    )
    project.local("highest", raw("length(local.published) == 0 ? -1 : max(local.published...)"))
    project.local(
        "next_version",
        raw(
            f'local.highest < 0 ? format("%d.%d.%d", {first}, floor(local.second / 65536), local.second % 65536) : '
            f'format("%d.%d.%d", (local.highest - local.highest % {_MAJOR_UNIT}) / {_MAJOR_UNIT}, '
            f"(local.highest % {_MAJOR_UNIT} - local.highest % {_MINOR_UNIT}) / {_MINOR_UNIT}, "
            f"local.highest % {_MINOR_UNIT} + 1)"
        ),
    )
    return raw(project.local("image_version", raw(f"{variable} != null ? {variable} : local.next_version")))


def _can_be_looked_up(part: GalleryOutput, project: Project) -> bool:
    """Whether scripts can say where the versions are: not where the template computes it, or nothing is to be built."""
    if project.template.checks is not None and project.template.checks.source_only:
        return False
    definition = part.definition
    return all(
        project.spelled_out(each) is not None for each in (definition.subscription, definition.resource_group, *definition.names)
    )


def _existing_versions(part: GalleryOutput, project: Project) -> Input:
    gallery, image = (known_text(name) or "..." for name in part.definition.names)
    group = known_text(part.definition.resource_group) or "..."
    command = f"az sig image-version list -g {group} -r {gallery} -i {image} --query '[].name' -o json"
    looks = (
        " (`scripts/build.sh`, and in PowerShell `scripts\\build.ps1`, look by themselves)"
        if _can_be_looked_up(part, project)
        else ""
    )
    project.task(f'Tell each build which versions exist{looks}: `packer build -var "existing_versions=$({command})" .`')
    project.differs(
        f"{part.path}.versioning",
        "Looks up the highest existing version.",
        "Counts from `existing_versions`, which you pass in; without it, as if there were none yet.",
        Fidelity.APPROXIMATE,
    )
    return Input(
        name="existing_versions",
        role=Role.DECISION,
        kind=Kind.LIST,
        description=f"Versions that the image definition has: {command}.",
        default=ListOf(()),
    )


def _major(part: GalleryOutput, project: Project) -> str:
    if part.major is None or part.major == Literal(-1):
        return "-1"
    expression = project.plain(part.major, f"{part.path}.versioning.major")
    return str(getattr(expression, "text", "-1"))


def _from_source(part: GalleryOutput, project: Project) -> Expression:
    """Scheme Source: the number of the source image's version, where the template tells it."""
    known = _source_version(project)
    default: Value | None = known
    description = "Version to publish to the gallery: the source image's, as in 1.2.3."
    if known is None and look_up_source(project, Words(project, LiveValues())) is None:
        _ask_source_version(part, "image_version", project)
        project.task("Set `image_version` to the version of the source image before each build")
    wanted = Input(name="image_version", role=Role.DECISION, kind=Kind.TEXT, description=description, default=default)
    return raw(project.declare(wanted))


def _ask_source_version(part: GalleryOutput, variable: str, project: Project) -> None:
    message = (
        "`scheme` is Source, but only Azure knows the version of the source image. Set it before each build: "
        f"variable {variable}."
    )
    project.find(codes.VERSION_ASKED, message, place=part.place, path=f"{part.path}.versioning.scheme")


def _source_version(project: Project) -> Value | None:
    source = project.template.source
    version = source.version if isinstance(source, GalleryImage | MarketplaceImage) else None
    text = known_text(version)
    return version if text is not None and is_version(text) else None


def _optional_version(project: Project, otherwise: str) -> HclText:
    return project.declare(
        Input(
            name="image_version",
            role=Role.DECISION,
            kind=Kind.TEXT,
            description=f"Version to publish to the gallery, as in 1.2.3. Unset: {otherwise}.",
            default=Literal(None),
        )
    )


def _clock(project: Project) -> None:
    for name, value in _CLOCK:
        project.local(name, raw(value), _CLOCK_REMARK if name == "now" else "")


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
