"""Keys of live objects, spelled as the object spells them: Packer minds the case, Azure does not."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from aib2packer.arm.accesses import quietly
from aib2packer.ir.values import Access, Literal, ObjectOf, Role, Value, Variable


class Spelling(Struct, frozen=True):
    """Knows the shapes of live parameters, by their names in lower case."""

    shapes: Mapping[str, Value]

    def key(self, base: Value, key: Value) -> Value:
        """The key as a live object's known shape spells it."""
        shape = self._shape(base) if self.shapes and isinstance(key, Literal) and isinstance(key.value, str) else None
        if not isinstance(shape, ObjectOf) or not isinstance(key, Literal):
            return key
        names = [entry.name for entry in shape.entries if entry.name is not None]
        if key.value in names:
            return key
        folded = str(key.value).lower()
        return next((replace(key, value=name) for name in names if name.lower() == folded), key)

    def path(self, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
        """An object and the keys of a path into it, spelled so."""
        if not self.shapes:
            return arguments
        base, *keys = arguments
        spelled = []
        for key in keys:
            spelled.append(self.key(base, key))
            base = Access(base, spelled[-1])
        return (arguments[0], *spelled)

    def _shape(self, value: Value) -> Value | None:
        if isinstance(value, Variable) and value.role is Role.PARAMETER:
            return self.shapes.get(value.name.lower())
        if not isinstance(value, Access):
            return None
        base = self._shape(value.base)
        return None if base is None else quietly(base, value.key)
