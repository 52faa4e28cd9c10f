"""Whole PDF files: text, metadata, locks, scans, damage."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

from ingest.document import Document
from ingest.readers.pdf import read
from kb.errors import UnreadableBrochure

MakePdf = Callable[..., bytes]
PATH = Path("a.pdf")


def texts(document: Document) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in document.pages]


def rewritten(data: bytes, change: Callable[[pypdf.PdfWriter], object]) -> bytes:
    """The same file after a change made through pypdf."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def drawn(content: bytes, **page_entries: object) -> bytes:
    """A page with this content stream and the fonts /F1 (plain) and /F2 (bold)."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(595, 842)
    fonts = DictionaryObject()
    for name, base in (("/F1", "/Helvetica"), ("/F2", "/Helvetica-Bold")):
        fonts[NameObject(name)] = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject(base),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream)
    for key, value in page_entries.items():
        page[NameObject(f"/{key}")] = value
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableBrochure) as caught:
        read(PATH, data)
    return str(caught.value)


def test_lines_carry_text_size_weight_and_place(make_pdf: MakePdf) -> None:
    document = read(PATH, make_pdf([(72, 100, "Titre", 20, True), (72, 130, "Un texte.", 10)]))
    (page,) = document.pages
    title, text = page.lines
    assert (document.format, document.paged) == ("pdf", True)
    assert (page.number, page.width, page.height, page.label) == (1, 595, 842, "")
    assert (title.text, title.size, title.bold, title.x, title.y) == ("Titre", 20, True, 72, 100)
    assert title.width == pytest.approx(stringWidth("Titre", "Helvetica-Bold", 20), abs=0.01)
    assert (text.text, text.size, text.bold, text.y) == ("Un texte.", 10, False, 130)
    assert text.gap_before


def test_title_and_year_come_from_the_metadata(make_pdf: MakePdf) -> None:
    data = make_pdf([(72, 72, "Bonjour")])

    def declare(title: str) -> Document:
        return read(PATH, rewritten(data, lambda pdf: pdf.add_metadata({"/Title": title})))

    named = declare("Projets remarquables 2019")
    assert (named.title, named.year) == ("Projets remarquables 2019", 2019)
    assert declare("Microsoft Word - v2.docx").title == ""


def test_the_year_is_that_of_the_text_not_of_the_file(make_pdf: MakePdf) -> None:
    data = make_pdf([(72, 72, "Bonjour")])

    def declare(**fields: str) -> int | None:
        entries = {f"/{key}": value for key, value in fields.items()}
        return read(PATH, rewritten(data, lambda pdf: pdf.add_metadata(entries))).year

    assert declare(CreationDate="D:20170301120000") is None
    assert declare(Title="Projets", Subject="Édition 2017") == 2017


def test_broken_metadata_are_no_reason_to_refuse(make_pdf: MakePdf) -> None:
    data = make_pdf([(72, 72, "Bonjour")])
    broken = data.replace(b"/Title (untitled)", b"/Title 99 0 R      ")
    assert broken != data
    assert read(PATH, broken).title == ""


def test_page_labels_are_given_where_declared(make_pdf: MakePdf) -> None:
    data = make_pdf([(72, 72, "un")], [(72, 72, "deux")], [(72, 72, "trois")])

    def label(pdf: pypdf.PdfWriter) -> None:
        pdf.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN)
        pdf.set_page_label(1, 2, style=PageLabelStyle.DECIMAL, start=7)

    assert [page.label for page in read(PATH, rewritten(data, label)).pages] == ["i", "7", "8"]
    assert [page.label for page in read(PATH, data).pages] == ["", "", ""]


def locked(data: bytes, password: str, algorithm: str) -> bytes:
    if algorithm.startswith("AES"):
        pytest.importorskip("cryptography", reason="pypdf needs it for AES")
    return rewritten(data, lambda pdf: pdf.encrypt(password, "maître", algorithm=algorithm))


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_an_encrypted_file_opens_with_the_empty_password(make_pdf: MakePdf, algorithm: str) -> None:
    data = locked(make_pdf([(72, 72, "Bonjour")]), "", algorithm)
    assert texts(read(PATH, data)) == [["Bonjour"]]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_an_encrypted_file_with_a_password_is_refused(make_pdf: MakePdf, algorithm: str) -> None:
    assert refusal(locked(make_pdf([(72, 72, "Bonjour")]), "secret", algorithm)) == (
        "a.pdf est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )


def test_a_file_without_text_is_called_a_scan() -> None:
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=A4)
    drawing.rect(10, 10, 100, 100, fill=1)
    drawing.save()
    assert refusal(buffer.getvalue()) == (
        "a.pdf ne contient pas de texte, c’est sans doute un document numérisé : "
        "reconnaissez-en d’abord le texte, par exemple avec "
        "« ocrmypdf -l fra entree.pdf sortie.pdf »."
    )


def test_the_layer_of_recognised_text_on_a_scan_is_read() -> None:
    assert texts(read(PATH, drawn(b"BT /F1 10 Tf 3 Tr 72 700 Td (Reconnu) Tj ET"))) == [["Reconnu"]]


def test_pages_without_text_keep_their_number(make_pdf: MakePdf) -> None:
    document = read(PATH, make_pdf([], [(72, 72, "deux")]))
    assert texts(document) == [[], ["deux"]]
    assert [page.number for page in document.pages] == [1, 2]


def test_a_truncated_file_is_refused_in_silence(
    make_pdf: MakePdf, capfd: pytest.CaptureFixture[str]
) -> None:
    data = make_pdf(*[[(72, 72, f"Page {number}")] for number in range(5)])
    for share in (0.1, 0.5, 0.9):
        assert refusal(data[: int(share * len(data))]) == (
            "a.pdf est un PDF endommagé ou incomplet : téléchargez-le ou exportez-le de nouveau."
        )
    assert capfd.readouterr() == ("", "")


def test_a_file_whose_index_is_wrong_but_whose_pages_are_whole_is_read(make_pdf: MakePdf) -> None:
    data = make_pdf([(72, 72, "un")], [(72, 72, "deux")])
    start = data.rindex(b"startxref")
    assert texts(read(PATH, data[:start] + b"startxref\n5\n%%EOF\n")) == [["un"], ["deux"]]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_damage_gives_a_document_or_a_clear_refusal(make_pdf: MakePdf, data: st.DataObject) -> None:
    whole = bytearray(make_pdf([(72, 72, "un")], [(72, 72, "deux")], pageCompression=0))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place : place + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=8))
    try:
        document = read(PATH, bytes(whole))
    except UnreadableBrochure:
        return
    assert any(page.lines for page in document.pages)


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_after_the_signature_are_refused_clearly(data: bytes) -> None:
    assert refusal(b"%PDF-1.7\n" + data).startswith("a.pdf ")


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200))
def test_any_content_stream_gives_a_document_or_a_clear_refusal(content: bytes) -> None:
    try:
        document = read(PATH, drawn(b"BT /F1 10 Tf 72 700 Td (avant) Tj ET\n" + content))
    except UnreadableBrochure:
        return
    assert "avant" in "".join(line.text for line in document.pages[0].lines)


def test_a_turned_page_is_read_upright() -> None:
    for rotation, content in (
        (90, b"0 1 -1 0 100 72 Tm"),
        (180, b"-1 0 0 -1 500 700 Tm"),
        (270, b"0 -1 1 0 100 700 Tm"),
    ):
        data = drawn(
            b"BT /F1 10 Tf " + content + b" (premier) Tj 0 -14 Td (second) Tj ET",
            Rotate=FloatObject(rotation),
        )
        (page,) = read(PATH, data).pages
        assert [line.text for line in page.lines] == ["premier", "second"]
        assert page.lines[1].y - page.lines[0].y == pytest.approx(14)
        assert (page.width, page.height) == ((595, 842) if rotation == 180 else (842, 595))


def test_text_in_the_margin_that_stands_on_its_side_comes_last() -> None:
    data = drawn(
        b"BT /F1 8 Tf 0 1 -1 0 20 300 Tm (de cote) Tj ET BT /F1 10 Tf 72 100 Td (tout en bas) Tj ET"
    )
    (page,) = read(PATH, data).pages
    assert [(line.text, line.turned, line.gap_before) for line in page.lines] == [
        ("tout en bas", False, False),
        ("de cote", True, True),
    ]


def test_what_the_visible_page_cuts_off_is_not_read() -> None:
    data = drawn(
        b"BT /F1 10 Tf 100 700 Td (dedans) Tj ET BT /F1 10 Tf 550 700 Td (dehors) Tj ET",
        CropBox=RectangleObject((50, 50, 500, 800)),
    )
    (page,) = read(PATH, data).pages
    assert [(line.text, line.x, line.y) for line in page.lines] == [("dedans", 50, 100)]


def test_text_drawn_twice_to_look_bold_is_read_once_and_is_bold() -> None:
    data = drawn(
        b"BT /F1 12 Tf 72 700 Td (Titre) Tj ET BT /F1 12 Tf 72.3 700 Td (Titre) Tj ET"
        b" BT /F1 12 Tf 72 680 Td (Titre) Tj ET BT /F1 12 Tf 2 Tr 72 660 Td (Gras) Tj ET"
    )
    (page,) = read(PATH, data).pages
    assert [(line.text, line.bold) for line in page.lines] == [
        ("Titre", True),
        ("Titre", False),
        ("Gras", True),
    ]


def test_a_missing_font_and_text_too_small_to_see_do_no_harm() -> None:
    data = drawn(
        b"BT /F9 10 Tf 72 700 Td (sans police) Tj /F1 0 Tf (nul) Tj /F1 0.1 Tf (infime) Tj ET"
    )
    assert texts(read(PATH, data)) == [["sans police"]]


def test_words_are_parted_by_moves_and_kerning_is_not_a_space() -> None:
    data = drawn(
        b"BT /F1 10 Tf 72 700 Td [(V)70(ill)-30(e)-278(de)] TJ 70 0 Td (Lens) Tj"
        b" 0 -14 Td (un ) Tj (deux) Tj 0 -14 Td 5 Tw (a b) Tj 0 Tw (c) Tj ET"
    )
    assert texts(read(PATH, data)) == [["Ville de", "Lens", "un deux", "a bc"]]


def test_letterspaced_titles_are_words() -> None:
    data = drawn(
        b"BT /F1 10 Tf 72 700 Td 4 Tc (SOLIDAIRE) Tj 0 Tc 0 -20 Td (S O L I D A I R E  E T) Tj"
        b" 0 -20 Td [(S)-400(O)-400(L)-400(I)-400(D)-400(E)-1100(E)-400(T)] TJ ET"
    )
    assert texts(read(PATH, data)) == [["SOLIDAIRE", "SOLIDAIRE ET", "SOLIDE ET"]]


def test_what_the_file_says_the_text_really_is_replaces_what_is_drawn() -> None:
    data = drawn(
        b"BT /F1 10 Tf 72 700 Td (loge) Tj /Span <</ActualText <FEFF00AD>>> BDC (-) Tj EMC"
        b" 0 -12 Td (ment et /e) Tj /Span <</ActualText (ffi)>> BDC (X) Tj EMC (cace) Tj ET"
    )
    assert texts(read(PATH, data)) == [["loge\u00ad", "ment et /efficace"]]


def test_exponents_and_ornate_initials_stay_in_their_line() -> None:
    data = drawn(
        b"BT /F1 10 Tf 72 700 Td (Le 1) Tj /F1 6 Tf 4 Ts (er) Tj 0 Ts /F1 10 Tf ( etage) Tj ET"
        b" BT /F1 30 Tf 72 650 Td (L) Tj ET"
        b" BT /F1 10 Tf 90 662 Td (e logement est) Tj 0 -12 Td (une priorite) Tj ET"
    )
    assert texts(read(PATH, data)) == [["Le 1er etage", "Le logement est", "une priorite"]]


def test_forms_drawn_on_a_page_are_read_with_their_own_matrix() -> None:
    buffer = io.BytesIO()
    drawing = canvas.Canvas(buffer, pagesize=A4)
    drawing.beginForm("bloc")
    drawing.setFont("Helvetica", 10)
    drawing.drawString(10, 10, "Dans la forme")
    drawing.endForm()
    drawing.translate(100, 200)
    drawing.scale(2, 2)
    drawing.doForm("bloc")
    drawing.save()
    (line,) = read(PATH, buffer.getvalue()).pages[0].lines
    assert (line.text, line.size, line.x) == ("Dans la forme", 20, 120)


def test_a_title_kept_apart_in_the_file_is_found(make_pdf: MakePdf) -> None:
    def move(pdf: pypdf.PdfWriter) -> None:
        reference = pdf._add_object(TextStringObject("Projets remarquables"))
        assert pdf._info is not None
        pdf._info[NameObject("/Title")] = reference

    assert read(PATH, rewritten(make_pdf([(72, 72, "x")]), move)).title == "Projets remarquables"


def colored(content: bytes, **spaces: object) -> list[tuple[str, str]]:
    """Text and colour of the lines of a page whose resources name these colour spaces."""
    data = drawn(content)

    def change(writer: pypdf.PdfWriter) -> None:
        resources = writer.pages[0]["/Resources"].get_object()
        named = {NameObject(f"/{name}"): space for name, space in spaces.items()}
        resources[NameObject("/ColorSpace")] = DictionaryObject(named)

    (page,) = read(PATH, rewritten(data, change)).pages
    return [(line.text, line.color) for line in page.lines]


def test_lines_carry_the_colour_of_most_of_their_text_and_none_for_black() -> None:
    found = colored(
        b"BT /F1 10 Tf 72 700 Td (noir) Tj ET "
        b"q 1 0 0 rg BT /F1 10 Tf 72 680 Td (rouge) Tj ET Q "
        b"BT /F1 10 Tf 72 660 Td (encore noir) Tj ET "
        b"1 0 0 0 k BT /F1 10 Tf 72 640 Td (cyan) Tj 0 g ( n) Tj ET "
        b"0.1 g BT /F1 10 Tf 72 620 Td (presque noir) Tj ET "
        b"0.5 g BT /F1 10 Tf 72 600 Td (gris) Tj ET"
    )
    assert found == [
        ("noir", ""),
        ("rouge", "#ff0000"),
        ("encore noir", ""),
        ("cyan n", "#00ffff"),
        ("presque noir", ""),
        ("gris", "#808080"),
    ]


def test_colours_told_in_a_space_of_the_page_are_read_and_unknown_ones_left_empty() -> None:
    def ink(name: str) -> ArrayObject:
        tint = DictionaryObject(
            {
                NameObject("/FunctionType"): NumberObject(2),
                NameObject("/Domain"): ArrayObject([NumberObject(0), NumberObject(1)]),
                NameObject("/C0"): ArrayObject([FloatObject(0)] * 4),
                NameObject("/C1"): ArrayObject([FloatObject(share) for share in (0, 1, 1, 0)]),
                NameObject("/N"): NumberObject(1),
            }
        )
        kind, alternate = NameObject("/Separation"), NameObject("/DeviceCMYK")
        return ArrayObject([kind, NameObject(name), alternate, tint])

    found = colored(
        b"/Spot cs 1 scn BT /F1 10 Tf 72 700 Td (ton direct) Tj ET "
        b"/Key cs 1 scn BT /F1 10 Tf 72 680 Td (noir) Tj ET "
        b"/DeviceRGB cs 0 0 1 sc BT /F1 10 Tf 72 660 Td (bleu) Tj ET "
        b"/Pattern cs /P0 scn BT /F1 10 Tf 72 640 Td (motif) Tj ET "
        b"/Spot cs (x) scn BT /F1 10 Tf 72 620 Td (faux) Tj ET",
        Spot=ink("/Pantone"),
        Key=ink("/Black"),
    )
    assert found == [
        ("ton direct", "#ff0000"),
        ("noir", ""),
        ("bleu", "#0000ff"),
        ("motif", ""),
        ("faux", ""),
    ]


def test_lines_carry_their_family_without_tag_or_style(make_pdf: MakePdf) -> None:
    (page,) = read(PATH, make_pdf([(72, 100, "Titre", 20, True), (72, 130, "Texte", 10)])).pages
    assert [line.family for line in page.lines] == ["helvetica", "helvetica"]


def renamed(content: bytes, plain: str, bold: str) -> list[bool]:
    """Which lines are bold where the two fonts of the page have these names."""

    def change(writer: pypdf.PdfWriter) -> None:
        fonts = writer.pages[0]["/Resources"]["/Font"]
        for key, name in (("/F1", plain), ("/F2", bold)):
            fonts[key].get_object()[NameObject("/BaseFont")] = NameObject(f"/ABCDEF+{name}")

    (page,) = read(PATH, rewritten(drawn(content), change)).pages
    return [line.bold for line in page.lines]


@pytest.mark.parametrize(
    ("text", "heading", "bold"),
    [
        ("Roboto-Regular", "Roboto-Medium", [True, False]),
        ("Roboto-Light", "Roboto-SemiBold", [True, False]),
        ("Roboto-Medium", "Roboto-Medium", [False, False]),
        ("Roboto-SemiBold", "Roboto-Bold", [True, False]),
        ("Lato-Regular", "Roboto-Medium", [False, False]),
        ("Lato-Regular", "Roboto-SemiBold", [True, False]),
        ("Roboto-DemiLight", "Roboto-Heavy", [True, False]),
    ],
)
def test_middle_weights_are_bold_beside_lighter_text(
    text: str, heading: str, bold: list[bool]
) -> None:
    content = (
        b"BT /F2 10 Tf 72 700 Td (Titre) Tj /F1 10 Tf 0 -20 Td (Le texte est plus long.) Tj ET"
    )
    assert renamed(content, text, heading) == bold
