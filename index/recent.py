"""A small memory of what was made last, bounded by size."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """Remembers values up to a total size and forgets those unused for longest.

    Threads may share it; two that miss at once both make the value, and the later
    one is kept.
    """

    def __init__(self, capacity: int, size: Callable[[V], int]) -> None:
        """``size`` says how much of ``capacity`` a value takes."""
        self._capacity = capacity
        self._size = size
        self._held: OrderedDict[K, V] = OrderedDict()
        self._total = 0
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of ``key``, made now if it is not remembered."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        value = make()
        with self._lock:
            self._forget(key)
            self._held[key] = value
            self._total += self._size(value)
            while self._total > self._capacity and len(self._held) > 1:
                self._forget(next(iter(self._held)))
        return value

    def _forget(self, key: K) -> None:
        if key in self._held:
            self._total -= self._size(self._held.pop(key))
