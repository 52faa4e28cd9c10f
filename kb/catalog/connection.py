"""Opening the catalogue's file: version, pragmas, one connection a thread."""

from __future__ import annotations

import os
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

from kb.catalog.packing import packed
from kb.errors import Damaged, StorageError
from kb.migrations import Format, is_damage

FORMAT = Format("kb.catalog", ("schema.sql", "vectors.sql", "lookups.sql", "slim.sql"))
"""How a catalogue comes to be; each script says what it changed."""

_BUSY_TIMEOUT_S = 30.0
_CACHE_KB = 8000
"""Of pages, a connection: what leads to the rows of 100,000 passages fits, so that hundreds of
them are read in half of the time."""
_LARGEST_JOURNAL = 16 * 1024 * 1024
"""Bytes from which the journal is brought home: with searches all the time, SQLite by
itself finds no instant at which it could begin it anew."""
_JOURNAL_TIMEOUT_MS = 2000
_MOST_EMPTY = 1000
"""Pages without content, of 4 kB, that a file may have whatever its size."""


class Connections:
    """Connections to one SQLite file, one for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        try:
            FORMAT.refuse_newer(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            FORMAT.bring_up(self.get(), path)
            self._give_room_back()
        except (sqlite3.Error, OSError) as error:
            self.close()
            if is_damage(error):
                raise Damaged(
                    f"Le catalogue « {path} » est abîmé ({error}) : "
                    "reprenez une sauvegarde par « kb restore FICHIER »."
                ) from error
            raise StorageError(
                f"La base « {path.parent} » ne peut pas être ouverte ({error}) : vérifiez les "
                "droits et l’espace disque, ou indiquez un autre dossier par KB_HOME."
            ) from error

    def get(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None or self._has_changed_under(connection):
            connection = self._connect()
        return connection

    def shorten_journal(self) -> None:
        """Empty the journal where it has grown large, once the searches under way have ended.

        Those that begin meanwhile wait for nothing. What can't be done now is left to the
        next change.
        """
        connection = self.get()
        with suppress(OSError, sqlite3.Error):
            if _wal(self._path).stat().st_size < _LARGEST_JOURNAL:
                return
            connection.execute(f"PRAGMA busy_timeout = {_JOURNAL_TIMEOUT_MS}")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(_BUSY_TIMEOUT_S * 1000)}")

    def _give_room_back(self) -> None:
        """Make a file small of which most is empty, as a new format may leave it.

        Searches go on meanwhile. Where others write, or the disk is full, it stays large.
        """
        connection = self.get()
        empty, pages = (
            int(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("freelist_count", "page_count")
        )
        if empty > _MOST_EMPTY and 2 * empty > pages:
            with suppress(sqlite3.OperationalError):
                connection.execute("VACUUM")

    def close(self) -> None:
        """Close every thread's connection."""
        self._closed = True
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        if self._closed:
            raise StorageError("La base est fermée.")
        how = frozen(self._path)
        self._local.frozen_at = _signature(self._path) if how else None
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}{how}",
            uri=True,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.row_factory = sqlite3.Row
        connection.create_function("packed", 1, packed, deterministic=True)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
        if not how:
            _write_ahead(connection, self._path)
        connection.execute("PRAGMA synchronous = FULL")
        self._local.connection = connection
        with self._lock:
            self._all.append(connection)
        return connection

    def _has_changed_under(self, connection: sqlite3.Connection) -> bool:
        """Whether another program, with more rights, has changed what was taken for frozen."""
        frozen_at = self._local.frozen_at
        if frozen_at is None or connection.in_transaction:
            return False
        return bool(frozen_at != _signature(self._path))


def _write_ahead(connection: sqlite3.Connection, path: Path) -> None:
    """Journal ahead of the file, which it keeps: one process at a time sets it.

    Of two that do at once, SQLite refuses one without waiting.
    """
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return
    from filelock import FileLock, Timeout

    try:
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=_BUSY_TIMEOUT_S):
            connection.execute("PRAGMA journal_mode = WAL")
    except Timeout as error:
        raise sqlite3.OperationalError("database is locked") from error


def frozen(path: Path) -> str:
    """What makes SQLite read a file beside which it can't write; empty where it can.

    Beside a catalogue it needs files of its own, which are there unless every program
    that used the base has closed it: then nothing but the catalogue has to be read.
    """
    if not path.exists() or os.access(path.parent, os.W_OK):
        return ""
    return "" if _wal(path).exists() else "?immutable=1"


def _signature(path: Path) -> tuple[object, ...]:
    found = path.stat()
    return _wal(path).exists(), found.st_ino, found.st_size, found.st_mtime_ns


def _wal(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
