"""Reading and changing the catalogue."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kb.catalog import rows
from kb.catalog.connection import Connections
from kb.errors import Busy, Damaged, StorageError
from kb.faults import reach
from kb.migrations import is_damage
from kb.model import PageText, Passage, Project, Reading, Section
from kb.ports import Vectors
from kb.results import BrochureEntry, Statistics

_BATCH = 500
"""Keys in one SQL list, below SQLite's limit on variables."""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with the key under which engines hold it."""

    key: int
    passage: Passage


@dataclass(frozen=True, slots=True)
class EngineState:
    """Which embedder and which engine folder the base uses now."""

    embedder: str
    """What ``kb.wiring`` needs to load the embedder again; empty before the first ingest."""
    fingerprint: str
    engine: str
    """Name of the engine's folder in the base."""
    analysis: str
    """Version of the text rules that made the engine's terms."""


class Transaction:
    """Changes that become visible together, when the block that gave it ends well."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def remove(self, brochure_id: str) -> list[int]:
        """Take a brochure out with all that it holds; the keys of its passages."""
        keys = [
            row["key"]
            for row in self._connection.execute(
                "SELECT key FROM passages WHERE brochure_id = ?", (brochure_id,)
            )
        ]
        self._connection.execute("DELETE FROM brochures WHERE id = ?", (brochure_id,))
        return keys

    def add(
        self, reading: Reading, path: Path, spellings: Mapping[tuple[str, str], int]
    ) -> list[StoredPassage]:
        """Put a brochure in; its passages with their new keys, in order."""
        self._add_brochure(reading, path)
        self._connection.executemany(
            "INSERT INTO spellings VALUES (?, ?, ?, ?)",
            [
                (reading.brochure.id, word, spelling, count)
                for (word, spelling), count in spellings.items()
            ],
        )
        return [
            self._add_passage(passage, position)
            for position, passage in enumerate(reading.passages)
        ]

    def add_vectors(
        self, fingerprint: str, keys: Sequence[int], vectors: Sequence[Vectors]
    ) -> None:
        """Keep the vectors of these passages, each of shape (rows, dim).

        Those of passages that are gone are left out.
        """
        self._connection.executemany(
            "INSERT OR REPLACE INTO vectors SELECT ?1, ?2, ?3, ?4"
            " WHERE EXISTS (SELECT 1 FROM passages WHERE key = ?1)",
            [
                (key, fingerprint, len(rows), rows.astype("<f4").tobytes())
                for key, rows in zip(keys, vectors, strict=True)
            ],
        )

    def set_state(self, state: EngineState) -> None:
        """Switch to another embedder or engine folder; vectors of others are dropped."""
        for name, value in asdict(state).items():
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
        self._connection.execute("DELETE FROM vectors WHERE fingerprint != ?", (state.fingerprint,))

    def _add_brochure(self, reading: Reading, path: Path) -> None:
        brochure = asdict(reading.brochure)
        brochure |= {
            "path": str(path),
            "report": json.dumps(asdict(reading.report), ensure_ascii=False),
            "ingested_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._insert("brochures", brochure)
        for position, project in enumerate(reading.projects):
            self._insert("projects", rows.project_values(project, position))
        for position, section in enumerate(reading.sections):
            self._insert("sections", {**asdict(section), "position": position})
        for page in reading.pages:
            self._insert("pages", {"brochure_id": reading.brochure.id, **asdict(page)})

    def _add_passage(self, passage: Passage, position: int) -> StoredPassage:
        key = self._insert("passages", {**asdict(passage), "position": position})
        return StoredPassage(key, passage)

    def _insert(self, table: str, values: Mapping[str, object]) -> int:
        """Insert one row; table and column names are this module's own."""
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        cursor = self._connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks})",
            tuple(values.values()),
        )
        return cursor.lastrowid or 0


