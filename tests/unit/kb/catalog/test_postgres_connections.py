"""Reaching PostgreSQL: addresses without secrets, and connections that are made again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb.catalog.database import open_database
from kb.catalog.postgres_connections import address_of
from kb.errors import ConfigurationError, StorageError, Unreachable
from tests.postgresql import Server


@pytest.fixture
def address(postgresql: Server) -> str:
    return postgresql.database()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("postgresql://moi:secret@base:5433/passages", "postgresql://moi@base:5433/passages"),
        ("postgres://base/passages", "postgresql://base/passages"),
        ("postgresql://moi@/passages?host=%2Frun", "postgresql://moi@/run/passages"),
        ("postgresql:///passages?user=moi&password=secret", "postgresql://moi@/passages"),
        ("postgresql://moi:sec%2Fret%40@base/passages", "postgresql://moi@base/passages"),
    ],
)
def test_an_address_is_shown_without_its_secrets(given: str, shown: str) -> None:
    address = address_of(given)
    assert (address.text, address.shown) == (given, shown)
    assert "sec" not in repr(address)


@pytest.mark.parametrize(
    "given",
    [
        "postgresql://moi:se/cret@base/passages",
        "postgresql://moi:12/cret@base/passages",
        "postgresql://moi:se@cret@base/passages",
        "postgresql://moi:se#cret@base/passages",
        "postgresql://moi:se[cret@base/passages",
        "mysql://moi:cret@base/passages",
        "cret",
    ],
)
def test_an_address_that_may_be_cut_within_a_password_is_refused_and_not_repeated(
    given: str,
) -> None:
    with pytest.raises(ConfigurationError, match="%40 %2F %23 %3F") as refused:
        address_of(given)
    assert "cret" not in str(refused.value)


def test_a_server_that_does_not_answer_is_told_without_the_password(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    address = f"postgresql://moi:motdepasse@/passages?host={tmp_path}"
    with pytest.raises(Unreachable, match=r"n’est pas joignable .* KB_CATALOGUE") as refused:
        open_database(address)
    assert "motdepasse" not in str(refused.value)
    assert f"moi@{tmp_path}/passages" in str(refused.value)


def test_an_option_that_postgresql_does_not_know_is_told(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(
        ConfigurationError, match=r"« postgresql://base/p » a une option"
    ) as refused:
        open_database("postgresql://base/p?motdepasse=secret")
    assert "secret" not in str(refused.value)


def test_the_library_that_is_lacking_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigurationError, match=r"pip install \"passages\[postgresql\]\""):
        open_database("postgresql://base/passages")


@pytest.fixture
def stopped(postgresql: Server) -> Iterator[Server]:
    """The server, to be stopped by the test; it runs again afterwards."""
    yield postgresql
    postgresql.start()


@pytest.mark.slow
def test_a_server_that_was_started_anew_is_asked_again(stopped: Server) -> None:
    with closing(open_database(stopped.database())) as database:
        stopped.stop()
        with pytest.raises(Unreachable, match="n’est pas joignable"):
            database.query("SELECT value FROM meta")
        stopped.start()
        assert [row["value"] for row in database.query("SELECT value FROM meta")] == ["0"]
        with database.writing() as session:
            session.execute("UPDATE meta SET value = '3'")
        stopped.stop()
        stopped.start()
        with database.reading():
            assert database.query("SELECT value FROM meta")[0]["value"] == "3"


@pytest.mark.slow
def test_a_change_whose_connection_is_cut_leaves_the_old_state(
    postgresql: Server, address: str
) -> None:
    name = address.partition("?")[0].rpartition("/")[2]
    with closing(open_database(address)) as database:
        with (
            pytest.raises(Unreachable, match="a été coupée"),
            database.writing() as session,
        ):
            session.execute("UPDATE meta SET value = '3'")
            postgresql.ask(
                "postgres",
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
            )
            session.execute("SELECT 1")
        assert [row["value"] for row in database.query("SELECT value FROM meta")] == ["0"]


def test_connections_are_used_again(address: str) -> None:
    with closing(open_database(address)) as database:
        pids = {
            row["pid"] for _ in range(5) for row in database.query("SELECT pg_backend_pid() AS pid")
        }
        with database.reading():
            pids |= {row["pid"] for row in database.query("SELECT pg_backend_pid() AS pid")}
        assert len(pids) == 1


def test_a_closed_database_says_so(address: str) -> None:
    database = open_database(address)
    database.close()
    with pytest.raises(StorageError, match="La base est fermée"):
        database.query("SELECT 1")
