"""Web pages, through Beautiful Soup: the main content, without what surrounds it."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.document import Document
from ingest.readers.encoding import decode
from ingest.readers.html_controls import is_control
from ingest.readers.html_styles import styled, with_sure_sizes
from ingest.readers.metadata import declared_year, sensible_title, year_in
from ingest.readers.paragraphs import PLAIN, PageBuilder, Paragraph, Style
from kb.errors import UnreadableBrochure

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag

_LEFT_OUT = frozenset(
    str.split(
        "audio button canvas dialog footer head iframe input menu nav noscript object script "
        "select style svg template textarea video"
    )
)
_ROLES_LEFT_OUT = frozenset(str.split("navigation menu menubar search toolbar"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    str.split(
        "address article aside blockquote body caption center dd details div dl dt fieldset "
        "figcaption figure form header hr html legend main ol p pre section summary table "
        "tbody td tfoot th thead tr ul"
    )
)
_BARE = Paragraph()
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CHARSET_WITHIN = 4096
_SUBSET = re.compile(r"<!DOCTYPE\b[^<>\[]{0,999}\[.{0,9999}?\]\s*>", re.IGNORECASE | re.DOTALL)
"""A document type with declarations of its own: browsers show what follows the first ``>``."""
_DEEPEST = 300
"""Elements inside each other; pages that people read have a few dozen."""
_MAIN_SHARE = 0.4
"""Share of the page's text that its <main> must hold to be believed."""
_LINKS_SHARE = 0.5
_DATES = str.split(
    "date dc.date dcterms.date dcterms.issued dcterms.created article:published_time "
    "citation_publication_date datepublished"
)


def read(path: Path, data: bytes) -> Document:
    """Read a web page; raise ``UnreadableBrochure`` when its encoding is unknown."""
    soup = _parse(_text(path, data))
    if _depth(soup) > _DEEPEST:
        raise _too_deep(path)
    title, year = _metadata(soup)
    builder = PageBuilder()
    try:
        _Walker(builder).walk(_main_content(soup), PLAIN)
    except RecursionError:
        raise _too_deep(path) from None
    pages = with_sure_sizes(builder.finish())
    return Document(format="html", pages=pages, paged=False, title=title, year=year)


def _depth(soup: BeautifulSoup) -> int:
    """How many elements stand inside each other at most."""
    from bs4.element import Tag

    floors = {id(soup): 0}
    for element in soup.descendants:
        if isinstance(element, Tag):
            floors[id(element)] = floors[id(element.parent)] + 1
    return max(floors.values())


def _too_deep(path: Path) -> UnreadableBrochure:
    return UnreadableBrochure(
        f"{path.name} imbrique trop d’éléments HTML : enregistrez la page en PDF."
    )


