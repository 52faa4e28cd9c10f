"""A catalogue that comes from elsewhere, made ready for the home that it goes to."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from kb.catalog.connection import Connections
from kb.catalog.database import Location, open_database
from kb.errors import Damaged, StorageError

_RENAMING = (
    "UPDATE brochures SET path = ? WHERE path = ?"
    " AND NOT EXISTS (SELECT 1 FROM brochures AS other WHERE other.path = ?)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a home has had, so that nothing of it is given twice."""

    generation: int = 0
    last_key: int = 0
    engine: str = ""
    paths: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each brochure's file, by its path."""


def place_of(where: Location) -> Place:
    """What the catalogue in use has had. Raises StorageError, Damaged where it is unreadable."""
    with closing(open_database(where)) as database:
        try:
            with database.reading():
                meta = {
                    row["name"]: str(row["value"]) for row in database.query("SELECT * FROM meta")
                }
                last_key = database.last_key()
                brochures = database.query("SELECT path, sha256 FROM brochures")
        except StorageError as error:
            if not isinstance(where, Path):  # a server may merely be out of reach
                raise
            raise Damaged(str(error)) from error
    if not meta.get("generation", "").isdecimal():
        raise Damaged(
            "Le catalogue n’a plus de génération : reprenez une sauvegarde par "
            "« kb restore FICHIER »."
        )
    return Place(
        generation=int(meta["generation"]),
        last_key=last_key,
        engine=meta.get("engine", ""),
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
            connection.executemany(_RENAMING, [(new, old, new) for old, new in moved.items()])
            connection.execute(
                "UPDATE meta SET value = 1 + MAX(CAST(value AS INTEGER), ?)"
                " WHERE name = 'generation'",
                (place.generation,),
            )
            # Other brochures may have had these ids there.
            connection.execute(
                "UPDATE brochures SET changed ="
                " (SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'generation')"
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


def rename(where: Location, moved: Mapping[str, str]) -> None:
    """Tell the catalogue in use that files of brochures have other names. Raises StorageError."""
    if not moved:
        return
    with closing(open_database(where)) as database, database.writing() as session:
        session.execute_many(_RENAMING, [(new, old, new) for old, new in moved.items()])


def _renumber(connection: sqlite3.Connection, given: int) -> None:
    """Move every key beyond those that were given, by way of numbers that no row has."""
    if not given:
        return
    for table in ("passages", "analyses"):
        connection.execute(f"UPDATE {table} SET key = -(key + ?)", (given,))
        connection.execute(f"UPDATE {table} SET key = -key")
    connection.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'passages'", (given,))
