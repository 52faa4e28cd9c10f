"""Ranges of characters in a text."""

from __future__ import annotations

from collections.abc import Sequence

from kb.model import Span


def merged(spans: Sequence[Span], length: int) -> list[Span]:
    """The spans in order, cut to a text of ``length``, overlaps joined, empty ones left out."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        start, end = max(span.start, 0), min(span.end, length)
        if joined and start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(end, joined[-1].end))
        elif start < end:
            joined.append(Span(start, end))
    return joined
