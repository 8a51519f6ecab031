"""A live value as an HCL expression, or the reason why HCL has none (hcl/FACTS.md 6)."""

from __future__ import annotations

from msgspec import Struct

from aib2packer.diagnostics.place import Place
from aib2packer.hcl.facts import ItemKinds
from aib2packer.hcl.forms.catalogue import FORMS
from aib2packer.hcl.text import HclText
from aib2packer.hcl.writing import Mode, Names, NoFormError, Writer
from aib2packer.ir.values import Kind, Local, Value, Variable


class NoForm(Struct, frozen=True):
    """HCL cannot say it: why (half a sentence, without values), and where it stands in the template."""

    reason: str
    place: Place | None = None


def expression(
    value: Value,
    names: Names,
    *,
    braces: bool = False,
    item_kinds: ItemKinds | None = None,
) -> HclText | NoForm:
    """The value as one HCL expression on one line, known parts quoted.

    ``names`` gives the reference of an input or named value (``var.location``, ``local.imageName``).
    ``braces``: the result goes to an attribute that Packer renders once as a Go template (as in ``text.quote``).
    ``item_kinds`` tells what the items of a list (or the values of an object) input are, where its declaration does.

    >>> from aib2packer.ir.values import Call, Joined, Literal, Role
    >>> name = Variable("name", Role.PARAMETER, Kind.TEXT)
    >>> print(expression(Joined((Literal("aib-"), Call("toLower", (name,)))), lambda each: f"var.{each.name}"))
    "aib-${lower(var.name)}"
    """
    writer = Writer(names, item_kinds or _any_kind, FORMS, Mode.OUTPUT if braces else Mode.FREE)
    try:
        return HclText(writer.text(value))
    except NoFormError as missing:
        return NoForm(missing.reason, missing.place or value.place)
    except RecursionError:
        return NoForm("it is nested too deeply", value.place)


def _any_kind(_: Variable | Local) -> Kind:
    return Kind.ANY
