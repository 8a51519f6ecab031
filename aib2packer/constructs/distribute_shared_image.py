"""SharedImage: a version of a gallery image definition (aib-service 1.6, 2.11; packer-mapping 1.6, 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from aib2packer.constructs.api_versions import is_before
from aib2packer.constructs.distribution import (
    DEFAULT_STORAGE,
    Helper,
    Target,
    Word,
    Words,
    label_of,
    normal_region,
    same_place,
    storage_differs,
)
from aib2packer.constructs.fields import Fields
from aib2packer.constructs.gallery_versions import is_version, later_version, version_of
from aib2packer.constructs.keys import Group, Key, Shape, flag, nested, one_of, text, texts, whole
from aib2packer.constructs.outputs import output_keys
from aib2packer.constructs.project import Project, joined, known_text, label
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.constructs.requirements import Command, Prerequisite, Requirement, contributor, group, in_gallery
from aib2packer.constructs.resource_ids import GALLERY_IMAGE, GALLERY_VERSION, segments_of, take_apart
from aib2packer.constructs.source_platform_image import plan_words
from aib2packer.constructs.vm_profile import default_size, knows_generation
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity, Severity
from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, Pairs, Token, boolean, number, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.defaults import REPLICAS, VM_SIZE_GEN1
from aib2packer.ir.template import GalleryOutput, ImageTemplate, ManagedImageOutput, Numbering, Output, Part, Region, ResourceId
from aib2packer.ir.values import Call, Input, Kind, ListOf, Literal, ObjectOf, Role, Value

_STORAGE = ("Standard_LRS", "Standard_ZRS", "Premium_LRS")
_REGION = Shape(
    name="targetRegion",
    keys=(
        Key(name="name", holds=text(), fidelity=Fidelity.EXACT, packer="`target_region.name`", required=True),
        Key(name="replicaCount", holds=whole(1), fidelity=Fidelity.EXACT, packer="`target_region.replicas`"),
        Key(
            name="storageAccountType",
            holds=one_of(*_STORAGE),
            fidelity=Fidelity.EXACT,
            packer="`storage_account_type`",
        ),
    ),
)
_VERSIONING = Shape(
    name="versioning",
    keys=(
        Key(
            name="scheme",
            holds=one_of("Latest", "Source"),
            fidelity=Fidelity.APPROXIMATE,
            packer="`local.image_version` (Latest), `var.image_version` (Source)",
            required=True,
        ),
        Key(name="major", holds=whole(-1), fidelity=Fidelity.EXACT, packer="in `local.image_version`"),
    ),
)
_SHAPE = Shape(
    name="SharedImage output",
    keys=(
        type_key("SharedImage"),
        *output_keys(),
        Key(
            name="galleryImageId",
            holds=text(),
            fidelity=Fidelity.EXACT,
            packer="`shared_image_gallery_destination`",
            required=True,
        ),
        Key(
            name="replicationRegions",
            holds=texts(),
            fidelity=Fidelity.EXACT,
            packer="`target_region` blocks, one replica each",
        ),
        Key(
            name="targetRegions",
            holds=nested(_REGION, many=True),
            fidelity=Fidelity.EXACT,
            packer="`target_region` blocks",
            since="2022-07-01",
        ),
        Key(
            name="excludeFromLatest",
            holds=flag(),
            fidelity=Fidelity.EXACT,
            packer="`shared_gallery_image_version_exclude_from_latest`",
            since="2020-02-14",
        ),
        Key(
            name="storageAccountType",
            holds=one_of(*_STORAGE),
            fidelity=Fidelity.EXACT,
            packer="`storage_account_type`",
            since="2020-02-14",
        ),
        Key(
            name="versioning",
            holds=nested(_VERSIONING),
            fidelity=Fidelity.APPROXIMATE,
            packer="`image_version`",
            since="2022-07-01",
        ),
        Key(
            name="replicationMode",
            holds=one_of("Full", "Shallow"),
            fidelity=Fidelity.EXACT,
            packer="`use_shallow_replication`",
            since="2025-10-01",
        ),
    ),
)


def _read(fields: Fields) -> GalleryOutput | None:
    name = fields.text("runOutputName")
    tags = fields.pairs("artifactTags")
    definition, version = _definition(fields)
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
        numbering=numbering,
        version=version,
        major=major,
        regions=regions,
        storage=storage,
        exclude_from_latest=exclude,
        shallow=shallow,
    )


def _definition(fields: Fields) -> tuple[ResourceId | None, Value | None]:
    value = fields.address("galleryImageId")
    if value is None:
        return None, None
    segments = segments_of(value)
    has_version = segments is not None and len(segments) == 12
    taken = take_apart(value, GALLERY_VERSION if has_version else GALLERY_IMAGE)
    if taken is None:
        message = (
            "`galleryImageId` is not the id of a gallery image definition "
            "(/subscriptions/*/resourceGroups/*/providers/Microsoft.Compute/galleries/*/images/*): "
            "nothing is converted; write the whole id."
        )
        fields.report_at("galleryImageId", codes.BAD_ID, message)
        return None, None
    _check_names(taken, fields)
    if not has_version:
        return taken, None
    *names, version = taken.names
    known = known_text(version)
    if known is not None and not is_version(known):
        message = f'`galleryImageId` ends in the version "{known}": nothing is converted; write three numbers as in 1.2.3.'
        fields.report_at("galleryImageId", codes.BAD_VERSION, message)
    definition = ResourceId(
        subscription=taken.subscription, resource_group=taken.resource_group, names=tuple(names), whole=taken.whole
    )
    return definition, version


_NAMES = {
    "gallery": (re.compile(r"[A-Za-z0-9](?:[\w.]{0,78}[A-Za-z0-9])?\Z", re.ASCII), "digits, underscores and dots"),
    "image definition": (
        re.compile(r"[A-Za-z0-9](?:[\w.-]{0,78}[A-Za-z0-9])?\Z", re.ASCII),
        "digits, underscores, dots and hyphens",
    ),
}
"""What Azure takes as names in a gallery: up to 80 of these, a letter or digit first and last."""


def _check_names(definition: ResourceId, fields: Fields) -> None:
    for (what, (form, others)), value in zip(_NAMES.items(), definition.names, strict=False):
        known = known_text(value)
        if known is not None and not form.match(known):
            message = f'There can be no {what} "{known[:90]}" (Azure takes up to 80 letters, {others}): the build will not find it; correct the name.'
            fields.report_at("galleryImageId", codes.REFUSED_NAME, message)


def _numbering(fields: Fields, version: Value | None) -> tuple[Numbering, Value | None]:
    if version is not None:
        return Numbering.FIXED, None
    versioning = fields.fields("versioning")
    if versioning is not None:
        scheme = versioning.known_text("scheme")
        if scheme == "Source":
            return Numbering.SOURCE, None
        return Numbering.LATEST, versioning.take("major")
    legacy = is_before(fields.reading.version, "2022-07-01")
    return (Numbering.CLOCK if legacy else Numbering.LATEST), None


def _regions(fields: Fields) -> tuple[Region, ...] | Value:
    old = fields.list_of_texts("replicationRegions")
    new = fields.each("targetRegions")
    if old and new:
        message = "`replicationRegions` and `targetRegions` exclude each other: nothing is converted; keep targetRegions."
        fields.report_at("replicationRegions", codes.BOTH_REGIONS, message)
    if new:
        return tuple(region for value, path in new if (region := _region(value, path, fields)) is not None)
    if old is None:
        return ()
    return tuple(Region(name=name, replicas=None, storage=None) for name in old) if isinstance(old, tuple) else old


def _region(value: ObjectOf, path: str, fields: Fields) -> Region | None:
    region = Fields(value, _REGION, path, fields.reading)
    name = region.text("name")
    replicas, storage = region.take("replicaCount"), region.text("storageAccountType")
    return Region(name=name, replicas=replicas, storage=storage) if name is not None else None


def _lower(part: Part, project: Project) -> None:
    assert isinstance(part, GalleryOutput)
    section = f"distribute: {label(part.name)}"
    version = _version(part, project)
    project.source(section, _destination(part, version, project))
    excluded = _excluded(part, project)
    if excluded is not None:
        name = "shared_gallery_image_version_exclude_from_latest"
        remark = "run.sh sets it until the validators have passed" if waits_for_validators(part, project) else ""
        origin = (f"{part.path}.excludeFromLatest",)
        project.source(section, Attribute(name=name, value=excluded, origin=origin, remark=remark))
    assert isinstance(version, Token)
    project.gallery_version = version
    project.result(part.name, project.gallery_version_id(part.definition, version, part.path), part.path)
    project.overwrites = True


def _excluded(part: GalleryOutput, project: Project) -> Expression | None:
    if waits_for_validators(part, project):
        return raw(project.declare(_WAITS))
    return project.optional(part.exclude_from_latest, f"{part.path}.excludeFromLatest")


_WAITS = Input(
    name="unvalidated",
    role=Role.DECISION,
    kind=Kind.FLAG,
    description="Exclude the version from latest until the validators have passed (set by run.sh).",
    default=Literal(False),
)


def unvalidated_variable(project: Project) -> str:
    """The name of the variable that keeps the version from being the latest."""
    return project.declare(_WAITS).removeprefix("var.")


def waits_for_validators(part: GalleryOutput, project: Project) -> bool:
    """Whether the version is to become the latest when its validators have passed: the service publishes it no sooner.

    Not where the template excludes it anyway, or lets an expression tell.
    """
    checks = project.template.checks
    if checks is None or checks.source_only or checks.distribute_anyway:
        return False
    return part.exclude_from_latest in (None, Literal(False))


def _version(part: GalleryOutput, project: Project) -> Expression:
    """The version; an id that is live as a whole may end in one, and then that counts."""
    version = version_of(part, project)
    whole = part.definition.whole
    if segments_of(whole) is not None or part.numbering is Numbering.FIXED:
        return version
    live = project.rendered(whole, f"{part.path}.galleryImageId")
    assert isinstance(version, Token)
    assert isinstance(live, Token)
    parts = f'split("/", {live.text})'
    return raw(project.local("gallery_version", raw(f"length({parts}) > 12 ? {parts}[12] : {version.text}")))


def _destination(part: GalleryOutput, version: Expression, project: Project) -> Block:
    path = f"{part.path}.galleryImageId"
    gallery, image = part.definition.names
    body: list[Item] = [
        Attribute(name="subscription", value=project.rendered(part.definition.subscription, path)),
        Attribute(name="resource_group", value=project.rendered(part.definition.resource_group, path)),
        Attribute(name="gallery_name", value=project.rendered(gallery, path)),
        Attribute(name="image_name", value=project.rendered(image, path)),
        Attribute(name="image_version", value=version, origin=(f"{part.path}.versioning", f"{part.path}.versioning.scheme")),
    ]
    storage = _storage(part, project)
    if storage is not None:
        origin = (f"{part.path}.storageAccountType",)
        body.append(Attribute(name="storage_account_type", value=storage, origin=origin))
    if part.shallow:
        origin = (f"{part.path}.replicationMode",)
        body.append(Attribute(name="use_shallow_replication", value=boolean(True), origin=origin))
    body += _region_blocks(part, project)
    return Block(kind="shared_image_gallery_destination", body=tuple(body), origin=(part.path, path))


def _storage(part: GalleryOutput, project: Project) -> Expression | None:
    """The one storage type of the version that Packer publishes: the output's, else the regions' where they agree, else the
    one of the build's region: the regions with another are added after the build."""
    path = f"{part.path}.storageAccountType"
    if part.storage is not None:
        return project.rendered(part.storage, path)
    regions = part.regions if isinstance(part.regions, tuple) else ()
    if all(region.storage is None for region in regions):
        return None
    return project.rendered(_home_storage(part, project.template.location), path)


