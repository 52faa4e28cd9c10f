"""Bootstrap intervals: what is known of them without drawing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kb.evaluation.intervals import Estimate, difference, estimate


def test_the_interval_is_that_of_the_normal_law_for_many_values() -> None:
    values = np.random.default_rng(5).normal(0.6, 0.2, size=4000)
    found = estimate(values)
    assert found is not None
    half = 1.96 * values.std() / math.sqrt(len(values))
    assert found.mean == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - half, rel=0, abs=half * 0.15)
    assert found.high == pytest.approx(values.mean() + half, rel=0, abs=half * 0.15)


def test_equal_values_leave_no_doubt() -> None:
    assert estimate(np.full(30, 0.25)) == Estimate(0.25, 0.25, 0.25)


def test_the_same_values_give_the_same_interval() -> None:
    values = np.random.default_rng(6).random(40)
    assert estimate(values) == estimate(values.copy())


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_values_give_none(count: int) -> None:
    assert estimate(np.ones(count)) is None


def test_a_paired_difference_is_surer_than_either_mean() -> None:
    hard = np.random.default_rng(7).random(200)
    gain, mean = difference(hard + 0.1, hard), estimate(hard)
    assert gain is not None and mean is not None
    assert gain.mean == pytest.approx(0.1)
    assert gain.high - gain.low < 1e-9 < mean.high - mean.low


def test_records_hold_four_decimals() -> None:
    assert Estimate(0.123456, 0.1, 0.2).record() == {"mean": 0.1235, "low": 0.1, "high": 0.2}
