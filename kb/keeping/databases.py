"""Whole SQLite files: one state copied out, one state copied in, and what a file is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kb.catalog.connection import frozen
from kb.errors import Damaged, StorageError
from kb.migrations import is_damage

_BUSY_TIMEOUT_S = 30.0
_PAGES = 4096
"""Pages copied before an interruption is noticed."""

Shape = frozenset[tuple[str, str, str]]
"""Kind, name and definition of each table and index."""


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing, and trusts nothing of what the file says of itself."""
    uri = path.absolute().as_uri() + (frozen(path) or "?mode=ro")
    try:
        with closing(_connect(uri)) as connection:
            # As SQLite advises for files of others (sqlite.org/security.html).
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            yield connection
    except sqlite3.Error as error:
        if is_damage(error):
            raise Damaged(
                f"Le fichier « {path} » est abîmé ({error}) : "
                "reprenez une sauvegarde par « kb restore FICHIER »."
            ) from error
        raise StorageError(
            f"Le fichier « {path} » ne peut pas être lu ({error}) : vérifiez ses droits."
        ) from error


def copy_out(source: Path, target: Path) -> None:
    """Write one state of a database that others may be changing to a new file.

    Nobody waits for it. Raises StorageError.
    """
    with reading(source) as live:
        # One transaction, or SQLite would begin again at each change of others.
        live.execute("BEGIN")
        live.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        try:
            with closing(_connect(target.absolute().as_uri())) as copy:
                live.backup(copy, pages=_PAGES)
                # The copy is one file: nothing stays in another beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            if is_damage(error):
                raise
            raise StorageError(
                f"La copie « {target.parent} » n’a pas pu être écrite ({error}) : "
                "vérifiez l’espace disque et les droits."
            ) from error
    _sync(target)


def copy_in(source: Path, target: Path) -> None:
    """Put the content of a database in the place of that of another, in one transaction.

    Whoever reads ``target`` meanwhile goes on with what was there; a process that dies
    leaves it as it was. Raises StorageError.
    """
    try:
        with (
            closing(_connect(source.absolute().as_uri())) as new,
            closing(_connect(target.absolute().as_uri())) as live,
        ):
            live.execute("PRAGMA synchronous = FULL")
            page_size = live.execute("PRAGMA page_size").fetchone()[0]
            if page_size != new.execute("PRAGMA page_size").fetchone()[0]:
                new.execute("PRAGMA journal_mode = DELETE")
                new.execute(f"PRAGMA page_size = {int(page_size)}")
                new.execute("VACUUM")
            new.backup(live)
    except sqlite3.Error as error:
        raise StorageError(
            f"« {target} » n’a pas pu être remplacé ({error}) : vérifiez l’espace disque et les "
            "droits ; rien n’a été changé."
        ) from error


def replace_rows(source: Path, target: Path, but: frozenset[str]) -> None:
    """Put the rows of one database in the place of those of another of the same shape.

    One transaction; the tables ``but`` stay as they are. Raises StorageError.
    """
    try:
        with closing(_connect(target.absolute().as_uri())) as live:
            live.execute("PRAGMA foreign_keys = OFF")
            live.execute("ATTACH DATABASE ? AS backup", (str(source.absolute()),))
            live.execute("BEGIN IMMEDIATE")
            tables = [
                row[0]
                for row in live.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
                if not row[0].startswith("sqlite_") and row[0] not in but
            ]
            for table in tables:
                live.execute(f'DELETE FROM main."{table}"')
                live.execute(f'INSERT INTO main."{table}" SELECT * FROM backup."{table}"')
            live.execute("COMMIT")
    except sqlite3.Error as error:
        raise StorageError(
            f"« {target} » n’a pas pu être remplacé ({error}) : vérifiez l’espace disque et les "
            "droits ; rien n’y a été changé."
        ) from error


def flatten(path: Path) -> None:
    """Have all of a database in one file, with nothing of it beside. Raises StorageError."""
    try:
        with closing(_connect(path.absolute().as_uri())) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StorageError(
            f"La copie « {path} » n’a pas pu être écrite ({error}) : vérifiez l’espace disque."
        ) from error
    _sync(path)


def forget_rows(path: Path, tables: frozenset[str]) -> None:
    """Empty these tables, where they are, so that no byte of their rows is left in the file."""
    with closing(_connect(path.absolute().as_uri())) as connection:
        known = {
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        for table in sorted(tables & known):
            connection.execute(f'DELETE FROM "{table}"')
        connection.execute("VACUUM")
    _sync(path)


def problem_of(path: Path, *, whole: bool = True) -> str:
    """What SQLite finds wrong with a file; empty when it is sound.

    Without ``whole``, indexes are not compared with their tables. Raises StorageError.
    """
    with reading(path) as connection:
        check = "integrity_check" if whole else "quick_check"
        found = str(connection.execute(f"PRAGMA {check}(1)").fetchone()[0])
        if found != "ok":
            return found
        orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return f"{orphan[0]} : une ligne dépend d’une autre qui manque" if orphan else ""


def shape_of(path: Path) -> Shape:
    """The tables and indexes of a file, and whatever else it defines."""
    with reading(path) as connection:
        return frozenset(
            (kind, name, " ".join((sql or "").split()))
            for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master")
        )


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
