"""Columns that stand side by side in a text file, as ``pdftotext -layout`` leaves them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

_BLANK = re.compile(r" {3,}")
_NARROWEST = 20
"""Characters of the left column, the gutter with it."""
_FEWEST_ROWS = 6
"""Lines with text on both sides."""
_KEPT_SHARE = 0.6
"""Share of the long lines that must keep the gutter, and of right sides that begin at it."""
_FEWEST_WORDS = 3.0
_FEWEST_CHARACTERS = 18.0
"""On average, a side of a line of running text; shorter ones are labels or values."""
_MOST_COLUMNS = 3
_DRIFT = 2
"""Characters by which a line may miss the place where the right side begins."""
_FACT = re.compile(r"\w[^:]{0,40} : ?\S")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line cut at the gutter."""

    left: str
    right: str
    start: int
    """Where the right side begins; 0 where there is none."""


def unfold_columns(lines: Sequence[str], columns: int = _MOST_COLUMNS) -> list[str]:
    """The lines of a page with columns one below the other, the left one first.

    Where it is unsure that there are columns, the lines as they are.
    """
    page = [line.expandtabs() if "\t" in line else line for line in lines]
    gutter = _gutter(page)
    if columns < 2 or gutter is None:
        return list(lines)
    rows = [_cut(line, gutter) for line in page]
    if not _is_believable(rows, gutter):
        return list(lines)
    unfolded: list[str] = []
    place = 0
    while place < len(rows):
        end = _end_of_zone(rows, place)
        zone = [row for row in rows[place:end] if row is not None]
        if zone:
            unfolded += unfold_columns([row.left for row in zone], columns - 1)
            unfolded += ["", *unfold_columns([row.right for row in zone], columns - 1), ""]
        else:
            unfolded.append(lines[place])
        place = max(end, place + 1)
    return unfolded


def _gutter(page: Sequence[str]) -> int | None:
    """Where most right sides begin."""
    starts = Counter(
        blank.end()
        for line in page
        if "   " in line
        for blank in _BLANK.finditer(line.rstrip())
        if blank.end() >= _NARROWEST
    )
    return starts.most_common(1)[0][0] if starts else None


def _cut(line: str, gutter: int) -> _Row | None:
    """The two sides of a line; None where its text crosses the gutter."""
    line = line.rstrip()
    if len(line) <= gutter - _DRIFT:
        return _Row(line, "", 0)
    for blank in re.finditer(r" {2,}", line):
        if blank.start() <= gutter - _DRIFT and blank.end() >= gutter - _DRIFT:
            right = " " * max(blank.end() - gutter, 0) + line[blank.end() :]
            return _Row(line[: blank.start()], right, blank.end())
    return None


def _is_believable(rows: Sequence[_Row | None], gutter: int) -> bool:
    """Is there running text on both sides of a gutter that most long lines keep?"""
    right = [row for row in rows if row is not None and row.right]
    both = [row for row in right if row.left.strip()]
    crossing = sum(row is None for row in rows)
    at_gutter = sum(abs(row.start - gutter) <= _DRIFT for row in right)
    return (
        len(both) >= _FEWEST_ROWS
        and len(right) >= _KEPT_SHARE * (len(right) + crossing)
        and at_gutter >= _KEPT_SHARE * len(right)
        and _is_text([row.left for row in both])
        and _is_text([row.right for row in both])
    )


def _is_text(sides: Sequence[str]) -> bool:
    return (
        mean(len(side.split()) for side in sides) >= _FEWEST_WORDS
        and mean(len(side.strip()) for side in sides) >= _FEWEST_CHARACTERS
    )


def _end_of_zone(rows: Sequence[_Row | None], start: int) -> int:
    """Where columns end that begin at this line; the same place where none do.

    The left one may go on below the right one, up to a wide blank or a fact of the
    kind « Commune : Brest ».
    """
    first = rows[start]
    if first is None or not first.right:
        return start
    last = start
    for place in range(start, len(rows)):
        row = rows[place]
        if row is None:
            break
        if row.right:
            last = place
    end = last + 1
    while end < len(rows) and _goes_on(rows, end):
        end += 1
    return end


def _goes_on(rows: Sequence[_Row | None], place: int) -> bool:
    """Does the left column go on with this line, the right one having ended?"""
    row = rows[place]
    if row is None or _FACT.match(row.left.strip()):
        return False
    if row.left.strip():
        return True
    below = rows[place + 1] if place + 1 < len(rows) else None
    return below is not None and bool(below.left.strip()) and _goes_on(rows, place + 1)
