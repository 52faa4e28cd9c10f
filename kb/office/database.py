"""The SQLite file of the office, apart from the catalogue: a base can be given away without it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path

from kb.errors import StorageError

_MIGRATIONS = ("accounts.sql", "jobs.sql")
"""Run in order; the file's ``user_version`` counts those that it has had."""

_BUSY_TIMEOUT_S = 10.0


class Database:
    """One small SQLite file, readable by its owner alone. Safe for many threads and processes.

    A connection lives as long as one call: few calls are made, and none is left open.
    """

    def __init__(self, path: Path) -> None:
        """Open or create; StorageError where the file can't be used."""
        self._path = path
        try:
            private_folder(path.parent)
            private_file(path)
        except OSError as error:
            raise StorageError(
                f"Le dossier « {path.parent} » n’accepte pas l’écriture ({error.strerror}) : "
                "changez ses droits ou indiquez un autre dossier par KB_HOME."
            ) from error
        with self.changing() as connection:
            self._migrate(connection)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept together when the block ends well."""
        try:
            with closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StorageError(
                f"Les comptes et les travaux n’ont pas pu être écrits ({error}) : vérifiez "
                "l’espace disque et les droits du dossier de la base."
            ) from error

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        try:
            with closing(self._connect()) as connection:
                return connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise StorageError(
                f"Les comptes et les travaux n’ont pas pu être lus ({error}) : vérifiez "
                "les droits du dossier de la base."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def _migrate(self, connection: sqlite3.Connection) -> None:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > len(_MIGRATIONS):
            raise StorageError(
                f"Le fichier « {self._path} » vient d’une version plus récente "
                f"(format {version}, ici {len(_MIGRATIONS)}) : mettez le logiciel à jour."
            )
        for script in _MIGRATIONS[version:]:
            statements = files("kb.office").joinpath(script).read_text(encoding="utf-8")
            for statement in statements.split(";\n"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone may open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file that its owner alone may read, where there is none."""
    # What SQLite writes beside a file takes that file's rights.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
