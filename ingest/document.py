"""What every reader gives, whatever the format: pages of lines.

Readers know bytes and formats; they know nothing of projects or headings. The
rooms after them know lines; they know nothing of formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Line(NamedTuple):
    """One printed line in reading order, its text normalised by ``ingest.cleaning``.

    A named tuple: a brochure has thousands, and a frozen dataclass takes four times as
    long to make.

    Geometry is in points from the page's top left corner, and 0.0 where the
    format knows none.
    """

    text: str
    size: float = 0.0
    """Font size of most of its characters; 0.0 where unknown."""
    bold: bool = False
    x: float = 0.0
    """Left edge."""
    y: float = 0.0
    """Baseline, from the top of the page."""
    width: float = 0.0
    level: int = 0
    """Heading level that the format declares (Word style, ``<h2>``); 0 for none."""
    bullet: bool = False
    """Starts a list item; the bullet character itself is no longer in ``text``."""
    gap_before: bool = False
    """A blank line or visible gap separates it from the line above."""
    column: int = 0
    """Which column of its page it stands in, from 0."""
    cell: int = 0
    """Place in a table row, from 1; 0 outside tables."""
    turned: bool = False
    """Stands on its side or upside down, unlike most of its page; ``x``, ``y`` and
    ``width`` are then those of the page turned so that the line is upright."""
    bold_prefix: int = 0
    """Characters at the start of ``text`` that are bold where the rest is not, as in
    « **Contexte :** le quartier… »; 0 where the whole line is bold or its start is not."""
    color: str = ""
    """Colour of most of its characters as ``#rrggbb``, lower case; empty for black or unknown."""
    family: str = ""
    """Font family of most of its characters, lower case, without weight or style (see
    ``ingest.readers.families``); empty where unknown."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the file."""

    number: int
    """Place in the file, from 1."""
    lines: tuple[Line, ...]
    width: float = 0.0
    height: float = 0.0
    label: str = ""
    """Page label that the file declares (PDF page labels), else empty."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as its reader gives it."""

    format: str
    pages: tuple[Page, ...]
    paged: bool
    """False where the format has no pages (HTML); all lines are then on page 1."""
    title: str = ""
    """Title that the file's metadata declare, else empty."""
    year: int | None = None
    """Year that the file's metadata declare, else None."""
