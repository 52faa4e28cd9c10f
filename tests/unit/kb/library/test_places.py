"""What every search needs of projects and brochures is read again only where it changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kb.catalog import Catalog
from kb.library.places import Places
from kb.model import Brochure, IngestReport, Project, Reading


def _reading(name: str, title: str = "Un projet") -> Reading:
    brochure = Brochure(name, f"Brochure {name}", 2020, f"{name}.txt", name, "txt", False, 1, "")
    project = Project(f"{name}/projet", name, title)
    return Reading(brochure, (project,), (), (), (), IngestReport(1, 1, 0, 0))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog(tmp_path / "catalogue.sqlite")) as opened:
        yield opened


def _add(catalog: Catalog, reading: Reading) -> None:
    with catalog.transaction() as change:
        change.remove(reading.brochure.id)
        change.add(reading, Path(f"/{reading.brochure.id}.txt"), {})


def test_all_is_there_in_the_order_of_ids(catalog: Catalog) -> None:
    for name in "cab":
        _add(catalog, _reading(name))
    projects, brochures = Places(catalog).read()
    assert list(projects) == ["a/projet", "b/projet", "c/projet"]
    assert list(brochures) == ["a", "b", "c"]
    assert brochures["b"] == _reading("b").brochure


def test_only_what_changed_is_read_again(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abc":
        _add(catalog, _reading(name))
    places = Places(catalog)
    places.read()
    asked: list[str] = []
    read = catalog.projects
    monkeypatch.setattr(catalog, "projects", lambda one="": asked.append(one) or read(one))
    _add(catalog, _reading("b", "Un autre projet"))
    with catalog.transaction() as change:
        change.remove("c")
    projects, brochures = places.read()
    assert asked == ["b"]
    assert {one.id: one.title for one in projects.values()} == {
        "a/projet": "Un projet",
        "b/projet": "Un autre projet",
    }
    assert list(brochures) == ["a", "b"]


def test_many_changes_are_read_together(catalog: Catalog) -> None:
    readings = [_reading(f"b{number:03}") for number in range(60)]
    with catalog.transaction() as change:
        for one in readings:
            change.add(one, Path(f"/{one.brochure.id}.txt"), {})
    projects, brochures = Places(catalog).read()
    assert list(projects.values()) == [project for one in readings for project in one.projects]
    assert list(brochures.values()) == [one.brochure for one in readings]


def test_a_brochure_that_went_and_came_back_is_read_again(catalog: Catalog) -> None:
    places = Places(catalog)
    _add(catalog, _reading("a"))
    assert places.read()[0]["a/projet"].title == "Un projet"
    with catalog.transaction() as change:
        change.remove("a")
    _add(catalog, _reading("a", "Un projet relu"))
    assert places.read()[0]["a/projet"] == replace(
        _reading("a").projects[0], title="Un projet relu"
    )
