"""What is asked under measurement: drawn by a seed, never twice the same."""

from __future__ import annotations

from itertools import islice

import pytest

from kb.model import Filter
from tests.benchmarks.generator import made_brochure
from tests.benchmarks.workload import Workload, brochures_of, changed_brochure


def test_queries_are_the_same_for_a_seed_and_differ_from_each_other() -> None:
    drawn = list(islice(Workload(3).queries(), 200))
    assert drawn == list(islice(Workload(3).queries(), 200))
    assert len(set(drawn)) == 200
    assert drawn != list(islice(Workload(3, seed=2).queries(), 200))


def test_some_queries_are_questions_and_others_a_few_words() -> None:
    drawn = list(islice(Workload(3).queries(), 300))
    questions = [one for one in drawn if one.endswith("?")]
    assert 30 < len(questions) < 100
    assert {len(one.split()) for one in drawn if one not in questions} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("selectivity", "field"), [("10 %", "year"), ("1 %", "departement"), ("0.1 %", "organisation")]
)
def test_a_filter_asks_for_one_value_of_its_field(selectivity: str, field: str) -> None:
    for one in islice(Workload(3).filters(selectivity), 5):
        assert list(one.active()) == [field]
        assert len(one.active()[field]) == 1


def test_all_passages_meet_no_filter() -> None:
    assert next(Workload(3).filters("all")) == Filter()


def test_an_unknown_selectivity_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown selectivity '2 %'"):
        next(Workload(3).filters("2 %"))


def test_a_brochure_changes_whole_or_in_one_paragraph() -> None:
    first = list(made_brochure(2).paragraphs())
    whole = list(changed_brochure(2, 1, whole=True).paragraphs())
    part = list(changed_brochure(2, 1, whole=False).paragraphs())
    assert not set(first) & set(whole)
    assert part == [whole[0], *first[1:]]
    assert changed_brochure(2, 0, whole=True) == made_brochure(2)


@pytest.mark.parametrize(("passages", "count"), [(1, 1), (100, 1), (1_000, 10), (100_000, 1_000)])
def test_brochures_hold_a_hundred_passages(passages: int, count: int) -> None:
    assert brochures_of(passages) == count
