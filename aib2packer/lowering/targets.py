"""What the distribute scripts do after the build, as data: words of az commands, and the live values in them."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct, field

from aib2packer.hcl.names import snake_case, take_free
from aib2packer.hcl.nodes import Token
from aib2packer.hcl.text import HclText
from aib2packer.ir.parts import index_of


class Passed(Struct, frozen=True):
    """A live value in a script, by the script's variable that holds it; ``many``: a word for each of its items."""

    variable: str
    many: bool = False


Word = tuple[str | Passed, ...]
"""One word of a command: texts and live values, written one after the other."""


class Helper(StrEnum):
    """A function of the distribute scripts that makes an output in more than one az command."""

    NEXT_VERSION = "next_version"
    MANAGED_IMAGE = "managed_image"
    COPY_BLOB = "copy_blob"


class Target(Struct, frozen=True, kw_only=True):
    """An output that the distribute scripts make or complete: with one az command, or with a helper and its arguments.

    ``source_version`` is the variable with the id of the gallery version that an image is made from; ``source_blob`` are the
    options of az that name the VHD that another one is copied from.
    """

    name: Word
    helper: Helper | None = None
    arguments: tuple[Word, ...] = ()
    options: tuple[Word, ...] = ()
    source_version: str = ""
    source_blob: tuple[Word, ...] = ()


RESERVED = (
    "args error event false foreach home host input matches null path pid profile pwd sender switch this true "
    "account blob build command container failed generation group image last name options outcome region source state value "
    "version version_id versions wanted"
)
"""Names of variables that a shell, PowerShell (first line) or the scripts themselves (the others) use."""


class LiveValues(Struct):
    """The live values of a script: HCL expressions, by the names of the script's variables.

    ``secrets`` are variables, by the names of environment variables: no file and no command line may hold those values.
    """

    expressions: dict[str, Token] = field(default_factory=dict)
    secrets: dict[str, HclText] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: set(RESERVED.split()))

    def passed(self, expression: Token, wish: str) -> Passed:
        """The variable for a live value, named as wished; the same value has one variable only.

        >>> from aib2packer.hcl.nodes import raw
        >>> LiveValues().passed(raw("var.imageName"), ""), LiveValues().passed(raw("upper(var.x)"), "1st")
        (Passed(variable='image_name', many=False), Passed(variable='live', many=False))
        """
        known = next((name for name, each in self.expressions.items() if each.text == expression.text), None)
        if known is not None:
            return Passed(known)
        own = re.fullmatch(r"(?:var|local)\.(\w+)", expression.text, re.ASCII)
        wish = snake_case(own.group(1) if own is not None else wish)
        wish = wish if wish.isascii() and wish.isidentifier() else "live"
        name = take_free(wish, self.taken, lambda number: f"{wish}_{number}")
        self.expressions[name] = expression
        return Passed(name)


def passed_name(path: str) -> str:
    """The name of a variable for a setting: its key, and the place of its output in the template.

    >>> passed_name("properties.distribute[2].replicationRegions"), passed_name("location")
    ('replication_regions_2', 'location')
    """
    start, _, name = path.rpartition(".")
    index = index_of(start)
    return snake_case(name) if index is None else f"{snake_case(name)}_{index}"
