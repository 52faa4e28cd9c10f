"""How many steps a training takes, and how two of them are told as one."""

from __future__ import annotations

import numpy as np
import pytest

from index.training.config import FittingOptions
from index.training.sources import Pair
from index.training.teacher import Lesson
from index.training.trainer import History, Material

OPTIONS = FittingOptions(batch_size=10, epochs=2.0)
PAIRS = {"many": [Pair("q", "p")] * 100, "few": [Pair("q", "p")] * 20}
WEIGHTS = {"many": 0.5, "few": 4.0}
LESSON = Lesson(("phrase",) * 35, np.zeros((35, 2), np.float32))


def test_sources_count_by_their_weight():
    # 100 x 0.5 + 20 x 4, twice, ten a batch.
    assert Material(PAIRS, WEIGHTS, {}).steps(OPTIONS) == 26
    assert Material({}, {}, {}, LESSON).steps(OPTIONS) == 0
    assert Material({"one": [Pair("q", "p")]}, {"one": 1.0}, {}).steps(OPTIONS) == 1


@pytest.mark.parametrize(("share", "steps"), [(0.0, 0), (0.5, 13), (1.0, 26), (2.0, 52)])
def test_beside_pairs_the_lesson_has_a_share_of_their_batches(share, steps):
    material = Material(PAIRS, WEIGHTS, {}, LESSON, share)

    assert material.lesson_steps(OPTIONS) == steps


def test_alone_the_lesson_is_gone_through_as_often_as_there_are_epochs():
    assert Material({}, {}, {}, LESSON).lesson_steps(OPTIONS) == 7
    assert Material({}, {}, {}, LESSON, 0.5).lesson_steps(FittingOptions(epochs=0.0)) == 1


def test_without_a_lesson_there_is_no_batch_of_it():
    assert Material(PAIRS, WEIGHTS, {}, None, 1.0).lesson_steps(OPTIONS) == 0


def test_a_later_training_is_told_after_the_steps_of_the_first():
    first = History(10, ((5, 0.9), (10, 0.8)), (), {})
    later = History(4, ((2, 0.5), (4, 0.4)), ((4, 0.6),), {0: {"a": 0.1}, 4: {"a": 0.3}})

    assert first.then(later) == History(
        14,
        ((5, 0.9), (10, 0.8), (12, 0.5), (14, 0.4)),
        ((14, 0.6),),
        {10: {"a": 0.1}, 14: {"a": 0.3}},
    )
    assert later.then(first) == History(
        14,
        ((2, 0.5), (4, 0.4), (9, 0.9), (14, 0.8)),
        ((4, 0.6),),
        {0: {"a": 0.1}, 4: {"a": 0.3}},
    )
