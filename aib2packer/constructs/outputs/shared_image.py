"""SharedImage: a version of a gallery image definition (lowering/FACTS.md 1 and 5).

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#distribute-sharedimage
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-distribute
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aib2packer.constructs.output_keys import output_keys
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, Listing, Pairs, Token, boolean, number, raw, string
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.defaults import REPLICAS, STORAGE
from aib2packer.ir.template import (
    GalleryImage,
    GalleryOutput,
    ImageTemplate,
    ManagedImageOutput,
    Numbering,
    Region,
    ResourceId,
    Security,
)
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Access, Call, Input, Kind, ListOf, Literal, Local, ObjectOf, Role, Value, Variable, joined, walk
from aib2packer.lowering.gallery_versions import definition_options, is_version, later_version, version_id, version_of
from aib2packer.lowering.lowered import NOTHING, Lowered, differs, source_settings, together
from aib2packer.lowering.pieces import result
from aib2packer.lowering.requirements import Command, Prerequisite, Requirement, contributor, group, in_gallery, plan_words
from aib2packer.lowering.run_lines import VERSION_PASSED, BuildOption, CallAz, asked
from aib2packer.lowering.say import Say
from aib2packer.lowering.security import security_of, suited
from aib2packer.lowering.targets import Helper, LiveValues, Target, Word
from aib2packer.lowering.words import Words, az_words
from aib2packer.passes.gallery_definitions import made_with
from aib2packer.passes.inputs import input_of, may_be_null
from aib2packer.passes.machine_sizes import generation_of, is_arm
from aib2packer.passes.outputs import normal_region, same_place
from aib2packer.schema.api_versions import is_before, is_known
from aib2packer.schema.fields import Fields
from aib2packer.schema.keys import Group, Shape, approximate, exact, flag, nested, one_of, text, texts, whole
from aib2packer.schema.resource_ids import read_gallery_image

_STORAGE = ("Standard_LRS", "Standard_ZRS", "Premium_LRS")
_REGION = Shape(
    name="targetRegion",
    keys=(
        exact("name", text(), "`target_region.name`", required=True),
        exact("replicaCount", whole(1), "`target_region.replicas`"),
        exact("storageAccountType", one_of(*_STORAGE), "`storage_account_type`"),
    ),
)
_VERSIONING = Shape(
    name="versioning",
    keys=(
        approximate(
            "scheme", one_of("Latest", "Source"), "`local.image_version` (Latest), `var.image_version` (Source)", required=True
        ),
        exact("major", whole(-1), "in `local.image_version`"),
    ),
)
_SHAPE = Shape(
    name="SharedImage output",
    keys=(
        type_key("SharedImage"),
        *output_keys(),
        exact("galleryImageId", text(), "`shared_image_gallery_destination`", required=True),
        exact("replicationRegions", texts(), "`target_region` blocks, one replica each"),
        exact("targetRegions", nested(_REGION, many=True), "`target_region` blocks", since="2022-07-01"),
        exact("excludeFromLatest", flag(), "`shared_gallery_image_version_exclude_from_latest`", since="2020-02-14"),
        exact("storageAccountType", one_of(*_STORAGE), "`storage_account_type`", since="2020-02-14"),
        approximate("versioning", nested(_VERSIONING), "`image_version`", since="2022-07-01"),
        exact("replicationMode", one_of("Full", "Shallow"), "`use_shallow_replication`", since="2025-10-01"),
    ),
)


def _read(fields: Fields) -> GalleryOutput | None:
    name = fields.text("runOutputName")
    tags = fields.pairs("artifactTags")
    definition, version = _definition(fields)
    version = _sure(version, fields)
    numbering, major = _numbering(fields, version)
    regions = _regions(fields)
    storage = fields.text("storageAccountType")
    exclude = fields.take("excludeFromLatest")
    shallow = fields.known_text("replicationMode") == "Shallow"
    if name is None or definition is None:
        return None
    return GalleryOutput(
        path=fields.path,
        place=fields.place,
        name=name,
        tags=tags,
        definition=definition,
        made=made_with(definition, fields.reading),
        numbering=numbering,
        version=version,
        major=major,
        regions=regions,
        storage=storage,
        exclude_from_latest=exclude,
        shallow=shallow,
    )


def _definition(fields: Fields) -> tuple[ResourceId | None, Value | None]:
    definition, version = read_gallery_image(fields, "galleryImageId", "gallery")
    if definition is None:
        return None, None
    _check_names(definition, fields)
    known = known_text(version)
    if known is not None and not is_version(known):
        message = f'`galleryImageId` ends in the version "{known}". Write three numbers, such as 1.2.3.'
        fields.report_at("galleryImageId", codes.BAD_VERSION, message)
    return definition, version


_NAMES = {
    "gallery": (re.compile(r"[A-Za-z0-9](?:[\w.]{0,78}[A-Za-z0-9])?\Z", re.ASCII), "digits, underscores and dots"),
    "image definition": (
        re.compile(r"[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9])?\Z", re.ASCII),
        "digits, underscores, dots and hyphens",
    ),
}
"""Names that Azure allows in a gallery: up to 80 of these characters, a letter or digit first and last."""


def _check_names(definition: ResourceId, fields: Fields) -> None:
    for (what, (form, others)), value in zip(_NAMES.items(), definition.names, strict=False):
        known = known_text(value)
        if known is not None and not form.match(known):
            message = f'Azure does not allow the {what} name "{known[:90]}". Use up to 80 letters, {others}.'
            fields.report_at("galleryImageId", codes.REFUSED_NAME, message)


def _numbering(fields: Fields, version: Value | None) -> tuple[Numbering, Value | None]:
    if version is not None and not isinstance(version, Call):
        return Numbering.FIXED, None
    versioning = fields.fields("versioning")
    if versioning is not None:
        scheme = versioning.known_text("scheme")
        if scheme == "Source":
            return Numbering.SOURCE, None
        return Numbering.LATEST, versioning.take("major")
    if not is_known(fields.reading.version):
        message = (
            "The API version is unknown, and it decides the gallery version. Since 2022-07-01 Image Builder takes the next one "
            "after the highest, as this project does; before, it numbered by the clock. Write the API version "
            "into the template, or give its parameter a value."
        )
        fields.report_at("galleryImageId", codes.NUMBERING_UNKNOWN, message)
    legacy = is_before(fields.reading.version, "2022-07-01")
    return (Numbering.CLOCK if legacy else Numbering.LATEST), None


def _sure(version: Value | None, fields: Fields) -> Value | None:
    """The version of an id that is one live value: no doubt about it where the value that the id has now ends in one."""
    now = fields.reading.resolver.preview(version) if isinstance(version, Call) else None
    if not isinstance(version, Call) or known_text(now) is None:
        return version
    parts, place = version.arguments
    return Access(parts, place, place=version.place)


def _regions(fields: Fields) -> tuple[Region, ...] | Value:
    """The regions, each once, and the build's among them (lowering/FACTS.md 5); none where the template names none."""
    old = fields.list_of_texts("replicationRegions")
    new = fields.each("targetRegions")
    if old and new:
        message = "`replicationRegions` and `targetRegions` exclude each other. Keep targetRegions."
        fields.report_at("replicationRegions", codes.BOTH_REGIONS, message)
    if new:
        named = [region for value, path in new if (region := _region(value, path, fields)) is not None]
    elif isinstance(old, tuple):
        path = fields.path_of("replicationRegions")
        named = [Region(name=name, path=f"{path}[{number}]") for number, name in enumerate(old)]
    else:
        return () if old is None else old
    return _with_home(_each_once(named, fields), fields)


