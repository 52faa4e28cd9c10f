"""The office's own file: private, migrated, honest about what goes wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from kb.errors import Damaged, NewerFormat, StorageError
from kb.office.database import Database

TABLES = {"tokens", "journal", "administrator", "sessions", "jobs"}


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name for (name,) in found if not name.startswith("sqlite_")}


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_new_file_has_every_table_and_its_owner_alone_reads_it(tmp_path: Path):
    path = tmp_path / "base" / "office" / "office.sqlite"

    Database(path)

    assert tables(path) == TABLES
    assert version(path) == 3
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_opening_again_keeps_what_is_there(tmp_path: Path):
    path = tmp_path / "office.sqlite"
    with Database(path).changing() as change:
        change.execute("INSERT INTO administrator VALUES (1, 'ada', 'x')")

    assert [row["name"] for row in Database(path).rows("SELECT name FROM administrator")] == ["ada"]


def test_a_file_of_the_first_format_gets_what_it_lacks(tmp_path: Path):
    path = tmp_path / "office.sqlite"
    Database(path)
    with closing(sqlite3.connect(path)) as connection:
        for later in ("jobs", "tokens", "journal"):
            connection.execute(f"DROP TABLE {later}")
        connection.execute("INSERT INTO administrator VALUES (1, 'ada', 'x')")
        connection.execute("PRAGMA user_version = 1")
        connection.commit()

    database = Database(path)

    assert tables(path) == TABLES
    assert version(path) == 3
    assert len(database.rows("SELECT * FROM administrator")) == 1


def test_a_file_from_the_future_is_refused(tmp_path: Path):
    path = tmp_path / "office.sqlite"
    Database(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")

    before = path.read_bytes()

    with pytest.raises(NewerFormat, match=r"format 99, ici \d+\) : mettez le logiciel à jour"):
        Database(path)

    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    path = tmp_path / "office.sqlite"
    path.write_bytes(b"autre chose" * 100)

    with pytest.raises(Damaged, match="reprenez une sauvegarde par « kb restore FICHIER »"):
        Database(path)


def test_a_folder_that_is_a_file_is_told(tmp_path: Path):
    (tmp_path / "office").touch()

    with pytest.raises(StorageError, match="n’accepte pas l’écriture"):
        Database(tmp_path / "office" / "office.sqlite")


def test_a_change_that_fails_leaves_nothing(tmp_path: Path):
    database = Database(tmp_path / "office.sqlite")

    with pytest.raises(RuntimeError), database.changing() as change:
        change.execute("INSERT INTO administrator VALUES (1, 'ada', 'x')")
        raise RuntimeError

    assert database.rows("SELECT * FROM administrator") == []


def test_a_wrong_statement_is_a_storage_error(tmp_path: Path):
    database = Database(tmp_path / "office.sqlite")

    with pytest.raises(StorageError, match="n’ont pas pu être lus"):
        database.rows("SELECT * FROM rien")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights don't bind this user")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    tmp_path.chmod(0o500)

    with pytest.raises(StorageError, match="changez ses droits"):
        Database(tmp_path / "office" / "office.sqlite")


WRITES = """
import sqlite3, sys
sqlite3.connect(sys.argv[1], timeout=0).execute("BEGIN IMMEDIATE")
"""


@pytest.mark.slow
def test_who_opens_the_file_again_keeps_the_lock_that_it_has(tmp_path: Path):
    path = tmp_path / "office.sqlite"
    with Database(path).changing():
        Database(path)
        other = subprocess.run([sys.executable, "-c", WRITES, str(path)], capture_output=True)

    assert b"database is locked" in other.stderr
