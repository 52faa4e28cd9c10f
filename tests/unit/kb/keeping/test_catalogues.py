"""A base whose catalogue is in PostgreSQL is backed up, restored and verified like any other."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kb.catalog import Catalog
from kb.config import Settings
from kb.errors import StorageError
from kb.keeping import back_up, restore, verify
from kb.keeping.catalogues import copy_to_file, generation_of
from kb.library import Library
from kb.shelf import LIGHT
from kb.wiring import open_library, parts_of
from tests.postgresql import Server
from tests.unit.kb.library.conftest import BRETAGNE, MEDITERRANEE, find_texts, read_blocks


@pytest.fixture
def settings(postgresql: Server, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", embedding_model=LIGHT, catalogue=postgresql.database())


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "bretagne.txt").write_text(BRETAGNE, encoding="utf-8")
    (folder / "mediterranee.txt").write_text(MEDITERRANEE, encoding="utf-8")
    return folder


def ingest(settings: Settings, files: Path) -> None:
    parts = replace(parts_of(settings), read=read_blocks, find_files=find_texts)
    with Library(parts) as library:
        assert not library.ingest([files], prune=True).refused


def texts(settings: Settings) -> list[str]:
    with open_library(settings) as library:
        return [one.passage.text for one in library.passages()]


def answer(settings: Settings) -> list[str]:
    with open_library(settings) as library:
        return [hit.passage.text for hit in library.search("logement à Brest").hits]


def test_a_backup_of_a_server_comes_back_to_it(
    settings: Settings, files: Path, tmp_path: Path
) -> None:
    ingest(settings, files)
    before, answered = texts(settings), answer(settings)
    archive = tmp_path / "base.kb"
    made = back_up(settings, archive)
    assert (made.manifest.brochures, made.manifest.passages) == (2, 6)
    with closing(Catalog(settings.catalogue)) as catalog:
        given = max(catalog.live_keys())
        generation = catalog.generation()
    (files / "bretagne.txt").unlink()
    ingest(settings, files)

    with open_library(settings) as meanwhile:
        assert len(meanwhile.brochures()) == 1
        done = restore(settings, archive)
        assert len(meanwhile.brochures()) == 2
        assert [hit.passage.text for hit in meanwhile.search("logement à Brest").hits] == answered

    assert done.replaced == 1
    assert (texts(settings), answer(settings)) == (before, answered)
    with closing(Catalog(settings.catalogue)) as catalog:
        assert min(catalog.live_keys()) > given
        assert catalog.generation() > generation + 1
    assert verify(settings).problems == ()
    assert not (settings.home / "catalogue.sqlite").exists()


def test_a_backup_of_a_server_comes_back_to_a_file_and_the_other_way_round(
    settings: Settings, files: Path, tmp_path: Path
) -> None:
    alone = replace(settings, home=tmp_path / "alone", catalogue="")
    ingest(settings, files)
    back_up(settings, tmp_path / "one.kb")
    restore(alone, tmp_path / "one.kb")
    assert texts(alone) == texts(settings)
    assert verify(alone).problems == ()

    (files / "bretagne.txt").unlink()
    ingest(alone, files)
    back_up(alone, tmp_path / "two.kb")
    restore(settings, tmp_path / "two.kb")
    assert texts(settings) == texts(alone)
    assert verify(settings).problems == ()


def test_a_copy_is_of_one_state_and_one_file(
    settings: Settings, files: Path, tmp_path: Path
) -> None:
    ingest(settings, files)
    copy = tmp_path / "copie.sqlite"
    copy_to_file(settings, copy)
    assert generation_of(copy) == generation_of(settings.catalogue) != ""
    assert not copy.with_name("copie.sqlite-wal").exists()


def test_where_there_is_no_base_there_is_nothing_to_back_up(
    settings: Settings, tmp_path: Path
) -> None:
    with pytest.raises(StorageError, match="Il n’y a pas de base"):
        back_up(replace(settings, catalogue=""), tmp_path / "base.kb")
