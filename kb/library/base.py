"""The open knowledge base: catalogue, engine and embedder, kept in step.

The catalogue's commit is the moment of truth. An engine is written before it and swept
after it, so that it holds all that the catalogue lists at any instant. What it lacks or
has too much, after a process died or a disk was restored, is mended here at open.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
    EngineView,
    PageRenderer,
    PictureStore,
    Vectors,
    WordVectors,
    Writing,
)
from kb.ranking import DEFAULT_WEIGHTS, Weights
from kb.results import BrochureEntry, Found
from kb.text import ANALYSIS_VERSION
from kb.thesaurus import Thesaurus, load_thesaurus

WRITE_BATCH = 1000
"""Passages handed to the engine at once while it is rebuilt."""
ENGINE_PREFIX = "engine-"
_ATTEMPTS = 50
"""Times a search looks again because the base changed while it looked."""
_EMPTY = "La base est vide : ajoutez des brochures avec « kb ingest DOSSIER »."
_MENDING = "remise en ordre de l’index"


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
    writing: Writing
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
        self._untidy = False

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

    @contextmanager
    def changing(self, what: str) -> Iterator[None]:
        """Held while the base is changed; ``what`` is told to others who want to.

        What a change that died or failed has left in the engine goes first.
        """
        with self.parts.writing(what) as died:
            if (died or self._untidy) and (opened := self.opened()) is not None:
                self.repair(opened)
                self._untidy = False
            yield

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """The base as it is now, and stays for the block, whatever others write meanwhile.

        Raises InvalidQuery while it is empty.
        """
        for _ in range(_ATTEMPTS):
            generation = self.catalog.generation()
            opened = self.opened()
            if opened is None:
                raise InvalidQuery(_EMPTY)
            view = self._view(opened)
            with self.catalog.reading() as read:
                # The engine is written before the catalogue and swept after it: without a
                # commit between the two looks, it holds all that the catalogue lists.
                moment = None
                if view is not None and read == generation:
                    moment = self._moment_at(generation, opened, view)
                if moment is not None:
                    yield moment
                    return
            if read == generation:
                with self.parts.writing(_MENDING):
                    self.repair(opened)
        raise StorageError("La base change sans cesse : réessayez dans un instant.")

    def _view(self, opened: Opened) -> EngineView | None:
        """What the engine holds now; None where its files are damaged, or gone since."""
        try:
            return opened.engine.view()
        except StorageError:
            return None

    def _moment_at(self, generation: int, opened: Opened, view: EngineView) -> Moment | None:
        """The tables of this generation with that view; None where the view lacks passages."""
        current = self._moment
        if current is None or current.generation != generation:
            projects, brochures = self.places()
            if not projects:
                raise InvalidQuery(_EMPTY)
            current = Moment(
                generation=generation,
                engine=view,
                embedder=opened.embedder,
                fingerprint=opened.state.fingerprint,
                telling_cosine=self.parts.embedders.telling_cosine(opened.state.embedder),
                projects=projects,
                brochures=brochures,
                names=names_of(projects.values(), brochures),
                passages=self.catalog.statistics().passages,
            )
        elif current.engine is not view:
            current = current.seen_by(view)
        if view.count() < current.passages:
            return None
        self._moment = current
        return current

    def close(self) -> None:
        """Release every file."""
        with self._lock:
            if self._opened is not None:
                self._opened.engine.close()
                self._opened = None
        self.catalog.close()

    def _open(self, state: EngineState) -> Opened:
        embedders = self.parts.embedders
        usable = embedders.usable(state.embedder, state.fingerprint)
        if not usable or state.analysis != ANALYSIS_VERSION:
            with self.parts.writing("mise à niveau de l’index"):
                # Another process may have done it while this one waited.
                now = self.catalog.state()
                return self._upgraded(now, usable) if now == state else self._open(now)
        embedder = embedders.load(state.embedder)
        opened = Opened(state, self.parts.open_engine(state.engine), embedder)
        self._mend(opened)
        return opened

    def _upgraded(self, before: EngineState, usable: bool) -> Opened:
        """The base under the rules of this version of the program.

        Terms and vectors of older ones would not meet new ones: the engine is built anew
        beside the old one, from the catalogue, then switched to.
        """
        embedders = self.parts.embedders
        name, embedder = (
            (before.embedder, embedders.load(before.embedder)) if usable else embedders.substitute()
        )
        engine = next_engine(before.engine)
        state = EngineState(name, embedder.fingerprint, engine, ANALYSIS_VERSION)
        opened = Opened(state, self.parts.open_engine(engine), embedder)
        opened.engine.clear()
        self.fill(opened, self.catalog.live_keys())
        with self.catalog.transaction() as change:
            change.set_state(state)
        self.parts.drop_engines(engine)
        return opened

    def _mend(self, opened: Opened) -> None:
        """Bring the engine in line, unless it is, or the base can't be changed now.

        Searches wait for what the engine lacks; what it has too much they never show.
        """
        if not self.in_step(opened):
            with suppress(StorageError), self.parts.writing(_MENDING, patient=False):
                self.repair(opened)

    def in_step(self, opened: Opened) -> bool:
        """Whether the engine holds exactly what the catalogue lists."""
        view = self._view(opened)
        return view is not None and view.keys() == self.catalog.live_keys()

    def repair(self, opened: Opened) -> int:
        """Bring the engine in line with the catalogue; how many passages it touched.

        The caller holds the writing lock: what another process is writing would pass for
        left over.
        """
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

    def sweep(self, opened: Opened, keys: Collection[int] | None = None) -> None:
        """Have the engine forget these passages, or all that the catalogue does not list.

        The caller holds the writing lock. Where the engine can't, on a full disk say, the
        next change tries again: until then searches drop what the catalogue does not list.
        """
        try:
            if keys is None:
                keys = opened.engine.keys() - self.catalog.live_keys()
            opened.engine.delete(keys)
        except (StorageError, OSError):
            self._untidy = True

    def fill(self, opened: Opened, keys: Collection[int]) -> None:
        """Write these live passages to the engine, from the catalogue alone."""
        ordered = sorted(keys)
        projects, brochures = self.places()
        for start in range(0, len(ordered), WRITE_BATCH):
            found = self.catalog.passages(ordered[start : start + WRITE_BATCH])
            batch = [StoredPassage(key, found[key]) for key in sorted(found)]
            fingerprint = opened.state.fingerprint
            kept = self.catalog.vectors(fingerprint, [one.key for one in batch])
            fresh = self._embedded(opened.embedder, batch, kept, projects)
            if fresh:
                with self.catalog.transaction(derived=True) as change:
                    change.add_vectors(fingerprint, list(fresh), list(fresh.values()))
            vectors = [(kept | fresh)[one.key] for one in batch]
            opened.engine.write(to_index(batch, projects, brochures), vectors)

    def vectors(self, moment: Moment, batch: Sequence[StoredPassage]) -> list[Vectors]:
        """Vectors of each passage, of shape (1 + sentences, dim).

        Those that the catalogue keeps are taken from there; others are embedded.
        """
        kept = self.catalog.vectors(moment.fingerprint, [one.key for one in batch])
        kept |= self._embedded(moment.embedder, batch, kept, moment.projects)
        return [kept[one.key] for one in batch]

    def _embedded(
        self,
        embedder: Embedder,
        batch: Sequence[StoredPassage],
        kept: Mapping[int, Vectors],
        projects: Mapping[str, Project],
    ) -> dict[int, Vectors]:
        """The vectors of the passages that ``kept`` lacks."""
        lacking = [one for one in batch if one.key not in kept]
        fresh = embed(embedder, lacking, projects, self.parts.texts_of)
        return {one.key: rows for one, rows in zip(lacking, fresh, strict=True)}

    def places(self) -> tuple[dict[str, Project], dict[str, Brochure]]:
        """Every project and brochure by id."""
        with self.catalog.reading():
            projects = {project.id: project for project in self.catalog.projects()}
            brochures = {entry.brochure.id: entry.brochure for entry in self.catalog.brochures()}
        return projects, brochures


def next_engine(current: str) -> str:
    """The name of the engine that is built beside ``current``."""
    number = current.removeprefix(ENGINE_PREFIX)
    return f"{ENGINE_PREFIX}{int(number) + 1 if number.isdigit() else 1}"


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
