"""Formats: each script once, in its own transaction, and nothing of a later format touched."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb import faults
from kb.errors import Damaged, NewerFormat
from kb.migrations import Format, stored_version

FORMAT = Format("kb.catalog", ("schema.sql", "vectors.sql", "lookups.sql"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "base.sqlite"


@pytest.fixture(autouse=True)
def unheard() -> Iterator[None]:
    yield
    faults.listen(None)


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def test_a_new_file_runs_every_script(path: Path) -> None:
    with closing(opened(path)) as connection:
        FORMAT.bring_up(connection, path)

    assert stored_version(path) == FORMAT.version == 3


def test_a_file_that_is_not_there_has_no_version(path: Path) -> None:
    assert stored_version(path) == 0
    path.write_bytes(b"rien de tel")
    assert stored_version(path) == 0


def test_each_step_is_kept_before_the_next_begins(path: Path) -> None:
    steps: list[int] = []

    def stop(point: str) -> None:
        if point == "format:kept":
            steps.append(stored_version(path))
            if len(steps) == 2:
                raise KeyboardInterrupt

    faults.listen(stop)
    with closing(opened(path)) as connection, pytest.raises(KeyboardInterrupt):
        FORMAT.bring_up(connection, path)
    faults.listen(None)
    with closing(opened(path)) as connection:
        FORMAT.bring_up(connection, path)

    assert steps == [1, 2]
    assert stored_version(path) == 3


def test_a_step_that_is_cut_short_leaves_the_format_before(path: Path) -> None:
    def stop(point: str) -> None:
        if point == "format:changed":
            raise OSError("plus de place")

    faults.listen(stop)
    with closing(opened(path)) as connection:
        with pytest.raises(OSError, match="plus de place"):
            FORMAT.bring_up(connection, path)
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_a_file_of_today_is_opened_while_another_writes(path: Path) -> None:
    with closing(opened(path)) as writer, closing(opened(path)) as reader:
        FORMAT.bring_up(writer, path)
        writer.execute("BEGIN IMMEDIATE")
        reader.execute("PRAGMA busy_timeout = 0")
        FORMAT.bring_up(reader, path)


def test_a_file_of_a_later_format_is_refused_and_stays_byte_for_byte(path: Path) -> None:
    with closing(opened(path)) as connection:
        FORMAT.bring_up(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA user_version = 4")
    before = hashlib.sha256(path.read_bytes()).hexdigest()

    with pytest.raises(NewerFormat, match=r"format 4, ici 3\) : mettez le logiciel à jour"):
        FORMAT.refuse_newer(path)

    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_later_format_that_only_the_journal_tells_is_refused_too(path: Path) -> None:
    with closing(opened(path)) as newer, closing(opened(path)) as connection:
        FORMAT.bring_up(newer, path)
        newer.execute("PRAGMA journal_mode = WAL")
        newer.execute("PRAGMA user_version = 4")
        with pytest.raises(NewerFormat):
            FORMAT.bring_up(connection, path)


def test_a_file_of_another_program_is_left_alone(path: Path) -> None:
    with closing(opened(path)) as connection:
        connection.execute("CREATE TABLE notes (text)")
        with pytest.raises(Damaged, match="n’a pas été fait par Passages"):
            FORMAT.bring_up(connection, path)
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("notes",)]