def _home_storage(part: GalleryOutput, home: Value) -> Value:
    """The storage type of the build's region; where the template does not name that, the one type that all others have."""
    assert isinstance(part.regions, tuple)
    at_home = [region for region in part.regions if normal_region(region.name) == normal_region(home)]
    like_home = at_home or ([] if storage_differs(part) else list(part.regions))
    return (like_home[0].storage if like_home else None) or Literal(DEFAULT_STORAGE)


def _region_blocks(part: GalleryOutput, project: Project) -> list[Item]:
    home = project.template.location
    if not isinstance(part.regions, tuple):
        return [_live_regions(part.regions, [home, *_image_regions(part, project)], f"{part.path}.replicationRegions", project)]
    regions = _checked(part, home, project)
    if storage_differs(part):
        storage = _home_storage(part, home)
        regions = [
            each for each in regions if (each.storage or Literal(DEFAULT_STORAGE)) == storage or same_place(each.name, home)
        ]
    if _may_repeat(regions):
        return [_dynamic_regions(regions, part, project)]
    return [_region_block(region, region is regions[0], part, project) for region in regions]


def _checked(part: GalleryOutput, home: Value, project: Project) -> list[Region]:
    regions = _with_home(part, home, project)
    if part.shallow and (len(regions) > 1 or any(region.replicas not in (None, Literal(1)) for region in regions)):
        message = "Shallow replication takes the build's region only, with one replica: nothing is converted; name only that one."
        project.find_in(codes.SHALLOW_REGIONS, message, part)
    return regions


