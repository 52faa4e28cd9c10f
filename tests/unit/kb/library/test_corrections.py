"""Which word of the base a mistyped one is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.library import Library

# As near to "vanses" as each other; the alphabet would choose the rarer one.
TOWNS = """\
# Soleil | Sud Habitat | Nice | 06 | 2019
## Le besoin
À Vannes, les saisonniers dorment dans leur voiture.
À Vanves, un foyer les accueille toute l’année.
Le foyer de Vanves ouvre en juin.
Une case est vide ; la cause du retard est connue, la cause de la panne aussi.
Dans ce cas, et dans aucun autre cas, un cas est suivi.
"""


@pytest.fixture
def towns(library: Library, tmp_path: Path) -> Library:
    file = tmp_path / "villes.txt"
    file.write_text(TOWNS, encoding="utf-8")
    assert not library.ingest([file]).refused
    return library


def test_of_words_as_near_the_one_that_stands_most_often_is_meant(towns: Library) -> None:
    assert towns.search("foyer vanses").corrected == "foyer Vanves"


def test_other_words_of_a_stem_do_not_count_for_one(towns: Library) -> None:
    assert towns.search("cuase").corrected == "cause"


@pytest.mark.parametrize(
    "typed",
    [
        "foyer zanves",  # the first letter is seldom mistyped
        "foyer vans",  # two typos in a short word
        "foyer venise",  # the dictionary has it
    ],
)
def test_what_does_not_look_like_a_slip_stays(towns: Library, typed: str) -> None:
    assert towns.search(typed).corrected is None


def test_a_word_of_a_later_passage_of_its_brochure_corrects(towns: Library) -> None:
    assert towns.search("foyer qui acceuille").corrected == "foyer qui accueille"


def test_a_brochure_that_is_gone_takes_its_words_along(towns: Library, shelf: Path) -> None:
    towns.ingest([shelf])
    towns.remove("villes")
    assert towns.search("foyer vanses").corrected is None
