"""A narrow box beside running text: what it is, and where the text lets it in."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from statistics import median

from ingest.readers.pdf_lines import Row, Segment

_NARROW = 0.6
"""Share of the other side's width below which a side is a box beside running text."""
_RUNNING_TEXT = 16.0
"""Ems; running text beside a box is at least as wide."""
_ATTACHED = 2.0
"""Ems between baselines up to which two rows belong together."""
_SECTION_GAP = 1.6
"""Ems above a heading that is in no larger print than the text."""
_LARGER = 1.15
_TITLE = 1.3
"""Times the size of the text from which a row is a title."""
_ENDS_A_SENTENCE = re.compile(r"[.!?:;…»”)]$")

Span = tuple[float, float]


def cover(covered: list[Span], row: Row) -> list[Span]:
    """The parts of the page's width that rows fill, this one added."""
    merged: list[Span] = []
    for left, right in sorted([*covered, *((segment.x, segment.right) for segment in row)]):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def gutters(covered: list[Span], size: float) -> list[Span]:
    """The blanks between the parts of the width that rows fill, in text of this size."""
    return [
        (left[1], right[0])
        for left, right in itertools.pairwise(covered)
        if right[0] - left[1] > 0.7 * size
    ]


def breadth(rows: Sequence[Row]) -> float:
    """Points from the left edge of some rows to their right edge."""
    segments = [segment for row in rows for segment in row]
    return max(segment.right for segment in segments) - min(segment.x for segment in segments)


def is_aside(box: Sequence[Row], text: Sequence[Row]) -> bool:
    """Is one side a narrow box beside the running text of the other?"""
    if not box or not text:
        return False
    covered: list[Span] = []
    for row in text:
        covered = cover(covered, row)
    size = _size(text)
    width = breadth(text)
    return (
        width >= _RUNNING_TEXT * size
        and breadth(box) <= _NARROW * width
        and not gutters(covered, size)
    )


def is_attached(above: Segment, here: Segment) -> bool:
    """Does a row stand close below another, in no larger print?"""
    return here.y - above.y <= _ATTACHED * here.size and here.size <= _LARGER * above.size


def begins_section(above: Segment, here: Segment) -> bool:
    """Is it a heading: in larger print, or set apart and bold or in capitals?"""
    if here.size > _LARGER * above.size:
        return True
    stands_out = (here.bold and not above.bold) or (
        here.text.isupper() and not above.text.isupper()
    )
    return stands_out and here.y - above.y > _SECTION_GAP * here.size


def goes_on_below(text: Sequence[Row], box: Sequence[Row], below: Row) -> bool:
    """Does running text beside a box go on below the box, in its whole width maybe?"""
    last = text[-1][-1]
    return (
        last.y >= box[-1][-1].y - _ATTACHED * last.size
        and is_attached(last, below[0])
        and not begins_section(last, below[0])
    )


def begins_with_title(box: Sequence[Row], text: Sequence[Row]) -> bool:
    """Does a box begin in larger print than all of the text beside it?"""
    return box[0][0].size > _LARGER * max(segment.size for row in text for segment in row)


def room_for_box(text: Sequence[Row], box: Sequence[Row]) -> int:
    """How many rows of a text to read before the box beside it.

    All of them, or where its last sentence goes on elsewhere (on the next page)
    those above its last heading, or else its title.
    """
    if _ENDS_A_SENTENCE.search(text[-1][-1].text):
        return len(text)
    title = _title_length(text, box)
    return max(title, last_section(text, _TITLE * _size(text)))


def last_section(rows: Sequence[Row], largest: float) -> int:
    """Where the last heading among some rows stands, no larger than ``largest``; else 0."""
    for place in range(len(rows) - 1, 0, -1):
        here = rows[place][0]
        if here.size <= largest and begins_section(rows[place - 1][-1], here):
            return place
    return 0


def _title_length(text: Sequence[Row], box: Sequence[Row]) -> int:
    """How many rows at the start of a text are larger than it, and than the box beside it."""
    least = max(_TITLE * _size(text), max(segment.size for row in box for segment in row))
    return sum(1 for _ in itertools.takewhile(lambda row: row[0].size >= least, text))


def _size(text: Sequence[Row]) -> float:
    return median(segment.size for row in text for segment in row)
