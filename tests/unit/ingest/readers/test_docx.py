"""Word documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.document import Document, Line
from ingest.readers.docx import read
from kb.errors import UnreadableBrochure

PATH = Path("a.docx")
SAMPLE = Path(__file__).parents[4] / "corpus" / "logement-accompagne-bretagne.docx"
Fill = Callable[[Any], object]


def packed(fill: Fill) -> bytes:
    document = docx.Document()
    fill(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def made(fill: Fill) -> Document:
    return read(PATH, packed(fill))


def lines_of(fill: Fill) -> tuple[Line, ...]:
    return made(fill).pages[0].lines


def texts(document: Document) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in document.pages]


def add_xml(document: Any, xml: str) -> None:
    """Put an element before the section's properties, at the end of the body."""
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(xml))


def paragraph_xml(inner: str) -> str:
    return f"<w:p {nsdecls('w')}>{inner}</w:p>"


def test_headings_lists_and_weights_are_read() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Projet", level=1)
        document.add_heading("Contexte", level=2)
        paragraph = document.add_paragraph("Un texte ")
        run = paragraph.add_run("très gras et plus long que le reste")
        run.bold, run.font.size = True, Pt(14)
        document.add_paragraph("un", style="List Bullet")
        document.add_paragraph("deux", style="List Number")
        document.add_paragraph("• trois")

    found = [
        (line.text, line.level, line.bullet, line.bold, line.size, line.gap_before)
        for line in lines_of(fill)
    ]
    assert found == [
        ("Projet", 1, False, True, 14, False),
        ("Contexte", 2, False, True, 13, True),
        ("Un texte très gras et plus long que le reste", 0, False, True, 14, True),
        ("un", 0, True, False, 11, True),
        ("deux", 0, True, False, 11, False),
        ("trois", 0, True, False, 11, False),
    ]


def test_a_title_stands_above_headings_and_names_the_document() -> None:
    def fill(document: Any) -> None:
        document.add_heading("Projets remarquables 2019", level=0)
        document.add_heading("Un projet", level=1)

    document = made(fill)
    assert [line.level for line in document.pages[0].lines] == [1, 2]
    assert document.title == "Projets remarquables 2019"


def test_heading_styles_are_known_by_their_outline_whatever_their_name() -> None:
    def fill(document: Any) -> None:
        style = document.styles.add_style("Intertitre maison", 1)
        style.base_style = document.styles["Heading 3"]
        document.add_paragraph("Moyens", style=style)
        french = document.styles["Heading 4"].element
        french.pPr.remove(french.pPr.find(qn("w:outlineLvl")))
        french.find(qn("w:name")).set(qn("w:val"), "Titre 4")
        document.add_paragraph("Bilan", style="Titre 4")

    assert [(line.text, line.level) for line in lines_of(fill)] == [("Moyens", 3), ("Bilan", 4)]


def test_metadata_give_title_and_year() -> None:
    def fill(document: Any) -> None:
        document.core_properties.title = "Projets remarquables"
        document.core_properties.subject = "Édition 2018"
        document.add_paragraph("Un texte.")

    document = made(fill)
    assert (document.title, document.year) == ("Projets remarquables", 2018)
    assert made(lambda document: document.add_paragraph("Un texte.")).year is None


def test_without_a_page_break_the_document_is_not_paged() -> None:
    document = made(lambda document: document.add_paragraph("Un texte."))
    assert not document.paged
    assert len(document.pages) == 1


def test_breaks_that_the_author_asked_for_begin_pages() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("un").add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("deux")
        document.add_paragraph("trois").paragraph_format.page_break_before = True
        document.add_section(WD_SECTION.CONTINUOUS)
        document.add_paragraph("encore trois")
        document.add_section(WD_SECTION.NEW_PAGE)
        document.add_paragraph("quatre")

    document = made(fill)
    assert texts(document) == [["un"], ["deux"], ["trois", "encore trois"], ["quatre"]]
    assert document.paged


