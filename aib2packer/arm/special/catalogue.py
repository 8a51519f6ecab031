"""All functions whose arguments are not evaluated first, together in ``SPECIAL``; the evaluator adds ``variables``."""

from __future__ import annotations

from collections.abc import Mapping

from aib2packer.arm.special.azure import AZURE
from aib2packer.arm.special.dates import DATES
from aib2packer.arm.special.lambdas import LAMBDAS
from aib2packer.arm.special.logic import LOGIC
from aib2packer.arm.work import Special

SPECIAL: Mapping[str, Special] = {**LOGIC, **DATES, **AZURE, **LAMBDAS}
