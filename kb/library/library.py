"""The one door to a knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from kb.catalog import StoredPassage
from kb.citation import citation
from kb.errors import InvalidQuery, NotFound
from kb.library.base import Base, Parts
from kb.library.context import normalised, project_facets, satisfies
from kb.library.ingesting import Ingester, unknown_brochure
from kb.library.maintenance import examine
from kb.library.reindexing import reindex
from kb.library.requests import Request
from kb.library.searching import Searcher
from kb.library.similarity import similar
from kb.model import Brochure, Filter, Mode, Passage, Project
from kb.results import (
    Answer,
    BrochureEntry,
    Finding,
    Hit,
    IngestOutcome,
    PassageSheet,
    ProjectSheet,
    SectionSheet,
    Statistics,
)

_NO_FILTER = Filter()


class Library:
    """A knowledge base of brochures. Safe for many threads; close it when done.

    Every method raises StorageError when the base on disk can't be used.
    """

    def __init__(self, parts: Parts) -> None:
        self._base = Base(parts)
        self._ingester = Ingester(self._base)
        self._searcher = Searcher(self._base, parts.thesaurus())

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
        progress: Callable[[int, int, str], None] | None = None,
    ) -> IngestOutcome:
        """Read files and folders; what became of each.

        A file already in is left alone; a changed one replaces its old revision
        whole; files gone from a given folder are reported, and their brochures
        removed with ``prune``. ``progress`` is called with files done, files in
        all and the name at hand.
        """
        resolved = [path.absolute() for path in paths]
        return self._ingester.ingest(resolved, dry_run=dry_run, prune=prune, progress=progress)

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
        wanted = normalised(Filter(**{**filter.active(), "heading": ()}))
        projects, brochures = self._base.places()
        return tuple(
            project
            for project in projects.values()
            if satisfies(project_facets(project, brochures[project.brochure_id]), wanted)
        )

    def project(self, project_id: str) -> ProjectSheet:
        """All that is known of one project; NotFound where unknown."""
        project = self._base.catalog.project(project_id)
        if project is None:
            raise NotFound(f"Aucun projet « {project_id} » : « kb projects » les liste.")
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
        passage = self._stored(passage_id).passage
        sheet = self.project(passage.project_id)
        return _sheet(passage, sheet.project, sheet.brochure)

    def similar(self, passage_id: str, limit: int = 5) -> tuple[Hit, ...]:
        """Other passages of like meaning, best first; NotFound where unknown."""
        if limit < 1:
            raise InvalidQuery(f"La limite doit être d’au moins 1 (reçu : {limit}).")
        return similar(self._base, self._stored(passage_id), limit)

    def passages(self) -> Iterator[PassageSheet]:
        """Every passage, in the order of brochures and text."""
        projects, brochures = self._base.places()
        for stored in self._base.catalog.all_passages():
            passage = stored.passage
            # A brochure that came in since is left to the next export.
            if passage.project_id in projects:
                yield _sheet(passage, projects[passage.project_id], brochures[passage.brochure_id])

    def remove(self, brochure_id: str) -> BrochureEntry:
        """Take a brochure out; NotFound where unknown."""
        return self._ingester.remove(brochure_id)

    def reindex(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Build the index anew with the wanted model, then switch; passages indexed."""
        with self._base.parts.writing():
            return reindex(self._base, progress)

    def doctor(self) -> tuple[Finding, ...]:
        """What is well and what is not, with the mend."""
        return examine(self._base)

    def statistics(self) -> Statistics:
        """Counts of brochures, projects and passages."""
        return self._base.catalog.statistics()

    def ready(self) -> bool:
        """Whether searches can be answered now."""
        return self._base.opened() is not None and self.statistics().passages > 0

    def _stored(self, passage_id: str) -> StoredPassage:
        stored = self._base.catalog.passage(passage_id)
        if stored is None:
            raise NotFound(
                f"Aucun passage « {passage_id} » : cherchez-le d’abord, "
                "son identifiant a pu changer."
            )
        return stored


def _sheet(passage: Passage, project: Project, brochure: Brochure) -> PassageSheet:
    """A passage with its place and its citation."""
    return PassageSheet(
        passage, project, brochure, citation(passage.text, passage, project, brochure)
    )
