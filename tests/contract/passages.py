"""Builds passages and vectors in one line, as tests want them."""

from __future__ import annotations

import numpy as np

from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm
from kb.ports import Vectors


def passage(key: int, text: str, **facets: str | tuple[str, ...]) -> IndexedPassage:
    """A passage whose words are those of ``text``, each also a term ``s:word``."""
    words = text.split()
    return IndexedPassage(
        key=key,
        terms=tuple(f"s:{word}" for word in words),
        words=tuple(dict.fromkeys(words)),
        facets=Filter(
            **{name: (v,) if isinstance(v, str) else v for name, v in facets.items()},
        ),
    )


def terms(text: str) -> list[QueryTerm]:
    """The terms of ``text``, each of weight 1."""
    return [QueryTerm(f"s:{word}", 1.0) for word in text.split()]


def vectors(*rows: tuple[float, ...]) -> Vectors:
    """These rows, brought to length 1 (zero rows stay)."""
    matrix = np.array(rows, dtype=np.float64)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(norms == 0, 1, norms), dtype=np.float32)


def alike(count: int, dim: int = 3) -> Vectors:
    """``count`` times the same vector, for tests that look at terms only."""
    return vectors(*[(1.0,) + (0.0,) * (dim - 1)] * count)


def keys_of(hits: list[EngineHit]) -> list[int]:
    """The keys, best first."""
    return [hit.key for hit in hits]