def _with_home(part: GalleryOutput, home: Value, project: Project) -> list[Region]:
    """The regions without repetitions, and the build's region among them (packer-mapping 1.6)."""
    assert isinstance(part.regions, tuple)
    regions: dict[object, Region] = {}
    for region in part.regions:
        first = regions.setdefault(_normal(region.name), region)
        if first is not region:
            _say_twice(region, first, part, project)
    if _normal(home) not in regions and part.regions:
        name = f"The region {known_text(home)}" if known_text(home) else "The build's region"
        message = f"{name} is added to those of the output: Azure keeps the first copy of a version where it was built."
        project.find_in(codes.REGION_ADDED, message, part)
        regions = {_normal(home): Region(name=home, replicas=None, storage=None), **regions}
    for place in _image_regions(part, project):
        if _normal(place) not in regions and (part.regions or _normal(place) != _normal(home)):
            message = f"The region {label(place)} is added to those of the output: a managed image is made there from it."
            project.find_in(codes.REGION_ADDED, message, part)
            regions = regions or {_normal(home): Region(name=home, replicas=None, storage=None)}
            regions[_normal(place)] = Region(name=place, replicas=None, storage=None)
    return list(regions.values())


def _image_regions(part: GalleryOutput, project: Project) -> list[Value]:
    """The regions of the managed images that az makes from the version that Packer publishes: a disk is made where a copy is."""
    if part not in project.plan.native:
        return []
    return list(dict.fromkeys(each.location for each in project.plan.later if isinstance(each, ManagedImageOutput)))


