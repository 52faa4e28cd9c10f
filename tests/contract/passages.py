"""Builds passages and vectors in one line, as tests want them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm
from kb.ports import Vectors


def passage(key: int, text: str, **facets: str | tuple[str, ...]) -> IndexedPassage:
    """A passage whose words are those of ``text``, each also a term ``s:word``."""
    words = text.split()
    return IndexedPassage(
        key=key,
        terms=" ".join(f"s:{word}" for word in words),
        words=" ".join(dict.fromkeys(words)),
        facets=Filter(
            **{name: (v,) if isinstance(v, str) else v for name, v in facets.items()},
        ),
    )


def terms(text: str) -> list[QueryTerm]:
    """The terms of ``text``, each of weight 1."""
    return [QueryTerm(f"s:{word}", 1.0) for word in text.split()]


COSINE_ERROR = 3e-3
"""How far a score may be from the cosine of what was written: engines may keep rows as bytes.

Over real texts and the bundled models the largest error is .0028.
"""
Row = tuple[float, ...]


def vectors(*passages: Row | list[Row]) -> list[Vectors]:
    """The rows of each passage, one or several, brought to length 1 (zero rows stay)."""
    return [_units(each if isinstance(each, list) else [each]) for each in passages]


def alike(count: int, dim: int = 3, rows: int = 1) -> list[Vectors]:
    """The same row, ``rows`` times for each of ``count`` passages: for tests of other things."""
    return vectors(*[[(1.0,) + (0.0,) * (dim - 1)] * rows] * count)


def ahead(dim: int = 3) -> npt.NDArray[np.float32]:
    """The query to which passages of ``alike`` are nearest."""
    return alike(1, dim)[0][0]


def _units(rows: list[Row]) -> Vectors:
    matrix = np.array(rows, dtype=np.float64)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms == 0, 1, norms), dtype=np.float32)


def keys_of(hits: list[EngineHit]) -> list[int]:
    """The keys, best first."""
    return [hit.key for hit in hits]
