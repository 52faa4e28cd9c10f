"""Building the engine again beside the old one, then switching.

Searches go on with the old engine and the old embedder until the catalogue
names the new ones; a process that dies before leaves the old state whole.
"""

from __future__ import annotations

from collections.abc import Callable

from kb.catalog import EngineState
from kb.engine_names import kind_of, next_name
from kb.faults import reach
from kb.library.base import Base
from kb.library.filling import build
from kb.text import ANALYSIS_VERSION


def reindex(base: Base, progress: Callable[[int, int], None] | None = None, kind: str = "") -> int:
    """Index every passage anew, from the catalogue alone; how many there are.

    The embedder is the one that the settings ask for: where it made the vectors of the
    engine in use, they are taken over. ``kind`` is that of the engine to build; empty:
    that of the settings, or of the engine in use. ``progress`` is called with passages
    done and passages in all. The caller holds the writing lock.
    """
    passages = base.catalog.statistics().passages
    if not passages:
        return 0
    name, embedder = base.parts.embedders.create()
    before = base.catalog.state()
    engine = next_name(before.engine, kind or base.parts.engine_kind or kind_of(before.engine))
    state = EngineState(name, embedder.fingerprint, engine, ANALYSIS_VERSION)
    build(base.parts, state, embedder, progress).engine.close()
    with base.catalog.transaction() as change:
        change.set_state(state)
    reach("reindex:switched")
    base.opened()
    base.parts.drop_engines(state.engine)
    base.parts.embedders.keep_only(name)
    reach("reindex:tidied")
    return passages
