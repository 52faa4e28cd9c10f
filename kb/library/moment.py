"""The base as one search sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kb.library.context import Wanted, project_facets, satisfies, year_of
from kb.library.metadata import Names
from kb.library.profiles import inverse_frequency
from kb.model import Brochure, Filter, Project
from kb.ports import Embedder, EngineView
from kb.territory import departement_name
from kb.text import CONTEXT, STEM

_KEPT = 20_000
"""Frequencies remembered at most: queries never end, a moment may last for days."""

Values = tuple[tuple[str, str], ...]
"""Values of a facet, each with its label."""


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
    live: set[int] = field(default_factory=set)
    """Keys of which it is known already that their passages are in the base."""
    _frequencies: dict[str, int] = field(default_factory=dict)
    _facets: dict[str, Filter] = field(default_factory=dict)
    _values: dict[str, dict[str, Values]] = field(default_factory=dict)

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

    def shown_values(self, project_id: str) -> dict[str, Values]:
        """Values that a project has of each facet, with their labels, worked out once."""
        if project_id not in self._values:
            project = self.projects[project_id]
            self._values[project_id] = _values(project, self.brochures[project.brochure_id])
        return self._values[project_id]

    def projects_meeting(self, wanted: Wanted) -> list[Project]:
        """The projects whose own facets meet what is asked."""
        return [
            project
            for project in self.projects.values()
            if satisfies(self.facets(project.id), wanted)
        ]

    def look_up(self, stems: Iterable[str]) -> None:
        """Ask the engine at once for all that will be asked of these stems: it may be far away."""
        terms = {mark + one for one in stems for mark in (STEM, CONTEXT)}
        self._asked(terms - self._frequencies.keys())

    def _frequency(self, term: str) -> int:
        known = self._frequencies.get(term)
        # Another thread may forget, at any time, what this one has looked up.
        return self._asked({term})[term] if known is None else known

    def _asked(self, terms: set[str]) -> dict[str, int]:
        """What the engine says of these terms, remembered."""
        if not terms:
            return {}
        if len(self._frequencies) + len(terms) > _KEPT:
            self._frequencies.clear()
        found = self.engine.document_frequencies(terms)
        self._frequencies.update(found)
        return found


def _values(project: Project, brochure: Brochure) -> dict[str, Values]:
    """The values of a project by facet, but for headings, which are those of its passages."""
    organisation = project.organisation
    return {
        "organisation": ((organisation, organisation),) if organisation else (),
        "departement": tuple(
            (code, f"{departement_name(code) or code} ({code})") for code in project.departements
        ),
        "commune": tuple((commune, commune) for commune in project.communes),
        "year": tuple((year, year) for year in year_of(project, brochure)),
        "brochure": ((brochure.id, brochure.title),),
        "project": ((project.id, project.title),),
    }
