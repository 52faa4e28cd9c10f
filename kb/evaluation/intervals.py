"""How far a mean over queries can be trusted: bootstrap intervals.

Sakai, « Evaluating evaluation metrics based on the bootstrap », SIGIR 2006:
queries are drawn again with replacement, and the mean is taken of every draw.
Two systems are compared by their differences query by query, so that what makes
a query hard for both does not blur what sets them apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

RESAMPLES = 1000
CONFIDENCE = 0.95
SEED = 20_200
"""The same queries give the same interval."""
_BATCH = 100
"""Draws held in memory at once."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over queries with its interval."""

    mean: float
    low: float
    high: float

    def record(self) -> dict[str, float]:
        """The same as JSON values, to four decimals."""
        return {
            "mean": round(self.mean, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


def estimate(values: npt.NDArray[np.float64]) -> Estimate | None:
    """The mean of ``values`` (shape (n,)) with its 95 % percentile interval.

    None for fewer than two values, which tell nothing of how they spread.
    """
    if len(values) < 2:
        return None
    from scipy.stats import bootstrap

    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        batch=_BATCH,
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    return Estimate(float(values.mean()), float(found.low), float(found.high))


def difference(values: npt.NDArray[np.float64], others: npt.NDArray[np.float64]) -> Estimate | None:
    """How much the first system's scores exceed the second's on the same queries."""
    return estimate(values - others)
