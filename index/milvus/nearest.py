"""The passages nearest to a vector, from two lists that Milvus ranks.

A passage scores the mean of two inner products: with its vector as a whole, and with the
best of its sentences (with the whole again where it has none: that row is then written
among the sentences too). Milvus ranks wholes and sentences each by itself. As in the
threshold algorithm (Fagin, Lotem and Naor, 2003), what neither list has shown yet cannot
score more than the mean of what the two ended on: once the ``k``-th candidate is above,
no passage was missed, as far as Milvus' own lists are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.milvus.client import MOST_FOUND, MilvusConnection, Row
from index.milvus.conditions import keyed
from index.milvus.state import parts
from index.top import best_hits
from kb.model import EngineHit

_COSINE_DECIMALS = 6
_DUST = 1e-6
_FEWEST = 64
_ROWS_EACH = 4
"""Sentences that are looked at for one passage."""
_ROUNDS = 4
_DEEPER = 4
"""How many times deeper each further look goes."""
_COMPLETED = 1_000
"""Passages whose other half is asked for at once."""


@dataclass(frozen=True, slots=True)
class Proposals:
    """Asks Milvus for rows near one vector."""

    connection: MilvusConnection
    passages: str
    """Collection of the wholes."""
    rows: str
    """Collection of the sentences."""
    unit: npt.NDArray[np.float32]
    """The query, of length 1."""
    of_passages: str
    """Condition that wholes must meet."""
    of_rows: str
    """Condition that sentences must meet."""
    level: str

    def wholes(self, limit: int, also: str = "") -> list[Row]:
        """The nearest passages as wholes."""
        condition = self.of_passages + also
        return self.connection.search(
            self.passages, "whole", self.unit, limit, condition, [], self.level
        )

    def sentences(self, limit: int, also: str = "") -> list[Row]:
        """The nearest sentences, several of one passage perhaps."""
        condition = self.of_rows + also
        return self.connection.search(
            self.rows, "vector", self.unit, limit, condition, ["passage"], self.level
        )


def best_of(proposals: Proposals, k: int) -> list[EngineHit]:
    """The ``k`` best passages, best first, ties broken by ascending key."""
    depth = max(2 * k, _FEWEST)
    for _ in range(_ROUNDS):
        wholes = proposals.wholes(depth)
        sentences = proposals.sentences(_ROWS_EACH * depth)
        scores = _scores(proposals, wholes, sentences)
        keys = np.fromiter(scores, np.int64, len(scores))
        hits = best_hits(keys, np.fromiter(scores.values(), np.float64), k, _COSINE_DECIMALS)
        if len(wholes) < min(depth, MOST_FOUND) or len(sentences) < min(
            _ROWS_EACH * depth, MOST_FOUND
        ):
            break  # One list was read to its end, which holds every passage.
        bound = (wholes[-1]["score"] + sentences[-1]["score"]) / 2
        if (len(hits) == k and hits[-1].score > bound + _DUST) or depth >= MOST_FOUND:
            break
        depth *= _DEEPER
    return hits


def _scores(proposals: Proposals, wholes: list[Row], sentences: list[Row]) -> dict[int, float]:
    """The score of each passage of either list, its other half asked for."""
    whole = {int(row["id"]): float(row["score"]) for row in wholes}
    best: dict[int, float] = {}
    _keep_best(best, sentences)
    without_whole = sorted(best.keys() - whole.keys())
    for start, end in parts(len(without_whole), _COMPLETED):
        some = without_whole[start:end]
        found = proposals.wholes(len(some), f" and {keyed(some)}")
        whole |= {int(row["id"]): float(row["score"]) for row in found}
    _complete(proposals, best, sorted(whole.keys() - best.keys()))
    return {key: (whole[key] + best[key]) / 2 for key in whole.keys() & best.keys()}


def _complete(proposals: Proposals, best: dict[int, float], lacking: list[int]) -> None:
    """Add the best sentence of each passage that lacks one."""
    size = _COMPLETED
    while lacking:
        some = lacking[:size]
        found = proposals.sentences(MOST_FOUND, f" and {keyed(some, 'passage')}")
        _keep_best(best, found)
        if len(found) < MOST_FOUND or size == 1:
            lacking = lacking[size:]
        else:
            # Long passages: some had none of theirs among what Milvus gives at most.
            size = max(1, size // 4)


def _keep_best(best: dict[int, float], rows: list[Row]) -> None:
    for row in rows:
        key, score = int(row["passage"]), float(row["score"])
        best[key] = max(score, best.get(key, score))
