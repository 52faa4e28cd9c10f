"""The open knowledge base: catalogue, engine and embedder, kept in step.

The catalogue's commit is the moment of truth. An engine is written before it and swept
after it, so that it holds all that the catalogue lists at any instant. What it lacks or
has too much, after a process died or a disk was restored, is mended here at open.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from kb.catalog import EngineState, StoredPassage
from kb.engine_names import kind_of, next_name
from kb.errors import Busy, InvalidQuery, StorageError, Unreachable
from kb.library.filling import Done, Known, build, fill, known_to, nothing_known, vectors_of
from kb.library.metadata import names_of
from kb.library.moment import Moment
from kb.library.parts import Opened, Parts
from kb.library.places import Places
from kb.model import Brochure, Project
from kb.ports import (
    Engine,
    EngineView,
    Vectors,
)
from kb.results import BrochureEntry
from kb.text import ANALYSIS_VERSION

__all__ = ["Base", "Opened", "Parts"]

_ATTEMPTS = 50
"""Times a search looks again because the base changed while it looked."""
_EMPTY = "La base est vide : ajoutez des brochures avec « kb ingest DOSSIER »."
_MENDING = "remise en ordre de l’index"


class Base:
    """Shares one open engine and embedder among all use cases and threads."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.catalog = parts.catalog
        self._opened: Opened | None = None
        self._places = Places(parts.catalog)
        self._lock = threading.RLock()
        self._moment: Moment | None = None
        self._untidy = False
        self._followed: tuple[int, EngineState] | None = None

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

    def missing_files(self, folders: Sequence[Path] | None = None) -> list[BrochureEntry]:
        """Brochures whose file is no longer where it was ingested; those below ``folders``
        alone, where given."""
        paths = {} if folders == () else self.catalog.paths()
        gone = [
            brochure_id
            for brochure_id, path in paths.items()
            if (folders is None or any(map(Path(path).is_relative_to, folders)))
            and not Path(path).exists()
        ]
        entries = map(self.catalog.brochure, gone)
        return [entry for entry in entries if entry is not None]

    @contextmanager
    def changing(self, what: str) -> Iterator[None]:
        """Held while the base is changed; ``what`` is told to others who want to.

        What a change that died or failed has left in the engine goes first.
        """
        with self.parts.writing(what) as died:
            if (died or self._untidy) and (opened := self.opened()) is not None:
                self.repair(opened)
                self._untidy = False
            self._follow()
            yield

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """The base as it is now, and stays for the block, whatever others write meanwhile.

        Raises InvalidQuery while it is empty.
        """
        for _ in range(_ATTEMPTS):
            generation = self._follow()
            opened = self.opened()
            if opened is None:
                raise InvalidQuery(_EMPTY)
            view = self._view(opened.engine)
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
                with self._mending(opened):
                    self.repair(opened)
        raise StorageError("La base change sans cesse : réessayez dans un instant.")

    def _view(self, engine: Engine) -> EngineView | None:
        """What the engine holds now; None where its files are damaged, or gone since."""
        try:
            return engine.view()
        except Unreachable:
            raise
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

    def _follow(self) -> int:
        """Take over what other machines have changed, where the engine is this one's alone.

        Gives the generation of which the engine then holds all, unless it is damaged. Searches
        wait for what it lacks; what it has too much goes when nobody writes here.
        """
        generation, state = self.catalog.generation(), self.catalog.state()
        own = self.parts.own_writing(state.engine) if state.engine else None
        if own is None or self._followed == (generation, state) or not (opened := self.opened()):
            return generation
        view, live = self._view(opened.engine), self.catalog.live_keys()
        if view is None:
            return generation  # mended by who looks at it next
        held = view.keys()
        if not held >= live:
            with own(_MENDING):
                self.repair(opened)
        elif held != live:
            with suppress(Busy), own(_MENDING, patient=False):
                self.repair(opened)
        self._followed = (generation, opened.state)
        return generation

    def _mending(self, opened: Opened, *, patient: bool = True) -> AbstractContextManager[bool]:
        """Held by who mends the engine: keeps out all others that write it."""
        lock = self.parts.own_writing(opened.state.engine) or self.parts.writing
        return lock(_MENDING, patient=patient)

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
        engine = next_name(before.engine, kind_of(before.engine))
        state = EngineState(name, embedder.fingerprint, engine, ANALYSIS_VERSION)
        opened = build(self.parts, state, embedder)
        with self.catalog.transaction() as change:
            change.set_state(state)
        self.parts.drop_engines(engine)
        return opened

    def _mend(self, opened: Opened) -> None:
        """Bring the engine in line, unless it is, or the base can't be changed now.

        Searches wait for what the engine lacks; what it has too much they never show.
        """
        if self.in_step(opened):
            return
        with suppress(StorageError), self._mending(opened, patient=False):
            self.repair(opened)
            if self.parts.own_writing(opened.state.engine) is not None:
                # Another machine has switched: what was in use here goes as well.
                self.parts.drop_engines(opened.state.engine)

    def in_step(self, opened: Opened, *, key_by_key: bool = False) -> bool:
        """Whether the engine holds exactly what the catalogue lists.

        Without ``key_by_key`` a large base is told as fast as a small one: as many passages
        on both sides, the newest among them. Keys are given in order and never again, and
        engines get them in that order: whoever lacks something lacks the newest.
        """
        view = self._view(opened.engine)
        if view is None:
            return False
        if key_by_key:
            return view.keys() == self.catalog.live_keys()
        passages = self.catalog.statistics().passages
        return view.count() == passages and self._holds_newest(view)

    def _holds_newest(self, view: EngineView) -> bool:
        """Whether the engine holds the passage that was added last, if there is one."""
        newest = self.catalog.newest_keys(1)
        try:
            return view.vectors(newest).keys() == set(newest)
        except StorageError:
            return False

    def repair(self, opened: Opened) -> int:
        """Bring the engine in line with the catalogue; how many passages it touched.

        The caller holds the writing lock: what another process is writing would pass for
        left over.
        """
        live = self.catalog.live_keys()
        try:
            held = opened.engine.keys()
        except Unreachable:
            raise  # It may hold everything: nothing is built anew for a cable.
        except StorageError:
            opened.engine.clear()
            held = set()
        surplus, missing = held - live, live - held
        if surplus:
            opened.engine.delete(surplus)
        if missing:
            self.fill(opened, missing)
        return len(surplus) + len(missing)

    def sweep(self, opened: Opened, keys: Collection[int]) -> None:
        """Have the engine forget these passages, which the catalogue does not list.

        The caller holds the writing lock. Where the engine can't, on a full disk say, the
        next change tries again: until then searches drop what the catalogue does not list.
        """
        if not keys:
            return
        try:
            opened.engine.delete(keys)
        except (StorageError, OSError):
            self._untidy = True

    def fill(
        self,
        opened: Opened,
        keys: Collection[int],
        known: Known = nothing_known,
        progress: Done | None = None,
    ) -> None:
        """Write these live passages to the engine; what is not known is embedded."""
        fill(self.parts, opened, keys, known, progress)

    def vectors(self, moment: Moment, batch: Sequence[StoredPassage]) -> list[Vectors]:
        """Vectors of each passage, of shape (1 + sentences, dim).

        Those that the engine of that moment lacks are embedded.
        """
        known = known_to(moment.engine)
        return vectors_of(self.parts, moment.embedder, batch, moment.projects, known)

    def places(self) -> tuple[dict[str, Project], dict[str, Brochure]]:
        """Every project and brochure by id."""
        return self._places.read()
