"""What is being evaluated at the moment, so that a cycle is found."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from aib2packer.diagnostics.codes import terraform as codes
from aib2packer.diagnostics.place import Place
from aib2packer.source.terraform.scope import ProblemError

_MAX_LENGTH = 200


class Trail:
    """The names on the way to the value that is evaluated."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def __contains__(self, name: str) -> bool:
        return name in self._names

    @contextmanager
    def through(self, name: str, place: Place) -> Iterator[None]:
        """While it lasts, the name is on the way; raises ProblemError if it is already."""
        if name in self._names or len(self._names) > _MAX_LENGTH:
            chain = " > ".join([*self._names[self._names.index(name) if name in self._names else 0 :], name])
            message = f"These values refer to each other in a cycle: {chain}. Remove a reference."
            raise ProblemError(codes.CYCLE, message, place)
        self._names.append(name)
        try:
            yield
        finally:
            self._names.pop()
