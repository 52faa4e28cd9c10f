"""Word documents (.docx), through python-docx.

Tracked deletions, hidden text, headers, footers, comments and the generated
table of contents are left out; text boxes and notes follow the paragraph that
holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from ingest.document import Document
from ingest.readers.archive import BROKEN_ARCHIVE, check_archive, damaged
from ingest.readers.docx_styles import Styles
from ingest.readers.metadata import declared_year, sensible_title
from ingest.readers.paragraphs import PageBuilder, Paragraph
from kb.errors import UnreadableBrochure

_LEFT_OUT = frozenset(
    qn(name)
    for name in ("w:del", "w:moveFrom", "w:instrText", "w:delText", "w:pPr", "w:rPr", "w:tblPr")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_BODY_HOLDERS = frozenset(
    qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml", "w:smartTag")
)
_CHARACTERS = {
    qn("w:tab"): "\t",
    qn("w:ptab"): "\t",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "\u00ad",
}
_NEW_PAGE_SECTIONS = ("nextPage", "oddPage", "evenPage")


def read(path: Path, data: bytes) -> Document:
    """Read a Word document; raise ``UnreadableBrochure`` when it can't be opened."""
    try:
        check_archive(path, data)
        word = docx.Document(BytesIO(data))
        walker = _Walker(word)
        walker.blocks(word.element.body)
        title, year = _metadata(word)
        return Document(
            format="docx",
            pages=walker.builder.finish(),
            paged=walker.builder.paged,
            title=title or walker.title,
            year=year,
        )
    except UnreadableBrochure:
        raise
    except (*BROKEN_ARCHIVE, OpcError, PythonDocxError) as error:
        raise damaged(path) from error


class _Walker:
    """Goes through a document in its order and fills a ``PageBuilder``."""

    def __init__(self, word: WordDocument) -> None:
        self.builder = PageBuilder()
        self.title = ""
        self._styles = Styles(word)
        self._notes = _notes(word)
        self._pending: list[Any] = []
        """Text boxes and notes to write once the current paragraph is."""
        self._sections = _section_breaks(word.element.body)

    def blocks(self, holder: Any) -> None:
        """The paragraphs and tables that an element holds."""
        for child in holder:
            if child.tag == qn("w:p"):
                self._paragraph(child)
            elif child.tag == qn("w:tbl"):
                self._table(child)
            elif child.tag in _BODY_HOLDERS:
                self.blocks(child)

    def _paragraph(self, element: Any) -> None:
        look = self._styles.of_paragraph(element)
        if look.contents_entry:
            return
        if look.new_page:
            self.builder.top_of_page()
        self.builder.start_paragraph(Paragraph(level=look.level, bullet=look.listed))
        self._inline(element, element)
        self.builder.end_line()
        if look.title and not self.title:
            self.title = "".join(text.text or "" for text in element.iter(qn("w:t"))).strip()
        pending, self._pending = self._pending, []
        for held in pending:
            self.blocks(held)
        if element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None and next(
            self._sections, False
        ):
            self.builder.break_page(asked=True)

    def _inline(self, element: Any, paragraph: Any) -> None:
        """Text, breaks and what hangs on them, inside a paragraph."""
        for child in element:
            tag = child.tag
            if not isinstance(tag, str) or tag in _LEFT_OUT:
                continue
            if tag == qn("w:r"):
                if not self._styles.is_hidden(child):
                    self._run(child, paragraph)
            elif tag == qn("w:txbxContent"):
                self._pending.append(child)
            else:
                self._inline(child, paragraph)

    def _run(self, run: Any, paragraph: Any) -> None:
        style = self._styles.of_run(run, paragraph)
        for child in run:
            tag = child.tag
            if tag == qn("w:t"):
                self.builder.text(child.text or "", style)
            elif tag in _CHARACTERS:
                self.builder.text(_CHARACTERS[tag], style)
            elif tag in (qn("w:br"), qn("w:cr")):
                self._break(child)
            elif tag == qn("w:lastRenderedPageBreak"):
                self.builder.break_page(asked=False)
            elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
                self._pending += self._notes.get((tag, child.get(qn("w:id"))), [])
            elif isinstance(tag, str) and tag not in _LEFT_OUT:
                self._inline(child, paragraph)

    def _break(self, element: Any) -> None:
        if element.get(qn("w:type")) == "page":
            self.builder.break_page(asked=True)
        else:
            self.builder.end_line()

    def _table(self, table: Any) -> None:
        for row in _children(table, "w:tr"):
            start = self.builder.begin_row()
            cells = list(_children(row, "w:tc"))
            for number, cell in enumerate(cells, start=1):
                self.builder.begin_cell(number)
                self.blocks(cell)
            self.builder.end_row(start, cells=len(cells))
        self.builder.begin_cell(0)


def _children(element: Any, name: str) -> Iterator[Any]:
    """Rows or cells, those inside content controls and tracked insertions included."""
    for child in element:
        if child.tag == qn(name):
            if child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield child
        elif child.tag in _BODY_HOLDERS:
            yield from _children(child, name)


def _section_breaks(body: Any) -> Iterator[bool]:
    """For each section's end in turn: does the next section begin on a new page?"""
    kinds = []
    for properties in body.iter(qn("w:sectPr")):
        kind = properties.find(qn("w:type"))
        kinds.append("nextPage" if kind is None else kind.get(qn("w:val")))
    return iter([kind in _NEW_PAGE_SECTIONS for kind in kinds[1:]])


def _notes(word: WordDocument) -> dict[tuple[str, str], list[Any]]:
    """Footnotes and endnotes by the reference that calls them."""
    found: dict[tuple[str, str], list[Any]] = {}
    for relation in word.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind not in ("footnotes", "endnotes") or relation.is_external:
            continue
        name = kind.removesuffix("s")
        for note in parse_xml(relation.target_part.blob).iter(qn(f"w:{name}")):
            if note.get(qn("w:type")) in (None, "normal"):
                found[qn(f"w:{name}Reference"), note.get(qn("w:id"))] = [note]
    return found


def _metadata(word: WordDocument) -> tuple[str, int | None]:
    properties = word.core_properties
    year = declared_year(properties.title, properties.subject, properties.keywords)
    return sensible_title(properties.title or ""), year