class Catalog:
    """All brochures of a knowledge base. Safe for many threads and processes."""

    def __init__(self, path: Path) -> None:
        """Open or create; StorageError where the file can't be used."""
        self._connections = Connections(path)

    def close(self) -> None:
        """Release the file."""
        self._connections.close()

    @contextmanager
    def transaction(self, *, derived: bool = False) -> Iterator[Transaction]:
        """Change the catalogue: all of the block's changes or none.

        ``derived`` says that only vectors are kept, which changes no answer: the
        generation stays, and searches under way need not begin again.
        """
        connection = self._connections.get()
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise _not_written(error) from error
            raise Busy(
                "Un autre programme écrit dans la base : attendez qu’il ait fini, puis relancez."
            ) from error
        try:
            reach("catalogue:begun")
            yield Transaction(connection)
            if not derived:
                connection.execute(
                    "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'generation'"
                )
            reach("catalogue:changed")
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error):
                raise _not_written(error) from error
            raise
        reach("catalogue:committed")
        self._connections.shorten_journal()

    @contextmanager
    def reading(self) -> Iterator[int]:
        """One state of the catalogue, whatever others write while it is read; its generation.

        This thread changes nothing meanwhile. Blocks may stand in each other: the outermost
        decides.
        """
        connection = self._connections.get()
        if connection.in_transaction:
            yield self.generation()
            return
        try:
            connection.execute("BEGIN")
            yield self.generation()
        finally:
            if connection.in_transaction:
                connection.execute("COMMIT")

    def generation(self) -> int:
        """Grows with every change that searches may see."""
        return int(self._meta("generation"))

    def state(self) -> EngineState:
        """Which embedder and engine folder are in use."""
        return EngineState(**{name: self._meta(name) for name in EngineState.__slots__})

    def brochures(self) -> tuple[BrochureEntry, ...]:
        """Every brochure, by title."""
        found = self._query("SELECT * FROM brochures ORDER BY title, id")
        return tuple(map(rows.brochure_entry, found))

    def brochure(self, brochure_id: str) -> BrochureEntry | None:
        """One brochure, None where unknown."""
        found = self._query("SELECT * FROM brochures WHERE id = ?", brochure_id)
        return rows.brochure_entry(found[0]) if found else None

    def with_content(self, sha256: str) -> tuple[BrochureEntry, ...]:
        """Brochures of the same content."""
        found = self._query("SELECT * FROM brochures WHERE sha256 = ? ORDER BY id", sha256)
        return tuple(map(rows.brochure_entry, found))

    def at_path(self, path: Path) -> BrochureEntry | None:
        """The brochure that was read from this file, None where there is none."""
        found = self._query("SELECT * FROM brochures WHERE path = ?", str(path))
        return rows.brochure_entry(found[0]) if found else None

    def brochure_ids(self) -> set[str]:
        """The id of every brochure."""
        return {row["id"] for row in self._query("SELECT id FROM brochures")}

    def projects(self, brochure_id: str = "") -> tuple[Project, ...]:
        """Every project, or those of one brochure, in the order of the brochures."""
        found = self._query(
            "SELECT * FROM projects WHERE ?1 IN ('', brochure_id) ORDER BY brochure_id, position",
            brochure_id,
        )
        return tuple(map(rows.project, found))

    def project(self, project_id: str) -> Project | None:
        """One project, None where unknown."""
        found = self._query("SELECT * FROM projects WHERE id = ?", project_id)
        return rows.project(found[0]) if found else None

    def sections(self, project_id: str) -> tuple[Section, ...]:
        """The sections of a project, in order."""
        found = self._query(
            "SELECT * FROM sections WHERE project_id = ? ORDER BY position", project_id
        )
        return tuple(map(rows.section, found))

    def passage(self, passage_id: str) -> StoredPassage | None:
        """One passage, None where unknown."""
        found = self._query("SELECT * FROM passages WHERE id = ?", passage_id)
        return _stored(found[0]) if found else None

    def passages(self, keys: Collection[int]) -> dict[int, Passage]:
        """The live passages among ``keys``; keys that are not live are left out."""
        wanted = list(keys)
        found: dict[int, Passage] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            for row in self._query(f"SELECT * FROM passages WHERE key IN ({marks})", *batch):
                found[row["key"]] = rows.passage(row)
        return found

    def passages_of_project(self, project_id: str) -> tuple[StoredPassage, ...]:
        """The passages of a project, in order."""
        found = self._query(
            "SELECT * FROM passages WHERE project_id = ? ORDER BY position", project_id
        )
        return tuple(map(_stored, found))

    def passages_of_brochure(self, brochure_id: str) -> tuple[StoredPassage, ...]:
        """The passages of a brochure, in order."""
        found = self._query(
            "SELECT * FROM passages WHERE brochure_id = ? ORDER BY position", brochure_id
        )
        return tuple(map(_stored, found))

    def all_passages(self) -> Iterator[StoredPassage]:
        """Every passage, in the order of brochures and text, a batch in memory at a time."""
        for brochure_id in sorted(self.brochure_ids()):
            yield from self.passages_of_brochure(brochure_id)

    def live_among(self, keys: Collection[int]) -> list[int]:
        """Those of ``keys`` that are live, in the given order."""
        wanted = list(keys)
        live: set[int] = set()
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            found = self._query(f"SELECT key FROM passages WHERE key IN ({marks})", *batch)
            live.update(row["key"] for row in found)
        return [key for key in wanted if key in live]

    def live_keys(self) -> set[int]:
        """The key of every passage."""
        return {row["key"] for row in self._query("SELECT key FROM passages")}

    def vectors(self, fingerprint: str, keys: Collection[int]) -> dict[int, Vectors]:
        """The kept vectors of these passages, each of shape (rows, dim)."""
        wanted = list(keys)
        found: dict[int, Vectors] = {}
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            marks = ", ".join("?" * len(batch))
            query = f"SELECT * FROM vectors WHERE fingerprint = ? AND key IN ({marks})"
            for row in self._query(query, fingerprint, *batch):
                values = np.frombuffer(row["vectors"], dtype="<f4").astype(np.float32)
                found[row["key"]] = values.reshape(row["rows"], -1)
        return found

    def page_texts(self, brochure_id: str) -> dict[int, str]:
        """The text of each page of a brochure, by its place in the file."""
        found = self._query("SELECT number, text FROM pages WHERE brochure_id = ?", brochure_id)
        return {row["number"]: row["text"] for row in found}

    def pages(self, brochure_id: str, numbers: Collection[int]) -> dict[int, PageText]:
        """These pages of a brochure by their place in the file; unknown ones are left out."""
        marks = ", ".join("?" * len(numbers))
        found = self._query(
            "SELECT number, printed, text FROM pages"
            f" WHERE brochure_id = ? AND number IN ({marks})",
            brochure_id,
            *numbers,
        )
        return {row["number"]: PageText(**row) for row in found}

    def spelling(self, word: str) -> str:
        """How a folded word is written: in lower case where it ever is, else mostly.

        A capital at the start of a sentence says nothing; that of a name stands everywhere.
        """
        found = self._query(
            "SELECT spelling, SUM(occurrences) AS total FROM spellings WHERE word = ?"
            " GROUP BY spelling ORDER BY total DESC, spelling",
            word,
        )
        written = [str(row["spelling"]) for row in found]
        return next((one for one in written if one.islower()), written[0] if written else word)

    def vocabulary(self) -> list[tuple[str, str, int]]:
        """Every folded word, each way in which it is written, and how often so."""
        found = self._query(
            "SELECT word, spelling, SUM(occurrences) AS total FROM spellings"
            " GROUP BY word, spelling ORDER BY word, spelling"
        )
        return [(row["word"], row["spelling"], row["total"]) for row in found]

    def statistics(self) -> Statistics:
        """Counts of brochures, projects and passages."""
        row = self._query(
            "SELECT (SELECT COUNT(*) FROM brochures) AS brochures,"
            " (SELECT COUNT(*) FROM projects) AS projects,"
            " (SELECT COUNT(*) FROM passages) AS passages"
        )[0]
        return Statistics(row["brochures"], row["projects"], row["passages"])

    def integrity_problem(self) -> str:
        """What SQLite finds wrong with the file; empty when it is sound."""
        found = str(self._query("PRAGMA quick_check")[0][0])
        return "" if found == "ok" else found

    def _meta(self, name: str) -> str:
        found = self._query("SELECT value FROM meta WHERE name = ?", name)
        return str(found[0]["value"]) if found else ""

    def _query(self, sql: str, *values: object) -> list[sqlite3.Row]:
        try:
            return self._connections.get().execute(sql, values).fetchall()
        except sqlite3.Error as error:
            if is_damage(error):
                raise _damaged(error) from error
            raise StorageError(
                f"La base n’a pas pu être lue ({error}) : lancez « kb doctor »."
            ) from error


def _damaged(error: sqlite3.Error) -> Damaged:
    return Damaged(
        f"Le catalogue est abîmé ({error}) : reprenez une sauvegarde par « kb restore FICHIER »."
    )


def _not_written(error: sqlite3.Error) -> StorageError:
    if is_damage(error):
        return _damaged(error)
    return StorageError(
        f"La base n’a pas pu être écrite ({error}) : vérifiez l’espace disque et "
        "les droits ; rien n’a été changé."
    )


def _stored(row: sqlite3.Row) -> StoredPassage:
    return StoredPassage(row["key"], rows.passage(row))