def _each_once(regions: list[Region], fields: Fields) -> list[Region]:
    once: dict[Value, Region] = {}
    for region in regions:
        first = once.setdefault(normal_region(region.name), region)
        if first is not region:
            _report_twice(region, first, fields)
    return list(once.values())


def _report_twice(region: Region, first: Region, fields: Fields) -> None:
    """A warning, or a note where nothing is lost."""
    message = f"The region {label(region.name)} is named twice. The second one is omitted."
    same = (region.replicas, region.storage) == (first.replicas, first.storage)
    severity = Severity.NOTE if same else None
    fields.reading.findings.add(codes.REGION_TWICE, message, place=region.name.place, path=region.path, severity=severity)


def _with_home(regions: list[Region], fields: Fields) -> tuple[Region, ...]:
    home = fields.reading.location
    if home is None or not regions or any(same_place(each.name, home) for each in regions):
        return tuple(regions)
    name = known_text(home) or "the build's region"
    message = f"Added {name} to the regions of this output: Azure keeps a replica where the version was built."
    fields.reading.findings.add(codes.REGION_ADDED, message, place=fields.place, path=fields.path)
    return (Region(name=home), *regions)


def _region(value: ObjectOf, path: str, fields: Fields) -> Region | None:
    region = Fields(value, _REGION, path, fields.reading)
    name = region.text("name")
    replicas, storage = region.take("replicaCount"), region.text("storageAccountType")
    return Region(name=name, path=path, replicas=replicas, storage=storage) if name is not None else None


