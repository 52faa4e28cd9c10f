"""Search by meaning: the engine of a base against a plain product over the same vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.ports import EngineView, Vectors
from tests.benchmarks.base_tasks import Given, settings_of
from tests.benchmarks.lexical_peers import BATCH, BEST, batches
from tests.benchmarks.machine import load_average
from tests.benchmarks.timing import summary, timed
from tests.benchmarks.workload import Workload

DEEP = 100
"""Passages that a search of the product asks its engine for."""
VECTORS_S = 15.0
BLOCK = 50_000
"""Passages whose vectors are joined in one array."""
_EQUAL = 1e-5
JUDGED = 50
"""Queries whose answers are compared with exact ones."""


def vector_peers(given: Given) -> Given:
    """Latency of the engine and of numpy, and how many of the ten truly nearest it finds."""
    from kb.wiring import parts_of

    parts = parts_of(settings_of(given))
    state = parts.catalog.state()
    engine = parts.open_engine(state.engine)
    try:
        view = engine.view()
        queries = _embedded(parts.embedders.load(state.embedder), given)
        # Before the plain product: its matrix would push the engine's files out of memory.
        own = {
            "engine": _latency(lambda query: view.nearest(query, BEST), queries, given),
            "engine, 100": _latency(lambda query: view.nearest(query, DEEP), queries, given),
        }
        plain = Plain(view)
        return own | {
            "load": load_average(),
            "rows": plain.rows,
            "dim": len(queries[0]),
            "numpy": _latency(plain.best_rows, queries, given),
            "recall@10": float(
                np.mean([_recall(view, plain, query) for query in islice(queries, JUDGED)])
            ),
        }
    finally:
        engine.close()
        parts.catalog.close()


def _embedded(embedder: Any, given: Given) -> list[npt.NDArray[np.float32]]:
    texts = list(islice(Workload(given["brochures"], 3).queries(), 20 + given["queries"]))
    return list(embedder.embed_queries(texts))


@dataclass(frozen=True, slots=True)
class _Block:
    """Some passages: their keys, all their rows, and where the rows of each begin."""

    keys: npt.NDArray[np.int64]
    rows: Vectors
    starts: npt.NDArray[np.int64]


class Plain:
    """Every vector of an engine as float32, in blocks that a machine can join in memory."""

    def __init__(self, view: EngineView, block: int = BLOCK) -> None:
        keys = sorted(view.keys())
        self._blocks = [_block(view, some) for some in batches(keys, block)]
        self.rows = sum(len(block.rows) for block in self._blocks)

    def best_rows(self, query: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
        """The plain product: places of the ten rows of highest cosine, best first."""
        scores = np.concatenate([block.rows @ query for block in self._blocks])
        best = np.argpartition(-scores, min(BEST, len(scores) - 1))[:BEST]
        return best[np.argsort(-scores[best])]

    def scores(
        self, query: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Every key with the score that ``kb.ports.EngineView.nearest`` documents."""
        found = [exact_scores(block.rows, block.starts, query) for block in self._blocks]
        return np.concatenate([block.keys for block in self._blocks]), np.concatenate(found)


def _block(view: EngineView, wanted: Sequence[int]) -> _Block:
    keys: list[int] = []
    parts: list[Vectors] = []
    for batch in batches(wanted, BATCH):
        for key, rows in sorted(view.vectors(batch).items()):
            keys.append(key)
            parts.append(rows)
    starts = np.cumsum([0, *(len(rows) for rows in parts[:-1])])
    return _Block(np.array(keys), np.concatenate(parts), starts)


def exact_scores(
    rows: Vectors, starts: npt.NDArray[np.int64], query: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """The mean of the first row's cosine and of the others' best, by passage.

    That of the first row where it is alone.
    """
    cosines = rows @ query
    whole = cosines[starts]
    cosines[starts] = -np.inf
    best = np.maximum.reduceat(cosines, starts)
    return np.where(np.isfinite(best), (whole + best) / 2, whole).astype(np.float32)


def _recall(view: EngineView, plain: Plain, query: npt.NDArray[np.float32]) -> float:
    """Share of the ten nearest that the engine found; of equal ones, any will do."""
    keys, scores = plain.scores(query)
    count = min(BEST, len(scores))
    worst = np.partition(scores, -count)[-count] - _EQUAL
    good = set(keys[scores >= worst].tolist())
    return sum(hit.key in good for hit in view.nearest(query, BEST)) / count


def _latency(search: Any, queries: list[npt.NDArray[np.float32]], given: Given) -> Given:
    waiting = iter(queries)
    for one in islice(waiting, 10):
        search(one)
    return summary(timed(lambda: search(next(waiting)), most=given["queries"], most_s=VECTORS_S))
