"""PDF: lines with their place, size and weight, through pypdf."""

from __future__ import annotations

import logging
import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from ingest.cleaning import clean_text
from ingest.document import Document, Page
from ingest.readers.bounds import check_pages
from ingest.readers.families import BOLD, MEDIUM
from ingest.readers.metadata import declared_year, sensible_title
from ingest.readers.pdf_layout import lines_of
from ingest.readers.pdf_matrix import Matrix, multiply
from ingest.readers.pdf_runs import Fonts, Run, read_runs
from kb.errors import UnreadableBrochure

_BROKEN_INPUT = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What pypdf raises when a file is not as the format asks."""

_A4 = (0.0, 0.0, 595.0, 842.0)
_OUTSIDE = 2.0
"""Points by which text may leave the visible page."""


def read(path: Path, data: bytes) -> Document:
    """Read a PDF; raise ``UnreadableBrochure`` when it is locked, broken or a scan."""
    with _quiet_pypdf():
        try:
            return _read(path, data)
        except UnreadableBrochure:
            raise
        except _BROKEN_INPUT as error:
            _refuse(path, error)


def _refuse(path: Path, error: Exception) -> NoReturn:
    if isinstance(error, DependencyError):
        problem = "est chiffré : enregistrez-en une copie sans mot de passe"
    else:
        problem = "est un PDF endommagé ou incomplet : téléchargez-le ou exportez-le de nouveau"
    raise UnreadableBrochure(f"{path.name} {problem}.") from error


@contextmanager
def _quiet_pypdf() -> Iterator[None]:
    """Keep pypdf's remarks on sloppy files off the user's terminal."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _read(path: Path, data: bytes) -> Document:
    # Its values refer to each other: left open, they wait for the garbage collector.
    with PdfReader(BytesIO(data), strict=False) as reader:
        return _read_open(path, reader)


def _read_open(path: Path, reader: PdfReader) -> Document:
    if reader.is_encrypted:
        _unlock(path, reader)
    check_pages(path, len(reader.pages))
    fonts = Fonts()
    labels = _labels(reader)
    drawn = _with_relative_weight([_draw(page, fonts) for page in reader.pages])
    pages = tuple(
        _read_page(sheet, number, labels[number - 1] if number <= len(labels) else "")
        for number, sheet in enumerate(drawn, start=1)
    )
    if not any(page.lines for page in pages):
        raise UnreadableBrochure(
            f"{path.name} ne contient pas de texte, c’est sans doute un document numérisé : "
            "reconnaissez-en d’abord le texte, par exemple avec "
            "« ocrmypdf -l fra entree.pdf sortie.pdf »."
        )
    title, year = _metadata(reader)
    return Document(format="pdf", pages=pages, paged=True, title=title, year=year)


def _unlock(path: Path, reader: PdfReader) -> None:
    try:
        opened = bool(reader.decrypt(""))
    except FileNotDecryptedError:
        opened = False
    if not opened:
        raise UnreadableBrochure(
            f"{path.name} est protégé par un mot de passe : "
            "enregistrez-en une copie sans mot de passe."
        )


def _labels(reader: PdfReader) -> list[str]:
    """Page labels, where the file declares some."""
    if "/PageLabels" not in reader.root_object:
        return []
    try:
        return [clean_text(label) for label in reader.page_labels]
    except _BROKEN_INPUT:
        return []


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The text of a page as it is drawn, and the size of the page in points."""

    runs: list[Run]
    width: float
    height: float


def _draw(page: PageObject, fonts: Fonts) -> _Sheet:
    base, width, height = _frame(page)
    return _Sheet(_visible(read_runs(page, fonts, base), width, height), width, height)


def _with_relative_weight(sheets: list[_Sheet]) -> list[_Sheet]:
    """Weights between regular and bold are bold where most of the text is lighter.

    That holds in the family of most of the text only: a title in another family
    may stand in the one weight that the designer had of it.
    """
    counts: Counter[tuple[str, int]] = Counter()
    for sheet in sheets:
        for run in sheet.runs:
            counts[run.family, run.weight] += len(run.text)
    if not any(family and MEDIUM <= weight < BOLD for family, weight in counts):
        return sheets
    family, body = counts.most_common(1)[0][0]
    return [
        replace(sheet, runs=[_weighed(run, family, body) for run in sheet.runs]) for sheet in sheets
    ]


def _weighed(run: Run, family: str, body: int) -> Run:
    if run.family != family or not MEDIUM <= run.weight < BOLD:
        return run
    return run._replace(bold=run.weight > body)


def _read_page(sheet: _Sheet, number: int, label: str) -> Page:
    return Page(
        number=number,
        lines=lines_of(sheet.runs, sheet.width, sheet.height),
        width=round(sheet.width, 2),
        height=round(sheet.height, 2),
        label=label,
    )


def _frame(page: PageObject) -> tuple[Matrix, float, float]:
    """From the page's coordinates to those of the page as displayed, and its size."""
    try:
        box = tuple(float(value) for value in page.cropbox)
    except (TypeError, ValueError, ArithmeticError):
        box = _A4
    left, bottom, right, top = box if len(box) == 4 else _A4
    left, right = sorted((left, right))
    bottom, top = sorted((bottom, top))
    width, height = right - left, top - bottom
    if width <= 0 or height <= 0:
        left, bottom, width, height = _A4
    base: Matrix = (1.0, 0.0, 0.0, 1.0, -left, -bottom)
    turns: dict[int, Matrix] = {
        90: (0.0, -1.0, 1.0, 0.0, 0.0, width),
        180: (-1.0, 0.0, 0.0, -1.0, width, height),
        270: (0.0, 1.0, -1.0, 0.0, height, 0.0),
    }
    rotation = _rotation(page)
    if rotation not in turns:
        return base, width, height
    size = (width, height) if rotation == 180 else (height, width)
    return (multiply(base, turns[rotation]), *size)


def _rotation(page: PageObject) -> int:
    try:
        return int(page.rotation) % 360
    except (TypeError, ValueError, AttributeError):
        return 0


def _visible(runs: list[Run], width: float, height: float) -> list[Run]:
    """Without the text that the page's edges cut off: printers' marks, the next page's text."""
    inside = [
        run
        for run in runs
        if -_OUTSIDE <= run.x <= width + _OUTSIDE and -_OUTSIDE <= run.y <= height + _OUTSIDE
    ]
    return inside or runs


def _metadata(reader: PdfReader) -> tuple[str, int | None]:
    """Title and year that the file declares; sensible ones only."""
    try:
        info = reader.metadata
        if info is None:
            return "", None
        fields = [str(text or "") for text in (info.title, info.subject, info.keywords)]
    except _BROKEN_INPUT:
        return "", None
    return sensible_title(fields[0]), declared_year(*fields)
