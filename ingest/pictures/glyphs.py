"""The characters of a PDF page with their places, as PDFium reads them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.source import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

MOST_GLYPHS = 100_000
"""Characters read of one page; a page that people read has a few thousand."""

_UNIT = 1000
"""Points are whole numbers where PDFium turns places of the file into those of the page."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character, blank or not."""

    character: str
    box: Box
    """Empty where the page shows nothing of it."""


Matrix = tuple[float, float, float, float, float, float]


def read_glyphs(page: PdfPage, text: PdfTextPage) -> list[Glyph]:
    """The characters of a page, in the order of the file."""
    from pypdfium2 import raw

    matrix = _display_matrix(page)
    loose = raw.FS_RECTF()
    glyphs = []
    for index in range(min(text.count_chars(), MOST_GLYPHS)):
        code = raw.FPDFText_GetUnicode(text, index)
        character = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        raw.FPDFText_GetLooseCharBox(text, index, loose)
        glyphs.append(
            Glyph(
                character,
                _displayed(matrix, loose.left, loose.bottom, loose.right, loose.top),
            )
        )
    return glyphs


def _display_matrix(page: PdfPage) -> Matrix:
    """From the file's coordinates to points from the top left of the page as displayed.

    PDFium knows the page's crop, rotation and unit; three points tell what it does.
    """
    (e, f), (a, b), (c, d) = _device_points(page, ((0, 0), (_UNIT, 0), (0, _UNIT)))
    return (a - e) / _UNIT, (b - f) / _UNIT, (c - e) / _UNIT, (d - f) / _UNIT, e, f


def _device_points(
    page: PdfPage, points: tuple[tuple[int, int], ...]
) -> Iterator[tuple[float, float]]:
    from pypdfium2 import raw

    width, height = page.get_size()
    x, y = ctypes.c_int(), ctypes.c_int()
    for point in points:
        raw.FPDF_PageToDevice(
            page, 0, 0, round(width * _UNIT), round(height * _UNIT), 0, *point, x, y
        )
        yield x.value / _UNIT, y.value / _UNIT


def _displayed(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    a, b, c, d, e, f = matrix
    xs = (a * left + c * bottom + e, a * right + c * top + e)
    ys = (b * left + d * bottom + f, b * right + d * top + f)
    return Box(min(xs), min(ys), max(xs), max(ys))
