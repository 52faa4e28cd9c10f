"""Best first, ties by key, exactly."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.top import best_hits

some_hits = st.dictionaries(st.integers(0, 60), st.sampled_from([0.0, 0.5, 0.25, -1.0, 3.5]))


@given(some_hits, st.integers(-1, 70))
def test_the_cut_gives_what_sorting_everything_gives(scores: dict[int, float], k: int) -> None:
    keys = np.array(list(scores), dtype=np.int64)
    values = np.array(list(scores.values()), dtype=np.float64)
    hits = [(hit.key, hit.score) for hit in best_hits(keys, values, k, decimals=6)]
    everything = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    assert hits == everything[: max(k, 0)]


def test_dust_in_the_last_digits_does_not_decide_a_rank() -> None:
    keys = np.array([9, 4], dtype=np.int64)
    scores = np.array([0.3000000001, 0.3], dtype=np.float64)
    assert [hit.key for hit in best_hits(keys, scores, 2, decimals=6)] == [4, 9]
    assert [hit.key for hit in best_hits(keys, scores, 1, decimals=6)] == [4]
