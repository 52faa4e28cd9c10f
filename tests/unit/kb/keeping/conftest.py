"""Small bases on disk, with files of their own, an account and a layout."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kb import faults
from kb.config import Settings
from kb.keeping import back_up
from kb.library import Library
from kb.office.accounts import Accounts
from kb.office.database import Database
from kb.office.jobs import JobKind, Jobs
from kb.shelf import LIGHT
from kb.wiring import parts_of
from tests.unit.kb.library.conftest import BRETAGNE, MEDITERRANEE, find_texts, read_blocks

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "une longue phrase secrète"


def opened(settings: Settings) -> Library:
    """The base of these settings, over the reader of the library's tests."""
    return Library(replace(parts_of(settings), read=read_blocks, find_files=find_texts))


def ingest(settings: Settings, *files: Path) -> None:
    with opened(settings) as library:
        assert not library.ingest(files).refused


def accounts(settings: Settings) -> Accounts:
    return Accounts(Database(settings.home / "office" / "office.sqlite"), CHEAP)


def texts(settings: Settings) -> list[str]:
    """Every passage, in order."""
    with opened(settings) as library:
        return [sheet.passage.text for sheet in library.passages()]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, but for locks and what SQLite keeps beside its files."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal", "-journal"))
    }


def query(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(sql).fetchall()
        connection.commit()
        return found


@pytest.fixture(autouse=True)
def unheard() -> Iterator[None]:
    yield
    faults.listen(None)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a base, the user's own brochure beside it, and a backup of the base."""
    folder = tmp_path_factory.mktemp("made")
    settings = Settings(home=folder / "base", embedding_model=LIGHT)
    own, sent = folder / "bretagne.txt", settings.home / "uploads" / "sud.txt"
    own.write_text(BRETAGNE, encoding="utf-8")
    sent.parent.mkdir(parents=True)
    sent.write_text(MEDITERRANEE, encoding="utf-8")
    ingest(settings, own, sent)
    accounts(settings).create("ada", PASSWORD)
    accounts(settings).sign_in("ada", PASSWORD)
    jobs = Jobs(Database(settings.home / "office" / "office.sqlite"))
    jobs.add(JobKind.ADD, "attend.txt", file_name="attend.txt", staging="0123")
    (settings.home / "profiles").mkdir()
    (settings.home / "profiles" / "union.toml").write_text("# une mise en page\n", "utf-8")
    back_up(settings, folder / "base.passages")
    return folder


@pytest.fixture
def base(made: Path, tmp_path: Path) -> Settings:
    """A base of this test's own, where the one that was backed up stands in its folder."""
    shutil.copytree(made / "base", tmp_path / "base")
    settings = Settings(home=tmp_path / "base", embedding_model=LIGHT)
    own = str(settings.home / "uploads" / "sud.txt")
    query(
        settings.home / "catalogue.sqlite",
        f"UPDATE brochures SET path = '{own}' WHERE path LIKE '%/uploads/sud.txt'",
    )
    return settings


@pytest.fixture
def fresh(tmp_path: Path) -> Settings:
    """Settings of a base that is not there yet."""
    return Settings(home=tmp_path / "fresh", embedding_model=LIGHT)


@pytest.fixture
def archive(made: Path) -> Path:
    """A backup of the base, not to be changed."""
    return made / "base.passages"


@pytest.fixture
def stopping() -> Callable[[str], None]:
    """Makes the write that comes to a point fail there."""

    def stop_at(point: str) -> None:
        def listener(reached: str) -> None:
            if reached == point:
                raise OSError(28, "plus de place")

        faults.listen(listener)

    return stop_at
