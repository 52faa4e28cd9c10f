"""Asking every question in every mode, and scoring the answers.

nDCG, MRR and success at k are those of ir_measures (MacAvaney, Macdonald and
Ounis, ECIR 2022). A question that fails, or whose evidence is in no passage,
scores zero: it does not vanish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kb.errors import KbError
from kb.evaluation.questions import (
    Question,
    is_project,
    load_aliases,
    load_questions,
    relevant_passages,
)
from kb.model import Mode
from kb.results import Answer, Hit, PassageSheet

DEPTH = 10
"""Hits asked for each question."""
ALL_TYPES = "toutes"
MEASURES = ("hit@1", "hit@3", "hit@10", "MRR", "nDCG@10", "project@1")


class SearchableLibrary(Protocol):
    """What an evaluation needs of a library."""

    def search(self, query: str, *, mode: Mode, limit: int) -> Answer:
        """Answer one query."""

    def passages(self) -> Iterable[PassageSheet]:
        """Every passage."""


@dataclass(frozen=True, slots=True)
class Row:
    """Scores of one mode over the questions of one type."""

    mode: Mode
    type: str
    answerable: int
    """Questions that have an answer."""
    scores: dict[str, float]
    """Means over these, by the names of ``MEASURES``."""
    wrongly_refused: int
    """Answerable questions that were told that nothing answers."""
    out_of_scope: int
    """Questions that nothing answers."""
    refused: int
    """Those of them that were told so."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an evaluation found."""

    rows: tuple[Row, ...]
    without_passage: tuple[str, ...]
    """Ids of answerable questions whose evidence is in no passage of the base."""
    failures: tuple[str, ...]
    """Searches that raised an error, with its message."""

    def records(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "rows": [
                {
                    "mode": row.mode.value,
                    "type": row.type,
                    "answerable": row.answerable,
                    **{name: round(value, 4) for name, value in row.scores.items()},
                    "wrongly_refused": row.wrongly_refused,
                    "out_of_scope": row.out_of_scope,
                    "refused": row.refused,
                }
                for row in self.rows
            ],
            "without_passage": list(self.without_passage),
            "failures": list(self.failures),
        }

    def table(self) -> str:
        """The same as a text table in French."""
        names = ("mode", "type", "n", *MEASURES, "refus à tort", "hors sujet refusés")
        lines = [names, *(_cells(row) for row in self.rows)]
        widths = [max(len(line[column]) for line in lines) for column in range(len(names))]
        text = [
            "  ".join(
                cell.ljust(width) if column < 2 else cell.rjust(width)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        if self.without_passage:
            text.append("Sans passage dans la base : " + ", ".join(self.without_passage))
        text += [f"En échec : {failure}" for failure in self.failures]
        return "\n".join(text)


def evaluate(
    library: SearchableLibrary, questions: Path, modes: Sequence[Mode] = tuple(Mode)
) -> Evaluation:
    """Score the library on judged questions; InputError where the file is malformed."""
    asked = load_questions(questions)
    aliases = load_aliases(questions)
    sheets = tuple(library.passages())
    relevant = {one.id: relevant_passages(one, sheets, aliases) for one in asked if one.gold}
    rows: list[Row] = []
    failures: list[str] = []
    for mode in modes:
        answers: dict[str, Answer] = {}
        for question in asked:
            try:
                answers[question.id] = library.search(question.query, mode=mode, limit=DEPTH)
            except KbError as error:
                failures.append(f"{question.id} ({mode}) : {error}")
        scores = _scores(asked, answers, relevant, aliases)
        rows += _rows(mode, asked, answers, scores)
    lacking = tuple(identifier for identifier, passages in relevant.items() if not passages)
    return Evaluation(tuple(rows), lacking, tuple(failures))


def _scores(
    asked: Sequence[Question],
    answers: Mapping[str, Answer],
    relevant: Mapping[str, set[str]],
    aliases: Mapping[str, tuple[str, ...]],
) -> dict[str, dict[str, float]]:
    """Question id → measure → score, for the answerable questions."""
    import ir_measures

    measures = {
        ir_measures.Success @ 1: "hit@1",
        ir_measures.Success @ 3: "hit@3",
        ir_measures.Success @ 10: "hit@10",
        ir_measures.RR @ 10: "MRR",
        ir_measures.nDCG @ 10: "nDCG@10",
    }
    qrels = [
        ir_measures.Qrel(identifier, passage, 1)
        for identifier, passages in relevant.items()
        for passage in passages
    ]
    run = [
        ir_measures.ScoredDoc(identifier, hit.passage.id, -float(hit.rank))
        for identifier, answer in answers.items()
        if identifier in relevant
        for hit in answer.hits
    ]
    scores: dict[str, dict[str, float]] = {
        identifier: dict.fromkeys(MEASURES, 0.0) for identifier in relevant
    }
    if qrels and run:
        for metric in ir_measures.iter_calc(list(measures), qrels, run):
            scores[metric.query_id][measures[metric.measure]] = float(metric.value)
    for question in asked:
        answer = answers.get(question.id)
        if question.gold and answer and answer.hits:
            first = _sheet(answer.hits[0])
            right = any(is_project(first, gold.project, aliases) for gold in question.gold)
            scores[question.id]["project@1"] = float(right)
    return scores


def _rows(
    mode: Mode,
    asked: Sequence[Question],
    answers: Mapping[str, Answer],
    scores: Mapping[str, Mapping[str, float]],
) -> list[Row]:
    by_type: dict[str, list[Question]] = defaultdict(list)
    for question in asked:
        by_type[ALL_TYPES].append(question)
        by_type[question.type].append(question)
    return [_row(mode, kind, questions, answers, scores) for kind, questions in by_type.items()]


def _row(
    mode: Mode,
    kind: str,
    questions: Sequence[Question],
    answers: Mapping[str, Answer],
    scores: Mapping[str, Mapping[str, float]],
) -> Row:
    answerable = [question.id for question in questions if question.gold]
    out_of_scope = [question.id for question in questions if not question.gold]
    refused = {one.id for one in questions if one.id in answers and not answers[one.id].answerable}
    means = {
        name: sum(scores[one][name] for one in answerable) / len(answerable) if answerable else 0.0
        for name in MEASURES
    }
    return Row(
        mode=mode,
        type=kind,
        answerable=len(answerable),
        scores=means,
        wrongly_refused=len(refused & set(answerable)),
        out_of_scope=len(out_of_scope),
        refused=len(refused & set(out_of_scope)),
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.mode.value,
        row.type,
        str(row.answerable + row.out_of_scope),
        *(f"{row.scores[name]:.3f}" if row.answerable else "–" for name in MEASURES),
        f"{row.wrongly_refused}/{row.answerable}",
        f"{row.refused}/{row.out_of_scope}",
    )


def _sheet(hit: Hit) -> PassageSheet:
    return PassageSheet(hit.passage, hit.project, hit.brochure, hit.citation)
