"""Ranking is pure: exact orders on small lists."""

from __future__ import annotations

import pytest

from kb.model import EngineHit, Mode
from kb.ranking import (
    DEFAULT_WEIGHTS,
    Candidate,
    Weights,
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
    assert [hit.key for hit in weigh_by_coverage(hits, {1: 0.3, 2: 1.0}, 0.8)] == [2, 1]


def test_equal_scores_go_by_ascending_key() -> None:
    hits = [EngineHit(7, 1.0), EngineHit(3, 1.0)]
    assert [hit.key for hit in weigh_by_coverage(hits, {3: 1.0, 7: 1.0}, 0.8)] == [3, 7]
    assert [one.key for one in fuse(hits, [], 0.0)] == [3, 7]


def test_number_lifts_a_passage_for_a_question_of_amount() -> None:
    hits = [EngineHit(1, 1.0), EngineHit(2, 0.9)]
    assert [hit.key for hit in lift_amounts(hits, {2}, 0.3)] == [2, 1]
    assert [hit.key for hit in lift_amounts(hits, set(), 0.3)] == [1, 2]


def test_fusion_adds_shares_of_each_best_score() -> None:
    by_words = [EngineHit(1, 8.0), EngineHit(2, 4.0)]
    by_meaning = [EngineHit(2, 0.9), EngineHit(3, 0.6), EngineHit(4, 0.5)]
    fused = fuse(by_words, by_meaning, 0.5)
    assert [(one.key, one.lexical_rank, one.semantic_rank) for one in fused] == [
        (2, 2, 1),
        (1, 1, None),
        (3, None, 2),
        (4, None, 3),
    ]
    assert [one.score for one in fused] == pytest.approx([0.75, 0.5, 0.125, 0.0])


def test_only_passage_by_meaning_has_its_whole_share() -> None:
    assert [(one.key, one.score) for one in fuse([], [EngineHit(5, 0.4)], 0.6)] == [(5, 0.6)]


def test_fusion_of_nothing_is_nothing() -> None:
    assert fuse([], [], 0.25) == []


def test_two_projects_beat_ten_passages_of_one() -> None:
    candidates = [Candidate(1, 1.0), Candidate(2, 0.98), Candidate(3, 0.96)]
    spread = diversify(candidates, {1: "a", 2: "a", 3: "b"}, 0.95)
    assert [one.key for one in spread] == [1, 3, 2]


def test_tail_far_below_the_best_is_left_out() -> None:
    kept = without_tail([Candidate(1, 1.0), Candidate(2, 0.5), Candidate(3, 0.01)], 0.15)
    assert [one.key for one in kept] == [1, 2]
    assert without_tail([], 0.15) == []


@pytest.mark.parametrize(
    ("mode", "coverage", "weight"),
    [
        (Mode.LEXICAL, 0.0, 0.0),
        (Mode.SEMANTIC, 1.0, 1.0),
        (Mode.HYBRID, 0.0, 0.9),
        (Mode.HYBRID, 0.25, 0.9),
        (Mode.HYBRID, 0.5, 0.5),
        (Mode.HYBRID, 0.75, 0.1),
        (Mode.HYBRID, 1.0, 0.1),
    ],
)
def test_meaning_is_asked_for_what_words_leave_open(
    mode: Mode, coverage: float, weight: float
) -> None:
    weights = Weights(least_meaning=0.1, most_meaning=0.9, open_coverage=0.25, closed_coverage=0.75)
    assert semantic_weight(mode, coverage, weights) == pytest.approx(weight)


def test_answer_by_words_needs_coverage_and_known_words() -> None:
    least, unknown = DEFAULT_WEIGHTS.answered_coverage, DEFAULT_WEIGHTS.unknown_share
    assert is_answered(least, unknown, near=False, weights=DEFAULT_WEIGHTS)
    assert not is_answered(least - 0.01, 0.0, near=False, weights=DEFAULT_WEIGHTS)
    assert not is_answered(1.0, unknown + 0.01, near=False, weights=DEFAULT_WEIGHTS)


def test_passage_near_in_meaning_answers_without_a_common_word() -> None:
    assert is_answered(0.0, 1.0, near=True, weights=DEFAULT_WEIGHTS)
