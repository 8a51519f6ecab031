"""What all outputs share: `runOutputName` and `artifactTags` (aib-service 1.6)."""

from __future__ import annotations

from aib2packer.constructs.keys import Key, text, text_map
from aib2packer.diagnostics.model import Fidelity

NAME_FORM = r"^[A-Za-z0-9-_.]{1,64}$"


def output_keys() -> tuple[Key, ...]:
    """The keys that every output has."""
    return (
        Key(
            name="runOutputName",
            holds=text(NAME_FORM),
            fidelity=Fidelity.EXACT,
            packer="a key of `custom_data` in `manifest.json`",
            required=True,
        ),
        Key(
            name="artifactTags",
            holds=text_map(),
            fidelity=Fidelity.APPROXIMATE,
            packer="`azure_tags`",
            service="Tags this output only.",
            project="Packer puts one set of tags on the resources of the build and on every output.",
            old_names=("tags",),
            misspelt=("aritfactTags",),
        ),
    )
