"""What all outputs share: `runOutputName` and `artifactTags`.

Source: https://learn.microsoft.com/azure/virtual-machines/linux/image-builder-json#properties-distribute
"""

from __future__ import annotations

from aib2packer.schema.keys import Holds, Key, approximate, exact, text_map, text_of_form

NAME_FORM = r"^[A-Za-z0-9-_.]{1,64}\Z"
"""A name of an image template or of an output."""


def name_text() -> Holds:
    """Such a name."""
    return text_of_form(NAME_FORM, "1 to 64 letters, digits, hyphens, underscores and dots")


def output_keys() -> tuple[Key, ...]:
    """The keys that every output has."""
    return (
        exact("runOutputName", name_text(), "key of `custom_data` in `manifest.json`", required=True),
        approximate(
            "artifactTags",
            text_map(),
            "`azure_tags`",
            service="tags this output only",
            project="puts one set of tags on the resources of the build and on every output",
            old_names=("tags",),
            misspelt=("aritfactTags",),
        ),
    )
