"""How a SQLite file of ours comes to its present format, one script after the other.

The file's ``user_version`` counts the scripts that it has had. A new file runs them all,
so that it can't differ from one that was upgraded.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kb.errors import Damaged, NewerFormat
from kb.faults import reach

_BUSY_TIMEOUT_S = 10.0
_WAYS_TO_READ = ("?mode=rw", "?mode=ro&immutable=1")
"""As SQLite would, and from a folder in which nothing can be written."""


@dataclass(frozen=True, slots=True)
class Format:
    """The scripts that make a file, in the order in which they came to be."""

    package: str
    """Where the scripts are."""
    scripts: tuple[str, ...]
    """Never changed in what they do, nor taken out, once a version was given away."""

    @property
    def version(self) -> int:
        """The present format."""
        return len(self.scripts)

    def refuse_newer(self, path: Path) -> None:
        """Raise ``NewerFormat`` where a later version of the program made the file."""
        self.check(stored_version(path), path)

    def statements(self, version: int) -> list[str]:
        """What leads from that version to the next, one statement after the other."""
        script = files(self.package).joinpath(self.scripts[version]).read_text(encoding="utf-8")
        return [statement for statement in script.split(";\n") if statement.strip()]

    def check(self, version: int, where: Path | str, setting: str = "KB_HOME") -> None:
        """Raise ``NewerFormat`` for a version that this program does not know.

        ``where`` was found at that version; ``setting`` names another place.
        """
        if version > self.version:
            raise NewerFormat(
                f"« {where} » vient d’une version plus récente de Passages (format {version}, ici "
                f"{self.version}) : mettez le logiciel à jour, ou indiquez une autre base par "
                f"{setting} ; rien n’a été changé."
            )

    def bring_up(self, connection: sqlite3.Connection, path: Path) -> None:
        """Run what the file lacks, each script in a transaction of its own.

        ``connection`` is in no transaction and opens none by itself. Raises
        ``NewerFormat``, and ``Damaged`` where the file is not one of ours.
        """
        # Read before any lock is taken: who opens a file of today waits for no writer.
        while (version := _version(connection)) != self.version:
            self.check(version, path)
            connection.execute("BEGIN IMMEDIATE")
            try:
                if _version(connection) == version:  # else another process was first
                    self._step(connection, version, path)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            reach("format:kept")

    def _step(self, connection: sqlite3.Connection, version: int, path: Path) -> None:
        if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise Damaged(
                f"Le fichier « {path} » n’a pas été fait par Passages : indiquez un autre "
                "dossier par KB_HOME."
            )
        for statement in self.statements(version):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version + 1}")
        reach("format:changed")


def stored_version(path: Path) -> int:
    """The format of a SQLite file; 0 where there is none that can be read.

    Asked of SQLite. Were the file opened and closed here, this process would lose the locks
    of all its connections to it (sqlite.org/howtocorrupt.html, 2.2).
    """
    for how in _WAYS_TO_READ:
        uri = path.absolute().as_uri() + how
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S)) as connection,
        ):
            return _version(connection)
    return 0


def is_damage(error: Exception) -> bool:
    """Whether SQLite says that a file is not what it should be, rather than out of reach."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
