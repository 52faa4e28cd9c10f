"""From the cosines of rows to the scores of passages.

A passage scores the mean of two cosines: that of the passage as a whole (its first
row) and the highest of its sentences (the other rows); the first alone where it has
no sentences. The whole says what the passage is about, the sentence that it answers.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]
Products = npt.NDArray[np.float32]


def passage_scores(products: Products, starts: Numbers, counts: Numbers) -> Products:
    """The score of each passage, -1 to 1; overwrites ``products``.

    ``products`` are the cosines of rows with the query; passage ``i`` has ``counts[i]`` of them,
    one at least, from ``starts[i]`` on, and no row lies between two passages.
    """
    if len(starts) == 0:
        return np.empty(0, dtype=np.float32)
    whole = products[starts]
    # A passage with sentences leaves its first row out of their maximum; one without
    # keeps it, and its mean is then that row's cosine.
    products[starts[counts > 1]] = -np.inf
    return np.asarray((whole + np.maximum.reduceat(products, starts)) / 2, dtype=np.float32)
