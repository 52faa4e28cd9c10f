"""A passage in the stored text of its pages, and long texts shown in parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.model import Span
from kb.privacy import uncut
from kb.quotes import Sheet, Way, find_over_pages, sheet_of_text
from kb.source import Quote
from kb.spans import merged

_OPENING = re.compile(r"(?:[^\w\s•]|[«“‘„] )*$")
_CLOSING = re.compile(r"(?:[^\w\s]| [»!?;:%€])*")
PART_LENGTH = 30_000
"""Characters from which a text without pages is shown in parts."""


def spans_of(quote: Quote, texts: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """Where a text stands in those of its pages, one tuple a page; all empty where unknown."""
    sheets = [sheet_of_text(text) for text in texts]
    ways = find_over_pages(quote.text, sheets, quote.before, quote.after)
    if ways is None:
        return tuple(() for _ in texts)
    return tuple(map(_spans, ways, sheets, texts))


def _spans(way: Way, sheet: Sheet, text: str) -> tuple[Span, ...]:
    spans = []
    for piece in way:
        places = sheet.runs[piece.run].places
        start, end = places[piece.start], places[piece.end - 1] + 1
        spans.append(_with_marks(text, start, end))
    return tuple(merged(spans, len(text)))


def _with_marks(text: str, start: int, end: int) -> Span:
    """A stretch of text with the marks that open and close it, spaced or not."""
    opening, closing = _OPENING.search(text[max(start - 20, 0) : start]), _CLOSING.match(text, end)
    return Span(
        start - len(opening.group()) if opening else start, closing.end() if closing else end
    )


def parts_of(text: str) -> list[Span]:
    """A long text cut between lines, into parts of a length that a page can show.

    Where a line alone is longer it is cut between words; a contact never is.
    """
    parts = []
    start = 0
    while len(text) - start > PART_LENGTH:
        window = text[start : start + PART_LENGTH]
        cut = start + (window.rfind("\n") + 1 or window.rfind(" ") + 1 or PART_LENGTH)
        parts.append(Span(start, cut))
        start = cut
    parts.append(Span(start, len(text)))
    return uncut(text, parts)


def within(spans: Sequence[Span], part: Span) -> tuple[Span, ...]:
    """What of these spans lies in a part of the text, counted from its start."""
    moved = [Span(span.start - part.start, span.end - part.start) for span in spans]
    return tuple(merged(moved, part.end - part.start))
