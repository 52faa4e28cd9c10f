"""Clocks and percentiles of the measurements."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

PERCENTILES = (50, 95, 99)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that ``share`` percent of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def summary(times: Sequence[float]) -> dict[str, float]:
    """Milliseconds by percentile, and how many were timed."""
    return {f"p{share}": 1000 * percentile(times, share) for share in PERCENTILES} | {
        "count": len(times)
    }


def timed(work: Callable[[], object], *, most: int, most_s: float, fewest: int = 20) -> list[float]:
    """Times of a call in a row: ``most`` of them, fewer where they take longer than ``most_s``."""
    times: list[float] = []
    end = time.perf_counter() + most_s
    while len(times) < most and (len(times) < fewest or time.perf_counter() < end):
        times.append(seconds(work))
    return times


class Stages:
    """Time spent in the parts of a base, each moment counted for the innermost part at work."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._local = threading.local()
        self._lock = threading.Lock()

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        """Count the block for ``stage``, less what it counts for others."""
        outer: list[float] = getattr(self._local, "inner", None) or []
        self._local.inner = inner = [0.0]
        started = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - started
            self._local.inner = outer
            if outer:
                outer[0] += took
            with self._lock:
                self.seconds[stage] = self.seconds.get(stage, 0.0) + took - inner[0]

    def watching(self, watched: Any, stage: str) -> Any:
        """The same object, the time in whose calls is counted."""
        return _Watched(watched, self, stage)


class _Watched:
    """Passes everything on; blocks of context managers are not counted, entry and exit are."""

    def __init__(self, watched: Any, stages: Stages, stage: str) -> None:
        self._watched = watched
        self._stages = stages
        self._stage = stage

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._watched, name)
        return self._wrapped(found) if callable(found) else found

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._wrapped(self._watched)(*given, **named)

    def _wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **named: Any) -> Any:
            with self._stages.at(self._stage):
                result = call(*given, **named)
            return self._block(result) if hasattr(result, "__enter__") else result

        return counted

    @contextmanager
    def _block(self, block: Any) -> Iterator[Any]:
        with self._stages.at(self._stage):
            entered = block.__enter__()
        watched = (
            entered
            if entered is None or isinstance(entered, (int, str, bool))
            else self._stages.watching(entered, self._stage)
        )
        try:
            yield watched
        except BaseException as error:
            with self._stages.at(self._stage):
                swallowed = block.__exit__(type(error), error, error.__traceback__)
            if not swallowed:
                raise
        else:
            with self._stages.at(self._stage):
                block.__exit__(None, None, None)
