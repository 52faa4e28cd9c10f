"""A box beside running text never comes inside one of its sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.document import Line
from ingest.readers.pdf import read

MakePdf = Callable[..., bytes]
Text = tuple[float, float, str, int, bool]

WIDE = "puis le bailleur a écouté les habitants avant de choisir les travaux"
WIDER = WIDE + " et il a revu le calendrier avec eux"
FACTS = ("Organisme", "Un bailleur", "Lieu", "Une ville")


def lines_of(data: bytes) -> tuple[Line, ...]:
    (page,) = read(Path("a.pdf"), data).pages
    return page.lines


def read_in_order(make_pdf: MakePdf, *drawn: Sequence[Text]) -> list[str]:
    return [line.text for line in lines_of(make_pdf([one for part in drawn for one in part]))]


def text(x: float, top: float, *lines: str, size: int = 10) -> list[Text]:
    return [(x, top + 12 * place, line, size, False) for place, line in enumerate(lines)]


def heading(x: float, y: float, words: str, size: int = 10) -> list[Text]:
    return [(x, y, words, size, True)]


def numbered(count: int, words: str = WIDE, first: int = 1) -> list[str]:
    return [f"{words} {number}" for number in range(first, first + count)]


def test_a_box_at_the_right_comes_where_the_section_beside_it_ends(make_pdf: MakePdf) -> None:
    first, second = [*numbered(7), f"{WIDE}."], numbered(3, "Suite du projet de la ville")
    found = read_in_order(
        make_pdf,
        heading(60, 80, "Le constat"),
        text(60, 96, *first),
        text(430, 108, *FACTS, size=9),
        heading(60, 206, "Le projet"),
        text(60, 222, *second, "Fin."),
    )
    assert found == ["Le constat", *first, *FACTS, "Le projet", *second, "Fin."]


def test_a_box_is_apart_from_the_text_read_before_it(make_pdf: MakePdf) -> None:
    main = [*numbered(3), "Une fin."]
    data = make_pdf([*text(60, 96, *main), *text(430, 96, *FACTS, size=9)])
    assert [line.text for line in lines_of(data) if line.gap_before] == ["Organisme"]


def test_text_that_runs_on_below_the_box_in_all_its_width_is_not_cut(make_pdf: MakePdf) -> None:
    beside, below = numbered(5), numbered(3, WIDER)
    found = read_in_order(
        make_pdf,
        text(60, 96, *beside),
        text(430, 96, *FACTS, size=9),
        text(60, 156, *below),
        heading(60, 214, "Les moyens"),
        text(60, 230, WIDER),
    )
    assert found == [*beside, *below, *FACTS, "Les moyens", WIDER]


def test_a_sidebar_at_the_left_comes_after_the_title_and_its_text(make_pdf: MakePdf) -> None:
    main = [*numbered(3), "Une fin."]
    facts = (*FACTS, "Année", "2021", "Public", "Des familles")
    found = read_in_order(
        make_pdf,
        heading(200, 80, "Un nouveau projet", 24),
        text(200, 110, *main),
        text(40, 90, *facts, size=9),
    )
    assert found == ["Un nouveau projet", *main, *facts]


def test_the_last_words_of_a_longer_sidebar_stay_with_it(make_pdf: MakePdf) -> None:
    main = [*numbered(3), "Une fin."]
    found = read_in_order(
        make_pdf,
        text(200, 100, *main),
        text(40, 100, *FACTS, size=9),
        text(40, 160, "« Une clé,", "un nom sur", "la boîte. »", size=13),
    )
    assert found == [*main, *FACTS, "« Une clé,", "un nom sur", "la boîte. »"]


def test_a_box_leaves_a_sentence_whole_that_goes_on_on_the_next_page(make_pdf: MakePdf) -> None:
    found = read_in_order(
        make_pdf,
        text(60, 96, *numbered(4), f"{WIDE}."),
        text(430, 96, *FACTS, size=9),
        heading(60, 170, "Le projet"),
        text(60, 186, *numbered(2)),
    )
    assert found == [*numbered(4), f"{WIDE}.", *FACTS, "Le projet", *numbered(2)]


def test_a_box_beside_one_unfinished_section_comes_before_its_heading(make_pdf: MakePdf) -> None:
    found = read_in_order(
        make_pdf,
        heading(60, 60, "Un projet de ville", 20),
        text(60, 80, WIDER),
        heading(60, 110, "Le constat"),
        text(60, 126, *numbered(5)),
        text(430, 126, *FACTS, size=9),
    )
    assert found == ["Un projet de ville", WIDER, *FACTS, "Le constat", *numbered(5)]


def test_a_narrow_column_that_begins_with_the_title_is_read_first(make_pdf: MakePdf) -> None:
    found = read_in_order(
        make_pdf,
        heading(40, 90, "Le jardin", 18),
        text(40, 112, *FACTS, size=9),
        text(200, 90, *numbered(4), "Fin."),
    )
    assert found == ["Le jardin", *FACTS, *numbered(4), "Fin."]


def test_a_longer_left_column_is_read_to_its_end_before_the_right_one(make_pdf: MakePdf) -> None:
    left, right = "le logement des jeunes est une priorité", "la ville accueille des familles"
    found = read_in_order(
        make_pdf,
        text(60, 100, *numbered(5, left)),
        heading(60, 172, "Les moyens"),
        text(60, 188, *numbered(3, left, first=6)),
        text(310, 100, *numbered(4, right)),
    )
    assert found == [
        *numbered(5, left),
        "Les moyens",
        *numbered(3, left, first=6),
        *numbered(4, right),
    ]
