"""Builds pages from formats that know paragraphs instead of printed lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ingest.cleaning import clean_text
from ingest.document import Line, Page
from ingest.readers.bullets import bold_start, has_dash, has_symbol, without_bullet
from ingest.readers.table_rows import is_layout


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks; size in points, 0.0 where unknown."""

    size: float = 0.0
    bold: bool = False
    color: str = ""
    """As a ``Line`` tells it: ``#rrggbb``, empty for black or unknown."""
    family: str = ""


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
    _decided: set[tuple[int, int]] = field(default_factory=set)
    """Lines (page and place) of rows that have ended, those of tables inside cells too."""
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
        bullet = self._is_bullet(raw)
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
                color=style.color,
                family=style.family,
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
        """The print of most characters, and the colour of most, which may be others."""
        prints: Counter[tuple[float, bool, str]] = Counter()
        colors: Counter[str] = Counter()
        for text, style in self._pieces:
            length = len(text.strip())
            prints[style.size, style.bold, style.family] += length
            colors[style.color] += length
        if not prints:
            return PLAIN
        size, bold, family = prints.most_common(1)[0][0]
        return Style(size, bold, colors.most_common(1)[0][0], family)

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
        if self._first:
            return self._paragraph.bullet or has_symbol(raw) or has_dash(raw)
        return has_symbol(raw) or (has_dash(raw) and self._is_in_list())

    def _is_in_list(self) -> bool:
        """Does a dash after a line break begin an item, going by the line above?"""
        above = self.pages[-1][-1:]
        return bool(above) and (above[0].bullet or above[0].text.endswith(":"))

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

    def begin_row(self) -> tuple[int, int]:
        """A row of a table begins; what this gives is for ``end_row``: page and place."""
        self.end_line()
        return len(self.pages) - 1, len(self.pages[-1])

    def end_row(self, start: tuple[int, int], cells: int) -> None:
        """A row of so many cells ends: forget them where they frame text, not values."""
        self.end_line()
        first, begin = start
        spots = [
            (number, place)
            for number in range(first, len(self.pages))
            for place in range(begin if number == first else 0, len(self.pages[number]))
        ]
        own = [spot for spot in spots if spot not in self._decided]
        lines = [self.pages[number][place] for number, place in own]
        if len(own) < len(spots) or is_layout(lines, cells):
            for number, place in own:
                line = self.pages[number][place]
                self.pages[number][place] = line._replace(cell=0, gap_before=True)
        self._decided.update(spots)

    def finish(self) -> tuple[Page, ...]:
        """The pages; empty ones at the end are left out."""
        self.end_line()
        pages = list(self.pages)
        while len(pages) > 1 and not pages[-1]:
            pages.pop()
        return tuple(
            Page(number=number, lines=tuple(lines)) for number, lines in enumerate(pages, start=1)
        )
