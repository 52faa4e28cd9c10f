"""Opening the catalogue's file: version, pragmas, one connection a thread."""

from __future__ import annotations

import sqlite3
import threading
from importlib.resources import files
from pathlib import Path

from kb.errors import StorageError

FORMAT_VERSION = 2
"""Written to the catalogue; a base of a later format is refused.

Format 1 held one vector a passage.
"""

_BUSY_TIMEOUT_S = 30.0


class Connections:
    """Connections to one SQLite file, one for each thread that asks."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(self.get())
        except (sqlite3.Error, OSError) as error:
            raise StorageError(
                f"La base « {path.parent} » ne peut pas être ouverte ({error}) : vérifiez les "
                "droits et l’espace disque, ou indiquez un autre dossier par KB_HOME."
            ) from error

    def get(self) -> sqlite3.Connection:
        """This thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            if self._closed:
                raise StorageError("La base est fermée.")
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            self._local.connection = connection
            with self._lock:
                self._all.append(connection)
        return connection

    def close(self) -> None:
        """Close every thread's connection."""
        self._closed = True
        with self._lock:
            for connection in self._all:
                connection.close()
            self._all.clear()
        self._local = threading.local()

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Create the tables in a new file, mend those of an older format.

        Refuses a format from the future.
        """
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                _run(connection, "schema.sql")
                connection.execute("INSERT INTO meta VALUES ('generation', '0')")
            elif version > FORMAT_VERSION:
                raise StorageError(
                    f"La base « {self._path.parent} » vient d’une version plus récente "
                    f"(format {version}, ici {FORMAT_VERSION}) : mettez le logiciel à jour."
                )
            if version < FORMAT_VERSION:
                _run(connection, "vectors.sql")
                connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Execute the statements of a file of this folder, within the open transaction."""
    statements = files("kb.catalog").joinpath(script).read_text(encoding="utf-8")
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(statement)
