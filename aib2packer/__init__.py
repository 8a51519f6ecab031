"""aib2packer: turns Azure VM Image Builder templates into Packer projects."""

from __future__ import annotations

__version__ = "0.1.0"
