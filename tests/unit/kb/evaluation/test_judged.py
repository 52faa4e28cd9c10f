"""Sets of judged queries, and samples of them."""

from __future__ import annotations

from kb.evaluation.judged import JudgedQuery, JudgedSet

QUERIES = tuple(
    JudgedQuery(str(number), "", f"q{number}", {"p": 1}, answerable=bool(number))
    for number in range(20)
)
JUDGED = JudgedSet("essai", QUERIES)


def test_answerable_queries_keep_their_order() -> None:
    assert JUDGED.answerable == QUERIES[1:]


def test_a_sample_keeps_the_order_and_is_the_same_every_time() -> None:
    drawn = JUDGED.sample(5, seed=1).queries
    assert len({one.id for one in drawn}) == 5
    assert list(drawn) == sorted(drawn, key=lambda one: int(one.id))
    assert JUDGED.sample(5, seed=1).queries == drawn
    assert JUDGED.sample(5, seed=2).queries != drawn


def test_a_sample_of_all_is_the_set() -> None:
    assert JUDGED.sample(20, seed=1) is JUDGED
