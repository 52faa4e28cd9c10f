"""Building the engine again beside the old one, then switching.

Searches go on with the old engine and the old embedder until the catalogue
names the new ones; a process that dies before leaves the old state whole.
"""

from __future__ import annotations

from collections.abc import Callable

from kb.catalog import EngineState
from kb.faults import reach
from kb.library.base import WRITE_BATCH, Base, Opened, next_engine, to_index
from kb.library.embedding import embed
from kb.text import ANALYSIS_VERSION


def reindex(base: Base, progress: Callable[[int, int], None] | None = None) -> int:
    """Embed and index every passage anew, from the catalogue alone; how many there are.

    The embedder is the one that the settings ask for. ``progress`` is called with
    passages done and passages in all. The caller holds the writing lock.
    """
    stored = sorted(base.catalog.all_passages(), key=lambda one: one.key)
    if not stored:
        return 0
    projects, brochures = base.places()
    name, embedder = base.parts.embedders.create()
    before = base.catalog.state()
    state = EngineState(name, embedder.fingerprint, next_engine(before.engine), ANALYSIS_VERSION)
    opened = Opened(state, base.parts.open_engine(state.engine), embedder)
    opened.engine.clear()
    reach("reindex:begun")
    try:
        for start in range(0, len(stored), WRITE_BATCH):
            batch = stored[start : start + WRITE_BATCH]
            vectors = embed(embedder, batch, projects, base.parts.texts_of)
            opened.engine.write(to_index(batch, projects, brochures), vectors)
            # Beside those of the old model, which go with the switch.
            with base.catalog.transaction(derived=True) as change:
                change.add_vectors(state.fingerprint, [one.key for one in batch], vectors)
            if progress:
                progress(start + len(batch), len(stored))
    finally:
        opened.engine.close()
    reach("reindex:filled")
    with base.catalog.transaction() as change:
        change.set_state(state)
    reach("reindex:switched")
    base.opened()
    base.parts.drop_engines(state.engine)
    base.parts.embedders.keep_only(name)
    reach("reindex:tidied")
    return len(stored)
