"""Passages of several sentences: one row each beside that of the whole, kept and made again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import WhooshEngine
from index.whoosh.snapshot import Snapshot
from kb.catalog import Catalog
from kb.library import Library, filling
from kb.library.base import Parts
from kb.model import EngineHit, Filter, Mode
from kb.ports import Vectors
from tests.unit.kb.library.test_models import HashingEmbedder, HashingSource

BROCHURE = """\
# Grandir | Granit Logis | Rennes | 35 | 2021
## Le besoin
La ferme accueille des apiculteurs. Ses ruches donnent du miel. Le marché paysan est loin.
Les bergers logent en refuge.
"""
SHAPES = [(4, 64), (1, 64)]
"""Those of the vectors of each passage: the whole and three sentences; a single sentence."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where the base lies."""
    return tmp_path / "home"


@pytest.fixture
def filled(parts: Parts, tmp_path: Path) -> Iterator[Library]:
    """A base of two passages."""
    (tmp_path / "b.txt").write_text(BROCHURE, encoding="utf-8")
    with Library(replace(parts, embedders=HashingSource(64))) as library:
        library.ingest([tmp_path / "b.txt"])
        yield library


def _again(parts: Parts, home: Path, dim: int = 64) -> Library:
    """The same base, opened as another process would."""
    catalog = Catalog(home / "catalogue.sqlite")
    return Library(replace(parts, catalog=catalog, embedders=HashingSource(dim)))


def _kept(home: Path) -> list[Vectors]:
    """The vectors of each passage that the base keeps."""
    with closing(Catalog(home / "catalogue.sqlite")) as catalog:
        engine = WhooshEngine(home / "engines" / catalog.state().engine)
        with closing(engine):
            found = engine.vectors(catalog.live_keys())
            return [rows for _, rows in sorted(found.items())]


def _hits(library: Library) -> list[tuple[str, float]]:
    hits = library.search("les ruches donnent du miel", mode=Mode.SEMANTIC, expand=False).hits
    return [(hit.passage.id, hit.score) for hit in hits]


def _same(left: list[Vectors], right: list[Vectors]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(left, right, strict=True))


def test_the_base_keeps_a_row_for_the_passage_and_for_each_sentence(
    filled: Library, home: Path
) -> None:
    assert [rows.shape for rows in _kept(home)] == SHAPES


def test_reindexing_keeps_all_rows_of_the_new_model(
    filled: Library, parts: Parts, home: Path
) -> None:
    with _again(parts, home, dim=96) as library:
        assert library.reindex() == 2
    assert [rows.shape for rows in _kept(home)] == [(4, 96), (1, 96)]


def test_vectors_that_a_damaged_engine_has_lost_are_made_again(
    filled: Library, parts: Parts, home: Path
) -> None:
    hits, kept = _hits(filled), _kept(home)
    filled.close()
    for path in home.glob("engines/*/vectors/*"):
        path.unlink()
    with _again(parts, home) as library:
        assert [finding.ok for finding in library.doctor()] == [True] * 5
        assert _hits(library) == hits
    assert _same(_kept(home), kept)


def _asked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that the model is given when the engine is built anew."""
    asked: list[str] = []
    embed = HashingEmbedder.embed_passages

    def noted(self: HashingEmbedder, texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return embed(self, texts)

    with monkeypatch.context() as patch:
        patch.setattr(HashingEmbedder, "embed_passages", noted)
        assert library.reindex() == 2
    return asked


def test_an_engine_built_anew_with_the_same_model_takes_its_vectors_over(
    filled: Library, parts: Parts, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hits, kept = _hits(filled), _kept(home)
    filled.close()
    monkeypatch.setattr(filling, "_SAMPLE", 1)
    with _again(parts, home) as library:
        # A sample alone, to see that they are still the same.
        assert len(_asked_for(library, monkeypatch)) == 4
        assert _hits(library) == hits
    assert _same(_kept(home), kept)


def test_what_is_embedded_of_a_passage_may_change(
    filled: Library, parts: Parts, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.close()
    monkeypatch.setattr(filling, "_SAMPLE", 1)
    alone = replace(parts, texts_of=lambda passage, project: [passage.text])
    with _again(alone, home) as library:
        assert len(_asked_for(library, monkeypatch)) == 1 + 2
    assert [rows.shape for rows in _kept(home)] == [(1, 64), (1, 64)]


def test_similar_passages_are_those_near_the_passage_as_a_whole(
    filled: Library, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Vectors] = []
    really_nearest = Snapshot.nearest

    def nearest(
        view: Snapshot, vector: Vectors, k: int, filter: Filter | None = None
    ) -> list[EngineHit]:
        asked.append(vector)
        return really_nearest(view, vector, k, filter)

    monkeypatch.setattr(Snapshot, "nearest", nearest)
    first = next(filled.passages()).passage
    [other] = filled.similar(first.id)
    assert other.passage.text == "Les bergers logent en refuge."
    assert _same(asked, [_kept(home)[0][0]])
