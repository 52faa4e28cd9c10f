"""The SQLite file of the office, apart from the catalogue: a base can be given away without it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from kb.errors import Damaged, StorageError
from kb.faults import reach
from kb.migrations import Format, is_damage

FORMAT = Format("kb.office", ("accounts.sql", "jobs.sql", "trust.sql"))
"""How the file comes to be; a later format adds a script at the end."""

OF_THE_MOMENT = frozenset({"sessions", "jobs"})
"""Tables that belong to this machine and day: no backup holds their rows."""

OF_THE_MACHINE = frozenset({"jobs", "tokens", "journal"})
"""Tables that stay as they are when a backup comes back: a token that was revoked since
opens nothing again, and what was changed since stays told."""

_BUSY_TIMEOUT_S = 10.0


class Database:
    """One small SQLite file, readable by its owner alone. Safe for many threads and processes.

    A connection lives as long as one call: few calls are made, and none is left open.
    """

    def __init__(self, path: Path) -> None:
        """Open or create; StorageError where the file can't be used."""
        self._path = path
        FORMAT.refuse_newer(path)
        try:
            private_folder(path.parent)
            private_file(path)
        except OSError as error:
            raise StorageError(
                f"Le dossier « {path.parent} » n’accepte pas l’écriture ({error.strerror}) : "
                "changez ses droits ou indiquez un autre dossier par KB_HOME."
            ) from error
        try:
            with closing(self._connect()) as connection:
                FORMAT.bring_up(connection, path)
        except sqlite3.Error as error:
            raise _not_written(path, error) from error

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A connection whose changes are kept together when the block ends well."""
        try:
            with closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection
                reach("office:changed")
                connection.execute("COMMIT")
                reach("office:committed")
        except sqlite3.Error as error:
            raise _not_written(self._path, error) from error

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """What a query finds."""
        try:
            with closing(self._connect()) as connection:
                return connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            if is_damage(error):
                raise _damaged(self._path, error) from error
            raise StorageError(
                f"Les comptes et les travaux n’ont pas pu être lus ({error}) : vérifiez "
                "les droits du dossier de la base."
            ) from error

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection


def _not_written(path: Path, error: sqlite3.Error) -> StorageError:
    if is_damage(error):
        return _damaged(path, error)
    return StorageError(
        f"Les comptes et les travaux n’ont pas pu être écrits ({error}) : vérifiez "
        "l’espace disque et les droits du dossier de la base."
    )


def _damaged(path: Path, error: sqlite3.Error) -> Damaged:
    return Damaged(
        f"Le fichier des comptes « {path} » est abîmé ({error}) : reprenez une sauvegarde par "
        "« kb restore FICHIER », ou effacez-le et refaites le compte par « kb admin create »."
    )


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone may open."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def private_file(path: Path) -> None:
    """Make an empty file that its owner alone may read, where there is none."""
    # What SQLite writes beside a file takes that file's rights. One that is there is not
    # opened: to close it again would drop the locks of this process's connections to it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
