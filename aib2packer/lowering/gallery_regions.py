"""The regions that a gallery version is copied to, as blocks of the source and as words of az; and its storage type (lowering/FACTS.md 5)."""

from __future__ import annotations

from collections.abc import Sequence

from aib2packer.diagnostics.codes import distribute as codes
from aib2packer.hcl.nodes import Attribute, Block, Expression, Item, Listing, Pairs, Token, number, raw
from aib2packer.hcl.printer import inline
from aib2packer.hcl.text import HclText
from aib2packer.ir.defaults import REPLICAS, STORAGE
from aib2packer.ir.outputs import GalleryOutput, Region
from aib2packer.ir.text import known_text, label
from aib2packer.ir.values import Call, ListOf, Literal, Local, Value, Variable, joined, walk
from aib2packer.lowering.say import Say
from aib2packer.lowering.targets import Word
from aib2packer.lowering.words import Words
from aib2packer.passes.inputs import input_of, may_be_null
from aib2packer.passes.outputs import normal_region, same_place


def storage_setting(part: GalleryOutput, say: Say) -> Attribute | None:
    """The storage type of the version that Packer publishes: the output's, else that of the regions that Packer publishes to."""
    path = f"{part.path}.storageAccountType"
    remark = ""
    if part.storage is not None:
        storage = say.rendered(part.storage, path)
    else:
        regions = part.regions if isinstance(part.regions, tuple) else ()
        if all(region.storage is None for region in regions):
            return None
        storage = say.rendered(_home_storage(regions, say), path)
        if part.storage_differs and not isinstance(say.template.location, Literal):
            storage = _looked_up(regions, storage, path, say)
            remark = "that of the build's region: Azure changes none later"
    return Attribute(name="storage_account_type", value=storage, remark=remark, origin=(path,))


def _looked_up(regions: Sequence[Region], home: Expression, path: str, say: Say) -> Expression:
    """The storage type of the region that turns out to be the build's; ``home``, if that is none of the others."""
    others = [region for region in regions if not same_place(region.name, say.template.location)]
    types = Pairs(tuple((say.key(normal_region(each.name), path), say.rendered(_storage(each), path)) for each in others))
    place = say.rendered(normal_region(say.template.location), path)
    return raw(f"lookup({inline(types)}, {inline(place)}, {inline(home)})")


def _home_storage(regions: Sequence[Region], say: Say) -> Value:
    """The storage type of the build's region; of one that only the build can tell, that which it has if it is none of the others."""
    return _storage(next(region for region in regions if same_place(region.name, say.template.location)))


def _storage(region: Region) -> Value:
    return region.storage or Literal(STORAGE)


def region_blocks(part: GalleryOutput, say: Say) -> list[Item]:
    """A block for each region that Packer publishes to, or one that makes them where only the build can tell."""
    home = say.template.location
    if not isinstance(part.regions, tuple):
        added = [home, *_image_regions(part, say)]
        return [_live_regions(part.regions, added, f"{part.path}.replicationRegions", say)]
    regions = _checked(part, say)
    if part.storage_differs:
        storage = _home_storage(regions, say)
        is_known = isinstance(home, Literal)
        regions = [each for each in regions if same_place(each.name, home) or (is_known and _storage(each) == storage)]
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
        Attribute(name="name", value=say.rendered(region.name, region.path), origin=_below(region.path, "name")),
        Attribute(name="replicas", value=replicas, origin=_below(region.path, "replicaCount")),
    )
    whole = (f"{part.path}.targetRegions", f"{part.path}.replicationRegions") if is_first or not region.path else ()
    own = (region.path,) if region.path else ()
    return Block(kind="target_region", body=body, origin=(*own, *whole))


def _below(path: str, name: str) -> tuple[str, ...]:
    """The path of a key of a region; of one that the template does not list, none."""
    return (f"{path}.{name}",) if path else ()


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


def target_regions(output: GalleryOutput, words: Words, say: Say) -> tuple[Word, ...]:
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
