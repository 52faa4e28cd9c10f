"""From the cosines of rows to the scores of passages.

A passage scores the mean of two cosines: that of the passage as a whole (its first
row) and the highest of its sentences (the other rows); the first alone where it has
no sentences. The whole says what the passage is about, the sentence that it answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.top import nth_best

_SAMPLED = 64
"""One row in so many tells roughly how many reach a product."""
_LOOKED_AT = 10
"""Rows looked at first for each passage that is wanted."""

Numbers = npt.NDArray[np.int64]
Products = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PassageRows:
    """Which rows are of which passage: they follow each other, and none lies between two."""

    counts: Numbers
    """How many rows each passage has, one at least."""

    @cached_property
    def starts(self) -> Numbers:
        """The first row of each passage."""
        return np.cumsum(self.counts) - self.counts

    def scores(self, products: Products) -> Products:
        """The score of each passage, -1 to 1; ``products`` are the cosines of all rows."""
        whole = products[self._first_rows]
        # A passage without sentences keeps this one, and its mean is that row's cosine.
        best = whole.copy()
        for place, having in enumerate(self._having, start=1):
            rows = products[self._first_rows[:having] + place]
            best[:having] = rows if place == 1 else np.maximum(best[:having], rows)
        scores = np.empty_like(whole)
        scores[self._longest_first] = (whole + best) / 2
        return scores

    def of(self, places: Numbers) -> tuple[PassageRows, Numbers]:
        """The rows of these passages put together, and which of all rows they are."""
        own = PassageRows(self.counts[places])
        rows = np.repeat(self.starts[places] - own.starts, own.counts)
        rows += np.arange(len(rows))
        return own, rows

    def best(self, products: Products, k: int, margin: float, allowed: Mask) -> Numbers:
        """The ``k`` best of the ``allowed`` passages, ascending, and those ``margin`` behind them.

        ``allowed`` has a truth for each passage, for ``k`` of them at least. No passage scores
        more than the highest product of its rows: those of which no row reaches what the
        ``k`` best are known to reach are left out unseen, nearly all as a rule.
        """
        share = np.count_nonzero(allowed) / len(allowed)
        least = _reached_by(products, int(_LOOKED_AT * k / share))
        # The second time by what passages met the first time are known to reach.
        for _ in range(2):
            places = self._reaching(products, least)
            places = places[allowed[places]]
            if len(places) < k:
                break
            scores = self._scores_at(products, places)
            last = nth_best(scores, k) - margin
            if last >= least:
                return np.compress(scores >= last, places)
            least = last
        places = np.flatnonzero(allowed)
        scores = self._scores_at(products, places)
        return np.compress(scores >= nth_best(scores, k) - margin, places)

    def _reaching(self, products: Products, least: np.float32) -> Numbers:
        """Passages with a row of that product at least, ascending."""
        places = self._passages[products >= least].astype(np.int64)
        return places[np.diff(places, prepend=-1) > 0]

    def _scores_at(self, products: Products, places: Numbers) -> Products:
        """The scores of some passages; ``products`` are the cosines of all rows."""
        own, rows = self.of(places)
        return own.scores(products[rows])

    @cached_property
    def _passages(self) -> npt.NDArray[np.int32]:
        """The passage of each row."""
        return np.repeat(np.arange(len(self.counts), dtype=np.int32), self.counts)

    @cached_property
    def _longest_first(self) -> Numbers:
        """Passages in an order in which those that have an n-th row are the first so many.

        All n-th rows are then compared at once: a fourth of the time of ``reduceat``, which
        goes from passage to passage.
        """
        return np.argsort(-self.counts, kind="stable")

    @cached_property
    def _first_rows(self) -> Numbers:
        return self.starts[self._longest_first]

    @cached_property
    def _having(self) -> list[int]:
        """How many passages have a second row, a third one and so on."""
        longer = np.cumsum(np.bincount(self.counts, minlength=2)[:1:-1])[::-1]
        return [int(one) for one in longer]


def _reached_by(products: Products, rows: int) -> np.float32:
    """What about so many rows reach."""
    sample = products[::_SAMPLED]
    return nth_best(sample, min(rows // _SAMPLED + 1, len(sample)))
