"""Office files of every format that was ever given away open, and lose nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.migrations import stored_version
from kb.office.accounts import Accounts, Administrator
from kb.office.database import FORMAT, Database
from kb.office.jobs import Jobs, JobState

FORMATS = sorted((Path(__file__).parent / "formats").glob("*.sql"))


@pytest.mark.parametrize("dump", FORMATS, ids=lambda path: path.stem)
def test_a_file_of_an_older_format_holds_all_that_it_held(dump: Path, tmp_path: Path) -> None:
    path, fresh = tmp_path / "office.sqlite", tmp_path / "new.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))

    database = Database(path)

    assert Accounts(database).administrator() == Administrator("ada")
    (row,) = database.rows("SELECT * FROM administrator")
    assert row["password_hash"] == "$argon2id$v=19$m=8,t=1,p=1$c2Vs$aGFjaGU"
    jobs = [(job.number, job.state, job.message) for job in Jobs(database).all()]
    assert jobs == ([(3, JobState.FAILED, "Refusé.")] if dump.stem == "format-2" else [])
    Database(fresh)
    assert stored_version(path) == stored_version(fresh) == FORMAT.version
    assert _names(path) == _names(fresh)


def _names(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
