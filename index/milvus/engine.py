"""The distributed engine: Milvus for terms and for vectors.

See ``index.milvus.state`` for how a change becomes visible at one moment, ``index.milvus.view``
for how passages are found, ``index.milvus.schema`` for what lies where. Milvus keeps all of
it: any number of servers may search while one process writes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from threading import Lock

from index.faults import another_writer, dimension_mismatch
from index.milvus.client import MilvusConnection
from index.milvus.schema import ALIAS, Names
from index.milvus.state import KEPT_S, MOST_LISTED, State, StateTable
from index.milvus.tables import Tables, sentences_of, tally, wholes_of
from index.milvus.view import MilvusView
from index.view import AsksItsView
from index.written import check_rows
from kb.errors import StorageError, Unreachable
from kb.faults import reach
from kb.model import IndexedPassage
from kb.ports import Vectors


class MilvusEngine(AsksItsView):
    """Implements ``kb.ports.Engine`` over the collections of one name in one Milvus.

    Any number of threads and processes may search while one writes; who writes holds the
    base's own lock. All methods raise ``StorageError``, or ``Unreachable`` where Milvus
    can't be asked.
    """

    def __init__(self, uri: str, name: str, clock: Callable[[], float] = time.time) -> None:
        """Nothing is asked of Milvus before the first call.

        ``uri`` is that of ``MilvusConnection``, ``name`` such as ``milvus-5``; ``clock``
        gives seconds since 1970, on which all that write agree within some seconds.
        """
        self._connection = MilvusConnection(uri)
        self._names = Names(name)
        self._states = StateTable(self._connection, self._names)
        self._clock = clock
        self._current: MilvusView | None = None
        self._opened: dict[int, Tables] = {}
        self._opening = Lock()

    def view(self) -> MilvusView:
        """See ``kb.ports.Engine.view``; it holds for a minute after what it shows was deleted."""
        state = self._states.read()
        current = self._current
        if current is not None and current.version == state.version:
            return current
        tables = self._tables(state.epoch)
        if state.dim:
            tables.open()
        with self._opening:
            current = self._current
            if current is None or current.version < state.version:
                current = self._current = MilvusView(self._connection, tables, state)
            return current

    def write(self, passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
        """See ``kb.ports.Engine.write``; of two passages with one key, the later stays.

        Raises ``ValueError`` unless ``vectors`` holds finite rows for each passage,
        one at least, all of one length.
        """
        check_rows(passages, vectors)
        if not passages:
            return
        last = {passage.key: number for number, passage in enumerate(passages)}
        written = [(passages[number], vectors[number]) for number in sorted(last.values())]
        dim = written[0][1].shape[1]
        before = self._tidied()
        if before.dim and before.dim != dim:
            raise dimension_mismatch(stored=before.dim, given=dim)
        tables = self._tables(before.epoch)
        tables.make(dim)
        state, replaced = self._without(replace(before, dim=dim), last)
        following = replace(
            state,
            version=state.version + 1,
            passages=state.passages + len(written),
            length=state.length + sum(len(passage.terms.split()) for passage, _ in written),
        )
        wholes = wholes_of(written, following.version)
        names = tally(wholes)
        names.subtract(replaced)
        tables.counts.change(names, following.version)
        tables.insert(wholes, sentences_of(written, following.version))
        reach("engine:stored")
        self._commit(following)
        reach("engine:written")

    def delete(self, keys: Collection[int]) -> None:
        """See ``kb.ports.Engine.delete``."""
        before = self._tidied() if keys else State()
        tables = self._tables(before.epoch)
        held = tables.held(before, keys) if before.dim else []
        if not held:
            return
        following = replace(
            before,
            version=before.version + 1,
            passages=before.passages - len(held),
            length=before.length - sum(row["length"] for row in held),
        )
        dead = [int(row["id"]) for row in held]
        at_once = len(dead) > MOST_LISTED
        names: Counter[str] = Counter()
        names.subtract(tally(held))
        tables.counts.change(names, following.version)
        self._commit(following, () if at_once else dead)
        if at_once:
            tables.remove(dead)
        reach("engine:deleted")

    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        """See ``kb.ports.Engine.tidy``: Milvus compacts its segments by itself."""

    def clear(self) -> None:
        """See ``kb.ports.Engine.clear``; works where collections are missing too."""
        now = int(self._clock())
        try:
            state = self._tidied()
            self._states.bury(state.graves)
            self._commit(State(version=state.version + 1, epoch=state.epoch + 1, at=now))
        except Unreachable:
            raise
        except StorageError:
            self._drop(self._connection.collections())
            # Above all versions before, so that no view passes for the new one.
            self._states = StateTable(self._connection, self._names)
            self._states.commit(State(version=now, epoch=now, at=now))

    def show(self) -> None:
        """Have the alias of the engine in use stand for this one's passages."""
        state = self._states.read()
        if state.dim:
            self._connection.point(ALIAS, self._names.passages(state.epoch))
        self.close()

    def drop(self) -> None:
        """Delete all collections of this engine."""
        self._drop(self._connection.collections())
        self.close()

    def close(self) -> None:
        """Release the connection; a later call opens it again."""
        with self._opening:
            self._current = None
            self._opened.clear()
        self._connection.close()

    def _tables(self, epoch: int) -> Tables:
        with self._opening:
            if epoch not in self._opened:
                self._opened[epoch] = Tables(self._connection, self._names, epoch)
            return self._opened[epoch]

    def _tidied(self) -> State:
        """The state, once what died before and what nobody can see any more is deleted."""
        state, oldest = self._states.read(), int(self._clock()) - KEPT_S
        self._states.undo(state.version)
        if oldest >= state.at:
            former = [name for name in self._connection.collections() if self._former(name, state)]
            self._drop(former)
        if not state.dim:
            return state
        tables = self._tables(state.epoch)
        tables.open()
        tables.undo(state.version)
        expired = [grave for grave in state.graves if grave.at <= oldest]
        tables.remove({key for grave in expired for key in grave.dead})
        self._states.bury(expired)
        return replace(state, graves=tuple(g for g in state.graves if g not in expired))

    def _former(self, collection: str, state: State) -> bool:
        epoch = self._names.epoch_of(collection)
        return epoch is not None and epoch < state.epoch

    def _without(self, state: State, keys: Collection[int]) -> tuple[State, Counter[str]]:
        """The state before these keys are written anew, and what leaves the counts with them."""
        tables = self._tables(state.epoch)
        held = tables.held(state, keys)
        opened = [grave for grave in state.graves if not set(keys).isdisjoint(grave.dead)]
        gone = {int(row["id"]) for row in held} | {key for one in opened for key in one.dead}
        tables.remove(gone)
        self._states.bury(opened)
        remaining = replace(
            state,
            passages=state.passages - len(held),
            length=state.length - sum(row["length"] for row in held),
            graves=tuple(grave for grave in state.graves if grave not in opened),
        )
        return remaining, tally(held)

    def _commit(self, following: State, dead: Collection[int] = ()) -> None:
        if self._states.read().version != following.version - 1:
            raise another_writer()
        self._states.commit(following, dead, int(self._clock()))

    def _drop(self, collections: Sequence[str]) -> None:
        for name in collections:
            if name.startswith(self._names.prefix):
                self._connection.drop(name)
