from __future__ import annotations

import numpy as np
import pytest

from index.training.heldout import HeldOut, split_pairs
from index.training.sources import Pair

PAIRS = [Pair(f"question {at}", f"texte {at // 4}") for at in range(400)]


def test_a_passage_is_held_out_with_all_its_questions():
    learnt, held = split_pairs(PAIRS, 0.25)

    assert {one.positive for one in learnt}.isdisjoint(one.positive for one in held)
    assert len(learnt) + len(held) == 400
    assert 60 < len(held) < 140


def test_no_share_holds_nothing_out():
    assert split_pairs(PAIRS, 0.0) == (PAIRS, [])


def test_ndcg_falls_with_the_rank_of_the_answer():
    pairs = [Pair("a", "un"), Pair("b", "deux"), Pair("b", "trois")]
    vectors = {
        "a": [1, 0, 0], "un": [0, 1, 0], "deux": [1, 0, 0],
        "b": [0, 0, 1], "trois": [0, 0, 1],
    }  # fmt: skip

    found = HeldOut.of_pairs(pairs).ndcg(lambda texts: np.array([vectors[text] for text in texts]))

    # a: its answer is second of three, after "deux" (ties by place). b: first and third.
    a = 1 / np.log2(3)
    b = (1 + 1 / np.log2(4)) / (1 + 1 / np.log2(3))
    assert found == pytest.approx((a + b) / 2)
