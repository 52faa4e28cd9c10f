"""A base opened by a process that has done nothing yet: nothing heavy is imported here."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any


def opening(given: dict[str, Any]) -> dict[str, Any]:
    """Seconds from the start of the process to a base that is open, and to its first answer.

    With ``evicted`` its files come from the disk rather than from the system's memory.
    """
    from tests.benchmarks.machine import evict, memory

    if given.get("evicted"):
        evict(Path(given["home"]))
    started = time.perf_counter()
    from kb.config import Settings
    from kb.wiring import open_library

    with open_library(
        Settings(home=Path(given["home"]), embedding_model=given["model"])
    ) as library:
        ready = library.ready()
        opened = time.perf_counter()
        assert ready
        library.search(given["query"])
        answered = time.perf_counter()
        held = memory()
    return {
        "open_s": opened - started,
        "first_search_s": answered - opened,
        "memory": held,
    }
