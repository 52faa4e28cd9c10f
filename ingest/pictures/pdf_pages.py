"""PDF pages as pictures, drawn by PDFium (the engine of Chromium)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO

from ingest.pictures.covers import covers
from ingest.pictures.glyphs import Glyph, read_glyphs
from ingest.pictures.lines import sheet_of
from ingest.pictures.marks import boxes_of
from kb.errors import Busy, UnreadableBrochure
from kb.quotes import find_over_pages
from kb.source import Box, PageSize, Picture, Quote

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

WIDTH = 1200
"""Pixels across a page at 100 %: twice what a column of text takes on a screen."""
MOST_PIXELS, LONGEST_SIDE = 8_000_000, 4096
"""Bounds of a picture, whatever the size of the page and the zoom."""
PATIENCE_S = 20.0
"""How long a page waits for others: PDFium draws one at a time."""

_QUALITY, _EFFORT = 85, 2
_COVER = (138, 143, 152)

# PDFium is not safe for threads, not even over several documents.
_pdfium = Lock()


class PdfPages:
    """Draws pages of PDF files and finds texts on them; see ``kb.ports.PageRenderer``."""

    def shows(self, format: str) -> bool:
        """PDF is the one format whose pages can be drawn."""
        return format == "pdf"

    def size(self, file: BinaryIO, number: int) -> PageSize:
        """The size of a page as it is displayed."""
        with _opened(file) as document, _page(document, number) as page:
            return _size(page)

    def locate(self, file: BinaryIO, quote: Quote) -> dict[int, tuple[Box, ...]]:
        """The rectangles of a text on each of its pages; empty where it can't be told."""
        numbers = range(quote.first_page, quote.last_page + 1)
        with _opened(file) as document:
            pages = [_read(document, number) for number in numbers]
        sheets = [sheet_of(glyphs) for _, glyphs in pages]
        ways = find_over_pages(quote.text, sheets, quote.before, quote.after)
        if ways is None:
            return {}
        marked = {
            number: boxes_of(way, sheet, glyphs, size)
            for number, way, sheet, (size, glyphs) in zip(numbers, ways, sheets, pages, strict=True)
        }
        return marked if all(marked.values()) else {}

    def draw(self, file: BinaryIO, number: int, zoom: int, *, bare: bool = False) -> Picture:
        """A page as a picture, ``zoom`` in percent, its contacts covered unless ``bare``."""
        with _opened(file) as document:
            size, glyphs = _read(document, number)
            with _page(document, number) as page:
                image = _image(page, _scale(size, zoom))
        if not bare:
            _cover(image, covers(glyphs), size)
        written = BytesIO()
        image.save(written, "WEBP", quality=_QUALITY, method=_EFFORT)
        return Picture(written.getvalue(), "image/webp")


@contextmanager
def _opened(file: BinaryIO) -> Iterator[PdfDocument]:
    """The document of a file, PDFium being no one else's meanwhile."""
    from pypdfium2 import PdfDocument, PdfiumError

    if not _pdfium.acquire(timeout=PATIENCE_S):
        raise Busy("D’autres pages sont encore en cours de dessin : réessayez dans un instant.")
    try:
        file.seek(0)
        with closing(PdfDocument(file)) as document:
            yield document
    except PdfiumError as error:
        raise UnreadableBrochure(
            "Le fichier ne peut pas être affiché : il est endommagé ou protégé ; "
            "remplacez-le par une copie lisible, puis relancez « kb ingest »."
        ) from error
    finally:
        _pdfium.release()


@contextmanager
def _page(document: PdfDocument, number: int) -> Iterator[PdfPage]:
    """A page by its place in the file, from 1."""
    if not 1 <= number <= len(document):
        raise UnreadableBrochure(
            f"Le fichier n’a pas de page {number} : relancez « kb ingest » pour le relire."
        )
    with closing(document[number - 1]) as page:
        yield page


def _read(document: PdfDocument, number: int) -> tuple[PageSize, list[Glyph]]:
    with ExitStack() as stack:
        page = stack.enter_context(_page(document, number))
        text = stack.enter_context(closing(page.get_textpage()))
        return _size(page), read_glyphs(page, text)


def _size(page: PdfPage) -> PageSize:
    width, height = page.get_size()
    # A page without extent is no page, but must not divide by zero.
    return PageSize(max(width, 1.0), max(height, 1.0))


def _scale(size: PageSize, zoom: int) -> float:
    """Pixels to a point: the wanted width, less where the picture would be huge."""
    wanted = WIDTH * zoom / 100 / size.width
    most: float = (MOST_PIXELS / (size.width * size.height)) ** 0.5
    longest: float = (LONGEST_SIDE - 1) / max(size.width, size.height)
    return min(wanted, most, longest)


def _image(page: PdfPage, scale: float) -> Image:
    # Comments and fields are none of the page's text: an address there would not be seen.
    rendered = page.render(scale=scale, rev_byteorder=True, draw_annots=False, may_draw_forms=False)
    with closing(rendered) as bitmap:
        # A copy: the bitmap's memory goes with it.
        image: Image = bitmap.to_pil().convert("RGB").copy()
    return image


def _cover(image: Image, boxes: Sequence[Box], size: PageSize) -> None:
    from PIL import ImageDraw

    across, down = image.width / size.width, image.height / size.height
    drawing = ImageDraw.Draw(image)
    for box in boxes:
        drawing.rectangle(
            (box.left * across, box.top * down, box.right * across, box.bottom * down),
            fill=_COVER,
        )
