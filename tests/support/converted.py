"""What a conversion gives, as tests look at it."""

from __future__ import annotations

from aib2packer.pipeline import Converted


def texts_of(project: Converted) -> dict[str, str]:
    """The files of a project; each is a text as long as nothing was downloaded for it."""
    texts = {path: text for path, text in project.files.items() if isinstance(text, str)}
    assert texts.keys() == project.files.keys()
    return texts
