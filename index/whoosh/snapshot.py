"""One commit of the index, held as arrays and searched: lexical, nearest, suggestions.

A snapshot never changes, so that any number of threads may search it while a
writer prepares the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.faults import dimension_mismatch
from index.recent import Recent
from index.suggestions import Lexicon
from index.top import best_hits
from index.vectors.matrix import VectorMatrix
from kb.model import EngineHit, Filter, QueryTerm
from kb.ports import Vectors

Column = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LEXICAL_DECIMALS = 9
_COSINE_DECIMALS = 6
_CACHED_POSTINGS = 2_000_000
"""Postings kept in memory, 16 bytes each."""
_CACHED_FILTERS = 16 << 20
"""Bytes of filters kept in memory, one a passage."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Where a term stands: document numbers, ascending, and counts."""

    numbers: Column
    counts: npt.NDArray[np.float64]


class Documents(Protocol):
    """What an inverted index gives of one commit; see ``index.whoosh.reader``."""

    keys: Column
    slots: Column
    lengths: Column
    live: Mask

    def postings(self, field: str, term: str) -> Postings:
        """Documents that hold ``term`` in ``field``, dropped ones maybe included."""

    def word_counts(self, alive: Mask) -> Mapping[str, int]:
        """In how many documents each word stands, of those that are ``alive``."""


@dataclass(frozen=True, slots=True)
class Bm25:
    """The two parameters of BM25 (Robertson and Zaragoza, 2009)."""

    b: float = 0.75
    """How much long passages are held back, from 0 to 1."""
    k1: float = 1.2
    """How slowly repetitions of a term saturate."""


class Snapshot:
    """Searches the passages that have both terms and a vector."""

    def __init__(self, documents: Documents, matrix: VectorMatrix, bm25: Bm25) -> None:
        self._documents = documents
        self._matrix = matrix
        self._bm25 = bm25
        self._places = matrix.places_of(documents.slots)
        self._alive: Mask = documents.live & (self._places >= 0)
        self._size = int(self._alive.sum())
        self._postings: Recent[tuple[str, str], Postings] = Recent(
            _CACHED_POSTINGS, lambda postings: 1 + len(postings.numbers)
        )
        self._masks: Recent[Filter, Mask] = Recent(_CACHED_FILTERS, len)

    def count(self) -> int:
        """How many passages searches can find."""
        return self._size

    def keys(self) -> set[int]:
        """Keys of the passages that searches can find."""
        return set(self._documents.keys[self._alive].tolist())

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """See ``kb.ports.EngineView.vectors``."""
        numbers = [number for number in self.numbers_of(keys) if self._alive[number]]
        keys = self._documents.keys[numbers].tolist()
        return dict(zip(keys, self._matrix.vectors(self._places[numbers]), strict=True))

    def numbers_of(self, keys: Collection[int]) -> list[int]:
        """Document numbers that carry one of these keys, found by searches or not."""
        wanted = np.fromiter(keys, dtype=np.int64, count=len(keys))
        carried = self._documents.live & np.isin(self._documents.keys, wanted)
        return [int(number) for number in np.flatnonzero(carried)]

    def live_slots(self) -> Column:
        """Slots of the vectors that passages still name."""
        return self._documents.slots[self._alive]

    def next_free_slot(self) -> int:
        """The lowest slot above all those that passages name."""
        return int(self._documents.slots.max(initial=-1)) + 1

    def dead_share(self) -> float:
        """Share of the matrix's rows, 0 to 1, that no passage names any more."""
        rows = len(self._matrix.codes)
        dead = rows - int(self._matrix.counts[self._places[self._alive]].sum())
        return dead / rows if rows else 0.0

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.lexical``. Terms of no weight find nothing."""
        scores = np.zeros(len(self._alive), dtype=np.float64)
        found = np.zeros(len(self._alive), dtype=np.bool_)
        for term in terms:
            if term.weight <= 0:
                continue
            postings = self._find("terms", term.text)
            scores[postings.numbers] += term.weight * self._term_scores(postings)
            found[postings.numbers] = True
        chosen = np.flatnonzero(self._restricted(found, filter))
        keys = self._documents.keys[chosen]
        return best_hits(keys, scores[chosen], k, _LEXICAL_DECIMALS)

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.nearest``. Nothing is near the zero vector."""
        if not self._size:
            return []
        if vector.shape != (self._matrix.dim,):
            raise dimension_mismatch(stored=self._matrix.dim, given=vector.shape[-1])
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            return []
        passing = filter if filter and filter.active() else None
        unit = (vector / norm).astype(np.float32)
        places, scores = self._matrix.nearest(unit, k, self._passing(passing))
        return best_hits(self._keys_by_place[places], scores, k, _COSINE_DECIMALS)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See ``kb.ports.EngineView.document_frequencies``."""
        return {term: len(self._find("terms", term).numbers) for term in terms}

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """See ``kb.ports.EngineView.suggest``."""
        return self._lexicon.suggest(word, limit)

    def _passing(self, filter: Filter | None) -> Mask:
        """The places of the matrix whose passages searches find, within ``filter``."""
        if filter is None:
            return self._places_alive
        return self._by_place(self._restricted(self._alive, filter))

    def _by_place(self, documents: Mask) -> Mask:
        passing = np.zeros(len(self._matrix.slots), dtype=np.bool_)
        passing[self._places[documents]] = True
        return passing

    @cached_property
    def _places_alive(self) -> Mask:
        return self._by_place(self._alive)

    @cached_property
    def _keys_by_place(self) -> Column:
        """The key of each place of the matrix, -1 where no passage names it any more."""
        keys = np.full(len(self._matrix.slots), -1, dtype=np.int64)
        keys[self._places[self._alive]] = self._documents.keys[self._alive]
        return keys

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self._documents.word_counts(self._alive))

    @cached_property
    def _norms(self) -> npt.NDArray[np.float64]:
        """The part of BM25's denominator that depends on the passage alone."""
        lengths = self._documents.lengths.astype(np.float64)
        mean = float(lengths[self._alive].mean()) if self._size else 0.0
        relative = lengths / mean if mean else np.ones_like(lengths)
        return self._bm25.k1 * (1.0 - self._bm25.b + self._bm25.b * relative)

    def _term_scores(self, postings: Postings) -> npt.NDArray[np.float64]:
        held = len(postings.numbers)
        rarity = np.log1p((self._size - held + 0.5) / (held + 0.5))
        saturated = postings.counts / (postings.counts + self._norms[postings.numbers])
        return np.asarray(rarity * (self._bm25.k1 + 1.0) * saturated)

    def _restricted(self, mask: Mask, filter: Filter | None) -> Mask:
        if filter is None or not filter.active():
            return mask
        allowed = self._masks.get(filter, lambda: self._mask(filter))
        return np.asarray(mask & allowed)

    def _mask(self, filter: Filter) -> Mask:
        allowed = self._alive.copy()
        for name, values in filter.active().items():
            carried = np.zeros(len(allowed), dtype=np.bool_)
            for value in values:
                carried[self._find(f"facet_{name}", value).numbers] = True
            allowed &= carried
        return allowed

    def _find(self, field: str, term: str) -> Postings:
        return self._postings.get((field, term), lambda: self._read(field, term))

    def _read(self, field: str, term: str) -> Postings:
        postings = self._documents.postings(field, term)
        alive = self._alive[postings.numbers]
        if alive.all():
            return postings
        return Postings(postings.numbers[alive], postings.counts[alive])
