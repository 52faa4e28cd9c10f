"""From a text's place among the runs of a page to the rectangles that mark it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.pictures.glyphs import Glyph
from ingest.pictures.lines import bounding, parted
from kb.quotes import Sheet, Way
from kb.source import Box, PageSize

_LEAST = 0.5
"""Points that a visible rectangle measures at least, in both directions."""
_OPENING, _CLOSING = "«“‘„([", "»!?;:%€"


def boxes_of(way: Way, sheet: Sheet, glyphs: Sequence[Glyph], size: PageSize) -> tuple[Box, ...]:
    """One rectangle a line; none at all where part of the text is not to be seen."""
    boxes: list[Box] = []
    for piece in way:
        run = sheet.runs[piece.run]
        places = _with_punctuation(
            range(run.places[piece.start], run.places[piece.end - 1] + 1), glyphs
        )
        box = _shown([glyphs[place].box for place in places], size)
        if box is None:
            return ()
        boxes.append(box)
    return tuple(_joined(boxes))


def _shown(boxes: Iterable[Box], size: PageSize) -> Box | None:
    """The part of these that is on the page."""
    whole = bounding(boxes)
    if whole is None:
        return None
    box = Box(
        max(whole.left, 0.0),
        max(whole.top, 0.0),
        min(whole.right, size.width),
        min(whole.bottom, size.height),
    )
    visible = box.right - box.left >= _LEAST and box.bottom - box.top >= _LEAST
    return box if visible else None


def _with_punctuation(places: range, glyphs: Sequence[Glyph]) -> range:
    """With the marks that stand at both ends, also where French puts a space."""
    start, stop = places.start, places.stop
    while start > 0 and _is_mark(glyphs[start - 1]) and _beside(glyphs, start - 1, start):
        start -= 1
    if (
        start > 1
        and _is_space(glyphs[start - 1])
        and glyphs[start - 2].character in _OPENING
        and _beside(glyphs, start - 2, start)
    ):
        start -= 2
    while (step := _closing(glyphs, stop)) > 0:
        stop += step
    return range(start, stop)


def _closing(glyphs: Sequence[Glyph], stop: int) -> int:
    """How many characters from ``stop`` on are a mark that closes what stands before it."""
    if stop < len(glyphs) and _is_mark(glyphs[stop]) and _beside(glyphs, stop - 1, stop):
        return 1
    spaced = (
        stop + 1 < len(glyphs)
        and _is_space(glyphs[stop])
        and glyphs[stop + 1].character in _CLOSING
        and _beside(glyphs, stop - 1, stop + 1)
    )
    return 2 if spaced else 0


def _beside(glyphs: Sequence[Glyph], left: int, right: int) -> bool:
    return not parted(glyphs[left].box, glyphs[right].box)


def _is_space(glyph: Glyph) -> bool:
    return glyph.character.isspace() and glyph.character not in "\r\n"


def _is_mark(glyph: Glyph) -> bool:
    return not glyph.character.isspace() and not glyph.character.isalnum()


def _joined(boxes: Sequence[Box]) -> list[Box]:
    """Rectangles that follow each other on a line made one."""
    joined: list[Box] = []
    for box in boxes:
        if joined and _continues(joined[-1], box):
            joined[-1] = bounding((joined[-1], box)) or box
        else:
            joined.append(box)
    return joined


def _continues(before: Box, after: Box) -> bool:
    return after.left >= before.left and not parted(before, after)
