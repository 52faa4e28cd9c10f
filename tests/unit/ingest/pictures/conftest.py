"""Small PDF files, made on the spot, and the words under a rectangle of theirs."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from kb.source import Box

WIDTH, HEIGHT = 600.0, 800.0
SIZE = 10.0

Draw = Callable[[Canvas], None]
MakeFile = Callable[..., BinaryIO]


def line(canvas: Canvas, x: float, y: float, text: str, size: float = SIZE) -> None:
    """A line of text, ``y`` from the top of the page to its foot."""
    canvas.setFont("Helvetica", size)
    canvas.drawString(x, HEIGHT - y, text)


def lines(x: float, y: float, *texts: str) -> Draw:
    """Lines of text below each other."""

    def draw(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            line(canvas, x, y + 14 * number, text)

    return draw


def width_of(text: str) -> float:
    """How long a line is."""
    return float(stringWidth(text, "Helvetica", SIZE))


def assert_marks(boxes: tuple[Box, ...], *expected: tuple[float, float, str]) -> None:
    """Each rectangle lies over the text that is drawn at (x, y), no more, no less."""
    assert len(boxes) == len(expected)
    for box, (x, y, text) in zip(boxes, expected, strict=True):
        assert box.left == pytest.approx(x, abs=1.5)
        assert box.right == pytest.approx(x + width_of(text), abs=1.5)
        assert y - 1.2 * SIZE < box.top < y - 0.6 * SIZE
        assert y <= box.bottom < y + 0.4 * SIZE


@pytest.fixture
def make_file() -> MakeFile:
    """A PDF file of pages of 600 by 800 points; each is drawn by some functions."""

    def make(*pages: Draw | tuple[Draw, ...], **options: object) -> BinaryIO:
        written = BytesIO()
        canvas = Canvas(written, pagesize=(WIDTH, HEIGHT), **options)
        for page in pages:
            for draw in page if isinstance(page, tuple) else (page,):
                draw(canvas)
            canvas.showPage()
        canvas.save()
        written.seek(0)
        return written

    return make
