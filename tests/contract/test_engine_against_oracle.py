"""Whatever is written and deleted, an engine finds what going through everything finds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm
from kb.ports import Engine
from tests.contract.engines import open_engine
from tests.contract.oracle import OracleEngine
from tests.contract.passages import COSINE_ERROR, vectors

TERMS = ["s:toit", "w:toits", "c:jardin", "s:l'age", "w:13,5", "s:velo"]
WORDS = ["toit", "toits", "jardin", "jardins", "velo", "velos"]
PLACES = ["lille", "saint-quentin", "la bassee, nord"]
# Far enough apart that rounding cannot reorder them, with some exactly alike.
DIRECTIONS = [(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, -1, 0), (2, 1, 3), (-1, 0, 0)]

some_facets = st.builds(
    Filter,
    commune=st.lists(st.sampled_from(PLACES), max_size=2, unique=True).map(tuple),
    year=st.lists(st.sampled_from(["2018", "2020"]), max_size=1).map(tuple),
)
some_passages = st.builds(
    IndexedPassage,
    key=st.integers(0, 12),
    terms=st.lists(st.sampled_from(TERMS), max_size=12).map(" ".join),
    words=st.lists(st.sampled_from(WORDS), max_size=4, unique=True).map(" ".join),
    facets=some_facets,
)
some_rows = st.lists(st.sampled_from([*DIRECTIONS, (0, 0, 0)]), min_size=1, max_size=4)
some_writes = st.lists(st.tuples(some_passages, some_rows), min_size=1, max_size=6)
some_deletions = st.sets(st.integers(0, 12), max_size=5)
some_steps = st.lists(st.one_of(some_writes, some_deletions), min_size=1, max_size=6)
some_queries = st.lists(
    st.builds(QueryTerm, st.sampled_from([*TERMS, "s:absent"]), st.sampled_from([0.25, 1.0, 2.0])),
    max_size=4,
)


def _apply(engine: Engine, step: list[object] | set[int]) -> None:
    if isinstance(step, set):
        engine.delete(step)
    else:
        written, rows = zip(*step, strict=True)
        engine.write(written, vectors(*rows))


def _same(found: list[EngineHit], expected: list[EngineHit]) -> None:
    assert [hit.key for hit in found] == [hit.key for hit in expected]
    # Tantivy adds in single precision.
    assert [hit.score for hit in found] == pytest.approx(
        [h.score for h in expected], rel=2e-6, abs=2e-6
    )


def _near(found: list[EngineHit], expected: list[EngineHit], k: int) -> None:
    """The ``k`` best of ``expected`` (all, exact), but for what rounding to bytes may move."""
    exact = {hit.key: hit.score for hit in expected}
    assert len(found) == min(k, len(exact))
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.key))
    assert [hit.score for hit in found] == pytest.approx(
        [exact[hit.key] for hit in found], abs=COSINE_ERROR
    )
    if found:
        last = expected[len(found) - 1].score
        assert min(exact[hit.key] for hit in found) >= last - 2 * COSINE_ERROR


def _same_but_terms(engine: Engine, oracle: OracleEngine) -> None:
    """What depends on no score of terms."""
    assert engine.keys() == oracle.keys()
    assert engine.count() == oracle.count()
    assert engine.document_frequencies(TERMS) == oracle.document_frequencies(TERMS)
    for word in (*WORDS, "jardim", "vlo"):
        assert engine.suggest(word) == oracle.suggest(word)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some_steps, some_queries, st.sampled_from(DIRECTIONS), some_facets, st.integers(1, 14))
def test_whoosh_finds_what_the_oracle_finds(
    steps: list[list[object] | set[int]],
    query: list[QueryTerm],
    direction: tuple[int, int, int],
    restriction: Filter,
    k: int,
) -> None:
    with TemporaryDirectory() as folder:
        engine, oracle = open_engine("whoosh", Path(folder)), OracleEngine()
        for step in steps:
            _apply(engine, step)
            _apply(oracle, step)
            vector = np.array(direction, dtype=np.float32)
            for chosen in (None, restriction):
                _same(engine.lexical(query, k, chosen), oracle.lexical(query, k, chosen))
                _near(engine.nearest(vector, k, chosen), oracle.nearest(vector, 99, chosen), k)
            _same_but_terms(engine, oracle)
        engine.close()


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # Each write syncs a dozen files: to look for a smaller example would take minutes.
    phases=[Phase.generate],
)
@given(some_steps, some_queries, st.sampled_from(DIRECTIONS), some_facets, st.integers(1, 14))
def test_tantivy_finds_what_the_oracle_finds(
    steps: list[list[object] | set[int]],
    query: list[QueryTerm],
    direction: tuple[int, int, int],
    restriction: Filter,
    k: int,
) -> None:
    """While dropped passages wait for a merge, the mean length counts them, and so scores do."""
    with TemporaryDirectory() as folder:
        engine, oracle = open_engine("tantivy", Path(folder) / "grown"), OracleEngine()
        vector = np.array(direction, dtype=np.float32)
        for step in steps:
            _apply(engine, step)
            _apply(oracle, step)
        for chosen in (None, restriction):
            found, expected = (each.lexical(query, 99, chosen) for each in (engine, oracle))
            assert {hit.key for hit in found} == {hit.key for hit in expected}
            _near(engine.nearest(vector, k, chosen), oracle.nearest(vector, 99, chosen), k)
        _same_but_terms(engine, oracle)
        fresh = open_engine("tantivy", Path(folder) / "fresh")
        keys = sorted(oracle.keys())
        rows = oracle.vectors(keys)
        fresh.write([oracle.passage(key) for key in keys], [rows[key] for key in keys])
        for chosen in (None, restriction):
            _same(fresh.lexical(query, k, chosen), oracle.lexical(query, k, chosen))
        for each in (engine, fresh):
            each.close()
