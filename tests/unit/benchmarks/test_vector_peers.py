"""The exact answer that engines are held against."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest

from kb.ports import Vectors
from tests.benchmarks.vector_peers import Plain, exact_scores

QUERY = np.array([1.0, 0.0], np.float32)
ROWS: dict[int, Vectors] = {
    3: np.array([[0.5, 0.0], [0.1, 0.0], [0.9, 0.0]], np.float32),
    5: np.array([[0.6, 0.0]], np.float32),
    8: np.array([[0.2, 0.0], [0.4, 0.0]], np.float32),
}


class View:
    """An engine's view with these vectors."""

    def keys(self) -> set[int]:
        return set(ROWS)

    def vectors(self, keys: Collection[int]) -> dict[int, Vectors]:
        return {key: ROWS[key] for key in keys}


def test_a_passage_scores_by_its_whole_and_its_best_sentence() -> None:
    rows = np.concatenate(list(ROWS.values()))
    scores = exact_scores(rows, np.array([0, 3, 4]), QUERY)
    assert scores.tolist() == pytest.approx([0.7, 0.6, 0.3])


@pytest.mark.parametrize("block", [1, 2, 10])
def test_blocks_give_what_one_matrix_gives(block: int) -> None:
    plain = Plain(View(), block)  # type: ignore[arg-type]
    keys, scores = plain.scores(QUERY)
    assert plain.rows == 6
    assert keys.tolist() == [3, 5, 8]
    assert scores.tolist() == pytest.approx([0.7, 0.6, 0.3])
    assert plain.best_rows(QUERY).tolist() == [2, 3, 0, 5, 4, 1]
