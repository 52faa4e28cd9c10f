"""Best-first selection that every search of this package shares."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from kb.model import EngineHit

Keys = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]
Score = TypeVar("Score", np.float32, np.float64)


def nth_best(scores: npt.NDArray[Score], n: int) -> Score:
    """The ``n``-th highest of ``scores``, from 1; there are as many at least."""
    found: Score = np.partition(scores, len(scores) - n)[len(scores) - n]
    return found


def best_hits(keys: Keys, scores: Scores, k: int, decimals: int) -> list[EngineHit]:
    """The ``k`` highest scores, best first, ties broken by ascending key.

    Scores are rounded to ``decimals`` before they are compared: equal texts give
    scores that differ in their last bits according to the order of the sums,
    and such dust must not decide a rank.
    """
    if k <= 0 or len(keys) == 0:
        return []
    rounded = np.round(scores, decimals)
    if k < len(keys):
        # Keep everything that equals the k-th score, so that the tie is settled
        # by key and not by the partition's whim.
        kept = rounded >= nth_best(rounded, k)
        keys, rounded = keys[kept], rounded[kept]
    order = np.lexsort((keys, -rounded))[:k]
    return list(map(EngineHit, keys[order].tolist(), rounded[order].tolist()))
