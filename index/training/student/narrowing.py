"""Fewer numbers a vector: both models told by the axes along which texts differ most."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import numpy as np

from index.training.sources import Pair
from kb.ports import Vectors


def main_axes(rows: Vectors, kept: int) -> Vectors:
    """The ``kept`` directions that hold most of ``rows``: shape (dim, kept), orthonormal.

    No other so many change the products of these rows less (C. Eckart, G. Young, The
    approximation of one matrix by another of lower rank, Psychometrika 1(3), 1936). Nothing is
    centred: products are what searches compare, not distances from a mean. Raises ValueError
    for more than ``dim``.
    """
    if not 0 < kept <= rows.shape[1]:
        raise ValueError(f"{kept} axes of {rows.shape[1]} numbers")
    exact = rows.astype(np.float64)
    _, axes = np.linalg.eigh(exact.T @ exact)  # the largest last
    return np.ascontiguousarray(axes[:, ::-1][:, :kept], dtype=np.float32)


def share_kept(rows: Vectors, axes: Vectors) -> float:
    """How much of the squared length of ``rows`` these axes hold, between 0 and 1."""
    return float(np.square(rows @ axes).sum() / np.square(rows).sum())


def texts_of_all(pairs: Mapping[str, Sequence[Pair]], most: int, seed: int) -> list[str]:
    """Queries and texts of each source, each once, at most so many of a source: large ones
    would else decide alone."""
    drawn: list[str] = []
    for name, each in pairs.items():
        texts = list(dict.fromkeys(text for pair in each for text in (pair.query, pair.positive)))
        drawn += random.Random(f"{seed} {name}").sample(texts, min(most, len(texts)))
    return drawn
