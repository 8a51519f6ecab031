"""What a template asks Azure for, read without aib2packer, and how the emulated Azure's account of a build differs from it.

What the template computes or leaves open (expressions, placeholders) is not compared; everything else is, one by one.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

OF_SHELLS = r"(?:^|/)(?:\$\w+|\$\{\w+\}|%\w+%|@@\w+@@)(?=/|$)"  # parts of ids and whole values; elsewhere they are text
COMPUTED = re.compile(rf"^\[|<[^<>]+>|\{{\{{ *\w+ *\}}\}}|#\{{|\$\(|__\w+__|{OF_SHELLS}")
DEFAULT_SIZES = ("Standard_D1_v2", "Standard_D2ds_v4")  # of a VM of generation 1, and of generation 2
KINDS = {"managedimage": "managed_images", "sharedimage": "gallery_versions", "vhd": "vhds"}
PLAN_TAGS = ("PlanInfo", "PlanProduct", "PlanPromotionCode", "PlanPublisher")  # the plugin's own
SHARED_WITH_ALL = {"/communitygalleries/": "communityGalleryImageId", "/sharedgalleries/": "sharedGalleryImageId"}
STORAGES = ("Standard_LRS", "Standard_ZRS", "Premium_LRS")
VERSION = r"\d+\.\d+\.\d+"

Summary = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tags:
    """Tags that must be there, and those that may be, as all that a build makes has them; None where they are not known."""

    own: dict[str, str]
    spread: frozenset[tuple[str, str]] | None

    def fit(self, got: dict[str, str]) -> bool:
        more = {key: value for key, value in got.items() if key not in self.own and key not in PLAN_TAGS}
        return self.own.items() <= got.items() and (self.spread is None or more.items() <= self.spread)


@dataclass(frozen=True, slots=True)
class Output:
    """An item of `distribute`: where it is to be, what its id or address must look like, and what is to be said of it there."""

    kind: str
    place: str
    pattern: str
    facts: dict[str, object] = field(default_factory=dict)
    major: int | None = None

    @property
    def is_certain(self) -> bool:
        return re.escape(self.place) == self.pattern


@dataclass(frozen=True, slots=True)
class Asked:
    """All that a template asks for; None where its outputs are computed as a whole."""

    vm: dict[str, object]
    outputs: list[Output | None] | None

    @property
    def regions_of_images(self) -> set[object]:
        return {each.facts.get("location") for each in self.outputs or () if each and each.kind == "managed_images"}

    @property
    def major(self) -> int | None:
        """The first number of the versions, where the template says it."""
        return next((each.major for each in self.outputs or () if each and each.major is not None), None)

    @property
    def places(self) -> set[str]:
        """Managed images and image definitions, in lower case."""
        return {_without_version(each.place) for each in self.outputs or () if each}

    def in_vm(self, **facts: object) -> Asked:
        return replace(self, vm=self.vm | facts)

    def in_subscription(self, fact: str, old: str, new: str) -> Asked:
        """With the image or the subnet of the VM in another subscription."""
        return self.in_vm(**json.loads(json.dumps({fact: self.vm[fact]}).replace(old, new)))

    def without(self, number: int) -> Asked:
        return replace(self, outputs=[each for place, each in enumerate(self._outputs) if place != number])

    def with_image(self, name: str) -> Asked:
        """With one more managed image, wherever it is."""
        return replace(self, outputs=[*self._outputs, Output("managed_images", name, f".*/images/{re.escape(name)}")])

    def composed(self, number: int) -> Asked:
        """With the tags of an output in Unicode's composed form."""
        tags = self._output(number).facts["tags"]
        assert isinstance(tags, Tags)
        own = {unicodedata.normalize("NFC", key): unicodedata.normalize("NFC", value) for key, value in tags.own.items()}
        return self._changed(number, tags=Tags(own, frozenset()))

    def also_at_home(self, number: int) -> Asked:
        """An output with a copy in the region of the build, too."""
        return self.also_in(number, _region(self.vm["location"]))

    def also_in(self, number: int, region: str) -> Asked:
        """An output with a copy in another region, too."""
        return self._changed(number, regions={region: [1, "Standard_LRS"], **self._regions(number)})

    def in_region(self, number: int, region: str, replicas: int) -> Asked:
        """An output with this number of replicas in a region."""
        regions = self._regions(number)
        return self._changed(number, regions={**regions, region: [replicas, *regions[region][1:]]})

    def _changed(self, number: int, **facts: object) -> Asked:
        outputs = [*self._outputs]
        output = self._output(number)
        outputs[number] = replace(output, facts=output.facts | facts)
        return replace(self, outputs=outputs)

    @property
    def _outputs(self) -> list[Output | None]:
        assert self.outputs is not None
        return self.outputs

    def _output(self, number: int) -> Output:
        output = self._outputs[number]
        assert output is not None
        return output

    def _regions(self, number: int) -> dict[str, list[object]]:
        """The number of replicas and the kind of storage in each region of an output."""
        regions = self._output(number).facts["regions"]
        assert isinstance(regions, dict)
        return regions


