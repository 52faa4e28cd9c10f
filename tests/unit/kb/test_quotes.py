"""Finding a text again among the lines of a page."""

from __future__ import annotations

import pytest

from kb import quotes
from kb.quotes import Piece, Sheet, Way, find, find_over_pages, key_of, run_of, sheet_of_text


def lines(*texts: str) -> Sheet:
    return Sheet(tuple(run_of(text, range(len(text))) for text in texts))


def words(way: Way | None, sheet: Sheet) -> list[str] | None:
    """What a way goes through."""
    if way is None:
        return None
    return [sheet.runs[piece.run].key[piece.start : piece.end] for piece in way]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Œuvre d’Amiens", "œuvredamiens"),
        ("bien-être", "bienetre"),
        ("la ﬁn de l'eﬀort", "lafindeleffort"),
        ("E\u0301té 2\u00a0000\u00a0€", "ete2000"),
        ("43 m²", "43m2"),
        ("« … »", ""),
    ],
)
def test_key_keeps_letters_and_digits_only(text: str, key: str) -> None:
    assert key_of(text) == key


def test_run_knows_where_its_words_begin() -> None:
    run = run_of("l’été, ici", range(10, 20))
    assert run.key == "leteici"
    assert run.places == (10, 12, 13, 14, 17, 18, 19)
    assert run.edges == frozenset({0, 1, 4, 7})


def test_ligature_gives_two_letters_of_one_place() -> None:
    assert run_of("ﬁn", [4, 5]).places == (4, 4, 5)


def test_text_within_a_line() -> None:
    sheet = lines("Avant. Une phrase entière. Après.")
    assert words(find("Une phrase entière.", sheet), sheet) == ["unephraseentiere"]


def test_text_over_lines_and_a_broken_word() -> None:
    sheet = lines("Titre", "Les loge-", "ments sont", "prêts. La suite")
    found = find("Les logements sont prêts.", sheet)
    assert words(found, sheet) == ["lesloge", "mentssont", "prets"]


def test_part_of_a_word_is_not_the_word() -> None:
    assert find("logement", lines("Un relogement rapide", "des logements")) is None


def test_columns_that_the_file_draws_in_turns() -> None:
    sheet = lines("Les jardins", "Le bailleur a", "sont ouverts", "tout refait.", "à tous.")
    found = find("Les jardins sont ouverts à tous.", sheet)
    assert words(found, sheet) == ["lesjardins", "sontouverts", "atous"]


def test_capital_that_stands_apart() -> None:
    sheet = lines("L", "Page 3", "e jardin est ouvert.")
    assert words(find("Le jardin est ouvert.", sheet), sheet) == ["l", "ejardinestouvert"]


def test_text_that_lacks_a_word_on_the_page_is_not_found() -> None:
    sheet = lines("Les jardins sont", "fermés à tous.")
    assert find("Les jardins sont ouverts à tous.", sheet) is None


def test_figure_that_differs_is_not_found() -> None:
    assert find("Le coût est de 13 000 €.", lines("Le coût est de 15 000 €.")) is None


def test_equal_sentences_are_not_told_apart_without_their_neighbours() -> None:
    sheet = lines("Le besoin", "Dix logements.", "Les effets", "Dix logements.", "Fin")
    assert find("Dix logements.", sheet) is None


@pytest.mark.parametrize(
    ("before", "after", "run"),
    [
        (("Le besoin",), (), 1),
        (("Absent", "Les effets"), (), 3),
        ((), ("Fin",), 3),
        (("Absent",), ("Les effets",), 1),
    ],
)
def test_neighbours_tell_equal_sentences_apart(
    before: tuple[str, ...], after: tuple[str, ...], run: int
) -> None:
    sheet = lines("Le besoin", "Dix logements.", "Les effets", "Dix logements.", "Fin")
    found = find("Dix logements.", sheet, before, after)
    assert found is not None
    assert [piece.run for piece in found] == [run]


