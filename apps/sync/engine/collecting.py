"""Python's search for reference cycles, which a run makes none of (docs/performance.md)."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

SELDOM: Final = 200_000  # objects more than went, until the next search; Python's own 700 come with each page


@contextmanager
def seldom() -> Iterator[None]:
    """For the block, search less often: a page is many objects at once, which go by themselves."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