def _say_twice(region: Region, first: Region, part: GalleryOutput, project: Project) -> None:
    """A warning, or a note where nothing is lost."""
    known = known_text(region.name)
    what = f'The region "{known}"' if known is not None else "The value of this region"
    message = (
        f"{what} is named before among those of the output, and Azure takes it once: this one is left out; keep one of them."
    )
    same = (region.replicas, region.storage) == (first.replicas, first.storage)
    severity = Severity.NOTE if same else None
    project.find(codes.REGION_TWICE, message, place=region.name.place, path=part.path, severity=severity)


def _may_repeat(regions: Sequence[Region]) -> bool:
    """Whether two of the regions may turn out to be one when the image is built; Azure refuses a version then."""
    return len(regions) > 1 and any(not isinstance(region.name, Literal) for region in regions)


def _dynamic_regions(regions: Sequence[Region], part: GalleryOutput, project: Project) -> Block:
    """One block for each region, where only the build can tell which of them are one: as keys of an object they count once."""
    path = f"{part.path}.targetRegions"
    counts = (project.rendered(region.replicas or Literal(REPLICAS), path) for region in regions)
    each = Pairs(tuple(zip(_region_keys(regions, path, project), counts, strict=True)))
    said = [f"{_path_of(region, part)}{key}" for region in regions for key in ("", ".name", ".replicaCount")]
    origin = (path, f"{part.path}.replicationRegions", *said)
    return _dynamic_block(each, raw("target_region.key"), raw("target_region.value"), origin)


def _region_keys(regions: Sequence[Region], path: str, project: Project) -> list[HclText]:
    return [project.key(normal_region(region.name), path) for region in regions]


