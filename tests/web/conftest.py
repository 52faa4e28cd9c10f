"""A small knowledge base held in memory, and the site over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.config import Settings
from kb.errors import InvalidQuery, NotFound
from kb.model import Brochure, Filter, IngestReport, Mode, Passage, Person, Project, Section, Span
from kb.results import (
    Answer,
    BrochureEntry,
    Expansion,
    ExpansionSource,
    FacetValue,
    FileOutcome,
    FileState,
    Hit,
    IngestOutcome,
    PassageSheet,
    ProjectSheet,
    SectionSheet,
    Statistics,
    Why,
)
from tests.web.reading import parsed
from web.app import create_app

TOKEN = "jeton-très-secret"

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


def _entry(brochure: Brochure, path: Path) -> BrochureEntry:
    return BrochureEntry(brochure, REPORT, datetime(2025, 3, 1, 9, 30, tzinfo=UTC), str(path))


def _citation(passage: Passage) -> str:
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
        citation=_citation(passage),
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


class FakeLibrary:
    """Answers by rote: words of the query choose the answer, nothing is computed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[dict[str, object]] = []
        self.is_ready = True
        self.failure: Exception | None = None
        self.outcome = FileState.ADDED
        self.ingested: list[Path] = []
        self.removed: list[str] = []
        self.is_empty = False

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure

    def search(
        self,
        query: str,
        *,
        mode: Mode,
        filter: Filter,
        limit: int,
        offset: int,
        expand: bool,
        correct: bool,
    ) -> Answer:
        """Some words have their own answer; any other gives three hits."""
        self._check()
        self.asked.append(
            {"query": query, "mode": mode, "filter": filter, "limit": limit, "offset": offset}
            | {"expand": expand, "correct": correct}
        )
        if query == "trop":
            raise InvalidQuery("La recherche est trop longue : raccourcissez-la.")
        answer = Answer(query, mode, True, HITS[offset : offset + limit], 3, 1.234, facets=FACETS)
        if query in ("rien", "ryen"):
            unanswered = replace(answer, answerable=False, hits=(), total=0, facets={})
            corrected = "rien" if query == "ryen" else None
            return replace(unanswered, nearest=(ORCHARD,), corrected=corrected)
        if query == "faute" and correct:
            return replace(answer, corrected="faîte")
        if query == "sigle" and expand:
            added = (
                Expansion("FJT", "foyer de jeunes travailleurs", "sigle"),
                Expansion("toit", "logement", "?", ExpansionSource.MEANING, 0.6154),
                Expansion("toit", "abri", "?", ExpansionSource.MEANING, 0.5),
                Expansion("jeunes", "apprentis", "?", ExpansionSource.MEANING, 0.499),
            )
            return replace(answer, expanded=added, notice="Une précision.")
        if query == "sens":
            near = tuple(
                Expansion("toit", f"mot{number}", "?", ExpansionSource.MEANING, 0.5)
                for number in range(9)
            )
            return replace(answer, expanded=near)
        if query == "singulier":
            return replace(answer, hits=HITS[:1], total=1)
        if query == "porche":
            return replace(answer, hits=(HITS[0], HITS[2], make_hit(4, FIRST, "accueil")))
        if query == "beaucoup":
            return replace(answer, total=1234)
        return answer

    def projects(self, filter: Filter = Filter()) -> tuple[Project, ...]:
        """All of them, or those of the départements that are asked."""
        self._check()
        if self.is_empty:
            return ()
        wanted = set(filter.departement)
        return tuple(p for p in PROJECTS.values() if not wanted or wanted & set(p.departements))

    def project(self, project_id: str) -> ProjectSheet:
        """Sections in order of their first passage."""
        self._check()
        project = PROJECTS.get(project_id)
        if project is None:
            raise NotFound(f"Le projet « {project_id} » est inconnu : voyez « kb projects ».")
        mine = [passage for passage in PASSAGES if passage.project_id == project_id]
        sections = tuple(
            SectionSheet(
                Section(section, project_id, group[0].heading, group[0].heading_printed, 3), group
            )
            for section in dict.fromkeys(passage.section_id for passage in mine)
            for group in [tuple(p for p in mine if p.section_id == section)]
        )
        return ProjectSheet(project, BROCHURES[project.brochure_id], sections)

    def passage(self, passage_id: str) -> PassageSheet:
        """By id."""
        self._check()
        for passage in PASSAGES:
            if passage.id == passage_id:
                return PassageSheet(
                    passage,
                    PROJECTS[passage.project_id],
                    BROCHURES[passage.brochure_id],
                    _citation(passage),
                )
        raise NotFound(f"Le passage « {passage_id} » est inconnu : refaites la recherche.")

    def similar(self, passage_id: str, limit: int = 5) -> tuple[Hit, ...]:
        """The other hits; none for the passage without a page."""
        passage = self.passage(passage_id).passage
        if passage is PLAIN:
            return ()
        return tuple(hit for hit in HITS if hit.passage is not passage)[:limit]

    def brochures(self) -> tuple[BrochureEntry, ...]:
        """Both."""
        self._check()
        if self.is_empty:
            return ()
        return tuple(_entry(each, self.folder / each.source) for each in BROCHURES.values())

    def brochure(self, brochure_id: str) -> BrochureEntry:
        """By id."""
        self._check()
        for entry in self.brochures():
            if entry.brochure.id == brochure_id:
                return entry
        raise NotFound(f"La brochure « {brochure_id} » est inconnue : voyez la liste.")

    def remove(self, brochure_id: str) -> BrochureEntry:
        """Only says what it would remove."""
        entry = self.brochure(brochure_id)
        self.removed.append(brochure_id)
        return entry

    def ingest(self, paths: Sequence[Path]) -> IngestOutcome:
        """The outcome that the test wants."""
        self._check()
        self.ingested += paths
        message = "Le fichier est vide : donnez-en un autre."
        return IngestOutcome((FileOutcome(str(paths[0]), self.outcome, message, "recueil"),))

    def statistics(self) -> Statistics:
        """Counts of the fixed data."""
        return Statistics(0, 0, 0) if self.is_empty else Statistics(2, 3, 1234)

    def ready(self) -> bool:
        """What the test wants."""
        return self.is_ready


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def library(home: Path) -> FakeLibrary:
    return FakeLibrary(home / "uploads")


@pytest.fixture
def make_app(library: FakeLibrary, home: Path) -> Callable[..., Flask]:
    """Builds the site with other settings."""

    def build(**changed: object) -> Flask:
        return create_app(library, replace(Settings(home=home, admin_token=TOKEN), **changed))  # type: ignore[arg-type]

    return build


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app().test_client()


@pytest.fixture
def page(client: FlaskClient) -> Callable[..., HtmlElement]:
    """Fetches a page, checks that it is well-formed, and gives its tree."""

    def fetch(path: str, status: int = 200) -> HtmlElement:
        answer = client.get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        assert answer.mimetype == "text/html"
        return parsed(answer.get_data(as_text=True))

    return fetch
