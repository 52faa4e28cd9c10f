"""Characters of a page gathered into runs: lines, cut where a gap may part columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.pictures.glyphs import Glyph
from kb.quotes import Sheet, key_of_character, run_of
from kb.source import Box

_GAP = 0.8
"""Width of a gap, in heights of a line, from which it may part columns."""
_OFF_LINE = 0.5
"""How far, in heights of a line, the middles of two characters of a line may be."""
_OVERLAP = 2.0
"""How far, in heights of a line, a character may reach back: ligatures share their place."""
_TALLER = 1.6
_LINE_GAP, _INDENT = 2.0, 3.0
"""How far below and aside, in heights of a line, the next line of a text may stand."""


def sheet_of(glyphs: Sequence[Glyph]) -> Sheet:
    """The runs of a page, each character known by its place in ``glyphs``."""
    runs = []
    boxes = []
    for places in _lines(glyphs):
        for part in (places[:1], places[1:]) if _is_bullet(glyphs, places) else (places,):
            run = run_of([glyphs[place].character for place in part], part)
            box = bounding(glyphs[place].box for place in part)
            # What is not drawn can't be marked.
            if run.key and box is not None:
                runs.append(run)
                boxes.append(box)
    return Sheet(tuple(runs), lambda before, after: _goes_on(boxes[before], boxes[after]))


def bounding(boxes: Iterable[Box]) -> Box | None:
    """The rectangle around these, empty ones left out; None where all are."""
    filled = [box for box in boxes if box.right > box.left and box.bottom > box.top]
    if not filled:
        return None
    return Box(
        min(box.left for box in filled),
        min(box.top for box in filled),
        max(box.right for box in filled),
        max(box.bottom for box in filled),
    )


def _lines(glyphs: Sequence[Glyph]) -> list[list[int]]:
    lines: list[list[int]] = []
    last: Box | None = None
    for place, glyph in enumerate(glyphs):
        if glyph.character in "\r\n":
            last = None
        elif glyph.character.isspace():
            if last is not None:
                lines[-1].append(place)
        else:
            if last is None or parted(last, glyph.box):
                lines.append([])
            lines[-1].append(place)
            last = glyph.box
    return lines


def _is_bullet(glyphs: Sequence[Glyph], places: Sequence[int]) -> bool:
    """Is a line's first character a word by itself?

    Bullets of symbol fonts are letters to the file, and never part of a passage.
    """
    return (
        len(places) > 2
        and bool(key_of_character(glyphs[places[0]].character))
        and glyphs[places[1]].character.isspace()
    )


def parted(before: Box, after: Box) -> bool:
    """Does a line end, or a gap part columns, between these neighbours?

    A letter much taller than the next one is the capital that opens a chapter.
    """
    first, second = before.bottom - before.top, after.bottom - after.top
    height = max(first, second)
    off = abs((before.top + before.bottom) - (after.top + after.bottom)) / 2
    gap = after.left - before.right
    return (
        off > _OFF_LINE * height
        or not -_OVERLAP * height <= gap <= _GAP * height
        or height > _TALLER * min(first, second)
    )


def _goes_on(before: Box, after: Box) -> bool:
    """Does a text plainly go on from one run to the other: beside it, or on the next line?"""
    height = min(before.bottom - before.top, after.bottom - after.top)
    middle = (after.top + after.bottom) / 2
    if before.top <= middle <= before.bottom:
        return 0 <= after.left - before.right <= _GAP * height
    aside = min(
        abs(before.left - after.left),
        abs((before.left + before.right) - (after.left + after.right)) / 2,
    )
    return 0 <= middle - before.bottom <= _LINE_GAP * height and aside <= _INDENT * height
