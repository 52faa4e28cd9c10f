"""Pieces of text on a PDF page → rows of segments: words and lines put together again."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from ingest.readers.bullets import has_symbol
from ingest.readers.pdf_runs import Run

SEGMENT_GAP = 0.9
"""Ems between two pieces of a row from which they may belong to two columns."""
_SAME_ROW = 0.3
_RAISED = 0.65
"""Ems by which an exponent or index may stand off the line it belongs to."""
_SMALLER = 0.95
_MUCH_SMALLER = 0.4
"""Share of a size below which text beside larger one is no exponent of it."""
_DROP_CAP = 1.8
"""Times the size of its text from which one letter is an ornate initial."""
_NEAR = 0.35
_ROWS_AROUND = 3
_BAND = 4.0
"""Points; the page is looked at in bands of this height, not whole, for text drawn twice."""
_BULLET_GAP = 4.0
_LETTERSPACED = re.compile(r"(?:\S {1,2})(?:\S {1,3}){2,}\S")
_LONE_LETTERS = 4


class Segment(NamedTuple):
    """Text of one row without a wide blank in it; a named tuple, as ``Run`` is."""

    text: str
    x: float
    y: float
    right: float
    size: float
    bold: bool
    bold_prefix: int = 0
    """Characters at the start of ``text`` that are bold, all of them maybe."""
    color: str = ""
    family: str = ""


Row = list[Segment]
"""Segments on one baseline, from left to right."""


def read_upright(runs: Iterable[Run], width: float, height: float) -> list[Run]:
    """The runs of one direction as a reader sees them who turns the page: y goes down."""
    turned = []
    for run in runs:
        text, x, y, *others = run
        x, y = (
            (x, height - y),
            (y, x),
            (width - x, y),
            (height - y, width - x),
        )[run.turn]
        turned.append(Run._make((text, x, y, *others)))
    return turned


def without_doubles(runs: Sequence[Run]) -> list[Run]:
    """Text drawn again almost at the same place (a way to fake bold or a shadow) kept once."""
    kept: list[Run] = []
    places: dict[tuple[str, int], list[int]] = {}
    for run in runs:
        band = int(run.y // _BAND)
        near = [i for b in (band - 1, band, band + 1) for i in places.get((run.text, b), ())]
        double = next((i for i in near if _overlaps(kept[i], run)), None)
        if double is None:
            places.setdefault((run.text, band), []).append(len(kept))
            kept.append(run)
        elif not kept[double].bold:
            kept[double] = kept[double]._replace(bold=True)
    return kept


def _overlaps(one: Run, other: Run) -> bool:
    reach = 0.25 * one.size
    return abs(one.y - other.y) < reach and abs(one.x - other.x) < min(reach, one.width / 2)


def rows_of(runs: Sequence[Run]) -> list[Row]:
    """The rows of the page, from top to bottom; all runs upright."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.y, run.x)):
        if rows and run.y - rows[-1][0].y <= _SAME_ROW * min(run.size, rows[-1][0].size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_segments(row) for row in _with_drop_caps(_with_raised(rows))]


def _with_raised(rows: list[list[Run]]) -> list[list[Run]]:
    """Exponents and indices brought back into the rows that they stand in."""
    largest = [max(run.size for run in row) for row in rows]
    for place, row in enumerate(rows):
        around = max(largest[max(0, place - _ROWS_AROUND) : place + _ROWS_AROUND + 1])
        for run in [run for run in row if run.size < _SMALLER * around]:
            host = _host(rows, place, run)
            if host is not None:
                row.remove(run)
                host.append(run)
    return [row for row in rows if row]


def _host(rows: list[list[Run]], place: int, run: Run) -> list[Run] | None:
    """The row of larger text, just above or below, that this run touches."""
    around = rows[max(0, place - _ROWS_AROUND) : place + _ROWS_AROUND + 1]
    for row in around:
        for other in row:
            if (
                _MUCH_SMALLER * other.size < run.size < _SMALLER * other.size
                and _SAME_ROW * run.size < abs(run.y - other.y) < _RAISED * other.size
                and -_NEAR * other.size < _blank_between(run, other) < _NEAR * other.size
            ):
                return row
    return None


def _with_drop_caps(rows: list[list[Run]]) -> list[list[Run]]:
    """Ornate initials moved up to the first of the lines that they stand beside."""
    for place, row in enumerate(rows):
        for run in [run for run in row if len(run.text) <= 2 and run.text[0].isupper()]:
            beside = [
                above
                for above in rows[max(0, place - _ROWS_AROUND) : place]
                if any(_follows_initial(other, run) for other in above)
            ]
            if beside:
                row.remove(run)
                beside[0].append(run)
    return [row for row in rows if row]


