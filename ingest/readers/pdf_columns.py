"""Rows of a PDF page → blocks in reading order: columns, tables, plain flow.

A gutter is a blank that goes down through several rows with text on both of its
sides. Rows are taken from the top: as long as they share a gutter, they are one
zone, read column by column, or cell by cell where they look like a table; what
crosses every gutter, a wide heading say, ends the zone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ingest.readers.bullets import has_dash, has_symbol
from ingest.readers.pdf_lines import SEGMENT_GAP, Row, Segment

_NARROWEST_COLUMN = 3.0
"""Ems."""
_FEWEST_LINES = 2
_SHARED_HEIGHT = 0.4
"""Share of the shorter column's height along which the other must stand too."""
_APART = 3.5
"""Ems between the baselines of rows that a header or footer keeps from the text."""
_CELL_CHARACTERS = 28
_LABEL_LINES = 3
_PAIRED = 0.8
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are read one after the other."""

    rows: list[Row]
    column: int = 0
    table: bool = False


Span = tuple[float, float]


def blocks_of(rows: Sequence[Row], column: int = 0, depth: int = 0) -> list[Block]:
    """The blocks of some rows (from top to bottom) in reading order."""
    blocks: list[Block] = []
    flow: list[Row] = []
    place = 0
    while place < len(rows):
        zone = _zone(rows, place) if depth < _DEEPEST else None
        if zone is None:
            flow.append(rows[place])
            place += 1
            continue
        end, gutter = zone
        above = _beside(flow, gutter)
        blocks += [Block(flow[: len(flow) - above], column)] if len(flow) > above else []
        blocks += _split([*flow[len(flow) - above :], *rows[place:end]], gutter, column, depth)
        flow = []
        place = end
    return [*blocks, Block(flow, column)] if flow else blocks


def _split(rows: list[Row], gutter: Span, column: int, depth: int) -> list[Block]:
    left, right = _sides(rows, gutter)
    if _is_table(left, right):
        return [Block(rows, column, table=True)]
    first = blocks_of(left, column, depth + 1)
    return first + blocks_of(right, max(block.column for block in first) + 1, depth + 1)


def _sides(rows: Sequence[Row], gutter: Span) -> tuple[list[Row], list[Row]]:
    middle = sum(gutter) / 2
    left = [[segment for segment in row if segment.x < middle] for row in rows]
    right = [[segment for segment in row if segment.x >= middle] for row in rows]
    return [row for row in left if row], [row for row in right if row]


def _zone(rows: Sequence[Row], start: int) -> tuple[int, Span] | None:
    """Where the zone that begins at this row ends, and its gutter; None for no zone."""
    if not _starts_side_by_side(rows, start):
        return None
    covered: list[Span] = []
    gutter: Span | None = None
    end = start
    while end < len(rows) and not _stands_apart(rows, start, end):
        covered = _cover(covered, rows[end])
        gaps = _gutters(covered, rows[end][0].size)
        if not gaps and end > start:
            break
        gutter = gaps[0] if gaps else None
        end += 1
    if gutter is None:
        return None
    end = _trimmed(rows, start, end, gutter)
    return (end, gutter) if _is_zone(rows[start:end], gutter) else None


def _starts_side_by_side(rows: Sequence[Row], start: int) -> bool:
    """Does text stand on two sides of a blank in this row, or in this one and the next?"""
    if len(rows[start]) > 1:
        return True
    if start + 1 == len(rows) or len(rows[start + 1]) > 1:
        return False
    one, other = rows[start][0], rows[start + 1][0]
    blank = max(one.x - other.right, other.x - one.right)
    return blank > SEGMENT_GAP * one.size and other.y - one.y < 1.5 * max(one.size, other.size)


def _stands_apart(rows: Sequence[Row], start: int, place: int) -> bool:
    """Is this row far below the last one, with next to nothing on one of the two sides?"""
    if place == start:
        return False
    distance = rows[place][0].y - rows[place - 1][0].y
    few = place - start <= _FEWEST_LINES or len(rows) - place <= _FEWEST_LINES
    return few and distance > _APART * max(segment.size for segment in rows[place - 1])


def _cover(covered: list[Span], row: Row) -> list[Span]:
    """The parts of the page's width that rows fill, this one added."""
    merged: list[Span] = []
    for left, right in sorted([*covered, *((segment.x, segment.right) for segment in row)]):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _gutters(covered: list[Span], size: float) -> list[Span]:
    return [
        (left[1], right[0])
        for left, right in itertools.pairwise(covered)
        if right[0] - left[1] > 0.7 * size
    ]


