"""OpenDocument texts (.odt), through odfdo.

Tracked deletions, comments, hidden text and generated indexes are left out;
text boxes and notes follow the paragraph that holds them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from odfdo import Document as OpenDocument
from odfdo import Element, XmlPart
from odfdo.security import SecurityError

from ingest.document import Document
from ingest.readers.archive import BROKEN_ARCHIVE, check_archive, damaged, locked, swollen
from ingest.readers.families import family_of, written_color
from ingest.readers.metadata import declared_year, sensible_title
from ingest.readers.paragraphs import PLAIN, PageBuilder, Paragraph, Style
from kb.errors import UnreadableBrochure

_LEFT_OUT = frozenset(
    str.split(
        "office:annotation office:annotation-end office:forms text:alphabetical-index "
        "text:bibliography text:hidden-paragraph text:hidden-text text:illustration-index "
        "text:note-citation text:object-index text:ruby-text text:sequence-decls text:table- "
        "index text:table-of-content text:tracked-changes text:user-field-decls text:user- "
        "index text:variable-decls svg:desc svg:title"
    )
)
_PENDING = frozenset({"draw:text-box", "text:note-body"})
_POINTS = re.compile(r"([\d.]+)pt")
_SHARE = re.compile(r"([\d.]+)%")
_DEEPEST_STYLE = 30
_TITLE_STYLES = ("Title", "Titre")


def read(path: Path, data: bytes) -> Document:
    """Read an OpenDocument text; raise ``UnreadableBrochure`` when it can't be opened."""
    try:
        check_archive(path, data)
        if _is_encrypted(data):
            raise locked(path)
        opened = OpenDocument(BytesIO(data))
        walker = _Walker(_Styles(opened))
        walker.blocks(opened.body)
        title, year = _metadata(opened)
        return Document(
            format="odt",
            pages=walker.builder.finish(),
            paged=walker.builder.paged,
            title=title or walker.title,
            year=year,
        )
    except UnreadableBrochure:
        raise
    except SecurityError as error:
        raise swollen(path) from error
    except BROKEN_ARCHIVE as error:
        raise damaged(path) from error


def _is_encrypted(data: bytes) -> bool:
    with ZipFile(BytesIO(data)) as archive:
        name = "META-INF/manifest.xml"
        return name in archive.namelist() and b"encryption-data" in archive.read(name)


class _Styles:
    """Looks properties up in a style and the styles that it descends from."""

    def __init__(self, opened: OpenDocument) -> None:
        self._by_name: dict[tuple[str, str], Element] = {}
        self._defaults: dict[str, Element] = {}
        for name in ("styles.xml", "content.xml"):
            part = opened.get_part(name)
            styles = part.get_elements("//style:style") if isinstance(part, XmlPart) else []
            for style in styles:
                key = (_attribute(style, "style:family"), _attribute(style, "style:name"))
                self._by_name[key] = style
            if isinstance(part, XmlPart):
                for style in part.get_elements("//style:default-style"):
                    self._defaults[_attribute(style, "style:family")] = style

    def property(self, family: str, name: str, group: str, attribute: str) -> str:
        """The value of a property; empty where neither the style nor its parents give it."""
        for style in self.lineage(family, name):
            for properties in style.get_elements(f"style:{group}-properties"):
                if value := _attribute(properties, attribute):
                    return value
        return ""

    def lineage(self, family: str, name: str) -> list[Element]:
        """The style of this name, those that it descends from and the default, nearest first.

        Text inside a paragraph looks as the paragraph does: no default comes after its style.
        """
        found: list[Element] = []
        style = self._by_name.get((family, name))
        while style is not None and len(found) < _DEEPEST_STYLE:
            found.append(style)
            style = self._by_name.get((family, _attribute(style, "style:parent-style-name")))
        if family == "paragraph" and family in self._defaults:
            found.append(self._defaults[family])
        return found

    def look(self, family: str, name: str, outer: Style) -> Style:
        """How text in this style looks, inside text that looks like ``outer``."""
        weight = self.property(family, name, "text", "fo:font-weight")
        color = self.property(family, name, "text", "fo:color")
        font = self.property(family, name, "text", "style:font-name") or self.property(
            family, name, "text", "fo:font-family"
        )
        bold = weight in ("bold", "600", "700", "800", "900") if weight else outer.bold
        return Style(
            size=self._size(self.lineage(family, name)) or outer.size,
            bold=bold,
            color=written_color(color) if color else outer.color,
            family=family_of(font) or outer.family,
        )

    def _size(self, lineage: Sequence[Element]) -> float:
        """Points; a share, « 150% », is one of the size that the style below gives."""
        share = 1.0
        for style in lineage:
            for properties in style.get_elements("style:text-properties"):
                written = _attribute(properties, "fo:font-size")
                if points := _POINTS.fullmatch(written):
                    return round(share * float(points.group(1)), 1)
                if part := _SHARE.fullmatch(written):
                    share *= float(part.group(1)) / 100
        return 0.0

    def begins_page(self, name: str) -> bool:
        """Does a paragraph of this style start a page?"""
        own = self.lineage("paragraph", name)[:1]
        return self.property("paragraph", name, "paragraph", "fo:break-before") == "page" or any(
            _attribute(style, "style:master-page-name") for style in own
        )

    def ends_page(self, name: str) -> bool:
        """Does a page end after a paragraph of this style?"""
        return self.property("paragraph", name, "paragraph", "fo:break-after") == "page"

    def is_title(self, name: str) -> bool:
        """Is it the style of a document's title, or one made from it?"""
        lineage = self.lineage("paragraph", name)
        names = [name, *(_attribute(style, "style:name") for style in lineage)]
        return any(each in _TITLE_STYLES for each in names)


