"""A catalogue that comes from elsewhere, made ready for the home that it goes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kb.catalog.connection import Connections
from kb.errors import Damaged, StorageError


@dataclass(frozen=True, slots=True)
class Place:
    """What a home has had, so that nothing of it is given twice."""

    generation: int = 0
    last_key: int = 0
    engine: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each brochure's file, by its path."""


def place_of(path: Path) -> Place:
    """What the catalogue in use has had. Raises StorageError, Damaged where it is unreadable."""
    with closing(Connections(path)) as connections:
        connection = connections.get()
        try:
            meta = dict(connection.execute("SELECT name, value FROM meta").fetchall())
            last = connection.execute(
                "SELECT seq FROM sqlite_sequence WHERE name = 'passages'"
            ).fetchone()
            brochures = connection.execute("SELECT path, sha256 FROM brochures").fetchall()
        except sqlite3.Error as error:
            raise Damaged(f"Le catalogue « {path} » ne peut pas être lu ({error}).") from error
    if not str(meta.get("generation", "")).isdecimal():
        raise Damaged(f"Le catalogue « {path} » n’a plus de génération.")
    return Place(
        generation=int(meta["generation"]),
        last_key=int(last[0]) if last else 0,
        engine=str(meta.get("engine", "")),
        paths={row["path"]: row["sha256"] for row in brochures},
    )


def settle(path: Path, place: Place, engine: str, moved: Mapping[str, str]) -> None:
    """Make a catalogue follow on what its new home has had.

    Passages get keys that the home has never given, the generation goes on from there,
    the engine is called ``engine``, and the files of brochures are where ``moved`` says.
    One transaction. Raises StorageError.
    """
    with closing(Connections(path)) as connections:
        connection = connections.get()
        try:
            connection.execute("PRAGMA foreign_keys = OFF")  # keys change in two tables
            connection.execute("BEGIN IMMEDIATE")
            _renumber(connection, place.last_key)
            connection.executemany(
                "UPDATE OR IGNORE brochures SET path = ? WHERE path = ?",
                [(new, old) for old, new in moved.items()],
            )
            connection.execute(
                "UPDATE meta SET value = 1 + MAX(CAST(value AS INTEGER), ?)"
                " WHERE name = 'generation'",
                (place.generation,),
            )
            # A base that was never filled has no engine.
            connection.execute(
                "UPDATE meta SET value = ? WHERE name = 'engine' AND value != ''", (engine,)
            )
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StorageError(
                f"La copie « {path} » n’a pas pu être écrite ({error}) : vérifiez l’espace disque."
            ) from error


def rename(path: Path, moved: Mapping[str, str]) -> None:
    """Tell the catalogue in use that files of brochures have other names. Raises StorageError."""
    if not moved:
        return
    with closing(Connections(path)) as connections:
        try:
            connections.get().executemany(
                "UPDATE OR IGNORE brochures SET path = ? WHERE path = ?",
                [(new, old) for old, new in moved.items()],
            )
        except sqlite3.Error as error:
            raise StorageError(
                f"La base n’a pas pu être écrite ({error}) : vérifiez l’espace disque."
            ) from error


def _renumber(connection: sqlite3.Connection, given: int) -> None:
    """Move every key beyond those that were given, by way of numbers that no row has."""
    if not given:
        return
    for table in ("passages", "vectors"):
        connection.execute(f"UPDATE {table} SET key = -(key + ?)", (given,))
        connection.execute(f"UPDATE {table} SET key = -key")
    connection.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'passages'", (given,))
