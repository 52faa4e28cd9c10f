"""Work on brochures that was asked for, and what became of it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kb.errors import NotFound
from kb.office.database import Database
from kb.results import FileOutcome

KEPT = 200
"""Finished jobs beyond these are forgotten, oldest first."""

INTERRUPTED = (
    "Le serveur s’est arrêté pendant ce travail, la base est restée comme avant : relancez-le."
)


class JobKind(StrEnum):
    """What is to be done."""

    ADD = "add"
    REPLACE = "replace"
    REREAD = "reread"
    REMOVE = "remove"


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


ACTIVE = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work on one brochure."""

    number: int
    kind: JobKind
    subject: str
    """Name of the file or title of the brochure, as it is shown."""
    brochure_id: str
    """The brochure that it is about; empty while a new one is not read."""
    file_name: str
    """Name that a sent file gets in the folder of uploads; empty where none was sent."""
    staging: str
    """Name of the folder where a sent file waits; empty where none was sent."""
    state: JobState
    outcome: str
    """A ``FileState``, or ``removed``, once it is done."""
    message: str
    """One French sentence, once there is something to say."""
    asked_at: datetime
    ended_at: datetime | None
    asked_by: str = ""
    """A ``kb.office.journal.Actor`` as it is written."""

    @property
    def active(self) -> bool:
        """Whether it is still to be done."""
        return self.state in ACTIVE


class Jobs:
    """The jobs of a base. Safe for many threads and processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        kind: JobKind,
        subject: str,
        brochure_id: str = "",
        file_name: str = "",
        staging: str = "",
        asked_by: str = "",
    ) -> Job:
        """Note a job to be done."""
        told = (kind, subject, brochure_id, file_name, staging)
        with self._database.changing() as change:
            number = change.execute(
                "INSERT INTO jobs"
                " (kind, subject, brochure_id, file_name, staging, state, asked_at, asked_by)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*told, JobState.WAITING, _now(), asked_by),
            ).lastrowid
        return self.get(number or 0)

    def get(self, number: int) -> Job:
        """One job; NotFound where unknown."""
        found = self._database.rows("SELECT * FROM jobs WHERE number = ?", number)
        if not found:
            raise NotFound("Ce travail n’est plus dans la liste : rechargez la page.")
        return _job(found[0])

    def all(self) -> tuple[Job, ...]:
        """Every job, the last asked first."""
        return tuple(map(_job, self._database.rows("SELECT * FROM jobs ORDER BY number DESC")))

    def waiting(self) -> tuple[Job, ...]:
        """Those to be done, in the order in which they were asked."""
        return tuple(job for job in reversed(self.all()) if job.state is JobState.WAITING)

    def running(self) -> tuple[Job, ...]:
        """Those under way: one, unless a process died."""
        return tuple(job for job in self.all() if job.state is JobState.RUNNING)

    def start(self, number: int) -> Job | None:
        """Take up a job that waits; None when it is taken, done or gone."""
        if not self._moved(number, (JobState.WAITING,), JobState.RUNNING):
            return None
        return self.get(number)

    def note(self, number: int, message: str) -> None:
        """Say something of a job under way."""
        self._moved(number, (JobState.RUNNING,), JobState.RUNNING, message)

    def postpone(self, number: int) -> None:
        """Let a job under way wait again."""
        self._moved(number, (JobState.RUNNING,), JobState.WAITING)

    def finish(self, number: int, done: FileOutcome) -> None:
        """Keep what became of a job under way."""
        with self._database.changing() as change:
            change.execute(
                "UPDATE jobs SET state = ?, outcome = ?, message = ?, ended_at = ?,"
                " brochure_id = CASE WHEN ? != '' THEN ? ELSE brochure_id END"
                " WHERE number = ? AND state = ?",
                (
                    *(JobState.DONE, done.state, done.message, _now()),
                    *(done.brochure_id, done.brochure_id),
                    *(number, JobState.RUNNING),
                ),
            )
            change.execute(
                "DELETE FROM jobs WHERE state NOT IN (?, ?) AND number <= ?",
                (*ACTIVE, number - KEPT),
            )

    def fail(self, number: int, message: str) -> None:
        """Keep why a job under way could not be done."""
        self._moved(number, (JobState.RUNNING,), JobState.FAILED, message)

    def interrupt(self, number: int) -> None:
        """Say of a job under way that it was interrupted."""
        self._moved(number, (JobState.RUNNING,), JobState.INTERRUPTED, INTERRUPTED)

    def again(self, number: int) -> Job | None:
        """Let a job that failed or was interrupted wait again; None for any other."""
        self.get(number)
        ended = (JobState.FAILED, JobState.INTERRUPTED)
        return self.get(number) if self._moved(number, ended, JobState.WAITING) else None

    def forget_ended(self) -> tuple[Job, ...]:
        """Forget the jobs that are neither waiting nor under way; which ones."""
        with self._database.changing() as change:
            ended = "FROM jobs WHERE state NOT IN (?, ?)"
            forgotten = change.execute(f"SELECT * {ended}", ACTIVE).fetchall()
            change.execute(f"DELETE {ended}", ACTIVE)
        return tuple(map(_job, forgotten))

    def _moved(
        self, number: int, before: tuple[JobState, ...], after: JobState, message: str = ""
    ) -> bool:
        """Whether the job was in one of these states, and now is in that one."""
        ended = "" if after in ACTIVE else _now()
        marks = ", ".join("?" * len(before))
        with self._database.changing() as change:
            cursor = change.execute(
                "UPDATE jobs SET state = ?, message = ?, ended_at = ?"
                f" WHERE number = ? AND state IN ({marks})",
                (after, message, ended, number, *before),
            )
        return bool(cursor.rowcount)


def _job(row: sqlite3.Row) -> Job:
    return Job(
        number=row["number"],
        kind=JobKind(row["kind"]),
        subject=row["subject"],
        brochure_id=row["brochure_id"],
        file_name=row["file_name"],
        staging=row["staging"],
        state=JobState(row["state"]),
        outcome=row["outcome"],
        message=row["message"],
        asked_at=datetime.fromisoformat(row["asked_at"]),
        ended_at=datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        asked_by=row["asked_by"],
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
