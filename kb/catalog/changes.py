"""Changing the catalogue, in SQL that every database of ours understands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path

from kb.catalog import rows
from kb.catalog.database import Session
from kb.catalog.packing import pack, unpack
from kb.catalog.values import Analysis, EngineState, StoredPassage
from kb.model import Reading
from kb.text import fold

_SECTION = ("id", "project", "position", "heading", "heading_printed", "page")
_PASSAGE = (
    *("id", "section", "project", "position", "text", "heading", "heading_printed"),
    *("page", "last_page", "page_printed"),
)


class Transaction:
    """Changes that become visible together, when the block that gave it ends well."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._written: Counter[str] = Counter()
        """How often each spelling comes, all brochures taken together."""
        self._gone: Counter[tuple[str, str]] = Counter()
        """How often the spelling of a folded word goes."""

    def finish(self) -> None:
        """Make the changes that are made once for all of the block."""
        # In the order of the table, nearly: its pages are met one after the other.
        changed = sorted(self._changed_spellings(), key=itemgetter(0))
        self._written.clear()
        self._gone.clear()
        self._session.insert(
            "spellings",
            ("word", "spelling", "occurrences"),
            changed,
            otherwise="(word, spelling)"
            " DO UPDATE SET occurrences = spellings.occurrences + excluded.occurrences",
        )
        if any(count < 0 for _, _, count in changed):
            self._session.execute("DELETE FROM spellings WHERE occurrences <= 0")

    def _changed_spellings(self) -> Iterator[tuple[str, str, int]]:
        """Folded words and their spellings, and how much more or less often each comes."""
        written = self._written
        come = zip(map(fold, written), written, written.values(), strict=True)
        if not self._gone:
            return come
        changes = Counter({(word, spelling): count for word, spelling, count in come})
        changes.subtract(self._gone)
        return ((*one, count) for one, count in changes.items() if count)

    def remove(self, brochure_id: str) -> list[int]:
        """Take a brochure out with all that it holds; the keys of its passages."""
        keys = [
            int(row["key"])
            for row in self._session.execute(
                "SELECT a.key FROM passages a JOIN projects p ON p.number = a.project"
                " WHERE p.brochure_id = ? ORDER BY a.key",
                brochure_id,
            )
        ]
        self._forget_spellings(brochure_id)
        self._session.execute("DELETE FROM brochures WHERE id = ?", brochure_id)
        return keys

    def add(
        self, reading: Reading, path: Path, spellings: Mapping[str, int]
    ) -> list[StoredPassage]:
        """Put a brochure in; its passages with their new keys, in order.

        ``spellings`` says how often each of its words is written as it is.
        """
        self._add_brochure(reading, path)
        self._add_spellings(reading.brochure.id, spellings)
        projects = self._add_projects(reading)
        sections = self._add_sections(reading, projects)
        return self._add_passages(reading, projects, sections)

    def add_analyses(self, analyses: Mapping[int, Analysis]) -> None:
        """Keep what the analyser sees of these passages; of those that are gone, nothing."""
        self._session.execute_many(
            "INSERT INTO analyses (key, stems, context) SELECT ?, ?, ?"
            " WHERE EXISTS (SELECT 1 FROM passages WHERE key = ?)"
            " ON CONFLICT (key) DO UPDATE SET stems = excluded.stems, context = excluded.context",
            [(key, one.stems, one.context, key) for key, one in analyses.items()],
        )

    def set_state(self, state: EngineState) -> None:
        """Switch to another embedder or engine folder."""
        self._session.execute_many(
            "INSERT INTO meta (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            list(asdict(state).items()),
        )

    def _add_brochure(self, reading: Reading, path: Path) -> None:
        brochure = asdict(reading.brochure)
        brochure |= {
            "paged": int(reading.brochure.paged),
            "path": str(path),
            "report": json.dumps(asdict(reading.report), ensure_ascii=False),
            "ingested_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "changed": self._next_generation(),
        }
        self._session.insert("brochures", tuple(brochure), [tuple(brochure.values())])
        self._session.insert(
            "pages",
            ("brochure_id", "number", "printed", "text"),
            [(reading.brochure.id, one.number, one.printed, one.text) for one in reading.pages],
        )

    def _next_generation(self) -> int:
        """That of the base once these changes are visible."""
        found = self._session.execute("SELECT value FROM meta WHERE name = 'generation'")
        return int(found[0]["value"]) + 1

    def _add_spellings(self, brochure_id: str, counted: Mapping[str, int]) -> None:
        """Count how words are written, and keep what this brochure added."""
        packed = pack(counted)
        self._session.insert("counted", ("brochure_id", "spellings"), [(brochure_id, packed)])
        self._written.update(counted)

    def _forget_spellings(self, brochure_id: str) -> None:
        """Take off what a brochure had added; what no brochure writes any more goes."""
        found = self._session.execute(
            "SELECT spellings FROM counted WHERE brochure_id = ?", brochure_id
        )
        with suppress(ValueError):  # what can't be read back stays counted
            self._gone.update(unpack(found[0]["spellings"]) if found else {})

    def _add_projects(self, reading: Reading) -> dict[str, int]:
        """The number that each project of a reading gets, by its id."""
        values = [
            rows.project_values(one, position) for position, one in enumerate(reading.projects)
        ]
        numbers = self._session.insert("projects", rows.PROJECT, values, key="number")
        return dict(zip((one.id for one in reading.projects), numbers, strict=True))

    def _add_sections(self, reading: Reading, projects: Mapping[str, int]) -> dict[str, int]:
        """The number that each section of a reading gets, by its id."""
        values = [
            (one.id, projects[one.project_id], position, one.heading, one.heading_printed, one.page)
            for position, one in enumerate(reading.sections)
        ]
        numbers = self._session.insert("sections", _SECTION, values, key="number")
        return dict(zip((one.id for one in reading.sections), numbers, strict=True))

    def _add_passages(
        self, reading: Reading, projects: Mapping[str, int], sections: Mapping[str, int]
    ) -> list[StoredPassage]:
        # Written out, for "asdict" takes longer than the database does.
        values = [
            (
                one.id,
                sections[one.section_id],
                projects[one.project_id],
                position,
                one.text,
                one.heading,
                one.heading_printed,
                one.page,
                one.last_page,
                one.page_printed,
            )
            for position, one in enumerate(reading.passages)
        ]
        keys = self._session.insert("passages", _PASSAGE, values, key="key")
        return [StoredPassage(*one) for one in zip(keys, reading.passages, strict=True)]
