"""A small knowledge base held in memory, and the site over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.config import Settings
from kb.errors import InvalidQuery, NotFound
from kb.library.overview import overview
from kb.model import Filter, Mode, Project, Section, Span
from kb.results import (
    Answer,
    BrochureEntry,
    Expansion,
    ExpansionSource,
    FileOutcome,
    FileState,
    Hit,
    IngestOutcome,
    Overview,
    PassageSheet,
    ProjectSheet,
    RelatedProject,
    SectionSheet,
    Statistics,
    Suggestion,
    Why,
)
from kb.source import Original, SourcePage
from tests.web.reading import parsed
from tests.web.sample import (
    BROCHURES,
    EXAMPLES,
    FACETS,
    FIRST,
    HITS,
    ORCHARD,
    PASSAGES,
    PLAIN,
    PROJECTS,
    SUGGESTIONS,
    citation_of,
    make_entry,
    make_hit,
)
from tests.web.signing import CHEAP
from web.app import create_app

TOKEN = "jeton-très-secret"


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
        if query == "voisin":
            near = replace(HITS[0], highlights=(), why=Why(None, 1, ()))
            return replace(answer, hits=(near,), total=1)
        if query == "ailleurs" and filter.active():
            return replace(answer, answerable=False, hits=(), total=0)
        if query == "singulier":
            return replace(answer, hits=HITS[:1], total=1)
        if query == "porche":
            return replace(answer, hits=(HITS[0], HITS[2], make_hit(4, FIRST, "accueil")))
        if query == "beaucoup":
            return replace(answer, total=1234)
        return answer

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """One of each kind for « po », nothing else."""
        self._check()
        return SUGGESTIONS[:limit] if text == "po" else ()

    def examples(self, limit: int = 6) -> tuple[str, ...]:
        """Two questions, or none where there is no brochure."""
        self._check()
        return () if self.is_empty else EXAMPLES[:limit]

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
                    citation_of(passage),
                )
        raise NotFound(f"Le passage « {passage_id} » est inconnu : refaites la recherche.")

    def source_page(self, passage_id: str, number: int | None = None) -> SourcePage:
        """A page with nothing on it but the passage, of a file that has gone."""
        sheet = self.passage(passage_id)
        here, text = sheet.passage.page, sheet.passage.text
        return SourcePage(
            sheet=sheet,
            number=number or here,
            count=sheet.brochure.page_count,
            printed=sheet.passage.page_printed,
            text=text,
            spans=(Span(0, len(text)),),
            pages=(here,),
            original=Original.MISSING,
            size=None,
            boxes=(),
        )

    def page_picture_key(self, brochure_id: str, number: int, zoom: int = 100) -> str:
        """No page of these can be drawn."""
        raise NotFound(f"La brochure « {brochure_id} » n’a pas d’image de ses pages.")

    def sheets(self, passage_ids: Sequence[str]) -> dict[str, PassageSheet]:
        """Those that are known."""
        self._check()
        known = {passage.id for passage in PASSAGES}
        return {one: self.passage(one) for one in passage_ids if one in known}

    def similar(self, passage_id: str, limit: int = 5) -> tuple[Hit, ...]:
        """The other hits; none for the passage without a page."""
        passage = self.passage(passage_id).passage
        if passage is PLAIN:
            return ()
        return tuple(hit for hit in HITS if hit.passage is not passage)[:limit]

    def related(self, project_id: str, limit: int = 4) -> tuple[RelatedProject, ...]:
        """The other projects of the catalogue, in order."""
        self.project(project_id)
        others = [project for project in PROJECTS.values() if project.id != project_id]
        return tuple(RelatedProject(project, 0.5) for project in others)[:limit]

    def overview(self) -> Overview:
        """Counts of the fixed data, as the real library makes them."""
        return overview(self.projects(), BROCHURES)

    def brochures(self) -> tuple[BrochureEntry, ...]:
        """Both."""
        self._check()
        if self.is_empty:
            return ()
        return tuple(make_entry(each, self.folder / each.source) for each in BROCHURES.values())

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

    def ingest(self, paths: Sequence[Path], *, again: bool = False) -> IngestOutcome:
        """The outcome that the test wants."""
        self._check()
        self.ingested += paths
        message = "Le fichier est vide : donnez-en un autre."
        return IngestOutcome((FileOutcome(str(paths[0]), self.outcome, message, "recueil"),))

    def replace(self, brochure_id: str, path: Path) -> FileOutcome:
        """The outcome that the test wants."""
        return self.ingest([path]).files[0]

    def statistics(self) -> Statistics:
        """Counts of the fixed data."""
        return Statistics(0, 0, 0) if self.is_empty else Statistics(2, 3, 1234)

    def ready(self) -> bool:
        """What the test wants."""
        return self.is_ready

    def warm_up(self) -> None:
        """Nothing is to be opened."""


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost nothing to check here; they do on purpose elsewhere."""
    monkeypatch.setattr("kb.office.accounts.PasswordHasher", lambda: CHEAP)


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
