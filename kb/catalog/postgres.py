"""The catalogue in PostgreSQL: one truth for the servers of several machines.

The isolation is that of PostgreSQL's snapshots (PostgreSQL 15, 13.2.2): a block of reading
sees one state and waits for nobody. Writers take turns by a lock on one table, which ends
with their connection.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import TYPE_CHECKING

from kb.catalog.database import Row, insertion
from kb.catalog.postgres_connections import Address, Connections, address_of, driver, reason
from kb.catalog.postgres_format import bring_up, broken_indexes
from kb.errors import Busy, Damaged, StorageError, Unreachable

if TYPE_CHECKING:
    from kb.catalog.postgres_connections import Connection

_BUSY_TIMEOUT_S = 30.0
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Readers take no lock that this one meets; other writers wait for it.
_WRITING = "BEGIN; SET LOCAL lock_timeout = {}; LOCK TABLE meta IN EXCLUSIVE MODE"


_ROWS = 250
"""Rows in one statement: more gain nothing."""
_NUMBERED = {"projects": "number", "sections": "number", "passages": "key"}
"""The tables whose rows PostgreSQL numbers, and the column that it fills."""


class PostgresSession:
    """Implements ``kb.catalog.database.Session`` over a connection in a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, *values: object) -> list[Row]:
        """See ``Session``."""
        return _rows(self._connection, sql, values)

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """See ``Session``."""
        with self._connection.cursor() as cursor:
            cursor.executemany(marked(sql), rows)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        key: str = "",
        otherwise: str = "",
    ) -> list[int]:
        """See ``Session``: few exchanges with the server, however many rows."""
        if key:
            return self._insert_numbered(table, columns, rows, key)
        for start in range(0, len(rows), _ROWS):
            batch = rows[start : start + _ROWS]
            sql = insertion(table, columns, otherwise, len(batch))
            self._connection.execute(marked(sql), list(chain.from_iterable(batch)))
        return []

    def _insert_numbered(
        self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]], key: str
    ) -> list[int]:
        """Row by row, so that each is known to have the number that comes back for it."""
        if not rows:
            return []
        sql = f'{insertion(table, columns)} RETURNING "{key}"'
        with self._connection.cursor() as cursor:
            cursor.executemany(marked(sql), rows, returning=True)
            return [int(row[key]) for _ in cursor.results() for row in cursor.fetchall()]

    def go_on_from(self, key: int) -> None:
        """See ``Session``."""
        for table, column in _NUMBERED.items():
            sequence = f"{table}_{column}_seq"
            given = self._connection.execute(
                f"SELECT GREATEST((SELECT MAX({column}) FROM {table}),"
                f" CASE WHEN is_called THEN last_value END) AS last FROM {sequence}"
            ).fetchone()
            last = max((given and given["last"]) or 0, key if table == "passages" else 0)
            if last:  # else the first number is still to be given
                self._connection.execute("SELECT setval(%s, %s)", (sequence, last))


class PostgresDatabase:
    """Implements ``kb.catalog.database.Database`` over one database of a server."""

    def __init__(self, address: str) -> None:
        """Open, or make the tables; see ``open_database``."""
        self._connections = Connections(address_of(address))
        self._bound = threading.local()
        try:
            with self._worded():
                self._connections.run(lambda one: bring_up(one, self.address.shown))
        except BaseException:
            self.close()
            raise

    @property
    def address(self) -> Address:
        """Where the database is."""
        return self._connections.address

    def query(self, sql: str, *values: object) -> list[Row]:
        """See ``Database``."""
        bound = self._mine()
        with self._worded():
            if bound is not None:
                return _rows(bound, sql, values)
            return self._connections.run(lambda one: _rows(one, sql, values))

    @contextmanager
    def writing(self) -> Iterator[PostgresSession]:
        """See ``Database``."""
        with self._worded(writes=True):
            wait = f"'{int(_BUSY_TIMEOUT_S * 1000) or 1}ms'"
            connection = self._connections.begin(_WRITING.format(wait))
            with self._held(connection):
                yield PostgresSession(connection)
                connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """See ``Database``."""
        if self._mine() is not None:
            yield
            return
        with self._worded():
            connection = self._connections.begin(_READING)
            with self._held(connection):
                yield

    def last_key(self) -> int:
        """See ``Database``. A change that was undone leaves its keys given."""
        found = self.query("SELECT last_value, is_called FROM passages_key_seq")[0]
        return int(found["last_value"]) if found["is_called"] else 0

    def problem(self) -> str:
        """See ``Database``: what PostgreSQL itself marks as broken."""
        with self._worded():
            found = self._connections.run(broken_indexes)
        return f"index à refaire par REINDEX : {', '.join(found)}" if found else ""

    def close(self) -> None:
        """See ``Database``."""
        self._connections.close()

    def _mine(self) -> Connection | None:
        """The connection of the block that this thread is in."""
        connection: Connection | None = getattr(self._bound, "connection", None)
        return connection

    @contextmanager
    def _held(self, connection: Connection) -> Iterator[None]:
        """This thread's questions go to that connection; what it did not commit is undone."""
        before, self._bound.connection = self._mine(), connection
        try:
            yield
        finally:
            self._bound.connection = before
            with suppress(driver().Error):
                if connection.info.transaction_status != _idle():
                    connection.execute("ROLLBACK")
            self._connections.put(connection)

    @contextmanager
    def _worded(self, *, writes: bool = False) -> Iterator[None]:
        """Errors of PostgreSQL as ours."""
        try:
            yield
        except driver().Error as error:
            raise self._error(error, writes) from error

    def _error(self, error: Exception, writes: bool) -> StorageError:
        psycopg = driver()
        said = reason(error, self.address)
        if isinstance(error, psycopg.errors.LockNotAvailable):
            return Busy(
                "Un autre programme écrit dans la base : attendez qu’il ait fini, puis relancez."
            )
        if isinstance(error, psycopg.errors.DataCorrupted | psycopg.errors.IndexCorrupted):
            return Damaged(
                f"Le catalogue « {self.address.shown} » est abîmé ({said}) : reprenez une "
                "sauvegarde par « kb restore FICHIER »."
            )
        if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not _told(
            error
        ):
            return Unreachable(
                f"La connexion à PostgreSQL « {self.address.shown} » a été coupée ({said}) : "
                "vérifiez que le serveur tourne, puis relancez."
            )
        if writes:
            return StorageError(
                f"La base PostgreSQL « {self.address.shown} » n’a pas pu être écrite ({said}) : "
                "vérifiez l’espace disque du serveur et les droits ; rien n’a été changé."
            )
        return StorageError(
            f"La base PostgreSQL « {self.address.shown} » n’a pas pu être lue ({said}) : "
            "lancez « kb doctor »."
        )


def marked(sql: str) -> str:
    """A statement of ours with its values marked as psycopg asks for."""
    return sql.replace("%", "%%").replace("?", "%s")


def _rows(connection: Connection, sql: str, values: Sequence[object]) -> list[Row]:
    cursor = connection.execute(marked(sql), values)
    return list(cursor.fetchall()) if cursor.description is not None else []


def _told(error: Exception) -> bool:
    """Whether the server itself refused, rather than being out of reach."""
    state = getattr(error, "sqlstate", None)
    # Class 57P: it is being stopped, which ends every connection.
    return state is not None and not state.startswith("57P")


def _idle() -> object:
    return driver().pq.TransactionStatus.IDLE
