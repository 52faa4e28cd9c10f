"""How near passages of several rows are to a query.

A passage scores the mean of two cosines: that of the passage as a whole (its first
row) and the highest of its sentences (the other rows); the first alone where it has
no sentences. The whole says what the passage is about, the sentence that it answers.

Rows are multiplied one by one (``vecdot``), not as a matrix: memory is what limits
either, but a matrix product waits for threads that a busy server gives late (12 ms
instead of 0.2 at 7,000 rows), and rounds equal rows differently by their place.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from index.vectors import VectorMatrix
from kb.ports import Vectors

_GATHERED_ROWS = 16_384
"""Rows copied out of the matrix at once, so that memory stays bounded."""
_DENSE_SHARE = 0.25
"""Share of the rows from which reading all of them costs less than gathering some."""

Numbers = npt.NDArray[np.int64]
Products = npt.NDArray[np.float32]


def passage_scores(
    matrix: VectorMatrix, unit: npt.NDArray[np.float32], places: Numbers
) -> npt.NDArray[np.float64]:
    """The score of each of ``places``, -1 to 1; exact.

    ``unit`` is the query, of length 1 and shape (dim,).
    """
    wanted = int(matrix.counts[places].sum())
    if wanted >= _DENSE_SHARE * len(matrix.rows):
        scores = _scores(np.vecdot(matrix.rows, unit), matrix.starts, matrix.counts)[places]
    else:
        scores = np.concatenate(
            [np.empty(0, np.float32), *_gathered_scores(matrix, unit, places, wanted)]
        )
    return scores.astype(np.float64)


def _gathered_scores(
    matrix: VectorMatrix, unit: Vectors, places: Numbers, wanted: int
) -> Iterator[Products]:
    """The scores of ``places``, some of them at a time; ``wanted`` is their number of rows."""
    ends = np.cumsum(matrix.counts[places])
    cuts = np.searchsorted(ends, np.arange(_GATHERED_ROWS, wanted, _GATHERED_ROWS), "right")
    for some in np.split(places, cuts):
        counts = matrix.counts[some]
        starts = np.cumsum(counts) - counts
        rows = np.repeat(matrix.starts[some] - starts, counts) + np.arange(counts.sum())
        yield _scores(np.vecdot(matrix.rows[rows], unit), starts, counts)


def _scores(products: Products, starts: Numbers, counts: Numbers) -> Products:
    """From the cosines of rows to the scores of passages; overwrites ``products``."""
    if len(starts) == 0:
        return np.empty(0, dtype=np.float32)
    whole = products[starts]
    # A passage with sentences leaves its first row out of their maximum; one without
    # keeps it, and its mean is then that row's cosine.
    products[starts[counts > 1]] = -np.inf
    return np.asarray((whole + np.maximum.reduceat(products, starts)) / 2, dtype=np.float32)