def test_a_page_break_before_the_first_paragraph_makes_no_blank_page() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("un").paragraph_format.page_break_before = True

    assert texts(made(fill)) == [["un"]]


def test_breaks_that_word_printed_begin_pages_once() -> None:
    rendered = "<w:r><w:lastRenderedPageBreak/><w:t>{}</w:t></w:r>"

    def fill(document: Any) -> None:
        document.add_paragraph("un").add_run().add_break(WD_BREAK.PAGE)
        add_xml(document, paragraph_xml(rendered.format("deux")))
        middle = "<w:r><w:t>avant</w:t></w:r>" + rendered.format("apres")
        add_xml(document, paragraph_xml(middle))

    assert texts(made(fill)) == [["un"], ["deux", "avant"], ["apres"]]


def test_tables_give_numbered_cells() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(rows=2, cols=2)
        for row, values in zip(
            table.rows, [("Organisme", "Sia Habitat"), ("Lieu", "Lens (62)")], strict=True
        ):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
        document.add_paragraph("Après.")

    assert [(line.text, line.cell, line.gap_before) for line in lines_of(fill)] == [
        ("Organisme", 1, False),
        ("Sia Habitat", 2, False),
        ("Lieu", 1, False),
        ("Lens (62)", 2, False),
        ("Après.", 0, True),
    ]


def test_tables_that_frame_prose_are_no_tables() -> None:
    def fill(document: Any) -> None:
        cells = document.add_table(rows=1, cols=2).rows[0].cells
        cells[0].text = "mot " * 61
        cells[1].text = "Encadré"
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = "Cadre"

    assert [line.cell for line in lines_of(fill)] == [0, 0, 0]


def test_line_breaks_stay_in_the_paragraph() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("un")
        paragraph.add_run().add_break()
        paragraph.add_run("deux")

    assert [(line.text, line.gap_before) for line in lines_of(fill)] == [
        ("un", False),
        ("deux", False),
    ]


def test_what_was_deleted_or_hidden_is_left_out_and_insertions_are_kept() -> None:
    def fill(document: Any) -> None:
        add_xml(
            document,
            paragraph_xml(
                "<w:r><w:t>garde</w:t></w:r>"
                '<w:del w:id="1" w:author="x"><w:r><w:delText>jadis</w:delText></w:r></w:del>'
                '<w:ins w:id="2" w:author="x"><w:r><w:t>, mis</w:t></w:r></w:ins>'
                "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                "<w:r><w:instrText>PAGE</w:instrText></w:r>"
            ),
        )

    assert [line.text for line in lines_of(fill)] == ["garde, mis"]


def test_content_controls_and_links_are_read() -> None:
    def fill(document: Any) -> None:
        inner = "<w:r><w:t>dans un champ</w:t></w:r>"
        add_xml(
            document,
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p>{inner}</w:p></w:sdtContent></w:sdt>",
        )
        add_xml(document, paragraph_xml("<w:hyperlink><w:r><w:t>lien</w:t></w:r></w:hyperlink>"))

    assert [line.text for line in lines_of(fill)] == ["dans un champ", "lien"]


def test_text_boxes_are_read_once_after_their_paragraph() -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>Encadre</w:t></w:r></w:p></w:txbxContent>"
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"

    def fill(document: Any) -> None:
        add_xml(
            document,
            paragraph_xml(
                f'<w:r><mc:AlternateContent xmlns:mc="{compatible}">'
                f'<mc:Choice Requires="wps">{box}</mc:Choice>'
                f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
                "<w:r><w:t>Autour</w:t></w:r>"
            ),
        )

    assert [line.text for line in lines_of(fill)] == ["Autour", "Encadre"]


