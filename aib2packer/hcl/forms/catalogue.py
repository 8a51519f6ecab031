"""The HCL forms of all functions, together in ``FORMS``."""

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
