"""From cosines of rows to scores of passages."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.vectors.cosines import PassageRows

some_passages = st.lists(
    st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=5), min_size=1, max_size=20
)


def _scores(passages: list[list[float]]) -> list[float]:
    counts = np.array([len(each) for each in passages])
    products = np.array([one for each in passages for one in each], dtype=np.float32)
    return PassageRows(counts).scores(products).tolist()


@given(some_passages)
def test_a_score_is_the_mean_of_the_whole_and_of_the_best_sentence(
    passages: list[list[float]],
) -> None:
    expected = [
        (np.float32(whole) + np.float32(max(sentences or [whole]))) / np.float32(2)
        for whole, *sentences in passages
    ]
    assert _scores(passages) == expected


def test_the_whole_is_not_one_of_its_sentences() -> None:
    assert _scores([[0.5, -1.0], [0.5], [0.25, 0.0, 0.75]]) == [-0.25, 0.5, 0.5]


def test_no_passage_has_no_score() -> None:
    nothing = np.empty(0, dtype=np.int64)
    assert PassageRows(nothing).scores(np.empty(0, dtype=np.float32)).tolist() == []
