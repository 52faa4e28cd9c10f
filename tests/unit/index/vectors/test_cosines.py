"""From cosines of rows to scores of passages."""

from __future__ import annotations

import numpy as np
import pytest
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


@given(
    some_passages,
    st.integers(1, 12),
    st.floats(0, 0.5),
    st.lists(st.booleans(), min_size=20, max_size=20),
    st.sampled_from([1, 3, 64]),
)
def test_the_best_of_the_allowed_are_those_of_scoring_every_passage(
    passages: list[list[float]], k: int, margin: float, drawn: list[bool], sampled: int
) -> None:
    allowed = np.array(drawn[: len(passages)])
    allowed[0] = True
    k = min(k, np.count_nonzero(allowed))
    counts = np.array([len(each) for each in passages])
    products = np.array([one for each in passages for one in each], dtype=np.float32)
    scores = PassageRows(counts).scores(products)
    last = np.sort(scores[allowed])[-k] - margin
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.vectors.cosines._SAMPLED", sampled)
        found = PassageRows(counts).best(products, k, margin, allowed)
    assert found.tolist() == np.flatnonzero((scores >= last) & allowed).tolist()


def test_where_few_rows_reach_far_passages_are_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = np.full(10_000, 3)
    products = np.linspace(0, 1, 30_000, dtype=np.float32)
    rows, scored = PassageRows(counts), []
    of = PassageRows.of
    monkeypatch.setattr(
        PassageRows, "of", lambda self, places: scored.append(len(places)) or of(self, places)
    )
    allowed = np.ones(10_000, dtype=np.bool_)
    assert rows.best(products, 10, 0.0, allowed).tolist() == list(range(9_990, 10_000))
    assert sum(scored) < 200
