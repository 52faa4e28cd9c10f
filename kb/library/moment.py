"""The base as one search sees it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kb.library.context import project_facets, satisfies
from kb.library.metadata import Names
from kb.library.profiles import inverse_frequency
from kb.model import Brochure, Filter, Project
from kb.ports import Embedder, EngineView
from kb.text import CONTEXT, STEM

_KEPT = 20_000
"""Frequencies remembered at most: queries never end, a moment may last for days."""


@dataclass(frozen=True, slots=True)
class Moment:
    """View of the engine, embedder and small tables at one generation of the catalogue."""

    generation: int
    engine: EngineView
    """It holds every passage of this generation, perhaps others that are on their way."""
    embedder: Embedder
    fingerprint: str
    """Of the embedder: names the vectors that the catalogue keeps."""
    telling_cosine: float | None
    """Cosine from which a passage answers by meaning alone; None where that is unknown."""
    projects: dict[str, Project]
    brochures: dict[str, Brochure]
    names: Names
    passages: int
    _frequencies: dict[str, int] = field(default_factory=dict)
    _facets: dict[str, Filter] = field(default_factory=dict)

    def seen_by(self, engine: EngineView) -> Moment:
        """The same tables with another view of the engine."""
        return replace(self, engine=engine, _frequencies={})

    def known(self, stem: str) -> bool:
        """Whether a stem is in the index, in a text or in what surrounds one."""
        return self._frequency(STEM + stem) > 0 or self._frequency(CONTEXT + stem) > 0

    def weight(self, stem: str) -> float:
        """How much a stem says in this base."""
        return inverse_frequency(self.passages, self._frequency(STEM + stem))

    def facets(self, project_id: str) -> Filter:
        """The folded values that the passages of a project share, worked out once."""
        if project_id not in self._facets:
            project = self.projects[project_id]
            self._facets[project_id] = project_facets(project, self.brochures[project.brochure_id])
        return self._facets[project_id]

    def projects_meeting(self, wanted: Filter) -> list[Project]:
        """The projects whose own facets meet a folded filter."""
        return [
            project
            for project in self.projects.values()
            if satisfies(self.facets(project.id), wanted)
        ]

    def _frequency(self, term: str) -> int:
        if term not in self._frequencies:
            if len(self._frequencies) >= _KEPT:
                self._frequencies.clear()
            self._frequencies[term] = self.engine.document_frequencies([term])[term]
        return self._frequencies[term]