def _lower(part: GalleryOutput, say: Say) -> Lowered:
    section = f"distribute: {say.shown(part.name)}"
    version, numbered = version_of(part, say)
    destination = _destination(part, version, say)
    excluded = _excluded(part, say)
    name = "shared_gallery_image_version_exclude_from_latest"
    remark = "run.sh sets it until the validators have passed" if _waits(part, say) else ""
    origin = (f"{part.path}.excludeFromLatest",)
    exclusion = Attribute(name=name, value=excluded, origin=origin, remark=remark) if excluded is not None else None
    made = version_id(part.definition, version, part.path, say)
    return together(
        numbered,
        source_settings(section, destination, exclusion),
        result(part.name, made, part.path, say, version),
        _lower_waiting(part, say),
    )


def _excluded(part: GalleryOutput, say: Say) -> Expression | None:
    if _waits(part, say):
        return raw(say.declare(_WAITS))
    if part.exclude_from_latest == Literal(False):
        return None
    return say.optional(part.exclude_from_latest, f"{part.path}.excludeFromLatest")


_WAITS = Input(
    name="unvalidated",
    role=Role.DECISION,
    kind=Kind.FLAG,
    description="Exclude the version from latest until the validators have passed (set by run.sh).",
    default=Literal(False),
)


def _waits(part: GalleryOutput, say: Say) -> bool:
    """Whether the version is to become the latest when its validators have passed: the service publishes it no sooner."""
    checks = say.template.checks
    return checks is not None and checks.come_first and part.may_be_latest


def _lower_waiting(part: GalleryOutput, say: Say) -> Lowered:
    """The run keeps the version from being the latest, and lets it when the validators have passed."""
    if not _waits(part, say):
        return NOTHING
    variable = say.declare(_WAITS).removeprefix("var.")
    values = LiveValues()
    words = (
        *az_words("sig", "image-version", "update"),
        *definition_options(part, Words(say, values)),
        *(("--gallery-image-version",), (VERSION_PASSED,)),
        *az_words("--set", "publishingProfile.excludeFromLatest=false", "--output", "none"),
    )
    run = tuple(("release", line) for line in (*asked(values), CallAz(words)))
    return Lowered(run=run, build_options=(BuildOption(words=("-var", f"{variable}=true")),))


def _destination(part: GalleryOutput, version: Expression, say: Say) -> Block:
    path = f"{part.path}.galleryImageId"
    gallery, image = part.definition.names
    body: list[Item] = [
        Attribute(name="subscription", value=say.rendered(part.definition.subscription, path)),
        Attribute(name="resource_group", value=say.rendered(part.definition.resource_group, path)),
        Attribute(name="gallery_name", value=say.rendered(gallery, path)),
        Attribute(name="image_name", value=say.rendered(image, path)),
        Attribute(name="image_version", value=version, origin=(f"{part.path}.versioning", f"{part.path}.versioning.scheme")),
    ]
    storage = _storage(part, say)
    if storage is not None:
        origin = (f"{part.path}.storageAccountType",)
        body.append(Attribute(name="storage_account_type", value=storage, origin=origin))
    if part.shallow:
        origin = (f"{part.path}.replicationMode",)
        body.append(Attribute(name="use_shallow_replication", value=boolean(True), origin=origin))
    if security_of(part, say) is Security.CONFIDENTIAL:
        encryption = string("EncryptedVMGuestStateOnlyWithPmk")
        body.append(Attribute(name="confidential_vm_image_encryption_type", value=encryption))
    body += _region_blocks(part, say)
    return Block(kind="shared_image_gallery_destination", body=tuple(body), origin=(part.path, path))


