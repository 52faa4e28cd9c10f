"""Keys and vectors of one commit, whatever keeps the terms."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.tantivy.held_passages import HeldPassages
from index.vectors.store import VectorStore
from kb.errors import StorageError
from tests.contract.passages import keys_of, vectors

NORTH = np.array([0.0, 1.0], dtype=np.float32)


def _numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@pytest.fixture
def held(tmp_path: Path) -> HeldPassages:
    """Keys 40, 7 and 12 at slots 0, 2 and 3; slot 1 is dead, and key 9 has lost its vectors."""
    store = VectorStore(tmp_path)
    store.append(vectors((1, 0), (0, 1), [(0, 1), (1, 0)], (0, -1)))
    return HeldPassages(_numbers(40, 7, 12, 9), _numbers(0, 2, 3, 8), store.load())


def test_a_passage_without_vectors_is_stored_but_not_found(held: HeldPassages) -> None:
    assert (held.keys(), held.count(), held.whole) == ({40, 7, 12}, 3, False)
    assert held.holds(_numbers(9, 12, 99, 40)).tolist() == [False, True, False, True]
    assert held.stored([9, 12, 99, -1]) == [9, 12]
    assert list(held.vectors([9, 40, 99])) == [40]


def test_slots_are_told_to_who_writes(held: HeldPassages) -> None:
    assert held.slots().tolist() == [0, 2, 3]
    assert held.next_free_slot() == 9
    assert held.dead_share() == pytest.approx(1 / 5)


def test_dead_rows_are_near_to_nothing(held: HeldPassages) -> None:
    assert [(hit.key, hit.score) for hit in held.nearest(NORTH, 9)] == [
        (7, 0.5),
        (40, 0.0),
        (12, -1.0),
    ]


def test_only_allowed_slots_are_searched(held: HeldPassages) -> None:
    assert keys_of(held.nearest(NORTH, 9, held.allowing(_numbers(3, 0, 77)))) == [40, 12]
    assert held.nearest(NORTH, 9, held.allowing(_numbers())) == []


def test_a_vector_of_another_model_is_refused(held: HeldPassages) -> None:
    with pytest.raises(StorageError, match="ont 2 dimensions et le modèle en donne 3"):
        held.nearest(np.ones(3, dtype=np.float32), 9)


def test_nothing_is_held_where_nothing_was_written(tmp_path: Path) -> None:
    none = HeldPassages(_numbers(), _numbers(), VectorStore(tmp_path).load())
    assert (none.count(), none.nearest(NORTH, 9), none.vectors([1])) == (0, [], {})
    assert (none.next_free_slot(), none.dead_share(), none.whole) == (0, 0.0, True)
