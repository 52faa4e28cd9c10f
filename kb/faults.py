"""Named instants at which a write may be cut short: by a kill, a full disk, a power cut.

Every step that writes tells where it stands. Nobody listens while the product runs; tests
kill the process there, or fail the step, and look at what is left.
"""

from __future__ import annotations

from collections.abc import Callable

POINTS = (
    # The lock of whoever changes the base.
    "lock:taken",
    "lock:told",
    "lock:released",
    # The catalogue.
    "catalogue:begun",
    "catalogue:changed",
    "catalogue:committed",
    # Terms: Whoosh's files, published by the rename of their table of contents.
    "terms:added",
    "terms:synced",
    "terms:published",
    "terms:cleared",
    # Vectors, published by the rename of their manifest.
    "vectors:rows",
    "vectors:slots",
    "vectors:manifest",
    "vectors:published",
    "vectors:moved",
    "vectors:tidied",
    # Both together.
    "engine:stored",
    "engine:written",
    "engine:compacted",
    "engine:deleted",
    "engine:dropping",
    # Building the index anew beside the old one.
    "reindex:begun",
    "reindex:filled",
    "reindex:switched",
    "reindex:tidied",
    # Pictures of pages.
    "pictures:written",
    "pictures:kept",
    "pictures:forgotten",
    # Models that were adapted to the base.
    "model:copied",
    "model:kept",
    "model:chosen",
    # Older formats brought up; backups made, and put back.
    "format:changed",
    "format:kept",
    "backup:copied",
    "backup:written",
    "backup:published",
    "restore:unpacked",
    "restore:built",
    "restore:placed",
    "restore:indexed",
    "restore:switched",
    "restore:accounts",
    # Accounts and jobs, and the files that are sent.
    "office:changed",
    "office:committed",
    "desk:staged",
    "desk:noted",
    "desk:ordered",
    "desk:done",
    "intake:aside",
    "intake:placed",
    "intake:taken",
    "intake:put back",
    "intake:dropped",
)
"""Every name that ``reach`` is called with; each is reached by some use case."""

Listener = Callable[[str], None]

_listener: Listener | None = None


def reach(point: str) -> None:
    """Tell whoever listens that a write has come to ``point``."""
    if _listener is not None:
        _listener(point)


def listen(listener: Listener | None) -> None:
    """Have ``listener`` called at each point from now on; None ends it.

    What it raises, the write raises. There is one listener a process.
    """
    global _listener
    _listener = listener
