"""Image definitions: how az and Azure name one, what must be there before the build, and what the definition must be like."""

from __future__ import annotations

from collections.abc import Iterator

from aib2packer.hcl.nodes import Token, raw
from aib2packer.ir.outputs import GalleryOutput, Security
from aib2packer.ir.parts import ResourceId
from aib2packer.ir.template import ImageTemplate
from aib2packer.ir.values import Literal, Value, joined
from aib2packer.lowering.requirements import Command, Prerequisite, Requirement, contributor, group, in_gallery, plan_words
from aib2packer.lowering.say import Say
from aib2packer.lowering.security import security_of, suited
from aib2packer.lowering.targets import Word
from aib2packer.lowering.words import Words, label_of
from aib2packer.passes.machine_sizes import generation_of, is_arm


def definition_options(output: GalleryOutput, words: Words) -> tuple[Word, ...]:
    """The options of az that name the image definition of an output: four, each with its value."""
    definition, path = output.definition, f"{output.path}.galleryImageId"
    names = ("--subscription", "--resource-group", "--gallery-name", "--gallery-image-definition")
    values = (definition.subscription, definition.resource_group, *definition.names)
    pairs = zip(names, values, strict=True)
    return tuple(word for name, value in pairs for word in ((name,), words.word(value, path, f"{label_of(output)}{name[1:]}")))


def version_id(definition: ResourceId, version: Token, path: str, say: Say) -> Token:
    """The id of a gallery version, as one text."""
    start = say.never_braces(_definition_id(definition), path)
    assert isinstance(start, Token)
    text = start.text[1:-1] if start.text.startswith('"') else f"${{{start.text}}}"
    end = version.text[1:-1] if version.text.startswith('"') else f"${{{version.text}}}"
    return raw(f'"{text}/versions/{end}"')


def _definition_id(definition: ResourceId) -> Value:
    """The id of an image definition, put together again without a version."""
    gallery, image = definition.names
    return joined(
        "/subscriptions/",
        definition.subscription,
        "/resourceGroups/",
        definition.resource_group,
        "/providers/Microsoft.Compute/galleries/",
        gallery,
        "/images/",
        image,
    )


def definition_requirements(part: GalleryOutput, say: Say) -> Iterator[Requirement]:
    """Group, gallery and definition, and the role that publishes a version."""
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
        deployed=part.made is not None,
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
    publisher, offer, sku = (
        Literal(name) if name else word for name, word in zip(names, ("PUBLISHER", "OFFER", "SKU"), strict=True)
    )
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
