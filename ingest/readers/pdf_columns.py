"""Rows of a PDF page → blocks in reading order: columns, tables, plain flow.

A gutter is a blank that goes down through several rows with text on both of its
sides. Rows are taken from the top: as long as they share a gutter, they are one
zone, read column by column, or cell by cell where they look like a table; what
crosses every gutter, a wide heading say, ends the zone.

A side much narrower than the other is a box beside running text, and does not
interrupt it: it is read once that text, or the section beside which it ends, is over.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.readers.bullets import has_dash, has_symbol
from ingest.readers.pdf_asides import (
    Span,
    begins_section,
    begins_with_title,
    breadth,
    cover,
    goes_on_below,
    gutters,
    is_aside,
    is_attached,
    last_section,
    room_for_box,
)
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
_FULL_LINE = 0.85
"""Share of the way to the right edge that a line of running text goes at least."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that are read one after the other."""

    rows: list[Row]
    column: int = 0
    table: bool = False
    box: bool = False
    """It stands beside running text, apart from what is read before and after it."""


def blocks_of(rows: Sequence[Row], column: int = 0, depth: int = 0) -> list[Block]:
    """The blocks of some rows (from top to bottom) in reading order."""
    order = _Order(column, depth)
    place = 0
    while place < len(rows):
        zone = _zone(rows, place) if depth < _DEEPEST else None
        if zone is None:
            order.add_row(rows[place])
            place += 1
            continue
        end, gutter = zone
        order.add_zone(list(rows[place:end]), gutter, rows[end : end + 1])
        place = end
    return order.finish()


class _Order:
    """Puts rows and zones in reading order as they come, from top to bottom."""

    def __init__(self, column: int, depth: int) -> None:
        self._column = column
        self._depth = depth
        self._blocks: list[Block] = []
        self._flow: list[Row] = []
        self._held: list[Block] = []
        """A box to read once the section of the text around it ends."""

    def add_row(self, row: Row) -> None:
        """A row that no gutter crosses."""
        if self._held and (not self._flow or begins_section(self._flow[-1][-1], row[0])):
            self._release()
        self._flow.append(row)

    def add_zone(self, zone: list[Row], gutter: Span, below: Sequence[Row]) -> None:
        """Rows that share a gutter, and the row below them if there is one."""
        above = _beside(self._flow, gutter)
        zone = [*self._flow[len(self._flow) - above :], *zone]
        self._flow = self._flow[: len(self._flow) - above]
        left, right = _sides(zone, gutter)
        if _is_table(left, right):
            self._release()
            self._blocks.append(Block(zone, self._column, table=True))
        elif is_aside(right, left):
            self._add_box(right, left, below)
        elif is_aside(left, right) and not begins_with_title(left, right):
            self._add_box(left, right, below)
        else:
            self._release()
            first = self._inner(left, self._column)
            self._blocks += first + self._inner(right, max(block.column for block in first) + 1)

    def _add_box(self, box: list[Row], text: list[Row], below: Sequence[Row]) -> None:
        """Running text and the box beside it, which must not come inside a sentence."""
        if below and goes_on_below(text, box, below[0]):
            self._release()
            *first, last = self._inner(text, self._column)
            self._blocks += [*first, last] if last.table else first
            self._flow = [] if last.table else last.rows
            self._held = self._box(box)
            return
        room = room_for_box(text, box)
        heading = 0
        if not room:
            size = text[0][0].size
            heading = len(self._flow) - (last_section(self._flow, 1.2 * size) or len(self._flow))
        start = self._flow[len(self._flow) - heading :]
        self._flow = self._flow[: len(self._flow) - heading]
        self._release()
        self._blocks += self._inner(text[:room], self._column) + self._box(box)
        self._blocks += self._inner([*start, *text[room:]], self._column)

    def _box(self, rows: list[Row]) -> list[Block]:
        return [replace(block, box=True) for block in self._inner(rows, self._column + 1)]

    def _inner(self, rows: list[Row], column: int) -> list[Block]:
        return blocks_of(rows, column, self._depth + 1)

    def _release(self) -> None:
        self._blocks += [Block(self._flow, self._column)] if self._flow else []
        self._blocks += self._held
        self._flow, self._held = [], []

    def finish(self) -> list[Block]:
        """All blocks."""
        self._release()
        return self._blocks


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
    attached = False
    while end < len(rows) and not _stands_apart(rows, start, end):
        covered = cover(covered, rows[end])
        gaps = gutters(covered, rows[end][0].size)
        if not gaps and end > start:
            attached = is_attached(rows[end - 1][-1], rows[end][0])
            break
        gutter = gaps[0] if gaps else None
        end += 1
    if gutter is None:
        return None
    end = _trimmed(rows[start:end], gutter, attached) + start
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


def _trimmed(rows: Sequence[Row], gutter: Span, attached: bool) -> int:
    """How many rows the zone has without those that follow both of its sides.

    ``attached``: what ends the zone crosses the gutter right below the last of them.
    """
    left, right = _sides(rows, gutter)
    last: dict[bool, int] = {}
    for place, row in enumerate(rows):
        last.update((segment.x > gutter[0], place) for segment in row)
    longer = last[True] > last[False]
    beside_box = is_aside(*((left, right) if longer else (right, left)))
    for place in range(min(last.values()) + 1, len(rows)):
        above, here = _above_on_its_side(rows, place, gutter), rows[place][0]
        if beside_box and begins_section(above, here):
            return place
        if not beside_box and (
            here.y - above.y > _APART * here.size or (attached and not is_attached(above, here))
        ):
            return place
    return len(rows)


def _above_on_its_side(rows: Sequence[Row], place: int, gutter: Span) -> Segment:
    """What stands above a row that is on one side of the gutter, on the same side if any."""
    side = rows[place][0].x > gutter[0]
    for row in reversed(rows[:place]):
        for segment in reversed(row):
            if (segment.x > gutter[0]) == side:
                return segment
    return rows[place - 1][-1]


def _is_zone(rows: Sequence[Row], gutter: Span) -> bool:
    left, right = _sides(rows, gutter)
    if min(len(left), len(right)) < _FEWEST_LINES:
        return False
    size = median(segment.size for row in rows for segment in row)
    if min(breadth(left), breadth(right)) < _NARROWEST_COLUMN * size and not _is_table(left, right):
        return False
    top, bottom = max(left[0][0].y, right[0][0].y), min(left[-1][0].y, right[-1][0].y)
    shorter = min(left[-1][0].y - left[0][0].y, right[-1][0].y - right[0][0].y)
    return bottom - top >= _SHARED_HEIGHT * shorter


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
        and not _is_inside_sentences(labels, right)
        and not any(_flows(label[0]) or len(label) > _LABEL_LINES for label in labels)
    )


def _is_inside_sentences(labels: Sequence[Sequence[Segment]], right: Sequence[Row]) -> bool:
    """Do some labels stand beside lines that go on with a sentence, as in a box beside text?"""
    full = _FULL_LINE * max(segment.right for row in right for segment in row)
    inside = 0
    for label in labels:
        for above, here in itertools.pairwise(right):
            if (
                abs(here[0].y - label[0].y) < 0.4 * label[0].size
                and above[-1].right >= full
                and here[0].text[0].islower()
                and is_attached(above[0], here[0])
            ):
                inside += 1
    return inside * 3 >= len(labels)


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