def test_headers_footers_and_the_generated_contents_are_left_out() -> None:
    def fill(document: Any) -> None:
        document.sections[0].header.paragraphs[0].text = "En-tête"
        document.sections[0].footer.paragraphs[0].text = "Pied"
        document.styles.add_style("toc 1", 1)
        document.add_paragraph("Un projet\t3", style="toc 1")
        document.add_paragraph("Corps")

    assert [line.text for line in lines_of(fill)] == ["Corps"]


def with_member(data: bytes, name: str, content: bytes) -> bytes:
    """The same archive with one file added or replaced."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableBrochure) as caught:
        read(PATH, data)
    return str(caught.value)


DAMAGED = (
    "a.docx est endommagé ou incomplet : "
    "ouvrez-le dans un traitement de texte et enregistrez-le de nouveau."
)


def test_an_archive_that_inflates_beyond_measure_is_refused_unread() -> None:
    whole = packed(lambda document: document.add_paragraph("Un texte."))
    bomb = with_member(whole, "word/media/image1.bmp", bytes(60 * 1024 * 1024))
    assert refusal(bomb) == (
        "a.docx est anormalement volumineux une fois décompressé : "
        "enregistrez-en une copie sans ses images, ou découpez-le."
    )


def test_entities_are_refused() -> None:
    whole = packed(lambda document: document.add_paragraph("Un texte."))
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "bombe">]><x>&a;</x>'
    assert refusal(with_member(whole, "word/document.xml", entity)) == DAMAGED


def test_broken_xml_and_missing_parts_are_refused() -> None:
    whole = packed(lambda document: document.add_paragraph("Un texte."))
    assert refusal(with_member(whole, "word/document.xml", b"<w:document")) == DAMAGED
    assert refusal(with_member(whole, "_rels/.rels", b"<Relationships/>")) == DAMAGED


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_damage_gives_a_document_or_a_clear_refusal(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    cut = data.draw(st.integers(1, len(whole)))
    place = data.draw(st.integers(0, cut - 1))
    whole[place : place + 4] = data.draw(st.binary(max_size=6))
    try:
        document = read(PATH, bytes(whole[:cut]))
    except UnreadableBrochure:
        return
    assert document.format == "docx"


WHOLE = packed(lambda document: document.add_paragraph("Un texte."))


def test_the_sample_has_its_projects_as_headings() -> None:
    document = read(SAMPLE, SAMPLE.read_bytes())
    levels = [line.level for page in document.pages for line in page.lines if line.level == 2]
    assert len(levels) == 4
    assert document.paged
    first = document.pages[1].lines
    assert [(line.text, line.cell) for line in first[1:3]] == [
        ("Organisme", 1),
        ("Blavet Demeures", 2),
    ]


def test_a_bold_start_is_measured_in_the_text_of_the_line() -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph()
        paragraph.add_run("Contexte :").bold = True
        paragraph.add_run(" le quartier")

    (line,) = lines_of(fill)
    assert (line.text, line.bold, line.bold_prefix) == ("Contexte : le quartier", False, 10)


def test_lines_carry_colour_and_family() -> None:
    def fill(document: Any) -> None:
        run = document.add_paragraph().add_run("Contexte")
        run.font.color.rgb, run.font.name = RGBColor(0x1F, 0x4E, 0x79), "Open Sans SemiBold"
        document.add_paragraph("Un texte.")

    found = [(line.text, line.color, line.family) for line in lines_of(fill)]
    assert found == [("Contexte", "#1f4e79", "opensans"), ("Un texte.", "", "minor")]


def test_labels_with_text_beside_them_have_no_cells_and_facts_keep_theirs() -> None:
    def fill(document: Any) -> None:
        table = document.add_table(rows=0, cols=2)
        for label, text in (("Commune", "Brest"), ("Bilan", "Le voisinage " + "bien " * 30)):
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(label).bold = True
            cells[1].text = text

    found = [(line.text[:7], line.cell, line.bold) for line in lines_of(fill)]
    assert found == [
        ("Commune", 1, True),
        ("Brest", 2, False),
        ("Bilan", 0, True),
        ("Le vois", 0, False),
    ]
