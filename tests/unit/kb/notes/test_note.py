"""What every file of a note says: who is quoted, and from where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kb.notes.note import Chapter, Note, Quotation, chapters, facts_line, sources
from kb.results import PassageSheet
from tests.unit.kb.notes.conftest import MEMO, PORCH


def test_passages_stand_under_their_project_word_for_word_within_guillemets(note: Note) -> None:
    assert chapters(note) == (
        Chapter(
            "Le Porche",
            "Habitat du Littoral, Calais (62), 2018",
            (
                Quotation(
                    ("«\u00a0Un accueil de nuit.", "• Dix logements", "• Un jardin\u00a0»"),
                    "Le Porche, Actions, Recueil (2020), p.\u00a05 (page 7 du fichier)",
                ),
                Quotation(
                    ("«\u00a0Écrire à [adresse masquée].\u00a0»",),
                    "Le Porche, Actions, Recueil (2020), p.\u00a02 (page 4 du fichier)",
                ),
            ),
        ),
        Chapter(
            "=Mémo",
            "",
            (Quotation(("«\u00a0Une note sans page.\u00a0»",), "=Mémo, Actions, Notes"),),
        ),
    )


def test_order_is_kept_even_where_it_parts_a_project(
    note: Note, sheet: Callable[..., PassageSheet]
) -> None:
    parted = replace(note, passages=(sheet("A"), sheet("B", MEMO), sheet("C", number=3)))
    assert [chapter.title for chapter in chapters(parted)] == ["Le Porche", "=Mémo", "Le Porche"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("• Un toit", ("• «\u00a0Un toit\u00a0»",)),
        ("Un\n\n toit", ("«\u00a0Un", " toit\u00a0»")),
        ("", ("«\u00a0\u00a0»",)),
    ],
)
def test_guillemets_stand_inside_bullets(
    note: Note, sheet: Callable[..., PassageSheet], text: str, lines: tuple[str, ...]
) -> None:
    (chapter,) = chapters(replace(note, passages=(sheet(text),)))
    assert chapter.quotations[0].lines == lines


def test_sources_list_each_brochure_once_with_the_pages_quoted_in_their_order(note: Note) -> None:
    assert sources(note) == (
        "Recueil (2020), recueil.pdf, p.\u00a02 (page 4 du fichier), p.\u00a05 (page 7 du fichier)",
        "Notes, notes.txt",
    )


def test_page_quoted_twice_is_listed_once(note: Note, sheet: Callable[..., PassageSheet]) -> None:
    twice = replace(note, passages=(sheet("A"), sheet("B", number=2)))
    assert sources(twice) == ("Recueil (2020), recueil.pdf, p.\u00a05 (page 7 du fichier)",)


def test_facts_leave_out_what_is_not_known_and_mask_addresses() -> None:
    assert facts_line(MEMO) == ""
    assert facts_line(replace(PORCH, organisation="ada@exemple.fr", year=None)) == (
        "[adresse masquée], Calais (62)"
    )


@pytest.mark.parametrize(
    ("title", "heading"), [("  Un\n titre ", "Un titre"), (" ", "Passages choisis")]
)
def test_heading_is_the_title_in_one_line_or_what_stands_for_it(
    note: Note, title: str, heading: str
) -> None:
    assert replace(note, title=title).heading == heading
