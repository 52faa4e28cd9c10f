"""The engine for one big machine: Tantivy for terms, a matrix for vectors, in one folder."""

from __future__ import annotations

from pathlib import Path

from index.folder_engine import FolderEngine
from index.tantivy.files import TantivyFiles
from index.tantivy.reader import TantivyReader
from index.tantivy.snapshot import TantivySnapshot


class TantivyEngine(FolderEngine[TantivyReader | None, TantivySnapshot]):
    """See ``FolderEngine``; the library is the extra ``tantivy`` of this package."""

    def __init__(self, folder: Path, lock_timeout: float = 30.0) -> None:
        """Nothing is read or written before the first call.

        ``lock_timeout`` is how many seconds a write waits for another writer.
        """
        self._terms = TantivyFiles(folder / "terms", lock_timeout)
        super().__init__(self._terms, folder / "vectors", TantivySnapshot)

    def close(self) -> None:
        """Release the files; a later call opens them again."""
        super().close()
        self._terms.forget()
