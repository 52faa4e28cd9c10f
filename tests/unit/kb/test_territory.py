"""Départements by code and by name."""

from __future__ import annotations

import pytest

from kb.territory import departement_code, departement_name, place

CODES = [f"{n:02}" for n in range(1, 96) if n != 20]
CODES += ["2A", "2B", "971", "972", "973", "974", "976"]


@pytest.mark.parametrize("code", CODES)
def test_each_of_the_101_is_found_again_by_its_name(code: str) -> None:
    name = departement_name(code)
    assert name
    assert departement_code(name) == code
    assert departement_code(name.upper().replace("-", " ")) == code


def test_there_are_101() -> None:
    assert len(CODES) == 101


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("l’Aisne", "02"),
        ("la Somme", "80"),
        ("departement du Nord", "59"),
        ("Département de l’Oise", "60"),
        ("cotes d'armor", "22"),
        ("2a", "2A"),
        ("1", "01"),
        ("Reunion", "974"),
        ("20", ""),
        ("Picardie", ""),
        ("", ""),
    ],
)
def test_names_are_known_however_they_are_written(written: str, code: str) -> None:
    assert departement_code(written) == code


def test_an_unknown_code_has_no_name() -> None:
    assert departement_name("99") == ""


@pytest.mark.parametrize(
    ("communes", "departements", "text"),
    [
        (["Lens", "Hénin"], ["62"], "Lens, Hénin (62)"),
        (["Lens"], [], "Lens"),
        ([], ["59", "62"], "Nord (59), Pas-de-Calais (62)"),
        ([], ["00"], "département (00)"),
        ([], [], ""),
    ],
)
def test_place_names_communes_or_else_departements(
    communes: list[str], departements: list[str], text: str
) -> None:
    assert place(communes, departements) == text
