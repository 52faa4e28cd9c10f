"""Pieces of text on a PDF page → its lines in reading order."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from ingest.cleaning import clean_line, clean_lines
from ingest.document import Line
from ingest.readers.bullets import bold_start, find_bullets, without_bullet
from ingest.readers.pdf_columns import Block, bands_of, blocks_of
from ingest.readers.pdf_figures import with_key_figures
from ingest.readers.pdf_lines import Segment, read_upright, rows_of, without_doubles
from ingest.readers.pdf_runs import Run
from ingest.readers.table_rows import frames_wrapped_text

_CELL_GAP = 2.5
"""Ems of blank inside a row, outside columns, that part two cells."""
_FULL_LINE = 0.7
"""Share of a cell's width from which the next word may just not have fitted."""
_MOST_LINES = 10_000
"""More lines than a block of a page holds."""
_USUAL_LEADING = 1.2
_LARGEST_LEADING = 1.8
_GAP = 0.4
"""Ems more than the usual leading that show as a gap."""


class _Placed(NamedTuple):
    """A segment with its place in the reading order's columns and cells."""

    segment: Segment
    column: int
    cell: int
    block: int
    frame: int = 0
    """Number of the cell that frames it for the layout's sake; 0 outside such cells."""


def lines_of(runs: Sequence[Run], width: float, height: float) -> tuple[Line, ...]:
    """The lines of a page, ``width`` by ``height`` points, in reading order.

    Text that stands turned comes after the rest.
    """
    characters: Counter[int] = Counter()
    for run in runs:
        characters[run.turn] += len(run.text)
    lines: list[Line] = []
    for turn, _ in characters.most_common():
        upright = read_upright((run for run in runs if run.turn == turn), width, height)
        found = with_key_figures(_lines(without_doubles(upright)))
        lines += _as_turned(found) if lines else found
    return tuple(lines)


def _as_turned(lines: Sequence[Line]) -> list[Line]:
    """Lines that stand turned beside those of their page."""
    return [
        line._replace(turned=True, gap_before=line.gap_before or place == 0)
        for place, line in enumerate(lines)
    ]


def _lines(runs: Sequence[Run]) -> list[Line]:
    placed: list[_Placed] = []
    blocks = blocks_of(rows_of(runs))
    for number, block in enumerate(blocks):
        placed += _cells(block, number) if block.table else _flow(block, number)
    leading = _leading(placed)
    boxes = {number for number, block in enumerate(blocks) if block.box}
    gaps = [False] + [
        above.frame != here.frame
        or (above.block != here.block and not boxes.isdisjoint((above.block, here.block)))
        or _is_gap(above, here, leading)
        for above, here in itertools.pairwise(placed)
    ]
    texts = [one.segment.text for one in placed]
    bullets = find_bullets(texts, gaps)
    cleaned = clean_lines(texts)
    lines = [_line(*each) for each in zip(placed, cleaned, gaps, bullets, strict=True)]
    return _with_lone_bullets(lines)


def _flow(block: Block, number: int) -> list[_Placed]:
    """The rows of a block that is no table; pieces of a row that stand close are one."""
    placed: list[_Placed] = []
    for row in block.rows:
        parts: list[Segment] = [row[0]]
        for segment in row[1:]:
            last = parts[-1]
            if segment.x - last.right > _CELL_GAP * max(segment.size, last.size):
                parts.append(segment)
            else:
                parts[-1] = _joined(last, segment)
        cells = range(1, len(parts) + 1) if len(parts) > 1 else (0,)
        placed += [
            _Placed(part, block.column, cell, number)
            for part, cell in zip(parts, cells, strict=True)
        ]
    return placed


def _joined(left: Segment, right: Segment) -> Segment:
    """Two pieces of one row as one, with a space between."""
    bold_prefix = left.bold_prefix
    if right.bold_prefix and bold_prefix == len(left.text):
        bold_prefix += 1 + right.bold_prefix
    text = f"{left.text} {right.text}"
    return left._replace(text=text, right=right.right, bold_prefix=bold_prefix)


