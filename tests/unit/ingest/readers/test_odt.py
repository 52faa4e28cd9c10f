"""OpenDocument texts."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import odfdo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Element, Header, List, Paragraph, Style, Table

from ingest.document import Document, Line
from ingest.readers.odt import read
from kb.errors import UnreadableBrochure

PATH = Path("a.odt")
DAMAGED = (
    "a.odt est endommagé ou incomplet : "
    "ouvrez-le dans un traitement de texte et enregistrez-le de nouveau."
)


def packed(*elements: Element | str, styles: tuple[Style, ...] = (), title: str = "") -> bytes:
    document = odfdo.Document("text")
    document.body.clear()
    for style in styles:
        document.insert_style(style, automatic=True)
    for element in elements:
        document.body.append(Element.from_tag(element) if isinstance(element, str) else element)
    if title:
        document.meta.title = title
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def made(*elements: Element | str, styles: tuple[Style, ...] = ()) -> Document:
    return read(PATH, packed(*elements, styles=styles))


def lines_of(*elements: Element | str, styles: tuple[Style, ...] = ()) -> tuple[Line, ...]:
    return made(*elements, styles=styles).pages[0].lines


def texts(document: Document) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in document.pages]


def test_headings_paragraphs_and_lists() -> None:
    lines = lines_of(
        Header(1, "Projet"),
        Header(3, "Contexte"),
        "<text:p>Un<text:s text:c='3'/>texte<text:tab/>ici<text:line-break/>suite</text:p>",
        List(["un", "deux"]),
    )
    assert [(line.text, line.level, line.bullet, line.gap_before) for line in lines] == [
        ("Projet", 1, False, False),
        ("Contexte", 3, False, True),
        ("Un texte ici", 0, False, True),
        ("suite", 0, False, False),
        ("un", 0, True, True),
        ("deux", 0, True, False),
    ]


def test_weights_and_sizes_come_from_styles() -> None:
    big = Style("paragraph", name="Grand")
    big.set_properties({"fo:font-size": "18pt", "fo:font-weight": "bold"}, area="text")
    lines = lines_of(
        Paragraph("Titre", style="Grand"),
        "<text:p>un <text:span text:style-name='rien'>deux</text:span></text:p>",
        styles=(big,),
    )
    assert [(line.size, line.bold) for line in lines] == [(18, True), (12, False)]


def test_tables_give_numbered_cells() -> None:
    table = Table("T", width=2, height=2)
    table.set_values([["Organisme", "Sia Habitat"], ["Lieu", "Lens (62)"]])
    assert [(line.text, line.cell) for line in lines_of(table, Paragraph("Fin"))] == [
        ("Organisme", 1),
        ("Sia Habitat", 2),
        ("Lieu", 1),
        ("Lens (62)", 2),
        ("Fin", 0),
    ]


def test_soft_and_asked_breaks_begin_pages() -> None:
    before = Style("paragraph", name="Avant")
    before.set_properties({"fo:break-before": "page"})
    after = Style("paragraph", name="Apres")
    after.set_properties({"fo:break-after": "page"})
    document = made(
        Paragraph("un", style="Avant"),
        "<text:p>début<text:soft-page-break/>suite</text:p>",
        Paragraph("trois", style="Avant"),
        Paragraph("encore", style="Apres"),
        Paragraph("quatre"),
        styles=(before, after),
    )
    assert texts(document) == [["un", "début"], ["suite"], ["trois", "encore"], ["quatre"]]
    assert document.paged
    assert not made(Paragraph("un")).paged


def test_deleted_text_comments_and_indexes_are_left_out() -> None:
    deleted = (
        "<text:tracked-changes><text:changed-region text:id='a'><text:deletion>"
        "<text:p>jadis</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    index = (
        "<text:table-of-content><text:index-body><text:p>Projet 3</text:p></text:index-body>"
        "</text:table-of-content>"
    )
    comment = (
        "<text:p>gardé<office:annotation><text:p>note</text:p></office:annotation> ici</text:p>"
    )
    assert [line.text for line in lines_of(deleted, index, comment)] == ["gardé ici"]


def test_notes_and_text_boxes_follow_their_paragraph() -> None:
    note = (
        "<text:p>Un appel<text:note text:note-class='footnote'><text:note-citation>1"
        "</text:note-citation><text:note-body><text:p>La note.</text:p></text:note-body>"
        "</text:note> de note.</text:p>"
    )
    box = (
        "<text:p>Autour<draw:frame><draw:text-box><text:p>Encadré</text:p></draw:text-box>"
        "</draw:frame></text:p>"
    )
    assert [line.text for line in lines_of(note, box)] == [
        "Un appel de note.",
        "La note.",
        "Autour",
        "Encadré",
    ]


def test_the_title_comes_from_the_metadata_else_from_its_style() -> None:
    assert read(PATH, packed(Paragraph("x"), title="Projets remarquables")).title == (
        "Projets remarquables"
    )
    document = made(Paragraph("Projets de 2019", style="Title"), Header(1, "Un"))
    assert document.title == "Projets de 2019"


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


WHOLE = packed(Paragraph("Un texte."))


def test_broken_files_are_refused() -> None:
    assert refusal(with_member(WHOLE, "content.xml", b"<office")) == DAMAGED
    entity = b'<!DOCTYPE x [<!ENTITY a "bombe">]><x>&a;</x>'
    assert refusal(with_member(WHOLE, "content.xml", entity)) == DAMAGED
    assert refusal(WHOLE[: len(WHOLE) // 2]) == DAMAGED


def test_a_file_under_a_password_is_refused() -> None:
    manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>"
    assert refusal(with_member(WHOLE, "META-INF/manifest.xml", manifest)) == (
        "a.odt est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )


@settings(max_examples=60, deadline=None)
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
    assert document.format == "odt"


def test_a_bold_start_is_measured_in_the_text_of_the_line() -> None:
    bold = Style("text", name="T1", bold=True)
    paragraph = (
        '<text:p><text:span text:style-name="T1">Contexte :</text:span> le quartier</text:p>'
    )
    (line,) = lines_of(paragraph, styles=(bold,))
    assert (line.text, line.bold, line.bold_prefix) == ("Contexte : le quartier", False, 10)


def test_a_share_of_a_size_is_one_of_the_style_below_and_colours_are_read() -> None:
    large = Style("paragraph", name="Grand", parent_style="Standard")
    large.set_properties({"fo:font-size": "150%", "fo:color": "#c00000"}, area="text")
    lines = lines_of(Paragraph("Titre", style="Grand"), Paragraph("Texte"), styles=(large,))
    assert [(line.text, line.size, line.color) for line in lines] == [
        ("Titre", 18, "#c00000"),
        ("Texte", 12, ""),
    ]
