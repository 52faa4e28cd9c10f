"""Builds pages from formats that know paragraphs instead of printed lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.cleaning import clean_text
from ingest.document import Line, Page
from ingest.readers.bullets import bold_start, has_dash, has_symbol, without_bullet

_LAYOUT_WORDS = 60
"""A cell with more words is there for the layout, not for a table's sake."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks; size in points, 0.0 where unknown."""

    size: float = 0.0
    bold: bool = False


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What its element declares of a paragraph."""

    level: int = 0
    bullet: bool = False


@dataclass(slots=True)
class PageBuilder:
    """Takes text, line ends and page breaks in document order, gives pages of lines."""

    pages: list[list[Line]] = field(default_factory=lambda: [[]])
    paged: bool = False
    _pieces: list[tuple[str, Style]] = field(default_factory=list)
    _paragraph: Paragraph = Paragraph()
    _first: bool = True
    """No line of the paragraph was written yet."""
    _cell: int = 0
    _after_break: bool = False
    """Nothing was written since the last break that the author asked for."""

    def text(self, text: str, style: Style = PLAIN) -> None:
        """Add text to the current line."""
        self._pieces.append((text, style))
        if self._after_break and text.strip():
            self._after_break = False

    def start_paragraph(self, paragraph: Paragraph) -> None:
        """End the paragraph before, begin another."""
        self.end_line()
        self._paragraph = paragraph
        self._first = True

    @property
    def awaits_item(self) -> bool:
        """Has a list item begun of which nothing was written yet?"""
        blank = not any(text.strip() for text, _ in self._pieces)
        return self._first and self._paragraph.bullet and blank

    def end_line(self) -> None:
        """End a printed line."""
        raw = "".join(text for text, _ in self._pieces)
        style = self._main_style()
        bold = self._bold_start()
        self._pieces.clear()
        bullet = self._first and self._is_bullet(raw)
        clean = without_bullet if bullet else clean_text
        text = clean(raw)
        if not text:
            return
        self.pages[-1].append(
            Line(
                text=text,
                size=style.size,
                bold=style.bold,
                level=self._paragraph.level,
                bullet=bullet,
                gap_before=self._first and self._stands_apart(bullet),
                cell=self._cell,
                bold_prefix=bold_start(text, clean(bold)),
            )
        )
        self._first = False

    def break_page(self, asked: bool) -> None:
        """Begin a page: ``asked`` by the author, or where the program last printed one.

        A printed break that follows an asked one with no text between is the same.
        """
        self.end_line()
        if not asked and self._after_break:
            return
        self.pages.append([])
        self.paged = True
        self._after_break = asked

    def top_of_page(self) -> None:
        """Begin a page, as a paragraph's style asks for, unless one has just begun."""
        self.end_line()
        self.paged = True
        if self.pages[-1]:
            self.break_page(asked=True)

    def _main_style(self) -> Style:
        weights: Counter[Style] = Counter()
        for text, style in self._pieces:
            weights[style] += len(text.strip())
        return weights.most_common(1)[0][0] if weights else PLAIN

    def _bold_start(self) -> str:
        """The bold text at the start of the current line."""
        bold: list[str] = []
        for text, style in self._pieces:
            if not style.bold and without_bullet(text):
                break
            bold.append(text)
        return "".join(bold)

    def _is_bullet(self, raw: str) -> bool:
        if self._paragraph.level:
            return False
        return self._paragraph.bullet or has_symbol(raw) or has_dash(raw)

    def _stands_apart(self, bullet: bool) -> bool:
        """Paragraphs stand apart, items of one list and cells of one table do not."""
        lines = self.pages[-1]
        if not lines:
            return False
        last = lines[-1]
        return not (bullet and last.bullet) and not (self._cell and last.cell)

    def begin_cell(self, number: int) -> None:
        """What follows is in this cell of a row; 0 ends the table."""
        self.end_line()
        self._first = True
        self._cell = number

    def mark(self) -> tuple[int, int]:
        """Where the next line will stand: page and place."""
        self.end_line()
        return len(self.pages) - 1, len(self.pages[-1])

    def undo_cells_of_layout(self, start: tuple[int, int]) -> None:
        """Forget the cells since ``start`` where they hold prose or headings, not values."""
        self.end_line()
        first, place = start
        lines = [
            line
            for number, page in enumerate(self.pages[first:])
            for line in page[place if number == 0 else 0 :]
        ]
        if not _is_layout(lines):
            return
        for number, page in enumerate(self.pages[first:]):
            begin = place if number == 0 else 0
            page[begin:] = [replace(line, cell=0, gap_before=True) for line in page[begin:]]

    def finish(self) -> tuple[Page, ...]:
        """The pages; empty ones at the end are left out."""
        self.end_line()
        pages = list(self.pages)
        while len(pages) > 1 and not pages[-1]:
            pages.pop()
        return tuple(
            Page(number=number, lines=tuple(lines)) for number, lines in enumerate(pages, start=1)
        )


def _is_layout(lines: Sequence[Line]) -> bool:
    if all(line.cell <= 1 for line in lines):
        return True
    return any(line.level or len(line.text.split()) > _LAYOUT_WORDS for line in lines)
