"""Processes apart: what they may do, and what becomes of those that do more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.guard.crew import Crew
from ingest.guard.limits import GivenUp, Limits, Overrun
from kb.errors import ConfigurationError, UnreadableBrochure

MEGABYTE = 1024 * 1024
MISDEEDS = "tests.hostile.misdeeds"
LIMITS = Limits(seconds=1, memory=512 * MEGABYTE, reply=MEGABYTE, tasks=100, idle=60)


@pytest.fixture
def crew() -> Iterator[Crew]:
    crew = Crew(LIMITS, tasks=MISDEEDS)
    yield crew
    crew.close()


def do(crew: Crew, name: str, *arguments: object) -> object:
    return crew.do(name, ("", *arguments))


def process_of(crew: Crew) -> int:
    said = do(crew, "echo")
    assert isinstance(said, tuple)
    return int(said[0])


def test_one_process_serves_many_tasks(crew: Crew) -> None:
    assert do(crew, "echo", 1, "deux") == (process_of(crew), "", 1, "deux")
    assert process_of(crew) == process_of(crew) != os.getpid()


@pytest.mark.parametrize(
    ("misdeed", "overrun"),
    [
        ("crash", Overrun.CRASH),
        ("leave", Overrun.CRASH),
        ("loop", Overrun.TIME),
        ("hang", Overrun.TIME),
        ("deaf_loop", Overrun.TIME),
        ("swell", Overrun.MEMORY),
        ("flood", Overrun.OUTPUT),
        ("sink", Overrun.CRASH),
        ("unforeseen", Overrun.CRASH),
        ("trap", Overrun.CRASH),
    ],
)
def test_a_misdeed_costs_its_own_task_and_its_process(
    crew: Crew, misdeed: str, overrun: Overrun
) -> None:
    before = process_of(crew)
    with pytest.raises(GivenUp) as caught:
        do(crew, misdeed)
    assert caught.value.overrun is overrun
    assert process_of(crew) != before
    assert not _is_alive(before)


def test_an_answer_can_have_nothing_run(crew: Crew, tmp_path: Path) -> None:
    with pytest.raises(GivenUp):
        do(crew, "trap")
    assert not Path("/tmp/trap").exists()


@pytest.mark.parametrize(
    ("misdeed", "kind", "message"),
    [
        ("refuse", UnreadableBrochure, "essai.txt est refusé : changez-le."),
        ("misconfigured", ConfigurationError, "Un profil est faux : corrigez-le."),
    ],
)
def test_errors_that_are_meant_come_back_and_cost_no_process(
    crew: Crew, misdeed: str, kind: type[Exception], message: str
) -> None:
    before = process_of(crew)
    with pytest.raises(kind) as caught:
        do(crew, misdeed)
    assert str(caught.value) == message
    assert process_of(crew) == before


def test_what_libraries_print_reaches_nobody(crew: Crew, capfd: pytest.CaptureFixture[str]) -> None:
    assert do(crew, "babble") is None
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform != "linux", reason="bounds are those of Linux")
def test_a_task_runs_within_bounds_and_writes_no_file(crew: Crew) -> None:
    assert do(crew, "limits") == {"AS": 512 * MEGABYTE, "CORE": 0, "FSIZE": 0, "NPROC": 0}
    assert do(crew, "write") == "OSError"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may do all")
def test_a_task_starts_no_program(crew: Crew) -> None:
    assert do(crew, "run") == "BlockingIOError"


def test_nothing_heavy_is_loaded(crew: Crew) -> None:
    assert do(crew, "names") == []


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_ends_a_service_leaves_the_end_to_the_parent(crew: Crew, kind: int) -> None:
    before = process_of(crew)
    os.kill(before, kind)
    assert process_of(crew) == before


def test_a_process_gives_way_after_so_many_tasks() -> None:
    crew = Crew(replace(LIMITS, tasks=2), tasks=MISDEEDS)
    numbers = [process_of(crew) for _ in range(5)]
    crew.close()
    assert [len(set(numbers[:2])), len(set(numbers[2:4])), len(set(numbers))] == [1, 1, 3]


def test_a_process_that_was_killed_while_it_waited_is_replaced(crew: Crew) -> None:
    before = process_of(crew)
    os.kill(before, signal.SIGKILL)
    assert process_of(crew) != before


def test_a_process_without_work_ends_and_is_not_missed() -> None:
    crew = Crew(replace(LIMITS, idle=1), tasks=MISDEEDS)
    before = process_of(crew)
    _wait_for_the_end_of(before)
    assert process_of(crew) != before
    crew.close()


def test_tasks_run_side_by_side_up_to_the_size_of_the_crew() -> None:
    crew = Crew(replace(LIMITS, seconds=30), size=2, tasks=MISDEEDS)
    gate = threading.Barrier(2)

    def both(_: int) -> int:
        gate.wait()
        return process_of(crew)

    with ThreadPoolExecutor(2) as threads:
        numbers = set(threads.map(both, range(2)))
        assert len(numbers | set(threads.map(both, range(2)))) <= 2
    crew.close()


def test_who_finds_no_free_process_may_give_up_waiting() -> None:
    crew = Crew(LIMITS, tasks=MISDEEDS)
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(do, crew, "hang")
        while not hanging.done() and crew._places.acquire(blocking=False):
            crew._places.release()
        with pytest.raises(TimeoutError):
            crew.do("echo", ("",), 0.01)
        assert isinstance(hanging.exception(), GivenUp)
    crew.close()


def test_a_system_that_starts_no_process_is_not_held_against_the_file(
    crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(ConfigurationError, match=r"^Le programme qui lit les fichiers ne démarre"):
        process_of(crew)


def test_no_process_outlives_its_parent() -> None:
    code = (
        "from tests.unit.ingest.guard.test_crew import *\n"
        "crew = Crew(LIMITS, tasks=MISDEEDS)\n"
        "print(process_of(crew), flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    folder = Path(__file__).parents[4]
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert told.returncode == -signal.SIGKILL, told.stderr
    _wait_for_the_end_of(int(told.stdout))


def _wait_for_the_end_of(number: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not _is_alive(number):
            return
        os.sched_yield()
    raise AssertionError(f"process {number} is still there")


def _is_alive(number: int) -> bool:
    """Also False for one that has ended and waits for its parent to hear of it."""
    try:
        os.kill(number, 0)
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"