def _dynamic_block(each: Expression, name: Expression, replicas: Expression, origin: tuple[str, ...]) -> Block:
    content = Block(kind="content", body=(Attribute(name="name", value=name), Attribute(name="replicas", value=replicas)))
    body = (Attribute(name="for_each", value=each), content)
    return Block(kind="dynamic", labels=("target_region",), body=body, origin=origin)


def _normal(name: Value) -> object:
    known = known_text(name)
    return known.replace(" ", "").lower() if known is not None else name


def _region_block(region: Region, is_first: bool, part: GalleryOutput, project: Project) -> Block:
    path = _path_of(region, part)
    replicas = project.rendered(region.replicas, path) if region.replicas is not None else number(REPLICAS)
    body = (
        Attribute(name="name", value=project.rendered(region.name, path), origin=(f"{path}.name",)),
        Attribute(name="replicas", value=replicas, origin=(f"{path}.replicaCount",)),
    )
    whole = (f"{part.path}.targetRegions", f"{part.path}.replicationRegions") if is_first else ()
    return Block(kind="target_region", body=body, origin=(path, *whole))


def _path_of(region: Region, part: GalleryOutput) -> str:
    """Where the template names the region; the build's region may be one that it does not name."""
    assert isinstance(part.regions, tuple)
    found = next((index for index, each in enumerate(part.regions) if each is region), None)
    return f"{part.path}.targetRegions[{found}]" if found is not None else f"{part.path}.(the build's region)"


def _live_regions(regions: Value, added: Sequence[Value], path: str, project: Project) -> Block:
    """One block for each region of a list that is only known at build time, the build's region among them."""
    each = _live_names(regions, added, path, project)
    return _dynamic_block(each, raw("target_region.value"), number(REPLICAS), (path,))


def _live_names(regions: Value, added: Sequence[Value], path: str, project: Project) -> Token:
    names = inline(project.rendered(regions, path))
    build = ", ".join(inline(project.rendered(each, path)) for each in added)
    listed = f"flatten([for each in [[{build}], {names}] : each if each != null])" if project.may_be_null(regions) else ""
    return raw(f'distinct([for r in {listed or f"concat([{build}], {names})"} : lower(replace(r, " ", ""))])')


def _publish(output: Output, project: Project) -> Target:
    """From the managed image where there is one, as Packer itself does, else from the gallery version (packer-mapping 2.3)."""
    assert isinstance(output, GalleryOutput)
    if output in project.plan.native:
        return _add_regions(output, project)
    words = Words(project)
    source = project.plan.one(ManagedImageOutput)
    made = source or project.plan.one(GalleryOutput)
    assert made is not None
    version, counted = later_version(output, project, words)
    definition = definition_options(output, words)
    options: tuple[Word, ...] = (
        ("--location",),
        words.region(project.template.location, "location"),
        ("--managed-image" if source is not None else "--image-version",),
        words.id_of(made),
        *_target_regions(output, words, project),
        *_settings(output, words),
        *words.tags(output.tags, f"{output.path}.artifactTags"),
    )
    project.differs(
        output.path,
        "Makes this version from the build VM.",
        f"`distribute.sh` makes it from the output `{label(made.name)}`{', numbered above the highest that exists' if counted else ''}.",
        Fidelity.EQUIVALENT,
    )
    name = words.word(output.name, output.path)
    if counted:
        return Target(name=name, helper=Helper.NEXT_VERSION, arguments=(version,), options=(*definition, *options))
    command = az_words("sig", "image-version", "create")
    return Target(name=name, options=(*command, *definition, ("--gallery-image-version",), version, *options))


def az_words(*words: str) -> tuple[Word, ...]:
    """Texts as words."""
    return tuple((word,) for word in words)


def definition_options(output: GalleryOutput, words: Words) -> tuple[Word, ...]:
    """The options of az that name the image definition of an output: four, each with its value."""
    definition, path = output.definition, f"{output.path}.galleryImageId"
    names = ("--subscription", "--resource-group", "--gallery-name", "--gallery-image-definition")
    values = (definition.subscription, definition.resource_group, *definition.names)
    pairs = zip(names, values, strict=True)
    return tuple(word for name, value in pairs for word in ((name,), words.word(value, path, f"{label_of(output)}{name[1:]}")))


