"""What was changed is told, in order, within a bound, and never corrected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from kb.library import Library
from kb.office import journal as journal_module
from kb.office.database import Database
from kb.office.desk import Desk
from kb.office.intake import Intake
from kb.office.jobs import Jobs
from kb.office.journal import NOBODY, Action, Actor, ActorKind, Journal
from kb.results import FileState
from tests.unit.kb.office.conftest import SECRET, FakeLibrary, sent

ADA = Actor(ActorKind.ACCOUNT, "ada")


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database)


def test_entries_are_told_the_last_first(journal: Journal) -> None:
    journal.note(ADA, Action.ADD, "a.pdf", FileState.ADDED, "a")
    journal.note(Actor(ActorKind.TOKEN, "veille"), Action.REMOVE, "A", FileState.REMOVED, "a")
    last, first = journal.entries()
    assert (first.actor, first.action, first.subject) == (ADA, Action.ADD, "a.pdf")
    assert (first.outcome, first.brochure_id, last.number) == ("added", "a", first.number + 1)
    assert str(last.actor) == "token:veille"
    assert datetime.now(UTC) - last.at < timedelta(minutes=1)
    assert journal.entries(1, 1) == (first,)
    assert journal.count() == 2


def test_the_oldest_go_when_there_are_too_many(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "KEPT", 3)
    for number in range(5):
        journal.note(ADA, Action.ADD, str(number))
    assert [entry.subject for entry in journal.entries()] == ["4", "3", "2"]


def test_nothing_is_told_at_length(journal: Journal) -> None:
    journal.note(ADA, Action.ADD, "x" * 1000)
    assert len(journal.entries()[0].subject) == journal_module.LONGEST


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("account:ada", ADA),
        ("command:a:b", Actor(ActorKind.COMMAND, "a:b")),
        ("", NOBODY),
        ("account:", NOBODY),
        ("autre:ada", NOBODY),
    ],
)
def test_who_is_read_as_it_was_written(text: str, actor: Actor) -> None:
    assert Actor.read(text) == actor
    assert str(Actor.read(text)) == (text if actor is not NOBODY else "")


def test_work_is_told_with_who_asked_for_it_and_what_came_of_it(
    library: FakeLibrary, database: Database, intake: Intake, tmp_path: Path
) -> None:
    journal = Journal(database)
    jobs = Jobs(database)
    make: Callable[[], Desk] = lambda: Desk(  # noqa: E731
        cast(Library, library), jobs, intake, tmp_path / "office", SECRET, journal
    )
    desk = make()
    desk.add("a.txt", sent("du texte"), ADA)
    desk.work_off()
    (entry,) = journal.entries()
    assert (entry.actor, entry.action, entry.subject) == (ADA, Action.ADD, "a.txt")
    assert entry.outcome == jobs.all()[0].outcome != ""

    waiting = desk.add("b.txt", sent("autre"), ADA)
    jobs.start(waiting.number)  # as a process that dies over it leaves it
    make().work_off()
    last = journal.entries()[0]
    assert (last.subject, last.outcome) == ("b.txt", "interrupted")
