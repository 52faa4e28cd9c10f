"""Verification finds what was changed behind the program's back, and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.catalog import Catalog, StoredPassage
from kb.config import Settings
from kb.errors import NewerFormat, StorageError
from kb.keeping import verify
from kb.keeping.problems import Problem
from kb.library.filling import to_index
from kb.ports import Vectors
from kb.wiring import parts_of
from tests.unit.kb.keeping.conftest import contents, opened, query


def catalogue(settings: Settings) -> Path:
    return settings.home / "catalogue.sqlite"


def subjects(settings: Settings) -> list[tuple[str, str]]:
    return [(one.subject, one.place) for one in verify(settings).problems]


def test_a_sound_base_has_no_problem_and_stays_as_it_is(base: Settings) -> None:
    before = contents(base.home)

    found = verify(base)

    assert found.ok
    assert (found.brochures, found.projects, found.passages) == (2, 3, 6)
    assert found.originals == {"unchanged": 2, "missing": 0, "changed": 0, "unreadable": 0}
    assert contents(base.home) == before


def test_a_passage_that_is_not_on_its_page_is_found(base: Settings) -> None:
    query(
        catalogue(base),
        "UPDATE passages SET text = replace(text, 'Douze', 'Treize') WHERE text LIKE 'Douze%'",
    )

    first = verify(base).problems[0]

    assert first == Problem(
        "Passages",
        "bretagne/cap-a-l-ouest/les-resultats/1",
        "ce passage n’est pas à la page 1 qu’il cite",
        first.mend,
    )
    assert "kb ingest" in first.mend
    assert "kb restore FICHIER" in first.mend


def test_a_passage_that_was_lost_is_found(base: Settings) -> None:
    with closing(sqlite3.connect(catalogue(base))) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM passages WHERE text LIKE 'Douze%'")
        connection.commit()

    problems = verify(base).problems

    assert [(one.subject, one.place, one.message) for one in problems] == [
        ("Passages", "bretagne", "la brochure a donné 5 passages, la base en a 4"),
        ("Index", "whoosh-1", "il a 1 passages que le catalogue n’a plus"),
    ]


def test_an_index_that_lacks_a_passage_is_found_and_the_doctor_mends_it(base: Settings) -> None:
    engine = parts_of(base).open_engine("whoosh-1")
    engine.delete([next(iter(engine.keys()))])
    engine.close()

    assert [one.message for one in verify(base).problems] == ["il lui manque 1 passages"]
    with opened(base) as library:
        library.doctor()

    assert verify(base).ok


def write(settings: Settings, beginning: str, vectors: Sequence[Vectors] = (), terms: str = ""):
    """Write a passage to the engine with other vectors, or with other terms."""
    with closing(Catalog(catalogue(settings))) as catalog:
        (key,) = [
            one.key for one in catalog.all_passages() if one.passage.text.startswith(beginning)
        ]
        projects = {one.id: one for one in catalog.projects()}
        brochures = {one.brochure.id: one.brochure for one in catalog.brochures()}
        stored = StoredPassage(key, catalog.passages([key])[key])
        (whole,) = to_index([stored], projects, brochures)
        engine = parts_of(settings).open_engine(catalog.state().engine)
    kept = engine.vectors([key])[key]
    if terms:
        whole = replace(whole, terms=terms)
    engine.write([whole], vectors or [kept])
    engine.close()


def test_vectors_that_no_model_makes_are_found(base: Settings) -> None:
    write(base, "Douze", [np.full((1, 384), 0.3, np.float32)])

    (problem,) = verify(base).problems

    assert problem.message == "les vecteurs de 1 passages ne sont pas ceux d’un modèle"
    assert problem.mend == "lancez « kb reindex »"


def test_vectors_that_no_model_makes_are_made_again(base: Settings) -> None:
    write(base, "Douze", [np.full((1, 384), 0.3, np.float32)])

    with opened(base) as library:
        assert library.reindex() == 6

    assert verify(base).ok


def test_terms_that_are_not_the_catalogue_s_are_found(base: Settings) -> None:
    write(base, "Douze", terms="s:autre")

    (problem,) = verify(base).problems

    assert problem.message.endswith("termes n’y sont pas comptés comme au catalogue")


def test_an_index_that_can_not_be_read_is_found(base: Settings) -> None:
    for path in (base.home / "engines" / "whoosh-1" / "lexical").glob("*.seg"):
        path.write_bytes(b"rien")

    (problem,) = verify(base).problems

    assert problem.subject == "Index"
    assert "kb reindex" in problem.message


def test_the_base_s_own_file_that_changed_or_went_is_found(base: Settings) -> None:
    sent = base.home / "uploads" / "sud.txt"
    sent.write_text("autre chose")
    (changed,) = verify(base).problems
    sent.unlink()
    (gone,) = verify(base).problems

    assert changed.message == "sud.txt : le fichier n’est plus celui qui a été lu"
    assert gone.message == "sud.txt : le fichier n’est plus à sa place"
    assert "kb restore FICHIER" in gone.mend


def test_the_user_s_own_file_may_go_but_not_change(base: Settings, tmp_path: Path) -> None:
    own = tmp_path / "bretagne.txt"
    query(catalogue(base), f"UPDATE brochures SET path = '{own}' WHERE id = 'bretagne'")
    gone = verify(base)
    own.write_text("autre chose")

    (problem,) = verify(base).problems

    assert (gone.ok, gone.originals["missing"]) == (True, 1)
    assert "kb ingest" in problem.mend


def test_a_damaged_catalogue_is_found(base: Settings) -> None:
    data = bytearray(catalogue(base).read_bytes())
    data[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
    catalogue(base).write_bytes(data)

    found = verify(base).problems

    assert [one.subject for one in found] == ["Catalogue"]
    assert "kb restore FICHIER" in found[0].message + found[0].mend


def test_a_row_that_depends_on_none_is_found(base: Settings) -> None:
    query(catalogue(base), "DELETE FROM projects WHERE title = 'Grandir'")

    assert [one.subject for one in verify(base).problems] == ["Catalogue"]


def test_damaged_accounts_work_and_key_are_found(base: Settings) -> None:
    office = base.home / "office"
    for name in ("office.sqlite", "queue.sqlite"):
        (office / name).write_bytes(b"perdu" * 1000)
    (office / "secret-key").write_bytes(b"court")

    assert subjects(base) == [
        ("Comptes", "office.sqlite"),
        ("Travaux", "queue.sqlite"),
        ("Clé du site", "secret-key"),
    ]


def test_what_a_restore_that_died_left_is_told(base: Settings) -> None:
    (base.home / "restoring" / "engines").mkdir(parents=True)

    assert subjects(base) == [("Restauration", "restoring")]


def test_where_there_is_no_base_that_is_told(fresh: Settings) -> None:
    with pytest.raises(StorageError, match="Il n’y a pas de base"):
        verify(fresh)
    assert not fresh.home.exists()


def test_a_later_format_is_refused(base: Settings) -> None:
    query(base.home / "office" / "office.sqlite", "PRAGMA user_version = 99")

    with pytest.raises(NewerFormat):
        verify(base)
