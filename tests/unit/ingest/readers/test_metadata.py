"""Titles and years of files' metadata."""

from __future__ import annotations

import pytest

from ingest.readers.metadata import declared_year, sensible_title, year_in


@pytest.mark.parametrize(
    ("declared", "kept"),
    [
        ("Projets remarquables 2020", "Projets remarquables 2020"),
        ("Microsoft Word - Projets remarquables", "Projets remarquables"),
        ("Microsoft Word - brochure_v3.docx", ""),
        ("brochure finale.indd", ""),
        ("untitled", ""),
        ("(anonymous)", ""),
        ("[Sans titre]", ""),
        ("Sans titre-1", ""),
        ("Mise en page 1", ""),
        ("Recueil_2022_BAT", ""),
        ("Recueil (2022)", "Recueil (2022)"),
        ("Sans titre 1", ""),
        ("Document1", ""),
        ("Présentation PowerPoint", "Présentation PowerPoint"),
        ("", ""),
        ("2020", ""),
    ],
)
def test_titles_of_programs_and_files_are_no_titles(declared: str, kept: str) -> None:
    assert sensible_title(declared) == kept


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Projets remarquables 2020", 2020),
        ("Édition 1998", 1998),
        ("2019-2020", None),
        ("12020 logements", None),
        ("2 020 €", None),
        ("rien", None),
    ],
)
def test_a_year_is_kept_where_it_is_the_only_one(text: str, year: int | None) -> None:
    assert year_in(text) == year


def test_the_first_field_that_names_one_year_decides() -> None:
    assert declared_year("Projets 2018-2019", None, "logement, 2020") == 2020
    assert declared_year("", None) is None
