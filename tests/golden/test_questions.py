"""Search quality must not slip: floors a little under what is measured (see CHANGELOG.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.evaluation import evaluate
from kb.evaluation.evaluating import ALL_TYPES, Row
from kb.evaluation.questions import load_questions
from kb.library import Library
from kb.model import Mode

SAMPLE_QUESTIONS = Path(__file__).with_name("questions-sample.jsonl")


def _overall(library: Library, questions: Path, mode: Mode) -> Row:
    evaluation = evaluate(library, questions, [mode])
    assert evaluation.failures == ()
    assert evaluation.without_passage == ()
    return next(row for row in evaluation.rows if row.type == ALL_TYPES)


def test_sample_questions_are_of_every_type() -> None:
    asked = load_questions(SAMPLE_QUESTIONS)
    counts = {kind: sum(one.type == kind for one in asked) for kind in {one.type for one in asked}}
    assert len(asked) >= 60
    assert counts["none"] >= 8
    assert set(counts) == {"keyword", "question", "paraphrase", "typo", "metadata", "none"}


@pytest.mark.parametrize("mode", [Mode.LEXICAL, Mode.HYBRID])
def test_sample_questions_find_their_passages(sample_library: Library, mode: Mode) -> None:
    row = _overall(sample_library, SAMPLE_QUESTIONS, mode)
    assert row.scores["hit@3"] >= 0.74
    assert row.scores["nDCG@10"] >= 0.69
    assert row.refused >= 14
    assert row.wrongly_refused <= 8


@pytest.mark.parametrize("mode", [Mode.LEXICAL, Mode.HYBRID])
def test_real_questions_find_their_passages(
    real_library: Library, shared_questions: Path, mode: Mode
) -> None:
    row = _overall(real_library, shared_questions, mode)
    assert row.scores["hit@3"] >= 0.89
    assert row.scores["nDCG@10"] >= 0.75
    assert (row.refused, row.out_of_scope) == (2, 2)
    assert (row.wrongly_refused, row.answerable) == (0, 28)


def test_meaning_does_not_cost_what_words_found(
    real_library: Library, shared_questions: Path
) -> None:
    lexical = _overall(real_library, shared_questions, Mode.LEXICAL)
    hybrid = _overall(real_library, shared_questions, Mode.HYBRID)
    for measure in ("hit@3", "nDCG@10", "project@1"):
        assert hybrid.scores[measure] >= lexical.scores[measure]


def test_first_search_of_a_housing_officer_finds_both_projects(sample_library: Library) -> None:
    answer = sample_library.search("logement femmes violences", limit=5)
    assert {hit.project.organisation for hit in answer.hits[:3]} >= {"Logis Métropole", "SIP"}
