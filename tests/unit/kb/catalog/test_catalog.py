"""The catalogue: all or nothing, keys never reused, formats refused politely."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb.catalog import Catalog, EngineState
from kb.catalog.database import Location
from kb.errors import Damaged, NewerFormat
from kb.model import (
    Brochure,
    IngestReport,
    PageText,
    Passage,
    Person,
    Project,
    Reading,
    Section,
)


def _reading(brochure_id: str = "b", text: str = "Un logement.") -> Reading:
    project = Project(
        id=f"{brochure_id}/p",
        brochure_id=brochure_id,
        title="Projet",
        partners=("Solfa",),
        communes=("Lille",),
        departements=("59",),
        year=2018,
        people=(Person("Ada", "Directrice", "Bailleur", "ada@exemple.fr"),),
    )
    section = Section(f"{project.id}/s", project.id, "Présentation", "", 1)
    passage = Passage(
        f"{section.id}/1", section.id, project.id, brochure_id, text, "Présentation", "", 1, 1, "3"
    )
    brochure = Brochure(brochure_id, "Titre", 2020, "b.txt", "0" * 64, "txt", True, 1, "generique")
    report = IngestReport(1, 1, 1, 1, furniture=("LILLE",), warnings=("À revoir.",))
    return Reading(brochure, (project,), (section,), (passage,), (PageText(1, "3", text),), report)


@pytest.fixture
def catalog(place: Location) -> Iterator[Catalog]:
    with closing(Catalog(place)) as opened:
        yield opened


def _add(catalog: Catalog, reading: Reading, path: str = "/b.txt") -> list[int]:
    with catalog.transaction() as change:
        stored = change.add(reading, Path(path), {"logement": 1})
    return [one.key for one in stored]


def test_what_goes_in_comes_out_equal(catalog: Catalog) -> None:
    reading = _reading()
    keys = _add(catalog, reading)
    entry = catalog.brochure("b")
    assert entry is not None
    assert (entry.brochure, entry.report, entry.path) == (
        reading.brochure,
        reading.report,
        "/b.txt",
    )
    assert catalog.projects() == reading.projects
    assert catalog.sections("b/p") == reading.sections
    assert tuple(catalog.passages(keys).values()) == reading.passages
    assert catalog.page_texts("b") == {1: "Un logement."}


def test_failed_change_leaves_everything_as_it_was(catalog: Catalog) -> None:
    _add(catalog, _reading())
    generation = catalog.generation()
    with pytest.raises(RuntimeError), catalog.transaction() as change:
        change.remove("b")
        raise RuntimeError
    assert catalog.generation() == generation
    assert catalog.statistics().passages == 1


def test_every_change_grows_the_generation(catalog: Catalog) -> None:
    before = catalog.generation()
    _add(catalog, _reading())
    assert catalog.generation() == before + 1


def test_removal_takes_everything_below_along(catalog: Catalog) -> None:
    keys = _add(catalog, _reading())
    with catalog.transaction() as change:
        assert change.remove("b") == keys
    assert catalog.statistics().projects == 0
    assert catalog.live_keys() == set()
    assert catalog.page_texts("b") == {}
    assert catalog.vocabulary(100_000) == []


def test_keys_are_never_given_twice(catalog: Catalog) -> None:
    first = _add(catalog, _reading())
    with catalog.transaction() as change:
        change.remove("b")
    assert set(_add(catalog, _reading())).isdisjoint(first)


def test_only_live_keys_are_listed_in_the_order_asked(catalog: Catalog) -> None:
    (first,), (second,) = _add(catalog, _reading("a"), "/a"), _add(catalog, _reading("c"), "/c")
    assert catalog.live_among([second, 999, first]) == [second, first]


def test_the_state_is_that_which_was_set_last(catalog: Catalog) -> None:
    for state in (EngineState("a", "f", "whoosh-1", "1"), EngineState("b", "g", "whoosh-2", "2")):
        with catalog.transaction() as change:
            change.set_state(state)
        assert catalog.state() == state


def test_places_have_the_ids_that_they_came_with(catalog: Catalog) -> None:
    _add(catalog, _reading("a"), "/a")
    _add(catalog, _reading("c"), "/c")
    (stored,) = catalog.passages_of_project("c/p")
    assert (stored.passage.section_id, stored.passage.project_id, stored.passage.brochure_id) == (
        "c/p/s",
        "c/p",
        "c",
    )
    assert catalog.passage("c/p/s/1") == stored
    assert catalog.passages_of_brochure("c") == (stored,)
    assert [one.passage.id for one in catalog.all_passages()] == ["a/p/s/1", "c/p/s/1"]
    assert catalog.sections("a/p") == _reading("a").sections


def test_occurrences_add_up_the_ways_in_which_a_word_is_written(catalog: Catalog) -> None:
    with catalog.transaction() as change:
        change.add(_reading(), Path("/b.txt"), {"Seniors": 5, "seniors": 1, "Amiens": 2})
    assert catalog.occurrences({"seniors", "inconnu"}) == {"seniors": 6}
    assert catalog.occurrences(()) == {}


def test_spelling_is_lower_case_where_it_ever_is(catalog: Catalog) -> None:
    counted = {"Seniors": 5, "seniors": 1, "Amiens": 2}
    with catalog.transaction() as change:
        change.add(_reading(), Path("/b.txt"), counted)
    assert [catalog.spelling(word) for word in ("seniors", "amiens", "inconnu")] == [
        "seniors",
        "Amiens",
        "inconnu",
    ]


def test_base_of_a_later_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    Catalog(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(NewerFormat, match="mettez le logiciel à jour"):
        Catalog(path)
    assert path.read_bytes() == before


def test_file_that_is_no_base_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(Damaged, match="reprenez une sauvegarde par « kb restore FICHIER »"):
        Catalog(path)


def test_sound_file_has_no_problem(catalog: Catalog) -> None:
    assert catalog.integrity_problem() == ""


def test_vocabulary_adds_up_the_spellings_of_all_brochures(catalog: Catalog) -> None:
    counted = [
        {"logement": 2, "Logement": 1, "âgée": 1},
        {"logement": 3},
    ]
    for name, spellings in zip("ab", counted, strict=True):
        with catalog.transaction() as change:
            change.add(_reading(name), Path(f"/{name}.txt"), spellings)
    assert catalog.vocabulary(100_000) == [
        ("agee", "âgée", 1),
        ("logement", "Logement", 1),
        ("logement", "logement", 5),
    ]
    assert [word for word, _, _ in catalog.vocabulary(1)] == ["logement", "logement"]
    with catalog.transaction() as change:
        change.remove("a")
    assert catalog.vocabulary(100_000) == [("logement", "logement", 3)]
