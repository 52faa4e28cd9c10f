"""Percentiles, and time counted for the part at work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.benchmarks import timing
from tests.benchmarks.timing import Stages, percentile, summary, timed


class Clock:
    """Stands still but for what is added."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(timing.time, "perf_counter", lambda: self.now)

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, share) for share in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([3.0], 50) == 3.0


def test_a_summary_is_in_milliseconds() -> None:
    assert summary([0.001] * 98 + [0.5, 1.0]) == {
        "p50": 1.0,
        "p95": 1.0,
        "p99": 500.0,
        "count": 100,
    }


def test_calls_are_timed_until_there_are_enough_or_it_takes_too_long(clock: Clock) -> None:
    assert timed(lambda: clock.pass_by(1), most=3, most_s=100, fewest=2) == [1.0, 1.0, 1.0]
    assert len(timed(lambda: clock.pass_by(1), most=50, most_s=5, fewest=2)) == 5
    assert len(timed(lambda: clock.pass_by(1), most=50, most_s=0.5, fewest=2)) == 2


def test_time_counts_for_the_innermost_stage(clock: Clock) -> None:
    stages = Stages()
    with stages.at("outer"):
        clock.pass_by(1)
        with stages.at("inner"):
            clock.pass_by(10)
        clock.pass_by(2)
        with stages.at("inner"):
            clock.pass_by(20)
    with stages.at("outer"):
        clock.pass_by(100)
    assert stages.seconds == {"outer": 103.0, "inner": 30.0}


def test_time_counts_where_an_error_goes_through(clock: Clock) -> None:
    stages = Stages()
    with pytest.raises(KeyError), stages.at("one"):
        clock.pass_by(4)
        raise KeyError
    assert stages.seconds == {"one": 4.0}


class Store:
    """Something whose calls take time."""

    kind = "store"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def read(self, count: int) -> int:
        self._clock.pass_by(count)
        return count + 1

    @contextmanager
    def change(self) -> Iterator[Store]:
        self._clock.pass_by(1)
        yield self
        self._clock.pass_by(2)


def test_a_watched_object_does_what_it_did(clock: Clock) -> None:
    stages = Stages()
    store = stages.watching(Store(clock), "store")
    assert store.read(5) == 6
    assert store.kind == "store"
    assert stages.seconds == {"store": 5.0}


def test_the_inside_of_a_watched_block_is_not_counted_but_what_it_calls_is(clock: Clock) -> None:
    stages = Stages()
    store = stages.watching(Store(clock), "store")
    with store.change() as change:
        clock.pass_by(100)
        change.read(10)
    assert stages.seconds == {"store": 13.0}


def test_an_error_in_a_watched_block_reaches_the_block_and_its_caller(clock: Clock) -> None:
    store = Stages().watching(Store(clock), "store")
    with pytest.raises(KeyError), store.change():
        raise KeyError
