"""What the catalogue gives and takes beside the values of ``kb.model``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kb.model import Passage


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with the key under which engines hold it."""

    key: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class Analysis:
    """Stems of a passage's text, and of what surrounds it, each set in one string by spaces."""

    stems: str
    context: str


class AnalysedPassage(NamedTuple):
    """What a search looks at in each of hundreds of passages, most of which it will not show."""

    key: int
    project_id: str
    heading: str
    stems: str | None
    """As in ``Analysis``; None where that is not kept: the base is of an older version."""
    context: str | None


@dataclass(frozen=True, slots=True)
class EngineState:
    """Which embedder and which engine folder the base uses now."""

    embedder: str
    """What ``kb.wiring`` needs to load the embedder again; empty before the first ingest."""
    fingerprint: str
    engine: str
    """Name of the engine's folder in the base."""
    analysis: str
    """Version of the text rules that made the engine's terms."""
