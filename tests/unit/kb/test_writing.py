"""One writer at a time, and who it is."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.errors import Busy, StorageError
from kb.writing import WritingLock

ROOT = Path(__file__).parents[3]
HOLD = """
import sys
from pathlib import Path
from kb.writing import WritingLock
with WritingLock(Path(sys.argv[1]), 5.0)("ajout de brochures"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "base" / "writing.lock"


@pytest.fixture
def holder(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
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


def test_a_free_lock_is_taken_and_given_back(path: Path) -> None:
    lock = WritingLock(path, 0.0)
    for _ in range(2):
        with lock("essai") as died:
            assert died is False
            told = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
            assert (told["process"], told["what"]) == (os.getpid(), "essai")
        assert not path.with_suffix(".json").exists()


@pytest.mark.slow
def test_who_waits_in_vain_is_told_who_holds_it(path: Path, holder: subprocess.Popen[str]) -> None:
    told = re.escape(f"(ajout de brochures, processus {holder.pid}, depuis le ")
    with pytest.raises(Busy, match=rf"modifie la base {told}\d\d/\d\d/\d{{4}} à \d\d:\d\d\) : "):
        WritingLock(path, 0.0)("essai").__enter__()


@pytest.mark.slow
def test_a_patient_writer_waits(path: Path, holder: subprocess.Popen[str]) -> None:
    def taken() -> bool:
        with WritingLock(path, 30.0)("essai") as died:
            return died

    with pytest.raises(Busy):
        WritingLock(path, 30.0)("essai", patient=False).__enter__()
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(taken)
        holder.communicate()
        assert waiting.result(timeout=30) is False


@pytest.mark.slow
def test_a_lock_left_by_a_dead_process_is_free_and_says_that_it_died(
    path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    assert path.with_suffix(".json").exists()
    lock = WritingLock(path, 0.0)
    with lock("essai") as died:
        assert died is True
    with lock("essai") as died:
        assert died is False


def test_its_holder_may_take_it_again(path: Path) -> None:
    lock = WritingLock(path, 0.0)
    with lock("ajout"), lock("remise en ordre") as died:
        assert died is False
        assert "ajout" in path.with_suffix(".json").read_text(encoding="utf-8")
    with ThreadPoolExecutor() as pool:
        assert pool.submit(lambda: lock("autre").__enter__()).result(timeout=30) is False


def test_another_thread_may_not(path: Path) -> None:
    lock = WritingLock(path, 0.0)

    def take() -> None:
        with lock("autre"):
            pass

    with lock("ajout"), ThreadPoolExecutor() as pool, pytest.raises(Busy, match="ajout"):
        pool.submit(take).result(timeout=30)


def test_it_is_given_back_when_what_it_protects_fails(path: Path) -> None:
    lock = WritingLock(path, 0.0)
    with pytest.raises(ValueError, match="échec"), lock("essai"):
        raise ValueError("échec")
    with WritingLock(path, 0.0)("essai") as died:
        assert died is False


def test_what_nobody_can_read_is_not_told(path: Path) -> None:
    with WritingLock(path, 0.0)("essai"):
        path.with_suffix(".json").write_text("{", encoding="utf-8")
        with pytest.raises(Busy, match="modifie la base : attendez"):
            WritingLock(path, 0.0)("autre").__enter__()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"n’accepte pas l’écriture .* KB_HOME"):
        WritingLock(tmp_path / "file" / "base" / "writing.lock", 0.0)("essai").__enter__()