def test_line_that_stands_twice_belongs_to_the_text_that_follows_it() -> None:
    sheet = lines("Le projet", "vise les jeunes.", "Le projet", "vise les aînés.")
    assert find("Le projet vise les aînés.", sheet) == (Piece(2, 0, 8), Piece(3, 0, 12))


def test_what_only_the_order_or_only_the_eye_says_is_not_enough() -> None:
    drawn = lines("Le projet", "Le projet", "vise les jeunes.", "vise les aînés.")
    # To the eye, these are two columns that the file draws line by line.
    columns = Sheet(drawn.runs, lambda before, after: (before, after) in {(0, 2), (1, 3)})
    assert find("Le projet vise les jeunes.", columns) is None
    assert find("Le projet vise les jeunes.", drawn) == (Piece(1, 0, 8), Piece(2, 0, 13))


def test_what_the_order_and_the_eye_say_wins() -> None:
    runs = lines("Le projet", "Autre", "Le projet", "vise les jeunes.").runs
    sheet = Sheet(runs, lambda before, after: (before, after) in {(0, 3), (2, 3)})
    assert find("Le projet vise les jeunes.", sheet) == (Piece(2, 0, 8), Piece(3, 0, 13))


def test_no_line_is_used_twice() -> None:
    assert find("oui oui", lines("oui")) is None


@pytest.mark.parametrize("text", ["", "« … »", " \n"])
def test_nothing_is_nowhere(text: str) -> None:
    assert find(text, lines("Un texte")) is None
    assert find_over_pages(text, [lines("Un texte"), lines("Suite")]) is None


def test_page_without_text() -> None:
    assert find("Un texte", lines()) is None


def test_text_over_two_pages() -> None:
    first = lines("Titre", "Les habitants se", "retrouvent", "12")
    second = lines("En-tête", "dans le jardin.", "Un autre texte.")
    found = find_over_pages("Les habitants se retrouvent dans le jardin.", [first, second])
    assert found is not None
    assert [words(way, page) for way, page in zip(found, (first, second), strict=True)] == [
        ["leshabitantsse", "retrouvent"],
        ["danslejardin"],
    ]


def test_text_over_two_pages_ends_the_first_at_a_line_end() -> None:
    first = lines("Ils passent", "les")
    # « le » also begins the second page's text, and a cut within a word would pass.
    second = lines("lendemains.")
    found = find_over_pages("Ils passent les lendemains.", [first, second])
    assert found is not None
    assert words(found[0], first) == ["ilspassent", "les"]


def test_text_over_three_pages() -> None:
    pages = [lines("Un deux"), lines("trois quatre"), lines("cinq six sept")]
    found = find_over_pages("Un deux trois quatre cinq.", pages)
    assert found is not None
    assert [words(way, page) for way, page in zip(found, pages, strict=True)] == [
        ["undeux"],
        ["troisquatre"],
        ["cinq"],
    ]


def test_text_whose_end_is_not_on_the_next_page_is_not_found() -> None:
    assert find_over_pages("Un deux trois.", [lines("Un deux"), lines("quatre")]) is None


def test_end_that_stands_twice_on_the_next_page_is_not_guessed() -> None:
    assert find_over_pages("Un deux trois.", [lines("Un deux"), lines("trois", "trois")]) is None


def test_runs_of_a_text_are_its_lines_known_by_offset() -> None:
    sheet = sheet_of_text("Un.\n•\n\nDeux")
    assert [(run.key, run.places) for run in sheet.runs] == [
        ("un", (0, 1)),
        ("deux", (7, 8, 9, 10)),
    ]


def test_page_made_to_mislead_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = lines(*["a"] * 60)
    text = "a " * 50
    monkeypatch.setattr(quotes, "MOST_STEPS", 500)
    assert find(text, sheet) is None
    assert find_over_pages(text + "b", [sheet, lines("b")]) is None
