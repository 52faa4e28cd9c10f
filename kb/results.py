"""What the use cases give back: answers, sheets, outcomes.

Same layer as ``kb.model`` and same rules: frozen, slotted, no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from kb.model import (
    Brochure,
    IngestReport,
    Mode,
    Passage,
    Project,
    Section,
    Span,
)


@dataclass(frozen=True, slots=True)
class Why:
    """Why a hit stands where it stands."""

    lexical_rank: int | None
    semantic_rank: int | None
    matched_terms: tuple[str, ...]
    """Words of the passage that met the query, as they stand in the text."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage of an answer, with all that is needed to show and cite it."""

    rank: int
    score: float
    passage: Passage
    project: Project
    brochure: Brochure
    citation: str
    """« … » — Project, heading, Brochure (year), p. 12"""
    best_sentence: Span
    highlights: tuple[Span, ...]
    why: Why


class ExpansionSource(StrEnum):
    """What knew that an added term says the same."""

    THESAURUS = "thesaurus"
    MEANING = "meaning"
    """The word vectors of the static model, among the words of the brochures."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """A term added to the query, with the reason that is shown."""

    term: str
    added: str
    reason: str
    source: ExpansionSource = ExpansionSource.THESAURUS
    similarity: float | None = None
    """Cosine of the two word vectors; None for what the thesaurus adds."""


MOST_FACET_VALUES = 100
"""Values told of a facet, the most frequent and those that are chosen: beyond, a large base has
hundreds, of a passage each."""


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many passages of the answer carry it."""

    value: str
    count: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search gives."""

    query: str
    mode: Mode
    answerable: bool
    """False when nothing answers; ``hits`` is then empty and ``nearest`` may help."""
    hits: tuple[Hit, ...]
    total: int
    """Hits before ``limit`` and ``offset``."""
    took_ms: float
    at_least: bool = False
    """True when a large base holds more than was ranked: ``total`` and counts are minima."""
    corrected: str | None = None
    expanded: tuple[Expansion, ...] = ()
    facets: dict[str, tuple[FacetValue, ...]] = field(default_factory=dict)
    nearest: tuple[Project, ...] = ()
    """Projects with the nearest themes, shown apart from answers."""
    notice: str = ""
    """A sentence for the user, in French, when something must be said."""


@dataclass(frozen=True, slots=True)
class BrochureEntry:
    """A brochure of the catalogue with its ingest report."""

    brochure: Brochure
    report: IngestReport
    ingested_at: datetime
    """In UTC."""
    path: str
    """Absolute path that was ingested; never shown by the web."""


@dataclass(frozen=True, slots=True)
class SectionSheet:
    """A section with its passages in order."""

    section: Section
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """All that is known of one project."""

    project: Project
    brochure: Brochure
    sections: tuple[SectionSheet, ...]


@dataclass(frozen=True, slots=True)
class PassageSheet:
    """One passage with its place."""

    passage: Passage
    project: Project
    brochure: Brochure
    citation: str


class FactKind(StrEnum):
    """What a fact tells of a project, in the order of a sheet."""

    ORGANISATION = "organisation"
    PARTNERS = "partners"
    PLACE = "place"
    YEAR = "year"
    PUBLIC = "public"
    OBJECTIVES = "objectives"
    FIGURES = "figures"
    CONDITIONS = "conditions"
    OBSTACLES = "obstacles"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a brochure says of a project, word for word."""

    kind: FactKind
    text: str
    passage: Passage | None = None
    """Where it stands; None for what only the title page or an identity card prints."""
    measures: tuple[Span, ...] = ()
    """Where ``text`` gives a number with what it counts."""


@dataclass(frozen=True, slots=True)
class RelatedProject:
    """A project of like meaning."""

    project: Project
    score: float
    """Cosine of the mean vectors of both projects' passages."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a base holds, by the values under which it can be browsed."""

    projects: int
    counts: dict[str, tuple[FacetValue, ...]]
    """Projects per value: ``departement``, ``year``, ``organisation``, ``theme``."""
    without: dict[str, int]
    """Of each of these, how many projects have no value."""


@dataclass(frozen=True, slots=True)
class Found:
    """What some paths lead to."""

    files: tuple[Path, ...] = ()
    """Files to ingest, each once, in a stable order."""
    problems: tuple[tuple[Path, str], ...] = ()
    """What can't be ingested, each with a French sentence that says what to do."""
    folders: tuple[Path, ...] = ()
    """Folders among the paths that could be read."""


class FileState(StrEnum):
    """What became of a file that was given to ingest."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    MISSING = "missing"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file."""

    path: str
    state: FileState
    message: str
    """One French sentence."""
    brochure_id: str = ""
    report: IngestReport | None = None


@dataclass(frozen=True, slots=True)
class IngestOutcome:
    """What became of a batch; refused files never stop the others."""

    files: tuple[FileOutcome, ...]
    dry_run: bool = False

    @property
    def refused(self) -> tuple[FileOutcome, ...]:
        """The files that are not in."""
        return tuple(entry for entry in self.files if entry.state is FileState.REFUSED)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report."""

    ok: bool
    subject: str
    message: str
    """What was found and, when not ok, what to do."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts of the whole knowledge base."""

    brochures: int
    projects: int
    passages: int


class SuggestionKind(StrEnum):
    """What a suggestion names."""

    TERM = "term"
    PROJECT = "project"
    ORGANISATION = "organisation"
    COMMUNE = "commune"
    DEPARTEMENT = "departement"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that who types may mean."""

    kind: SuggestionKind
    label: str
    """A name; for a term, what was typed with its last word completed."""
    value: str
    """Id of a project, code of a département, the name or the word itself for the others."""
    detail: str
    """What tells a project from another; empty for the others."""
    count: int
    """Projects that it leads to; for a term, how often the brochures hold it."""
