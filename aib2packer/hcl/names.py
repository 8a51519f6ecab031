"""Legal HCL names for what the template calls otherwise: asked for a wish, gives a name that is legal and not yet taken."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct, field

from aib2packer.hcl.text import is_identifier

_WORD_BORDER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"\W+")


class FreeNames(Struct):
    """Hands out names of one kind (variables, locals, files); what is handed out once is not handed out again."""

    _taken: set[str] = field(default_factory=set)

    def take(self, wish: str) -> str:
        """The wish made legal; with ``_2``, ``_3``, … behind it where that is taken. Letter case does not tell names apart.

        >>> names = FreeNames(); names.take("api-version"), names.take("1st"), names.take("API_version")
        ('api-version', '_1st', 'API_version')
        """
        legal = legal_name(wish)
        return take_free(legal, self._taken, lambda number: f"{legal}_{number}")


def take_free(wish: str, taken: set[str], numbered: Callable[[int], str]) -> str:
    """The wish, or else the first of ``numbered(2)``, ``numbered(3)``, … that is not taken in any letter case; it is taken then.

    >>> take_free("A.sh", {"a.sh"}, lambda number: f"A-{number}.sh")
    'A-2.sh'
    """
    name, number = wish, 1
    while name.lower() in taken:
        number += 1
        name = numbered(number)
    taken.add(name.lower())
    return name


def legal_name(wish: str) -> str:
    """The wish itself where it is an identifier, else one that is as near as can be.

    >>> legal_name("$fxv#0"), legal_name("imageName"), legal_name(""), legal_name("pu\u00b2bl")
    ('fxv_0', 'imageName', 'value', 'pu_bl')
    """
    if is_identifier(wish):
        return wish
    known = "".join(each if f"_{each}".isidentifier() else " " for each in wish)
    name = _NOT_WORD.sub("_", known).strip("_") or "value"
    return name if is_identifier(name) else f"_{name}"


def snake_case(text: str) -> str:
    """Words in small letters with underscores between them.

    >>> snake_case("subscriptionID"), snake_case("Image Name"), snake_case("imgBuilderId")
    ('subscription_id', 'image_name', 'img_builder_id')
    """
    return _NOT_WORD.sub("_", _WORD_BORDER.sub("_", text)).strip("_").lower()


def environment_name(variable: str) -> str:
    """The environment variable from which Packer reads a variable; a script can have no hyphen in it.

    >>> environment_name("imageName"), environment_name("image-name")
    ('PKR_VAR_imageName', 'PKR_VAR_image_name')
    """
    return f"PKR_VAR_{variable.replace('-', '_')}"
