"""One writer at a time over a base that several machines share, and who it is.

An advisory lock of PostgreSQL (PostgreSQL 15, 13.3.5), held by a connection of its own: the
server frees it when that connection ends, be it with its process or with its machine. A row
tells who holds it; one that is still there when the lock is free was left by a process that
died over its work.
"""

from __future__ import annotations

import os
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from kb.catalog.postgres_connections import address_of, connect, driver, reason
from kb.catalog.postgres_format import bring_up
from kb.errors import Busy, StorageError
from kb.faults import reach

if TYPE_CHECKING:
    from kb.catalog.postgres_connections import Connection
    from kb.ports import Writing

# The number of our own table tells one catalogue from another in the same database.
_KEY = "'writing'::regclass::oid::bigint"


class PostgresWriting:
    """Implements ``kb.ports.Writing`` over a PostgreSQL catalogue, for all that share it.

    ``local`` is then held as well: it keeps apart those who change the files of this
    machine that belong to the base.
    """

    def __init__(self, address: str, timeout_s: float, local: Writing) -> None:
        """``timeout_s`` is how many seconds a patient writer waits for another."""
        self._address = address_of(address)
        self._timeout_s = timeout_s
        self._local = local
        self._held = threading.local()

    @contextmanager
    def __call__(self, what: str, *, patient: bool = True) -> Iterator[bool]:
        """See ``kb.ports.Writing``."""
        if getattr(self._held, "by_me", False):
            yield False
            return
        with self._shared(what, self._timeout_s if patient else 0.0) as died:
            self._held.by_me = True
            try:
                with self._local(what, patient=patient) as died_here:
                    yield died or died_here
            finally:
                self._held.by_me = False

    @contextmanager
    def _shared(self, what: str, timeout_s: float) -> Iterator[bool]:
        connection = connect(self._address)
        try:
            try:
                self._acquire(connection, timeout_s)
                died = _tell(connection, what)
            except driver().Error as error:
                raise StorageError(
                    f"La base PostgreSQL « {self._address.shown} » ne peut pas être réservée "
                    f"({reason(error, self._address)}) : vérifiez le serveur et les droits, puis "
                    "relancez."
                ) from error
            try:
                yield died
            finally:
                with suppress(driver().Error):
                    connection.execute("DELETE FROM writing")
        finally:
            connection.close()  # and with it the lock

    def _acquire(self, connection: Connection, timeout_s: float) -> None:
        bring_up(connection, self._address.shown)
        if timeout_s:
            try:
                connection.execute(f"SET lock_timeout = '{int(timeout_s * 1000) or 1}ms'")
                connection.execute(f"SELECT pg_advisory_lock({_KEY})")
                return
            except driver().errors.LockNotAvailable:
                pass
        elif _given(connection):
            return
        raise Busy(
            f"Un autre programme modifie la base{_told(connection)} : "
            "attendez qu’il ait fini, puis relancez."
        )


def _given(connection: Connection) -> bool:
    found = connection.execute(f"SELECT pg_try_advisory_lock({_KEY}) AS given").fetchone()
    return bool(found and found["given"])


def _tell(connection: Connection, what: str) -> bool:
    """Say who changes the base; whether another said so before, and did not end."""
    reach("lock:taken")
    with connection.transaction():
        died = connection.execute("DELETE FROM writing").rowcount > 0
        connection.execute(
            "INSERT INTO writing VALUES (%s, %s, now(), %s)",
            (platform.node(), os.getpid(), what),
        )
    reach("lock:told")
    return died


def _told(connection: Connection) -> str:
    """Who holds the lock, in parentheses; empty where that is not known."""
    row = connection.execute("SELECT * FROM writing").fetchone()
    if row is None:
        return ""
    since = row["since"].astimezone()
    return (
        f" ({row['what']}, machine {row['machine']}, processus {row['process']}, "
        f"depuis le {since:%d/%m/%Y à %H:%M})"
    )
