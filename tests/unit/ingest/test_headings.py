"""What sets a heading apart: rows of tables, colour, quotation marks, numbering, wording."""

from __future__ import annotations

import pytest

from ingest.document import Document, Line, Page
from ingest.headings import Heading, find_headings
from ingest.profile_files import load_profiles
from ingest.stream import Stream, flatten
from ingest.tags import find_tags

GENERIC = load_profiles()[-1]
TEXT = "Le bailleur a réuni les habitants deux fois avant de dessiner la cour."


def stream_of(lines: list[Line]) -> Stream:
    return flatten(Document("pdf", (Page(1, tuple(lines)),), True), (), frozenset())


def headings(lines: list[Line]) -> list[Heading]:
    return find_headings(stream_of(lines), GENERIC, frozenset())


def text(words: str = TEXT, cell: int = 0) -> Line:
    return Line(words, size=10.0, cell=cell)


def test_bold_label_left_of_text_in_a_table_is_a_heading() -> None:
    lines = [text(), Line("La cour autrement", 10.0, bold=True, cell=1), text(cell=2)]
    assert [heading.text for heading in headings(lines)] == ["La cour autrement"]


def test_bold_label_left_of_a_fact_in_a_table_is_none() -> None:
    lines = [text(), Line("Surface bâtie", 10.0, bold=True, cell=1), text("1 200 m²", cell=2)]
    assert headings(lines) == []


def test_head_of_a_table_is_no_heading() -> None:
    wide = "Nombre de ménages relogés par an dans la commune et ses environs"
    lines = [
        text(),
        Line("Quartier ancien", 10.0, bold=True, cell=1),
        Line(wide, 10.0, bold=True, cell=2),
    ]
    assert headings(lines) == []


def coloured(words: str) -> Line:
    return Line(words, size=10.0, color="#c02020", gap_before=True)


def test_colour_kept_for_short_lines_above_text_makes_headings() -> None:
    names = ["Une cour à soi", "Le pas de côté", "Demain la rue"]
    lines = [line for name in names for line in (coloured(name), text())]
    assert [heading.text for heading in headings(lines)] == names


def test_colour_of_two_lines_only_makes_no_headings() -> None:
    lines = [line for name in ["Une cour", "Le pas"] for line in (coloured(name), text())]
    assert headings(lines) == []


def test_colour_that_long_text_wears_too_makes_no_headings() -> None:
    boxes = [coloured(TEXT), coloured(TEXT)]
    names = ["Une cour à soi", "Le pas de côté", "Demain la rue"]
    lines = [line for name in names for line in (coloured(name), text(), *boxes)]
    assert headings(lines) == []


@pytest.mark.parametrize(
    ("words", "size", "expected"),
    [
        ("« La tablée »", 20.0, ["« La tablée »"]),
        ("« La tablée »", 11.0, []),
        ("« Nous avons enfin une cour. »", 20.0, []),
    ],
)
def test_title_in_quotation_marks_is_far_larger_than_text(
    words: str, size: float, expected: list[str]
) -> None:
    lines = [text(), Line(words, size, gap_before=True), text()]
    assert [heading.text for heading in headings(lines)] == expected


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("1.2.3. Éléments de contexte", "Contexte"),
        ("2.1 Finalités poursuivies", "Objectifs du projet"),
        ("3/ Premiers enseignements", "Enseignements"),
        ("B. Partenaires", "Partenaires"),
        ("➤ Perspectives", "Perspectives"),
        ("② Résultats", "Résultats"),
        ("Résultats (suite)", "Résultats"),
        ("Comment s’y est-on pris ?", "Mise en œuvre"),
        ("Avec quels moyens ?", "Moyens"),
        ("D’où est venue l’idée ?", "Contexte"),
        ("Quels étaient vos objectifs ?", "Objectifs du projet"),
        ("Quels résultats pour les habitants ?", "Résultats"),
        ("Quelles suites donner au projet ?", "Perspectives"),
    ],
)
def test_common_wordings_have_a_plain_name(printed: str, name: str) -> None:
    rule = GENERIC.heading(printed)
    assert rule is not None
    assert rule.name == name


@pytest.mark.parametrize("plain", ["2.5 millions d’euros", "12/ 14 rue", "X (suite)"])
def test_figures_are_no_numbering(plain: str) -> None:
    assert GENERIC.without_numbering(plain) == plain


def test_conclusion_of_every_project_is_its_own() -> None:
    lines = [Line("Conclusion", 14.0, gap_before=True), text()] * 3
    assert [heading.outside for heading in headings(lines)] == [False, False, False]
    assert [heading.outside for heading in headings(lines[:2] + [text()] * 4)] == [True]


def tags_below(labels: list[str]) -> tuple[str, ...]:
    head = Line("Objectifs du projet", 10.0, bold=True, cell=1)
    stream = stream_of([text(), head, *(Line(label, 10.0, cell=2) for label in labels)])
    found = find_headings(stream, GENERIC, frozenset())
    return find_tags(stream, stream.entries, found, GENERIC).names


def test_short_labels_are_tags_and_aims_told_in_words_are_text() -> None:
    assert tags_below(["Cadre de vie", "Mixité des âges"]) == ("Cadre de vie", "Mixité des âges")
    assert tags_below(["Rompre l’isolement", "Rendre les cours aux enfants du bas"]) == ()
