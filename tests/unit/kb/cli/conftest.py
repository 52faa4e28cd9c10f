"""A small fixed library, and a way to run ``kb`` on it as a shell would."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, cast

import pytest

from kb.cli.session import Session
from kb.config import Settings
from kb.errors import InvalidQuery, NotFound
from kb.library import Library
from kb.main import run
from kb.model import (
    Brochure,
    Filter,
    IngestReport,
    Mode,
    Passage,
    Person,
    Project,
    Section,
    Span,
)
from kb.results import (
    Answer,
    BrochureEntry,
    Expansion,
    ExpansionSource,
    FileOutcome,
    FileState,
    Finding,
    Hit,
    IngestOutcome,
    PassageSheet,
    ProjectSheet,
    SectionSheet,
    Statistics,
    Why,
)

REPORT = IngestReport(
    pages=12,
    projects=1,
    sections=2,
    passages=2,
    pages_without_text=(2,),
    pages_without_heading=(3, 4, 5, 9),
    furniture=("Cahier", "Page", "2021", "Union"),
    set_aside=("Photo",),
    warnings=("aucune année n’a été trouvée pour « Le Jardin ».",),
)
BROCHURE = Brochure(
    id="cahier",
    title="Cahier des projets",
    year=2021,
    source="cahier.pdf",
    sha256="0" * 64,
    format="pdf",
    paged=True,
    page_count=12,
    profile="generique",
)
PROJECT = Project(
    id="cahier/le-jardin",
    brochure_id="cahier",
    title="Le Jardin partagé",
    subtitle="Cultiver ensemble",
    organisation="Habitat du Littoral",
    partners=("La Ville",),
    communes=("Lens", "Liévin"),
    departements=("62",),
    year=2019,
    objectives=("Lien social",),
    public="Tous les habitants",
    first_page=6,
    last_page=8,
    people=(Person("Awa Petit", "cheffe de projet", "Habitat du Littoral", "awa@exemple.fr"),),
)
OTHER = Project(
    id="cahier/la-cle",
    brochure_id="cahier",
    title="La Clé",
    departements=("02", "59"),
    first_page=9,
    last_page=9,
)


def passage(number: int, text: str, project: Project = PROJECT, page: int = 7) -> Passage:
    """A passage of the section « Objectifs »."""
    return Passage(
        id=f"{project.id}/objectifs/{number}",
        section_id=f"{project.id}/objectifs",
        project_id=project.id,
        brochure_id="cahier",
        text=text,
        heading="Objectifs",
        heading_printed="OBJECTIFS",
        page=page,
        last_page=page,
        page_printed="5" if page == 7 else "",
    )


FIRST = passage(1, "Les habitants cultivent un jardin.\n• Écrire à awa@exemple.fr ;\n• semer.")
SECOND = passage(1, "Une clé pour chaque jardin.", OTHER, page=9)
THIRD = passage(2, "=1+1 fait # deux.")


def hit(rank: int, found: Passage, project: Project, *spans: Span) -> Hit:
    """A hit whose citation is made of its first words."""
    return Hit(
        rank=rank,
        score=1 / rank,
        passage=found,
        project=project,
        brochure=BROCHURE,
        citation=f"« {found.text.split('.')[0]} » — {project.title}",
        best_sentence=Span(0, 10),
        highlights=spans,
        why=Why(rank, None, ("jardin",)),
    )


HITS = (
    hit(1, FIRST, PROJECT, Span(27, 33)),
    hit(2, SECOND, OTHER, Span(20, 26)),
    hit(3, THIRD, PROJECT),
)


@dataclass
class FakeLibrary:
    """Answers from the values above, and remembers how it was called."""

    calls: list[tuple[str, Any]] = field(default_factory=list)
    answer: Answer | None = None
    failure: BaseException | None = None
    outcome: IngestOutcome | None = None
    findings: tuple[Finding, ...] = (Finding(True, "Catalogue", "1 brochure."),)
    empty: bool = False
    closed: bool = False

    def __enter__(self) -> FakeLibrary:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closed = True

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = False,
        prune: bool = False,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> IngestOutcome:
        self.calls.append(("ingest", (tuple(paths), dry_run, prune)))
        assert progress is not None
        progress(0, 2, "cahier.pdf")
        progress(1, 2, "vide.txt")
        progress(2, 2, "")
        return self.outcome or IngestOutcome(
            (
                FileOutcome("cahier.pdf", FileState.ADDED, "Lue en entier.", "cahier", REPORT),
                FileOutcome("vide.txt", FileState.REFUSED, "Le fichier est vide."),
            ),
            dry_run,
        )

    def search(
        self,
        query: str,
        *,
        mode: Mode = Mode.HYBRID,
        filter: Filter = Filter(),
        limit: int = 10,
        offset: int = 0,
        expand: bool = True,
        correct: bool = True,
    ) -> Answer:
        self.calls.append(("search", (query, mode, filter, limit, offset, expand, correct)))
        if self.failure is not None:
            raise self.failure
        if not query.strip():
            raise InvalidQuery("La recherche est vide : écrivez au moins un mot.")
        return self.answer or Answer(
            query=query,
            mode=mode,
            answerable=True,
            hits=HITS,
            total=7,
            took_ms=1.23456,
            corrected="jardin",
            expanded=(
                Expansion("jardin", "potager", "?", ExpansionSource.MEANING, 0.6154),
                Expansion("VIF", "violences intrafamiliales", "sigle"),
                Expansion("jardin", "verger", "?", ExpansionSource.MEANING, 0.5),
            ),
        )

    def statistics(self) -> Statistics:
        return Statistics(0, 0, 0) if self.empty else Statistics(1, 2, 3)

    def brochures(self) -> tuple[BrochureEntry, ...]:
        return () if self.empty else (ENTRY,)

    def brochure(self, brochure_id: str) -> BrochureEntry:
        self.calls.append(("brochure", brochure_id))
        if brochure_id != "cahier":
            raise NotFound(f"Aucune brochure « {brochure_id} ».")
        return ENTRY

    def projects(self, filter: Filter = Filter()) -> tuple[Project, ...]:
        self.calls.append(("projects", filter))
        return () if self.empty or filter.year else (PROJECT, OTHER)

    def project(self, project_id: str) -> ProjectSheet:
        section = Section("s", project_id, "Objectifs", "OBJECTIFS", 7)
        return ProjectSheet(PROJECT, BROCHURE, (SectionSheet(section, (FIRST,)),))

    def passage(self, passage_id: str) -> PassageSheet:
        if passage_id != FIRST.id:
            raise NotFound(f"Aucun passage « {passage_id} ».")
        return PassageSheet(FIRST, PROJECT, BROCHURE, "« … » — Le Jardin partagé, p. 7")

    def similar(self, passage_id: str, limit: int = 5) -> tuple[Hit, ...]:
        return HITS[1:2]

    def passages(self) -> Iterator[PassageSheet]:
        for one, project in ((FIRST, PROJECT), (THIRD, PROJECT), (SECOND, OTHER)):
            if self.failure is not None and one is THIRD:
                raise self.failure
            yield PassageSheet(one, project, BROCHURE, "")

    def remove(self, brochure_id: str) -> BrochureEntry:
        return self.brochure(brochure_id)

    def reindex(
        self, progress: Callable[[int, int], None] | None = None, *, engine: str = ""
    ) -> int:
        assert progress is not None
        self.calls.append(("reindex", engine))
        progress(0, 1234)
        progress(1234, 1234)
        return 1234

    def doctor(self) -> tuple[Finding, ...]:
        return self.findings


ENTRY = BrochureEntry(BROCHURE, REPORT, datetime(2024, 3, 1, 12, 0, tzinfo=UTC), "/tmp/cahier.pdf")


@dataclass(frozen=True)
class Shell:
    """What a command gave."""

    code: int
    out: str
    err: str


Kb = Callable[..., Shell]


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def kb(
    library: FakeLibrary,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Kb:
    """Runs ``kb`` with these arguments; ``environ`` adds to an environment of its own."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str, environ: dict[str, str] | None = None) -> Shell:
        def opener(settings: Settings) -> Library:
            return cast(Library, library)

        # Never the folder that the tests run in.
        home = {"KB_HOME": str(tmp_path / "home")}
        code = run(arguments, Session(home | (environ or {}), opener))
        out, err = capsys.readouterr()
        return Shell(code, out, err)

    return call
