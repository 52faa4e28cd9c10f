"""The catalogue: all or nothing, keys never reused, formats refused politely."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from kb.catalog import Catalog, EngineState
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
def catalog(tmp_path: Path) -> Catalog:
    return Catalog(tmp_path / "catalogue.sqlite")


def _add(catalog: Catalog, reading: Reading, path: str = "/b.txt") -> list[int]:
    with catalog.transaction() as change:
        stored = change.add(reading, Path(path), Counter({("logement", "logement"): 1}))
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
        change.add_vectors("f", keys, [np.ones((2, 2), np.float32)])
    with catalog.transaction() as change:
        assert change.remove("b") == keys
    assert catalog.statistics().projects == 0
    assert catalog.live_keys() == set()
    assert catalog.vectors("f", keys) == {}
    assert catalog.page_texts("b") == {}
    assert catalog.spelling("logement") == "logement"


def test_keys_are_never_given_twice(catalog: Catalog) -> None:
    first = _add(catalog, _reading())
    with catalog.transaction() as change:
        change.remove("b")
    assert set(_add(catalog, _reading())).isdisjoint(first)


def test_only_live_keys_are_listed_in_the_order_asked(catalog: Catalog) -> None:
    (first,), (second,) = _add(catalog, _reading("a"), "/a"), _add(catalog, _reading("c"), "/c")
    assert catalog.live_among([second, 999, first]) == [second, first]


def test_switching_the_model_drops_the_vectors_of_others(catalog: Catalog) -> None:
    keys = _add(catalog, _reading())
    vectors = [np.array([[0.6, 0.8]], np.float32)]
    with catalog.transaction() as change:
        change.add_vectors("old", keys, vectors)
        change.add_vectors("new", keys, vectors)
        change.set_state(EngineState("model", "new", "engine-2", "1"))
    assert catalog.vectors("old", keys) == {}
    assert catalog.vectors("new", keys)[keys[0]].tolist() == vectors[0].tolist()
    assert catalog.state() == EngineState("model", "new", "engine-2", "1")


def test_each_passage_gets_its_own_rows_back(catalog: Catalog) -> None:
    keys = _add(catalog, _reading("a"), "/a") + _add(catalog, _reading("c"), "/c")
    rows = [np.arange(6, dtype=np.float32).reshape(3, 2), np.full((1, 2), 0.1, np.float32)]
    with catalog.transaction() as change:
        change.add_vectors("f", keys, rows)
    kept = catalog.vectors("f", [*keys, 999])
    assert {key: each.tolist() for key, each in kept.items()} == {
        keys[0]: [[0, 1], [2, 3], [4, 5]],
        keys[1]: rows[1].tolist(),
    }
    assert {each.dtype for each in kept.values()} == {np.dtype(np.float32)}


def test_vectors_of_passages_that_are_gone_are_not_kept(catalog: Catalog) -> None:
    keys = _add(catalog, _reading())
    rows = [np.ones((1, 2), np.float32)] * 2
    with catalog.transaction(derived=True) as change:
        change.add_vectors("f", [999, *keys], rows)
    assert list(catalog.vectors("f", [999, *keys])) == keys


def test_keeping_vectors_alone_does_not_grow_the_generation(catalog: Catalog) -> None:
    keys = _add(catalog, _reading())
    before = catalog.generation()
    with catalog.transaction(derived=True) as change:
        change.add_vectors("f", keys, [np.ones((1, 2), np.float32)])
    assert catalog.generation() == before


FORMAT_1_VECTORS = """
DROP TABLE vectors;
CREATE TABLE vectors (
    key INTEGER NOT NULL REFERENCES passages(key) ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (key, fingerprint)
);
INSERT INTO vectors SELECT key, 'f', x'0000803f00000000' FROM passages;
PRAGMA user_version = 1;
"""


def test_base_of_format_1_opens_without_its_vectors(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalog(path)) as catalog:
        keys = _add(catalog, _reading())
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FORMAT_1_VECTORS)
    for _ in range(2):
        with closing(Catalog(path)) as catalog:
            assert catalog.vectors("f", keys) == {}
            assert tuple(catalog.passages(keys).values()) == _reading().passages
            with catalog.transaction() as change:
                change.add_vectors("g", keys, [np.ones((2, 2), np.float32)])
    with closing(Catalog(path)) as catalog:
        assert catalog.vectors("g", keys)[keys[0]].shape == (2, 2)


def test_spelling_is_lower_case_where_it_ever_is(catalog: Catalog) -> None:
    counted = Counter(
        {("seniors", "Seniors"): 5, ("seniors", "seniors"): 1, ("amiens", "Amiens"): 2}
    )
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
        Counter({("logement", "logement"): 2, ("logement", "Logement"): 1, ("agee", "âgée"): 1}),
        Counter({("logement", "logement"): 3}),
    ]
    for name, spellings in zip("ab", counted, strict=True):
        with catalog.transaction() as change:
            change.add(_reading(name), Path(f"/{name}.txt"), spellings)
    assert catalog.vocabulary() == [
        ("agee", "âgée", 1),
        ("logement", "Logement", 1),
        ("logement", "logement", 5),
    ]
    with catalog.transaction() as change:
        change.remove("a")
    assert catalog.vocabulary() == [("logement", "logement", 3)]
