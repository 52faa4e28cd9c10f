"""The passages of one commit of an engine, by what all engines of a folder know of them.

Each passage has a key, the slot of its vectors, and a place in their matrix. Terms are
kept, and searched, by each engine in its own way.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.faults import dimension_mismatch
from index.top import best_hits
from kb.model import EngineHit
from kb.ports import Vectors

if TYPE_CHECKING:
    from index.vectors.matrix import VectorMatrix

Column = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_COSINE_DECIMALS = 6


class HeldPassages:
    """Keys and vectors of passages; a passage whose vectors are lost counts as absent."""

    def __init__(self, keys: Column, slots: Column, matrix: VectorMatrix) -> None:
        """``keys`` and ``slots`` are those of the passages that stand, by ascending slot."""
        places = matrix.places_of(slots)
        held = places >= 0
        self.whole = bool(held.all())
        """Whether every passage has its vectors."""
        self._stored_keys, self._stored_slots = keys, slots
        self._keys = keys[held]
        self._slots = slots[held]
        self._places = places[held]
        self._matrix = matrix

    def count(self) -> int:
        """How many passages searches can find."""
        return len(self._keys)

    def keys(self) -> set[int]:
        """Keys of the passages that searches can find."""
        return set(self._keys.tolist())

    def holds(self, keys: Column) -> Mask:
        """Which of ``keys`` searches can find."""
        return self._numbers_of(keys) >= 0

    def stored(self, keys: Collection[int]) -> list[int]:
        """Those of ``keys`` that the engine has, their vectors lost or not."""
        wanted = np.fromiter(keys, dtype=np.int64, count=len(keys))
        return [int(key) for key in wanted[np.isin(wanted, self._stored_keys)]]

    def slots(self) -> Column:
        """Slots of the vectors that passages still name, ascending."""
        return self._slots

    def next_free_slot(self) -> int:
        """The lowest slot above all those that passages name, their vectors lost or not."""
        return int(self._stored_slots.max(initial=-1)) + 1

    def dead_share(self) -> float:
        """Share of the matrix's rows, 0 to 1, that no passage names any more."""
        rows = int(self._matrix.counts.sum())
        return 1.0 - int(self._matrix.counts[self._places].sum()) / rows if rows else 0.0

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """See ``kb.ports.EngineView.vectors``."""
        wanted = np.fromiter(keys, dtype=np.int64, count=len(keys))
        numbers = self._numbers_of(wanted)
        found = numbers >= 0
        rows = self._matrix.vectors(self._places[numbers[found]])
        return dict(zip(wanted[found].tolist(), rows, strict=True))

    def allowing(self, slots: Column) -> Mask:
        """What ``nearest`` is given so that it finds passages of these slots alone."""
        places = self._matrix.places_of(slots)
        allowed = np.zeros(len(self._matrix.slots), dtype=np.bool_)
        allowed[places[places >= 0]] = True
        return allowed

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, allowed: Mask | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.nearest``; ``allowed`` is what ``allowing`` gave.

        Nothing is near the zero vector. Raises ``StorageError`` when ``vector`` has
        another length than the stored ones.
        """
        if not len(self._keys):
            return []
        if vector.shape != (self._matrix.dim,):
            raise dimension_mismatch(stored=self._matrix.dim, given=vector.shape[-1])
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            return []
        unit = (vector / norm).astype(np.float32)
        places, scores = self._matrix.nearest(unit, k, self._alive if allowed is None else allowed)
        return best_hits(self._key_of_place[places], scores, k, _COSINE_DECIMALS)

    def _numbers_of(self, keys: Column) -> Column:
        """Where each key stands among those held, -1 where it does not."""
        order = self._by_key
        if not len(order):
            return np.full(len(keys), -1, dtype=np.int64)
        found = np.searchsorted(self._keys, keys, sorter=order)
        numbers = order[np.minimum(found, len(order) - 1)]
        return np.where(self._keys[numbers] == keys, numbers, -1)

    @cached_property
    def _alive(self) -> Mask | None:
        """Places whose rows a passage names; None for all."""
        every = len(self._places) == len(self._matrix.slots)
        return None if every else self.allowing(self._slots)

    @cached_property
    def _key_of_place(self) -> Column:
        keys = np.full(len(self._matrix.slots), -1, dtype=np.int64)
        keys[self._places] = self._keys
        return keys

    @cached_property
    def _by_key(self) -> Column:
        return np.argsort(self._keys)
