"""One writer at a time over all machines, and who it is."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from kb.catalog.database import open_database
from kb.catalog.postgres_writing import PostgresWriting
from kb.errors import Busy, StorageError
from kb.writing import WritingLock
from tests.postgresql import Server

ROOT = Path(__file__).parents[4]
HOLD = """
import sys
from pathlib import Path
from kb.catalog.postgres_writing import PostgresWriting
from kb.writing import WritingLock
with PostgresWriting(sys.argv[1], 5.0, WritingLock(Path(sys.argv[2]), 5.0))("ajout de brochures"):
    print("held", flush=True)
    sys.stdin.read()
"""

Machine = Callable[..., PostgresWriting]


@pytest.fixture
def address(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def machine(address: str, tmp_path: Path) -> Machine:
    """The lock as a machine of that name makes it."""

    def made(name: str, timeout_s: float = 0.2) -> PostgresWriting:
        return PostgresWriting(address, timeout_s, local(tmp_path, name))

    return made


def local(folder: Path, name: str) -> WritingLock:
    return WritingLock(folder / name / "writing.lock", 0.2)


@pytest.fixture
def holder(address: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another machine's process that holds the lock until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, address, str(tmp_path / "other" / "writing.lock")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            stream.close()


def told(address: str) -> list[tuple[object, ...]]:
    with closing(open_database(address)) as database:
        found = database.query("SELECT machine, process, what FROM writing")
        return [tuple(dict(row).values()) for row in found]


def test_a_free_lock_is_taken_told_and_given_back(machine: Machine, address: str) -> None:
    lock = machine("here")
    for _ in range(2):
        with lock("essai") as died:
            assert died is False
            assert told(address) == [(platform.node(), os.getpid(), "essai")]
        assert told(address) == []


@pytest.mark.parametrize("patient", [True, False])
def test_who_waits_in_vain_is_told_who_holds_it(machine: Machine, patient: bool) -> None:
    said = re.escape(f"(ajout, machine {platform.node()}, processus {os.getpid()}, depuis le ")
    with (
        machine("here")("ajout"),
        pytest.raises(Busy, match=rf"modifie la base {said}\d\d/\d\d/\d{{4}} à \d\d:\d\d\) : "),
    ):
        machine("there")("essai", patient=patient).__enter__()


@pytest.mark.slow
def test_a_patient_writer_waits(machine: Machine, holder: subprocess.Popen[str]) -> None:
    def taken() -> bool:
        with machine("here", 30.0)("essai") as died:
            return died

    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(taken)
        holder.communicate()
        assert waiting.result(timeout=30) is False


@pytest.mark.slow
def test_a_lock_left_by_a_dead_process_is_free_and_says_that_it_died(
    machine: Machine, holder: subprocess.Popen[str], address: str
) -> None:
    holder.kill()
    holder.wait()
    assert [one[1] for one in told(address)] == [holder.pid]
    lock = machine("here", 30.0)
    with lock("essai") as died:
        assert died is True
    with lock("essai") as died:
        assert died is False


def test_its_holder_may_take_it_again(machine: Machine, address: str) -> None:
    lock = machine("here")
    with lock("ajout"), lock("remise en ordre") as died:
        assert died is False
        assert [one[2] for one in told(address)] == ["ajout"]
    with ThreadPoolExecutor() as pool:
        assert pool.submit(lambda: lock("autre").__enter__()).result(timeout=30) is False


def test_another_thread_may_not(machine: Machine) -> None:
    lock = machine("here")

    def take() -> None:
        with lock("autre"):
            pass

    with lock("ajout"), ThreadPoolExecutor() as pool, pytest.raises(Busy, match="ajout"):
        pool.submit(take).result(timeout=30)


def test_it_is_given_back_when_what_it_protects_fails(machine: Machine) -> None:
    with pytest.raises(ValueError, match="échec"), machine("here")("essai"):
        raise ValueError("échec")
    with machine("there")("essai") as died:
        assert died is False


def test_files_of_this_machine_are_reserved_as_well(machine: Machine, tmp_path: Path) -> None:
    with machine("here")("ajout"):
        with pytest.raises(Busy, match="ajout"):
            local(tmp_path, "here")("autre").__enter__()
        with local(tmp_path, "there")("autre") as died:
            assert died is False


def test_a_program_of_this_machine_alone_keeps_it_from_nobody_else(
    machine: Machine, tmp_path: Path
) -> None:
    with local(tmp_path, "here")("ajout"):
        with pytest.raises(Busy, match="ajout"):
            machine("here")("essai").__enter__()
        with machine("there")("essai") as died:
            assert died is False


def test_two_catalogues_have_each_their_own(postgresql: Server, tmp_path: Path) -> None:
    first, second = (
        PostgresWriting(postgresql.database(), 0.1, local(tmp_path, name)) for name in "ab"
    )
    with first("ajout"), second("ajout") as died:
        assert died is False


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    lock = PostgresWriting(f"postgresql:///x?host={tmp_path}", 0.1, local(tmp_path, "here"))
    with pytest.raises(StorageError, match="n’est pas joignable"):
        lock("essai").__enter__()
