"""Columns side by side in plain text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.text_columns import unfold_columns

LEFT = [f"le texte de gauche va ici {number}" for number in range(8)]
RIGHT = [f"celui de droite se lit après {number}" for number in range(8)]


def side_by_side(left: list[str], right: list[str]) -> list[str]:
    return [f"{one:<40}{other}".rstrip() for one, other in zip(left, right, strict=True)]


def filled(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def test_the_left_column_is_read_first_between_lines_that_cross() -> None:
    wide = "Un titre assez long pour passer au-dessus du blanc qui sépare les colonnes"
    page = [wide, "", *side_by_side(LEFT, RIGHT), "", "Commune : Brest", wide]
    assert filled(unfold_columns(page)) == [wide, *LEFT, *RIGHT, "Commune : Brest", wide]


def test_the_end_of_a_longer_left_column_stays_with_it() -> None:
    page = [*side_by_side(LEFT, [*RIGHT[:7], ""]), "", "fin de la colonne"]
    assert filled(unfold_columns(page)) == [*LEFT, "fin de la colonne", *RIGHT[:7]]


def test_three_columns_are_read_from_left_to_right() -> None:
    third = [f"et la troisième vient enfin {number}" for number in range(8)]
    page = side_by_side(LEFT, side_by_side(RIGHT, third))
    assert filled(unfold_columns(page)) == [*LEFT, *RIGHT, *third]


def test_labels_with_values_and_leaders_are_left_as_they_are() -> None:
    facts = side_by_side(["Commune"] * 8, ["La ville de Brest et ses voisines"] * 8)
    contents = side_by_side(LEFT, ["12"] * 8)
    assert unfold_columns(facts) == facts
    assert unfold_columns(contents) == contents


def test_a_gutter_that_most_long_lines_cross_is_none() -> None:
    page = [*side_by_side(LEFT, RIGHT), *["une ligne longue " * 4] * 8]
    assert unfold_columns(page) == page


@given(st.lists(st.text(alphabet="ab :\t ", max_size=90), max_size=30))
def test_no_word_is_lost(page: list[str]) -> None:
    words = sorted(word for line in page for word in line.split())
    assert sorted(word for line in unfold_columns(page) for word in line.split()) == words
