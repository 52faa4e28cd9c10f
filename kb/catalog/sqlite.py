"""The catalogue in one SQLite file: for one machine, nothing to install."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from kb.catalog.connection import Connections
from kb.catalog.database import Row, insertion
from kb.errors import Busy, Damaged, StorageError
from kb.migrations import is_damage


class SqliteSession:
    """Implements ``kb.catalog.database.Session`` over a connection in a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, *values: object) -> list[Row]:
        """See ``Session``."""
        return list(self._connection.execute(sql, values))

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """See ``Session``."""
        self._connection.executemany(sql, rows)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        key: str = "",
        otherwise: str = "",
    ) -> list[int]:
        """See ``Session``."""
        if not rows:
            return []
        sql = insertion(table, columns, otherwise)
        if not key:
            self._connection.executemany(sql, rows)
            return []
        return [self._connection.execute(sql, one).lastrowid or 0 for one in rows]

    def go_on_from(self, key: int) -> None:
        """See ``Session``: SQLite itself follows on the numbers that are there."""
        known = self._connection.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = 'passages'"
        ).fetchone()
        self._connection.execute("DELETE FROM sqlite_sequence WHERE name = 'passages'")
        self._connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ('passages', ?)",
            (max(key, known["seq"] if known else 0),),
        )


class SqliteDatabase:
    """Implements ``kb.catalog.database.Database`` over one file."""

    def __init__(self, path: Path) -> None:
        """Open or create; see ``open_database``."""
        self._connections = Connections(path)

    def query(self, sql: str, *values: object) -> list[Row]:
        """See ``Database``."""
        try:
            return list(self._connections.get().execute(sql, values))
        except sqlite3.Error as error:
            if is_damage(error):
                raise _damaged(error) from error
            raise StorageError(
                f"La base n’a pas pu être lue ({error}) : lancez « kb doctor »."
            ) from error

    @contextmanager
    def writing(self) -> Iterator[SqliteSession]:
        """See ``Database``."""
        connection = self._connections.get()
        _begin(connection)
        try:
            yield SqliteSession(connection)
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise _not_written(error) from error
            raise
        self._connections.shorten_journal()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See ``Database``."""
        connection = self._connections.get()
        if connection.in_transaction:
            yield
            return
        try:
            connection.execute("BEGIN")
            yield
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")

    def last_key(self) -> int:
        """See ``Database``."""
        found = self.query("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(found[0]["seq"]) if found else 0

    def problem(self) -> str:
        """See ``Database``."""
        found = str(self.query("PRAGMA quick_check")[0]["quick_check"])
        return "" if found == "ok" else found

    def close(self) -> None:
        """See ``Database``."""
        self._connections.close()


def _begin(connection: sqlite3.Connection) -> None:
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise _not_written(error) from error
        raise Busy(
            "Un autre programme écrit dans la base : attendez qu’il ait fini, puis relancez."
        ) from error


def _damaged(error: sqlite3.Error) -> Damaged:
    return Damaged(
        f"Le catalogue est abîmé ({error}) : reprenez une sauvegarde par « kb restore FICHIER »."
    )


def _not_written(error: sqlite3.Error) -> StorageError:
    if is_damage(error):
        return _damaged(error)
    return StorageError(
        f"La base n’a pas pu être écrite ({error}) : vérifiez l’espace disque et "
        "les droits ; rien n’a été changé."
    )
