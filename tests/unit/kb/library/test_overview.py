"""How many projects stand under each value."""

from __future__ import annotations

from dataclasses import replace

from kb.library import Library
from kb.library.overview import overview
from kb.model import Brochure, Filter, Project
from kb.results import FacetValue

BROCHURE = Brochure("b", "Recueil", 2021, "b.pdf", "0" * 64, "pdf", True, 9, "generique")
FIRST = Project(
    "b/1", "b", "Aînés", organisation="Zola Habitat", departements=("59", "62"), year=2018
)
SECOND = Project("b/2", "b", "Relogement", organisation="Zola Habitat", departements=("62",))
THIRD = Project("b/3", "b", "Autre", organisation=" ", year=2018)


def counted(values: tuple[FacetValue, ...]) -> list[tuple[str, int]]:
    return [(one.value, one.count) for one in values]


def test_values_are_counted_most_frequent_first() -> None:
    found = overview([FIRST, SECOND, THIRD], {"b": BROCHURE})
    assert found.projects == 3
    assert [(one.value, one.label, one.count) for one in found.counts["departement"]] == [
        ("62", "Pas-de-Calais", 2),
        ("59", "Nord", 1),
    ]
    assert counted(found.counts["organisation"]) == [("Zola Habitat", 2)]
    assert counted(found.counts["theme"]) == [("personnes-agees", 1), ("relogement", 1)]


def test_years_run_from_the_latest_and_fall_back_on_the_brochure() -> None:
    found = overview([FIRST, SECOND, THIRD], {"b": BROCHURE})
    assert counted(found.counts["year"]) == [("2021", 1), ("2018", 2)]


def test_projects_without_a_value_are_counted_apart() -> None:
    found = overview([FIRST, SECOND, THIRD], {"b": replace(BROCHURE, year=None)})
    assert found.without == {"departement": 1, "year": 1, "organisation": 1, "theme": 1}


def test_departement_named_twice_counts_once() -> None:
    twice = replace(FIRST, departements=("59", "59"))
    assert counted(overview([twice], {"b": BROCHURE}).counts["departement"]) == [("59", 1)]


def test_unknown_code_is_its_own_label() -> None:
    odd = replace(FIRST, departements=("99",))
    (value,) = overview([odd], {"b": BROCHURE}).counts["departement"]
    assert (value.value, value.label) == ("99", "99")


def test_empty_base_has_no_value(library: Library) -> None:
    found = library.overview()
    assert found.projects == 0
    assert set(found.counts.values()) == {()}
    assert set(found.without.values()) == {0}


def test_counts_are_those_of_the_list_that_each_value_opens(filled: Library) -> None:
    found = filled.overview()
    assert found.projects == 3
    for name in ("departement", "year", "organisation"):
        for value in found.counts[name]:
            listed = filled.projects(Filter(**{name: (value.value,)}))
            assert len(listed) == value.count
