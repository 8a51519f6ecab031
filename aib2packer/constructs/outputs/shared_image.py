"""SharedImage: a version of a gallery image definition (lowering/FACTS.md 1 and 5).

Sources:
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#distribute-sharedimage
https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-distribute
"""

from __future__ import annotations

import re

from aib2packer.constructs.output_keys import output_keys
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, boolean, raw, string
from aib2packer.ir.outputs import GalleryOutput, ManagedImageOutput, Numbering, Region, Security
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.sources import GalleryImage
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Access, Call, Input, Kind, Literal, ObjectOf, Role, Value
from aib2packer.lowering.gallery_regions import region_blocks, storage_setting, target_regions
from aib2packer.lowering.gallery_versions import is_version, later_version, version_of
from aib2packer.lowering.image_definitions import definition_options, definition_requirements, version_id
from aib2packer.lowering.lowered import NOTHING, Lowered, differs, source_settings, together
from aib2packer.lowering.pieces import result
from aib2packer.lowering.requirements import Command, in_gallery
from aib2packer.lowering.run_lines import VERSION_PASSED, BuildOption, CallAz, asked
from aib2packer.lowering.say import Say
from aib2packer.lowering.security import security_of
from aib2packer.lowering.targets import Helper, LiveValues, Target, Word
from aib2packer.lowering.words import Words, az_words
from aib2packer.passes.gallery_definitions import made_with
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
    "gallery": (r"(?a)[A-Za-z0-9](?:[\w.]{0,78}[A-Za-z0-9])?\Z", "digits, underscores and dots"),
    "image definition": (
        r"(?a)[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9])?\Z",
        "digits, underscores, dots and hyphens",
    ),
}
"""Names that Azure allows in a gallery: up to 80 of these characters, a letter or digit first and last."""


def _check_names(definition: ResourceId, fields: Fields) -> None:
    for (what, (form, others)), value in zip(_NAMES.items(), definition.names, strict=False):
        known = known_text(value)
        if known is not None and not re.match(form, known):
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
    known = known_text(home)
    added = known or "the build's region"
    where = "" if known else " if it is none of them"
    message = f"Added {added} to the regions of this output{where}: Azure keeps a replica where the version was built."
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
        return raw(say.reference(_WAITS))
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
    variable = say.names.variable(_WAITS.reference)
    values = LiveValues()
    words = (
        *az_words("sig", "image-version", "update"),
        *definition_options(part, Words(say, values)),
        *(("--gallery-image-version",), (VERSION_PASSED,)),
        *az_words("--set", "publishingProfile.excludeFromLatest=false", "--output", "none"),
    )
    run = tuple(("release", line) for line in (*asked(values), CallAz(words)))
    return Lowered(inputs=(_WAITS,), run=run, build_options=(BuildOption(words=("-var", f"{variable}=true")),))


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
    storage = storage_setting(part, say)
    if storage is not None:
        body.append(storage)
    if part.shallow:
        origin = (f"{part.path}.replicationMode",)
        body.append(Attribute(name="use_shallow_replication", value=boolean(True), origin=origin))
    if security_of(part, say) is Security.CONFIDENTIAL:
        encryption = string("EncryptedVMGuestStateOnlyWithPmk")
        body.append(Attribute(name="confidential_vm_image_encryption_type", value=encryption))
    body += region_blocks(part, say)
    return Block(kind="shared_image_gallery_destination", body=tuple(body), origin=(part.path, path))


def _publish(output: GalleryOutput, say: Say, words: Words) -> Lowered:
    """From the managed image where there is one, as Packer itself does, else from the gallery version.

    Source: https://github.com/hashicorp/packer-plugin-azure/blob/v2.6.3/builder/azure/arm/step_publish_to_shared_image_gallery.go
    """
    if output in say.plan.native:
        return _add_regions(output, say, words)
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
        *target_regions(output, words, say),
        *_settings(output, words),
        *words.tags(output.tags, f"{output.path}.artifactTags"),
    )
    difference = differs(
        output.path,
        "makes this version from the build VM",
        f"makes it from `{label(made.name)}` by `distribute.sh`{', numbered above the highest version' if counted else ''}",
        Fidelity.EQUIVALENT,
    )
    name = words.name_of(output)
    if counted:
        target = Target(name=name, helper=Helper.NEXT_VERSION, arguments=(version,), options=(*definition, *options))
    else:
        command = az_words("sig", "image-version", "create")
        target = Target(name=name, options=(*command, *definition, ("--gallery-image-version",), version, *options))
    return numbered + difference + Lowered(targets=(target,))


def _add_regions(output: GalleryOutput, say: Say, words: Words) -> Lowered:
    """Packer publishes to the regions of one storage type; az adds the others, each with its own."""
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
    version = words.passed(made, "gallery_version")
    target = Target(
        name=words.name_of(output),
        options=(
            *az_words("sig", "image-version", "update"),
            *definition_options(output, words),
            ("--gallery-image-version",),
            (version,),
            *target_regions(output, words, say),
        ),
    )
    return difference + Lowered(targets=(target,))


def _settings(output: GalleryOutput, words: Words) -> tuple[Word, ...]:
    settings: list[Word] = []
    if output.storage is not None:
        settings += words.option("--storage-account-type", output.storage, f"{output.path}.storageAccountType")
    if output.shallow:
        settings += [("--replication-mode",), ("Shallow",)]
    if output.exclude_from_latest is not None:
        settings += words.option("--exclude-from-latest", output.exclude_from_latest, f"{output.path}.excludeFromLatest")
    return tuple(settings)


def _undo(output: GalleryOutput) -> Command:
    return ("sig", "image-version", "delete", *in_gallery(output.definition), "-e", "VERSION")


def _boot(part: GalleryOutput) -> tuple[GalleryImage, tuple[Input, ...]]:
    """The version that the build has published: run.sh sets the variable for it."""
    default = part.version if isinstance(part.version, Literal) else None
    wanted = Input(
        name="image_version",
        role=Role.DECISION,
        kind=Kind.TEXT,
        description="Version of the gallery image to validate, such as 1.2.3; run.sh sets it.",
        default=default,
    )
    return GalleryImage(path=part.path, place=part.place, definition=part.definition, version=wanted.reference), (wanted,)


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
        requires=definition_requirements,
        undo=_undo,
        packer="`shared_image_gallery_destination`",
    ),
)
