"""Where a page shows e-mail addresses and telephone numbers, which no picture may show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.pictures.glyphs import Glyph
from ingest.pictures.lines import bounding
from kb.privacy import contacts
from kb.source import Box

_SIGNS = frozenset("@＠﹫")
_FIGURES = 10
"""Of a telephone number: a line with fewer holds none."""
_HYPHENS = "\x02\ufffe"
"""Hyphens at the end of a line as PDFium reads them, the next line following at once."""
_READ = str.maketrans(_HYPHENS, "--")
_MARGIN = 1.0
"""Points around a contact that are covered too."""


def covers(glyphs: Sequence[Glyph]) -> list[Box]:
    """Rectangles over every contact of a page, one a line."""
    found = set(_contacts(glyphs, range(len(glyphs))))
    for line in _lines(glyphs):
        rest = [glyphs[place].character for place in line if place not in found]
        figures = sum(one.isdigit() for one in rest)
        if figures >= _FIGURES or not _SIGNS.isdisjoint(rest):
            # Letters that are set apart hide a contact from who reads, not from who looks.
            close = [place for place in line if not glyphs[place].character.isspace()]
            found |= set(_contacts(glyphs, close))
    boxes = (
        bounding(glyphs[place].box for place in line if place in found) for line in _lines(glyphs)
    )
    return [
        Box(box.left - _MARGIN, box.top - _MARGIN, box.right + _MARGIN, box.bottom + _MARGIN)
        for box in boxes
        if box is not None
    ]


def _contacts(glyphs: Sequence[Glyph], places: Sequence[int]) -> Iterator[int]:
    """The places, among these, of characters of a contact."""
    kept = [place for place in places if glyphs[place].character != "\r"]
    text = "".join(glyphs[place].character for place in kept)
    for contact in contacts(text.translate(_READ)):
        yield from kept[contact.start : contact.end]


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
