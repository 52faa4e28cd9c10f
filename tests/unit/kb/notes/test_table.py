"""Notes as a table that no spreadsheet runs anything of."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from kb.notes.note import Note
from kb.notes.table import cell, note_csv
from kb.results import PassageSheet


def rows(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_one_line_a_passage_and_one_for_what_is_gone(note: Note) -> None:
    assert rows(note_csv(note)) == [
        ["N°", *"abcdefghi", "Identifiant"],
        [
            "1",
            "Le Porche",
            "Habitat du Littoral",
            "Calais (62)",
            "2018",
            "Actions",
            "p. 5 (page 7 du fichier)",
            "Recueil (2020)",
            "Un accueil de nuit.\n• Dix logements\n• Un jardin",
            "Le Porche, Actions, Recueil (2020), p.\u00a05 (page 7 du fichier)",
            "recueil/porche/actions/1",
        ],
        [
            "2",
            "Le Porche",
            "Habitat du Littoral",
            "Calais (62)",
            "2018",
            "Actions",
            "p. 2 (page 4 du fichier)",
            "Recueil (2020)",
            "Écrire à [adresse masquée].",
            "Le Porche, Actions, Recueil (2020), p.\u00a02 (page 4 du fichier)",
            "recueil/porche/actions/2",
        ],
        [
            *("3", "'=Mémo", "", "", "", "Actions", "", "Notes"),
            *("Une note sans page.", "'=Mémo, Actions, Notes", "notes/memo/actions/1"),
        ],
        ["4", *[""] * 8, "Il n’est plus là.", "recueil/perdu/1"],
    ]


def test_lines_end_as_spreadsheets_want_and_cells_are_parted_by_semicolons(note: Note) -> None:
    first = note_csv(note).partition("\r\n")[0]
    assert first == "\ufeffN°;a;b;c;d;e;f;g;h;i;Identifiant"


def test_text_that_looks_like_cells_stays_in_its_own(
    note: Note, sheet: Callable[..., PassageSheet]
) -> None:
    hostile = 'Un;=HYPERLINK("http://x");"deux"\r\n=trois'
    (_, row) = rows(note_csv(replace(note, passages=(sheet(hostile),), gone=())))
    assert (row[8], len(row)) == (hostile, 11)


def test_identifier_that_is_a_formula_cannot_run(note: Note) -> None:
    assert rows(note_csv(replace(note, gone=("=1+1",))))[-1][-1] == "'=1+1"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+33 1 23", "'+33 1 23"),
        ("-12 %", "'-12 %"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        (" \u00a0=1", "' \u00a0=1"),
        ("\ufeff=1", "'\ufeff=1"),
        ("＝1+1", "'＝1+1"),
        ("1 = 1", "1 = 1"),
        ("• un", "• un"),
        (2018, "2018"),
        (None, ""),
    ],
)
def test_cells_that_begin_like_a_formula_are_text(value: object, written: str) -> None:
    assert cell(value) == written
