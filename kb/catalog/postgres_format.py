"""How the tables of a PostgreSQL catalogue come to their present format.

As in a SQLite file, one script after the other, each in a transaction of its own; a table
of one row counts those that were run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.catalog.postgres_connections import driver
from kb.errors import StorageError
from kb.faults import reach
from kb.migrations import Format

if TYPE_CHECKING:
    from kb.catalog.postgres_connections import Connection

FORMAT = Format("kb.catalog", ("postgres.sql",))
"""How a catalogue comes to be; a later format adds a script at the end."""

_TURN = 0x70617373616765  # "passage": whoever makes or changes the tables


def bring_up(connection: Connection, shown: str) -> None:
    """Run what the database lacks; ``shown`` names it for people.

    Raises NewerFormat, and StorageError where its tables can't be ours.
    """
    while (version := stored_version(connection)) != FORMAT.version:
        FORMAT.check(version, shown, "KB_CATALOGUE")
        with connection.transaction():
            connection.execute(f"SELECT pg_advisory_xact_lock({_TURN})")
            if stored_version(connection) == version:  # else another program was first
                _step(connection, version, shown)
        reach("format:kept")


def stored_version(connection: Connection) -> int:
    """How many scripts the database has had; 0 where it holds no catalogue."""
    # The table of tables itself: to_regclass() may remember how things were before a wait.
    there = connection.execute(
        "SELECT 1 AS made FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = current_schema() AND c.relname = 'catalogue_format'"
    )
    if there.fetchone() is None:
        return 0
    found = connection.execute("SELECT version FROM catalogue_format").fetchone()
    return int(_first(found, "version") or 0)


def broken_indexes(connection: Connection) -> list[str]:
    """The indexes of our tables that PostgreSQL does not trust."""
    found = connection.execute(
        "SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE NOT i.indisvalid AND n.nspname = current_schema() ORDER BY 1"
    )
    return [row["name"] for row in found.fetchall()]


def _step(connection: Connection, version: int, shown: str) -> None:
    psycopg = driver()
    if version == 0:
        _check_encoding(connection, shown)
    try:
        for statement in FORMAT.statements(version):
            connection.execute(statement)
    except (psycopg.errors.DuplicateTable, psycopg.errors.DuplicateObject) as error:
        raise StorageError(
            f"La base PostgreSQL « {shown} » contient déjà d’autres tables : donnez-en une vide "
            "par KB_CATALOGUE ; rien n’a été changé."
        ) from error
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidSchemaName) as error:
        raise StorageError(
            f"Les tables du catalogue n’ont pas pu être faites dans « {shown} » "
            f"({error.diag.message_primary}) : créez le schéma s’il manque, et rendez ce compte "
            "propriétaire de la base (« ALTER DATABASE … OWNER TO … »)."
        ) from error
    connection.execute("UPDATE catalogue_format SET version = %s", (version + 1,))
    reach("format:changed")


def _check_encoding(connection: Connection, shown: str) -> None:
    found = connection.execute("SHOW server_encoding").fetchone()
    if (encoding := _first(found, "server_encoding")) != "UTF8":
        raise StorageError(
            f"La base PostgreSQL « {shown} » est en {encoding} : refaites-la en UTF8 "
            "(« createdb --encoding UTF8 --template template0 »)."
        )


def _first(row: dict[str, Any] | None, column: str) -> Any:
    return row[column] if row else None
