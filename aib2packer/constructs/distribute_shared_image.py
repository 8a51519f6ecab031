"""SharedImage: a version of a gallery image definition (aib-service 1.6, 2.11; packer-mapping 1.6, 3)."""

from __future__ import annotations

from aib2packer.constructs.api_versions import is_before
from aib2packer.constructs.fields import Fields
from aib2packer.constructs.gallery_versions import is_version, version_of
from aib2packer.constructs.keys import Group, Key, Shape, flag, nested, one_of, text, texts, whole
from aib2packer.constructs.outputs import output_keys
from aib2packer.constructs.project import Project, known_text
from aib2packer.constructs.registry import Construct, type_key
from aib2packer.constructs.resource_ids import GALLERY_IMAGE, GALLERY_VERSION, segments_of, take_apart
from aib2packer.diagnostics import construct_codes as codes
from aib2packer.diagnostics.model import Fidelity
from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, Token, boolean, number, raw
from aib2packer.ir.defaults import REPLICAS
from aib2packer.ir.template import GalleryOutput, Numbering, Part, Region, ResourceId
from aib2packer.ir.values import Literal, ObjectOf, Value

_STORAGE = ("Standard_LRS", "Standard_ZRS", "Premium_LRS")
_REGION = Shape(
    name="targetRegion",
    keys=(
        Key(name="name", holds=text(), fidelity=Fidelity.EXACT, packer="`target_region.name`", required=True),
        Key(name="replicaCount", holds=whole(1), fidelity=Fidelity.EXACT, packer="`target_region.replicas`"),
        Key(
            name="storageAccountType",
            holds=one_of(*_STORAGE),
            fidelity=Fidelity.APPROXIMATE,
            packer="`storage_account_type`, one for all regions",
            service="A storage type for each region.",
            project="One storage type for the whole version.",
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
    value = fields.text("galleryImageId")
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
    section = f"distribute: {project.label(part.name)}"
    version = _version(part, project)
    project.source(section, _destination(part, version, project))
    if part.exclude_from_latest is not None:
        path = f"{part.path}.excludeFromLatest"
        value = project.rendered(part.exclude_from_latest, path)
        name = "shared_gallery_image_version_exclude_from_latest"
        project.source(section, Attribute(name=name, value=value, origin=(path,)))
    assert isinstance(version, Token)
    project.result(part.name, project.gallery_version_id(part.definition, version, part.path), part.path)
    project.overwrites = True
    project.need_definition(part.definition)


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
    """The one storage type of the version: the output's, else the regions' where they agree, else the first region's."""
    path = f"{part.path}.storageAccountType"
    if part.storage is not None:
        return project.rendered(part.storage, path)
    regions = part.regions if isinstance(part.regions, tuple) else ()
    types = [region.storage for region in regions if region.storage is not None]
    if not types:
        return None
    if len(types) != len(regions) or any(each != types[0] for each in types):
        message = (
            f"The storage type differs from region to region; all get {known_text(types[0]) or 'the first one'}, because Packer sets "
            "one for the whole version."
        )
        project.find_in(codes.STORAGE_DIFFERS, message, part)
    return project.rendered(types[0], path)


def _region_blocks(part: GalleryOutput, project: Project) -> list[Item]:
    home = project.template.location
    if not isinstance(part.regions, tuple):
        return [_live_regions(part.regions, home, f"{part.path}.replicationRegions", project)]
    regions = _with_home(part, home, project)
    if part.shallow and (len(regions) > 1 or any(region.replicas not in (None, Literal(1)) for region in regions)):
        message = "Shallow replication takes the build's region only, with one replica: nothing is converted; name only that one."
        project.find_in(codes.SHALLOW_REGIONS, message, part)
    return [_region_block(region, number, part, project) for number, region in enumerate(regions)]


def _with_home(part: GalleryOutput, home: Value, project: Project) -> list[Region]:
    """The regions without repetitions, and the build's region among them (packer-mapping 1.6)."""
    assert isinstance(part.regions, tuple)
    regions: dict[object, Region] = {}
    for region in part.regions:
        regions.setdefault(_normal(region.name), region)
    if _normal(home) not in regions and part.regions:
        name = known_text(home) or "The build's region"
        message = f"{name} is added to the regions of the output: the first copy of a version stays where it was built."
        project.find_in(codes.REGION_ADDED, message, part)
        return [Region(name=home, replicas=None, storage=None), *regions.values()]
    return list(regions.values())


def _normal(name: Value) -> object:
    known = known_text(name)
    return known.replace(" ", "").lower() if known is not None else name


def _region_block(region: Region, index: int, part: GalleryOutput, project: Project) -> Block:
    path = f"{part.path}.targetRegions[{index}]"
    replicas = project.rendered(region.replicas, path) if region.replicas is not None else number(REPLICAS)
    body = (
        Attribute(name="name", value=project.rendered(region.name, path), origin=(f"{path}.name",)),
        Attribute(name="replicas", value=replicas, origin=(f"{path}.replicaCount",)),
    )
    origin = (path, f"{part.path}.targetRegions") if index == 0 else (path,)
    return Block(kind="target_region", body=body, origin=(*origin, f"{part.path}.replicationRegions") if index == 0 else origin)


def _live_regions(regions: Value, home: Value, path: str, project: Project) -> Block:
    """One block for each region of a list that is only known at build time, the build's region among them."""
    names = project.rendered(regions, path)
    build = project.rendered(home, path)
    assert isinstance(names, Token)
    assert isinstance(build, Token)
    each = raw(f'distinct([for r in concat([{build.text}], {names.text}) : lower(replace(r, " ", ""))])')
    content = Block(
        kind="content",
        body=(
            Attribute(name="name", value=raw("target_region.value")),
            Attribute(name="replicas", value=number(REPLICAS)),
        ),
    )
    body = (Attribute(name="for_each", value=each), content)
    return Block(kind="dynamic", labels=("target_region",), body=body, origin=(path,))


CONSTRUCTS = (
    Construct(
        group=Group.OUTPUT,
        type_name="SharedImage",
        shape=_SHAPE,
        reads=(GalleryOutput,),
        read=_read,
        lower=_lower,
        packer="`shared_image_gallery_destination`",
    ),
)
