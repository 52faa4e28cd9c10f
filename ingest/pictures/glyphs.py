"""The characters of a PDF page with their places, as PDFium reads them."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.errors import UnreadableBrochure
from kb.source import Box

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

MOST_GLYPHS = 100_000
"""Characters of a page that is shown; one that people read has a few thousand."""

_SPAN = 1000
"""A page as PDFium is asked about it: so wide and so high, whatever its size."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character, blank or not."""

    character: str
    box: Box
    """Empty where the page shows nothing of it."""


Matrix = tuple[float, float, float, float, float, float]


def read_glyphs(page: PdfPage, text: PdfTextPage) -> list[Glyph]:
    """The characters of a page, in the order of the file.

    UnreadableBrochure where there are too many: all are read, or addresses would show.
    """
    from pypdfium2 import raw

    count = text.count_chars()
    if count > MOST_GLYPHS:
        raise UnreadableBrochure(
            "Cette page porte trop de texte pour être montrée en image : lisez son texte."
        )

    matrix = _display_matrix(page)
    loose = raw.FS_RECTF()
    glyphs = []
    for index in range(count):
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

    PDFium knows the page's crop and rotation; three corners tell what it does.
    """
    width, height = page.get_size()
    (x, y), right, low = _corners(page)
    (across_x, across_y), (down_x, down_y) = (right[0] - x, right[1] - y), (low[0] - x, low[1] - y)
    area = across_x * down_y - across_y * down_x
    if not area:  # a page without extent shows nothing
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    a, c = down_y / area * width, -down_x / area * width
    b, d = -across_y / area * height, across_x / area * height
    return a, b, c, d, -a * x - c * y, -b * x - d * y


def _corners(page: PdfPage) -> Iterator[tuple[float, float]]:
    """The top left, top right and bottom left corners in the file's coordinates."""
    from pypdfium2 import raw

    x, y = ctypes.c_double(), ctypes.c_double()
    for corner in ((0, 0), (_SPAN, 0), (0, _SPAN)):
        raw.FPDF_DeviceToPage(page, 0, 0, _SPAN, _SPAN, 0, *corner, x, y)
        yield x.value, y.value


def _displayed(matrix: Matrix, left: float, bottom: float, right: float, top: float) -> Box:
    a, b, c, d, e, f = matrix
    xs = (a * left + c * bottom + e, a * right + c * top + e)
    ys = (b * left + d * bottom + f, b * right + d * top + f)
    return Box(min(xs), min(ys), max(xs), max(ys))
