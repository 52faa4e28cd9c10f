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


def page_of(*lines: Line) -> list[Line]:
    """A page of some lines below running text."""
    return [Line("Texte courant du projet. " * 9, 10.0, y=400.0), *lines]


def spots(pages: list[list[Line]]) -> list[str]:
    found = furniture(pages, height=800.0)
    return [pages[number - 1][index].text for number, index in sorted(found.spots)]


def test_text_on_its_side_in_the_margin_or_on_several_pages_is_furniture() -> None:
    returns = Line("Recueil 2022", 7.0, x=200.0, y=300.0, turned=True, gap_before=True)
    marginal = Line("Habitat inclusif", 9.0, x=200.0, y=590.0, turned=True, gap_before=True)
    inside = Line("Total des loyers", 9.0, x=200.0, y=300.0, turned=True, gap_before=True)
    pages = [page_of(returns, marginal), page_of(returns), page_of(inside)]
    assert spots(pages) == ["Recueil 2022", "Habitat inclusif", "Recueil 2022"]


def test_lone_numbers_at_one_place_near_the_edge_are_furniture() -> None:
    numbers = ("16", "19", "86", "16")
    pages = [page_of(Line(number, 20.0, x=80.0, y=90.0, width=22.0)) for number in numbers]
    assert spots(pages) == list(numbers)


def test_a_number_with_its_label_below_is_a_figure() -> None:
    pages = [
        page_of(
            Line(number, 20.0, x=80.0, y=70.0, width=22.0),
            Line("logements", 9.0, x=80.0, y=88.0, width=40.0),
        )
        for number in ("16", "43", "86", "12")
    ]
    assert [text for text in spots(pages) if text != "logements"] == []


def test_numbers_of_two_facing_pages_on_one_count_as_both() -> None:
    pages = [
        page_of(
            Line(str(18 + 2 * number), 8.0, x=40.0, y=780.0, width=9.0, gap_before=True),
            Line(str(19 + 2 * number), 8.0, x=560.0, y=780.0, width=9.0),
        )
        for number in (1, 2)
    ]
    found = furniture(pages, height=800.0)
    assert found.printed == {1: "20-21", 2: "22-23"}
    assert spots(pages) == ["20", "21", "22", "23"]


def test_a_number_in_the_outer_margin_is_the_page_number() -> None:
    pages = [
        page_of(Line(str(n + 2), 10.0, x=580.0 if n % 2 else 5.0, y=395.0, width=10.0))
        for n in (1, 2, 3, 4)
    ]
    assert furniture(pages, height=800.0).printed == {1: "3", 2: "4", 3: "5", 4: "6"}


def test_the_footer_of_a_single_page_gives_its_number() -> None:
    pages = [page_of(Line("La Fabrique – p. 1", 7.0, y=780.0, gap_before=True))]
    found = furniture(pages, height=800.0)
    assert (found.lines, found.printed) == (("La Fabrique – p. 1",), {1: "1"})


def test_a_last_line_that_points_at_a_page_stays() -> None:
    pages = [page_of(Line("Voir aussi la page 1", 10.0, y=780.0))]
    assert furniture(pages, height=800.0).spots == frozenset()


def test_captions_with_a_credit_are_furniture() -> None:
    pages = [
        page_of(
            Line("La cour plantée, côté jardin. © J. Lavergne", 7.5, y=420.0, gap_before=True),
            Line("Le chantier en mai, sous la pluie. ©", 7.5, y=440.0, gap_before=True),
            Line("Atelier Douze", 7.5, y=449.0),
            Line("Crédit photo : Atelier Douze", 10.0, y=470.0, gap_before=True),
            Line("© Ville de Lille", 10.0, y=490.0, gap_before=True),
            Line("La halle un soir. Photographie : J. Lavergne", 10.0, y=510.0, gap_before=True),
        )
    ]
    assert spots(pages) == [line.text for line in pages[0][1:]]


def test_text_that_only_speaks_of_photos_or_credits_stays() -> None:
    pages = [
        page_of(
            Line("Crédits : 45 000 € de la région", 10.0, y=420.0, gap_before=True),
            Line(
                "Photos : les habitants ont pris eux-mêmes les images",
                10.0,
                y=440.0,
                gap_before=True,
            ),
            Line("de leur quartier avec un artiste.", 10.0, y=452.0),
            Line("Le budget tient. Crédits : 45 000 €", 10.0, y=500.0, gap_before=True),
            Line(
                "Le logiciel © Exemple : un outil choisi par tous.", 10.0, y=470.0, gap_before=True
            ),
        )
    ]
    assert spots(pages) == []
