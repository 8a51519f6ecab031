"""How the time of a task grows with its size, on a machine that does other things as well."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from time import process_time

ATTEMPTS = 6


def seconds(task: Callable[[], object]) -> float:
    """Seconds of the processor, without Python's looks for circles: these cost by what other tests left in the process."""
    gc.collect()
    gc.disable()
    try:
        began = process_time()
        task()
        return process_time() - began
    finally:
        gc.enable()


def least_exponent(measure: Callable[[int], float], small: int, large: int, below: float) -> float:
    """The least exponent of several attempts, up to the first that is low enough.

    A busy machine makes one measurement of an even growth look steep. It does not make a steep growth look even six times.
    """
    least = math.inf
    for _ in range(ATTEMPTS):
        least = min(least, math.log(measure(large) / measure(small), large / small))
        if least < below:
            break
    return least