def _storage(part: GalleryOutput, say: Say) -> Expression | None:
    """The storage type of the version that Packer publishes: the output's, else that of the regions that Packer publishes to."""
    path = f"{part.path}.storageAccountType"
    if part.storage is not None:
        return say.rendered(part.storage, path)
    regions = part.regions if isinstance(part.regions, tuple) else ()
    if all(region.storage is None for region in regions):
        return None
    return say.rendered(_home_storage(regions, say), path)


def _home_storage(regions: Sequence[Region], say: Say) -> Value:
    """The storage type of the build's region."""
    at_home = next(region for region in regions if same_place(region.name, say.template.location))
    return at_home.storage or Literal(STORAGE)


def _region_blocks(part: GalleryOutput, say: Say) -> list[Item]:
    home = say.template.location
    if not isinstance(part.regions, tuple):
        added = [home, *_image_regions(part, say)]
        return [_live_regions(part.regions, added, f"{part.path}.replicationRegions", say)]
    regions = _checked(part, say)
    if part.storage_differs:
        storage = _home_storage(regions, say)
        regions = [each for each in regions if (each.storage or Literal(STORAGE)) == storage]
    if _may_repeat(regions):
        return [_dynamic_regions(regions, part, say)]
    return [_region_block(region, region is regions[0], part, say) for region in regions]


def _checked(part: GalleryOutput, say: Say) -> list[Region]:
    assert isinstance(part.regions, tuple)
    regions = _with_image_regions(part, say)
    if part.shallow and (len(regions) > 1 or any(region.replicas not in (None, Literal(1)) for region in regions)):
        message = "Shallow replication allows one region with one replica. Name only the build's region."
        say.find_in(codes.SHALLOW_REGIONS, message, part)
    return regions


def _with_image_regions(part: GalleryOutput, say: Say) -> list[Region]:
    """The regions of the output, and those of the managed images that az makes from it."""
    assert isinstance(part.regions, tuple)
    regions = list(part.regions)
    for place in _image_regions(part, say):
        home = say.template.location
        if any(same_place(each.name, place) for each in regions or [Region(name=home)]):
            continue
        message = f"Added {label(place)} to the regions of this output: a managed image is made there from its replica."
        say.find_in(codes.REGION_ADDED, message, part)
        regions = [*(regions or [Region(name=home)]), Region(name=place)]
    return regions


def _image_regions(part: GalleryOutput, say: Say) -> list[Value]:
    """The regions of the managed images that az makes from the version that Packer publishes: a disk is made where a copy is."""
    if part not in say.plan.native:
        return []
    return list(dict.fromkeys(each.home.location for each in say.plan.later if each.home is not None))


def _may_repeat(regions: Sequence[Region]) -> bool:
    """Whether two of the regions may turn out to be one when the image is built; Azure refuses a version then."""
    return len(regions) > 1 and any(not isinstance(region.name, Literal) for region in regions)


def _dynamic_regions(regions: Sequence[Region], part: GalleryOutput, say: Say) -> Block:
    """One block for each region, where only the build can tell which of them are one: each counts once."""
    path = f"{part.path}.targetRegions"
    places = [_comparable(region.name, say) for region in regions]
    names = [say.rendered(place, path) for place in places]
    counts = [say.rendered(region.replicas or Literal(REPLICAS), path) for region in regions]
    origin = (path, f"{part.path}.replicationRegions", *(f"{each.path}{key}" for each in regions for key in _REGION_KEYS))
    if all(count == counts[0] for count in counts):
        return _dynamic_block(raw(f"distinct({inline(Listing(tuple(names)))})"), raw("target_region.value"), counts[0], origin)
    keys = (say.key(place, path) for place in places)
    each = Pairs(tuple(zip(keys, counts, strict=True)))
    return _dynamic_block(each, raw("target_region.key"), raw("target_region.value"), origin)


