"""Whoosh itself opens what the engine writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from whoosh.index import FileIndex, open_dir
from whoosh.query import And, Every, Prefix, Term

from index.whoosh.engine import WhooshEngine
from tests.contract.passages import alike, keys_of, passage, terms


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    """Five passages in two segments, and one more that is deleted."""
    made = WhooshEngine(tmp_path)
    made.write([passage(1, "toit toit mur", year="2020"), passage(2, "mur")], alike(2))
    others = [passage(3, "toit"), passage(5, "jardin"), passage(6, "jardin")]
    made.write([passage(4, "toit velo été", year="2020"), *others], alike(4))
    made.delete([3])
    return made


@pytest.fixture
def index(engine: WhooshEngine, tmp_path: Path) -> FileIndex:
    """The same folder, as any program that uses Whoosh opens it."""
    return open_dir(tmp_path / "lexical", indexname="passages")


def _keys(index: FileIndex, query: object) -> list[int]:
    with index.searcher() as searcher:
        return [hit["key"] for hit in searcher.search(query, limit=None)]


def test_its_searcher_finds_and_ranks_the_same(index: FileIndex, engine: WhooshEngine) -> None:
    assert _keys(index, Term("terms", "s:toit")) == [1, 4]
    assert keys_of(engine.lexical(terms("toit"), 5)) == [1, 4]
    assert _keys(index, Term("terms", "s:été")) == [4]
    assert _keys(index, Term("terms", "s:absent")) == []


def test_its_queries_combine_fields(index: FileIndex) -> None:
    assert _keys(index, And([Term("terms", "s:mur"), Term("facet_year", "2020")])) == [1]
    assert sorted(_keys(index, Every())) == [1, 2, 4, 5, 6]
    assert _keys(index, Prefix("words", "vel")) == [4]


def test_its_reader_tells_terms_and_frequencies(index: FileIndex) -> None:
    with index.reader() as reader:
        assert list(reader.lexicon("terms")) == [
            one.encode() for one in ("s:jardin", "s:mur", "s:toit", "s:velo", "s:été")
        ]
        assert reader.doc_frequency("terms", "s:mur") == 2
        assert reader.frequency("terms", "s:toit") == 4  # As ever, those deleted count.
        assert (reader.doc_count(), reader.doc_count_all()) == (5, 6)
        assert reader.field_length("terms") == 10
        assert reader.max_field_length("terms") == 3
