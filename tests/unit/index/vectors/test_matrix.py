"""The nearest passages are those that going through every row finds, whatever the way there."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors import matrix, row_products
from index.vectors.matrix import VectorMatrix
from index.vectors.quantised import quantise

some_counts = st.lists(st.integers(1, 5), min_size=1, max_size=40)
DIM = 24


def _units(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def _matrix(counts: list[int]) -> VectorMatrix:
    rows = quantise(_units(sum(counts)))
    slots = np.arange(len(counts)) * 3
    return VectorMatrix(rows.codes, rows.scales, slots, np.array(counts))


def _plain_scores(held: VectorMatrix, unit: np.ndarray) -> np.ndarray:
    scores = []
    for rows in held.vectors(np.arange(len(held.slots))):
        whole, *sentences = [float(row @ unit) for row in rows]
        scores.append((whole + max(sentences)) / 2 if sentences else whole)
    return np.array(scores)


@pytest.mark.parametrize("library", ["numkong", "numpy"])
@pytest.mark.parametrize("dense_share", [0.0, 2.0], ids=["all rows read", "rows gathered"])
@pytest.mark.parametrize("gathered_rows", [1, 3, 1000])
@settings(max_examples=25, deadline=None)
@given(some_counts, st.integers(1, 45), st.data())
def test_the_best_are_those_of_going_through_every_row(
    library: str,
    dense_share: float,
    gathered_rows: int,
    counts: list[int],
    k: int,
    data: st.DataObject,
) -> None:
    held, unit = _matrix(counts), _units(1, seed=9)[0]
    allowed = np.array(
        data.draw(st.lists(st.booleans(), min_size=len(counts), max_size=len(counts)))
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "PLAIN_ROWS", 0)
        patch.setattr(matrix, "_DENSE_SHARE", dense_share)
        patch.setattr(matrix, "_GATHERED_ROWS", gathered_rows)
        if library == "numpy":
            patch.setattr(matrix, "fast_products", row_products.ExactProducts)
        places, scores = held.nearest(unit, k, allowed)
    plain = _plain_scores(held, unit)
    assert scores.tolist() == pytest.approx(plain[places].tolist(), abs=1e-6)
    assert allowed[places].all()
    order = np.flatnonzero(allowed)[np.argsort(-plain[allowed], kind="stable")]
    assert set(order[:k].tolist()) <= set(places.tolist())
    assert len(set(places.tolist())) == len(places)


def test_without_a_mask_every_place_is_allowed() -> None:
    held, unit = _matrix([2, 1, 3]), _units(1, seed=9)[0]
    places, scores = held.nearest(unit, 3)
    assert sorted(places.tolist()) == [0, 1, 2]
    assert scores.tolist() == pytest.approx(_plain_scores(held, unit)[places].tolist(), abs=1e-6)


@pytest.mark.parametrize("k", [0, -1])
def test_no_hit_that_nobody_asked_for(k: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "PLAIN_ROWS", 0)
    places, scores = _matrix([2, 1, 3]).nearest(_units(1)[0], k)
    assert (len(places), len(scores)) == (0, 0)


def test_all_that_tie_with_the_last_come_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "PLAIN_ROWS", 0)
    rows = quantise(np.repeat(_units(1), 50, axis=0))
    held = VectorMatrix(rows.codes, rows.scales, np.arange(50), np.ones(50, dtype=np.int64))
    places, scores = held.nearest(_units(1, seed=4)[0], 3)
    assert sorted(places.tolist()) == list(range(50))
    assert len(set(scores.tolist())) == 1


def test_few_places_are_gathered_in_bounded_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Recording(row_products.ExactProducts):
        def into(self, products: np.ndarray, codes: np.ndarray) -> None:
            sizes.append(len(codes))
            super().into(products, codes)

    monkeypatch.setattr(matrix, "_GATHERED_ROWS", 10)
    held = _matrix([5] * 101)
    held.scores(Recording(_units(1)[0]), np.arange(0, 20))
    assert sum(sizes) == 100
    assert max(sizes) <= 10


def test_rows_of_places_that_a_filter_drops_are_not_multiplied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    multiplied: list[int] = []

    class Recording(row_products.ExactProducts):
        def into(self, products: np.ndarray, codes: np.ndarray) -> None:
            multiplied.append(len(codes))
            super().into(products, codes)

    monkeypatch.setattr(matrix, "fast_products", Recording)
    monkeypatch.setattr(matrix, "ExactProducts", Recording)
    held = _matrix([2] * 1000)
    allowed = np.zeros(1000, dtype=np.bool_)
    allowed[[3, 500, 999]] = True
    places, _ = held.nearest(_units(1)[0], 5, allowed)
    assert places.tolist() == [3, 500, 999]
    assert multiplied == [6]


def test_vectors_come_back_by_place() -> None:
    held = _matrix([2, 1, 3])
    third, first = held.vectors(np.array([2, 0]))
    assert np.abs(third - _units(6)[3:]).max() < 0.01
    assert np.abs(first - _units(6)[:2]).max() < 0.01
    assert third.dtype == np.float32


def test_slots_have_places() -> None:
    held = _matrix([1, 1, 1])
    assert held.places_of(np.array([6, 0, 4, -1, 99])).tolist() == [2, 0, -1, -1, -1]
