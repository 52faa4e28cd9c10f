"""A small note of passages from two brochures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.citation import citation
from kb.model import Brochure, Passage, Project
from kb.notes.note import Note, Words
from kb.results import PassageSheet

WORDS = Words(
    title="Passages choisis",
    sources="Sources",
    gone="Disparus",
    gone_cell="Il n’est plus là.",
    columns=("N°", *"abcdefghi", "Identifiant"),
    language="fr-FR",
)
BOOK = Brochure("recueil", "Recueil", 2020, "recueil.pdf", "0", "pdf", True, 20, "generique")
NOTES = replace(BOOK, id="notes", title="Notes", year=None, source="notes.txt", paged=False)
PORCH = Project(
    "recueil/porche",
    "recueil",
    "Le Porche",
    organisation="Habitat du Littoral",
    communes=("Calais",),
    departements=("62",),
    year=2018,
)
MEMO = Project("notes/memo", "notes", "=Mémo")


@pytest.fixture
def sheet() -> Callable[..., PassageSheet]:
    """Builds a passage with its place."""

    def build(
        text: str, project: Project = PORCH, number: int = 1, page: int = 7, printed: str = "5"
    ) -> PassageSheet:
        section = f"{project.id}/actions"
        passage = Passage(
            f"{section}/{number}",
            section,
            project.id,
            project.brochure_id,
            text,
            "Actions",
            "ACTIONS",
            page,
            page,
            printed,
        )
        brochure = BOOK if project.brochure_id == "recueil" else NOTES
        return PassageSheet(passage, project, brochure, citation(text, passage, project, brochure))

    return build


@pytest.fixture
def note(sheet: Callable[..., PassageSheet]) -> Note:
    """Three passages of two projects, and one that is gone."""
    return Note(
        title="Accueillir",
        introduction="Pour la commission.\nDe mars.\n\nMerci.",
        written=datetime(2025, 3, 1, 9, 30, tzinfo=UTC),
        date_line="Note du 1er mars 2025",
        words=WORDS,
        passages=(
            sheet("Un accueil de nuit.\n• Dix logements\n• Un jardin"),
            sheet("Écrire à ada@exemple.fr.", number=2, page=4, printed="2"),
            sheet("Une note sans page.", MEMO),
        ),
        gone=("recueil/perdu/1",),
    )
