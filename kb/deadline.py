"""How long what runs now may still take: a search that overruns gives its place back.

Nothing interrupts Python code from outside without risk to what it holds; what may run
long looks at the clock instead, at places where stopping leaves nothing half done.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kb.errors import TooSlow

_END: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """The block has that long; ``check`` raises ``TooSlow`` beyond it."""
    before = _END.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _END.reset(before)


def check() -> None:
    """Raise ``TooSlow`` where the time is over; nothing where there is no limit."""
    end = _END.get()
    if end is not None and time.monotonic() > end:
        raise TooSlow(
            "La recherche prend trop de temps : gardez moins de mots, ou des mots plus précis."
        )
