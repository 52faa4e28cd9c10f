"""Asking every query in every mode, and scoring what is shown.

A query that fails, or whose evidence is in no passage, scores zero: it does not
vanish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.evaluation.asking import Asked, Progress, SearchableLibrary, ask, part_of
from kb.evaluation.intervals import Estimate, difference, estimate
from kb.evaluation.judged import JudgedQuery, JudgedSet
from kb.evaluation.measures import MEASURES, Scores, values
from kb.evaluation.questions import judged_questions
from kb.model import Mode

ALL_TYPES = "toutes"
ESTIMATED = ("nDCG@10", "recall@10", "MRR")
"""The measures that are given with an interval."""


@dataclass(frozen=True, slots=True)
class Row:
    """Scores of one mode over the queries of one type."""

    mode: Mode
    type: str
    answerable: int
    """Queries that have an answer."""
    scores: dict[str, float]
    """Means over these, by the names of ``MEASURES``; measures that the set does not
    allow are left out."""
    intervals: dict[str, Estimate]
    """The means of ``ESTIMATED`` again, with their 95 % intervals; empty below two queries."""
    wrongly_refused: int
    """Answerable queries that were told that nothing answers."""
    out_of_scope: int
    """Queries that nothing answers."""
    refused: int
    """Those of them that were told so."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation of one set found; ``kb.evaluation.tables`` writes it."""

    name: str
    rows: tuple[Row, ...]
    gains: dict[str, Estimate]
    """Hybrid minus lexical over all types, paired by query, by the names of ``ESTIMATED``;
    empty where one of these modes was not asked."""
    without_passage: tuple[str, ...]
    """Ids of answerable queries whose answer is in no passage of the base."""
    failures: tuple[str, ...]
    """Searches that raised an error, with its message."""


def evaluate(
    library: SearchableLibrary, questions: Path, modes: Sequence[Mode] = tuple(Mode)
) -> Evaluation:
    """Score the library on a file of questions; InputError where it is malformed."""
    return measure(library, judged_questions(questions, library.passages()), modes)


def measure(
    library: SearchableLibrary,
    judged: JudgedSet,
    modes: Sequence[Mode] = tuple(Mode),
    progress: Progress | None = None,
) -> Evaluation:
    """Score the library on judged queries, whose passages it holds."""
    rows: list[Row] = []
    failures: list[str] = []
    found: dict[Mode, Scores] = {}
    for place, mode in enumerate(modes):
        asked = ask(library, judged, mode, part_of(progress, place, len(modes)))
        found[mode] = asked.scores
        failures += asked.failures
        rows += _rows(mode, judged, asked)
    lacking = tuple(query.id for query in judged.answerable if not query.relevant)
    return Evaluation(judged.name, tuple(rows), _gains(judged, found), lacking, tuple(failures))


def _gains(judged: JudgedSet, found: Mapping[Mode, Scores]) -> dict[str, Estimate]:
    if not {Mode.HYBRID, Mode.LEXICAL} <= set(found):
        return {}
    hybrid, lexical = found[Mode.HYBRID], found[Mode.LEXICAL]
    pairs = {
        name: difference(
            values(hybrid, judged.answerable, name), values(lexical, judged.answerable, name)
        )
        for name in ESTIMATED
    }
    return {name: gain for name, gain in pairs.items() if gain is not None}


def _rows(mode: Mode, judged: JudgedSet, asked: Asked) -> list[Row]:
    by_type: dict[str, list[JudgedQuery]] = defaultdict(list)
    for query in judged.queries:
        by_type[ALL_TYPES].append(query)
        if query.type:
            by_type[query.type].append(query)
    return [_row(mode, kind, queries, asked) for kind, queries in by_type.items()]


def _row(mode: Mode, kind: str, queries: Sequence[JudgedQuery], asked: Asked) -> Row:
    answerable = [query for query in queries if query.answerable]
    out_of_scope = {query.id for query in queries if not query.answerable}
    shown, scores = asked.shown, asked.scores
    refused = {one.id for one in queries if one.id in shown and not shown[one.id].answerable}
    allowed = [name for name in MEASURES if all(name in scores[one.id] for one in answerable)]
    means = {
        name: float(values(scores, answerable, name).mean()) if answerable else 0.0
        for name in allowed
    }
    estimates = {name: estimate(values(scores, answerable, name)) for name in ESTIMATED}
    return Row(
        mode=mode,
        type=kind,
        answerable=len(answerable),
        scores=means,
        intervals={name: one for name, one in estimates.items() if one is not None},
        wrongly_refused=len(refused - out_of_scope),
        out_of_scope=len(out_of_scope),
        refused=len(refused & out_of_scope),
    )
