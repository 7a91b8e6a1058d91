"""Limits of time that hold on every machine: work of the processor is counted, by a processor that is measured first."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from time import process_time

USUAL = 0.015
"""Seconds that the sum below takes on the machine for which limits are written down."""


@cache
def slowness() -> float:
    """How many times slower this machine is than that one; never less than one."""
    return max(1.0, min(_sum() for _ in range(5)) / USUAL)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail when the block works longer than this. Waiting for others does not count, nor does looking through what thousands of
    earlier tests left in this process.
    """
    limit = seconds * slowness()
    gc.freeze()
    begin = process_time()
    try:
        yield
    finally:
        worked = process_time() - begin
        gc.unfreeze()
    assert worked < limit, f"{worked:.2f} s of work, and {limit:.2f} s is what it may be here"


def _sum() -> float:
    begin = process_time()
    found: dict[str, int] = {}
    for number in range(60_000):
        found[str(number % 500)] = found.get(str(number % 700), 0) + number
    return process_time() - begin
