"""A whole catalogue, from one database to another: a file to PostgreSQL, or back.

Rows go as they are, keys included, so that the engine that was filled from the one fits
the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing

from kb.catalog.database import Database, Location, Row, Session, open_database
from kb.errors import InputError, StorageError

TABLES: Mapping[str, tuple[str, ...]] = {
    "meta": ("name",),
    "brochures": ("id",),
    "projects": ("number",),
    "sections": ("number",),
    "passages": ("key",),
    "analyses": ("key",),
    "pages": ("brochure_id", "number"),
    "counted": ("brochure_id",),
    "spellings": ("word", "spelling"),
}
"""Every table with the columns that tell its rows apart; what others refer to comes first."""

_BATCH = 500
"""Rows in memory at once."""

Progress = Callable[[int, int], None]
"""``(rows done, rows in all)``."""


def copy_catalogue(
    source: Location, target: Location, *, replace: bool = False, progress: Progress | None = None
) -> dict[str, int]:
    """Copy one state of a catalogue that others may be changing; the rows of each table.

    One transaction of ``target``, whose rows are counted before it is kept. Raises
    InputError where there are brochures already (unless ``replace``), and what
    ``open_database`` raises.
    """
    with (
        closing(open_database(source)) as old,
        closing(open_database(target)) as new,
        old.reading(),
        new.writing() as session,
    ):
        if not replace and session.execute("SELECT 1 FROM brochures LIMIT 1"):
            raise InputError(
                "Il y a déjà des brochures dans le catalogue d’arrivée : donnez une base vide."
            )
        counted = {table: _count(old.query, table) for table in TABLES}
        _fill(old, session, sum(counted.values()), progress)
        session.go_on_from(old.last_key())
        wrong = [table for table in TABLES if _count(session.execute, table) != counted[table]]
        if wrong:
            raise StorageError(
                f"La copie du catalogue n’est pas complète ({', '.join(wrong)}) : relancez ; "
                "rien n’a été changé."
            )
    return counted


def _fill(old: Database, new: Session, total: int, progress: Progress | None) -> None:
    for table in reversed(tuple(TABLES)):
        new.execute(f"DELETE FROM {table}")
    done = 0
    for table, key in TABLES.items():
        for batch in _batches(old, table, key):
            columns = list(batch[0].keys())
            new.insert(table, columns, [[row[one] for one in columns] for row in batch])
            done += len(batch)
            if progress:
                progress(done, total)


def _batches(database: Database, table: str, key: tuple[str, ...]) -> Iterator[list[Row]]:
    """The rows of a table in the order of its key, some at a time."""
    columns = ", ".join(key)
    marks = ", ".join("?" * len(key))
    first = f"SELECT * FROM {table} ORDER BY {columns} LIMIT {_BATCH}"
    after = f"SELECT * FROM {table} WHERE ({columns}) > ({marks}) ORDER BY {columns} LIMIT {_BATCH}"
    found = database.query(first)
    while found:
        yield found
        found = database.query(after, *(found[-1][column] for column in key))


def _count(ask: Callable[[str], list[Row]], table: str) -> int:
    return int(ask(f"SELECT COUNT(*) AS rows_in_all FROM {table}")[0]["rows_in_all"])
