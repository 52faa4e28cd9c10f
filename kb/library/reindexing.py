"""Building the engine again beside the old one, then switching.

Searches go on with the old engine and the old embedder until the catalogue
names the new ones; a process that dies before leaves the old state whole.
"""

from __future__ import annotations

from collections.abc import Callable

from kb.catalog import EngineState
from kb.library.base import WRITE_BATCH, Base, Opened, texts_to_embed, to_index
from kb.text import ANALYSIS_VERSION

ENGINE_PREFIX = "engine-"


def reindex(base: Base, progress: Callable[[int, int], None] | None = None) -> int:
    """Embed and index every passage anew, from the catalogue alone; how many there are.

    The embedder is the one that the settings ask for. ``progress`` is called with
    passages done and passages in all. The caller holds the writing lock.
    """
    stored = sorted(base.catalog.all_passages(), key=lambda one: one.key)
    if not stored:
        return 0
    projects, brochures = base.places()
    name, embedder = base.parts.embedders.create(texts_to_embed(stored, projects))
    before = base.catalog.state()
    state = EngineState(name, embedder.fingerprint, _next_engine(before.engine), ANALYSIS_VERSION)
    opened = Opened(state, base.parts.open_engine(state.engine), embedder)
    opened.engine.clear()
    try:
        vectors_by_batch = []
        for start in range(0, len(stored), WRITE_BATCH):
            batch = stored[start : start + WRITE_BATCH]
            vectors = embedder.embed_passages(texts_to_embed(batch, projects))
            opened.engine.write(to_index(batch, projects, brochures), vectors)
            vectors_by_batch.append(([one.key for one in batch], vectors))
            if progress:
                progress(start + len(batch), len(stored))
    finally:
        opened.engine.close()
    with base.catalog.transaction() as change:
        for keys, vectors in vectors_by_batch:
            change.add_vectors(state.fingerprint, keys, vectors)
        change.set_state(state)
    base.opened()
    base.parts.drop_engines(state.engine)
    base.parts.embedders.keep_only(name)
    return len(stored)


def _next_engine(current: str) -> str:
    number = current.removeprefix(ENGINE_PREFIX)
    return f"{ENGINE_PREFIX}{int(number) + 1 if number.isdigit() else 1}"
