"""One version of the engine in Milvus: searches that end on what they began with.

Milvus proposes, this decides: candidates come from its BM25 function and its vector
indexes, more than were asked for, and are scored here exactly as the other engines score
them. Two things ask for it. BM25 of a text gives every term of the query the same weight,
so weights travel as repetitions, which are coarse; and the score of a passage joins two
lists, its vector as a whole and its best sentence.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from index.faults import dimension_mismatch
from index.milvus.client import MilvusConnection, Row
from index.milvus.conditions import keyed, meeting, visible
from index.milvus.nearest import Proposals, best_of
from index.milvus.state import State, parts
from index.milvus.tables import Tables
from index.milvus.tokens import encoded
from index.top import best_hits
from kb.model import EngineHit, Filter, QueryTerm
from kb.ports import Vectors

B, K1 = 0.75, 1.2
_LEXICAL_DECIMALS = 9
_MOST_REPEATED = 20
"""Times that the heaviest term of a query is said."""
_LEXICAL_MARGIN = 100
"""Candidates beyond the number asked for, at least."""
_SETTLED_S = 60.0
_READ_AT_ONCE = 500
_REMEMBERED = 20_000
"""Frequencies kept at most: queries never end, a view may last for days."""


class MilvusView:
    """Implements ``kb.ports.EngineView`` over one version. Safe for many threads.

    Milvus promises to each read how fresh it is. A version that was just seen is read with
    *strong* consistency: what the catalogue lists must be found, by any process, at once.
    After a minute, far longer than replicas lag behind, *bounded* is as good and waits for
    nothing.
    """

    def __init__(self, connection: MilvusConnection, tables: Tables, state: State) -> None:
        self._connection = connection
        self._tables = tables
        self._state = state
        self._seen = time.monotonic()
        self._frequencies: dict[str, int] = {}

    @property
    def version(self) -> int:
        """The version that it shows."""
        return self._state.version

    def count(self) -> int:
        """See ``kb.ports.EngineView.count``."""
        return self._state.passages

    def keys(self) -> set[int]:
        """See ``kb.ports.EngineView.keys``."""
        if not self._state.dim:
            return set()
        pages = self._connection.pages(self._tables.passages, self._visible(), ["id"])
        return {int(row["id"]) for page in pages for row in page}

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        """See ``kb.ports.EngineView.vectors``."""
        wanted = sorted(keys) if self._state.dim else []
        found: dict[int, Vectors] = {}
        for start, end in parts(len(wanted), _READ_AT_ONCE):
            found |= self._vectors(wanted[start:end])
        return found

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        """See ``kb.ports.EngineView.document_frequencies``."""
        if not self._state.dim:
            return dict.fromkeys(terms, 0)
        known = self._frequencies
        lacking = [term for term in terms if term not in known]
        if lacking:
            version, level = self._state.version, self._level()
            known.update(self._tables.counts.of_terms(lacking, version, level))
            if len(known) > _REMEMBERED:
                self._frequencies = {}
        return {term: known[term] for term in terms}

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        """See ``kb.ports.EngineView.suggest``; counts may be those of the next version."""
        if not self._state.dim:
            return []
        return self._tables.counts.suggest(word, limit, self._state.version)

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.lexical``. Terms of no weight find nothing.

        Among more passages than ``k`` and a margin, those that Milvus itself ranks first.
        """
        weights = _weights(terms)
        if not weights or k <= 0 or not self._state.passages:
            return []
        found = self._connection.search(
            self._tables.passages,
            "bm25",
            _said(weights),
            k + max(_LEXICAL_MARGIN, k // 4),
            self._visible() + meeting(filter),
            ["length", "terms"],
            self._level(),
        )
        scores = self._bm25(found, weights)
        keys = np.fromiter((row["id"] for row in found), np.int64, len(found))
        return best_hits(keys, scores, k, _LEXICAL_DECIMALS)

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        """See ``kb.ports.EngineView.nearest``. Nothing is near the zero vector."""
        if not self._state.dim or k <= 0:
            return []
        if vector.shape != (self._state.dim,):
            raise dimension_mismatch(stored=self._state.dim, given=vector.shape[-1])
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            return []
        proposals = Proposals(
            connection=self._connection,
            passages=self._tables.passages,
            rows=self._tables.rows,
            unit=(vector / norm).astype(np.float32),
            of_passages=self._visible() + meeting(filter),
            of_rows=self._visible("passage") + meeting(filter),
            level=self._level(),
        )
        return best_of(proposals, k)

    def _visible(self, passage: str = "id") -> str:
        return visible(self._state.version, self._state.dead, passage)

    def _level(self) -> str:
        return "Strong" if time.monotonic() - self._seen < _SETTLED_S else "Bounded"

    def _bm25(self, found: Sequence[Row], weights: dict[str, float]) -> npt.NDArray[np.float64]:
        """BM25 (Robertson and Zaragoza, 2009) with the weights of the query's terms."""
        held = self.document_frequencies(weights)
        total = self._state.passages
        mean = self._state.length / total
        rarities = {
            encoded(term): weight * math.log1p((total - held[term] + 0.5) / (held[term] + 0.5))
            for term, weight in weights.items()
        }
        scores = np.zeros(len(found), dtype=np.float64)
        for number, row in enumerate(found):
            said = row["terms"].split(" ")
            norm = K1 * (1.0 - B + B * row["length"] / mean)
            for token in rarities.keys() & set(said):
                count = said.count(token)
                scores[number] += rarities[token] * (K1 + 1.0) * count / (count + norm)
        return scores

    def _vectors(self, keys: list[int]) -> dict[int, Vectors]:
        connection, level = self._connection, self._level()
        condition = f"{keyed(keys)} and {self._visible()}"
        wholes = connection.query(self._tables.passages, condition, ["id", "whole"], level)
        if not wholes:
            return {}
        held = keyed((row["id"] for row in wholes), "passage")
        fields = ["passage", "place", "vector"]
        rows = connection.query(
            self._tables.rows,
            f"{held} and {self._visible('passage')} and place > 0",
            fields,
            level,
        )
        made: dict[int, dict[int, object]] = {row["id"]: {0: row["whole"]} for row in wholes}
        for row in rows:
            made[row["passage"]][row["place"]] = row["vector"]
        return {
            int(key): np.array([each[at] for at in sorted(each)], dtype=np.float32)
            for key, each in made.items()
        }


def _weights(terms: Sequence[QueryTerm]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for term in terms:
        if term.weight > 0:
            weights[term.text] = weights.get(term.text, 0.0) + term.weight
    return weights


def _said(weights: dict[str, float]) -> str:
    """The query as a text in which a term stands the oftener the heavier it is.

    Milvus multiplies the rarity of a term by its occurrences in the query.
    """
    unit = max(weights.values()) / _MOST_REPEATED
    return " ".join(
        encoded(term) for term, weight in weights.items() for _ in range(_times(weight, unit))
    )


def _times(weight: float, unit: float) -> int:
    return max(1, round(weight / unit))
