"""How a command ends."""

CONVERTED, REFUSED, SELF_CHECK_FAILED = 0, 1, 3
