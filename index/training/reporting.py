"""How a training tells where it is; the command line shows it, tests leave it out."""

from __future__ import annotations

from typing import Protocol


class Reporter(Protocol):
    """Hears of progress. Texts are French, for the person who waits."""

    def stage(self, text: str) -> None:
        """A step begins or has ended."""

    def step(self, done: int, total: int, text: str) -> None:
        """``done`` of ``total`` of the step at hand; ``text`` may be empty."""


class Silent:
    """Tells nobody."""

    def stage(self, text: str) -> None:
        """See ``Reporter.stage``."""

    def step(self, done: int, total: int, text: str) -> None:
        """See ``Reporter.step``."""
