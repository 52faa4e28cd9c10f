"""The matrix on disk: appended, switched, and never half read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.vectors import store as vectors
from index.vectors.matrix import VectorMatrix
from index.vectors.store import MANIFEST, VectorStore
from kb.errors import StorageError


def _rows(count: int, first: int = 0, dim: int = 2) -> np.ndarray:
    """Rows that bytes hold exactly: the last number is 127, the others tell which row it is."""
    rows = np.full((count, dim), 127.0, dtype=np.float32)
    rows[:, :-1] = np.arange(first, first + count).reshape(-1, 1)
    return rows


def _all_rows(matrix: VectorMatrix) -> np.ndarray:
    return np.rint(matrix.quantised(slice(None)).float32())


def _passages(*counts: int, first: int = 0, dim: int = 2) -> list[np.ndarray]:
    """Passages of so many rows each, their numbers going on from row ``first``."""
    return np.split(_rows(sum(counts), first, dim), np.cumsum(counts)[:-1])


@pytest.fixture
def store(tmp_path: Path) -> VectorStore:
    """Seven rows of four passages, in two appends."""
    made = VectorStore(tmp_path)
    made.append(_passages(1, 3))
    made.append(_passages(1, 2, first=4))
    return made


def test_an_unwritten_store_is_empty_and_leaves_no_trace(tmp_path: Path) -> None:
    matrix = VectorStore(tmp_path / "never").load()
    assert (matrix.dim, len(matrix.slots), matrix.codes.shape) == (0, 0, (0, 0))
    assert matrix.places_of(np.array([0, 5])).tolist() == [-1, -1]
    assert not (tmp_path / "never").exists()


def test_appended_rows_come_back_by_passage_under_growing_slots(store: VectorStore) -> None:
    matrix = store.load()
    assert matrix.slots.tolist() == [0, 1, 2, 3]
    assert matrix.starts.tolist() == [0, 1, 4, 5]
    assert matrix.counts.tolist() == [1, 3, 1, 2]
    assert np.array_equal(_all_rows(matrix), _rows(7))
    assert matrix.places_of(np.array([3, 0, 9, -1])).tolist() == [3, 0, -1, -1]


def test_slots_begin_where_the_caller_says(store: VectorStore) -> None:
    assert store.append(_passages(2), lowest_slot=50).tolist() == [50]
    assert store.append(_passages(1, 1), lowest_slot=7).tolist() == [51, 52]


def test_compacting_keeps_all_rows_of_live_slots(store: VectorStore) -> None:
    store.compact(np.array([1, 3]))
    matrix = store.load()
    assert matrix.slots.tolist() == [1, 3]
    assert matrix.counts.tolist() == [3, 2]
    assert np.array_equal(_all_rows(matrix), _rows(7)[[1, 2, 3, 5, 6]])
    assert store.append(_passages(1)).tolist() == [4]


def test_compacting_copies_the_rows_a_part_at_a_time(
    store: VectorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_COPIED_ROWS", 2)
    store.compact(np.array([0, 1, 2]))
    assert np.array_equal(_all_rows(store.load()), _rows(5))


def test_compacting_removes_the_old_files(store: VectorStore, tmp_path: Path) -> None:
    store.compact(np.array([1]))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "vectors-1.i8",
        "vectors-1.scales",
        "vectors-1.slots",
        MANIFEST,
    ]


def test_a_matrix_in_use_survives_what_others_write(store: VectorStore) -> None:
    matrix = store.load()
    store.append(_passages(2))
    store.compact(np.array([0]))
    store.clear()
    assert np.array_equal(_all_rows(matrix), _rows(7))


def test_bytes_of_an_interrupted_append_are_ignored_then_overwritten(
    store: VectorStore, tmp_path: Path
) -> None:
    for name in ("vectors-0.i8", "vectors-0.scales", "vectors-0.slots"):
        with (tmp_path / name).open("ab") as file:
            file.write(b"torn append" * 9)
    assert np.array_equal(_all_rows(store.load()), _rows(7))
    store.append(_passages(2, first=7))
    assert np.array_equal(_all_rows(store.load()), _rows(9))
    assert store.load().counts.tolist() == [1, 3, 1, 2, 2]
    sizes = {path.suffix: path.stat().st_size for path in tmp_path.glob("vectors-0.*")}
    assert sizes == {".i8": 9 * 2, ".scales": 9 * 4, ".slots": 5 * 12}


def test_files_of_an_interrupted_compaction_are_overwritten(
    store: VectorStore, tmp_path: Path
) -> None:
    for name in ("vectors-1.i8", "vectors-1.scales", "vectors-1.slots"):
        (tmp_path / name).write_bytes(b"x" * 999)
    assert len(store.load().slots) == 4
    store.compact(np.array([2]))
    assert np.array_equal(_all_rows(store.load()), _rows(7)[[4]])


def test_rows_of_another_length_are_refused(store: VectorStore) -> None:
    with pytest.raises(StorageError, match="ont 2 dimensions et le modèle en donne 3"):
        store.append(_passages(1, dim=3))
    assert len(store.load().slots) == 4


def test_clearing_forgets_the_length_but_not_the_slots(store: VectorStore) -> None:
    store.clear()
    assert len(store.load().slots) == 0
    assert store.append(_passages(1, dim=3)).tolist() == [4]


def _lose_rows(folder: Path) -> None:
    (folder / "vectors-0.i8").unlink()


def _shorten_rows(folder: Path) -> None:
    (folder / "vectors-0.i8").write_bytes(b"1234")


def _shorten_scales(folder: Path) -> None:
    (folder / "vectors-0.scales").write_bytes(b"1234")


def _shorten_slots(folder: Path) -> None:
    (folder / "vectors-0.slots").write_bytes(b"12345678ABCD")


def _garble_scales(folder: Path) -> None:
    (folder / "vectors-0.scales").write_bytes(b"\xff" * 7 * 4)


def _garble_slots(folder: Path) -> None:
    """As many rows as there are, of slots in disorder."""
    path = folder / "vectors-0.slots"
    stored = path.read_bytes()
    path.write_bytes(stored[24:] + stored[:24])


def _garble_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"\x00\x01{")


def _empty_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_bytes(b"")


def _list_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text("[1, 2]")


def _older_manifest(folder: Path) -> None:
    _change_format(folder, 1)


def _newer_manifest(folder: Path) -> None:
    _change_format(folder, 99)


def _change_format(folder: Path, format: int) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, "format": format}))


@pytest.mark.parametrize(
    "damage",
    [
        _lose_rows,
        _shorten_rows,
        _shorten_scales,
        _shorten_slots,
        _garble_scales,
        _garble_slots,
        _garble_manifest,
        _empty_manifest,
        _list_manifest,
        _older_manifest,
        _newer_manifest,
    ],
)
def test_damage_is_told_and_clearing_mends_it(store: VectorStore, tmp_path: Path, damage) -> None:
    damage(tmp_path)
    with pytest.raises(StorageError, match="abîmé ou illisible : lancez « kb reindex »"):
        store.load()
    store.clear()
    assert len(store.load().slots) == 0
    store.append(_passages(1, dim=4))
    assert np.array_equal(_all_rows(store.load()), _rows(1, dim=4))


def test_a_lost_manifest_means_no_vectors(store: VectorStore, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).unlink()
    assert len(store.load().slots) == 0


def test_who_reads_goes_on_where_the_manifest_was_lost_and_others_write(
    store: VectorStore, tmp_path: Path
) -> None:
    """Its mapped files are not written over: this would kill it."""
    before = store.load()
    (tmp_path / MANIFEST).unlink()
    store.append(_passages(1), lowest_slot=4)
    assert np.array_equal(_all_rows(before), _rows(7))
    assert np.array_equal(_all_rows(store.load()), _rows(1))
    assert sorted(path.suffix for path in tmp_path.glob("vectors-*.*")) == [
        ".i8",
        ".scales",
        ".slots",
    ]


some_counts = st.lists(st.integers(1, 4), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(
    # Append passages of so many rows, or keep these slots.
    st.lists(st.one_of(some_counts, st.sets(st.integers(0, 20))), max_size=8)
)
def test_any_history_of_appends_and_compactions_keeps_the_right_rows(
    tmp_path_factory: pytest.TempPathFactory, history: list[list[int] | set[int]]
) -> None:
    store = VectorStore(tmp_path_factory.mktemp("vectors"))
    expected: dict[int, list[float]] = {}
    stored = 0
    for step in history:
        if isinstance(step, list):
            passages = _passages(*step, first=stored)
            stored += sum(step)
            slots = store.append(passages)
            assert not set(slots.tolist()) & set(expected)
            rows = [passage[:, 0].tolist() for passage in passages]
            expected |= dict(zip(slots.tolist(), rows, strict=True))
        else:
            store.compact(np.array(sorted(step), dtype=np.int64))
            expected = {slot: rows for slot, rows in expected.items() if slot in step}
        assert _held(store.load()) == expected


def _held(matrix: VectorMatrix) -> dict[int, list[float]]:
    rows = matrix.vectors(np.arange(len(matrix.slots)))
    return {
        slot: np.rint(each[:, 0]).tolist()
        for slot, each in zip(matrix.slots.tolist(), rows, strict=True)
    }


def _store_of_floats(folder: Path, rows: np.ndarray, row_slots: list[int]) -> None:
    """The files as format 2 had them."""
    manifest = {"format": 2, "dim": rows.shape[1], "count": len(rows), "epoch": 3, "next_slot": 9}
    (folder / MANIFEST).write_text(json.dumps(manifest))
    (folder / "vectors-3.f32").write_bytes(rows.astype("<f4").tobytes())
    (folder / "vectors-3.slots").write_bytes(np.array(row_slots, dtype="<i8").tobytes())


def test_rows_of_the_former_format_are_read(tmp_path: Path) -> None:
    _store_of_floats(tmp_path, _rows(5), [2, 2, 2, 7, 8])
    matrix = VectorStore(tmp_path).load()
    assert matrix.slots.tolist() == [2, 7, 8]
    assert matrix.counts.tolist() == [3, 1, 1]
    assert np.array_equal(_all_rows(matrix), _rows(5))
    assert (tmp_path / "vectors-3.f32").exists()


def test_the_first_append_rewrites_the_former_format(tmp_path: Path) -> None:
    _store_of_floats(tmp_path, _rows(5), [2, 2, 2, 7, 8])
    store = VectorStore(tmp_path)
    assert store.append(_passages(2, first=5)).tolist() == [9]
    assert store.load().slots.tolist() == [2, 7, 8, 9]
    assert np.array_equal(_all_rows(store.load()), _rows(7))
    assert json.loads((tmp_path / MANIFEST).read_text())["format"] == 3
    assert not (tmp_path / "vectors-3.f32").exists()


def test_a_compaction_rewrites_the_former_format(tmp_path: Path) -> None:
    _store_of_floats(tmp_path, _rows(5), [2, 2, 2, 7, 8])
    store = VectorStore(tmp_path)
    store.compact(np.array([2, 8]))
    assert store.load().slots.tolist() == [2, 8]
    assert np.array_equal(_all_rows(store.load()), _rows(5)[[0, 1, 2, 4]])


def test_shortened_files_of_the_former_format_are_told(tmp_path: Path) -> None:
    _store_of_floats(tmp_path, _rows(5), [2, 2])
    with pytest.raises(StorageError, match="abîmé ou illisible"):
        VectorStore(tmp_path).load()