class _Walker:
    """Goes through a document in its order and fills a ``PageBuilder``."""

    def __init__(self, styles: _Styles) -> None:
        self.builder = PageBuilder()
        self.title = ""
        self._styles = styles
        self._pending: list[Element] = []
        """Text boxes and notes to write once the current paragraph is."""

    def blocks(self, holder: Element, listed: bool = False) -> None:
        """The paragraphs, lists and tables that an element holds.

        ``listed``: its first paragraph is a list item.
        """
        for child in holder.children:
            tag = child.tag
            if tag in ("text:h", "text:p"):
                self._paragraph(child, listed)
                listed = False
            elif tag == "text:soft-page-break":
                self.builder.break_page(asked=False)
            elif tag == "table:table":
                self._table(child)
            elif tag == "text:list-item":
                self.blocks(child, listed=True)
            elif tag not in _LEFT_OUT:
                self.blocks(child, listed)

    def _paragraph(self, element: Element, listed: bool) -> None:
        name = _attribute(element, "text:style-name")
        if self._styles.begins_page(name):
            self.builder.top_of_page()
        title = self._styles.is_title(name)
        self.builder.start_paragraph(Paragraph(level=_level(element, title), bullet=listed))
        self._inline(element, self._styles.look("paragraph", name, PLAIN))
        self.builder.end_line()
        if title and not self.title:
            self.title = element.text_recursive.strip()
        pending, self._pending = self._pending, []
        for held in pending:
            self.blocks(held)
        if self._styles.ends_page(name):
            self.builder.break_page(asked=True)

    def _inline(self, element: Element, style: Style) -> None:
        self.builder.text(element.text, style)
        for child in element.children:
            self._inline_child(child, style)
            self.builder.text(child.tail or "", style)

    def _inline_child(self, child: Element, style: Style) -> None:
        tag = child.tag
        if tag == "text:s":
            self.builder.text(" ", style)
        elif tag == "text:tab":
            self.builder.text("\t", style)
        elif tag == "text:line-break":
            self.builder.end_line()
        elif tag == "text:soft-page-break":
            self.builder.break_page(asked=False)
        elif tag in _PENDING:
            self._pending.append(child)
        elif tag == "text:span":
            name = _attribute(child, "text:style-name")
            self._inline(child, self._styles.look("text", name, style))
        elif tag not in _LEFT_OUT:
            self._inline(child, style)

    def _table(self, table: Element) -> None:
        self._rows(table)
        self.builder.begin_cell(0)

    def _rows(self, holder: Element) -> None:
        for child in holder.children:
            if child.tag == "table:table-row":
                start = self.builder.begin_row()
                cells = [cell for cell in child.children if cell.tag == "table:table-cell"]
                for number, cell in enumerate(cells, start=1):
                    self.builder.begin_cell(number)
                    self.blocks(cell)
                self.builder.end_row(start, cells=len(cells))
            elif child.tag == "text:soft-page-break":
                self.builder.break_page(asked=False)
            else:
                self._rows(child)


def _attribute(element: Element, name: str) -> str:
    return element.get_attribute_string(name) or ""


def _level(element: Element, title: bool) -> int:
    if title:
        return 1
    if element.tag != "text:h":
        return 0
    level = _attribute(element, "text:outline-level")
    return int(level) if level.isdigit() else 1


def _metadata(opened: OpenDocument) -> tuple[str, int | None]:
    meta = opened.meta
    return sensible_title(meta.title or ""), declared_year(meta.title, meta.subject)
