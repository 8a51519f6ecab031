"""How a command ends."""

CONVERTED, REFUSED, WRONG_USAGE, FAILED, DIFFERS = 0, 1, 2, 3, 4
