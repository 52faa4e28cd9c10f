"""Storing brochures that were read: several by one commit, each wholly old or wholly new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from kb.analysis import analyse_reading, texts_to_embed
from kb.catalog import Analysis, EngineState, Transaction
from kb.engine_names import WHOOSH, next_name
from kb.library.base import Base, Opened
from kb.library.context import facets_of, project_facets, to_store
from kb.library.embedding import Former, embed_texts
from kb.library.filling import known_to
from kb.model import Filter, IndexedPassage, Reading, ReadingAnalysis
from kb.ports import Vectors
from kb.text import ANALYSIS_VERSION

MOST_WAITING = 4000
"""Passages that wait for a commit together, from which it is due; some 10 kB each."""
LONGEST_WAIT_S = 2.0
"""How long the first of them has waited by then, at most: it is not told as done before."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file that was read and is to be stored."""

    path: Path
    reading: Reading
    replaces: str
    """Id of the brochure whose revision it replaces; empty for a new one."""


class Storing:
    """Brochures on their way into the base; for a ``with`` block, under the writing lock.

    Each is embedded and analysed when it is added. A commit, which costs as much for one
    as for many, then puts all of them in the place of the revisions that they replace.
    What is not committed at the end of the block is dropped.
    """

    def __init__(self, base: Base) -> None:
        self._base = base
        self._first: Opened | None = None
        """What the first brochures ever go to, until they are there."""
        self._prepared: list[_Prepared] = []
        self._since = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._prepared = []
        self._leave_first()

    @property
    def waiting(self) -> int:
        """How many brochures wait for the commit."""
        return len(self._prepared)

    @property
    def due(self) -> bool:
        """Whether enough of them wait, or for long enough."""
        passages = sum(len(one.facets) for one in self._prepared)
        return passages >= MOST_WAITING or (self.waiting > 0 and self.patience == 0)

    @property
    def patience(self) -> float:
        """Seconds that those that wait may go on doing so; 0 where none does."""
        if not self._prepared:
            return 0.0
        return max(0.0, self._since + LONGEST_WAIT_S - monotonic())

    def add(self, accepted: Accepted) -> None:
        """Have a brochure wait for the commit.

        Raises ConfigurationError where there is no model yet and none can be had, and
        StorageError.
        """
        if not self._prepared:
            self._since = monotonic()
        self._prepared.append(_prepared(self._base, self._opened(), accepted))

    def commit(self) -> None:
        """Put those that wait in the base; nothing where none does.

        Where that fails, they go in one by one: those before the one that can't be stored
        are kept. Raises StorageError.
        """
        prepared, self._prepared = self._prepared, []
        if not prepared:
            return
        try:
            _switch(self._base, self._opened(), prepared)
        except Exception:
            if len(prepared) == 1:
                raise
            for one in prepared:
                _switch(self._base, self._opened(), [one])
        self._leave_first()

    def _opened(self) -> Opened:
        """What brochures go to: what is in use, or a new engine for the first ones ever."""
        if self._first is None:
            opened = self._base.opened()
            if opened is not None:
                return opened
            self._first = _first(self._base)
            self._first.engine.clear()
        return self._first

    def _leave_first(self) -> None:
        if self._first is not None:
            self._first.engine.close()
            self._first = None


def _first(base: Base) -> Opened:
    """A new engine, with the model that the settings ask for."""
    name, embedder = base.parts.embedders.create()
    engine = next_name("", base.parts.engine_kind or WHOOSH)
    state = EngineState(name, embedder.fingerprint, engine, ANALYSIS_VERSION)
    return Opened(state, base.parts.open_engine(state.engine), embedder)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """All that is made of a brochure before anything waits for it."""

    accepted: Accepted
    analysis: ReadingAnalysis
    vectors: list[Vectors]
    facets: list[Filter]
    """Of each passage."""


def _switch(base: Base, opened: Opened, prepared: Sequence[_Prepared]) -> None:
    """Switch brochures to their new revisions, in the engine and the catalogue."""
    old: list[int] = []
    new: list[IndexedPassage] = []
    try:
        with base.catalog.transaction() as change:
            if base.catalog.state() != opened.state:
                change.set_state(opened.state)
            for one in prepared:
                old += change.remove(one.accepted.replaces) if one.accepted.replaces else []
                new += _added(change, one)
            opened.engine.write(new, list(chain.from_iterable(one.vectors for one in prepared)))
    except Exception:
        base.sweep(opened, [one.key for one in new])
        raise
    base.sweep(opened, old)


def _added(change: Transaction, prepared: _Prepared) -> list[IndexedPassage]:
    """What the engine is given of a brochure, under the keys that the catalogue gave it."""
    accepted, analysis = prepared.accepted, prepared.analysis
    stored = change.add(accepted.reading, accepted.path, analysis.spellings)
    keys = [one.key for one in stored]
    made = list(zip(keys, analysis.passages, prepared.facets, strict=True))
    change.add_analyses({key: Analysis(one.stems, one.context) for key, one, _ in made})
    return [to_store(*one) for one in made]


def _prepared(base: Base, opened: Opened, accepted: Accepted) -> _Prepared:
    """Embed a brochure, analysed already where its reader did so."""
    reading = accepted.reading
    analysis = reading.analysis or analyse_reading(reading)
    former = _former(base, opened, accepted.replaces) if accepted.replaces else {}
    texts = _texts(base, reading, analysis)
    return _Prepared(
        accepted, analysis, embed_texts(opened.embedder, texts, former), _facets(reading)
    )


def _texts(base: Base, reading: Reading, analysis: ReadingAnalysis) -> Sequence[tuple[str, ...]]:
    """What is embedded of each passage."""
    texts_of = base.parts.texts_of
    if texts_of is texts_to_embed:
        return analysis.texts
    projects = {one.id: one for one in reading.projects}
    return [tuple(texts_of(one, projects[one.project_id])) for one in reading.passages]


def _facets(reading: Reading) -> list[Filter]:
    shared = {one.id: project_facets(one, reading.brochure) for one in reading.projects}
    return [facets_of(one, shared[one.project_id]) for one in reading.passages]


def _former(base: Base, opened: Opened, brochure_id: str) -> Former:
    """Vectors of the revision that gives way, by what was embedded: not embedded again."""
    projects = {one.id: one for one in base.catalog.projects(brochure_id)}
    stored = base.catalog.passages_of_brochure(brochure_id)
    kept = known_to(opened.engine)([one.key for one in stored])
    return {
        tuple(base.parts.texts_of(one.passage, projects[one.passage.project_id])): rows
        for one in stored
        if (rows := kept.get(one.key)) is not None
    }
