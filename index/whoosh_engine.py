"""The default engine: Whoosh for terms, an exact matrix for vectors.

Vectors are appended first and safe on disk; then Whoosh commits documents that
name their slots. That commit is the only moment at which anything becomes
visible, to this process and to others: before it, the new rows are dead; after
it, the old ones are. A process that dies anywhere leaves the state before or the
state after, and dead rows that a later write clears away.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt

from index.snapshot import Bm25, Snapshot
from index.vectors import VectorStore
from index.whoosh_files import Identity, WhooshFiles
from kb.faults import reach
from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm
from kb.ports import Vectors

_LOAD_ATTEMPTS = 5
_DEAD_SHARE = 0.3


class WhooshEngine:
    """Implements ``kb.ports.Engine`` over one folder that several processes may share.

    Any number of threads may search while one writes. Each call sees the last
    commit of any process. All methods raise ``StorageError`` when the files are
    damaged; ``clear`` then makes them usable again.
    """

    def __init__(
        self,
        folder: Path,
        bm25: Bm25 | None = None,
        lock_timeout: float = 30.0,
    ) -> None:
        """Nothing is read or written before the first call.

        ``lock_timeout`` is how many seconds a write waits for another writer.
        """
        self._files = WhooshFiles(folder / "lexical", lock_timeout)
        self._vectors = VectorStore(folder / "vectors")
        self._bm25 = bm25 or Bm25()
        self._current: tuple[Identity, Snapshot] | None = None
        self._loading = Lock()

    def view(self) -> Snapshot:
        """See ``kb.ports.Engine.view``; its files stay readable once others have replaced them."""
        return self._snapshot()

    def write(self, passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
        """See ``kb.ports.Engine.write``; of two passages with one key, the later stays.

        Raises ``ValueError`` unless ``vectors`` holds finite rows for each passage,
        one at least, all of one length.
        """
        _check_rows(passages, vectors)
        if not passages:
            return
        last = {passage.key: number for number, passage in enumerate(passages)}
        kept = sorted(last.values())
        with self._files.locked():
            # First, so that a full disk stops the write before anything is visible.
            self._leave_dead_rows()
            snapshot = self._snapshot()
            slots = self._vectors.append(
                [vectors[number] for number in kept], snapshot.next_free_slot()
            )
            reach("engine:stored")
            replaced = snapshot.numbers_of(last)
            self._files.commit([passages[number] for number in kept], slots.tolist(), replaced)
            reach("engine:written")

    def delete(self, keys: Collection[int]) -> None:
        """See ``kb.ports.Engine.delete``."""
        with self._files.locked():
            dropped = self._snapshot().numbers_of(keys)
            if dropped:
                self._files.commit([], [], dropped)
                reach("engine:deleted")

    def clear(self) -> None:
        """See ``kb.ports.Engine.clear``; works on damaged files too."""
        with self._files.locked():
            self._files.clear()
            self._vectors.clear()

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.lexical``."""
        return self._snapshot().lexical(terms, k, filter)

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.nearest``; nothing is near the zero vector.

        Raises ``StorageError`` when ``vector`` has another length than the stored ones.
        """
        return self._snapshot().nearest(vector, k, filter)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See ``kb.ports.EngineView.document_frequencies``."""
        return self._snapshot().document_frequencies(terms)

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """See ``kb.ports.EngineView.suggest``."""
        return self._snapshot().suggest(word, limit)

    def keys(self) -> set[int]:
        """Every key that has both terms and a vector."""
        return self._snapshot().keys()

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """See ``kb.ports.EngineView.vectors``."""
        return self._snapshot().vectors(keys)

    def count(self) -> int:
        """How many passages have both terms and a vector."""
        return self._snapshot().count()

    def close(self) -> None:
        """Release the files; a later call opens them again."""
        with self._loading:
            self._current = None

    def _snapshot(self) -> Snapshot:
        """The last commit, loaded again only if there was one since."""
        identity, current = self._files.identity(), self._current
        if current is not None and current[0] == identity:
            return current[1]
        with self._loading:
            # Another thread may have loaded it while this one waited.
            identity, current = self._files.identity(), self._current
            if current is None or current[0] != identity:
                current = self._load()
                self._current = current
            return current[1]

    def _load(self) -> tuple[Identity, Snapshot]:
        for _ in range(_LOAD_ATTEMPTS):
            identity = self._files.identity()
            snapshot = Snapshot(self._files.open(), self._vectors.load(), self._bm25)
            # A commit in between may have moved rows that this one still named.
            if self._files.identity() == identity:
                break
        return identity, snapshot

    def _leave_dead_rows(self) -> None:
        """Write the vectors anew without the dead ones, when those are many."""
        snapshot = self._snapshot()
        if snapshot.dead_share() > _DEAD_SHARE:
            self._vectors.compact(snapshot.live_slots())
            reach("engine:compacted")
            # The rows have moved: the snapshot in memory still maps the old files.
            self.close()


def _check_rows(passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
    if len(vectors) != len(passages):
        raise ValueError(f"{len(passages)} passages but vectors of {len(vectors)}")
    shapes = {rows.shape for rows in vectors}
    if any(len(shape) != 2 or shape[0] < 1 for shape in shapes):
        raise ValueError(f"vectors of shapes {shapes}, each should be (1 or more rows, dim)")
    if len({dim for _, dim in shapes}) > 1:
        raise ValueError("vectors of several lengths")
    if not all(np.isfinite(rows).all() for rows in vectors):
        raise ValueError("vectors hold values that are not finite")
