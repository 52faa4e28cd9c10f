"""Filling an engine from the catalogue: the one loop behind repairs, upgrades and restores.

A vector that is known already, from the engine before or from a backup, is not made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from kb.analysis import analyse
from kb.catalog import Catalog, EngineState, StoredPassage
from kb.errors import StorageError
from kb.faults import reach
from kb.library.context import analysed, facets_of, project_facets, to_store
from kb.library.embedding import embed
from kb.library.parts import Opened, Parts
from kb.model import Brochure, Filter, IndexedPassage, Passage, Project
from kb.ports import Embedder, EngineView, Vectors

_ROUNDED = 0.02
"""What rounding to 8 bits may add to the length of a vector, or take from it."""
WRITE_BATCH = 1000
"""Passages handed to the engine at once while it is filled."""
_SAMPLE = 32
"""Passages that are embedded again to see whether vectors that are known may be taken over."""
_CLOSE = 0.01
"""By how much a number of a vector may differ from what was rounded to 8 bits."""

Known = Callable[[Sequence[int]], Mapping[int, Vectors]]
"""Vectors of passages that need not be made again, by key; those that are not known left out."""
Done = Callable[[int, int], None]
"""``(passages done, passages in all)``."""


def nothing_known(keys: Sequence[int]) -> Mapping[int, Vectors]:
    """Every vector is made."""
    return {}


def known_to(view: EngineView, dim: int = 0) -> Known:
    """The vectors that an engine holds; none from where it is damaged.

    With ``dim``, only those that a model of that many dimensions may have made.
    """

    def known(keys: Sequence[int]) -> Mapping[int, Vectors]:
        try:
            held = view.vectors(keys)
        except StorageError:
            return {}
        if not dim:
            return held
        return {
            key: rows for key, rows in held.items() if rows.shape[1] == dim and are_directions(rows)
        }

    return known


def are_directions(rows: Vectors) -> bool:
    """Whether each row is of length 1, or the zero of a text without a known word."""
    lengths = np.linalg.norm(rows, axis=1)
    return bool(((np.abs(lengths - 1.0) <= _ROUNDED) | (lengths == 0.0)).all())


def build(
    parts: Parts, state: EngineState, embedder: Embedder, progress: Done | None = None
) -> Opened:
    """The engine of that state filled beside the one in use, which nobody uses yet.

    Vectors of the engine in use are taken over where its model is this one, and makes the
    same of the same passages. The caller holds the writing lock.
    """
    opened = Opened(state, parts.open_engine(state.engine), embedder)
    try:
        opened.engine.clear()
        reach("reindex:begun")
        keys = parts.catalog.live_keys()
        with _known_before(parts, state, embedder.dim) as known:
            if not _still_made(parts, embedder, sorted(keys), known):
                known = nothing_known
            fill(parts, opened, keys, known, progress)
        if parts.catalog.state().analysis != state.analysis:
            _analyse_again(parts, keys)
        opened.engine.tidy()
    except BaseException:
        opened.engine.close()
        raise
    reach("reindex:filled")
    return opened


def _analyse_again(parts: Parts, keys: Iterable[int]) -> None:
    """Have searches find what the analyser sees under the rules of today."""
    for batch, projects, _ in _batches(parts, keys):
        seen = {one.key: analysed(one.passage, projects[one.passage.project_id]) for one in batch}
        with parts.catalog.transaction() as change:
            change.add_analyses(seen)


@contextmanager
def _known_before(parts: Parts, state: EngineState, dim: int) -> Iterator[Known]:
    """The vectors of the engine in use, where they are of the model of ``state``."""
    before = parts.catalog.state()
    if not before.engine or before.fingerprint != state.fingerprint:
        yield nothing_known
        return
    engine = parts.open_engine(before.engine)
    try:
        try:
            known = known_to(engine.view(), dim)
        except StorageError:
            known = nothing_known
        yield known
    finally:
        engine.close()


def _still_made(parts: Parts, embedder: Embedder, keys: Sequence[int], known: Known) -> bool:
    """Whether the vectors that are known are those that would be made now, by a sample.

    Not so where what is embedded of a passage has changed since.
    """
    sample = keys[:: max(1, len(keys) // _SAMPLE)]
    held = known(sample)
    passages = parts.catalog.passages(held.keys())
    projects, _ = PlacesOf(parts.catalog).of(passages.values())
    batch = [StoredPassage(key, passage) for key, passage in passages.items()]
    made = embed(embedder, batch, projects, parts.texts_of)
    return all(
        rows.shape == held[one.key].shape and np.allclose(rows, held[one.key], atol=_CLOSE, rtol=0)
        for one, rows in zip(batch, made, strict=True)
    )


def fill(
    parts: Parts,
    opened: Opened,
    keys: Iterable[int],
    known: Known = nothing_known,
    progress: Done | None = None,
) -> None:
    """Write these passages to the engine, as far as they are live, in the order of their keys.

    A batch of them is in memory at a time.
    """
    ordered = sorted(keys)
    done = 0
    for batch, projects, brochures in _batches(parts, ordered):
        vectors = vectors_of(parts, opened.embedder, batch, projects, known)
        opened.engine.write(to_index(batch, projects, brochures), vectors)
        done = min(done + WRITE_BATCH, len(ordered))
        if progress:
            progress(done, len(ordered))


def _batches(
    parts: Parts, keys: Iterable[int]
) -> Iterator[tuple[list[StoredPassage], Mapping[str, Project], Mapping[str, Brochure]]]:
    """The passages of ``keys`` that are live, in their order, with their places."""
    ordered = sorted(keys)
    places = PlacesOf(parts.catalog)
    for start in range(0, len(ordered), WRITE_BATCH):
        found = parts.catalog.passages(ordered[start : start + WRITE_BATCH])
        projects, brochures = places.of(found.values())
        yield [StoredPassage(key, found[key]) for key in sorted(found)], projects, brochures


def vectors_of(
    parts: Parts,
    embedder: Embedder,
    batch: Sequence[StoredPassage],
    projects: Mapping[str, Project],
    known: Known,
) -> list[Vectors]:
    """The vectors of each passage, each of shape (1 + sentences, dim): known, or made now."""
    held = known([one.key for one in batch])
    lacking = [one for one in batch if one.key not in held]
    made = embed(embedder, lacking, projects, parts.texts_of)
    fresh = {one.key: rows for one, rows in zip(lacking, made, strict=True)}
    return [fresh[one.key] if one.key in fresh else held[one.key] for one in batch]


class PlacesOf:
    """Projects and brochures of passages, each looked up once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._projects: dict[str, Project] = {}
        self._brochures: dict[str, Brochure] = {}

    def of(self, passages: Iterable[Passage]) -> tuple[dict[str, Project], dict[str, Brochure]]:
        """Projects and brochures by id, those of ``passages`` among them.

        A place that is gone since the passages were read is left out.
        """
        for brochure_id in {one.brochure_id for one in passages} - self._brochures.keys():
            entry = self._catalog.brochure(brochure_id)
            if entry is not None:
                self._brochures[brochure_id] = entry.brochure
                self._projects |= {one.id: one for one in self._catalog.projects(brochure_id)}
        return self._projects, self._brochures


def to_index(
    batch: Iterable[StoredPassage],
    projects: Mapping[str, Project],
    brochures: Mapping[str, Brochure],
) -> list[IndexedPassage]:
    """What the engine is given of each passage."""
    shared: dict[str, Filter] = {}
    told: dict[str, set[str]] = {}
    made = []
    for stored in batch:
        project = projects[stored.passage.project_id]
        brochure = brochures[stored.passage.brochure_id]
        if project.id not in shared:
            shared[project.id] = project_facets(project, brochure)
        facets = facets_of(stored.passage, shared[project.id])
        analysis = analyse(stored.passage, project, told.setdefault(brochure.id, set()))
        made.append(to_store(stored.key, analysis, facets))
    return made
