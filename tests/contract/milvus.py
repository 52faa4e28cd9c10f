"""Engines in Milvus for tests: milvus-lite serves all of them from one folder."""

from __future__ import annotations

import atexit
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from index.milvus.client import MilvusConnection
from index.milvus.engine import MilvusEngine

_numbers = count(1)


@cache
def served() -> str:
    """A file that stays served while the tests run: starting costs more than most tests."""
    folder = TemporaryDirectory(prefix="kb-milvus-", ignore_cleanup_errors=True)
    uri = str(Path(folder.name) / "milvus.db")
    connection = MilvusConnection(uri)
    connection.collections()
    # The last that was registered runs first.
    atexit.register(folder.cleanup)
    atexit.register(connection.close)
    return uri


def fresh_engine() -> MilvusEngine:
    """An engine with collections of its own."""
    return MilvusEngine(served(), f"milvus-{next(_numbers)}")
