"""Scores of passages of several rows: the same whichever way the rows are read."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import cosines
from index.cosines import passage_scores
from index.vectors import VectorMatrix

some_counts = st.lists(st.integers(1, 5), min_size=1, max_size=40)


def _matrix(counts: list[int], dim: int = 4) -> VectorMatrix:
    rows = np.random.default_rng(sum(counts)).normal(size=(sum(counts), dim))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    slots = np.repeat(np.arange(len(counts)) * 3, counts)
    return VectorMatrix.of(dim, rows.astype(np.float32), slots)


def _plain_score(matrix: VectorMatrix, unit: np.ndarray, place: int) -> float:
    start, count = int(matrix.starts[place]), int(matrix.counts[place])
    whole, *sentences = [float(row @ unit) for row in matrix.rows[start : start + count]]
    return (whole + max(sentences)) / 2 if sentences else whole


@pytest.mark.parametrize("dense_share", [0.0, 2.0], ids=["all rows read", "rows gathered"])
@pytest.mark.parametrize("gathered_rows", [1, 3, 1000])
@settings(max_examples=25, deadline=None)
@given(some_counts, st.data())
def test_scores_are_those_of_going_through_every_row(
    dense_share: float, gathered_rows: int, counts: list[int], data: st.DataObject
) -> None:
    matrix = _matrix(counts)
    unit = matrix.rows[-1]
    chosen = data.draw(st.lists(st.integers(0, len(counts) - 1), unique=True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cosines, "_DENSE_SHARE", dense_share)
        patch.setattr(cosines, "_GATHERED_ROWS", gathered_rows)
        scores = passage_scores(matrix, unit, np.array(chosen, dtype=np.int64))
    expected = [_plain_score(matrix, unit, place) for place in chosen]
    assert scores.tolist() == pytest.approx(expected, abs=1e-6)


def test_few_places_are_gathered_in_bounded_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    really_score = cosines._scores

    def record(products: np.ndarray, starts: np.ndarray, counts: np.ndarray) -> np.ndarray:
        sizes.append(len(products))
        return really_score(products, starts, counts)

    monkeypatch.setattr(cosines, "_scores", record)
    monkeypatch.setattr(cosines, "_GATHERED_ROWS", 10)
    matrix = _matrix([5] * 100)
    passage_scores(matrix, matrix.rows[0], np.arange(0, 20))
    assert sum(sizes) == 100
    assert max(sizes) <= 10
