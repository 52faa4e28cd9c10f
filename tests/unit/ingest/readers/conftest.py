"""Small real files, made on the spot."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from reportlab.pdfgen import canvas

WriteFile = Callable[[str, bytes], Path]
MakePdf = Callable[..., bytes]


@pytest.fixture
def write_file(tmp_path: Path) -> WriteFile:
    """Write bytes under a name; gives the path."""

    def write(name: str, data: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    """A PDF of A4 pages; each text is (x, y from the top, text[, size[, bold]])."""

    def make(*pages: Iterable[tuple[object, ...]], **canvas_options: object) -> bytes:
        buffer = io.BytesIO()
        drawing = canvas.Canvas(buffer, pagesize=(595, 842), **canvas_options)
        for page in pages:
            for x, y, text, *look in page:
                size = look[0] if look else 10
                bold = len(look) > 1 and look[1]
                drawing.setFont("Helvetica-Bold" if bold else "Helvetica", size)
                drawing.drawString(x, 842 - y, text)
            drawing.showPage()
        drawing.save()
        return buffer.getvalue()

    return make