def asked_by(template: Path) -> Asked:
    """What a template asks for.

    Nothing where it is no plain JSON, has PowerShell's flat names, or holds another number of image templates than one.
    """
    if template.is_dir():
        return Asked({}, None)
    try:
        text = template.read_text(encoding="utf-8-sig")
        found = [] if "VMProfileVmsize" in text else list(_image_templates(json.loads(text, strict=False), {}))
    except ValueError:
        found = []
    if len(found) != 1:
        return Asked({}, None)
    region, properties = found[0]
    distribute = _get(properties, "distribute") or ([] if _get(properties, "copy") is None else None)
    outputs = [_output(each, region, properties) for each in distribute] if isinstance(distribute, list) else None
    return Asked(_known_of(_vm(region, properties)), outputs)


def checks_differences(asked: Asked, vm: Summary) -> list[str]:
    """What of the validators' VM is not as the template asks: it is like that of the build, but made from an output or the source."""
    like = {key: value for key, value in asked.vm.items() if key not in ("image", "plan", "tags", "data disks")}
    image = {key: _without_version(value) for key, value in vm["image_reference"].items()}
    is_unknown = asked.outputs is None or None in asked.outputs
    is_expected = is_unknown or image == asked.vm["image"] or image.get("id") in asked.places
    return [*vm_differences(replace(asked, vm=like), vm), *([] if is_expected else [f"validators look at {image}"])]


def _without_version(place: str) -> str:
    return re.sub(r"/versions/[^/]+$", "", place.lower())


def vm_differences(asked: Asked, vm: Summary) -> list[str]:
    """What of the VM is not as the template asks."""
    subnet = None if vm["network"]["own_virtual_network"] else vm["network"]["subnet"]
    got = {
        "location": _region(vm["location"]),
        "size": vm["size"],
        "disk": vm["os_disk"].get("diskSizeGB"),
        "image": {key: value.lower() for key, value in vm["image_reference"].items()},
        "identities": sorted(each.lower() for each in vm["identity"]["user_assigned"]),
        "subnet": subnet and subnet.lower(),
        "public": vm["network"]["public_ip"],
        "data disks": [each["diskSizeGB"] for each in vm["data_disks"]],
        "tags": vm["tags"],
        "plan": vm["plan"] and {key: vm["plan"][key] for key in ("name", "product", "publisher")},
    }
    return list(_unlike("VM", asked.vm, got))


def output_differences(asked: Asked, summary: Summary) -> list[str]:
    """What is missing, what is too much and what is not as the template asks, among that which is there after the build."""
    if asked.outputs is None:
        return []
    outputs = _updated(summary["outputs"], summary["az_calls"])
    there = [(kind, each) for kind, several in outputs.items() for each in several if each["survives"]]
    left = [made for made in there if not (asked.vm.get("data disks") and _is_of_a_data_disk(*made))]
    different: list[str] = []
    for output in sorted(filter(None, asked.outputs), key=lambda each: not each.is_certain):
        made = next(((kind, each) for kind, each in left if _is_there(output, kind, each)), None)
        if made is None:
            different.append(f"{output.kind}: {output.pattern} is missing")
            continue
        left.remove(made)
        got = _made_facts(*made)
        different += _unlike(output.place or output.kind, {key: value for key, value in output.facts.items() if key in got}, got)
    unknown = sum(each is None for each in asked.outputs)
    return different if len(left) == unknown else [*different, f"{unknown} more were asked for, and there are {left}"]


def _updated(outputs: Summary, calls: list[Summary]) -> Summary:
    """The outputs after `az sig image-version update`, which the emulated Azure takes, but does nothing for."""
    outputs = deepcopy(outputs)
    for call in calls:
        if call["argv"][:3] == ["sig", "image-version", "update"]:
            options = _options(call["argv"][3:])
            for each in outputs["gallery_versions"]:
                if each["id"].lower() == _version_id(options).lower():
                    _update(each["properties"]["publishingProfile"], options)
    return outputs


def _options(words: list[str]) -> dict[str, list[str]]:
    options: dict[str, list[str]] = {}
    for word in words:
        if word.startswith("-"):
            options[word] = several = []
        else:
            several.append(word)
    return options


