"""``index.faults`` for Tantivy, whose worst on damaged files is a panic, no ordinary error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index import faults


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """See ``index.faults.reading``."""
    with faults.reading(folder), no_panic():
        yield


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """See ``index.faults.writing``."""
    with faults.writing(folder), no_panic():
        yield


@contextmanager
def no_panic() -> Iterator[None]:
    """Make an ordinary error of a panic, which Python would take for an order to stop."""
    try:
        yield
    except Exception:
        raise
    except BaseException as panic:
        # The class has no name that could be imported.
        if type(panic).__name__ == "PanicException":
            raise ValueError(str(panic)) from panic
        raise
