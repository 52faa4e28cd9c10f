"""Whatever is written and deleted, an engine finds what going through everything finds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.whoosh_engine import WhooshEngine
from kb.model import EngineHit, Filter, IndexedPassage, QueryTerm
from kb.ports import Engine
from tests.contract.oracle import OracleEngine
from tests.contract.passages import vectors

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
    terms=st.lists(st.sampled_from(TERMS), max_size=12).map(tuple),
    words=st.lists(st.sampled_from(WORDS), max_size=4, unique=True).map(tuple),
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
    assert [hit.score for hit in found] == pytest.approx([h.score for h in expected], abs=2e-6)


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
        engine, oracle = WhooshEngine(Path(folder)), OracleEngine()
        for step in steps:
            _apply(engine, step)
            _apply(oracle, step)
            vector = np.array(direction, dtype=np.float32)
            for chosen in (None, restriction):
                _same(engine.lexical(query, k, chosen), oracle.lexical(query, k, chosen))
                _same(engine.nearest(vector, k, chosen), oracle.nearest(vector, k, chosen))
            assert engine.keys() == oracle.keys()
            assert engine.count() == oracle.count()
            assert engine.document_frequencies(TERMS) == oracle.document_frequencies(TERMS)
            for word in (*WORDS, "jardim", "vlo"):
                assert engine.suggest(word) == oracle.suggest(word)
        engine.close()
