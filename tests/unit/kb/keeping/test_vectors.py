"""The vectors of a backup: rounded as an engine rounds them, found by key, whatever is asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.vectors.quantised import quantise
from kb.keeping.vectors import (
    KeptVectors,
    former_vectors,
    kept_vectors,
    rounded,
    write_vectors,
)
from kb.ports import Vectors


def directions(seed: int, rows: int, dim: int = 12) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(rows, dim))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


HELD = {3: directions(1, 4), 5: directions(2, 1), 40: directions(3, 2), 41: directions(4, 7)}


def known(keys: object) -> dict[int, Vectors]:
    return {key: HELD[key] for key in keys if key in HELD}  # type: ignore[attr-defined]


def back(rows: Vectors) -> Vectors:
    numbers, scales = rounded(rows)
    return numbers.astype(np.float32) * scales[:, np.newaxis]


def test_each_passage_gets_its_rows_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.keeping.vectors.WRITE_BATCH", 2)
    assert write_vectors(tmp_path / "v", [41, 3, 5, 40, 77], known) == 1
    kept = KeptVectors(tmp_path / "v").known([40, 4, 3, 77, 41, 5])
    assert set(kept) == set(HELD)
    for key, rows in HELD.items():
        assert kept[key].dtype == np.float32
        assert np.array_equal(kept[key], back(rows))
        assert np.abs(kept[key] - rows).max() <= np.abs(rows).max() / 254 + 1e-7


def test_keys_may_have_moved_since(tmp_path: Path) -> None:
    write_vectors(tmp_path / "v", HELD, known)
    kept = KeptVectors(tmp_path / "v", moved=100).known([3, 103, 141])
    assert set(kept) == {103, 141}
    assert np.array_equal(kept[103], back(HELD[3]))


def test_nothing_is_kept_of_an_empty_base(tmp_path: Path) -> None:
    assert write_vectors(tmp_path / "v", [], known) == 0
    assert KeptVectors(tmp_path / "v").known([1]) == {}
    assert kept_vectors(tmp_path / "rien") is None


def test_any_program_reads_the_files(tmp_path: Path) -> None:
    write_vectors(tmp_path / "v", HELD, known)
    arrays = {path.stem: np.load(path, allow_pickle=False) for path in (tmp_path / "v").iterdir()}
    assert arrays["keys"].tolist() == [3, 5, 40, 41]
    assert arrays["counts"].tolist() == [4, 1, 2, 7]
    assert (arrays["rows"].shape, arrays["rows"].dtype) == ((14, 12), np.int8)
    assert arrays["scales"].shape == (14,)


@pytest.mark.parametrize("dim", [3, 384, 768])
def test_an_engine_holds_the_same_bytes_again(dim: int) -> None:
    rows = np.vstack([directions(7, 500, dim), np.zeros((1, dim), np.float32)])
    first = quantise(rows)
    held = first.codes.astype(np.float32) * first.scales[:, np.newaxis]
    again = quantise(back(held))
    assert np.array_equal(first.codes, again.codes)
    assert np.array_equal(first.scales, again.scales)


def test_numbers_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        rounded(np.array([[np.inf, 1.0]], np.float32))


def test_a_catalogue_that_held_its_vectors_gives_those_of_its_model(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE meta (name, value)")
        connection.execute("INSERT INTO meta VALUES ('fingerprint', 'f')")
        connection.execute("CREATE TABLE vectors (key, fingerprint, rows, vectors)")
        for key, rows in HELD.items():
            for name, values in (("f", rows), ("other", rows[:, ::-1])):
                stored = values.astype("<f4").tobytes()
                connection.execute(
                    "INSERT INTO vectors VALUES (?, ?, ?, ?)", (key, name, len(rows), stored)
                )
        connection.commit()
    former_vectors(path, tmp_path / "v")
    kept = KeptVectors(tmp_path / "v").known(list(HELD))
    assert all(np.array_equal(kept[key], back(rows)) for key, rows in HELD.items())


def test_a_catalogue_without_vectors_gives_none(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE vectors (key, fingerprint, vector)")
        connection.commit()
    former_vectors(path, tmp_path / "v")
    assert not (tmp_path / "v").exists()
