"""Readers never wait for who writes, and see a brochure's old revision or its new one."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from kb import faults
from kb.errors import InvalidQuery
from kb.library import Library
from kb.model import Mode
from kb.results import Hit
from tests.reliability.conftest import Worlds
from tests.reliability.world import CASES, World, texts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LONGEST_S = 20.0
"""Far less than a reader would wait for a lock, even on a busy machine."""
MOST_TIMES = 2
"""Times of one point at which readers look."""

CHURN = """
import sys
from pathlib import Path
from tests.reliability.world import World
world = World(Path(sys.argv[1]))
with world.open() as library:
    print("ready", flush=True)
    for line in sys.stdin:
        verb, *arguments = line.split()
        if verb == "revise":
            world.write(int(arguments[0]), *arguments[1:])
            library.ingest([world.files])
        elif verb == "remove":
            library.remove(arguments[0])
        else:
            library.reindex()
        print("done", flush=True)
"""


def revision(hit: Hit) -> int:
    """The revision that a hit's passage tells of; that of its project is the same."""
    told = re.findall(r"revue (\d+)|dure (\d+) mois|, (\d+) familles", hit.passage.text)
    [number] = {int(one or two or int(three) - 12) for one, two, three in told}
    assert hit.project.year == 2015 + number
    return number


def search(library: Library, mode: Mode = Mode.HYBRID) -> dict[str, set[int]]:
    """The revisions of each brochure that a search finds."""
    found: dict[str, set[int]] = {}
    for hit in library.search("femmes victimes de violences", mode=mode, limit=100).hits:
        found.setdefault(hit.brochure.id, set()).add(revision(hit))
    return found


@contextmanager
def at_each_point(look: Callable[[], None]) -> Iterator[Counter[str]]:
    """Has another thread look at each point that this one reaches; how often it did."""
    times = Counter[str]()
    with ThreadPoolExecutor(max_workers=1) as pool:

        def listener(point: str) -> None:
            # Opening may mend, and then writes itself.
            if not busy.is_set() and times[point] < MOST_TIMES:
                times[point] += 1
                busy.set()
                try:
                    pool.submit(look).result(timeout=LONGEST_S)
                finally:
                    busy.clear()

        busy = Event()
        faults.listen(listener)
        try:
            yield times
        finally:
            faults.listen(None)


@pytest.mark.parametrize(
    "name", ["first ingest", "more brochures", "new revisions", "pruning", "removal", "reindexing"]
)
def test_at_each_point_of_a_change_others_open_and_search(worlds: Worlds, name: str) -> None:
    case = CASES[name]
    with worlds(name).open() as library:
        before = texts(library)
    with worlds(name, done=True).open() as library:
        after = texts(library)
    world = worlds(name)

    def look_with(library: Library) -> None:
        seen = texts(library)
        for one in before.keys() | after.keys():
            assert seen.get(one) in (before.get(one), after.get(one))
        for mode in (Mode.LEXICAL, Mode.HYBRID):
            try:
                found = search(library, mode)
            except InvalidQuery:
                assert before == {}
                continue
            assert found.keys() == seen.keys()
            assert all(len(revisions) == 1 for revisions in found.values())

    def look() -> None:
        look_with(standing)
        with world.open() as fresh:
            look_with(fresh)

    with world.open() as standing, at_each_point(look) as times:
        case.act(world)
    assert times["engine:written"] + times["engine:deleted"] > 0
    with world.open() as library:
        assert texts(library) == after
        assert library.doctor()[1].message.endswith("d’accord avec le catalogue.")
        assert "remis" not in library.doctor()[1].message


@pytest.fixture
def world(worlds: Worlds) -> World:
    """A base of three brochures."""
    return worlds("removal")


@pytest.fixture
def other(world: World) -> Iterator[Callable[[str], None]]:
    """Has another process change the base; returns once it says that it is done."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHURN, str(world.folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout
    stdin, stdout = process.stdin, process.stdout
    assert stdout.readline() == "ready\n"

    def order(line: str) -> None:
        stdin.write(f"{line}\n")
        stdin.flush()
        assert stdout.readline() == "done\n"

    yield order
    process.kill()
    process.communicate()


def test_searches_under_load_see_whole_revisions_while_others_come_and_go(
    world: World, other: Callable[[str], None]
) -> None:
    _churn(world, other, rounds=10)


@pytest.mark.benchmark
def test_searches_under_load_for_long(world: World, other: Callable[[str], None]) -> None:
    print(f"\n{_churn(world, other, rounds=400)} searches, no error")


def _churn(world: World, other: Callable[[str], None], rounds: int) -> int:
    """Search with four threads while another process revises, removes and reindexes."""
    newest, least, gone = [0], [0], [False]
    finished = Event()

    def searching(library: Library) -> int:
        count = 0
        while not finished.is_set():
            floor, absent = least[0], gone[0]
            for mode in (Mode.LEXICAL, Mode.HYBRID):
                found = search(library, mode)
                count += 1
                still_absent = absent and gone[0]
                assert {"alpha", "beta"} <= found.keys() <= {"alpha", "beta", "gamma"}
                assert not (still_absent and "gamma" in found)
                for revisions in found.values():
                    [seen] = revisions
                    assert floor <= seen <= newest[0]
            sheets = list(library.passages())
            for name in ("alpha", "beta"):
                assert len({s.project.year for s in sheets if s.brochure.id == name}) == 1
                project = library.project(f"{name}/cap-de-{name}")
                told = " ".join(p.text for s in project.sections for p in s.passages)
                assert f"revue {(project.project.year or 0) - 2015}." in told
        return count

    with (
        world.open() as library,
        world.open() as second,
        ThreadPoolExecutor(max_workers=4) as pool,
    ):
        threads = [pool.submit(searching, one) for one in (library, library, second, second)]
        try:
            for number in range(1, rounds + 1):
                gone[0] = False
                newest[0] = number
                other(f"revise {number} alpha beta gamma")
                least[0] = number
                if number % 3 == 0:
                    other("remove gamma")
                    gone[0] = True
                if number % 5 == 0:
                    other("reindex")
                for thread in threads:
                    if thread.done():
                        thread.result()
        finally:
            finished.set()
        return sum(thread.result(timeout=60) for thread in threads)
