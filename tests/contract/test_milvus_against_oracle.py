"""Whatever is written and deleted, Milvus too finds what going through everything finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.model import Filter, QueryTerm
from tests.contract import test_engine_against_oracle as common
from tests.contract.engines import open_engine
from tests.contract.oracle import OracleEngine


@settings(
    max_examples=8, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    common.some_steps,
    common.some_queries,
    st.sampled_from(common.DIRECTIONS),
    common.some_facets,
    st.integers(1, 14),
)
def test_milvus_finds_what_the_oracle_finds(
    steps: list[list[object] | set[int]],
    query: list[QueryTerm],
    direction: tuple[int, int, int],
    restriction: Filter,
    k: int,
) -> None:
    engine, oracle = open_engine("milvus", Path()), OracleEngine()
    vector = np.array(direction, dtype=np.float32)
    for step in steps:
        common._apply(engine, step)
        common._apply(oracle, step)
        view = engine.view()
        for chosen in (None, restriction):
            common._same(view.lexical(query, k, chosen), oracle.lexical(query, k, chosen))
            common._same(view.nearest(vector, k, chosen), oracle.nearest(vector, k, chosen))
        assert view.keys() == oracle.keys()
        assert view.count() == oracle.count()
        assert view.document_frequencies(common.TERMS) == oracle.document_frequencies(common.TERMS)
        for word in ("toits", "jardim", "vlo"):
            assert view.suggest(word) == oracle.suggest(word)
    engine.close()