_REGION_KEYS = ("", ".name", ".replicaCount")


def _comparable(region: Value, say: Say) -> Value:
    """A region, in Azure's short form if its known value is not: ``West Europe`` and ``westeurope`` are one, and Azure takes each once."""
    return region if _is_short(region, say) else normal_region(region)


def _is_short(regions: Value, say: Say) -> bool:
    """Whether regions are in Azure's short form, as far as their values are known."""
    return all(_is_short_part(part, say) for part in walk(regions))


def _is_short_part(part: Value, say: Say) -> bool:
    match part:
        case Literal():
            return not isinstance(part.value, str) or normal_region(part) == part
        case Variable():
            declared = input_of(part, say.template)
            known = (declared.given or declared.default) if declared is not None else None
            return known is None or _is_short(known, say)
        case Local(name):
            return all(_is_short(each, say) for local, each in say.template.locals if local.name == name)
        case _:
            return True


def _dynamic_block(each: Expression, name: Expression, replicas: Expression, origin: tuple[str, ...]) -> Block:
    body = (Attribute(name="name", value=name), Attribute(name="replicas", value=replicas))
    settings = (Attribute(name="for_each", value=each), Block(kind="content", body=body))
    return Block(kind="dynamic", labels=("target_region",), body=settings, origin=origin)


def _region_block(region: Region, is_first: bool, part: GalleryOutput, say: Say) -> Block:
    replicas = say.rendered(region.replicas, region.path) if region.replicas is not None else number(REPLICAS)
    body = (
        Attribute(name="name", value=say.rendered(region.name, region.path), origin=(f"{region.path}.name",)),
        Attribute(name="replicas", value=replicas, origin=(f"{region.path}.replicaCount",)),
    )
    whole = (f"{part.path}.targetRegions", f"{part.path}.replicationRegions") if is_first else ()
    return Block(kind="target_region", body=body, origin=(region.path, *whole))


def _live_regions(regions: Value, added: Sequence[Value], path: str, say: Say) -> Block:
    """One block for each region of a list that is only known at build time, the build's region among them."""
    are_short = all(_is_short(each, say) for each in (regions, *added))
    names = (_names if are_short else _short_names)(regions, added, path, say)
    return _dynamic_block(raw(f"distinct({names})"), raw("target_region.value"), number(REPLICAS), (path,))


def _region_keys(regions: Sequence[Region], path: str, say: Say) -> list[HclText]:
    return [say.key(normal_region(region.name), path) for region in regions]


def _live_names(regions: Value, added: Sequence[Value], path: str, say: Say) -> Token:
    return raw(f"distinct({_short_names(regions, added, path, say)})")


def _short_names(regions: Value, added: Sequence[Value], path: str, say: Say) -> str:
    """As ``_names``, each region in Azure's short form."""
    return f'[for r in {_names(regions, added, path, say)} : lower(replace(r, " ", ""))]'


def _names(regions: Value, added: Sequence[Value], path: str, say: Say) -> str:
    """A list of regions that is only known at build time, behind those that are added to it."""
    names = inline(say.rendered(regions, path))
    build = ", ".join(inline(say.rendered(each, path)) for each in added)
    if may_be_null(regions, say.template):
        return f"flatten([for each in [[{build}], {names}] : each if each != null])"
    return f"concat([{build}], {names})"


