"""Notes as a Word file: A4, styles that can be changed at once, quotations set off."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from kb.notes.note import Chapter, Note, chapters, sources

if TYPE_CHECKING:
    from docx.document import Document

# What XML 1.0 can't hold: the file would not open.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_LONGEST_PROPERTY = 255
_REFERENCE_STYLE = "Reference"
_FONT = "Calibri"
_INK, _QUIET, _ACCENT = "1E2329", "4A5058", "0E5A5A"


def note_docx(note: Note) -> bytes:
    """The whole note: title, day, introduction, quotations by project, sources."""
    import docx

    document: Document = docx.Document()
    _lay_out(document, note)
    document.add_paragraph(_clean(note.heading), style="Title")
    document.add_paragraph(_clean(note.date_line), style="Subtitle")
    for block in re.split(r"\n\s*\n", note.introduction.strip()):
        if block:
            document.add_paragraph(_clean(block))
    for chapter in chapters(note):
        _add_chapter(document, chapter)
    _add_list(document, note.words.sources, sources(note))
    if note.gone:
        _add_list(document, note.words.gone, note.gone)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_chapter(document: Document, chapter: Chapter) -> None:
    document.add_paragraph(_clean(chapter.title), style="Heading 1")
    if chapter.facts:
        facts = document.add_paragraph(_clean(chapter.facts), style=_REFERENCE_STYLE)
        facts.paragraph_format.left_indent = 0
        facts.paragraph_format.keep_with_next = True
    for quotation in chapter.quotations:
        for line in quotation.lines:
            # A quotation and where it comes from stay on one page where they can.
            paragraph = document.add_paragraph(_clean(line), style="Quote")
            paragraph.paragraph_format.keep_with_next = True
        document.add_paragraph(_clean(f"— {quotation.reference}"), style=_REFERENCE_STYLE)


def _add_list(document: Document, title: str, lines: tuple[str, ...]) -> None:
    document.add_paragraph(_clean(title), style="Heading 1")
    for line in lines:
        document.add_paragraph(_clean(line), style="List Bullet")


def _lay_out(document: Document, note: Note) -> None:
    """A4, the language of the reader, and the styles of a sober note."""
    from docx.shared import Cm, Pt

    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.2)
    properties = document.core_properties
    properties.title = _clean(note.heading)[:_LONGEST_PROPERTY]
    properties.author = properties.comments = properties.keywords = ""
    properties.language = note.words.language
    properties.created = properties.modified = note.written.replace(tzinfo=None)
    _add_reference_style(document)
    _set_style(document, "Normal", Pt(11), _INK, after=Pt(6))
    _set_style(document, "Title", Pt(22), _ACCENT, after=Pt(2))
    _set_style(document, "Subtitle", Pt(11), _QUIET, after=Pt(14))
    _set_style(document, "Heading 1", Pt(14), _ACCENT, before=Pt(16), after=Pt(2))
    _set_style(document, "Quote", Pt(11), _INK, after=Pt(3), left=Cm(0.8))
    _set_style(document, _REFERENCE_STYLE, Pt(9.5), _QUIET, after=Pt(10), left=Cm(0.8))
    _set_language(document, note.words.language)


def _add_reference_style(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    style: Any = document.styles.add_style(_REFERENCE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]


def _set_style(
    document: Document,
    name: str,
    size: Any,
    colour: str,
    *,
    before: Any = 0,
    after: Any = 0,
    left: Any = 0,
) -> None:
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    style: Any = document.styles[name]
    style.font.size, style.font.italic = size, False
    style.font.color.rgb = RGBColor.from_string(colour)
    # The template names fonts of its theme, which would win over this one.
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.attrib.clear()
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), _FONT)
    shape = style.paragraph_format
    shape.space_before, shape.space_after, shape.left_indent = before, after, left


def _set_language(document: Document, language: str) -> None:
    """Spelling is checked in this language, whatever the reader's own."""
    from docx.oxml.ns import qn

    styles: Any = document.styles.element
    for element in styles.iter(qn("w:lang")):
        element.set(qn("w:val"), language)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
