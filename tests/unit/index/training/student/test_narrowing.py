"""The axes along which texts differ most."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.training.sources import Pair
from index.training.student.narrowing import main_axes, share_kept, texts_of_all


def drawn(rows: int, dim: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, dim)).astype(np.float32)


@given(st.integers(1, 6), st.integers(0, 1000))
def test_axes_are_at_right_angles_and_of_length_one(kept: int, seed: int) -> None:
    axes = main_axes(drawn(20, 6, seed), kept)
    assert axes.shape == (6, kept)
    assert axes.T @ axes == pytest.approx(np.eye(kept), abs=1e-5)


def test_rows_that_lie_in_a_plane_are_told_by_two_axes() -> None:
    rows = drawn(30, 2) @ drawn(2, 8, seed=1)
    axes = main_axes(rows, 2)
    told = rows @ axes
    assert told @ told.T == pytest.approx(rows @ rows.T, abs=1e-4)
    assert share_kept(rows, axes) == pytest.approx(1.0, abs=1e-6)


def test_the_longest_direction_comes_first() -> None:
    rows = drawn(200, 3) * np.array([1.0, 5.0, 2.0], np.float32)
    axes = main_axes(rows, 3)
    assert np.abs(axes).argmax(axis=0).tolist() == [1, 2, 0]
    shares = [share_kept(rows, axes[:, :kept]) for kept in (1, 2, 3)]
    assert shares == sorted(shares)
    assert shares[0] > 0.7


@pytest.mark.parametrize("kept", [0, -1, 4])
def test_more_axes_than_numbers_or_none_are_refused(kept: int) -> None:
    with pytest.raises(ValueError, match="axes of 3 numbers"):
        main_axes(drawn(5, 3), kept)


def test_each_source_gives_its_texts_once_and_at_most_so_many() -> None:
    pairs = {
        "few": [Pair("a", "b"), Pair("a", "c")],
        "many": [Pair(f"q{number}", f"p{number}") for number in range(50)],
    }
    found = texts_of_all(pairs, 10, seed=3)
    assert sorted(found[:3]) == ["a", "b", "c"]
    assert len(found) == len(set(found)) == 13
    assert found == texts_of_all(pairs, 10, seed=3)
    assert found != texts_of_all(pairs, 10, seed=4)
