"""What only this engine does: its commits, its scores, damage, and repair."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from index.vectors.store import VectorStore
from kb.model import Filter, IndexedPassage, QueryTerm
from tests.contract.passages import ahead, alike, keys_of, passage, terms

pytest.importorskip("tantivy", reason="needs pip install passages[tantivy]")

from index.tantivy.engine import TantivyEngine
from index.tantivy.files import TantivyFiles
from index.tantivy.reader import TantivyReader


@pytest.fixture
def engine(tmp_path: Path) -> TantivyEngine:
    """Three passages in two segments."""
    made = TantivyEngine(tmp_path, lock_timeout=1.0)
    made.write([passage(1, "toit"), passage(2, "mur")], alike(2))
    made.write([passage(3, "toit mur")], alike(1))
    return made


def _contents(folder: Path) -> Path:
    return folder / "terms" / "meta.json"


def _segments(folder: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(_contents(folder).read_text())["segments"]
    return found


def test_segments_stay_few(tmp_path: Path) -> None:
    engine, most = TantivyEngine(tmp_path), 0
    for key in range(20):
        engine.write([passage(key, "toit")], alike(1))
        most = max(most, len(_segments(tmp_path)))
    assert most == 7
    assert keys_of(engine.lexical(terms("toit"), 30)) == list(range(20))


def test_a_writer_reads_no_passage_again_that_it_knows(
    engine: TantivyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(reader: TantivyReader) -> None:
        raise AssertionError("all passages were read")

    monkeypatch.setattr(TantivyReader, "_read_columns", unwanted)
    engine.write([passage(4, "toit"), passage(1, "jardin")], alike(2))
    engine.delete([2])
    assert engine.keys() == {1, 3, 4}
    assert keys_of(engine.nearest(ahead(), 9)) == [1, 3, 4]
    assert keys_of(engine.lexical(terms("toit jardin"), 9)) == [1, 4, 3]


def test_what_a_writer_knows_is_what_another_reads(engine: TantivyEngine, tmp_path: Path) -> None:
    for key in range(4, 30):
        engine.write([passage(key, "toit"), passage(key // 2, "mur")], alike(2))
        engine.delete([key // 3])
    other = TantivyEngine(tmp_path)
    assert other.keys() == engine.keys()
    assert other.nearest(ahead(), 50) == engine.nearest(ahead(), 50)


def test_terms_of_dropped_passages_weigh_nothing(tmp_path: Path) -> None:
    """Tantivy counts them until their segment is merged."""
    engine, fresh = TantivyEngine(tmp_path / "grown"), TantivyEngine(tmp_path / "fresh")
    texts = ["toit mur", "toit jardin", "velo mur", "velo jardin", "toit velo", "mur jardin"]
    written = [passage(key, text) for key, text in enumerate(texts)]
    engine.write([*written, *(passage(key, "toit mur") for key in range(10, 15))], alike(11))
    engine.delete(range(10, 15))
    fresh.write(written, alike(6))
    assert _segments(tmp_path / "grown")[0]["deletes"] is not None
    asked = [QueryTerm("s:toit", 1.0), QueryTerm("s:velo", 0.5)]
    # Of one length all of them, so that the mean length is the same too.
    expected = fresh.lexical(asked, 9)
    found = engine.lexical(asked, 9)
    assert keys_of(found) == keys_of(expected)
    assert [hit.score for hit in found] == pytest.approx([h.score for h in expected], rel=1e-5)


def test_scores_of_long_passages_are_near_those_of_exact_lengths(tmp_path: Path) -> None:
    lengths = (30, 41, 59, 97, 133, 250)
    written = [passage(n, "toit " + "mur " * (length - 1)) for n, length in enumerate(lengths)]
    engine = TantivyEngine(tmp_path)
    engine.write(written, alike(len(lengths)))
    rarity, mean = np.log1p(0.5 / 6.5), np.mean(lengths)
    exact = [rarity * 2.2 / (1 + 1.2 * (0.25 + 0.75 * length / mean)) for length in lengths]
    found = engine.lexical(terms("toit"), 9)
    assert keys_of(found) == list(range(6))
    assert [hit.score for hit in found] == pytest.approx(exact, rel=0.05)


def test_ties_beyond_what_was_asked_for_are_settled_by_key(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    for start in (300, 200, 100, 0):  # later segments hold lower keys
        engine.write([passage(start + n, "toit") for n in range(100)], alike(100))
    assert keys_of(engine.lexical(terms("toit"), 5)) == [0, 1, 2, 3, 4]
    assert keys_of(engine.lexical(terms("toit"), 350)) == list(range(350))


def test_a_facet_of_one_field_is_none_of_another(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([passage(1, "toit", year="2020"), passage(2, "toit", heading="2020")], alike(2))
    assert keys_of(engine.lexical(terms("toit"), 9, Filter(year=("2020",)))) == [1]
    assert keys_of(engine.nearest(ahead(), 9, Filter(heading=("2020",)))) == [2]


def test_very_long_values_are_kept_whole(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    term, value = "s:" + "a" * 5000, "b" * 5000
    engine.write([IndexedPassage(1, term, "", Filter(heading=(value,)))], alike(1))
    assert keys_of(engine.lexical([QueryTerm(term, 1.0)], 5, Filter(heading=(value,)))) == [1]


def test_a_commit_that_moves_rows_while_they_are_loaded_is_seen_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, reader = TantivyEngine(tmp_path), TantivyEngine(tmp_path)
    writer.write([passage(key, "toit") for key in range(10)], alike(10))
    really_load = VectorStore.load

    def load_late(store: VectorStore) -> object:
        monkeypatch.setattr(VectorStore, "load", really_load)
        writer.delete(range(6))
        writer.write([passage(20, "mur")], alike(1))
        return really_load(store)

    monkeypatch.setattr(VectorStore, "load", load_late)
    assert reader.keys() == {6, 7, 8, 9, 20}


def test_dead_vectors_are_cleared_away_while_nobody_waits(
    tmp_path: Path,
) -> None:
    engine = TantivyEngine(tmp_path)
    engine.write([passage(key, "toit") for key in range(10)], alike(10))
    engine.delete(range(6))
    before = engine.view().dead_share()
    engine.tidy(stop=lambda: True)
    assert engine.view().dead_share() == before
    engine.tidy()
    assert (before, engine.view().dead_share()) == (0.6, 0.0)
    assert keys_of(engine.nearest(ahead(), 10)) == [6, 7, 8, 9]


def test_files_opened_for_old_commits_are_closed(engine: TantivyEngine, tmp_path: Path) -> None:
    opened = Path("/proc/self/fd")
    if not opened.is_dir():
        pytest.skip("this system does not list the files that a process holds open")
    engine.lexical(terms("toit"), 5)
    before = len(os.listdir(opened))
    for _ in range(20):
        engine.write([passage(1, "toit")], alike(1))
        engine.lexical(terms("toit"), 5)
    assert len(os.listdir(opened)) <= before + 8


def test_a_lock_of_tantivy_that_another_process_left_does_not_block(
    engine: TantivyEngine, tmp_path: Path
) -> None:
    (tmp_path / "terms" / ".tantivy-writer.lock").touch()
    TantivyEngine(tmp_path, lock_timeout=0.0).write([passage(4, "toit")], alike(1))
    assert engine.keys() == {1, 2, 3, 4}


def test_an_index_that_was_never_written_has_no_reader(tmp_path: Path) -> None:
    assert TantivyFiles(tmp_path / "never", 0.0).open() is None
