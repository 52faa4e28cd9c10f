"""The vectors of passages as they stood at one commit, and the search among them.

A *place* numbers the passages of the matrix. A search goes in two steps. Bytes are
multiplied with the query, row by row and quickly, and give the places that may be among the
best; those few are then scored from their rows in float32. Filters come before either: rows of
passages that a filter drops are not multiplied where that saves anything.

Beyond some hundred thousand passages the first step is that of an approximate index, where
one was built (``index.vectors.neighbours``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from index.top import nth_best
from index.vectors.cosines import Numbers, PassageRows, Products
from index.vectors.neighbours import DEEPEST, FEWEST_SEARCHED, NeighbourFiles
from index.vectors.quantised import Codes, QuantisedRows, Scales
from index.vectors.row_products import ExactProducts, RowProducts, fast_products, products_of
from kb.ports import Vectors

PLAIN_ROWS = 4_096
"""Rows up to which all are multiplied in float32 at once; the first step would save nothing."""
_GATHERED_ROWS = 16_384
"""Rows copied out of the matrix at once, so that memory stays bounded."""
_DENSE_SHARE = 0.2
"""Share of the rows from which reading all of them costs less than gathering some."""
_ROUNDING = 1e-5
"""More than float32 loses in a product of any length that models have."""

Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True)
class VectorMatrix:
    """The rows as they stood when it was loaded; later writes do not touch it.

    Rows lie by passage, the passage as a whole first, its sentences after it. Any number of
    threads may search it.
    """

    codes: Codes
    """All rows, shape (rows, dim), a mapped file as a rule; see ``index.vectors.quantised``."""
    scales: Scales
    """Shape (rows,)."""
    slots: Numbers
    """The slot of each place, ascending."""
    counts: Numbers
    """How many rows each place has, at least 1."""
    neighbours: NeighbourFiles = field(default_factory=NeighbourFiles.none)
    """Where an approximate index of these rows may lie."""

    @property
    def dim(self) -> int:
        """Length of a row; 0 where nothing was ever stored."""
        return int(self.codes.shape[1])

    @cached_property
    def rows(self) -> PassageRows:
        """Which rows each place has."""
        return PassageRows(self.counts)

    @property
    def starts(self) -> Numbers:
        """The first row of each place."""
        return self.rows.starts

    def places_of(self, slots: Numbers) -> Numbers:
        """The place of each slot, -1 where the slot has no row."""
        if len(self.slots) == 0:
            return np.full(len(slots), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.slots, slots), len(self.slots) - 1)
        return np.where(self.slots[found] == slots, found, -1).astype(np.int64)

    def vectors(self, places: Numbers) -> list[Vectors]:
        """The rows of each of ``places`` in float32: quantised again, they give the same bytes."""
        starts = self.starts[places]
        return [
            self.quantised(slice(start, end)).float32()
            for start, end in zip(starts, starts + self.counts[places], strict=True)
        ]

    def quantised(self, rows: slice | Numbers) -> QuantisedRows:
        """Some of the rows, as they are stored."""
        return QuantisedRows(self.codes[rows], self.scales[rows])

    def nearest(
        self, unit: Products, k: int, allowed: Mask | None = None
    ) -> tuple[Numbers, Scores]:
        """The ``k`` best of the ``allowed`` places, and their scores; in no order.

        ``unit`` is the query, of length 1 and shape (dim,); ``allowed`` has a truth for each
        place, None standing for all. A passage scores the mean of the cosine of its first row
        and of the highest of its others, the first alone where there are none: -1 to 1. Some
        more places come along where they score as the last of the ``k`` does, or nearly:
        callers cut at ``k`` by rules of their own.
        """
        places = np.arange(len(self.slots)) if allowed is None else np.flatnonzero(allowed)
        if k < len(places) and self._many(places):
            places = self._candidates(unit, max(k, 0), places)
        return places, self.scores(ExactProducts(unit), places).astype(np.float64)

    def scores(self, query: RowProducts, places: Numbers) -> Products:
        """The score of each of ``places``, ascending, as good as the products of ``query`` are."""
        if self._is_dense(places):
            return self.rows.scores(self._all_cosines(query))[places]
        return self._gathered_scores(query, places)

    def _is_dense(self, places: Numbers) -> bool:
        """Whether reading all rows costs less than gathering those of these places."""
        share = _DENSE_SHARE * len(self.codes)
        return len(places) >= share or int(self.counts[places].sum()) >= share

    def _many(self, places: Numbers) -> bool:
        """Whether these places have too many rows for all to be scored in float32."""
        return len(places) > PLAIN_ROWS or int(self.counts[places].sum()) > PLAIN_ROWS

    def _candidates(self, unit: Products, k: int, places: Numbers) -> Numbers:
        """Those of ``places``, ascending, that may be among the ``k`` best."""
        if k == 0:
            return places[:0]
        graph = self.neighbours.newest() if len(places) >= FEWEST_SEARCHED else None
        # As many more are looked for as the filter is going to drop.
        depth = k * len(self.slots) // len(places)
        if graph is None or depth > DEEPEST:
            return self._best(unit, k, places)
        found = graph.search(unit, depth)
        later = places[np.searchsorted(places, graph.covered) :]
        return np.concatenate([found[_held(places, found)], self._best(unit, k, later)])

    def _best(self, unit: Products, k: int, places: Numbers) -> Numbers:
        """The ``k`` best of ``places``, and all that may be as good as the last of them."""
        if k >= len(places):
            return places
        query = fast_products(unit)
        margin = 2 * (query.error + _ROUNDING)
        if self._is_dense(places):
            allowed = np.zeros(len(self.slots), dtype=np.bool_)
            allowed[places] = True
            return self.rows.best(self._all_cosines(query), k, margin, allowed)
        scores = self._gathered_scores(query, places)
        return np.compress(scores >= nth_best(scores, k) - margin, places)

    def _all_cosines(self, query: RowProducts) -> Products:
        products = products_of(query, self.codes)
        products *= self.scales
        return products

    def _gathered_scores(self, query: RowProducts, places: Numbers) -> Products:
        """The scores of ``places``, worked out some at a time."""
        ends = np.cumsum(self.counts[places])
        cuts = np.arange(_GATHERED_ROWS, ends[-1] if len(ends) else 0, _GATHERED_ROWS)
        scores = [np.empty(0, np.float32)]
        for some in np.split(places, np.searchsorted(ends, cuts, side="right")):
            own, rows = self.rows.of(some)
            products = products_of(query, self.codes[rows])
            products *= self.scales[rows]
            scores.append(own.scores(products))
        return np.concatenate(scores)


def _held(places: Numbers, found: Numbers) -> Mask:
    """Which of ``found`` are among ``places``, ascending."""
    at = np.minimum(np.searchsorted(places, found), len(places) - 1)
    return np.asarray(places[at] == found)
