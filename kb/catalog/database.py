"""What the catalogue asks of a database, whichever it is.

Statements are written once, in the SQL that SQLite (3.24 and later) and PostgreSQL share,
with ``?`` for values. What differs between the two stays in ``sqlite.py`` and
``postgres.py``: how a transaction begins, who waits for whom, and what an error means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

Location = Path | str
"""Where a catalogue is: a SQLite file, or the address of a PostgreSQL database."""


class Row(Protocol):
    """One row of an answer; ``dict(row)`` gives its columns by name."""

    def __getitem__(self, column: str, /) -> Any:
        """The value of that column."""

    def keys(self) -> Iterable[str]:
        """The names of the columns, in order."""


class Session(Protocol):
    """One transaction that changes the catalogue."""

    def execute(self, sql: str, *values: object) -> list[Row]:
        """Run one statement; what it gives back, empty where it gives nothing."""

    def execute_many(self, sql: str, rows: Sequence[Sequence[object]]) -> None:
        """Run one statement for each of these rows of values."""

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        key: str = "",
        otherwise: str = "",
    ) -> list[int]:
        """Add rows of these columns; the values given to ``key``, in their order.

        Without ``key``, nothing is given back. ``otherwise`` is what is done ON CONFLICT
        with a row that is there; no two of ``rows`` meet. Names are the program's own.
        """

    def go_on_from(self, key: int) -> None:
        """Give no passage that key, or a lower one; numbers follow on those that are there."""


class Database(Protocol):
    """Keeps the catalogue. Safe for many threads and processes.

    Every call raises ``StorageError``, ``Damaged`` or ``Busy`` with a sentence that says
    what to do.
    """

    def query(self, sql: str, *values: object) -> list[Row]:
        """What a question finds, in the block that this thread is in, or by itself."""

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction, kept when the block ends well: one at a time over all processes.

        Busy where another goes on for too long. Who reads waits for nobody.
        """

    def reading(self) -> AbstractContextManager[None]:
        """One state of the catalogue for all questions of the block, whatever others write.

        Blocks may stand in each other, and in ``writing``: the outermost decides.
        """

    def last_key(self) -> int:
        """The last key that a passage was given, be it gone; 0 before the first."""

    def problem(self) -> str:
        """What the database finds wrong with what it keeps; empty when it is sound."""

    def close(self) -> None:
        """Release files and connections."""


def open_database(place: Location) -> Database:
    """Open or create the catalogue that is there.

    Raises StorageError where it can't be used, NewerFormat where a later version of the
    program made it, Damaged where it is not a catalogue any more, and ConfigurationError
    for an address that can't be one.
    """
    if isinstance(place, Path):
        from kb.catalog.sqlite import SqliteDatabase

        return SqliteDatabase(place)
    from kb.catalog.postgres import PostgresDatabase

    return PostgresDatabase(place)


def insertion(table: str, columns: Iterable[str], otherwise: str = "", rows: int = 1) -> str:
    """The statement that adds rows of these columns; all names are the program's own."""
    names = [f'"{column}"' for column in columns]
    row = f"({', '.join('?' * len(names))})"
    conflict = f" ON CONFLICT {otherwise}" if otherwise else ""
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * rows)}{conflict}"
