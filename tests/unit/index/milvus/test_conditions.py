"""Filters as expressions that nothing typed can leave."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.milvus.conditions import facet_values, keyed, meeting, visible
from kb.model import Filter


def test_no_filter_adds_nothing() -> None:
    assert (meeting(None), meeting(Filter())) == ("", "")


def test_values_are_alternatives_and_fields_add_up() -> None:
    asked = Filter(commune=("lille", "arras"), year=("2020",), brochure=("guide",))
    assert meeting(asked) == (
        ' and ARRAY_CONTAINS_ANY(commune, ["lille", "arras"])'
        ' and ARRAY_CONTAINS_ANY(year, ["2020"])'
        ' and brochure in ["guide"]'
    )


@given(st.text())
def test_no_value_leaves_its_quotes(value: str) -> None:
    condition = meeting(Filter(organisation=(value,)))
    assert re.fullmatch(r' and ARRAY_CONTAINS_ANY\(organisation, \["[a-z0-9]*"\]\)', condition), (
        condition
    )


def test_the_dead_are_left_out() -> None:
    assert visible(7, ()) == "born <= 7"
    assert visible(7, {12, 3}, "passage") == "born <= 7 and passage not in [3, 12]"
    assert keyed([2, 1], "passage") == "passage in [2, 1]"


def test_each_value_is_kept_once() -> None:
    held = facet_values(Filter(commune=("lille", "arras", "lille"), brochure=("le-guide",)))
    assert held["commune"] == ["lille", "arras"]
    assert held["year"] == []
    assert held["brochure"] == "lezx2dzguide"


def test_a_passage_is_of_one_brochure() -> None:
    with pytest.raises(ValueError, match="several brochures"):
        facet_values(Filter(brochure=("un", "deux")))


def test_the_key_of_a_partition_is_never_empty() -> None:
    assert facet_values(Filter())["brochure"] == "z0"
