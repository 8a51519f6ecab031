"""The plugins of Packer: where `packer init` finds each, and which versions of it a project takes."""

from __future__ import annotations

from msgspec import Struct


class Plugin(Struct, frozen=True, order=True):
    """A plugin by the name that the ``required_plugins`` block gives it."""

    name: str
    source: str
    version: str


AZURE = Plugin("azure", "github.com/hashicorp/azure", "~> 2.5")
