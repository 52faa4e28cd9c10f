"""The table of jobs: each goes from state to state one way."""

from __future__ import annotations

import pytest

from kb.errors import NotFound
from kb.office import jobs as module
from kb.office.database import Database
from kb.office.jobs import JobKind, Jobs, JobState
from kb.results import FileOutcome, FileState

ADDED = FileOutcome("/base/notes.txt", FileState.ADDED, "1 passage.", "notes")


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


def test_a_job_waits_runs_and_is_done(jobs: Jobs):
    asked = jobs.add(JobKind.ADD, "notes.txt", file_name="notes.txt", staging="ab")
    assert (asked.state, asked.active, asked.ended_at) == (JobState.WAITING, True, None)

    running = jobs.start(asked.number)
    assert running is not None
    assert (running.state, running.active) == (JobState.RUNNING, True)

    jobs.finish(asked.number, ADDED)
    done = jobs.get(asked.number)
    assert (done.state, done.outcome, done.message, done.brochure_id, done.active) == (
        JobState.DONE,
        "added",
        "1 passage.",
        "notes",
        False,
    )
    assert done.ended_at is not None
    assert (done.subject, done.file_name, done.staging) == ("notes.txt", "notes.txt", "ab")


def test_what_gives_no_brochure_keeps_the_one_it_was_about(jobs: Jobs):
    job = jobs.add(JobKind.REREAD, "Notes", "notes")
    jobs.start(job.number)

    jobs.finish(job.number, FileOutcome("x", FileState.REFUSED, "Vide."))

    assert jobs.get(job.number).brochure_id == "notes"


def test_a_job_is_taken_up_once(jobs: Jobs):
    job = jobs.add(JobKind.REREAD, "Notes", "notes")

    assert jobs.start(job.number) is not None
    assert jobs.start(job.number) is None
    assert jobs.start(404) is None


def test_a_job_that_was_interrupted_cannot_be_finished_later(jobs: Jobs):
    job = jobs.add(JobKind.REREAD, "Notes", "notes")
    jobs.start(job.number)
    jobs.interrupt(job.number)

    jobs.finish(job.number, ADDED)
    jobs.fail(job.number, "Trop tard.")

    assert jobs.get(job.number).state is JobState.INTERRUPTED


def test_only_what_is_under_way_is_interrupted(jobs: Jobs):
    numbers = [jobs.add(JobKind.REREAD, "Notes", "notes").number for _ in range(3)]
    jobs.start(numbers[0])
    jobs.start(numbers[1])
    jobs.finish(numbers[1], ADDED)

    assert [job.number for job in jobs.running()] == [numbers[0]]
    for number in numbers:
        jobs.interrupt(number)

    assert [job.state for job in reversed(jobs.all())] == [
        JobState.INTERRUPTED,
        JobState.DONE,
        JobState.WAITING,
    ]
    assert jobs.get(numbers[0]).message == (
        "Le serveur s’est arrêté pendant ce travail, la base est restée comme avant : relancez-le."
    )


def test_what_failed_or_was_interrupted_can_be_asked_again(jobs: Jobs):
    failed, cut, done = (jobs.add(JobKind.REREAD, "Notes", "notes").number for _ in range(3))
    jobs.start(failed)
    jobs.fail(failed, "Disque plein.")
    jobs.start(cut)
    jobs.interrupt(cut)
    jobs.start(done)
    jobs.finish(done, ADDED)

    for number in (failed, cut):
        again = jobs.again(number)
        assert again is not None
        assert (again.state, again.message, again.ended_at) == (JobState.WAITING, "", None)
    assert jobs.again(done) is None
    assert jobs.again(failed) is None


def test_those_that_wait_come_in_the_order_in_which_they_were_asked(jobs: Jobs):
    numbers = [jobs.add(JobKind.REREAD, "Notes", "notes").number for _ in range(3)]
    jobs.start(numbers[1])

    assert [job.number for job in jobs.waiting()] == [numbers[0], numbers[2]]
    assert [job.number for job in jobs.all()] == [numbers[2], numbers[1], numbers[0]]


def test_a_note_and_a_postponement(jobs: Jobs):
    job = jobs.add(JobKind.REREAD, "Notes", "notes")
    jobs.note(job.number, "trop tôt")
    assert jobs.get(job.number).message == ""

    jobs.start(job.number)
    jobs.note(job.number, "Un autre programme modifie la base.")
    assert jobs.get(job.number).message == "Un autre programme modifie la base."

    jobs.postpone(job.number)
    assert [each.number for each in jobs.waiting()] == [job.number]


def test_what_ended_is_forgotten_on_demand(jobs: Jobs):
    first, second = (jobs.add(JobKind.REREAD, "Notes", "notes").number for _ in range(2))
    jobs.start(first)
    jobs.finish(first, ADDED)

    jobs.forget_ended()

    assert [job.number for job in jobs.all()] == [second]
    with pytest.raises(NotFound, match="n’est plus dans la liste"):
        jobs.get(first)


def test_the_oldest_of_many_are_forgotten(jobs: Jobs, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "KEPT", 2)
    numbers = []
    for _ in range(4):
        numbers.append(jobs.add(JobKind.REREAD, "Notes", "notes").number)
        jobs.start(numbers[-1])
        jobs.finish(numbers[-1], ADDED)

    assert [job.number for job in jobs.all()] == [numbers[3], numbers[2]]