def _trimmed(rows: Sequence[Row], start: int, end: int, gutter: Span) -> int:
    """Leave out what follows both columns: rows on one side, set apart by a gap or size."""
    last = {False: start, True: start}
    for place in range(start, end):
        for segment in rows[place]:
            last[segment.x > gutter[0]] = place
    for place in range(min(last.values()) + 1, end):
        above, here = rows[place - 1][-1], rows[place][0]
        if here.y - above.y > 2.0 * here.size or here.size > 1.15 * above.size:
            return place
    return end


def _is_zone(rows: Sequence[Row], gutter: Span) -> bool:
    left, right = _sides(rows, gutter)
    if min(len(left), len(right)) < _FEWEST_LINES:
        return False
    size = median(segment.size for row in rows for segment in row)
    if min(_breadth(left), _breadth(right)) < _NARROWEST_COLUMN * size and not _is_table(
        left, right
    ):
        return False
    top, bottom = max(left[0][0].y, right[0][0].y), min(left[-1][0].y, right[-1][0].y)
    shorter = min(left[-1][0].y - left[0][0].y, right[-1][0].y - right[0][0].y)
    return bottom - top >= _SHARED_HEIGHT * shorter


def _breadth(rows: Sequence[Row]) -> float:
    segments = [segment for row in rows for segment in row]
    return max(segment.right for segment in segments) - min(segment.x for segment in segments)


def _is_table(left: Sequence[Row], right: Sequence[Row]) -> bool:
    """Short labels, nearly all with something on the same baseline: cells, not prose."""
    labels = _labels(left)
    baselines = [row[0].y for row in right]
    paired = sum(
        any(abs(y - label[0].y) < 0.4 * label[0].size for y in baselines) for label in labels
    )
    characters = sum(len(segment.text) for label in labels for segment in label)
    return (
        len(labels) >= _FEWEST_LINES
        and paired >= _PAIRED * len(labels)
        and characters <= _CELL_CHARACTERS * len(labels)
        and not any(_flows(label[0]) or len(label) > _LABEL_LINES for label in labels)
    )


def _labels(rows: Sequence[Row]) -> list[list[Segment]]:
    """The first cells of a table's rows, those printed on several lines put together."""
    labels: list[list[Segment]] = []
    for row in rows:
        here = row[0]
        if labels and (_goes_on(labels[-1][-1], here)):
            labels[-1].append(here)
        else:
            labels.append([here])
    return labels


def _goes_on(above: Segment, here: Segment) -> bool:
    close = here.y - above.y < 1.4 * max(above.size, here.size)
    return close and (here.text[0].islower() or above.text.endswith(("-", "’", ",", "/")))


def bands_of(block: Block) -> list[list[Row]]:
    """A table's rows: each begins with a label and goes down to the next."""
    first = min(row[0].x for row in block.rows)
    bands: list[list[Row]] = []
    label: Segment | None = None
    for row in block.rows:
        here = row[0]
        is_label = abs(here.x - first) < here.size
        begins = is_label and (label is None or not _goes_on(label, here))
        label = here if is_label else label
        if begins or not bands:
            bands.append([])
        bands[-1].append(row)
    return bands


def _flows(segment: Segment) -> bool:
    """Is it a list item, or the rest of a sentence, rather than a label?"""
    return has_symbol(segment.text) or has_dash(segment.text) or segment.text[0].islower()


def _beside(flow: Sequence[Row], gutter: Span) -> int:
    """How many of the last rows belong to the zone below: only where one stands right.

    Rows left of the gutter are read first in any case.
    """
    taken = 0
    for count, row in enumerate(reversed(flow), start=1):
        if any(segment.x < gutter[0] < segment.right for segment in row):
            break
        if row[0].x >= gutter[1]:
            taken = count
    return taken
