"""One commit of a Tantivy engine: its terms and its vectors, searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.recent import Recent
from index.suggestions import Lexicon
from index.tantivy.held_passages import HeldPassages
from index.tantivy.reader import Columns, TantivyReader
from index.top import best_hits
from kb.model import EngineHit, Filter, QueryTerm
from kb.ports import Vectors

if TYPE_CHECKING:
    from index.vectors.matrix import VectorMatrix

_SCORE_BITS = 20
"""Bits of a score that count. Tantivy adds in single precision, terms in any order."""
_DECIMALS = 9
_SPARE = 32
"""Hits asked for beyond ``k``, among which ties with the last one are settled."""
_GROWTH = 4
_CACHED_FILTERS = 64

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


class TantivySnapshot:
    """Implements ``kb.ports.EngineView``; never changes, and any number of threads may ask."""

    def __init__(self, reader: TantivyReader | None, matrix: VectorMatrix) -> None:
        """``reader`` is None where nothing was ever written."""
        self._reader = reader
        columns = reader.columns if reader else Columns.of((), ())
        self._passages = HeldPassages(columns.keys, columns.slots, matrix)
        self._allowed: Recent[Filter, Mask] = Recent(_CACHED_FILTERS, lambda _: 1)

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.lexical``. Terms of no weight find nothing."""
        if self._reader is None or k <= 0:
            return []
        weights: dict[str, float] = defaultdict(float)
        for term in terms:
            weights[term.text] += max(term.weight, 0.0)
        limit = k + _SPARE
        while True:
            keys, scores = self._reader.search(weights, limit, filter)
            scores = _rounded(scores)
            hits = best_hits(*self._findable(keys, scores), k, _DECIMALS)
            # Those that were not fetched score as the last one at best.
            if len(keys) < limit or (len(hits) == k and scores[-1] < hits[-1].score):
                return hits
            limit *= _GROWTH

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.nearest``. Nothing is near the zero vector."""
        reader = self._reader
        if reader is None or filter is None or not filter.active():
            return self._passages.nearest(vector, k)
        allowed = self._allowed.get(filter, lambda: self._passages.allowing(reader.slots(filter)))
        return self._passages.nearest(vector, k, allowed)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See ``kb.ports.EngineView.document_frequencies``."""
        return {term: self._reader.frequency(term) if self._reader else 0 for term in terms}

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """See ``kb.ports.EngineView.suggest``."""
        return self._lexicon.suggest(word, limit)

    def keys(self) -> set[int]:
        """Keys of the passages that searches can find."""
        return self._passages.keys()

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """See ``kb.ports.EngineView.vectors``."""
        return self._passages.vectors(keys)

    def count(self) -> int:
        """How many passages searches can find."""
        return self._passages.count()

    def numbers_of(self, keys: Collection[int]) -> list[int]:
        """Those of ``keys`` that there are, found by searches or not."""
        return self._passages.stored(keys)

    def live_slots(self) -> Numbers:
        """Slots of the vectors that passages still name."""
        return self._passages.slots()

    def next_free_slot(self) -> int:
        """The lowest slot above all those that passages name."""
        return self._passages.next_free_slot()

    def dead_share(self) -> float:
        """Share of the rows of vectors, 0 to 1, that no passage names any more."""
        return self._passages.dead_share()

    def _findable(self, keys: Numbers, scores: Scores) -> tuple[Numbers, Scores]:
        """Without the passages whose vectors are lost."""
        if self._passages.whole:
            return keys, scores
        held = self._passages.holds(keys)
        return keys[held], scores[held]

    @cached_property
    def _lexicon(self) -> Lexicon:
        # While vectors are lost, words of absent passages are suggested until the repair.
        return Lexicon(self._reader.words() if self._reader and self.count() else {})


def _rounded(scores: Scores) -> Scores:
    """To the bits that count: equal passages are not told apart by the dust of their sums."""
    mantissas, exponents = np.frexp(scores)
    return np.asarray(np.ldexp(np.round(np.ldexp(mantissas, _SCORE_BITS)), exponents - _SCORE_BITS))
