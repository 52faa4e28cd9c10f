"""What an engine on disk promises to the processes and threads that share it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from kb.errors import StorageError
from kb.ports import Engine
from tests.contract.engines import ON_DISK, open_engine
from tests.contract.passages import ahead, alike, keys_of, passage, terms, vectors

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=ON_DISK)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of the engine."""
    return str(request.param)


@pytest.fixture
def opener(kind: str) -> Callable[..., Engine]:
    """Opens an engine on a folder."""
    return partial(open_engine, kind)


@pytest.fixture
def other_process() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts Python code with arguments; what still runs is killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


WRITE_ON_REQUEST = """
import sys
from pathlib import Path
from tests.contract.engines import open_engine
from tests.contract.passages import alike, passage
engine = open_engine(sys.argv[1], Path(sys.argv[2]))
print("ready", flush=True)
for line in sys.stdin:
    verb, key, *text = line.split()
    if verb == "write":
        engine.write([passage(int(key), " ".join(text))], alike(1))
    else:
        engine.delete([int(key)])
    print("done", flush=True)
"""

HOLD_THE_LOCK = """
import sys, time
from pathlib import Path
from kb import faults
from tests.contract.engines import open_engine
from tests.contract.passages import alike, passage
def hold(point):
    if point == "engine:stored":
        print(point, flush=True)
        sys.stdin.read()
engine = open_engine(sys.argv[1], Path(sys.argv[2]))
faults.listen(hold)
engine.write([passage(1, "toit")], alike(1))
"""