def _publish(output: GalleryOutput, say: Say) -> Lowered:
    """From the managed image where there is one, as Packer itself does, else from the gallery version.

    Source: https://github.com/hashicorp/packer-plugin-azure/blob/v2.6.3/builder/azure/arm/step_publish_to_shared_image_gallery.go
    """
    if output in say.plan.native:
        return _add_regions(output, say)
    words = Words(say)
    source = say.plan.one(ManagedImageOutput)
    made = source or say.plan.one(GalleryOutput)
    assert made is not None
    version, counted, numbered = later_version(output, say, words)
    definition = definition_options(output, words)
    options: tuple[Word, ...] = (
        ("--location",),
        words.region(say.template.location, "location"),
        ("--managed-image" if source is not None else "--image-version",),
        words.id_of(made),
        *_target_regions(output, words, say),
        *_settings(output, words),
        *words.tags(output.tags, f"{output.path}.artifactTags"),
    )
    difference = differs(
        output.path,
        "makes this version from the build VM",
        f"makes it from `{label(made.name)}` by `distribute.sh`{', numbered above the highest version' if counted else ''}",
        Fidelity.EQUIVALENT,
    )
    name = words.word(output.name, output.path)
    if counted:
        target = Target(name=name, helper=Helper.NEXT_VERSION, arguments=(version,), options=(*definition, *options))
    else:
        command = az_words("sig", "image-version", "create")
        target = Target(name=name, options=(*command, *definition, ("--gallery-image-version",), version, *options))
    return numbered + difference + Lowered(targets=(target,))


def _add_regions(output: GalleryOutput, say: Say) -> Lowered:
    """Packer publishes to the regions of one storage type; az adds the others, each with its own."""
    words = Words(say)
    message = "The storage type differs by region. Packer publishes to the regions of one type; `distribute.sh` adds the others."
    say.find_in(codes.STORAGE_DIFFERS, message, output)
    difference = differs(
        f"{output.path}.targetRegions",
        "sets the storage type of each region",
        "publishes to the regions of one type; `distribute.sh` adds the others after the build",
        Fidelity.EQUIVALENT,
    )
    made = say.made[output.path].version
    assert made is not None
    version = say.script_values.passed(made, "gallery_version")
    target = Target(
        name=words.word(output.name, output.path),
        options=(
            *az_words("sig", "image-version", "update"),
            *definition_options(output, words),
            ("--gallery-image-version",),
            (version,),
            *_target_regions(output, words, say),
        ),
    )
    return difference + Lowered(targets=(target,))


def _target_regions(output: GalleryOutput, words: Words, say: Say) -> tuple[Word, ...]:
    """``--target-regions`` with all regions, each as REGION=REPLICAS[=STORAGE]; the build's region is always among them."""
    home = say.template.location
    if not isinstance(output.regions, tuple):
        path = f"{output.path}.replicationRegions"
        names = _live_names(output.regions, [home], path, say)
        return ("--target-regions",), words.items(names, output.regions, path)
    regions = _checked(output, say) or [Region(name=home)]
    if _may_repeat(regions):
        return ("--target-regions",), _regions_once(regions, output, words, say)
    return ("--target-regions",), *(_region_word(region, output, words) for region in regions)


def _regions_once(regions: Sequence[Region], output: GalleryOutput, words: Words, say: Say) -> Word:
    """As ``_dynamic_regions``: each region once, though only the build can tell which of them are one."""
    path = f"{output.path}.targetRegions"
    said = [_replicas_and_storage(region, output) for region in regions]
    details = (say.plain(each, path) for each in said)
    each = Pairs(tuple(zip(_region_keys(regions, path, say), details, strict=True)))
    return words.pairs(each, ListOf((*(region.name for region in regions), *said)), path)


def _replicas_and_storage(region: Region, output: GalleryOutput) -> Value:
    storage = region.storage or (Literal(STORAGE) if output.storage_differs else None)
    replicas = region.replicas or Literal(REPLICAS)
    number_text = Literal(str(replicas.value)) if isinstance(replicas, Literal) else replicas
    return joined(number_text, *(("=", _lower_case(storage)) if storage is not None else ()))


def _region_word(region: Region, output: GalleryOutput, words: Words) -> Word:
    path = f"{output.path}.targetRegions"
    return (*words.region(region.name, path), "=", *words.word(_replicas_and_storage(region, output), path))


def _lower_case(value: Value) -> Value:
    """As az wants a storage type in ``--target-regions``."""
    known = known_text(value)
    return Literal(known.lower()) if known is not None else Call("toLower", (value,))


