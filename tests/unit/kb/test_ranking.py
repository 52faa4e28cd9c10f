"""Ranking is pure: exact orders on small lists."""

from __future__ import annotations

import pytest

from kb.model import EngineHit, Mode
from kb.ranking import (
    ANSWERED_COVERAGE,
    UNKNOWN_SHARE,
    Candidate,
    diversify,
    fuse,
    is_answered,
    lift_amounts,
    semantic_weight,
    weigh_by_coverage,
    without_tail,
)


def test_coverage_lifts_the_passage_that_answers_more_of_the_query() -> None:
    hits = [EngineHit(1, 10.0), EngineHit(2, 9.0)]
    assert [hit.key for hit in weigh_by_coverage(hits, {1: 0.3, 2: 1.0})] == [2, 1]


def test_equal_scores_go_by_ascending_key() -> None:
    hits = [EngineHit(7, 1.0), EngineHit(3, 1.0)]
    assert [hit.key for hit in weigh_by_coverage(hits, {3: 1.0, 7: 1.0})] == [3, 7]
    assert [one.key for one in fuse(hits, [], 0.0)] == [3, 7]


def test_number_lifts_a_passage_for_a_question_of_amount() -> None:
    hits = [EngineHit(1, 1.0), EngineHit(2, 0.9)]
    assert [hit.key for hit in lift_amounts(hits, {2})] == [2, 1]
    assert [hit.key for hit in lift_amounts(hits, set())] == [1, 2]


def test_fusion_adds_shares_of_each_best_score() -> None:
    fused = fuse([EngineHit(1, 8.0), EngineHit(2, 4.0)], [EngineHit(2, 0.9)], 0.5)
    assert [(one.key, one.score, one.lexical_rank, one.semantic_rank) for one in fused] == [
        (2, 0.75, 2, 1),
        (1, 0.5, 1, None),
    ]


def test_fusion_of_nothing_is_nothing() -> None:
    assert fuse([], [], 0.25) == []


def test_two_projects_beat_ten_passages_of_one() -> None:
    candidates = [Candidate(1, 1.0), Candidate(2, 0.98), Candidate(3, 0.96)]
    spread = diversify(candidates, {1: "a", 2: "a", 3: "b"})
    assert [one.key for one in spread] == [1, 3, 2]


def test_tail_far_below_the_best_is_left_out() -> None:
    kept = without_tail([Candidate(1, 1.0), Candidate(2, 0.5), Candidate(3, 0.01)])
    assert [one.key for one in kept] == [1, 2]
    assert without_tail([]) == []


@pytest.mark.parametrize(
    ("mode", "coverage", "weight"),
    [
        (Mode.LEXICAL, 0.0, 0.0),
        (Mode.SEMANTIC, 1.0, 1.0),
        (Mode.HYBRID, 0.0, 0.4),
        (Mode.HYBRID, 0.75, 0.1),
        (Mode.HYBRID, 1.0, 0.0),
    ],
)
def test_meaning_is_asked_for_what_words_leave_open(
    mode: Mode, coverage: float, weight: float
) -> None:
    assert semantic_weight(mode, 0.4, coverage) == pytest.approx(weight)


def test_answer_needs_coverage_and_known_words() -> None:
    assert is_answered(ANSWERED_COVERAGE, UNKNOWN_SHARE)
    assert not is_answered(ANSWERED_COVERAGE - 0.01, 0.0)
    assert not is_answered(1.0, UNKNOWN_SHARE + 0.01)