def _ask(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin and process.stdout
    process.stdin.write(f"{line}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_what_was_written_is_there_when_opened_again(
    opener: Callable[..., Engine], tmp_path: Path
) -> None:
    first = opener(tmp_path)
    first.write([passage(1, "toit mur", year="2020"), passage(2, "mur")], vectors((1, 0), (0, 1)))
    first.delete([2])
    found = first.lexical(terms("toit"), 5), first.nearest(ahead(2), 5)
    first.close()
    again = opener(tmp_path)
    assert (again.lexical(terms("toit"), 5), again.nearest(ahead(2), 5)) == found
    assert again.keys() == {1}


def test_reading_an_index_that_was_never_written_leaves_no_trace(
    opener: Callable[..., Engine], tmp_path: Path
) -> None:
    folder = tmp_path / "never"
    assert opener(folder).count() == 0
    assert not folder.exists()


def test_a_closed_engine_opens_again_by_itself(
    opener: Callable[..., Engine], tmp_path: Path
) -> None:
    engine = opener(tmp_path)
    engine.write([passage(1, "toit")], alike(1))
    engine.close()
    engine.close()
    assert engine.keys() == {1}


def test_each_call_sees_the_last_commit_of_another_engine(
    opener: Callable[..., Engine], tmp_path: Path
) -> None:
    writer, reader = opener(tmp_path), opener(tmp_path)
    for key in range(12):  # Enough for segments to merge under the reader.
        writer.write([passage(key, f"toit mot{key}")], alike(1))
        assert reader.keys() == set(range(key + 1))
        assert keys_of(reader.lexical(terms(f"mot{key}"), 5)) == [key]
        assert reader.suggest("toid") == ["toit"]
    writer.clear()
    assert reader.count() == 0
    writer.write([passage(1, "toit")], alike(1, dim=7))
    assert keys_of(reader.nearest(ahead(dim=7), 5)) == [1]


@pytest.mark.slow
def test_each_call_sees_the_last_commit_of_another_process(
    opener: Callable[..., Engine],
    kind: str,
    other_process: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    reader = opener(tmp_path)
    writer = other_process(WRITE_ON_REQUEST, kind, tmp_path)
    assert _first_line(writer) == "ready"
    assert reader.keys() == set()
    _ask(writer, "write 1 toit")
    assert keys_of(reader.lexical(terms("toit"), 5)) == [1]
    assert keys_of(reader.nearest(ahead(), 5)) == [1]
    _ask(writer, "write 1 mur")
    assert reader.lexical(terms("toit"), 5) == []
    reader.write([passage(2, "mur")], alike(1))
    _ask(writer, "delete 1")
    assert reader.keys() == {2}


@pytest.mark.slow
def test_a_second_writer_waits_then_says_so(
    opener: Callable[..., Engine],
    kind: str,
    other_process: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    holder = other_process(HOLD_THE_LOCK, kind, tmp_path)
    assert _first_line(holder) == "engine:stored"
    engine = opener(tmp_path, lock_timeout=0.05)
    with pytest.raises(StorageError, match="Un autre programme est en train d’écrire"):
        engine.write([passage(2, "mur")], alike(1))
    with pytest.raises(StorageError, match="Un autre programme est en train d’écrire"):
        engine.delete([1])
    assert engine.keys() == set()  # Readers never wait.
    holder.communicate()  # Closing its input lets it go on.
    assert engine.keys() == {1}
    engine.write([passage(2, "mur")], alike(1))
    assert engine.keys() == {1, 2}


@pytest.mark.slow
def test_a_lock_left_by_a_dead_process_does_not_block(
    opener: Callable[..., Engine],
    kind: str,
    other_process: Callable[..., subprocess.Popen[str]],
    tmp_path: Path,
) -> None:
    holder = other_process(HOLD_THE_LOCK, kind, tmp_path)
    assert _first_line(holder) == "engine:stored"
    holder.kill()
    holder.wait()
    engine = opener(tmp_path, lock_timeout=0.0)
    engine.write([passage(2, "mur")], alike(1))
    assert engine.keys() == {2}


@pytest.mark.parametrize(
    ("point", "error"),
    [
        ("vectors:rows", StorageError),
        ("vectors:manifest", StorageError),
        ("engine:stored", OSError),
        ("terms:added", StorageError),
        ("terms:synced", StorageError),
    ],
)
def test_a_failed_write_leaves_everything_as_it_was(
    opener: Callable[..., Engine],
    kind: str,
    tmp_path: Path,
    failing_at: Callable[[str], AbstractContextManager[None]],
    point: str,
    error: type[Exception],
) -> None:
    if kind == "tantivy" and point == "terms:synced":
        pytest.skip("Tantivy syncs and publishes in one call")
    engine = opener(tmp_path)
    engine.write([passage(1, "toit")], alike(1))
    with failing_at(point), pytest.raises(error):
        engine.write([passage(1, "mur"), passage(2, "mur")], alike(2))
    assert keys_of(engine.lexical(terms("toit mur"), 5)) == [1]
    opener(tmp_path, lock_timeout=0.0).write([passage(2, "mur")], alike(1))
    assert engine.keys() == {1, 2}


def test_threads_search_while_one_writes(opener: Callable[..., Engine], tmp_path: Path) -> None:
    """Each commit holds ten passages of one round: no search may see part of a round."""
    engine, finished = opener(tmp_path), Event()
    rounds, size = 15, 10

    def search() -> int:
        seen = 0
        while True:
            last = finished.is_set()
            hits = engine.lexical(terms("commun"), 1000)
            near = engine.nearest(ahead(), 1000)
            assert len(hits) % size == 0
            assert len(near) % size == 0
            assert len(hits) >= seen
            assert len(set(keys_of(hits))) == len(hits)
            seen = len(hits)
            if last:
                return seen

    with ThreadPoolExecutor(max_workers=4) as pool:
        searches = [pool.submit(search) for _ in range(4)]
        for number in range(rounds):
            keys = range(number * size, (number + 1) * size)
            engine.write([passage(key, f"commun mot{key}") for key in keys], alike(size))
        finished.set()
        assert [searching.result(timeout=60) for searching in searches] == [rounds * size] * 4


def test_threads_may_write_at_once(opener: Callable[..., Engine], tmp_path: Path) -> None:
    engine = opener(tmp_path)
    with ThreadPoolExecutor(max_workers=4) as pool:
        for done in [
            pool.submit(engine.write, [passage(key, "toit")], alike(1)) for key in range(12)
        ]:
            done.result(timeout=60)
    assert engine.keys() == set(range(12))
    assert keys_of(engine.nearest(ahead(), 20)) == list(range(12))


def test_vectors_of_another_model_are_refused(
    opener: Callable[..., Engine], tmp_path: Path
) -> None:
    engine = opener(tmp_path)
    engine.write([passage(1, "toit")], alike(1, dim=3))
    with pytest.raises(StorageError, match=r"ont 3 dimensions et le modèle en donne 4 .* reindex"):
        engine.write([passage(2, "mur")], alike(1, dim=4))
    with pytest.raises(StorageError, match=r"ont 3 dimensions et le modèle en donne 2 "):
        engine.nearest(np.ones(2, dtype=np.float32), 5)
    assert engine.keys() == {1}
    engine.delete([1])
    engine.write([passage(2, "mur")], alike(1, dim=4))
    assert keys_of(engine.nearest(ahead(dim=4), 5)) == [2]


@pytest.mark.parametrize(
    "given",
    [
        [np.ones((1, 3))],
        [np.ones((1, 3))] * 3,
        [np.ones((1, 3)), np.ones(3)],
        [np.ones((1, 3)), np.ones((0, 3))],
        [np.ones((1, 3)), np.ones((1, 4))],
        [np.ones((1, 3)), np.array([[1, 0, 0], [0, np.nan, 0]])],
        [np.ones((1, 3)), np.full((1, 3), np.inf)],
    ],
    ids=["too few", "too many", "flat", "no row", "two lengths", "nan", "infinite"],
)
def test_rows_that_cannot_be_vectors_are_refused(
    opener: Callable[..., Engine], tmp_path: Path, given: list[np.ndarray]
) -> None:
    engine = opener(tmp_path)
    with pytest.raises(ValueError, match="vectors"):
        engine.write(
            [passage(1, "toit"), passage(2, "mur")], [rows.astype(np.float32) for rows in given]
        )
    assert engine.count() == 0
