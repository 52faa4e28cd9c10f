"""A note: chosen passages in the order of whoever chose them, under a title.

What the file formats share stands here: which passages follow one another under
one project, how each is quoted and where it comes from. Brochures are shown as
everywhere else: contacts for who may see them alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kb.citation import brochure_reference, page_reference, reference
from kb.model import Project
from kb.privacy import public
from kb.results import PassageSheet
from kb.territory import place

_NO_BREAK_SPACE = "\u00a0"
OPENING, CLOSING = f"«{_NO_BREAK_SPACE}", f"{_NO_BREAK_SPACE}»"


@dataclass(frozen=True, slots=True)
class Words:
    """What a note says of its own, in the language of whoever asks for it."""

    title: str
    """Stands where no title was given."""
    sources: str
    gone: str
    """Heads the list of what is no longer in the base."""
    gone_cell: str
    """Says the same in a table, one passage a line."""
    columns: tuple[str, ...]
    """Titles of the table's columns, in the order of ``kb.notes.table``."""
    language: str
    """For spelling: ``fr-FR``."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a note holds; texts of its author are kept as they were typed."""

    title: str
    introduction: str
    written: datetime
    """In UTC."""
    date_line: str
    """The day as its readers write it: « Note du 3 mars 2025 »."""
    words: Words
    passages: tuple[PassageSheet, ...]
    gone: tuple[str, ...] = ()
    """Identifiers that were asked for and that no passage bears."""

    @property
    def heading(self) -> str:
        """The title, or what stands for it."""
        return " ".join(self.title.split()) or self.words.title


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage as a note shows it."""

    lines: tuple[str, ...]
    """Its paragraphs and bullets, word for word, guillemets around them all."""
    reference: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Quotations of one project that follow one another."""

    title: str
    facts: str
    """Organisation, place, year: what is known of them."""
    quotations: tuple[Quotation, ...]


def chapters(note: Note) -> tuple[Chapter, ...]:
    """The note's passages under their projects, in the order of the note.

    A project whose passages are parted by another's heads each of its parts.
    """
    return tuple(
        _chapter(tuple(sheets))
        for _, sheets in groupby(note.passages, key=lambda sheet: sheet.project.id)
    )


def _chapter(sheets: Sequence[PassageSheet]) -> Chapter:
    project = sheets[0].project
    quotations = tuple(
        Quotation(_quoted(public(sheet.passage.text)), reference_of(sheet)) for sheet in sheets
    )
    return Chapter(public(project.title), facts_line(project), quotations)


def _quoted(text: str) -> tuple[str, ...]:
    lines = [line for line in text.split("\n") if line.strip()] or [""]
    bullet = "• " if lines[0].startswith("• ") else ""
    lines[0] = bullet + OPENING + lines[0].removeprefix(bullet)
    lines[-1] += CLOSING
    return tuple(lines)


def reference_of(sheet: PassageSheet) -> str:
    """``Project, heading, Brochure (year), p. 12``."""
    return _unbroken(public(reference(sheet.passage, sheet.project, sheet.brochure)))


def _unbroken(text: str) -> str:
    """No line ends between « p. » and its number."""
    return text.replace(" p. ", f" p.{_NO_BREAK_SPACE}")


def facts_line(project: Project) -> str:
    """``Organisation, place, year``, leaving out what is not known."""
    facts = (
        public(project.organisation),
        public(place(project.communes, project.departements)),
        str(project.year or ""),
    )
    return ", ".join(fact for fact in facts if fact)


def sources(note: Note) -> tuple[str, ...]:
    """One line a brochure, in the order of the note: its name, its file, the pages quoted."""
    pages: dict[str, list[str]] = {}
    brochures = {sheet.brochure.id: sheet.brochure for sheet in note.passages}
    for sheet in sorted(note.passages, key=lambda sheet: sheet.passage.page):
        if sheet.brochure.paged:
            cited = public(page_reference(sheet.passage))
            pages.setdefault(sheet.brochure.id, []).append(cited)
    return tuple(
        _unbroken(
            ", ".join(
                (
                    public(brochure_reference(brochure)),
                    public(brochure.source),
                    *dict.fromkeys(pages.get(brochure.id, [])),
                )
            )
        )
        for brochure in brochures.values()
    )
