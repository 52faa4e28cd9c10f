"""Made brochures as files: text as ``pdftotext`` gives it, HTML, Word, PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from tests.benchmarks.generator import MadeBrochure, MadeProject

COLUMNS = 88
"""Characters of a line of text."""
SECTIONS_ON_A_PAGE = 3
CONTACTS = "Contacts"
MARGIN, SIZE, LEADING = 56, 10, 14
"""Points, on paper."""


def facts(project: MadeProject) -> Iterator[tuple[str, str]]:
    """Labels and values under a project's title."""
    yield "Organisme", project.organisation
    yield "Lieu", f"{project.commune} ({project.departement})"
    yield "Année", str(project.year)
    yield "Partenaires", ", ".join(project.partners)


def write_text(brochure: MadeBrochure, path: Path) -> None:
    """Lines of a fixed width; a form feed ends a page."""
    pages = [f"{brochure.title}\n"]
    for project in brochure.projects:
        pages.extend(_text_pages(project))
    path.write_text("\f".join(pages), encoding="utf-8")


def _text_pages(project: MadeProject) -> Iterator[str]:
    head = [project.title.upper(), ""]
    head += [f"{label} : {value}" for label, value in facts(project)] + [""]
    for start in range(0, len(project.sections), SECTIONS_ON_A_PAGE):
        lines = head if start == 0 else []
        for section in project.sections[start : start + SECTIONS_ON_A_PAGE]:
            lines = [*lines, section.heading.upper(), "", *wrapped(section.text), ""]
        if start + SECTIONS_ON_A_PAGE >= len(project.sections):
            lines = [*lines, CONTACTS.upper(), "", *project.contact, ""]
        yield "\n".join(lines) + "\n"


def wrapped(text: str, columns: int = COLUMNS) -> list[str]:
    """The text in lines of so many characters at most; faster than ``textwrap``."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= columns:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def write_html(brochure: MadeBrochure, path: Path) -> None:
    """Headings of level 2 for projects, 3 for sections."""
    parts = [
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">',
        f"<title>{escape(brochure.title)}</title></head><body>\n<h1>{escape(brochure.title)}</h1>",
    ]
    for project in brochure.projects:
        parts.append(f"<h2>{escape(project.title)}</h2>\n<p>")
        parts.append("<br>\n".join(f"{label} : {escape(value)}" for label, value in facts(project)))
        parts.append("</p>")
        for section in project.sections:
            parts.append(f"<h3>{escape(section.heading)}</h3>\n<p>{escape(section.text)}</p>")
        lines = "<br>\n".join(map(escape, project.contact))
        parts.append(f"<h3>{CONTACTS}</h3>\n<p>{lines}</p>")
    path.write_text("\n".join([*parts, "</body></html>\n"]), encoding="utf-8")


def write_word(brochure: MadeBrochure, path: Path) -> None:
    """Word's own heading styles; the file's dates are fixed."""
    from datetime import UTC, datetime

    from docx import Document

    document = Document()
    document.core_properties.created = document.core_properties.modified = datetime(
        2024, 1, 1, tzinfo=UTC
    )
    document.add_heading(brochure.title, 0)
    for project in brochure.projects:
        document.add_heading(project.title, 1)
        for label, value in facts(project):
            document.add_paragraph(f"{label} : {value}")
        for section in project.sections:
            document.add_heading(section.heading, 2)
            document.add_paragraph(section.text)
        document.add_heading(CONTACTS, 2)
        for line in project.contact:
            document.add_paragraph(line)
    document.save(str(path))


def write_pdf(brochure: MadeBrochure, path: Path) -> None:
    """Titles, headings and text in three sizes; page numbers at the foot; fixed dates."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    canvas.setTitle(brochure.title)
    _put(canvas, A4[1] / 2, brochure.title, "Helvetica-Bold", 16, A4[0])
    canvas.showPage()
    number = 1
    for project in brochure.projects:
        for start in range(0, len(project.sections), SECTIONS_ON_A_PAGE):
            height = A4[1] - MARGIN
            if start == 0:
                height = _put(canvas, height, project.title, "Helvetica-Bold", 20, A4[0]) - LEADING
                for label, value in facts(project):
                    height = _put(canvas, height, f"{label} : {value}", "Helvetica", SIZE, A4[0])
            for section in project.sections[start : start + SECTIONS_ON_A_PAGE]:
                height -= LEADING
                height = _put(canvas, height, section.heading, "Helvetica-Bold", 13, A4[0])
                height = _put(canvas, height, section.text, "Helvetica", SIZE, A4[0])
            if start + SECTIONS_ON_A_PAGE >= len(project.sections):
                height = _put(canvas, height - LEADING, CONTACTS, "Helvetica-Bold", 13, A4[0])
                for line in project.contact:
                    height = _put(canvas, height, line, "Helvetica", SIZE, A4[0])
            canvas.setFont("Helvetica", 8)
            canvas.drawCentredString(A4[0] / 2, MARGIN / 2, str(number))
            canvas.showPage()
            number += 1
    canvas.save()


def _put(canvas: object, height: float, text: str, font: str, size: float, width: float) -> float:
    """Draw a paragraph under ``height``; the height that is left."""
    from reportlab.lib.utils import simpleSplit
    from reportlab.pdfgen.canvas import Canvas

    assert isinstance(canvas, Canvas)
    canvas.setFont(font, size)
    for line in simpleSplit(text, font, size, width - 2 * MARGIN):
        height -= size * LEADING / SIZE
        canvas.drawString(MARGIN, height, line)
    return height


WRITERS: dict[str, Callable[[MadeBrochure, Path], None]] = {
    "txt": write_text,
    "html": write_html,
    "docx": write_word,
    "pdf": write_pdf,
}