def _follows_initial(run: Run, initial: Run) -> bool:
    return (
        initial.size >= _DROP_CAP * run.size
        and 0 < initial.y - run.y < initial.size
        and -_NEAR * run.size < run.x - initial.x - initial.width < run.size
    )


def _blank_between(one: Run, other: Run) -> float:
    return max(one.x - other.x - other.width, other.x - one.x - one.width)


def _segments(row: list[Run]) -> Row:
    row.sort(key=lambda run: run.x)
    groups: list[list[Run]] = [[row[0]]]
    for run in row[1:]:
        group = groups[-1]
        gap = run.x - group[-1].x - group[-1].width
        limit = _BULLET_GAP if len(group) == 1 and _is_bullet(group[0]) else SEGMENT_GAP
        if gap > limit * max(run.size, group[-1].size):
            groups.append([run])
        else:
            group.append(run)
    wide = _letter_gap(row)
    return [_segment(group, wide) for group in groups]


def _is_bullet(run: Run) -> bool:
    return len(run.text) == 1 and (run.symbolic or has_symbol(run.text) or run.text in "-–*o")


def _segment(runs: list[Run], wide: float) -> Segment:
    if len(runs) == 1:  # as most rows of plain text are drawn
        return _lone(runs[0], wide)
    weights: Counter[tuple[float, float, bool]] = Counter()
    for run in runs:
        weights[round(run.size, 1), run.y, run.bold] += len(run.text)
    bold = sum(count for (_, _, bold), count in weights.items() if bold)
    size, y, _ = max(weights, key=lambda key: (weights[key], key))
    text, bold_prefix = _words(runs, wide)
    return Segment(
        text=text,
        x=runs[0].x,
        y=y,
        right=max(run.x + run.width for run in runs),
        size=size,
        bold=bold * 2 > sum(weights.values()),
        bold_prefix=bold_prefix,
        color=_most(runs, [run.color for run in runs]),
        family=_most(runs, [run.family for run in runs]),
    )


def _lone(run: Run, wide: float) -> Segment:
    """One run as a segment."""
    text, bold_prefix = _words([run], wide)
    right, size = run.x + run.width, round(run.size, 1)
    return Segment(text, run.x, run.y, right, size, run.bold, bold_prefix, run.color, run.family)


def _most(runs: Sequence[Run], values: Sequence[str]) -> str:
    """The value that most characters have."""
    if values.count(values[0]) == len(values):
        return values[0]
    weights: Counter[str] = Counter()
    for run, value in zip(runs, values, strict=True):
        weights[value] += len(run.text)
    return max(weights, key=lambda value: (weights[value], value))


def _words(runs: list[Run], wide: float) -> tuple[str, int]:
    """The text of neighbouring runs, and how many characters at its start are bold.

    There is a space where a blank wider than ``wide`` shows one.
    """
    first = runs[0]
    text = "• " if first.symbolic and len(first.text) == 1 and len(runs) > 1 else first.text
    is_bold = first.bold or _is_bullet(first)
    bold_prefix = len(text) if is_bold else 0
    for left, right in itertools.pairwise(runs):
        gap = right.x - left.x - left.width
        if (right.after_space and gap > 0.02 * right.size) or gap > max(_word_gap(left), wide):
            text += " "
        text += right.text
        is_bold = is_bold and right.bold
        bold_prefix = len(text) if is_bold else bold_prefix
    packed = _without_letterspacing(text)
    if packed != text:
        bold_prefix = len(packed) if is_bold else 0
    return packed, bold_prefix


def _word_gap(run: Run) -> float:
    """Points of blank after a run that make a space: half of its font's space."""
    return min(max(run.space / 2, 0.1 * run.size), 0.25 * run.size)


def _letter_gap(runs: list[Run]) -> float:
    """In letterspaced text drawn letter by letter, the blank that is no space; else 0."""
    if len(runs) < _LONE_LETTERS or sum(len(run.text) == 1 for run in runs) < 0.7 * len(runs):
        return 0.0
    gaps = [right.x - left.x - left.width for left, right in itertools.pairwise(runs)]
    return 1.6 * median(gaps) if median(gaps) > _word_gap(runs[0]) else 0.0


def _without_letterspacing(text: str) -> str:
    """« S O L I D A R I T É » as a word; two spaces or more part its words."""
    if not _LETTERSPACED.fullmatch(text):
        return text
    words = re.split(r" {2,}", text)
    return " ".join(word.replace(" ", "") for word in words)
