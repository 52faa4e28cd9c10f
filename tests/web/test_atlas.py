"""The map's shapes and shades."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.territory import departement_name
from web.atlas import SHADES, drawn, steps


def test_every_departement_is_on_the_map_once_or_enlarged() -> None:
    atlas = drawn({})
    codes = [shape.code for shape in atlas.plain]
    assert len(set(codes)) == 101
    assert sorted(code for code in set(codes) if codes.count(code) > 1) == ["75", "92", "93", "94"]
    assert all(shape.name == departement_name(shape.code) != "" for shape in atlas.plain)
    assert atlas.linked == () and atlas.legend == ()


def test_outlines_are_paths_within_the_drawing() -> None:
    atlas = drawn({})
    for shape in atlas.plain:
        assert re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", shape.path)
        for left, top in re.findall(r"M(\d+) (\d+)l", shape.path):
            assert 0 <= int(left) <= atlas.width and 0 <= int(top) <= atlas.height


def test_each_counted_departement_is_linked_once_in_the_order_of_codes() -> None:
    atlas = drawn({"75": 2, "59": 4, "2A": 1, "974": 1})
    assert [shape.code for shape in atlas.linked] == ["2A", "59", "75", "974"]
    small = [shape for shape in atlas.plain if shape.code == "75"]
    (linked,) = [shape for shape in atlas.linked if shape.code == "75"]
    assert [shape.shade for shape in small] == [linked.shade]


def test_most_projects_are_darkest() -> None:
    shades = {shape.code: shape.shade for shape in drawn({"59": 10, "62": 3, "02": 1}).linked}
    assert shades == {"59": 4, "62": 2, "02": 1}


def test_code_that_is_on_no_map_is_left_to_the_table() -> None:
    assert [shape.code for shape in drawn({"99": 3, "59": 1}).linked] == ["59"]


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, []),
        (1, [(4, 1, 1)]),
        (2, [(1, 1, 1), (4, 2, 2)]),
        (4, [(1, 1, 1), (2, 2, 2), (4, 3, 4)]),
        (16, [(1, 1, 1), (2, 2, 3), (3, 4, 7), (4, 8, 16)]),
    ],
)
def test_steps(most: int, expected: list[tuple[int, int, int]]) -> None:
    assert [(step.shade, step.least, step.most) for step in steps(most)] == expected


@given(st.integers(1, 10_000))
def test_every_count_has_one_shade_and_more_is_never_lighter(most: int) -> None:
    found = steps(most)
    assert [step.least for step in found] == [1, *(step.most + 1 for step in found[:-1])]
    assert found[-1].most == most
    shades = [step.shade for step in found]
    assert shades == sorted(set(shades)) and shades[-1] == SHADES
