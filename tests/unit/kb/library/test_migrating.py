"""Moving a base to another engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index import WhooshEngine
from kb.engine_names import kind_of
from kb.errors import ConfigurationError, InvalidQuery, StorageError
from kb.library import Library
from kb.library.base import Parts
from kb.library.migrating import Migration
from kb.ports import Engine
from tests.contract.oracle import OracleEngine


class Engines:
    """Opens Whoosh's engines on disk, and an oracle in memory for any other kind."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.others: dict[str, OracleEngine] = {}

    def open(self, name: str) -> Engine:
        if kind_of(name) == "whoosh":
            return WhooshEngine(self._folder / name)
        return self.others.setdefault(name, OracleEngine())


@pytest.fixture
def engines(tmp_path: Path) -> Engines:
    return Engines(tmp_path / "home" / "engines")


@pytest.fixture
def parts(parts: Parts, engines: Engines) -> Parts:
    return replace(parts, open_engine=engines.open)


def test_the_other_engine_gives_the_same_answers(filled: Library, engines: Engines) -> None:
    before = filled.search("logement violences")
    assert filled.migrate("milvus") == Migration(
        passages=6, before="whoosh", after="milvus", searches=3, common=1.0
    )
    [moved] = engines.others.values()
    assert moved.count() == 6
    assert filled.search("logement violences").hits == before.hits


def test_progress_is_told(filled: Library) -> None:
    told: list[tuple[int, int]] = []
    filled.migrate("milvus", lambda done, total: told.append((done, total)))
    assert told[-1] == (6, 6)


def test_vectors_are_taken_over(filled: Library, parts: Parts, engines: Engines) -> None:
    old = parts.open_engine(parts.catalog.state().engine)
    held = {key: rows.tolist() for key, rows in old.vectors(old.keys()).items()}
    old.close()
    filled.migrate("milvus")
    [moved] = engines.others.values()
    assert {key: rows.tolist() for key, rows in moved.vectors(moved.keys()).items()} == held


def test_moving_to_the_engine_in_use_is_refused(filled: Library) -> None:
    with pytest.raises(ConfigurationError, match="se sert déjà du moteur « whoosh »"):
        filled.migrate("whoosh")


def test_an_empty_base_has_nothing_to_move(library: Library) -> None:
    with pytest.raises(InvalidQuery, match="avec KB_ENGINE=milvus"):
        library.migrate("milvus")


def test_an_interrupted_move_leaves_the_old_engine_and_can_be_begun_again(
    filled: Library, engines: Engines, rebuilt: Callable[[], Library]
) -> None:
    def interrupt(done: int, total: int) -> None:
        raise StorageError("Le disque est plein.")

    before = filled.search("logement").hits
    with pytest.raises(StorageError, match="plein"):
        filled.migrate("milvus", interrupt)
    assert filled.search("logement").hits == before
    with rebuilt() as again:
        assert again.migrate("milvus").passages == 6
    assert [engine.count() for engine in engines.others.values()] == [6]
