"""What is known of Bicep's files without its compiler: how a parameter file is called, and that one may not compile."""

from __future__ import annotations

from aib2packer.diagnostics.place import Place

PARAMETERS = ".bicepparam"


class NotCompiledError(Exception):
    """A file that could not be compiled; says why and what to do. ``problems`` are the compiler's own messages, with their places."""

    def __init__(self, message: str, problems: tuple[tuple[str, Place], ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
