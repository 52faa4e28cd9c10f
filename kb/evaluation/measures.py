"""Scores of each query: from the passages that were shown to numbers.

nDCG, recall, MRR and success at k are those of ir_measures (MacAvaney, Macdonald
and Ounis, ECIR 2022). They are taken over what a user is shown: a query that is
refused or fails scores zero, as does one whose answer is in no passage.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from kb.evaluation.judged import JudgedQuery
from kb.results import Answer

DEPTH = 10
"""Hits asked for each query."""
PROJECT = "project@1"
"""Whether the first hit is of a project that answers; only where projects were judged."""
MEASURES = ("hit@1", "hit@3", "hit@10", "recall@10", "MRR", "nDCG@10", PROJECT)
MAIN = "nDCG@10"
"""The measure by which modes and settings are compared."""

Scores = dict[str, dict[str, float]]
"""Query id → measure → score, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What measuring keeps of an answer: thousands are held at once."""

    passages: tuple[str, ...]
    """Ids, best first."""
    first_project: str
    """Id of the first passage's project; empty where nothing is shown."""
    answerable: bool
    """False where the user was told that nothing answers."""

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """The same of a whole answer."""
        hits = answer.hits
        return cls(
            tuple(hit.passage.id for hit in hits),
            hits[0].project.id if hits else "",
            answer.answerable,
        )


def scores_by_query(queries: Iterable[JudgedQuery], answers: Mapping[str, Shown]) -> Scores:
    """Every measure for every answerable query, whether it was answered or not."""
    import ir_measures

    measures = {
        ir_measures.Success @ 1: "hit@1",
        ir_measures.Success @ 3: "hit@3",
        ir_measures.Success @ 10: "hit@10",
        ir_measures.R @ 10: "recall@10",
        ir_measures.RR @ 10: "MRR",
        ir_measures.nDCG @ 10: "nDCG@10",
    }
    asked = [query for query in queries if query.answerable]
    scores: Scores = {query.id: dict.fromkeys(measures.values(), 0.0) for query in asked}
    qrels = [
        ir_measures.Qrel(query.id, passage, grade)
        for query in asked
        for passage, grade in query.relevant.items()
    ]
    run = [
        ir_measures.ScoredDoc(query.id, passage, -float(rank))
        for query in asked
        if query.id in answers
        for rank, passage in enumerate(answers[query.id].passages)
    ]
    if qrels and run:
        for metric in ir_measures.iter_calc(list(measures), qrels, run):
            scores[metric.query_id][measures[metric.measure]] = float(metric.value)
    for query in asked:
        if query.projects is not None:
            shown = answers.get(query.id)
            right = shown is not None and shown.first_project in query.projects
            scores[query.id][PROJECT] = float(right)
    return scores


def values(scores: Scores, queries: Sequence[JudgedQuery], measure: str) -> npt.NDArray[np.float64]:
    """One measure of these queries, in their order: shape (n,)."""
    return np.array([scores[query.id][measure] for query in queries], dtype=np.float64)
