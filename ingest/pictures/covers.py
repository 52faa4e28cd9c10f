"""Where a page shows e-mail addresses, which no picture may show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.pictures.glyphs import Glyph
from ingest.pictures.lines import bounding
from kb.masking import addresses
from kb.source import Box

_SIGN = "@"
_HYPHENS = "\x02\ufffe"
"""Hyphens at the end of a line as PDFium reads them, the next line following at once."""
_READ = str.maketrans(_HYPHENS, "--")
_MARGIN = 1.0
"""Points around an address that are covered too."""


def covers(glyphs: Sequence[Glyph]) -> list[Box]:
    """Rectangles over every e-mail address of a page, one a line."""
    found = set(_addresses(glyphs, range(len(glyphs))))
    for line in _lines(glyphs):
        signs = {place for place in line if glyphs[place].character == _SIGN}
        if signs - found:
            # Letters that are set apart hide an address from who reads, not from who looks.
            close = [place for place in line if not glyphs[place].character.isspace()]
            found |= set(_addresses(glyphs, close))
    boxes = (
        bounding(glyphs[place].box for place in line if place in found) for line in _lines(glyphs)
    )
    return [
        Box(box.left - _MARGIN, box.top - _MARGIN, box.right + _MARGIN, box.bottom + _MARGIN)
        for box in boxes
        if box is not None
    ]


def _addresses(glyphs: Sequence[Glyph], places: Sequence[int]) -> Iterator[int]:
    """The places, among these, of characters of an address."""
    kept = [place for place in places if glyphs[place].character != "\r"]
    text = "".join(glyphs[place].character for place in kept)
    for span in addresses(text.translate(_READ)):
        yield from kept[span.start : span.end]


def _lines(glyphs: Sequence[Glyph]) -> Iterator[list[int]]:
    """The places of each line as PDFium ends it."""
    line: list[int] = []
    for place, glyph in enumerate(glyphs):
        if glyph.character not in "\r\n":
            line.append(place)
        if glyph.character in f"\r\n{_HYPHENS}":
            yield line
            line = []
    yield line
