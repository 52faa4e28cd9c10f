"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request, url_for

from web import parameters

MAX_PAGE = 10_000
"""Of addresses that someone may write."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list, and where they stand in it."""

    rows: Sequence[T]
    total: int
    number: int
    """From 1; it may lie beyond the last, and is empty then."""
    count: int
    """How many pages there are, one at least."""

    @property
    def previous(self) -> str:
        """Address of the page before; empty for the first."""
        return _address(min(self.number - 1, self.count)) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """Address of the page after; empty for the last."""
        return _address(self.number + 1) if self.number < self.count else ""


def page_asked() -> int:
    """The page that the request asks for; raises ``InvalidQuery`` where that is no number."""
    return parameters.read_integer(request.args, "page", 1, 1, MAX_PAGE)


def page_of(rows: Sequence[T], size: int) -> Page[T]:
    """The page of ``rows`` that the request asks for, of ``size`` rows; raises as above."""
    number = page_asked()
    start = (number - 1) * size
    return Page(rows[start : start + size], len(rows), number, max(1, -(-len(rows) // size)))


def _address(number: int) -> str:
    """The address of this very list at another page."""
    arguments = {**(request.view_args or {}), **({"page": number} if number > 1 else {})}
    return url_for(str(request.endpoint), **arguments)
