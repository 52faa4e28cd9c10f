"""The one door to a knowledge base."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from kb.catalog import StoredPassage
from kb.citation import citation
from kb.errors import InvalidQuery, NotFound
from kb.garbage import WHILE_SERVING, look_every
from kb.library.base import Base, Parts
from kb.library.context import project_facets, satisfies, wanted_values
from kb.library.examples import Examples
from kb.library.ingesting import Ingester, unknown_brochure
from kb.library.maintenance import examine
from kb.library.migrating import COMPARED, Migration, migrate
from kb.library.overview import overview
from kb.library.reindexing import reindex
from kb.library.relations import related
from kb.library.requests import Request
from kb.library.searching import Searcher
from kb.library.similarity import similar
from kb.library.sources import Sources
from kb.library.suggesting import Suggester
from kb.model import Brochure, Filter, Mode, Passage, Project
from kb.results import (
    Answer,
    BrochureEntry,
    FileOutcome,
    Finding,
    Hit,
    IngestOutcome,
    Overview,
    PassageSheet,
    ProjectSheet,
    RelatedProject,
    SectionSheet,
    Statistics,
    Suggestion,
)
from kb.source import Picture, SourcePage

_NO_FILTER = Filter()
_WARMING = "logemant social"
"""Asks for what a search may need: a word to be corrected, meaning."""


class Library:
    """A knowledge base of brochures. Safe for many threads; close it when done.

    Every method raises StorageError when the base on disk can't be used.
    """

    def __init__(self, parts: Parts) -> None:
        self._base = Base(parts)
        self._ingester = Ingester(self._base)
        self._sources = Sources(self._base)
        self._searcher = Searcher(self._base, parts.thesaurus())
        self._suggester = Suggester(self._base)
        self._examples = Examples(self._base, lambda question: self.search(question).answerable)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release files and locks."""
        self._base.close()

    def ingest(
        self,
        paths: Sequence[Path],
        *,
        dry_run: bool = False,
        prune: bool = False,
        again: bool = False,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> IngestOutcome:
        """Read files and folders; what became of each.

        A file already in is left alone, unless ``again``; a changed one replaces its old
        revision whole; files gone from a given folder are reported, and their brochures
        removed with ``prune``. ``progress`` is called with files done, files in
        all and the name at hand.
        """
        resolved = [path.absolute() for path in paths]
        with self._forgetting():
            return self._ingester.ingest(
                resolved, dry_run=dry_run, prune=prune, again=again, progress=progress
            )

    def replace(self, brochure_id: str, path: Path) -> FileOutcome:
        """Put another file in the place of a brochure's own; NotFound where unknown.

        The brochure keeps its id; it stays as it was where the file is refused.
        """
        with self._forgetting():
            return self._ingester.replace(brochure_id, path.absolute())

    def search(
        self,
        query: str,
        *,
        mode: Mode = Mode.HYBRID,
        filter: Filter = _NO_FILTER,
        limit: int = 10,
        offset: int = 0,
        expand: bool = True,
        correct: bool = True,
    ) -> Answer:
        """The passages that answer ``query``, best first.

        ``expand`` adds what the thesaurus knows and, but for lexical searches, words of
        the brochures that are near in meaning; ``correct`` mends typos. Raises
        InvalidQuery when there is nothing to look for or the base is empty.
        """
        return self._searcher.search(
            Request(query, mode, filter, limit, offset, expand=expand, correct=correct)
        )

    def suggest(self, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
        """What who has typed ``text`` so far may mean, words first, then names."""
        if limit < 1:
            raise InvalidQuery(f"La limite doit être d’au moins 1 (reçu : {limit}).")
        return self._suggester.suggest(text, limit)

    def examples(self, limit: int = 6) -> tuple[str, ...]:
        """Questions worth trying, drawn from the brochures and answered by them."""
        return self._examples.questions(limit)

    def brochures(self) -> tuple[BrochureEntry, ...]:
        """Every brochure, by title."""
        return self._base.catalog.brochures()

    def brochure(self, brochure_id: str) -> BrochureEntry:
        """One brochure; NotFound where unknown."""
        entry = self._base.catalog.brochure(brochure_id)
        if entry is None:
            raise NotFound(unknown_brochure(brochure_id))
        return entry

    def projects(self, filter: Filter = _NO_FILTER) -> tuple[Project, ...]:
        """Projects in the order of their brochures; the filter's heading is ignored."""
        wanted = wanted_values(replace(filter, heading=()))
        projects, brochures = self._base.places()
        return tuple(
            project
            for project in projects.values()
            if satisfies(project_facets(project, brochures[project.brochure_id]), wanted)
        )

    def project(self, project_id: str) -> ProjectSheet:
        """All that is known of one project; NotFound where unknown."""
        with self._base.catalog.reading():
            project = self._base.catalog.project(project_id)
            if project is None:
                raise NotFound(unknown_project(project_id))
            stored = self._base.catalog.passages_of_project(project_id)
            sections = tuple(
                SectionSheet(
                    section,
                    tuple(one.passage for one in stored if one.passage.section_id == section.id),
                )
                for section in self._base.catalog.sections(project_id)
            )
            return ProjectSheet(project, self.brochure(project.brochure_id).brochure, sections)

    def passage(self, passage_id: str) -> PassageSheet:
        """One passage with its place; NotFound where unknown."""
        with self._base.catalog.reading():
            passage = self._stored(passage_id).passage
            sheet = self.project(passage.project_id)
        return _sheet(passage, sheet.project, sheet.brochure)

    def sheets(self, passage_ids: Sequence[str]) -> dict[str, PassageSheet]:
        """Those passages with their places, by identifier; unknown ones are left out."""
        catalog = self._base.catalog
        with catalog.reading():
            found = [catalog.passage(one) for one in dict.fromkeys(passage_ids)]
            passages = [stored.passage for stored in found if stored is not None]
            projects = {one: catalog.project(one) for one in {p.project_id for p in passages}}
            entries = {one: catalog.brochure(one) for one in {p.brochure_id for p in passages}}
        return {
            passage.id: _sheet(passage, project, entry.brochure)
            for passage in passages
            if (project := projects[passage.project_id]) is not None
            and (entry := entries[passage.brochure_id]) is not None
        }

    def source_page(self, passage_id: str, number: int | None = None) -> SourcePage:
        """A page of a passage's brochure, by default the one that the passage begins on.

        NotFound where the passage is unknown or the brochure lacks the page.
        """
        return self._sources.page(self.passage(passage_id), number)

    def page_picture(self, brochure_id: str, number: int, zoom: int = 100) -> Picture:
        """A page of a brochure as a picture, ``zoom`` being one of ``kb.source.ZOOMS``.

        NotFound where there is none, or its file is no longer the one that was read.
        """
        return self._sources.picture(brochure_id, number, zoom)

    def page_picture_key(self, brochure_id: str, number: int, zoom: int = 100) -> str:
        """What changes whenever ``page_picture`` would give another picture.

        Raises as ``page_picture`` does, but for what only the file can tell.
        """
        return self._sources.picture_key(brochure_id, number, zoom)

    def similar(self, passage_id: str, limit: int = 5) -> tuple[Hit, ...]:
        """Other passages of like meaning, best first; NotFound where unknown."""
        if limit < 1:
            raise InvalidQuery(f"La limite doit être d’au moins 1 (reçu : {limit}).")
        self._stored(passage_id)
        with self._base.moment() as moment:
            return similar(self._base, moment, self._stored(passage_id), limit)

    def related(self, project_id: str, limit: int = 4) -> tuple[RelatedProject, ...]:
        """Other projects of like meaning, best first; NotFound where unknown."""
        if limit < 1:
            raise InvalidQuery(f"La limite doit être d’au moins 1 (reçu : {limit}).")
        if self._base.catalog.project(project_id) is None:
            raise NotFound(unknown_project(project_id))
        with self._base.moment() as moment:
            return related(self._base, moment, project_id, limit)

    def overview(self) -> Overview:
        """How many projects stand under each département, year, organisation and theme."""
        projects, brochures = self._base.places()
        return overview(projects.values(), brochures)

    def passages(self) -> Iterator[PassageSheet]:
        """Every passage, in the order of brochures and text.

        Each brochure is whole, as it is when its turn comes.
        """
        catalog = self._base.catalog
        for brochure_id in sorted(catalog.brochure_ids()):
            with catalog.reading():
                entry = catalog.brochure(brochure_id)
                projects = {one.id: one for one in catalog.projects(brochure_id)}
                stored = catalog.passages_of_brochure(brochure_id)
            if entry is not None:
                for passage in (one.passage for one in stored):
                    yield _sheet(passage, projects[passage.project_id], entry.brochure)

    def remove(self, brochure_id: str) -> BrochureEntry:
        """Take a brochure out; NotFound where unknown."""
        with self._forgetting():
            return self._ingester.remove(brochure_id)

    def reindex(
        self, progress: Callable[[int, int], None] | None = None, *, engine: str = ""
    ) -> int:
        """Build the index anew with the wanted model, then switch; passages indexed.

        ``engine`` is one of ``kb.engine_names.KINDS``; empty: as the settings say, else
        that in use. Raises ConfigurationError where its library is not installed.
        """
        with self._base.changing("reconstruction de l’index"):
            return reindex(self._base, progress, engine)

    def migrate(self, engine: str, progress: Callable[[int, int], None] | None = None) -> Migration:
        """Move to an engine of that kind; see ``kb.library.migrating.migrate``."""
        return migrate(
            self._base, lambda query: self.search(query, limit=COMPARED), engine, progress
        )

    def doctor(self) -> tuple[Finding, ...]:
        """What is well and what is not, with the mend."""
        return examine(self._base)

    def statistics(self) -> Statistics:
        """Counts of brochures, projects and passages."""
        return self._base.catalog.statistics()

    def ready(self) -> bool:
        """Whether searches can be answered now."""
        return self._base.opened() is not None and self.statistics().passages > 0

    def warm_up(self) -> None:
        """Open all that the first search would wait for: index, models, words, examples.

        For a process that goes on for long: what is there by then stays, and the garbage
        collector leaves it alone: to walk over it would take a tenth of a second each time.
        """
        if self.ready():
            self.search(_WARMING)
            self._searcher.warm_up()
            self.suggest(_WARMING[:2])
            self.examples()
            gc.collect()
            gc.freeze()
            look_every(WHILE_SERVING)

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """Drop the pictures of what is no longer in the base when the block ends well."""
        before = self._base.catalog.contents()
        yield
        for sha256 in before - self._base.catalog.contents():
            self._sources.forget(sha256)

    def _stored(self, passage_id: str) -> StoredPassage:
        stored = self._base.catalog.passage(passage_id)
        if stored is None:
            raise NotFound(
                f"Aucun passage « {passage_id} » : cherchez-le d’abord, "
                "son identifiant a pu changer."
            )
        return stored


def unknown_project(project_id: str) -> str:
    """What to say of a project that is not in the base."""
    return f"Aucun projet « {project_id} » : la page « Projets » ou « kb projects » les liste."


def _sheet(passage: Passage, project: Project, brochure: Brochure) -> PassageSheet:
    """A passage with its place and its citation."""
    return PassageSheet(
        passage, project, brochure, citation(passage.text, passage, project, brochure)
    )
