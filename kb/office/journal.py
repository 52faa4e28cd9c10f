"""Who changed what, when, and what came of it: written, read, never corrected.

Only changes are noted. What people search, and who reads what, is nobody's business.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kb.office.database import Database

KEPT = 10_000
"""Entries beyond these are forgotten, oldest first: years of a shelf of brochures."""
LONGEST = 300
"""Characters of what is told of one thing."""


class ActorKind(StrEnum):
    """What someone came in with."""

    ACCOUNT = "account"
    TOKEN = "token"
    COMMAND = "command"
    """The command line, under the name that the system gives its user."""
    UNKNOWN = "unknown"
    """Asked before the product kept who asks."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changed something."""

    kind: ActorKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else ""

    @classmethod
    def read(cls, text: str) -> Actor:
        """The actor that ``str`` wrote."""
        kind, _, name = text.partition(":")
        known = kind in {one.value for one in ActorKind}
        return cls(ActorKind(kind), name) if known and name else NOBODY


NOBODY = Actor(ActorKind.UNKNOWN, "")


class Action(StrEnum):
    """What can be changed."""

    ADD = "add"
    REPLACE = "replace"
    REREAD = "reread"
    REMOVE = "remove"
    REINDEX = "reindex"
    RESTORE = "restore"
    ACCOUNT_MADE = "account-made"
    ACCOUNT_PASSWORD = "account-password"
    ACCOUNT_REMOVED = "account-removed"
    TOKEN_MADE = "token-made"
    TOKEN_REVOKED = "token-revoked"


DONE, FAILED = "done", "failed"
"""Outcomes, beside those of a file (``kb.results.FileState``) and ``interrupted``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change."""

    number: int
    at: datetime
    actor: Actor
    action: Action
    subject: str
    """Title of a brochure, name of a file, of a token or of an account."""
    brochure_id: str
    outcome: str


class Journal:
    """The changes of a base, the last first. Safe for many threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, actor: Actor, action: Action, subject: str, outcome: str = DONE, brochure: str = ""
    ) -> None:
        """Add an entry; the oldest go when there are too many."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        told = (str(actor), action.value, subject, brochure, outcome)
        with self._database.changing() as change:
            number = change.execute(
                "INSERT INTO journal (at, actor, action, subject, brochure_id, outcome)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (at, *(one[:LONGEST] for one in told)),
            ).lastrowid
            change.execute("DELETE FROM journal WHERE number <= ?", ((number or 0) - KEPT,))

    def entries(self, limit: int = 100, offset: int = 0) -> tuple[Entry, ...]:
        """Entries, the last first."""
        rows = self._database.rows(
            "SELECT * FROM journal ORDER BY number DESC LIMIT ? OFFSET ?", limit, offset
        )
        return tuple(map(_entry, rows))

    def count(self) -> int:
        """How many entries there are."""
        return int(self._database.rows("SELECT COUNT(*) FROM journal")[0][0])


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(
        number=row["number"],
        at=datetime.fromisoformat(row["at"]),
        actor=Actor.read(row["actor"]),
        action=Action(row["action"]),
        subject=row["subject"],
        brochure_id=row["brochure_id"],
        outcome=row["outcome"],
    )
