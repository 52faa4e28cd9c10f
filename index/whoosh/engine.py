"""The default engine: Whoosh for terms, a matrix for vectors, in one folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index.folder_engine import FolderEngine
from index.whoosh.files import WhooshFiles
from index.whoosh.reader import WhooshReader
from index.whoosh.snapshot import Bm25, Snapshot


class WhooshEngine(FolderEngine[WhooshReader, Snapshot]):
    """See ``FolderEngine``."""

    def __init__(
        self,
        folder: Path,
        bm25: Bm25 | None = None,
        lock_timeout: float = 30.0,
    ) -> None:
        """Nothing is read or written before the first call.

        ``lock_timeout`` is how many seconds a write waits for another writer.
        """
        parameters = bm25 or Bm25()
        self._terms = WhooshFiles(folder / "lexical", lock_timeout)
        super().__init__(
            self._terms,
            folder / "vectors",
            lambda reader, matrix: Snapshot(reader, matrix, parameters),
        )

    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Gather what many writes have left: small segments, dead passages, dead rows.

        For when nobody waits: searches go on, other writes wait for a step to end, which
        takes a second or two. ``stop`` is asked before each; what is left then, a later call
        does. A process that dies in a step leaves the state before it.
        """
        more = True
        while more and not stop():
            with self._files.locked():
                more = self._terms.gather()
        super().tidy(stop)
