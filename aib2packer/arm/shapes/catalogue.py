"""All functions that are simpler where their arguments are partly live, together in ``SHAPES``."""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.arm.shapes.collections import COLLECTIONS
from aib2packer.arm.shapes.logic import LOGIC
from aib2packer.arm.shapes.shape import Shape
from aib2packer.arm.shapes.strings import STRINGS

SHAPES: Mapping[str, Shape] = {**STRINGS, **COLLECTIONS, **LOGIC}
