"""All functions of the ARM expression language, together in ``FUNCTIONS``."""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.arm.functions.azure import CONTEXT, RESOURCE_IDS, RUN_TIME, TEMPLATE
from aib2packer.arm.functions.cidr import CIDR
from aib2packer.arm.functions.collections import COLLECTIONS
from aib2packer.arm.functions.dates import DATES
from aib2packer.arm.functions.encoding import ENCODING
from aib2packer.arm.functions.lambdas import LAMBDAS
from aib2packer.arm.functions.logic import LOGIC, NUMBERS
from aib2packer.arm.functions.strings import STRINGS
from aib2packer.arm.functions.table import Function

FUNCTIONS: Mapping[str, Function] = {
    **STRINGS,
    **ENCODING,
    **COLLECTIONS,
    **LOGIC,
    **NUMBERS,
    **DATES,
    **CIDR,
    **TEMPLATE,
    **CONTEXT,
    **RESOURCE_IDS,
    **RUN_TIME,
    **LAMBDAS,
}
ROWS: Mapping[str, Function] = {function.name: function for function in FUNCTIONS.values()}
"""The same functions by ARM's own spelling, which is the one in a ``Call``."""


def find(name: str) -> Function | None:
    """The function of that name, in any case; every ``listSomething`` is one (a resource type defines which)."""
    known = FUNCTIONS.get(name.lower())
    if known is None and name.lower().startswith("list") and name.isalnum():
        return Function(name, 1, 3, asked=name.startswith("list") and name[4:5].isupper())
    return known


def spelling(name: str) -> str:
    """The name in ARM's own spelling; an unknown one as it was written.

    >>> spelling("TOLOWER"), spelling("contoso.Full")
    ('toLower', 'contoso.Full')
    """
    known = FUNCTIONS.get(name.lower())
    return known.name if known else name
