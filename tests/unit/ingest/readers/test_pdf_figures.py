"""Large numbers and the words that say what they count."""

from __future__ import annotations

import pytest

from ingest.document import Line
from ingest.readers.pdf_figures import with_key_figures

TEXT = Line("Un texte bien plus long que les chiffres qui l’entourent.", 10, x=60, y=300, width=300)


def texts(*lines: Line) -> list[str]:
    return [line.text for line in with_key_figures([*lines, TEXT])][:-1]


def test_a_number_and_the_words_below_it_are_one_line() -> None:
    found = with_key_figures(
        [
            Line("43", 24, x=60, y=100, width=30),
            Line("logements", 10, x=60, y=114, width=50, cell=1),
            TEXT,
        ]
    )
    assert found == [
        Line("43 logements", 10, x=60, y=114, width=50, gap_before=True),
        TEXT,
    ]


def test_figures_in_a_row_each_get_their_words() -> None:
    numbers = [Line(n, 24, x=x, y=100, width=30) for n, x in (("43", 60), ("12 %", 200))]
    words = [Line(n, 10, x=x, y=116, width=50) for n, x in (("logements", 50), ("De charges", 195))]
    assert texts(*numbers, *words) == ["43 logements", "12 % De charges"]


def test_words_beside_a_number_name_it() -> None:
    number = Line("94 %", 24, x=60, y=100, width=50)
    assert texts(number, Line("de satisfaits", 10, x=116, y=98, width=60)) == ["94 % de satisfaits"]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Line("01", 24, x=60, y=100, width=30), Line("un titre", 10, x=60, y=114, width=50)),
        (Line("3", 24, x=60, y=100, width=15), Line("Contexte", 10, x=60, y=114, width=50)),
        (Line("3", 24, x=60, y=100, width=15), Line("un grand titre", 20, x=60, y=124, width=90)),
        (Line("43", 24, x=60, y=100, width=30), Line("logements", 10, x=300, y=114, width=50)),
        (Line("43", 24, x=60, y=100, width=30), Line("logements", 10, x=60, y=190, width=50)),
        (Line("43", 11, x=60, y=100, width=30), Line("logements", 10, x=60, y=114, width=50)),
        (Line("43 b", 24, x=60, y=100, width=30), Line("logements", 10, x=60, y=114, width=50)),
    ],
)
def test_what_is_no_figure_or_does_not_name_it_stays_apart(number: Line, words: Line) -> None:
    assert texts(number, words) == [number.text, words.text]
