"""Bases of every format that was ever given away open, and lose nothing.

The files of ``formats/`` are dumps of bases that the schema of their day made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from index import StaticEmbedder
from kb.analysis import texts_to_embed
from kb.catalog import Catalog
from kb.catalog.connection import FORMAT
from kb.config import Settings
from kb.keeping import back_up, restore, verify
from kb.library import filling
from kb.model import Reading
from kb.ports import Vectors
from kb.shelf import LIGHT
from kb.wiring import open_library, static_model_folder
from tests.unit.kb.library.conftest import BRETAGNE, read_blocks

FORMATS = sorted((Path(__file__).parent / "formats").glob("*.sql"))


def made(dump: Path, home: Path) -> Path:
    home.mkdir()
    path = home / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    return path


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def shape(path: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            (name, " ".join((sql or "").split()))
            for name, sql in connection.execute("SELECT name, sql FROM sqlite_master")
        }


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    """What the dumps were made from."""
    path = tmp_path / "bretagne.txt"
    path.write_text(BRETAGNE, encoding="utf-8")
    return read_blocks(path)


def test_every_format_that_was_given_away_is_tried() -> None:
    versions = {int(path.stem.split("-")[1]) for path in FORMATS}

    assert versions == set(range(1, FORMAT.version))


@pytest.mark.parametrize("dump", FORMATS, ids=lambda path: path.stem)
def test_a_base_of_an_older_format_holds_all_that_it_held(
    dump: Path, tmp_path: Path, reading: Reading
) -> None:
    path = made(dump, tmp_path / "base")
    assert version(path) == int(dump.stem.split("-")[1])

    with closing(Catalog(path)) as catalog:
        (entry,) = catalog.brochures()
        assert (entry.brochure, entry.report) == (reading.brochure, reading.report)
        assert entry.path == "/brochures/bretagne.txt"
        assert catalog.projects() == reading.projects
        assert tuple(one for p in reading.projects for one in catalog.sections(p.id)) == (
            reading.sections
        )
        assert tuple(one.passage for one in catalog.all_passages()) == reading.passages
        assert catalog.page_texts("bretagne") == {page.number: page.text for page in reading.pages}
        assert catalog.generation() == 7
        assert ("colocation", "colocation", 1) in catalog.vocabulary(100_000)

    Catalog(tmp_path / "new.sqlite").close()
    assert version(path) == FORMAT.version
    assert shape(path) == shape(tmp_path / "new.sqlite")


@pytest.mark.parametrize("dump", FORMATS, ids=lambda path: path.stem)
def test_a_base_of_an_older_format_answers_and_verifies(dump: Path, tmp_path: Path) -> None:
    home = made(dump, tmp_path / "base").parent
    settings = Settings(home=home, embedding_model=LIGHT)

    with open_library(settings) as library:
        answer = library.search("colocation étudiants seniors")
        found = library.doctor()

    assert answer.hits[0].passage.text.startswith("La colocation entre étudiants et seniors")
    assert [one.subject for one in found if not one.ok] == []
    assert verify(settings).problems == ()


@pytest.mark.parametrize("dump", FORMATS, ids=lambda path: path.stem)
def test_a_base_of_an_older_format_is_backed_up_as_it_is_and_comes_back_of_today(
    dump: Path, tmp_path: Path, reading: Reading
) -> None:
    path = made(dump, tmp_path / "base")
    before = version(path)
    archive = tmp_path / "base.passages"

    back_up(Settings(home=path.parent), archive)
    assert version(path) == before
    fresh = Settings(home=tmp_path / "other", embedding_model=LIGHT)
    restore(fresh, archive)

    assert version(fresh.home / "catalogue.sqlite") == FORMAT.version
    with closing(Catalog(fresh.home / "catalogue.sqlite")) as catalog:
        assert tuple(one.passage for one in catalog.all_passages()) == reading.passages


def test_vectors_that_an_older_catalogue_holds_are_not_made_again(
    tmp_path: Path, reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(Path(__file__).parent / "formats" / "format-3.sql", tmp_path / "base")
    model = StaticEmbedder(static_model_folder(Settings(home=path.parent, embedding_model=LIGHT)))
    projects = {one.id: one for one in reading.projects}
    vectors = model.embed_passages(
        [text for one in reading.passages for text in texts_to_embed(one, projects[one.project_id])]
    )
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "UPDATE meta SET value = ? WHERE name = 'fingerprint'", (model.fingerprint,)
        )
        connection.executemany(
            "UPDATE vectors SET fingerprint = ?, vectors = ? WHERE key = ?",
            [
                (model.fingerprint, row.astype("<f4").tobytes(), key)
                for key, row in enumerate(vectors, start=1)
            ],
        )
        connection.commit()
    back_up(Settings(home=path.parent, embedding_model=LIGHT), tmp_path / "archive")
    asked: list[str] = []
    embed = StaticEmbedder.embed_passages

    def noted(self: StaticEmbedder, texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return embed(self, texts)

    monkeypatch.setattr(StaticEmbedder, "embed_passages", noted)
    monkeypatch.setattr(filling, "_SAMPLE", 1)
    fresh = Settings(home=tmp_path / "other", embedding_model=LIGHT)
    restore(fresh, tmp_path / "archive")

    # One, for the terms are of another version: are the sentences still the same?
    assert len(asked) == 1
    with open_library(fresh) as library, library._base.moment() as moment:
        held = moment.engine.vectors(range(1, 6))
    assert all(float(held[key][0] @ vectors[key - 1]) > 0.999 for key in range(1, 6))


def test_keys_that_an_older_catalogue_gave_are_not_given_again(
    tmp_path: Path, reading: Reading
) -> None:
    """The dump of format 3 has given nine, and holds five."""
    path = made(Path(__file__).parent / "formats" / "format-3.sql", tmp_path / "base")
    with closing(Catalog(path)) as catalog, catalog.transaction() as change:
        change.remove("bretagne")
        keys = [one.key for one in change.add(reading, Path("/autre.txt"), {})]
    assert keys == [10, 11, 12, 13, 14]


def test_a_file_of_which_most_is_empty_becomes_small(tmp_path: Path) -> None:
    path = made(FORMATS[-1], tmp_path / "base")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO vectors VALUES (1, 'f', 1, zeroblob(8000000))")
        connection.commit()
    assert path.stat().st_size > 8_000_000

    Catalog(path).close()

    assert path.stat().st_size < 500_000
