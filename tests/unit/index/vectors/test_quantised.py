"""One byte a dimension: near what it was made of, and the same when it is made again."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from index.vectors.quantised import LARGEST, quantise

numbers = st.floats(-1.0, 1.0, width=32).map(lambda one: 0.0 if abs(one) < 1e-6 else one)
some_rows = arrays(np.float32, array_shapes(min_dims=2, max_dims=2, max_side=40), elements=numbers)


def _units(count: int, dim: int) -> np.ndarray:
    rows = np.random.default_rng(dim).normal(size=(count, dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@settings(max_examples=300, deadline=None)
@given(some_rows)
def test_rows_that_are_read_back_give_the_same_bytes(rows: np.ndarray) -> None:
    first = quantise(rows)
    again = quantise(first.float32())
    assert again.codes.tobytes() == first.codes.tobytes()
    assert again.scales.tobytes() == first.scales.tobytes()


@settings(max_examples=300, deadline=None)
@given(some_rows)
def test_each_number_is_off_by_one_step_at_most_and_each_length_stays(rows: np.ndarray) -> None:
    back = quantise(rows).float32()
    steps = np.abs(rows).max(axis=1, keepdims=True) / LARGEST
    # Half a step by rounding; the other half for the scale, which keeps the length instead.
    assert (np.abs(back - rows) <= steps * (0.51 + np.sqrt(rows.shape[1]) / 2)).all()
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    assert np.allclose(np.linalg.norm(back.astype(np.float64), axis=1), lengths, rtol=1e-5)


def test_cosines_stay_within_a_few_thousandths() -> None:
    rows, queries = _units(2_000, 384), _units(20, 384)[:, ::-1]
    errors = np.abs(quantise(rows).float32() @ queries.T - rows @ queries.T)
    assert errors.max() < 0.003
    assert errors.mean() < 0.0006


def test_the_largest_number_uses_the_whole_byte_and_both_signs_alike() -> None:
    codes = quantise(np.array([[0.5, -0.25, 0.0], [-0.3, 0.3, 0.1]], dtype=np.float32)).codes
    assert codes.tolist() == [[127, -64, 0], [-127, 127, 42]]


def test_a_row_of_zeros_stays_one() -> None:
    rows = quantise(np.zeros((2, 3), dtype=np.float32))
    assert (rows.codes.tolist(), rows.scales.tolist()) == ([[0, 0, 0]] * 2, [0.0, 0.0])


def test_no_rows_give_none() -> None:
    assert quantise(np.empty((0, 4), dtype=np.float32)).codes.shape == (0, 4)
