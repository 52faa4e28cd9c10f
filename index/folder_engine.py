"""What engines have in common that keep terms and vectors in one folder.

Vectors are appended first and safe on disk; then the terms are committed, in documents that
name the slots of their vectors. That commit is the only moment at which anything becomes
visible, to this process and to others: before it, the new rows are dead; after it, the
old ones are. A process that dies anywhere leaves the state before or the state after, and
dead rows that a later write clears away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from index.vectors.store import VectorStore
from index.view import AsksItsView
from index.written import check_rows
from kb.faults import reach
from kb.model import IndexedPassage
from kb.ports import EngineView, Vectors

if TYPE_CHECKING:
    from index.vectors.matrix import VectorMatrix

_LOAD_ATTEMPTS = 5
_DEAD_SHARE = 0.3
_LARGE = 16_384
"""Passages from which clearing dead rows away takes a while."""
_LARGE_DEAD_SHARE = 0.6
"""From how many dead rows a write clears them away where there are so many passages: before,
they wait for ``tidy``."""

Identity = tuple[int, int, int]
"""Tells two commits of one folder apart."""


class FolderView(EngineView, Protocol):
    """One commit, searched; and what a writer asks of it."""

    def numbers_of(self, keys: Collection[int]) -> list[int]:
        """What ``TermFiles.commit`` calls the passages of these keys, found by searches or not."""

    def live_slots(self) -> npt.NDArray[np.int64]:
        """Slots of the vectors that passages still name."""

    def next_free_slot(self) -> int:
        """The lowest slot above all those that passages name."""

    def dead_share(self) -> float:
        """Share of the rows of vectors, 0 to 1, that no passage names any more."""


R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")
V = TypeVar("V", bound=FolderView)


class TermFiles(Protocol[R_co]):
    """The files of an inverted index; ``R_co`` reads one commit of them."""

    def locked(self) -> AbstractContextManager[None]:
        """Hold the write lock, which the system releases when a process dies.

        Raises ``StorageError`` when another writer keeps it too long.
        """

    def identity(self) -> Identity:
        """Changes with every commit of any process; costs next to nothing."""

    def open(self) -> R_co:
        """The index as its last commit left it."""

    def commit(
        self, passages: Sequence[IndexedPassage], slots: Sequence[int], dropped: Collection[int]
    ) -> None:
        """Add passages and drop others in one step. Needs the lock."""

    def clear(self) -> None:
        """Forget everything, also when the files are damaged. Needs the lock."""


class FolderEngine(AsksItsView, Generic[R, V]):
    """Implements ``kb.ports.Engine`` over one folder that several processes may share.

    Any number of threads may search while one writes. Each call sees the last
    commit of any process. All methods raise ``StorageError`` when the files are
    damaged; ``clear`` then makes them usable again.
    """

    def __init__(
        self, files: TermFiles[R], vectors: Path, see: Callable[[R, VectorMatrix], V]
    ) -> None:
        """Nothing is read or written before the first call.

        ``vectors`` is the folder of the vectors; ``see`` makes the view of a commit.
        """
        self._files = files
        self._vectors = VectorStore(vectors)
        self._see = see
        self._current: tuple[Identity, V] | None = None
        self._loading = Lock()

    def view(self) -> V:
        """See ``kb.ports.Engine.view``; its files stay readable once others have replaced them."""
        return self._snapshot()

    def write(self, passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
        """See ``kb.ports.Engine.write``; of two passages with one key, the later stays.

        Raises ``ValueError`` unless ``vectors`` holds finite rows for each passage,
        one at least, all of one length.
        """
        check_rows(passages, vectors)
        if not passages:
            return
        last = {passage.key: number for number, passage in enumerate(passages)}
        kept = sorted(last.values())
        with self._files.locked():
            # First, so that a full disk stops the write before anything is visible.
            large = self._snapshot().count() > _LARGE
            self._leave_dead_rows(_LARGE_DEAD_SHARE if large else _DEAD_SHARE)
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

    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Clear away the vectors that many writes have left, while nobody waits.

        Then bring the approximate index of vectors up to them, where there are enough: that
        takes minutes, and writes go on meanwhile. Not begun once ``stop`` says so. A process
        that dies meanwhile leaves the state before.
        """
        if not stop():
            with self._files.locked():
                self._leave_dead_rows(_DEAD_SHARE)
            self._vectors.build_neighbours(stop)

    def clear(self) -> None:
        """See ``kb.ports.Engine.clear``; works on damaged files too."""
        with self._files.locked():
            self._files.clear()
            self._vectors.clear()

    def close(self) -> None:
        """Release the files; a later call opens them again."""
        with self._loading:
            self._current = None

    def _snapshot(self) -> V:
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

    def _load(self) -> tuple[Identity, V]:
        for _ in range(_LOAD_ATTEMPTS):
            identity = self._files.identity()
            snapshot = self._see(self._files.open(), self._vectors.load())
            # A commit in between may have moved rows that this one still named.
            if self._files.identity() == identity:
                break
        return identity, snapshot

    def _leave_dead_rows(self, share: float) -> None:
        """Write the vectors anew without the dead ones, when those are more than ``share``."""
        snapshot = self._snapshot()
        if snapshot.dead_share() > share:
            self._vectors.compact(snapshot.live_slots())
            reach("engine:compacted")
            # The rows have moved: the snapshot in memory still maps the old files.
            with self._loading:
                self._current = None
