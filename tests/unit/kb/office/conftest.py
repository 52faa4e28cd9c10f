"""Accounts that cost little to check, a clock that the test moves, a library of plain files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from argon2 import PasswordHasher

from kb.errors import NotFound
from kb.library import Library
from kb.model import Brochure, IngestReport
from kb.office.accounts import Accounts
from kb.office.database import Database
from kb.office.desk import Desk
from kb.office.intake import Intake
from kb.office.jobs import Jobs
from kb.results import BrochureEntry, FileOutcome, FileState, IngestOutcome

SECRET = b"s" * 32
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Clock:
    """Tells the time that it is given."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "office" / "office.sqlite")


@pytest.fixture
def accounts(database: Database, clock: Clock) -> Accounts:
    return Accounts(database, CHEAP, clock)


class FakeLibrary:
    """Takes files in by their content: no text is refused, the rest is kept by path."""

    def __init__(self) -> None:
        self.entries: dict[str, BrochureEntry] = {}
        self.read: list[Path] = []
        self.failures: list[Exception] = []

    def _take(self, path: Path, brochure_id: str) -> FileOutcome:
        self.read.append(path)
        if self.failures:
            raise self.failures.pop(0)
        content = path.read_bytes()
        if not content.strip():
            return FileOutcome(str(path), FileState.REFUSED, "Le fichier est vide.")
        digest = hashlib.sha256(content).hexdigest()
        for entry in self.entries.values():
            if entry.brochure.sha256 == digest and entry.path != str(path):
                return FileOutcome(str(path), FileState.DUPLICATE, "Déjà là.", entry.brochure.id)
        known = self.entries.get(brochure_id)
        brochure = Brochure(
            brochure_id, brochure_id.title(), None, path.name, digest, "txt", False, 1, "generique"
        )
        report = IngestReport(1, 1, 1, 1)
        now = datetime(2025, 3, 1, tzinfo=UTC)
        self.entries[brochure_id] = BrochureEntry(brochure, report, now, str(path))
        state = FileState.ADDED if known is None else FileState.UPDATED
        return FileOutcome(str(path), state, "1 passage.", brochure_id, report)

    def ingest(self, paths: Sequence[Path], *, again: bool = False) -> IngestOutcome:
        """One path, whose brochure is named after it."""
        (path,) = paths
        for entry in self.entries.values():
            if entry.path == str(path):
                same = entry.brochure.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
                if same and not again:
                    outcome = FileOutcome(
                        str(path), FileState.UNCHANGED, "Inchangée.", entry.brochure.id
                    )
                    return IngestOutcome((outcome,))
                return IngestOutcome((self._take(path, entry.brochure.id),))
        return IngestOutcome((self._take(path, path.stem),))

    def replace(self, brochure_id: str, path: Path) -> FileOutcome:
        """Under the same id, from another file."""
        return self._take(path, brochure_id)

    def brochure(self, brochure_id: str) -> BrochureEntry:
        """By id."""
        if brochure_id not in self.entries:
            raise NotFound(f"Aucune brochure « {brochure_id} ».")
        return self.entries[brochure_id]

    def brochures(self) -> tuple[BrochureEntry, ...]:
        """All of them."""
        return tuple(self.entries.values())

    def remove(self, brochure_id: str) -> BrochureEntry:
        """Forgets it."""
        entry = self.brochure(brochure_id)
        del self.entries[brochure_id]
        return entry


@pytest.fixture
def library() -> FakeLibrary:
    return FakeLibrary()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "office" / "intake.lock"


@pytest.fixture
def intake(library: FakeLibrary, folder: Path, lock: Path) -> Intake:
    return Intake(cast(Library, library), folder, lock)


def files(folder: Path) -> dict[str, str]:
    """Names and contents of the files of a folder."""
    return {each.name: each.read_text() for each in folder.iterdir()} if folder.exists() else {}


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


@pytest.fixture
def make_desk(
    library: FakeLibrary, jobs: Jobs, intake: Intake, tmp_path: Path
) -> Callable[[], Desk]:
    """Each desk is that of another process over the same base."""

    def make() -> Desk:
        return Desk(cast(Library, library), jobs, intake, tmp_path / "office", SECRET)

    return make


@pytest.fixture
def desk(make_desk: Callable[[], Desk]) -> Desk:
    return make_desk()


def sent(content: str) -> Callable[[Path], object]:
    """Saves a file as the site does, with this content."""
    return lambda path: path.write_text(content)
