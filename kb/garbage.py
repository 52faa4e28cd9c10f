"""How often Python looks for values that refer to each other and that nothing else refers to.

Nearly none of ours do, and to look means to walk over all that was made lately: every 700
values, as Python has it, costs a tenth of an ingest.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

WHILE_SERVING = 10_000
"""Values made anew after which a server looks: one search makes thousands."""
WHILE_READING = 100_000
"""Those after which an ingest does, some ten megabytes: the brochures that wait are a part."""


def look_every(values: int) -> None:
    """Look once there are so many new values."""
    gc.set_threshold(values, *gc.get_threshold()[1:])


@contextmanager
def looked_for_every(values: int) -> Iterator[None]:
    """Look once there are so many new values, in a block."""
    before = gc.get_threshold()
    look_every(values)
    try:
        yield
    finally:
        gc.set_threshold(*before)
