"""Numbers with what they count, and those that count nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.measures import measures


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in measures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("43 logements, dont 2 T2", ["43 logements"]),
        ("43 nouveaux logements meublés", ["43 nouveaux logements"]),
        (
            "228\u00a0000\u00a0€ puis 1\u202f630 locataires",
            ["228\u00a0000\u00a0€", "1\u202f630 locataires"],
        ),
        ("13.000 euros ou 1,5 M€", ["13.000 euros", "1,5 M€"]),
        ("2 millions d’euros", ["2 millions d’euros"]),
        ("30% des ménages, 4,5 % l’an", ["30%", "4,5 %"]),
        ("de 20 à 28 m², 105m2", ["28 m²", "105m2"]),
        ("1,5 équivalent temps plein et 3 ETP", ["1,5 équivalent temps plein", "3 ETP"]),
        ("ouvert 24h/24", ["24h"]),
        ("un suivi de 35 h par mois, 10 heures d’atelier", ["35 h", "10 heures"]),
        ("3 autres logements, 2 autres", ["3 autres logements"]),
        ("41 sous-locations", ["41 sous-locations"]),
        ("12 PLAI, 3 Home", ["12 PLAI"]),
    ],
)
def test_number_goes_with_its_unit_or_what_it_counts(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "En 2019 douze familles sont venues",
        "le 12 mars, puis le 3 juillet 2020",
        "la loi n° 90 habitat, l’article 55 modifié, page 12 suivante",
        "12 rue des Lilas, 59140 Dunkerque",
        "03 20 11 22 33 accueil",
        "de 9 h à 17 h 30, le samedi dès 10h",
        "9h-12h, 14 h – 18 h",
        "entre 8 h et 9 h",
        "un T2, une salle B12 claire, 1er étage",
        "7 et 8",
        "entre 3 et 4",
        "24/09 matin",
        "aucun chiffre ici",
        "",
    ],
)
def test_number_that_dates_names_or_places_is_no_measure(text: str) -> None:
    assert found(text) == []


def test_year_before_a_unit_is_an_amount() -> None:
    assert found("2019 € versés en 2019") == ["2019 €"]


@given(st.text(alphabet="0123456789 .,€%abé\u00a0\n-/n°", max_size=60))
def test_measures_are_in_order_apart_and_begin_with_a_digit(text: str) -> None:
    spans = measures(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[span.start].isdigit() for span in spans)


@given(st.integers(2, 999_999).filter(lambda n: not 1900 <= n <= 2099))
def test_any_number_of_homes_is_found_however_it_is_spaced(count: int) -> None:
    for written in (
        f"{count:,}".replace(",", "\u202f"),
        f"{count:,}".replace(",", " "),
        str(count),
    ):
        assert found(f"Soit {written} logements livrés.") == [f"{written} logements"]
