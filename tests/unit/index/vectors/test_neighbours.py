"""The approximate index: built beside what stands, found when complete, never in the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("usearch", reason="comes with the extra of the engine for big machines")

from index.vectors import matrix, neighbours
from index.vectors.store import VectorStore
from kb.errors import StorageError

DIM, PASSAGES = 32, 600


def _passages(count: int, seed: int) -> list[np.ndarray]:
    some = np.random.default_rng(seed)
    made = [some.normal(size=(int(some.integers(1, 5)), DIM)) for _ in range(count)]
    return [(r / np.linalg.norm(r, axis=1, keepdims=True)).astype(np.float32) for r in made]


def _query(seed: int) -> np.ndarray:
    return _passages(1, 1000 + seed)[0][0]


def _best(
    store: VectorStore, seed: int, k: int = 10, allowed: np.ndarray | None = None
) -> set[int]:
    places, scores = store.load().nearest(_query(seed), k, allowed)
    return set(places[np.argsort(-scores, kind="stable")][:k].tolist())


def _graphs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("neighbours-*"))


@pytest.fixture(autouse=True)
def worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these few passages were very many."""
    monkeypatch.setattr(neighbours, "FEWEST", 100)
    monkeypatch.setattr(matrix, "FEWEST_SEARCHED", 50)
    monkeypatch.setattr(matrix, "PLAIN_ROWS", 0)


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    made = VectorStore(tmp_path)
    made.append(_passages(PASSAGES, 1))
    return made


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many passages were looked for, at each search of a graph."""
    asked: list[int] = []
    really = neighbours.Neighbours.search

    def search(self: neighbours.Neighbours, unit: np.ndarray, k: int) -> np.ndarray:
        asked.append(k)
        return really(self, unit, k)

    monkeypatch.setattr(neighbours.Neighbours, "search", search)
    return asked


def test_nearly_all_of_the_best_are_found(store: VectorStore, searched: list[int]) -> None:
    exact = [_best(store, seed) for seed in range(30)]
    assert searched == []
    assert store.build_neighbours()
    found = [_best(store, seed) for seed in range(30)]
    assert searched == [10] * 30
    common = sum(len(one & other) for one, other in zip(exact, found, strict=True))
    assert common >= 297


def test_scores_are_those_of_the_rows(store: VectorStore) -> None:
    before = dict(zip(*store.load().nearest(_query(3), 10), strict=True))
    store.build_neighbours()
    places, scores = store.load().nearest(_query(3), 10)
    assert len(places) >= 10
    assert all(
        before.get(place, score) == score for place, score in zip(places, scores, strict=True)
    )


def test_a_graph_is_found_by_who_opened_before_it_was_built(
    store: VectorStore, searched: list[int]
) -> None:
    opened = store.load()
    opened.nearest(_query(1), 10)
    assert searched == []
    store.build_neighbours()
    opened.nearest(_query(1), 10)
    assert searched == [10]


def test_later_passages_are_found_at_once(store: VectorStore) -> None:
    store.build_neighbours()
    store.append([_query(5)[np.newaxis]])
    assert PASSAGES in _best(store, 5, k=1)


def test_what_an_older_reader_does_not_hold_yet_is_not_given_to_it(store: VectorStore) -> None:
    older = store.load()
    store.append([_query(5)[np.newaxis]] * 200)
    store.build_neighbours()
    places, _ = older.nearest(_query(5), 10)
    assert places.max() < PASSAGES


def test_dropped_places_are_left_out(store: VectorStore) -> None:
    store.build_neighbours()
    allowed = np.ones(PASSAGES, dtype=np.bool_)
    best = _best(store, 2)
    allowed[list(best)] = False
    others = _best(store, 2, allowed=allowed)
    assert len(others) == 10
    assert not others & best


def test_more_is_looked_for_where_a_filter_drops_some(
    store: VectorStore, searched: list[int]
) -> None:
    store.build_neighbours()
    allowed = np.arange(PASSAGES) % 4 == 0
    _best(store, 2, allowed=allowed)
    assert searched == [40]


@pytest.mark.parametrize("k", [10, 600])
def test_few_places_and_long_lists_are_searched_exactly(
    store: VectorStore, searched: list[int], k: int
) -> None:
    store.build_neighbours()
    allowed = np.arange(PASSAGES) < (40 if k == 10 else 599)
    _best(store, 2, k, allowed)
    assert searched == []


def test_nothing_is_built_of_few_passages(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "FEWEST", PASSAGES + 1)
    assert not store.build_neighbours()
    assert _graphs(tmp_path) == []


def test_nothing_is_built_without_the_library(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, searched: list[int]
) -> None:
    store.build_neighbours()
    monkeypatch.setattr(neighbours, "find_spec", lambda name: None)
    store.append(_passages(300, 2))
    assert not store.build_neighbours()
    assert len(_best(store, 2)) == 10
    assert searched == []


def test_a_graph_grows_by_steps(store: VectorStore, tmp_path: Path) -> None:
    store.build_neighbours()
    assert _graphs(tmp_path) == ["neighbours-0-600.usearch"]
    store.append(_passages(50, 2))
    assert not store.build_neighbours()
    store.append(_passages(50, 3))
    steps: list[bool] = [False]
    assert store.build_neighbours(lambda: steps.pop())
    assert steps == []
    assert _graphs(tmp_path) == ["neighbours-0-700.usearch"]


def test_a_build_that_is_cut_leaves_the_former_graph(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.build_neighbours()
    store.append(_passages(300, 2))

    monkeypatch.setattr(neighbours, "_ADDED", 100)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(0)
        return len(asked) == 3

    assert not store.build_neighbours(stop)
    assert len(asked) == 3
    assert _graphs(tmp_path) == ["neighbours-0-600.usearch"]


def test_what_a_killed_build_has_left_is_tidied_by_the_next(
    store: VectorStore, tmp_path: Path
) -> None:
    (tmp_path / "neighbours-abc.new").write_bytes(b"half")
    store.build_neighbours()
    assert _graphs(tmp_path) == ["neighbours-0-600.usearch"]


def test_a_folder_that_cannot_be_written_is_told(
    store: VectorStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(StorageError, match="ne peut pas être écrit"):
        store.build_neighbours()
    assert _graphs(tmp_path) == []


def test_a_damaged_graph_does_no_harm(store: VectorStore, tmp_path: Path) -> None:
    exact = _best(store, 2)
    (tmp_path / "neighbours-0-600.usearch").write_bytes(b"nonsense" * 100)
    assert _best(store, 2) == exact


@pytest.mark.parametrize("moving", ["compact", "clear", "lost manifest"])
def test_graphs_of_rows_that_moved_are_removed(
    store: VectorStore, tmp_path: Path, moving: str
) -> None:
    store.build_neighbours()
    if moving == "compact":
        store.compact(np.arange(300))
    elif moving == "clear":
        store.clear()
    else:
        (tmp_path / "vectors.json").unlink()
        store.append(_passages(2, 9))
    assert _graphs(tmp_path) == []
