"""The contract in its plainest form: an engine in memory that others are compared with."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence

import numpy as np
import numpy.typing as npt

from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm
from kb.ports import Vectors

B, K1 = 0.75, 1.2


class OracleEngine:
    """Goes through every passage at each call; nothing is kept but what was written."""

    def __init__(self) -> None:
        self._passages: dict[int, IndexedPassage] = {}
        self._vectors: dict[int, list[npt.NDArray[np.float64]]] = {}

    def view(self) -> OracleEngine:
        view = OracleEngine()
        view._passages, view._vectors = dict(self._passages), dict(self._vectors)
        return view

    def write(self, passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
        for passage, rows in zip(passages, vectors, strict=True):
            self._passages[passage.key] = passage
            self._vectors[passage.key] = [row.astype(np.float64) for row in rows]

    def delete(self, keys: Collection[int]) -> None:
        for key in keys:
            self._passages.pop(key, None)
            self._vectors.pop(key, None)

    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        pass

    def clear(self) -> None:
        self.delete(list(self._passages))

    def lexical(
        self, terms: Sequence[QueryTerm], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        wanted = [term for term in terms if term.weight > 0]
        scores = {
            key: sum(term.weight * self._bm25(term.text, passage) for term in wanted)
            for key, passage in self._passages.items()
            if _passes(passage, filter) and any(t.text in passage.terms.split() for t in wanted)
        }
        return _best(scores, k, decimals=9)

    def nearest(
        self, vector: npt.NDArray[np.float32], k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        norm = float(np.linalg.norm(vector.astype(np.float64)))
        if norm == 0.0:
            return []
        unit = vector.astype(np.float64) / norm
        scores = {
            key: _nearness([float(row @ unit) for row in self._vectors[key]])
            for key, passage in self._passages.items()
            if _passes(passage, filter)
        }
        return _best(scores, k, decimals=6)

    def document_frequencies(self, terms: Collection[str]) -> dict[str, int]:
        return {
            term: sum(term in passage.terms.split() for passage in self._passages.values())
            for term in terms
        }

    def suggest(self, word: str, limit: int = 5) -> list[str]:
        words = [held for passage in self._passages.values() for held in set(passage.words.split())]
        if word in words or len(word) < 3 or any(letter.isdigit() for letter in word):
            return []
        allowed = 1 if len(word) <= 5 else 2
        ranked = [(_mistakes(word, held), -words.count(held), held) for held in set(words)]
        return [held for mistakes, _, held in sorted(ranked) if mistakes <= allowed][:limit]

    def keys(self) -> set[int]:
        return set(self._passages)

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        return {
            key: np.array(self._vectors[key], dtype=np.float32)
            for key in keys
            if key in self._vectors
        }

    def passage(self, key: int) -> IndexedPassage:
        """The passage of that key, as it was written."""
        return self._passages[key]

    def count(self) -> int:
        return len(self._passages)

    def close(self) -> None:
        pass

    def _bm25(self, term: str, passage: IndexedPassage) -> float:
        held = self.document_frequencies([term])[term]
        rarity = math.log(1 + (len(self._passages) - held + 0.5) / (held + 0.5))
        mean = sum(len(p.terms.split()) for p in self._passages.values()) / len(self._passages)
        occurrences = passage.terms.split().count(term)
        norm = K1 * (1 - B + B * len(passage.terms.split()) / mean)
        return rarity * (K1 + 1) * occurrences / (occurrences + norm)


def _passes(passage: IndexedPassage, filter: Filter | None) -> bool:
    fields = filter.active() if filter else {}
    return all(set(values) & set(getattr(passage.facets, name)) for name, values in fields.items())


def _nearness(cosines: list[float]) -> float:
    whole, *sentences = cosines
    return (whole + max(sentences)) / 2 if sentences else whole


def _best(scores: dict[int, float], k: int, decimals: int) -> list[EngineHit]:
    ranked = sorted((-round(score, decimals), key) for key, score in scores.items())
    return [EngineHit(key, -negated) for negated, key in ranked[: max(k, 0)]]


def _mistakes(left: str, right: str) -> int:
    """Optimal string alignment: enough for words one or two mistakes apart."""
    table = {(i, -1): i + 1 for i in range(-1, len(left))}
    table |= {(-1, j): j + 1 for j in range(-1, len(right))}
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            options = [table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b)]
            if i and j and a == right[j - 1] and left[i - 1] == b:
                options.append(table[i - 2, j - 2] + 1)
            table[i, j] = min(options)
    return table[len(left) - 1, len(right) - 1]
