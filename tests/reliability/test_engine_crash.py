"""A process that is killed while it writes leaves the state before or the state after."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.engines import ON_DISK, open_engine
from tests.contract.passages import ahead, alike, keys_of, passage, terms

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SIZE = 10
"""Passages in each commit of the writing processes."""

DIE_AT_STEP = """
import os, signal, sys
from pathlib import Path
from kb import faults
from tests.contract.engines import open_engine
from tests.contract.passages import alike, passage
def die(point):
    if point == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)
engine = open_engine(sys.argv[1], Path(sys.argv[2]))
faults.listen(die)
action = sys.argv[4]
if action == "write":
    engine.write([passage(key, "nouveau") for key in range(5, 15)], alike(10, rows=4))
elif action == "delete":
    engine.delete(range(5))
else:
    engine.clear()
"""

WRITE_UNTIL_ALARM = """
import signal, sys
from pathlib import Path
from tests.contract.engines import open_engine
from tests.contract.passages import alike, passage
engine = open_engine(sys.argv[1], Path(sys.argv[2]))
first, size, seconds = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
start = first
while True:
    keys = [key % 200 for key in range(start, start + size)]
    engine.write([passage(key, f"commun lot{start}") for key in keys], alike(size, rows=4))
    start += size
    print(start, flush=True)
    if start == first + size:
        # The alarm ends the process as kill -9 does: no handler, no clean-up.
        signal.setitimer(signal.ITIMER_REAL, seconds)
"""


def _run(code: str, *arguments: object) -> int:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, timeout=60
    ).returncode


@pytest.mark.parametrize("kind", ON_DISK)
@pytest.mark.parametrize(
    ("action", "point", "after"),
    [
        ("write", "engine:stored", set(range(10))),
        ("write", "terms:synced", set(range(10))),
        ("write", "terms:published", set(range(15))),
        ("delete", "terms:synced", set(range(10))),
        ("delete", "terms:published", set(range(5, 10))),
        ("clear", "terms:cleared", set()),
    ],
)
def test_killed_at_a_point_the_index_is_whole(
    tmp_path: Path, kind: str, action: str, point: str, after: set[int]
) -> None:
    if kind == "tantivy" and point == "terms:synced":
        pytest.skip("Tantivy syncs and publishes in one call")
    engine = open_engine(kind, tmp_path, lock_timeout=1.0)
    engine.write([passage(key, "ancien") for key in range(10)], alike(10, rows=3))
    assert _run(DIE_AT_STEP, kind, tmp_path, point, action) == -signal.SIGKILL
    for opened in (engine, open_engine(kind, tmp_path, lock_timeout=1.0)):
        assert opened.keys() == after
        near = opened.nearest(ahead(), 50)
        assert [(hit.key, hit.score) for hit in near] == [(key, 1.0) for key in sorted(after)]
        assert sorted(keys_of(opened.lexical(terms("ancien nouveau"), 50))) == sorted(after)
    # Replaced passages changed together with the new ones, or not at all.
    replaced = set(keys_of(engine.lexical(terms("nouveau"), 50)))
    assert replaced in (set(), set(range(5, 15)))
    engine.write([passage(99, "suite")], alike(1))
    assert engine.keys() == after | {99}


@pytest.mark.parametrize("kind", ON_DISK)
def test_killed_while_dead_rows_are_left_behind_the_index_is_whole(
    tmp_path: Path, kind: str
) -> None:
    engine = open_engine(kind, tmp_path)
    engine.write([passage(key, "ancien") for key in range(10)], alike(10, rows=3))
    engine.delete(range(6, 10))
    assert _run(DIE_AT_STEP, kind, tmp_path, "engine:compacted", "write") == -signal.SIGKILL
    assert engine.keys() == set(range(6))
    assert keys_of(engine.nearest(ahead(), 50)) == list(range(6))
    assert keys_of(open_engine(kind, tmp_path).nearest(ahead(), 50)) == list(range(6))


@pytest.mark.parametrize("kind", ON_DISK)
def test_killed_at_any_instant_nothing_reported_is_lost(tmp_path: Path, kind: str) -> None:
    start = 0
    for instant in range(8):
        # Instants spread over the commits, which take some 30 ms each.
        seconds = 0.001 + 0.011 * instant
        given = (kind, tmp_path, start, SIZE, seconds)
        writer = subprocess.run(
            [sys.executable, "-c", WRITE_UNTIL_ALARM, *map(str, given)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        assert writer.returncode == -signal.SIGALRM
        start = _checked(kind, tmp_path, reported=int(writer.stdout.split()[-1]))


def _checked(kind: str, folder: Path, reported: int) -> int:
    """The start of the next batch, after checking that every batch is whole."""
    engine = open_engine(kind, folder, lock_timeout=1.0)
    batches = range(0, reported + SIZE, SIZE)
    # The newest 20 batches are those not yet replaced: keys go round at 200.
    sizes = {b: len(engine.lexical(terms(f"lot{b}"), 50)) for b in batches[-20:]}
    assert set(sizes.values()) <= {0, SIZE}
    assert all(sizes[b] == SIZE for b in sizes if reported - 190 <= b < reported)
    assert engine.keys() == set(keys_of(engine.lexical(terms("commun"), 500)))
    assert engine.keys() == set(keys_of(engine.nearest(ahead(), 500)))
    return reported + SIZE if sizes[reported] else reported