def _version_id(options: dict[str, list[str]]) -> str:
    flags = ("--subscription", "--resource-group", "--gallery-name", "--gallery-image-definition", "--gallery-image-version")
    names = [options[each][0] for each in flags]
    place = "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Compute/galleries/{}/images/{}/versions/{}"
    return place.format(*names)


def _update(published: Summary, options: dict[str, list[str]]) -> None:
    if "--set" in options:
        assert options["--set"] == ["publishingProfile.excludeFromLatest=false"]
        published["excludeFromLatest"] = False
    if "--target-regions" in options:
        each_word = [each.split("=") for each in options["--target-regions"]]
        storages = {each.lower(): each for each in STORAGES}
        published["targetRegions"] = [
            {"name": name, "regionalReplicaCount": int(count), "storageAccountType": storages[storage]}
            for name, count, storage in each_word
        ]


def _is_of_a_data_disk(kind: str, made: Summary) -> bool:
    """Whether it is a VHD that Packer makes of each data disk when it makes one of the system disk."""
    return kind == "vhds" and re.fullmatch(r"pkrdd\w+-\d+\.vhd", made["name"]) is not None


def _is_there(output: Output, kind: str, made: Summary) -> bool:
    return kind == output.kind and re.fullmatch(output.pattern, made.get("id") or made["url"], re.IGNORECASE) is not None


def _unlike(what: str, wanted: dict[str, object], got: dict[str, object]) -> Iterator[str]:
    for key, want in wanted.items():
        value = got.get(key)
        if not _fits(want, value):
            yield f"{what}: {key} is {value!r}, not {want!r}"


def _fits(want: object, value: Any) -> bool:
    if isinstance(want, Tags):
        return want.fit(value)
    if isinstance(want, re.Pattern):
        return want.fullmatch(str(value)) is not None
    return value in want if isinstance(want, tuple) else value == want


def _image_templates(value: object, around: dict[str, Any]) -> Iterator[tuple[object, dict[str, Any]]]:
    """The region and the properties of each image template, however deep it is."""
    region = _get(value, "location") or _get(around, "location")
    if isinstance(value, dict) and isinstance(_get(value, "source"), dict) and _has_settings(value) and region is not None:
        yield region, value
        return
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _image_templates(each, value if isinstance(value, dict) else around)


def _has_settings(value: dict[str, Any]) -> bool:
    return any(_get(value, name) is not None for name in ("distribute", "customize", "vmProfile"))


def _get(where: object, *names: str) -> Any:
    """The first of these settings that is there, in whatever case it is written."""
    lower = {key.lower(): value for key, value in where.items()} if isinstance(where, dict) else {}
    return next((lower[name.lower()] for name in names if name.lower() in lower), None)


def _is_known(value: object) -> bool:
    if isinstance(value, dict):
        return all(_is_known(each) for each in (*value, *value.values()))
    if isinstance(value, list | tuple):
        return all(_is_known(each) for each in value)
    return not isinstance(value, str) or COMPUTED.search(value) is None


def _known_of(facts: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in facts.items() if _is_known(value)}


def _region(name: object) -> str:
    return str(name).replace(" ", "").lower()


def _vm(region: object, properties: dict[str, Any]) -> dict[str, object]:
    facts = {"location": _region(region), "image": _image(_get(properties, "source")), "plan": _plan(properties)}
    facts["data disks"] = [_get(each, "sizeGB") for each in _get(properties, "additionalDataDisks") or ()]
    tags = _get(properties, "managedResourceTags") or {}
    if _is_known(tags):
        facts["tags"] = Tags(tags, None)
    profile = _get(properties, "vmProfile") or {}
    if not isinstance(profile, dict):
        return facts
    subnet = _subnet(_get(profile, "vnetConfig") or {})
    identities = _get(profile, "userAssignedIdentities") or []
    return facts | {
        "size": _get(profile, "vmSize") or DEFAULT_SIZES,
        "disk": _get(profile, "osDiskSizeGB") or None,
        "identities": sorted(each.lower() for each in identities) if isinstance(identities, list) else identities,
        "subnet": subnet,
        "public": subnet is None if _is_known(subnet) else subnet,
    }


def _subnet(network: object) -> object:
    if not isinstance(network, dict):
        return network
    if whole := _get(network, "subnetId"):
        return whole.lower()
    names = [_get(network, name) for name in ("resourceGroupName", "name", "subnetName")]
    if None in names or not _is_known(names):
        return None
    place = "/subscriptions/[^/]+/resourceGroups/{}/providers/Microsoft.Network/virtualNetworks/{}/subnets/{}"
    return re.compile(place.format(*map(re.escape, names)).lower())


