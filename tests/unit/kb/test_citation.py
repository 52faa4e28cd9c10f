"""How passages are quoted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.citation import citation, distinct_print, page_reference
from kb.model import Brochure, Passage, Project

PASSAGE = Passage("b/p/s/1", "b/p/s", "b/p", "b", "Un toit.", "Le besoin", "", 14, 14, "12")
PROJECT = Project("b/p", "b", "Grandir")
BROCHURE = Brochure("b", "Recueil", 2020, "b.pdf", "0", "pdf", True, 20, "generique")


def test_citation_gives_project_heading_brochure_year_and_page() -> None:
    assert citation("Un  toit.", PASSAGE, PROJECT, BROCHURE) == (
        "« Un toit. » — Grandir, Le besoin, Recueil (2020), p. 12 (page 14 du fichier)"
    )


def test_format_without_pages_gives_none() -> None:
    brochure = replace(BROCHURE, paged=False, year=None)
    assert citation("Un toit.", PASSAGE, PROJECT, brochure) == (
        "« Un toit. » — Grandir, Le besoin, Recueil"
    )


@pytest.mark.parametrize(
    ("page", "printed", "expected"),
    [(14, "12", "p. 12 (page 14 du fichier)"), (14, "", "p. 14"), (14, "14", "p. 14")],
)
def test_printed_page_comes_first_and_the_file_s_where_it_differs(
    page: int, printed: str, expected: str
) -> None:
    assert page_reference(replace(PASSAGE, page=page, page_printed=printed)) == expected


@pytest.mark.parametrize(
    ("printed", "heading", "expected"),
    [
        ("LES INFOS CLÉS DU PROJET", "Quelques chiffres", "LES INFOS CLÉS DU PROJET"),
        ("LES FREINS IDENTIFIES", "Freins identifiés", ""),
        ("", "Présentation", ""),
        ("Le besoin :", "Contexte", "Le besoin"),
    ],
)
def test_printed_heading_is_shown_where_its_canonical_name_hides_it(
    printed: str, heading: str, expected: str
) -> None:
    assert distinct_print(printed, heading) == expected
