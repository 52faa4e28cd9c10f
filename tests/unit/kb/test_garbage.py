"""How often Python looks for garbage: less where that is said, then as before."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from kb.garbage import look_every, looked_for_every


@pytest.fixture(autouse=True)
def thresholds() -> Iterator[tuple[int, int, int]]:
    """Those from before the test, put back after it."""
    before = gc.get_threshold()
    yield before
    gc.set_threshold(*before)


def test_only_how_often_it_looks_changes(thresholds: tuple[int, int, int]) -> None:
    look_every(12_345)
    assert gc.get_threshold() == (12_345, *thresholds[1:])
    assert gc.isenabled()


def test_after_a_block_it_is_as_before_whatever_happens(thresholds: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="broken off"), looked_for_every(12_345):
        assert gc.get_threshold()[0] == 12_345
        raise ValueError("broken off")
    assert gc.get_threshold() == thresholds