def _cells(block: Block, number: int) -> list[_Placed]:
    """The cells of a table, row after row, the lines of one cell together."""
    starts = _cell_starts(block)
    placed: list[_Placed] = []
    framed = False
    bands = bands_of(block)
    for band in bands:
        cells = [
            _Placed(segment, block.column, _cell(segment, starts), number)
            for row in band
            for segment in row
        ]
        cells.sort(key=lambda one: one.cell)
        cut = framed and band is bands[-1] and _is_cut(block, cells[-1])
        framed = len(starts) == 2 and (cut or frames_wrapped_text(_texts(cells)))
        placed += [_framed(one, len(placed)) for one in cells] if framed else cells
    return placed


def _texts(cells: Sequence[_Placed]) -> dict[int, list[str]]:
    """The lines of each cell of a row."""
    texts: dict[int, list[str]] = defaultdict(list)
    for one in cells:
        texts[one.cell].append(one.segment.text)
    return texts


def _is_cut(block: Block, last: _Placed) -> bool:
    """Does a table end, with the page maybe, on a full line that ends no sentence?"""
    segment = last.segment
    edge = max(other.right for row in block.rows for other in row)
    full = segment.right - segment.x >= _FULL_LINE * (edge - segment.x)
    return last.cell > 1 and full and not segment.text.endswith((".", "!", "?", "…", "»"))


def _framed(placed: _Placed, before: int) -> _Placed:
    """A line of a cell that is there for the layout, ``before`` lines into its table."""
    frame = 2 * (before + placed.block * _MOST_LINES) + placed.cell
    return placed._replace(cell=0, frame=frame)


def _cell_starts(block: Block) -> list[float]:
    """Left edges of a table's columns, as its fullest row shows them."""
    return [segment.x for segment in max(block.rows, key=len)]


def _cell(segment: Segment, starts: Sequence[float]) -> int:
    nearest = min(range(len(starts)), key=lambda place: abs(starts[place] - segment.x))
    return nearest + 1


def _leading(placed: Sequence[_Placed]) -> float:
    """The usual distance between baselines, in ems of the text."""
    ratios = [
        (here.segment.y - above.segment.y) / here.segment.size
        for above, here in itertools.pairwise(placed)
        if above.block == here.block and above.segment.size == here.segment.size
    ]
    usual = [ratio for ratio in ratios if 0.8 < ratio < _LARGEST_LEADING]
    return max(median(usual), 1.0) if usual else _USUAL_LEADING


def _is_gap(above: _Placed, here: _Placed, leading: float) -> bool:
    """Does more than the usual leading part a line from the one read before it?"""
    distance = here.segment.y - above.segment.y
    if distance <= 0:
        return False
    size = max(above.segment.size, here.segment.size)
    return distance - leading * size > _GAP * min(above.segment.size, here.segment.size)


def _line(placed: _Placed, cleaned: str, gap: bool, bullet: bool) -> Line:
    written, x, y, right, size, bold, bold_prefix, color, family = placed.segment
    text, prefix = cleaned, written[:bold_prefix]
    if bullet:
        text, prefix = without_bullet(written), without_bullet(prefix)
    elif prefix:
        prefix = clean_line(prefix)
    return Line(
        text=text,
        size=size,
        bold=bold,
        x=round(x, 2),
        y=round(y, 2),
        width=round(right - x, 2),
        bullet=bullet,
        gap_before=gap,
        column=placed.column,
        cell=placed.cell,
        bold_prefix=bold_start(text, prefix) if prefix else 0,
        color=color,
        family=family,
    )


def _with_lone_bullets(lines: list[Line]) -> list[Line]:
    """A bullet drawn as a line of its own given to the line that follows it."""
    kept: list[Line] = []
    lone = False
    for line in lines:
        if line.text:
            kept.append(line._replace(bullet=True) if lone else line)
        lone = not line.text and line.bullet
    return kept
