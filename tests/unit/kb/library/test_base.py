"""Keeping the engine in step with the catalogue, alone and among others."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from kb.catalog import Analysis, Catalog
from kb.errors import Busy, StorageError
from kb.library import Library
from kb.library.base import Base, Parts
from kb.model import Mode
from kb.text import stems
from kb.writing import WritingLock
from tests.unit.kb.library.conftest import BRETAGNE

QUERY = "saisonniers foyer"


@pytest.fixture
def other_writer(tmp_path: Path) -> WritingLock:
    """The lock as another process has it."""
    return WritingLock(tmp_path / "home" / "writing.lock", 0.1)


@pytest.fixture
def again(parts: Parts, tmp_path: Path) -> Callable[[], Library]:
    """Opens the same base as another process would, to be closed."""

    def opened() -> Library:
        return Library(replace(parts, catalog=Catalog(tmp_path / "home" / "catalogue.sqlite")))

    return opened


def _in_another_thread(work: Callable[[], object]) -> None:
    thread = Thread(target=work)
    thread.start()
    thread.join()


def _unlist(parts: Parts, brochure: str) -> None:
    """Take a brochure out of the catalogue and leave it in the engine, as who dies there."""
    with parts.catalog.transaction() as change:
        change.remove(brochure)


def _held(library: Library) -> int:
    opened = library._base.opened()
    assert opened is not None
    return opened.engine.count()


def _index(library: Library) -> str:
    [finding] = [one for one in library.doctor() if one.subject == "Index"]
    return finding.message


def test_who_opens_mends_what_is_left_over(
    filled: Library, parts: Parts, again: Callable[[], Library]
) -> None:
    _unlist(parts, "mediterranee")
    with again() as other:
        assert _held(other) == 5
    assert _index(filled) == "5 passages, d’accord avec le catalogue."


def test_who_opens_leaves_what_another_is_writing(
    filled: Library, parts: Parts, other_writer: WritingLock
) -> None:
    _unlist(parts, "mediterranee")
    with other_writer("ajout de brochures"):
        with Base(parts).moment() as moment:
            assert (moment.passages, moment.engine.count()) == (5, 6)
        assert _index(filled).startswith(
            "Non vérifié. Un autre programme modifie la base (ajout de brochures, processus "
        )
    assert _index(filled) == "1 passages remis d’accord avec le catalogue."


def test_the_next_change_mends_what_a_dead_one_left(
    filled: Library, parts: Parts, tmp_path: Path, shelf: Path
) -> None:
    _unlist(parts, "mediterranee")
    (tmp_path / "home" / "writing.json").write_text("{}", encoding="utf-8")
    (shelf / "mediterranee.txt").unlink()
    filled.ingest([shelf])
    assert _held(filled) == 5


def test_the_next_change_mends_what_a_failed_one_left(
    filled: Library,
    shelf: Path,
    failing_at: Callable[[str], AbstractContextManager[None]],
) -> None:
    with failing_at("terms:synced"):
        assert filled.remove("mediterranee").brochure.id == "mediterranee"
    assert {hit.brochure.id for hit in filled.search("logement").hits} == {"bretagne"}
    assert _held(filled) == 6
    filled.ingest([shelf / "bretagne.txt"])
    assert _held(filled) == 5


def test_a_moment_stays_as_it_is_while_others_write(
    filled: Library, again: Callable[[], Library]
) -> None:
    base = filled._base
    with again() as other, base.moment() as moment:
        keys = moment.engine.keys()
        _in_another_thread(lambda: other.remove("mediterranee"))
        assert moment.projects.keys() == {p.id for p in base.catalog.projects()}
        assert base.catalog.passages(keys).keys() == moment.engine.keys() == keys
    with base.moment() as moment:
        assert (len(moment.projects), moment.engine.count()) == (2, 5)


def test_frequencies_are_those_of_what_is_left(filled: Library) -> None:
    [stem] = stems("saisonniers")
    with filled._base.moment() as moment:
        assert moment.known(stem)
    filled.remove("mediterranee")
    with filled._base.moment() as moment:
        assert not moment.known(stem)


def test_searches_wait_for_an_engine_that_is_being_made(
    filled: Library, parts: Parts, other_writer: WritingLock
) -> None:
    opened = filled._base.opened()
    assert opened is not None
    opened.engine.clear()
    with (
        other_writer("remise en ordre de l’index"),
        pytest.raises(Busy, match="remise en ordre de l’index"),
    ):
        filled.search(QUERY)
    assert len(filled.search(QUERY, mode=Mode.LEXICAL).hits) == 1


def test_an_older_analysis_is_followed_beside_the_old_engine(
    filled: Library, parts: Parts, other_writer: WritingLock, again: Callable[[], Library]
) -> None:
    state = parts.catalog.state()
    with parts.catalog.transaction() as change:
        change.set_state(replace(state, analysis="0"))
    with other_writer("ajout de brochures"), pytest.raises(Busy, match="ajout de brochures"):
        filled.search(QUERY)
    found = filled.search(QUERY, mode=Mode.LEXICAL).hits
    assert len(found) == 1
    assert parts.catalog.state() == replace(state, engine="whoosh-2")
    with again() as other:
        assert other.search(QUERY, mode=Mode.LEXICAL).hits == found
    assert parts.catalog.state() == replace(state, engine="whoosh-2")


def test_what_the_analyser_saw_under_older_rules_is_found_out_again(
    filled: Library, parts: Parts
) -> None:
    keys = parts.catalog.live_keys()
    before = set(parts.catalog.analysed(keys))
    assert {one.key for one in before if one.stems is not None} == keys
    with parts.catalog.transaction() as change:
        change.set_state(replace(parts.catalog.state(), analysis="0"))
        change.add_analyses(dict.fromkeys(keys, Analysis("autrefois", "jadis")))
    filled.search(QUERY, mode=Mode.LEXICAL)
    assert set(parts.catalog.analysed(keys)) == before


def test_an_upgrade_that_cannot_be_written_changes_nothing(
    filled: Library,
    parts: Parts,
    failing_at: Callable[[str], AbstractContextManager[None]],
) -> None:
    state = replace(parts.catalog.state(), analysis="0")
    with parts.catalog.transaction() as change:
        change.set_state(state)
    with failing_at("terms:added"), pytest.raises(StorageError):
        filled.search(QUERY)
    assert parts.catalog.state() == state
    assert len(filled.search(QUERY, mode=Mode.LEXICAL).hits) == 1


def test_brochures_that_change_during_an_export_are_whole(filled: Library, shelf: Path) -> None:
    sheets = filled.passages()
    first = next(sheets)
    changed = BRETAGNE.replace("2018", "2019").replace("Brest", "Quimper")
    (shelf / "bretagne.txt").write_text(changed, encoding="utf-8")
    filled.ingest([shelf])
    rest = list(sheets)
    of_bretagne = [first, *(one for one in rest if one.brochure.id == "bretagne")]
    assert {one.project.year for one in of_bretagne} == {2018, 2021}
    assert not any("Quimper" in one.passage.text for one in of_bretagne)


def test_a_base_is_told_in_step_without_all_of_its_keys(
    filled: Library, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = filled._base
    opened = base.opened()
    assert opened is not None
    with monkeypatch.context() as patch:
        patch.delattr(Catalog, "live_keys")
        assert base.in_step(opened)
        _unlist(parts, "mediterranee")
        assert not base.in_step(opened)
    assert not base.in_step(opened, key_by_key=True)
    assert base.repair(opened) == 1
    assert base.in_step(opened)
    assert base.in_step(opened, key_by_key=True)


def test_an_engine_of_before_with_as_many_passages_is_not_in_step(
    filled: Library, parts: Parts, shelf: Path, tmp_path: Path
) -> None:
    """As whoever copies an engine's folder back leaves it."""
    engines = tmp_path / "home" / "engines"
    shutil.copytree(engines, tmp_path / "kept")
    (shelf / "bretagne.txt").write_text(BRETAGNE.replace("Brest", "Quimper"), encoding="utf-8")
    filled.ingest([shelf])
    filled.close()
    shutil.rmtree(engines)
    shutil.copytree(tmp_path / "kept", engines)
    again = replace(parts, catalog=Catalog(tmp_path / "home" / "catalogue.sqlite"))
    with Library(again) as library:
        opened = library._base.opened()
        assert opened is not None
        assert library._base.in_step(opened, key_by_key=True)
        assert library.search("Quimper", mode=Mode.LEXICAL).hits
