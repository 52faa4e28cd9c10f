"""The Word file of the sample: heading styles, a facts table and a page for each project.

Two runs write the same bytes: dates are fixed, and the archive is stored without compression.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from sample_text import Brochure, Project, Section, typeset

ACCENT = RGBColor(0x1F, 0x3A, 0x5F)
FIXED_DATE = datetime(2024, 1, 1)
ZIP_DATE = (1980, 1, 1, 0, 0, 0)
FONTS = {"Normal": ("Calibri", 11), "Title": ("Calibri", 28), "Subtitle": ("Calibri", 14)}
KEPT_TABLE_STYLES = {"Normal Table", "Table Grid"}
HEADING_SIZES = {"Heading 1": 20, "Heading 2": 13}


def set_styles(document: DocumentObject) -> None:
    """One font, one accent colour, French as the language of the text."""
    for name, (font, size) in FONTS.items():
        document.styles[name].font.name = font
        document.styles[name].font.size = Pt(size)
    for name, size in HEADING_SIZES.items():
        font = document.styles[name].font
        font.name, font.size, font.color.rgb = "Calibri", Pt(size), ACCENT
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def drop_ballast(document: DocumentObject) -> None:
    """Leave out what the template brings and this document does not use: nine tenths of it."""
    for style in list(document.styles):
        if style.type == WD_STYLE_TYPE.TABLE and style.name not in KEPT_TABLE_STYLES:
            style.delete()
    for relations in (document.part.rels, document.part.package.rels):
        for key in [key for key, relation in relations.items() if _is_ballast(relation.reltype)]:
            del relations[key]


def _is_ballast(kind: str) -> bool:
    """Whether a relation of that kind leads to a copy of the styles or a preview picture."""
    return kind.endswith(("/stylesWithEffects", "/thumbnail"))


def set_properties(document: DocumentObject, brochure: Brochure) -> None:
    """Neutral document properties with fixed dates."""
    properties = document.core_properties
    properties.title = typeset(brochure.cover["title"])
    properties.subject = brochure.cover["subject"]
    properties.keywords = ", ".join(brochure.cover["keywords"])
    properties.author = properties.last_modified_by = "Passages"
    properties.comments = ""
    properties.language = "fr-FR"
    properties.created = properties.modified = FIXED_DATE
    properties.revision = 1


def add_page_number(document: DocumentObject, title: str) -> None:
    """The running footer: the title, then the page number as a Word field."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    paragraph = section.footer.paragraphs[0]
    paragraph.add_run(f"{typeset(title)} – page ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def add_first_page(document: DocumentObject, brochure: Brochure) -> None:
    """Title, subtitle and, in bold, that everything here is invented."""
    document.add_paragraph(typeset(brochure.cover["title"]), style="Title")
    document.add_paragraph(typeset(brochure.cover["tagline"]), style="Subtitle")
    document.add_paragraph().add_run(typeset(brochure.cover["notice"].strip())).bold = True


def project_facts(project: Project) -> list[tuple[str, str]]:
    """The rows of a project's facts table."""
    facts = project.facts
    return [
        ("Organisme", facts["organisation"]),
        ("Lieu", facts["place"]),
        ("Année", str(facts["year"])),
        ("Public", facts["public"]),
        ("Partenaires", ", ".join(facts["partners"])),
    ]


def fill_cell(cell: _Cell, text: str, width: Mm, *, bold: bool = False) -> None:
    """One cell of the facts table."""
    cell.width = width
    cell.paragraphs[0].add_run(typeset(text)).bold = bold


def add_facts(document: DocumentObject, project: Project) -> None:
    """The facts table: names on the left, values on the right."""
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in project_facts(project):
        left, right = table.add_row().cells
        fill_cell(left, name, Mm(34), bold=True)
        fill_cell(right, value, Mm(118))


def add_section(document: DocumentObject, section: Section) -> None:
    """A second-level heading, its paragraphs and its bullets."""
    document.add_heading(section.heading, level=2)
    for block in section.blocks:
        document.add_paragraph(block.text, style="List Bullet" if block.bullet else None)


def add_project(document: DocumentObject, project: Project) -> None:
    """A project on a page of its own."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_heading(project.title, level=1)
    add_facts(document, project)
    for section in project.sections:
        add_section(document, section)


def write_stored(document: DocumentObject, path: Path) -> None:
    """Write the archive in its own order, uncompressed, every entry with the same date."""
    buffer = io.BytesIO()
    document.save(buffer)
    with zipfile.ZipFile(buffer) as drawn, zipfile.ZipFile(path, "w") as stored:
        for name in drawn.namelist():
            stored.writestr(zipfile.ZipInfo(name, ZIP_DATE), drawn.read(name))


def build_docx(brochure: Brochure, path: Path) -> None:
    """Write the whole Word document."""
    document = Document()
    set_styles(document)
    set_properties(document, brochure)
    add_page_number(document, brochure.cover["title"])
    add_first_page(document, brochure)
    for project in brochure.projects:
        add_project(document, project)
    drop_ballast(document)
    write_stored(document, path)