def _add_regions(output: GalleryOutput, project: Project) -> Target:
    """Packer publishes to the regions of one storage type; az adds the others, each with its own."""
    words = Words(project)
    message = "The storage type differs from region to region. Packer publishes to the regions of one type; `distribute.sh` adds the others."
    project.find_in(codes.STORAGE_DIFFERS, message, output)
    project.differs(
        f"{output.path}.targetRegions",
        "A storage type for each region.",
        "Packer publishes to the regions of one storage type; `distribute.sh` adds the others after the build.",
        Fidelity.EQUIVALENT,
    )
    assert project.gallery_version is not None
    version = project.distribution.values.passed(project.gallery_version, "gallery_version")
    return Target(
        name=words.word(output.name, output.path),
        options=(
            *az_words("sig", "image-version", "update"),
            *definition_options(output, words),
            ("--gallery-image-version",),
            (version,),
            *_target_regions(output, words, project),
        ),
    )


def _target_regions(output: GalleryOutput, words: Words, project: Project) -> tuple[Word, ...]:
    """``--target-regions`` with all regions, each as REGION=REPLICAS[=STORAGE]; the build's region is always among them."""
    home = project.template.location
    if not isinstance(output.regions, tuple):
        path = f"{output.path}.replicationRegions"
        names = _live_names(output.regions, [home], path, project)
        return ("--target-regions",), words.items(names, output.regions, path)
    regions = _checked(output, home, project) or [Region(name=home, replicas=None, storage=None)]
    if _may_repeat(regions):
        return ("--target-regions",), _regions_once(regions, output, words, project)
    return ("--target-regions",), *(_region_word(region, output, words) for region in regions)


def _regions_once(regions: Sequence[Region], output: GalleryOutput, words: Words, project: Project) -> Word:
    """As ``_dynamic_regions``: each region once, though only the build can tell which of them are one."""
    path = f"{output.path}.targetRegions"
    said = [_replicas_and_storage(region, output) for region in regions]
    details = (project.plain(each, path) for each in said)
    each = Pairs(tuple(zip(_region_keys(regions, path, project), details, strict=True)))
    return words.pairs(each, ListOf((*(region.name for region in regions), *said)), path)


def _replicas_and_storage(region: Region, output: GalleryOutput) -> Value:
    storage = region.storage or (Literal(DEFAULT_STORAGE) if storage_differs(output) else None)
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


def _requires(part: Part, project: Project) -> Iterator[Requirement]:
    assert isinstance(part, GalleryOutput)
    definition, template = part.definition, project.template
    gallery, image = definition.names
    words: Command = ("--subscription", definition.subscription, "-g", definition.resource_group, "-r", gallery)
    yield group(definition, template.location)
    yield Prerequisite(what=("the gallery ", gallery), look=("sig", "show", *words), make=("sig", "create", *words))
    yield Prerequisite(
        what=("the image definition ", gallery, "/", image, *_of_source(template)),
        look=("sig", "image-definition", "show", *in_gallery(definition)),
        make=(
            *("sig", "image-definition", "create", *in_gallery(definition), "--os-type", template.os.value.capitalize()),
            *("--hyper-v-generation", _generation(template), "--publisher", gallery, "--offer", image, "--sku", image),
            *plan_words(template.source, ("--plan-publisher", "--plan-product", "--plan-name")),
        ),
    )
    yield contributor(definition)


def _of_source(template: ImageTemplate) -> tuple[str, ...]:
    return () if knows_generation(template.source) else (", with the generation of its source (V1 or V2)",)


def _generation(template: ImageTemplate) -> str:
    """An image has the generation of its source, and its definition must have the same."""
    return "V1" if default_size(template.source) == VM_SIZE_GEN1 else "V2"


def _undo(output: Output) -> Command:
    assert isinstance(output, GalleryOutput)
    return ("sig", "image-version", "delete", *in_gallery(output.definition), "-e", "VERSION")


CONSTRUCTS = (
    Construct(
        group=Group.OUTPUT,
        type_name="SharedImage",
        shape=_SHAPE,
        reads=(GalleryOutput,),
        read=_read,
        lower=_lower,
        publish=_publish,
        requires=_requires,
        undo=_undo,
        packer="`shared_image_gallery_destination`",
    ),
)
