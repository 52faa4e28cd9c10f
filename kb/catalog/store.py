"""Reading the catalogue, and opening what changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.catalog import rows
from kb.catalog.changes import Transaction
from kb.catalog.database import Location, Row, open_database
from kb.catalog.values import AnalysedPassage, EngineState, StoredPassage
from kb.faults import reach
from kb.model import PageText, Passage, Project, Section
from kb.results import BrochureEntry, Statistics

_BATCH = 500
"""Keys in one SQL list, below SQLite's limit on variables."""
_PASSAGES = (
    "SELECT a.*, s.id AS section_id, p.id AS project_id, p.brochure_id FROM passages a"
    " JOIN sections s ON s.number = a.section JOIN projects p ON p.number = a.project"
)

_ANALYSED = (
    "SELECT a.key, p.id AS project_id, a.heading, x.stems, x.context FROM passages a"
    " JOIN projects p ON p.number = a.project LEFT JOIN analyses x ON x.key = a.key"
)


class Catalog:
    """All brochures of a knowledge base. Safe for many threads and processes.

    Calls raise StorageError, Damaged or Busy, with a sentence that says what to do.
    """

    def __init__(self, place: Location) -> None:
        """Open or create: a SQLite file, or the tables in a PostgreSQL database.

        Raises what ``kb.catalog.database.open_database`` does.
        """
        self._database = open_database(place)

    def close(self) -> None:
        """Release files and connections."""
        self._database.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Change the catalogue: all of the block's changes or none."""
        with self._database.writing() as session:
            reach("catalogue:begun")
            change = Transaction(session)
            yield change
            change.finish()
            session.execute(
                "UPDATE meta SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT)"
                " WHERE name = 'generation'"
            )
            reach("catalogue:changed")
        reach("catalogue:committed")

    @contextmanager
    def reading(self) -> Iterator[int]:
        """One state of the catalogue, whatever others write while it is read; its generation.

        This thread changes nothing meanwhile. Blocks may stand in each other: the outermost
        decides.
        """
        with self._database.reading():
            yield self.generation()

    def generation(self) -> int:
        """Grows with every change that searches may see."""
        return int(self._meta()["generation"])

    def state(self) -> EngineState:
        """Which embedder and engine folder are in use."""
        told = self._meta()
        return EngineState(**{name: told.get(name, "") for name in EngineState.__slots__})

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

    def changed_with(self) -> dict[str, int]:
        """The generation with which each brochure came as it is, by its id."""
        found = self._query("SELECT id, changed FROM brochures")
        return {row["id"]: int(row["changed"]) for row in found}

    def paths(self) -> dict[str, str]:
        """Where the file of each brochure was, by the brochure's id, in the order of ids."""
        found = self._query("SELECT id, path FROM brochures ORDER BY id")
        return {row["id"]: row["path"] for row in found}

    def contents(self) -> set[str]:
        """The SHA-256 of the file of each brochure."""
        return {row["sha256"] for row in self._query("SELECT sha256 FROM brochures")}

    def projects(self, brochure_id: str = "") -> tuple[Project, ...]:
        """Every project, or those of one brochure, in the order of the brochures."""
        if brochure_id:
            found = self._query(
                "SELECT * FROM projects WHERE brochure_id = ? ORDER BY position", brochure_id
            )
        else:
            found = self._query("SELECT * FROM projects ORDER BY brochure_id, position")
        return tuple(map(rows.project, found))

    def project(self, project_id: str) -> Project | None:
        """One project, None where unknown."""
        found = self._query("SELECT * FROM projects WHERE id = ?", project_id)
        return rows.project(found[0]) if found else None

    def sections(self, project_id: str) -> tuple[Section, ...]:
        """The sections of a project, in order."""
        found = self._query(
            "SELECT s.*, p.id AS project_id FROM sections s JOIN projects p ON p.number = s.project"
            " WHERE p.id = ? ORDER BY s.position",
            project_id,
        )
        return tuple(map(rows.section, found))

    def passage(self, passage_id: str) -> StoredPassage | None:
        """One passage, None where unknown."""
        found = self._query(f"{_PASSAGES} WHERE a.id = ?", passage_id)
        return _stored(found[0]) if found else None

    def passages(self, keys: Collection[int]) -> dict[int, Passage]:
        """The live passages among ``keys``; keys that are not live are left out."""
        found = self._query_keys(f"{_PASSAGES} WHERE a.key IN", keys)
        return {row["key"]: rows.passage(row) for row in found}

    def analysed(self, keys: Collection[int]) -> Iterator[AnalysedPassage]:
        """The live passages among ``keys``, as searches compare them with a query."""
        for row in self._query_keys(f"{_ANALYSED} WHERE a.key IN", keys):
            yield AnalysedPassage(
                row["key"], row["project_id"], row["heading"], row["stems"], row["context"]
            )

    def passages_of_project(self, project_id: str) -> tuple[StoredPassage, ...]:
        """The passages of a project, in order."""
        found = self._query(f"{_PASSAGES} WHERE p.id = ? ORDER BY a.position", project_id)
        return tuple(map(_stored, found))

    def passages_of_brochure(self, brochure_id: str) -> tuple[StoredPassage, ...]:
        """The passages of a brochure, in order."""
        found = self._query(f"{_PASSAGES} WHERE p.brochure_id = ? ORDER BY a.position", brochure_id)
        return tuple(map(_stored, found))

    def all_passages(self) -> Iterator[StoredPassage]:
        """Every passage, in the order of brochures and text, a batch in memory at a time."""
        for brochure_id in sorted(self.brochure_ids()):
            yield from self.passages_of_brochure(brochure_id)

    def live_among(self, keys: Collection[int]) -> list[int]:
        """Those of ``keys`` that are live, in the given order."""
        found = self._query_keys("SELECT key FROM passages WHERE key IN", keys)
        live = {row["key"] for row in found}
        return [key for key in keys if key in live]

    def newest_keys(self, most: int) -> list[int]:
        """The keys of the passages that were added last, ``most`` at most, the last one first."""
        found = self._query("SELECT key FROM passages ORDER BY key DESC LIMIT ?", most)
        return [row["key"] for row in found]

    def live_keys(self) -> set[int]:
        """The key of every passage."""
        return {row["key"] for row in self._query("SELECT key FROM passages")}

    def page_texts(self, brochure_id: str) -> dict[int, str]:
        """The text of each page of a brochure, by its place in the file."""
        found = self._query("SELECT number, text FROM pages WHERE brochure_id = ?", brochure_id)
        return {row["number"]: row["text"] for row in found}

    def pages(self, brochure_id: str, numbers: Collection[int]) -> dict[int, PageText]:
        """These pages of a brochure by their place in the file; unknown ones are left out."""
        if not numbers:
            return {}
        marks = ", ".join("?" * len(numbers))
        found = self._query(
            "SELECT number, printed, text FROM pages"
            f" WHERE brochure_id = ? AND number IN ({marks})",
            brochure_id,
            *numbers,
        )
        return {row["number"]: PageText(**dict(row)) for row in found}

    def spelling(self, word: str) -> str:
        """How a folded word is written: in lower case where it ever is, else mostly.

        A capital at the start of a sentence says nothing; that of a name stands everywhere.
        """
        found = self._query(
            "SELECT spelling FROM spellings WHERE word = ? ORDER BY occurrences DESC, spelling",
            word,
        )
        written = [str(row["spelling"]) for row in found]
        return next((one for one in written if one.islower()), written[0] if written else word)

    def occurrences(self, words: Collection[str]) -> Counter[str]:
        """How often each of these folded words stands in the brochures, however it is written."""
        found: Counter[str] = Counter()
        for row in self._query_keys("SELECT word, occurrences FROM spellings WHERE word IN", words):
            found[row["word"]] += row["occurrences"]
        return found

    def vocabulary(self, most: int) -> list[tuple[str, str, int]]:
        """The ``most`` frequent folded words, each way in which each is written, and how often so.

        In the order of the alphabet.
        """
        found = self._query(
            "SELECT word, spelling, occurrences FROM spellings WHERE word IN"
            " (SELECT word FROM spellings GROUP BY word"
            " ORDER BY SUM(occurrences) DESC, word LIMIT ?)"
            " ORDER BY word, spelling",
            most,
        )
        return [(row["word"], row["spelling"], row["occurrences"]) for row in found]

    def statistics(self) -> Statistics:
        """Counts of brochures, projects and passages."""
        row = self._query(
            "SELECT (SELECT COUNT(*) FROM brochures) AS brochures,"
            " (SELECT COUNT(*) FROM projects) AS projects,"
            " (SELECT COUNT(*) FROM passages) AS passages"
        )[0]
        return Statistics(row["brochures"], row["projects"], row["passages"])

    def integrity_problem(self) -> str:
        """What the database finds wrong with what it keeps; empty when it is sound."""
        return self._database.problem()

    def _meta(self) -> dict[str, str]:
        found = self._query("SELECT name, value FROM meta")
        return {row["name"]: str(row["value"]) for row in found}

    def _query(self, sql: str, *values: object) -> list[Row]:
        return self._database.query(sql, *values)

    def _query_keys(self, sql: str, keys: Collection[int] | Collection[str]) -> Iterator[Row]:
        """Rows of a query that ends in a list of keys, asked for some at a time."""
        wanted = list(keys)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            yield from self._query(f"{sql} ({', '.join('?' * len(batch))})", *batch)


def _stored(row: Row) -> StoredPassage:
    return StoredPassage(row["key"], rows.passage(row))