def _plan(properties: dict[str, Any]) -> object:
    plan = _get(_get(properties, "source"), "planInfo")
    names = {"name": "planName", "product": "planProduct", "publisher": "planPublisher"}
    return plan and {key: _get(plan, name) for key, name in names.items()}


def _image(source: dict[str, Any]) -> object:
    if whole := _get(source, "imageId", "imageVersionId"):
        place = whole.lower().removesuffix("/versions/latest")
        return {next((key for start, key in SHARED_WITH_ALL.items() if place.startswith(start)), "id"): place}
    return {key: (_get(source, key) or "latest").lower() for key in ("publisher", "offer", "sku", "version")}


def _output(item: object, region: object, properties: dict[str, Any]) -> Output | None:
    kind = KINDS.get(str(_get(item, "type")).lower())
    if kind is None:
        return None
    place = _place(kind, item)
    if not _is_known(place):
        return None
    of_all = [_own_tags(each) for each in _get(properties, "distribute")]
    managed = _get(properties, "managedResourceTags") or {}
    facts: dict[str, object] = {
        "tags": _tags(item, managed, *of_all),
        "tags by az": _tags(item, managed),
    }
    if kind == "managed_images":
        facts["location"] = _region(_get(item, "location"))
    if kind == "gallery_versions":
        facts |= {
            "regions": _regions(item, region),
            "excluded": _get(item, "excludeFromLatest") or False,
            "replication": _get(item, "replicationMode") or "Full",
        }
    major = _major(item)
    return Output(kind, place, _as_pattern(kind, place, major), _known_of(facts), major)


def _major(item: object) -> int | None:
    """The first number of the version that is counted; one that is the source's has none."""
    versioning = _get(item, "versioning")
    major = _get(versioning, "major")
    is_counted = str(_get(versioning, "scheme") or "Latest").lower() == "latest"
    return major if is_counted and isinstance(major, int) and major >= 0 else None


def _place(kind: str, item: object) -> str:
    names = {"managed_images": "imageId", "gallery_versions": "galleryImageId", "vhds": "uri"}
    return in_public_cloud(str(_get(item, names[kind]) or ""))


def in_public_cloud(address: str) -> str:
    """The emulated Azure has the addresses of the public cloud, whichever it stands for."""
    return re.sub(r"\.blob\.core\.(usgovcloudapi\.net|chinacloudapi\.cn)/", ".blob.core.windows.net/", address)


def _as_pattern(kind: str, place: str, major: int | None) -> str:
    if kind == "vhds" and not place:
        return "https://.*"
    if kind == "gallery_versions" and "/versions/" not in place.lower():
        number = VERSION if major is None else VERSION.replace(r"\d+", str(major), 1)
        return f"{re.escape(place)}/versions/{number}"
    return re.escape(place)


def _own_tags(item: object) -> Any:
    return _get(item, "artifactTags", "aritfactTags", "tags") or {}


def _tags(item: object, *spread: Any) -> object:
    own = _own_tags(item)
    if not _is_known(own):
        return own
    return Tags(own, frozenset(pair for each in spread for pair in each.items()) if _is_known(spread) else None)


def _regions(item: object, region: object) -> object:
    """The number of replicas and the kind of storage in each region."""
    usual = _get(item, "storageAccountType") or "Standard_LRS"
    several = _get(item, "targetRegions") or _get(item, "replicationRegions") or [region]
    if not isinstance(several, list):
        return several
    whole = [each if isinstance(each, dict) else {"name": each} for each in several]
    return {
        _region(_get(each, "name")): [_get(each, "replicaCount") or 1, _get(each, "storageAccountType") or usual]
        for each in whole
    }


def _made_facts(kind: str, made: Summary) -> dict[str, object]:
    facts: dict[str, object] = {}
    if "tags" in made:
        facts["tags by az" if made["by"] == "az" else "tags"] = made["tags"]
    if kind == "managed_images":
        facts["location"] = _region(made["location"])
    if kind == "gallery_versions":
        published = made["properties"]["publishingProfile"]
        facts["regions"] = dict(_made_regions(published))
        facts["excluded"] = published["excludeFromLatest"]
        facts["replication"] = published["replicationMode"]
    return facts


def _made_regions(published: Summary) -> Iterable[tuple[str, list[object]]]:
    for each in published["targetRegions"]:
        replicas = each.get("regionalReplicaCount") or published.get("replicaCount") or 1
        storage = each.get("storageAccountType") or published.get("storageAccountType") or "Standard_LRS"
        yield _region(each["name"]), [replicas, storage]
