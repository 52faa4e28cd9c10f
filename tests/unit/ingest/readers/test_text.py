"""Plain text: encodings, pages, blank lines, lists, headings."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Line
from ingest.readers.text import read, split_pages
from kb.errors import UnreadableBrochure

REAL = Path(__file__).parents[5] / "shared" / "corpus" / "urh-hauts-de-france-2020.txt"
FRENCH = "• Été à Évreux : l’accès « au logement » coûte 6 000 € – où ? Œuvre, Noël.\n"
PATH = Path("a.txt")


def lines_of(text: str) -> tuple[Line, ...]:
    (page,) = read(PATH, text.encode("utf-8")).pages
    return page.lines


def texts_of(document: Document) -> list[list[str]]:
    return [[line.text for line in page.lines] for page in document.pages]


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"],
)
def test_usual_encodings_give_the_same_text(encoding: str) -> None:
    document = read(PATH, FRENCH.encode(encoding))
    assert texts_of(document) == [
        ["Été à Évreux : l’accès « au logement » coûte 6 000 € – où ? Œuvre, Noël."]
    ]


@pytest.mark.parametrize("encoding", ["latin-1", "cp850"])
def test_encodings_without_curly_quotes_are_read_too(encoding: str) -> None:
    text = "L'été à Évreux : où vont les élèves ? À la résidence."
    assert texts_of(read(PATH, text.encode(encoding))) == [[text]]


def test_utf8_with_a_stray_byte_of_windows_is_mended() -> None:
    text = "Été à Évreux, élèves et étrangers hébergés"
    data = text.encode("utf-8") + b" \x96 no\xebl"
    assert texts_of(read(PATH, data)) == [[f"{text} – noël"]]


@pytest.mark.parametrize(
    "data", [bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 50, b"\xff\xfe\x00\xd8\x00\xd8"]
)
def test_bytes_that_are_no_text_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableBrochure) as caught:
        read(PATH, data)
    assert str(caught.value) == (
        "a.txt : encodage illisible ; enregistrez le fichier en texte UTF-8."
    )


@given(st.binary())
def test_any_bytes_give_a_document_or_a_clear_refusal(data: bytes) -> None:
    try:
        document = read(PATH, data)
    except UnreadableBrochure:
        return
    assert document.format == "txt"
    assert all(line.text for page in document.pages for line in page.lines)


@given(st.text(alphabet="ab é’\n\r\f\t-•# =."))
def test_no_letter_of_a_text_is_lost(text: str) -> None:
    try:
        document = read(PATH, text.encode("utf-8"))
    except UnreadableBrochure:
        return
    found = "".join(line.text for page in document.pages for line in page.lines)
    assert [c for c in found if c.isalpha()] == [c for c in text if c.isalpha()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_line_ends(end: str) -> None:
    assert [line.text for line in lines_of(f"un{end}deux{end}{end}trois")] == [
        "un",
        "deux",
        "trois",
    ]


def test_blank_lines_show_as_gaps() -> None:
    lines = lines_of("\n\nun\ndeux\n \t\ntrois\n\n\nquatre")
    assert [line.gap_before for line in lines] == [False, False, True, True]


def test_form_feeds_part_pages() -> None:
    document = read(PATH, b"un\n\fdeux\n\ftrois\n\f")
    assert texts_of(document) == [["un"], ["deux"], ["trois"]]
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.paged


def test_a_blank_page_keeps_its_number() -> None:
    document = read(PATH, b"un\f\ftrois")
    assert texts_of(document) == [["un"], [], ["trois"]]


def test_a_text_without_pages_is_one_page_that_is_not_paged() -> None:
    document = read(PATH, b"un\ndeux\f\n")
    assert texts_of(document) == [["un", "deux"]]
    assert not document.paged


def page_of(number: int, first: str = "Titre") -> list[str]:
    return [f" {first} {number}", *[f"ligne {place} de la page" for place in range(9)]]


def test_a_single_leading_space_begins_a_page_where_such_lines_are_rare() -> None:
    lines = [*page_of(1), "  retrait", " ", "", *page_of(2), "\t • puce", *page_of(3, "« Mot")]
    pages = split_pages("\n".join(lines))
    assert [page[0] for page in pages] == [" Titre 1", " Titre 2", " « Mot 3"]
    assert sum(len(page) for page in pages) == len(lines)


def test_frequent_leading_spaces_are_indents() -> None:
    text = "\n".join(f" alinéa {number}\nsuite\nfin" for number in range(9))
    assert len(split_pages(text)) == 1


def test_leading_spaces_count_only_where_the_first_line_has_one() -> None:
    lines = ["Titre", *page_of(1), *page_of(2)]
    assert len(split_pages("\n".join(lines))) == 1


def test_a_list_item_and_the_rest_of_one_begin_no_page() -> None:
    lines = [*page_of(1), "• un début", " qui continue", *page_of(2), " • une puce", *page_of(3)]
    assert [page[0] for page in split_pages("\n".join(lines))] == [
        " Titre 1",
        " Titre 2",
        " Titre 3",
    ]


def test_list_items_lose_their_bullet_and_keep_a_flag() -> None:
    lines = lines_of("• un\n‣ deux\n\uf0b7 trois\n▪quatre\n\t• cinq\nsuite")
    assert [(line.text, line.bullet) for line in lines] == [
        ("un", True),
        ("deux", True),
        ("trois", True),
        ("quatre", True),
        ("cinq", True),
        ("suite", False),
    ]


def test_a_bullet_alone_on_its_line_belongs_to_the_next() -> None:
    lines = lines_of("avant\n\n•\nun\n•\ndeux")
    assert [(line.text, line.bullet, line.gap_before) for line in lines] == [
        ("avant", False, False),
        ("un", True, True),
        ("deux", True, False),
    ]


def test_markdown_and_underlined_headings_have_a_level() -> None:
    lines = lines_of("# Un\n### Trois ###\n\nTitre\n=====\ntexte\n\nSous-titre\n---\nfin")
    assert [(line.text, line.level) for line in lines] == [
        ("Un", 1),
        ("Trois", 3),
        ("Titre", 1),
        ("texte", 0),
        ("Sous-titre", 2),
        ("fin", 0),
    ]
    assert lines[-1].gap_before


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("un *mot* et **deux autres** ici", "un mot et deux autres ici"),
        ("_Une ligne entière_", "Une ligne entière"),
        ("*une phrase sur\ndeux lignes* enfin", "une phrase sur\ndeux lignes enfin"),
        ("le prix* hors taxes*", "le prix* hors taxes*"),
        ("5 * 3 * 2", "5 * 3 * 2"),
        ("nom_de_fichier_2020", "nom_de_fichier_2020"),
        ("jean_paul@a_b.fr", "jean_paul@a_b.fr"),
        ("le *début\n\nsans* fin", "le *début\nsans* fin"),
    ],
)
def test_marks_of_emphasis_are_left_out_and_other_stars_kept(marked: str, plain: str) -> None:
    assert [line.text for line in lines_of(marked)] == plain.split("\n")


def test_marks_for_bold_tell_which_lines_begin_bold() -> None:
    lines = lines_of(
        "**Contexte :** le quartier\n\n**Objectifs**\n\n- **Lieu** : Lille\n\nUn **mot**"
    )
    assert [(line.text, line.bold, line.bold_prefix, line.bullet) for line in lines] == [
        ("Contexte : le quartier", False, 10, False),
        ("Objectifs", True, 0, False),
        ("Lieu : Lille", False, 4, True),
        ("Un mot", False, 0, False),
    ]


def test_rules_part_paragraphs_and_are_no_text() -> None:
    lines = lines_of("un\n\n_____\n\ndeux\n* * *\ntrois")
    assert [(line.text, line.gap_before) for line in lines] == [
        ("un", False),
        ("deux", True),
        ("trois", True),
    ]


@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} is not beside this checkout")
def test_the_pages_of_a_real_brochure_are_found() -> None:
    document = read(REAL, REAL.read_bytes())
    assert len(document.pages) == 50
    assert document.paged
    assert all(page.lines and page.lines[0].gap_before is False for page in document.pages)


def test_a_first_line_broken_off_on_purpose_stands_apart_and_a_wrapped_one_does_not() -> None:
    pages = (
        "Un toit\nLes jeunes du bassin y trouvent une chambre.\n\n"
        "Contexte\f"
        "le reste d’une phrase de la page précédente\nParis et Lyon suivent.\f"
        "Un toit\nles jeunes du bassin y trouvent une chambre."
    )
    document = read(Path("a.txt"), pages.encode())
    assert [page.lines[1].gap_before for page in document.pages] == [True, False, False]
