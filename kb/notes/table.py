"""Notes as a table, and cells that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

from kb.citation import brochure_reference, page_reference
from kb.notes.note import Note, reference_of
from kb.privacy import public
from kb.results import PassageSheet
from kb.territory import place

BYTE_ORDER_MARK = "\ufeff"
"""Without it spreadsheets read UTF-8 as the system's old encoding."""

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """A spreadsheet runs a cell that begins like a formula: a leading ' stops it."""
    text = "" if value is None else str(value)
    # Some skip the blanks and the invisible characters before the sign.
    start = text.lstrip(" \u00a0\u200b\ufeff\x00")
    return f"'{text}" if start.startswith(_STARTS) else text


def note_csv(note: Note) -> str:
    """One line a passage, cells parted by semicolons as French spreadsheets expect.

    An identifier that no passage bears keeps its line, which says so.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(note.words.columns)
    rows = [_row(sheet) for sheet in note.passages]
    empty = [""] * (len(note.words.columns) - 3)
    rows += [[*empty, note.words.gone_cell, identifier] for identifier in note.gone]
    for number, row in enumerate(rows, 1):
        writer.writerow([number, *(cell(value) for value in row)])
    return BYTE_ORDER_MARK + stream.getvalue()


def _row(sheet: PassageSheet) -> list[object]:
    project, passage, brochure = sheet.project, sheet.passage, sheet.brochure
    return [
        public(project.title),
        public(project.organisation),
        public(place(project.communes, project.departements)),
        project.year,
        public(passage.heading),
        public(page_reference(passage)) if brochure.paged else "",
        public(brochure_reference(brochure)),
        public(passage.text),
        reference_of(sheet),
        passage.id,
    ]
