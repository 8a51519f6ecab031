"""The plan of the outputs: which of them the build VM makes, and from which of these az makes the others.

What one source block makes is in lowering/FACTS.md 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.ir.outputs import DiskFileOutput, GalleryOutput, Home, ManagedImageOutput, Output
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Call, Literal, Value, Variable
from aib2packer.passes.inputs import now

_Kind = TypeVar("_Kind", bound=Output)


class Plan(Struct, frozen=True, kw_only=True):
    """The outputs of a template, apart: those of the build VM itself, those made from them, and those that nothing can feed."""

    native: tuple[Output, ...] = ()
    later: tuple[Output, ...] = ()
    left: tuple[Output, ...] = ()

    def one(self, kind: type[_Kind]) -> _Kind | None:
        """The native output of a kind."""
        return next((output for output in self.native if isinstance(output, kind)), None)


def plan_of(template: ImageTemplate) -> Plan:
    """One managed image, one gallery version and one VHD come from the VM, the first that fits each; the others from these."""
    chosen: dict[type[Output], Output] = {}
    for output in sorted(template.outputs, key=lambda each: _preference(each, template)):
        if type(output) not in chosen and fits(output, template):
            chosen[type(output)] = output
    if _better_later(template, chosen):
        del chosen[GalleryOutput]
    native = tuple(output for output in template.outputs if output in chosen.values())
    rest = [output for output in template.outputs if output not in native]
    later = tuple(output for output in rest if any(output.is_fed_by(made) for made in chosen.values()))
    return Plan(native=native, later=later, left=tuple(output for output in rest if output not in later))


def at_its_images(template: ImageTemplate) -> ImageTemplate:
    """The template, built where its first managed image is to be, if none is to be where the template is.

    Packer captures an image where the VM is. Not where a gallery version can feed the images, nor where the VM has to be near
    something of its region.
    """
    images = [output for output in template.outputs if output.home is not None]
    home = next((image.home for image in images), None)
    is_fed = any(image.is_fed_by(output) for image in images for output in template.outputs)
    if home is None or is_fed or any(fits(image, template) for image in images) or bound_to_region(template):
        return template
    return replace(template, location=home.location, subscription=home.subscription)


def bound_to_region(template: ImageTemplate) -> str:
    """What holds the build VM in the region of the template; empty where it could be made in another."""
    if template.source.managed_image is not None:
        return "the source image"
    if template.machine.subnet is not None:
        return "the subnet"
    return "the staging resource group" if template.staging_group is not None else ""


def _preference(output: Output, template: ImageTemplate) -> tuple[bool, int]:
    """An output that Packer certainly makes as the template says comes before others of its kind."""
    return (not certainly_fits(output, template), output.doubts)


def fits(output: Output, template: ImageTemplate) -> bool:
    """Whether the VM can make the output. A managed image must not be known to belong elsewhere than where the VM is."""
    return all(one is None or other is None or one == other for one, other in _places(output.home, template))


def certainly_fits(output: Output, template: ImageTemplate) -> bool:
    """Whether region and subscription of an image are those of the build, whatever values its parameters are given."""
    home = output.home
    return home is None or (same_place(home.location, template.location) and _same_text(home.subscription, template.subscription))


def _places(home: Home | None, template: ImageTemplate) -> Iterator[tuple[str | None, str | None]]:
    """Region and subscription, of the image and of the build, as far as they are known; None where they are not."""
    pairs = ((home.location, template.location), (home.subscription, template.subscription)) if home is not None else ()
    for one, other in pairs:
        if one != other:
            yield _usual_name(one, template), _usual_name(other, template)


def _usual_name(value: Value | None, template: ImageTemplate) -> str | None:
    """The name of a region or subscription in short form, or that of its parameter's value."""
    if isinstance(value, Variable):
        value = now(value, template)
    return str(value.value).replace(" ", "").lower() if isinstance(value, Literal) and value.value else None


def _better_later(template: ImageTemplate, chosen: dict[type[Output], Output]) -> bool:
    """Packer has one storage type for all regions, az one for each: where a managed image can feed the version, az makes it."""
    gallery = chosen.get(GalleryOutput)
    if gallery is None or not gallery.storage_differs or ManagedImageOutput not in chosen:
        return False
    needing = [each for each in template.outputs if isinstance(each, ManagedImageOutput | DiskFileOutput)]
    return all(output in chosen.values() for output in needing)


def loses_tags(output: Output, native: tuple[Output, ...]) -> bool:
    """Whether a later output of the same VM gives one of the tags another value: Packer has one set of tags for all."""
    if not output.takes_tags or output.storage_differs or output.tags == ():
        return False
    own = _known_tags(output)
    after = [later for later in native[native.index(output) + 1 :] if later.takes_tags]
    others = [later for later in after if later.tags not in ((), output.tags)]
    if not isinstance(output.tags, tuple) or not all(isinstance(later.tags, tuple) for later in others):
        return bool(others)  # nobody can tell before the build
    return any(own.get(name, value) != value for later in others for name, value in _known_tags(later).items())


def _known_tags(output: Output) -> dict[str, Value]:
    if not isinstance(output.tags, tuple):
        return {}
    return {str(key.value).lower(): value for key, value in output.tags if isinstance(key, Literal)}


def same_place(one: Value, other: Value) -> bool:
    """Whether two regions are one, however they are written."""
    return normal_region(one) == normal_region(other)


def normal_region(name: Value) -> Value:
    """A region in Azure's own short form: ``West US 2`` is ``westus2``.

    >>> normal_region(Literal("West US 2"))
    Literal(value='westus2')
    """
    if isinstance(name, Literal):
        return Literal(str(name.value).replace(" ", "").lower())
    return Call("toLower", (Call("replace", (name, Literal(" "), Literal(""))),))


def _same_text(one: Value, other: Value | None) -> bool:
    if isinstance(one, Literal) and isinstance(other, Literal):
        return str(one.value).lower() == str(other.value).lower()
    return one == other