def _parse(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    with warnings.catch_warnings():
        # Beautiful Soup remarks on XHTML and on texts that look like file names.
        warnings.simplefilter("ignore", UserWarning)
        return BeautifulSoup(_SUBSET.sub("<!DOCTYPE html>", text, count=1), "lxml")


def _text(path: Path, data: bytes) -> str:
    """By the encoding that the page declares where it fits, else as any text."""
    declared = _CHARSET.search(data[:_CHARSET_WITHIN])
    if declared and b"\x00" not in data[:_CHARSET_WITHIN] and not data.startswith(b"\xef\xbb\xbf"):
        name = declared.group(1).decode("ascii", "ignore").lower()
        # Browsers read Latin-1 as Windows-1252, and so do those who wrote the page.
        name = "cp1252" if name in ("iso-8859-1", "latin1", "latin-1", "us-ascii") else name
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            pass
    return decode(path, data)


def _main_content(soup: BeautifulSoup) -> Tag:
    """The element that holds what the page is about."""
    body = soup.body or soup
    whole = _length(body)
    for main in soup.select("main, [role=main]"):
        if _length(main) >= _MAIN_SHARE * whole:
            return main
    articles = soup.find_all("article")
    if len(articles) == 1 and _length(articles[0]) >= _MAIN_SHARE * whole:
        return articles[0]
    return body


def _length(element: Tag) -> int:
    return sum(len(text) for text in element.stripped_strings)


def _is_left_out(element: Tag) -> bool:
    """Is it what surrounds the content (menus, the site's header, forms) or hidden?"""
    name = element.name
    if name in _LEFT_OUT or element.has_attr("hidden") or element.get("aria-hidden") == "true":
        return True
    if element.get("role") in _ROLES_LEFT_OUT:
        return True
    if _HIDDEN_STYLE.search(str(element.get("style") or "")) or is_control(element):
        return True
    if name == "header":
        return element.find_parent(["article", "main", "section"]) is None
    if name == "aside":
        return element.find_parent(["article", "main"]) is None or _is_mostly_links(element)
    if name == "form":
        return element.find([*_HEADINGS, "p", "table"]) is None
    return False


def _is_mostly_links(element: Tag) -> bool:
    links = sum(_length(link) for link in element.find_all("a"))
    return links >= _LINKS_SHARE * max(_length(element), 1)


class _Walker:
    """Goes through elements in document order and fills a ``PageBuilder``."""

    def __init__(self, builder: PageBuilder) -> None:
        self._builder = builder
        self._cell = 0

    def walk(self, element: Tag, style: Style, paragraph: Paragraph = _BARE) -> None:
        """Everything inside an element."""
        from bs4.element import CData, NavigableString, Tag

        for child in element.children:
            if isinstance(child, Tag):
                if not _is_left_out(child):
                    self._element(child, style, paragraph)
            elif type(child) in (NavigableString, CData):
                self._string(str(child), style, element.name == "pre")

    def _string(self, text: str, style: Style, as_printed: bool) -> None:
        lines = text.splitlines() if as_printed else [text]
        for number, line in enumerate(lines):
            if number:
                self._builder.end_line()
            self._builder.text(line, style)

    def _element(self, element: Tag, style: Style, paragraph: Paragraph) -> None:
        name = element.name
        style = styled(element, style)
        if name == "br":
            self._builder.end_line()
        elif name in _HEADINGS:
            self._block(element, style, Paragraph(level=_HEADINGS[name]))
        elif name == "li":
            self._block(element, style, Paragraph(bullet=True))
        elif name == "table":
            self._table(element, style)
        elif name == "tr":
            start = self._builder.begin_row()
            self._block(element, style, paragraph)
            cells = element.find_all(["td", "th"], recursive=False)
            self._builder.end_row(start, cells=len(cells))
        elif name in ("td", "th", "dt", "dd"):
            self._in_cell(element, style)
        elif name in _BLOCKS:
            self._block(element, style, paragraph)
        else:
            self.walk(element, style, paragraph)

    def _block(self, element: Tag, style: Style, paragraph: Paragraph) -> None:
        if self._builder.awaits_item and not paragraph.level:
            paragraph = Paragraph(bullet=True)
        self._builder.start_paragraph(paragraph)
        self.walk(element, style, Paragraph(level=paragraph.level))
        self._builder.start_paragraph(Paragraph())

    def _table(self, table: Tag, style: Style) -> None:
        outer, self._cell = self._cell, 0
        self._builder.start_paragraph(Paragraph())
        self.walk(table, style)
        self._cell = outer
        self._builder.begin_cell(outer)

    def _in_cell(self, cell: Tag, style: Style) -> None:
        """A cell of a row, or a term (first) with its description (second)."""
        before = cell.find_previous_siblings(["td", "th"])
        number = 1 + len(before) if cell.name in ("td", "th") else 1 + (cell.name == "dd")
        outer, self._cell = self._cell, number
        self._builder.start_paragraph(Paragraph())
        self._builder.begin_cell(number)
        self.walk(cell, style)
        self._cell = outer
        self._builder.begin_cell(outer)


def _metadata(soup: BeautifulSoup) -> tuple[str, int | None]:
    title = sensible_title(soup.title.get_text() if soup.title else "")
    for meta in soup.find_all("meta"):
        name = str(meta.get("name") or meta.get("property") or meta.get("itemprop") or "").lower()
        year = year_in(str(meta.get("content") or "")[:4]) if name in _DATES else None
        if year is not None:
            return title, year
    return title, declared_year(title)
