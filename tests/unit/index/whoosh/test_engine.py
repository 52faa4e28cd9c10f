"""What only this engine does: segments, damage, and repair."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from index.vectors.matrix import VectorMatrix
from index.vectors.store import VectorStore
from index.whoosh import segment
from index.whoosh.engine import WhooshEngine
from index.whoosh.snapshot import Bm25
from kb.errors import StorageError
from kb.model import Filter
from tests.contract.passages import ahead, alike, keys_of, passage, terms


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """Three passages in two segments."""
    made = WhooshEngine(tmp_path, lock_timeout=1.0)
    made.write([passage(1, "toit"), passage(2, "mur")], alike(2))
    made.write([passage(3, "toit mur")], alike(1))
    return made


def _segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("lexical/*.seg"))


def test_segments_stay_few_and_old_ones_are_not_rewritten_each_time(tmp_path: Path) -> None:
    engine, gatherings, most = WhooshEngine(tmp_path), 0, 0
    for key in range(40):
        before = set(_segments(tmp_path))
        engine.write([passage(key, "toit")], alike(1))
        gatherings += bool(before - set(_segments(tmp_path)))
        most = max(most, len(_segments(tmp_path)))
    assert (most, gatherings) == (7, 5)
    assert engine.keys() == set(range(40))


def test_a_large_segment_is_left_alone_by_small_writes(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.write([passage(key, "toit") for key in range(300)], alike(300))
    [large] = _segments(tmp_path)
    for key in range(300, 320):
        engine.write([passage(key, "mur")], alike(1))
    assert large in _segments(tmp_path)
    assert engine.count() == 320


def test_a_segment_with_many_dead_passages_is_rewritten(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.write([passage(key, f"toit mot{key}") for key in range(10)], alike(10))
    [before] = _segments(tmp_path)
    engine.delete([0, 1, 2])
    assert _segments(tmp_path) == [before]
    engine.delete([3])
    assert before not in _segments(tmp_path)
    assert keys_of(engine.lexical(terms("toit"), 10)) == [4, 5, 6, 7, 8, 9]


def test_at_rest_all_small_segments_become_one(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for key in range(6):
        engine.write([passage(key, f"toit mot{key}", year=str(2020 + key % 2))], alike(1))
    engine.delete([2])
    before = _answers(engine)
    assert len(_segments(tmp_path)) == 5
    engine.tidy()
    [only] = _segments(tmp_path)
    assert _answers(engine) == _answers(WhooshEngine(tmp_path)) == before
    engine.tidy()
    assert _segments(tmp_path) == [only]


def _answers(engine: WhooshEngine) -> tuple[object, ...]:
    return (
        engine.lexical(terms("toit mot4"), 9, Filter(year=("2020",))),
        engine.nearest(ahead(), 9),
        engine.suggest("mot2"),
        engine.document_frequencies(["s:toit", "s:mot2", "s:mot3"]),
        engine.keys(),
    )


def test_tidying_stops_when_it_is_told_to(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for key in range(3):
        engine.write([passage(key, "toit")], alike(1))
    engine.tidy(stop=lambda: True)
    assert len(_segments(tmp_path)) == 3


def test_tidying_that_fails_leaves_everything_as_it_was(
    engine: WhooshEngine,
    tmp_path: Path,
    failing_at: Callable[[str], AbstractContextManager[None]],
) -> None:
    for point in ("terms:added", "terms:synced"):
        before = _segments(tmp_path)
        with failing_at(point), pytest.raises(StorageError):
            engine.tidy()
        assert set(before) <= set(_segments(tmp_path))
        assert sorted(keys_of(engine.lexical(terms("toit"), 5))) == [1, 3]
    engine.tidy()
    assert len(_segments(tmp_path)) == 1
    assert sorted(keys_of(engine.lexical(terms("toit"), 5))) == [1, 3]


def test_who_searches_is_not_disturbed_by_tidying(tmp_path: Path) -> None:
    writer, reader = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    for key in range(5):
        writer.write([passage(key, "toit")], alike(1))
    view = reader.view()
    writer.tidy()
    assert sorted(keys_of(view.lexical(terms("toit"), 9))) == [0, 1, 2, 3, 4]
    assert sorted(keys_of(reader.lexical(terms("toit"), 9))) == [0, 1, 2, 3, 4]


def test_a_write_opens_no_segment_but_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    engine.write([passage(key, "toit") for key in range(300)], alike(300))
    engine.write([passage(300, "toit")], alike(1))
    assert engine.count() == 301
    opened: list[str] = []
    really_open = segment.read_arrays

    def record(path: Path) -> dict[str, Any]:
        opened.append(path.name)
        return really_open(path)

    monkeypatch.setattr(segment, "read_arrays", record)
    old = {path.name for path in _segments(tmp_path)}
    engine.write([passage(301, "mur")], alike(1))
    engine.delete([300])
    assert (engine.count(), engine.suggest("toid")) == (301, ["toit"])
    assert len(opened) == 1
    assert not set(opened) & old


def test_deleting_everything_leaves_no_segment(engine: WhooshEngine, tmp_path: Path) -> None:
    engine.delete([1, 2, 3])
    assert _segments(tmp_path) == []
    assert engine.suggest("toi") == []


def test_files_of_writers_that_died_are_removed_by_the_next_write(
    engine: WhooshEngine, tmp_path: Path
) -> None:
    left = ["_passages_9.toc.1700000000.5", "passages_0123456789abcdef.seg", "passages_ab12.trm"]
    for name in left:
        (tmp_path / "lexical" / name).write_bytes(b"half written")
    assert engine.keys() == {1, 2, 3}
    engine.write([passage(4, "toit")], alike(1))
    assert [name for name in left if (tmp_path / "lexical" / name).exists()] == []
    assert engine.keys() == {1, 2, 3, 4}


def test_dead_vectors_are_left_behind_by_a_later_write(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    engine.write([passage(key, "toit") for key in range(10)], alike(10))
    engine.delete(range(6))
    engine.write([passage(20, "mur")], alike(1))
    [rows] = tmp_path.glob("vectors/*.i8")
    assert rows.stat().st_size == (4 + 1) * 3
    assert keys_of(engine.nearest(ahead(), 10)) == [6, 7, 8, 9, 20]


def test_a_reader_keeps_answering_while_rows_move(tmp_path: Path) -> None:
    writer, reader = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    for turn in range(6):
        writer.write([passage(key, f"tour{turn}") for key in range(4)], alike(4))
        assert keys_of(reader.nearest(ahead(), 10)) == [0, 1, 2, 3]
        assert keys_of(reader.lexical(terms(f"tour{turn}"), 10)) == [0, 1, 2, 3]


def test_a_commit_that_moves_rows_while_they_are_loaded_is_seen_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = WhooshEngine(tmp_path), WhooshEngine(tmp_path)
    writer.write([passage(key, "toit") for key in range(10)], alike(10))
    really_load = VectorStore.load

    def load_late(store: VectorStore) -> VectorMatrix:
        monkeypatch.setattr(VectorStore, "load", really_load)
        writer.delete(range(6))
        writer.write([passage(20, "mur")], alike(1))
        return really_load(store)

    monkeypatch.setattr(VectorStore, "load", load_late)
    assert reader.keys() == {6, 7, 8, 9, 20}


def test_threads_read_one_segment_without_mixing_its_terms(tmp_path: Path) -> None:
    """Whoosh's readers share one file position, which threads would move for each other."""
    names = [f"mot{number}" for number in range(40)]
    texts = [" ".join(names[start::3]) for start in (0, 1, 2)] * 200
    WhooshEngine(tmp_path).write([passage(k, t) for k, t in enumerate(texts)], alike(600))
    expected = [list(range(index % 3, 600, 3)) for index in range(40)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # Threads alternate as often as they can.
    try:
        for _ in range(5):
            assert _found_by_threads(WhooshEngine(tmp_path), names) == expected
    finally:
        sys.setswitchinterval(interval)


def _found_by_threads(engine: WhooshEngine, words: list[str]) -> list[list[int]]:
    with ThreadPoolExecutor(max_workers=8) as pool:
        hits = pool.map(lambda word: engine.lexical(terms(word), 1000), words)
        return [sorted(keys_of(each)) for each in hits]


def test_files_opened_for_old_commits_are_closed(engine: WhooshEngine, tmp_path: Path) -> None:
    opened = Path("/proc/self/fd")
    if not opened.is_dir():
        pytest.skip("this system does not list the files that a process holds open")
    engine.lexical(terms("toit"), 5)
    before = len(os.listdir(opened))
    for _ in range(20):
        engine.write([passage(1, "toit")], alike(1))
        engine.lexical(terms("toit"), 5)
    assert len(os.listdir(opened)) <= before + 8


def test_what_is_reported_as_written_was_synced_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut after ``write`` has returned loses nothing."""
    synced: set[tuple[int, int]] = set()
    really_sync = os.fsync

    def record(descriptor: int) -> None:
        state = os.fstat(descriptor)
        synced.add((state.st_ino, state.st_size))
        really_sync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    WhooshEngine(tmp_path).write([passage(1, "toit")], alike(1))
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size]
    assert {path.suffix for path in kept} == {".seg", ".toc", ".i8", ".scales", ".slots", ".json"}
    states = {path.name: path.stat() for path in kept}
    assert [n for n, state in states.items() if (state.st_ino, state.st_size) not in synced] == []


def test_parameters_of_bm25_change_the_order(tmp_path: Path) -> None:
    written = [passage(1, "toit toit " + "autre " * 8), passage(2, "toit")]
    WhooshEngine(tmp_path).write(written, alike(2))
    by_length = WhooshEngine(tmp_path, bm25=Bm25(b=1.0, k1=1.2))
    by_count = WhooshEngine(tmp_path, bm25=Bm25(b=0.0, k1=1.2))
    assert keys_of(by_length.lexical(terms("toit"), 2)) == [2, 1]
    assert keys_of(by_count.lexical(terms("toit"), 2)) == [1, 2]
