"""The open knowledge base: catalogue, engine and embedder, kept in step.

The catalogue's commit is the moment of truth. What an engine lacks or has too
much, after a process died or a disk was restored, is mended here at open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from kb.catalog import Catalog, EngineState, StoredPassage
from kb.errors import InvalidQuery, StorageError
from kb.library.context import indexed, texts_to_embed
from kb.library.embedding import TextsOf, embed
from kb.library.metadata import names_of
from kb.library.moment import Moment
from kb.model import Brochure, IndexedPassage, Project
from kb.ports import (
    BrochureReader,
    Embedder,
    EmbedderSource,
    Engine,
    PageRenderer,
    PictureStore,
    Vectors,
    WordVectors,
)
from kb.ranking import DEFAULT_WEIGHTS, Weights
from kb.results import BrochureEntry, Found
from kb.text import ANALYSIS_VERSION
from kb.thesaurus import Thesaurus, load_thesaurus

WRITE_BATCH = 1000
"""Passages handed to the engine at once while it is rebuilt."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a knowledge base is made of; ``kb.wiring`` chooses the classes."""

    catalog: Catalog
    embedders: EmbedderSource
    word_vectors: Callable[[], WordVectors]
    """A static model, also where a transformer embeds the passages."""
    open_engine: Callable[[str], Engine]
    """Opens (or creates) the engine kept under that name."""
    drop_engines: Callable[[str], None]
    """Deletes every engine but that one."""
    read: BrochureReader
    find_files: Callable[[Sequence[Path]], Found]
    writing: Callable[[], AbstractContextManager[object]]
    """Held by whoever changes the base, one process at a time."""
    renderer: Callable[[], PageRenderer]
    pictures: PictureStore
    texts_of: TextsOf = texts_to_embed
    """What the embedder is given of a passage; measuring tries others."""
    thesaurus: Callable[[], Thesaurus] = load_thesaurus
    """What widens queries by lists of words."""
    weights: Weights = DEFAULT_WEIGHTS
    """The constants of the ranking; measuring tries others."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The engine and embedder in use, and the state that names them."""

    state: EngineState
    engine: Engine
    embedder: Embedder


class Base:
    """Shares one open engine and embedder among all use cases and threads."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.catalog = parts.catalog
        self._opened: Opened | None = None
        self._lock = threading.RLock()
        self._moment: Moment | None = None

    def opened(self) -> Opened | None:
        """What searches use now; None while nothing was ever ingested.

        Another process may have switched to another engine: the state kept in
        the catalogue decides, at every call.
        """
        state = self.catalog.state()
        current = self._opened
        if current is not None and current.state == state:
            return current
        if not state.engine:
            return None
        with self._lock:
            if self._opened is None or self._opened.state != self.catalog.state():
                self._opened = self._open(self.catalog.state())
            return self._opened

    def missing_files(self) -> list[BrochureEntry]:
        """Brochures whose file is no longer where it was ingested."""
        return [entry for entry in self.catalog.brochures() if not Path(entry.path).exists()]

    def moment(self) -> Moment:
        """The base as a search sees it now; InvalidQuery while it is empty."""
        generation = self.catalog.generation()
        current = self._moment
        opened = self.opened()
        if current is not None and current.generation == generation:
            return current
        projects, brochures = self.places()
        if opened is None or not projects:
            raise InvalidQuery(
                "La base est vide : ajoutez des brochures avec « kb ingest DOSSIER »."
            )
        self._moment = Moment(
            generation=generation,
            engine=opened.engine,
            embedder=opened.embedder,
            telling_cosine=self.parts.embedders.telling_cosine(opened.state.embedder),
            projects=projects,
            brochures=brochures,
            names=names_of(projects.values(), brochures),
            passages=self.catalog.statistics().passages,
        )
        return self._moment

    def close(self) -> None:
        """Release every file."""
        with self._lock:
            if self._opened is not None:
                self._opened.engine.close()
                self._opened = None
        self.catalog.close()

    def _open(self, state: EngineState) -> Opened:
        embedders = self.parts.embedders
        fresh = replace(state, analysis=ANALYSIS_VERSION)
        if embedders.usable(state.embedder, state.fingerprint):
            embedder = embedders.load(state.embedder)
        else:
            name, embedder = embedders.substitute()
            fresh = replace(fresh, embedder=name, fingerprint=embedder.fingerprint)
        opened = Opened(fresh, self.parts.open_engine(state.engine), embedder)
        if fresh == state:
            self.repair(opened)
            return opened
        # The program was upgraded: terms and vectors of older rules would not meet new ones.
        opened.engine.clear()
        self.repair(opened)
        with self.catalog.transaction() as change:
            change.set_state(fresh)
        return opened

    def repair(self, opened: Opened) -> int:
        """Bring the engine in line with the catalogue; how many passages it touched."""
        live = self.catalog.live_keys()
        try:
            held = opened.engine.keys()
        except StorageError:
            opened.engine.clear()
            held = set()
        surplus, missing = held - live, live - held
        if surplus:
            opened.engine.delete(surplus)
        if missing:
            self.fill(opened, missing)
        return len(surplus) + len(missing)

    def fill(self, opened: Opened, keys: Collection[int]) -> None:
        """Write these live passages to the engine, from the catalogue alone."""
        ordered = sorted(keys)
        projects, brochures = self.places()
        for start in range(0, len(ordered), WRITE_BATCH):
            found = self.catalog.passages(ordered[start : start + WRITE_BATCH])
            batch = [StoredPassage(key, found[key]) for key in sorted(found)]
            vectors = self.vectors(opened, batch, projects, keep=True)
            opened.engine.write(to_index(batch, projects, brochures), vectors)

    def vectors(
        self,
        opened: Opened,
        batch: Sequence[StoredPassage],
        projects: Mapping[str, Project],
        *,
        keep: bool = False,
    ) -> list[Vectors]:
        """Vectors of each passage, of shape (1 + sentences, dim).

        Those that the catalogue keeps are taken from there; others are embedded, and
        with ``keep`` the catalogue then has them too.
        """
        kept = self.catalog.vectors(opened.state.fingerprint, [stored.key for stored in batch])
        lacking = [stored for stored in batch if stored.key not in kept]
        fresh = embed(opened.embedder, lacking, projects, self.parts.texts_of)
        kept |= {stored.key: rows for stored, rows in zip(lacking, fresh, strict=True)}
        if keep and lacking:
            with self.catalog.transaction(derived=True) as change:
                change.add_vectors(
                    opened.state.fingerprint, [stored.key for stored in lacking], fresh
                )
        return [kept[stored.key] for stored in batch]

    def places(self) -> tuple[dict[str, Project], dict[str, Brochure]]:
        """Every project and brochure by id."""
        projects = {project.id: project for project in self.catalog.projects()}
        brochures = {entry.brochure.id: entry.brochure for entry in self.catalog.brochures()}
        return projects, brochures


def to_index(
    batch: Iterable[StoredPassage],
    projects: Mapping[str, Project],
    brochures: Mapping[str, Brochure],
) -> list[IndexedPassage]:
    """What the engine is given of each passage."""
    return [
        indexed(
            stored.key,
            stored.passage,
            projects[stored.passage.project_id],
            brochures[stored.passage.brochure_id],
        )
        for stored in batch
    ]
