"""The HCL forms of all functions, together in ``FORMS``, and what they need of Packer."""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.hcl.forms.azure import CONTEXT, RESOURCE_IDS, RUN_TIME, TEMPLATE
from aib2packer.hcl.forms.cidr import CIDR
from aib2packer.hcl.forms.collections import COLLECTIONS
from aib2packer.hcl.forms.dates import DATES
from aib2packer.hcl.forms.encoding import ENCODING
from aib2packer.hcl.forms.lambdas import LAMBDAS
from aib2packer.hcl.forms.logic import LOGIC, NUMBERS
from aib2packer.hcl.forms.strings import STRINGS
from aib2packer.hcl.writing import Form
from aib2packer.ir.values import Call, Value, walk

FORMS: Mapping[str, Form] = {
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


def packer_needs(value: Value) -> dict[str, tuple[int, int]]:
    """The HCL functions in the value's form that not every Packer has, each with the first that does.

    >>> packer_needs(Call("dateTimeToEpoch", ()))
    {'rfc3339_parse': (1, 16)}
    """
    forms = [FORMS.get(part.function) for part in walk(value) if isinstance(part, Call)]
    return {form.needs.function: form.needs.since for form in forms if form is not None and form.needs is not None}
