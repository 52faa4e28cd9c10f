"""Two brochures, three projects, four passages: what the site shows in these tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from kb.model import Brochure, IngestReport, Passage, Person, Project, Span
from kb.results import BrochureEntry, FacetValue, Hit, Suggestion, SuggestionKind, Why

BROCHURE = Brochure(
    id="recueil",
    title="Recueil d’essai",
    year=2021,
    source="recueil.pdf",
    sha256="a" * 64,
    format="pdf",
    paged=True,
    page_count=12,
    profile="generique",
)
NOTES = replace(
    BROCHURE, id="notes", title="Notes", year=None, source="notes.txt", format="txt", paged=False
)

PORCH = Project(
    id="recueil/le-porche",
    brochure_id="recueil",
    title="Le Porche & compagnie",
    subtitle="Une maison ouverte",
    organisation="Habitat du Littoral",
    partners=("Ville de Calais",),
    communes=("Calais",),
    departements=("62",),
    year=2018,
    values=("Solidarité",),
    objectives=("Loger", "Accompagner"),
    public="Femmes victimes de violences",
    first_page=3,
    last_page=4,
    people=(Person("Ada Martin", "Directrice", "Habitat du Littoral", "ada@exemple.fr"),),
)
ORCHARD = Project(
    id="recueil/le-verger",
    brochure_id="recueil",
    title="Le Verger",
    organisation="Toits de Picardie",
    communes=("Amiens", "Laon"),
    departements=("80", "02"),
    year=2020,
    objectives=("Loger",),
)
MEMO = Project(id="notes/memo", brochure_id="notes", title="Mémo")


def _passage(number: int, project: Project, heading: str, text: str, page: int) -> Passage:
    slug = heading.split()[0].lower() if heading.isascii() else "rubrique"
    slug = "script" if slug.startswith("<") else slug
    section = f"{project.id}/{slug}"
    return Passage(
        id=f"{section}/{number}",
        section_id=section,
        project_id=project.id,
        brochure_id=project.brochure_id,
        text=text,
        heading=heading,
        heading_printed=heading.upper(),
        page=page,
        last_page=page,
        page_printed=str(page - 1) if project.brochure_id == "recueil" else "",
    )


FIRST = _passage(1, PORCH, "Actions", "Un accueil de nuit.\n• Dix logements\n• Un jardin", 3)
SECOND = _passage(2, PORCH, "Actions", "Écrire à ada@exemple.fr pour un logement.", 4)
HOSTILE = _passage(1, ORCHARD, "<script>alert(1)</script>", 'Un <b>verger</b> & un "pré".', 6)
PLAIN = _passage(1, MEMO, "Texte", "Une note sans page.", 1)
PASSAGES = (FIRST, SECOND, HOSTILE, PLAIN)
PROJECTS = {project.id: project for project in (PORCH, ORCHARD, MEMO)}
BROCHURES = {brochure.id: brochure for brochure in (BROCHURE, NOTES)}

REPORT = IngestReport(
    pages=12,
    projects=2,
    sections=2,
    passages=3,
    pages_without_text=(2,),
    furniture=("RECUEIL D’ESSAI",),
    set_aside=("Photo : <img>",),
    warnings=("La page 5 n’a pas de rubrique.",),
)


def make_entry(brochure: Brochure, path: Path) -> BrochureEntry:
    """A brochure as the catalogue lists it."""
    return BrochureEntry(brochure, REPORT, datetime(2025, 3, 1, 9, 30, tzinfo=UTC), str(path))


def citation_of(passage: Passage) -> str:
    """Short, and the same each time."""
    return f"« {passage.text.splitlines()[0]} » — {PROJECTS[passage.project_id].title}, p. 2"


def make_hit(rank: int, passage: Passage, word: str) -> Hit:
    """A hit with ``word`` marked and the first sentence as the best."""
    start = passage.text.index(word)
    end = passage.text.index(".") + 1
    return Hit(
        rank=rank,
        score=1.0 / rank,
        passage=passage,
        project=PROJECTS[passage.project_id],
        brochure=BROCHURES[passage.brochure_id],
        citation=citation_of(passage),
        best_sentence=Span(0, end),
        highlights=(Span(start, start + len(word)),),
        why=Why(rank, None, (word,)),
    )


HITS = (
    make_hit(1, FIRST, "logements"),
    make_hit(2, HOSTILE, "verger"),
    make_hit(3, SECOND, "logement"),
)
FACETS = {
    "organisation": (FacetValue("Habitat du Littoral", 2), FacetValue("Toits de Picardie", 1)),
    "departement": (FacetValue("62", 2), FacetValue("80", 1)),
    "brochure": (FacetValue("recueil", 3, "Recueil d’essai"),),
}


SUGGESTIONS = (
    Suggestion(SuggestionKind.TERM, "portes", "portes", "", 12),
    Suggestion(
        SuggestionKind.PROJECT, PORCH.title, PORCH.id, "Habitat du Littoral · Calais (62)", 1
    ),
    Suggestion(SuggestionKind.ORGANISATION, "Ports & Toits", "Ports & Toits", "", 2),
    Suggestion(SuggestionKind.COMMUNE, "Port-Vert", "Port-Vert", "", 1),
    Suggestion(SuggestionKind.DEPARTEMENT, "Pas-de-Calais (62)", "62", "", 1),
)
EXAMPLES = ("Quel logement pour des femmes seules ?", "Quels projets à Calais ?")
