"""What is made of short texts that come back, kept for when they do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Remembered(dict[str, T]):
    """What ``make`` gives for a text, by the text: ``remembered[text]``.

    A dictionary that fills itself, for it is asked millions of times and ``lru_cache`` takes
    longer. Once it holds ``most`` texts it begins anew, and those that come back are taken
    over from before: at most twice as many are in memory, and what comes often is made once.
    What ``make`` raises is raised, and nothing kept. Threads may share it.
    """

    def __init__(self, make: Callable[[str], T], most: int, longest: int) -> None:
        """Texts of more than ``longest`` characters are not kept."""
        super().__init__()
        self._make = make
        self._most = most
        self._longest = longest
        self._before: dict[str, T] = {}

    def __missing__(self, text: str) -> T:
        before = self._before  # another thread may begin anew meanwhile
        made = before[text] if text in before else self._make(text)
        if len(text) <= self._longest:
            if len(self) >= self._most:
                self._before = dict(self)
                self.clear()
            self[text] = made
        return made
