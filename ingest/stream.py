"""The lines of a document in one row, and the running text made of them."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingest.cleaning import SOFT_HYPHEN, append_line, joins_by_space
from ingest.document import Document, Line

_LONG_LINE = 160
"""Characters from which a line of plain text is taken for a whole paragraph."""
_STOPS = (".", "!", "?", ":", ";", "…", "»", "”", ")", "]")
_BULLET = "• "


class Entry(NamedTuple):
    """One line of the document, with its place."""

    place: int
    """Index in the stream."""
    page: int
    """Place of its page in the file, from 1."""
    line: Line
    top: bool
    """First line of its page."""
    text: str
    """The text of the line."""
    apart: bool
    """Something visible separates it from the line above."""


def entry_of(place: int, page: int, line: Line, top: bool) -> Entry:
    """A line at its place in a stream; ``page`` is the place of its page, ``top`` as in Entry."""
    apart = line.gap_before or top or line.bullet or line.level > 0
    # Without the constructor, which takes as long again.
    return tuple.__new__(Entry, (place, page, line, top, line.text, apart))


@dataclass(frozen=True, slots=True)
class Stream:
    """All lines of a document that are not furniture, in reading order."""

    entries: tuple[Entry, ...]
    wrapped: bool
    """False where every line is a whole paragraph (Word, HTML)."""
    vocabulary: Container[str]
    """Words of the document, by which broken words are made whole."""
    body_size: float = 0.0
    """Font size of most of the text; 0.0 where sizes are unknown."""


class Paragraph(NamedTuple):
    """Running text, or one item of a list. A named tuple, as there are many (see ``Line``)."""

    text: str
    bullet: bool
    pages: tuple[tuple[int, int], ...]
    """(first character, page) wherever another page begins; the first is at 0."""
    places: tuple[int, ...]
    """The entries it is made of."""

    def page_at(self, position: int) -> int:
        """The page on which this character stands."""
        if len(self.pages) == 1:
            return self.pages[0][1]
        return [page for start, page in self.pages if start <= position][-1]


def flatten(
    document: Document,
    left_out: Collection[tuple[int, int]],
    vocabulary: Container[str],
    body_size: float = 0.0,
) -> Stream:
    """The stream of a document; ``left_out`` holds (page number, index of the line)."""
    entries: list[Entry] = []
    for page in document.pages:
        top = True
        for index, line in enumerate(page.lines):
            if (page.number, index) not in left_out and line.text:
                entries.append(entry_of(len(entries), page.number, line, top))
                top = False
    return Stream(tuple(entries), _is_wrapped(document), vocabulary, body_size)


def _is_wrapped(document: Document) -> bool:
    if document.format == "pdf":
        return True
    if document.format != "txt":
        return False
    lengths = [len(line.text) for page in document.pages for line in page.lines]
    long_lines = [length for length in lengths if length > _LONG_LINE]
    return sum(long_lines) * 2 < sum(lengths)


def blocks(entries: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    """Runs of neighbouring lines that nothing separates."""
    block: list[Entry] = []
    for entry in entries:
        if block and (entry.apart or entry.place != block[-1].place + 1):
            yield tuple(block)
            block = []
        block.append(entry)
    if block:
        yield tuple(block)


def paragraphs(entries: Sequence[Entry], stream: Stream) -> list[Paragraph]:
    """Running text from lines: wrapped lines joined, broken words made whole.

    Lines whose places do not follow each other never join.
    """
    groups: list[list[Entry]] = []
    wrapped = stream.wrapped
    above: Entry | None = None
    for entry in entries:
        if above is not None and _continues(above, entry, wrapped):
            groups[-1].append(entry)
        else:
            groups.append([entry])
        above = entry
    return [_paragraph(group, stream.vocabulary) for group in groups]


def _continues(above: Entry, entry: Entry, wrapped: bool) -> bool:
    if entry.place != above.place + 1 or entry.page > above.page + 1:
        return False
    line, line_above = entry.line, above.line
    if line.cell or line_above.cell:
        if line.cell == line_above.cell and wrapped and not entry.apart:
            return runs_on(above.text, entry.text)
        return line.cell > line_above.cell > 0
    if line.bullet or line.level or line_above.level or not wrapped:
        return False
    if entry.apart:
        return runs_on(above.text, entry.text)
    return True


def runs_on(above: str, below: str) -> bool:
    """Does a sentence go on from one line to the next, whatever separates them?"""
    return below[:1].islower() and not above.rstrip().endswith(_STOPS)


def _paragraph(group: Sequence[Entry], vocabulary: Container[str]) -> Paragraph:
    first = group[0]
    bullet = first.line.bullet
    places = tuple(range(first.place, first.place + len(group)))
    texts = [entry.text for entry in group]
    if first.page == group[-1].page and first.line.cell <= 1 and joins_by_space(texts):
        text = " ".join(texts)  # as most are
        return Paragraph(_BULLET + text if bullet else text, bullet, ((0, first.page),), places)
    text, pages = _running_text(group, vocabulary)
    shift = len(_BULLET) if bullet else 0
    return Paragraph(
        text=_BULLET + text if bullet else text,
        bullet=bullet,
        pages=((0, pages[0][1]), *((start + shift, page) for start, page in pages[1:])),
        places=places,
    )


def _running_text(
    group: Sequence[Entry], vocabulary: Container[str]
) -> tuple[str, list[tuple[int, int]]]:
    """Lines as one text, and where in it another page begins, as in ``Paragraph.pages``."""
    text = ""
    pages: list[tuple[int, int]] = []
    for entry in group:
        if entry.line.cell > 1:
            text = f"{text.removesuffix(SOFT_HYPHEN)} {entry.text}"
        else:
            text = append_line(text, entry.text, vocabulary)
        if not pages or pages[-1][1] != entry.page:
            pages.append((max(0, len(text) - len(entry.text)), entry.page))
    return text.removesuffix(SOFT_HYPHEN), pages
