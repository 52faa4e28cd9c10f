"""Running headers, footers and page numbers."""

from __future__ import annotations

from ingest.document import Document, Line, Page
from ingest.furniture import Furniture, find_furniture
from ingest.profile_files import load_profiles

GENERIC = load_profiles()[-1]


def furniture(pages: list[list[Line]], height: float = 0.0) -> Furniture:
    numbered = [Page(n, tuple(lines), 600.0, height) for n, lines in enumerate(pages, start=1)]
    return find_furniture(Document("pdf" if height else "txt", tuple(numbered), True), GENERIC)


def test_a_header_with_page_numbers_gives_the_printed_numbers() -> None:
    found = furniture([[Line(f"Recueil 2020 {n + 4}"), Line(f"Texte {n}.")] for n in range(1, 5)])
    assert found.lines == ("Recueil 2020 5",)
    assert found.printed == {1: "5", 2: "6", 3: "7", 4: "8"}
    assert found.spots == {(n, 0) for n in range(1, 5)}


def test_numbers_that_do_not_count_pages_stay_text() -> None:
    numbers = ("12", "7", "430")
    found = furniture([[Line(f"Texte {number}."), Line(number)] for number in numbers])
    assert found.spots == frozenset()
    assert found.printed == {}


def test_section_headings_that_return_on_top_of_pages_stay() -> None:
    found = furniture([[Line("Contexte"), Line(f"Texte {n}.", gap_before=True)] for n in range(5)])
    assert found.spots == frozenset()


def test_sentences_that_return_stay_where_no_gap_sets_them_apart() -> None:
    last = Line("Le même mot de la fin.")
    pages = [[Line(f"Début {n}."), last if n in "abc" else Line(n)] for n in "abcdefgh"]
    assert furniture(pages).spots == frozenset()


def test_small_print_at_one_height_is_furniture_whatever_it_says() -> None:
    names = ["Les Lilas", "Les Lilas", "La Cour", "La Cour"]
    pages = [
        [Line("Texte. " * 9, 10.0, y=400.0), Line(name, 7.0, y=780.0, gap_before=True)]
        for name in names
    ]
    assert furniture(pages, height=800.0).lines == ("Les Lilas", "La Cour")
