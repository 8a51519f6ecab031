"""Numbers of gallery versions (lowering/FACTS.md 1): fixed, by the clock, the next one, or that of the source.

Source: https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#versioning
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aib2packer.arm.unresolved import Need, Unresolved, report
from aib2packer.diagnostics.codes import distribute as distribute_codes
from aib2packer.diagnostics.codes import template as template_codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.names import snake_case
from aib2packer.hcl.nodes import Token, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import quote
from aib2packer.ir.outputs import GalleryOutput, Numbering
from aib2packer.ir.sources import GalleryImage, MarketplaceImage
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Call, Input, Kind, Literal, Local, Role, Value, Variable, joined, parts_of
from aib2packer.lowering.image_definitions import definition_options
from aib2packer.lowering.lowered import NOTHING, LocalValue, Lowered, differs, task
from aib2packer.lowering.run_lines import CheckValues, CountVersion, Line, LookUpVersion, asked
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import LiveValues, Word, passed_name
from aib2packer.lowering.words import Words, az_words
from aib2packer.passes.inputs import holds_secret, now
from aib2packer.schema.resource_ids import segments_of

_CLOCK_REMARK = "Image Builder's version numbers: 0.<seconds / 65536>.<seconds % 65536> since 1970."
_VARIABLE = "image_version"


def version_of(part: GalleryOutput, say: Say) -> tuple[Token, Lowered]:
    """The expression for the number of the version that the build publishes."""
    return _BY_NUMBERING[part.numbering](part, say)


def later_version(part: GalleryOutput, say: Say, words: Words) -> tuple[Word, bool, Lowered]:
    """The version that az publishes, and whether the script counts it: then it is a major number, or empty for any."""
    version, counted, lowered = _LATER[part.numbering](part, say, words)
    whole = part.definition.whole
    if not counted or segments_of(whole) is not None:
        return version, counted, lowered
    # An id that is one value may end in a version.
    path = f"{part.path}.galleryImageId"
    if holds_secret(whole, say.template):
        return words.refused(whole, path), counted, lowered
    live = say.never_braces(whole, path)
    assert isinstance(live, Token)
    major = quote("".join(map(str, version)))
    passed = words.passed(raw(f'try(split("/", {live.text})[12], {major})'), passed_name(f"{part.path}.version"))
    return (passed,), counted, lowered


def _later_fixed(part: GalleryOutput, say: Say, words: Words) -> tuple[Word, bool, Lowered]:
    assert part.version is not None
    if not isinstance(part.version, Literal):
        return words.word(part.version, f"{part.path}.galleryImageId"), False, NOTHING
    word, lowered = _asked(part, part.version, "Default: the version in the template", say, words)
    return word, False, lowered


def _later_from_source(part: GalleryOutput, say: Say, words: Words) -> tuple[Word, bool, Lowered]:
    known = _source_version(say)
    if known is None:
        _ask_source_version(part, _own_variable(part), say)
    word, lowered = _asked(part, known, "Default: the version of the source image", say, words)
    return word, False, lowered


def _own_variable(part: GalleryOutput) -> str:
    return f"image_version_{snake_case(label(part.name))}"


def _asked(part: GalleryOutput, default: Value | None, what: str, say: Say, words: Words) -> tuple[Word, Lowered]:
    """A version as a variable, because each further build needs another."""
    wanted = Input(
        name=_own_variable(part),
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"Version to publish for the output {label(part.name)}, such as 1.2.3. {what}.",
        default=default,
    )
    lowered = Lowered(inputs=(wanted,))
    if default is not None:
        variable = say.names.variable(wanted.reference)
        lowered += task(f"Before each further build, set `{variable}` to a new version for the output `{label(part.name)}`")
    return words.word(wanted.reference, f"{part.path}.version"), lowered


def _look_up_source(say: Say, words: Words) -> tuple[Word, ...] | None:
    """The words of az that tell the version of the source image; None where it is known, or az cannot tell it."""
    source = say.template.source
    if _source_version(say) is not None or not source.urn:
        return None
    publisher, offer, sku, version = source.urn
    urn = joined(publisher, ":", offer, ":", sku, ":", version)
    where = ("--location",), words.region(say.template.location, "location")
    command = (("vm",), ("image",), ("show",), ("--urn",), words.word(urn, source.path), *where)
    return (*command, ("--query",), ("name",), ("--output",), ("tsv",))


def _counted_major(part: GalleryOutput, say: Say) -> str:
    """The major number within which the next version is counted; empty for any. It must be known."""
    if part.numbering is Numbering.CLOCK:
        return "0"
    if part.major is None:
        return ""
    path = f"{part.path}.versioning.major"
    known = say.resolver.resolve(part.major, path)
    if isinstance(known, Unresolved):
        need = Need(code=template_codes.LIVE_WHERE_KNOWN_NEEDED, place=part.major.place, path=path, severity=Severity.ERROR)
        report(known, need, say.findings)
        return ""
    return "" if known == Literal(-1) else str(getattr(known, "value", ""))


_LATER: dict[Numbering, Callable[[GalleryOutput, Say, Words], tuple[Word, bool, Lowered]]] = {
    Numbering.FIXED: _later_fixed,
    Numbering.CLOCK: lambda part, say, _: ((_counted_major(part, say),), True, NOTHING),
    Numbering.LATEST: lambda part, say, _: ((_counted_major(part, say),), True, NOTHING),
    Numbering.SOURCE: _later_from_source,
}


def _fixed(part: GalleryOutput, say: Say) -> tuple[Token, Lowered]:
    """The version in the template is the default of the variable."""
    assert part.version is not None
    again = task(f"Before each further build, set `{_VARIABLE}` to a new version: Packer stops if the version exists")
    variable, lowered = _variable(say, "Default: the version in the template.", part.version)
    return variable, lowered if _changes_each_build(part.version, say) else lowered + again


def _changes_each_build(value: Value, say: Say) -> bool:
    """Whether a build computes the value from the time, or anew at random."""
    match value:
        case Call("utcNow" | "newGuid"):
            return True
        case Local(name):
            inner: list[Value | None] = [each for local, each in say.template.locals if local.name == name]
        case Variable():
            inner = [now(value, say.template)]
        case _:
            inner = [*parts_of(value)]
    return any(_changes_each_build(each, say) for each in inner if each is not None)


def _by_clock(part: GalleryOutput, say: Say) -> tuple[Token, Lowered]:
    """Numbered by the seconds since 1970; a version at the end of a live id takes precedence."""
    variable, lowered = _variable(say, "Default: numbered by the clock, as Image Builder does.", Literal(None))
    now = LocalValue(name=say.names.local_of_ours("now"), value=raw("rfc3339_parse(timestamp()).unix"), remark=_CLOCK_REMARK)
    number = f'format("0.%d.%d", floor({now.reference} / 65536), {now.reference} % 65536)'
    if part.version is not None:
        named = inline(say.plain(part.version, f"{part.path}.galleryImageId"))
        number = f"coalesce({named}, {number})"
    version = _unless_given(variable, number, say)
    return raw(version.reference), lowered + Lowered(locals=(now, version))


def _next(part: GalleryOutput, say: Say) -> tuple[Token, Lowered]:
    """Scheme Latest: without a number the build stops, so that no version is published that is not the latest."""
    major = part.major.value if isinstance(part.major, Literal) else None
    of = f" of major {major}" if major not in (None, -1) else ""
    return _counted(part, f"the next one after the highest{of}", say)


def _from_source(part: GalleryOutput, say: Say) -> tuple[Token, Lowered]:
    """Scheme Source: the version of the source image, as the default of the variable if the template names it."""
    known = _source_version(say)
    if known is not None:
        return _variable(say, "Default: the version of the source image.", known)
    if _look_up_source(say, Words(say, LiveValues())) is not None:
        return _counted(part, "the version of the source image", say)
    _ask_source_version(part, _VARIABLE, say)
    return _variable(say, "Image Builder takes the version of the source image.", None)


def _counted(part: GalleryOutput, which: str, say: Say) -> tuple[Token, Lowered]:
    """A version that only Azure knows: az finds it before each build; run.sh builds nothing with sourceValidationOnly."""
    checks = say.template.checks
    ours, found = f"`packer build .` alone needs `{_VARIABLE}`", ""
    if checks is None or not checks.source_only:
        ours, found = f"finds it with az in `run.sh`; {ours}", "; run.sh finds it"
    lowered = differs(f"{part.path}.versioning", f"takes {which}", ours, Fidelity.EQUIVALENT)
    variable, asked_for = _variable(say, f"Image Builder takes {which}{found}.", None)
    run = tuple(("version", line) for line in _found_by_az(part, say))
    return variable, asked_for + lowered + Lowered(found_by_run=(_VARIABLE,), run=run)


def _found_by_az(part: GalleryOutput, say: Say) -> Iterator[Line]:
    values = LiveValues()
    words = Words(say, values)
    found: Line
    if part.numbering is Numbering.SOURCE:
        found = LookUpVersion(_look_up_source(say, words) or ())
    else:
        listed = (*az_words("sig", "image-version", "list"), *definition_options(part, words))
        found = CountVersion((*listed, *az_words("--query", "[].name", "--output", "tsv")), _counted_major(part, say))
    if values.expressions:
        yield CheckValues()
    yield from (*asked(values), found)


def _variable(say: Say, meaning: str, default: Value | None) -> tuple[Token, Lowered]:
    asked = Input(
        name=_VARIABLE,
        role=Role.DECISION,
        kind=Kind.TEXT,
        description=f"Gallery version to publish, such as 1.2.3. {meaning}",
        default=default,
    )
    variable, declared = raw(say.reference(asked)), Lowered(inputs=(asked,))
    if default is None or not asked.is_computed:
        return variable, declared
    version = _unless_given(variable, inline(say.plain(default, f"parameters.{_VARIABLE}.defaultValue")), say)
    return raw(version.reference), declared + Lowered(locals=(version,))


def _unless_given(variable: Token, number: str, say: Say) -> LocalValue:
    value = raw(f"{variable.text} != null ? {variable.text} : {number}")
    return LocalValue(name=say.names.local_of_ours(_VARIABLE), value=value)


def _ask_source_version(part: GalleryOutput, variable: str, say: Say) -> None:
    message = (
        f"`scheme` is Source, but only Azure knows the version of the source image. Set the variable {variable} for each build."
    )
    say.findings.add(distribute_codes.VERSION_ASKED, message, place=part.place, path=f"{part.path}.versioning.scheme")


def _source_version(say: Say) -> Value | None:
    source = say.template.source
    version = source.version if isinstance(source, GalleryImage | MarketplaceImage) else None
    text = known_text(version)
    return version if text is not None and is_version(text) else None


def is_version(text: str) -> bool:
    """Whether a text is three numbers, each of at most 31 bits (lowering/FACTS.md 2).

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