def _settings(output: GalleryOutput, words: Words) -> tuple[Word, ...]:
    settings: list[Word] = []
    if output.storage is not None:
        settings += words.option("--storage-account-type", output.storage, f"{output.path}.storageAccountType")
    if output.shallow:
        settings += [("--replication-mode",), ("Shallow",)]
    if output.exclude_from_latest is not None:
        settings += words.option("--exclude-from-latest", output.exclude_from_latest, f"{output.path}.excludeFromLatest")
    return tuple(settings)


def _requires(part: GalleryOutput, say: Say) -> Iterator[Requirement]:
    definition, template = part.definition, say.template
    gallery, image = definition.names
    words: Command = ("--subscription", definition.subscription, "-g", definition.resource_group, "-r", gallery)
    yield group(definition, template.location)
    yield Prerequisite(what=("gallery ", gallery), look=("sig", "show", *words), make=("sig", "create", *words))
    yield Prerequisite(
        what=("image definition ", gallery, "/", image, *_of_source(template)),
        look=("sig", "image-definition", "show", *in_gallery(definition)),
        make=("sig", "image-definition", "create", *in_gallery(definition), *_traits(part, say)),
        expects=tuple(_expected(part, say)),
    )
    yield contributor(definition)


def _of_source(template: ImageTemplate) -> tuple[str, ...]:
    return () if generation_of(template) is not None else (", with the generation of its source (V1 or V2)",)


def _traits(part: GalleryOutput, say: Say) -> Command:
    """What the definition says of its images: what the file says of it where the file makes it, else what the source tells."""
    template, made = say.template, part.made
    features = " ".join(f"{name}={value}" for name, value in _features(part, say).items())
    arm = ("--architecture", "Arm64") if is_arm(template) else ()
    names = (made.publisher, made.offer, made.sku) if made is not None else (None, None, None)
    publisher, offer, sku = (name or word for name, word in zip(names, ("PUBLISHER", "OFFER", "SKU"), strict=True))
    return (
        *("--os-type", template.os.value.capitalize(), "--hyper-v-generation", generation_of(template) or "V2", *arm),
        *("--publisher", publisher, "--offer", offer, "--sku", sku, *(("--features", features) if features else ())),
        *plan_words(template.source, ("--plan-publisher", "--plan-product", "--plan-name")),
    )


def _features(part: GalleryOutput, say: Say) -> dict[str, str]:
    """az makes a Gen2 definition TrustedLaunchSupported by default, so a standard one is asked for as well."""
    if part.made is not None and part.made.features:
        return dict(part.made.features)
    if generation_of(say.template) == "V1":
        return {}
    return {"SecurityType": (security_of(part, say) or Security.STANDARD).value}


def _expected(part: GalleryOutput, say: Say) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What the definition must be like."""
    generation = generation_of(say.template)
    yield "osState", ("Generalized",)
    yield "osType", (say.template.os.value.capitalize(),)
    if generation is not None:
        yield "hyperVGeneration", (generation,)
    yield "architecture", ("Arm64" if is_arm(say.template) else "x64",)
    yield "SecurityType", suited(security_of(part, say) or Security.STANDARD, say)


def _undo(output: GalleryOutput) -> Command:
    return ("sig", "image-version", "delete", *in_gallery(output.definition), "-e", "VERSION")


def _boot(part: GalleryOutput, say: Say) -> GalleryImage:
    """The version that the build has published: run.sh sets the variable for it."""
    default = part.version if isinstance(part.version, Literal) else None
    wanted = Input(
        name="image_version",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description="Version of the gallery image to validate, such as 1.2.3; run.sh sets it.",
        default=default,
    )
    say.declare(wanted)
    return GalleryImage(path=part.path, place=part.place, definition=part.definition, version=wanted.reference)


CONSTRUCTS = (
    Construct(
        group=Group.OUTPUT,
        type_name="SharedImage",
        shape=_SHAPE,
        reads=(GalleryOutput,),
        read=_read,
        lower=_lower,
        boot=_boot,
        publish=_publish,
        requires=_requires,
        undo=_undo,
        packer="`shared_image_gallery_destination`",
    ),
)
