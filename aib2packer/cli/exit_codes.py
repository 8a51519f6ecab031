"""How a command ends."""

CONVERTED, REFUSED, SELF_CHECK_FAILED, DIFFERS = 0, 1, 3, 4
