"""What a shape is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aib2packer.ir.values import Value

Arguments = Sequence[Value]
Shape = Callable[[Arguments], Value | None]
"""Gives a function's value for arguments that are partly live, or None where only plain evaluation or the build can tell."""
