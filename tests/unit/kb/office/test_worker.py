"""The thread of the background: it works while others look, and stops when it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import StorageError
from kb.office.desk import Desk
from kb.office.jobs import Job, Jobs, JobState
from kb.results import FileState, IngestOutcome
from tests.unit.kb.office.conftest import FakeLibrary, sent

TIMEOUT_S = 20.0


class Gate:
    """Holds whoever reads until the test lets go."""

    def __init__(self, library: FakeLibrary) -> None:
        self.reached = threading.Event()
        self.open = threading.Event()
        self._ingest = library.ingest
        library.ingest = self.wait  # type: ignore[method-assign]

    def wait(self, paths: list[Path], *, again: bool = False) -> IngestOutcome:
        self.reached.set()
        assert self.open.wait(TIMEOUT_S)
        return self._ingest(paths, again=again)


def ended(desk: Desk, number: int) -> Job:
    """The job once it has ended; looks again as fast as the table answers."""
    deadline = threading.Event()
    timer = threading.Timer(TIMEOUT_S, deadline.set)
    timer.start()
    try:
        while not deadline.is_set():
            job = next(each for each in desk.jobs() if each.number == number)
            if not job.active:
                return job
    finally:
        timer.cancel()
    raise AssertionError(job)


def test_work_goes_on_while_others_look(desk: Desk, library: FakeLibrary):
    gate = Gate(library)
    with desk.working():
        job = desk.add("notes.txt", sent("un"))
        assert gate.reached.wait(TIMEOUT_S)
        assert desk.jobs()[0].state is JobState.RUNNING
        gate.open.set()

        assert ended(desk, job.number).outcome == FileState.ADDED


def test_stopping_waits_for_the_work_under_way(desk: Desk, library: FakeLibrary):
    gate = Gate(library)
    with desk.working():
        job = desk.add("notes.txt", sent("un"))
        assert gate.reached.wait(TIMEOUT_S)
        gate.open.set()

    assert desk.jobs()[0].number == job.number
    assert desk.jobs()[0].state is JobState.DONE


def test_a_disk_that_fails_at_the_start_is_tried_again(
    desk: Desk, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
):
    running, failures = jobs.running, [StorageError("Disque plein.")]

    def failing() -> tuple[Job, ...]:
        if failures:
            raise failures.pop()
        return running()

    monkeypatch.setattr(jobs, "running", failing)
    with desk.working():
        job = desk.add("notes.txt", sent("un"))

        assert ended(desk, job.number).outcome == FileState.ADDED


def test_one_process_works_and_another_takes_over(
    make_desk: Callable[[], Desk], library: FakeLibrary
):
    gate = Gate(library)
    first, second = make_desk(), make_desk()
    with second.working():
        with first.working():
            job = first.add("notes.txt", sent("un"))
            assert gate.reached.wait(TIMEOUT_S)
            gate.open.set()
            assert ended(second, job.number).outcome == FileState.ADDED
        later = second.add("autre.txt", sent("deux"))

        assert ended(second, later.number).outcome == FileState.ADDED


def test_a_work_that_outlives_the_server_is_said_to_be_interrupted_by_the_next(
    make_desk: Callable[[], Desk], library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.office.worker.STOP_TIMEOUT_S", 0.01)
    gate = Gate(library)
    first, second = make_desk(), make_desk()
    with first.working():
        first.add("notes.txt", sent("un"))
        assert gate.reached.wait(TIMEOUT_S)

    assert second.jobs()[0].state is JobState.RUNNING
    second.work_off()
    # The process of the first still lives: its place is not taken.
    assert second.jobs()[0].state is JobState.RUNNING
    gate.open.set()
