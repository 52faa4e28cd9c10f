"""Killed at any named point of any write, the base opens whole, and nothing reported is lost.

A bounded choice of kills runs with the other tests, all of them by
``make bench`` or ``pytest -m benchmark tests/reliability``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb import faults
from kb.wiring import open_office
from tests.reliability.mother import REACHED
from tests.reliability.world import CASES, Texts, World, answers, rebuilt, texts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MOST_TIMES = 8
"""Times of one point in one case that the long run kills at, spread over all of them."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A case ready to be begun as often as wanted."""

    name: str
    world: World
    kept: Path
    """A copy of the world as it is before."""
    before: Texts
    after: Texts
    reached: tuple[str, ...]
    """Every point, in order, when nothing kills."""

    def restore(self) -> None:
        shutil.rmtree(self.world.folder)
        shutil.copytree(self.kept, self.world.folder, symlinks=True)


class Mother:
    """Has cases done by children that are killed on the way."""

    def __init__(self) -> None:
        quiet = {"TOKENIZERS_PARALLELISM": "false", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.mother"],
            cwd=ROOT,
            env={**os.environ, **quiet},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"

    def run(self, case: str, world: World, point: str = "", time: int = 0) -> int:
        """The exit code of a child that does the case; a negative one is a signal."""
        assert self._process.stdin
        order = {"case": case, "folder": str(world.folder), "point": point, "time": time}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return os.waitstatus_to_exitcode(int(self._line()))

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def mother() -> Iterator[Mother]:
    made = Mother()
    yield made
    made.end()


@pytest.fixture(scope="module")
def prepared(mother: Mother, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Prepared]:
    """Each case, done once to its end."""
    return {name: _prepare(name, mother, tmp_path_factory.mktemp("case")) for name in CASES}


def _prepare(name: str, mother: Mother, folder: Path) -> Prepared:
    world, kept = World(folder / "world"), folder / "kept"
    world.folder.mkdir()
    CASES[name].prepare(world)
    world.forget_reports()
    before = _texts(world)
    shutil.copytree(world.folder, kept)
    assert mother.run(name, world) == 0
    reached = (world.folder / REACHED).read_text(encoding="utf-8").splitlines()
    return Prepared(name, world, kept, before, _texts(world), tuple(reached))


def _texts(world: World) -> Texts:
    with world.open() as library:
        return texts(library)


def _killed(case: Prepared, mother: Mother, point: str, time: int, scratch: Path) -> None:
    """Kill once, and check everything that is promised."""
    case.restore()
    assert mother.run(case.name, case.world, point, time) == -signal.SIGKILL
    try:
        _check(case, scratch)
    except BaseException as error:
        error.add_note(f"killed during {case.name} at {point}, time {time}")
        raise


def _check(case: Prepared, scratch: Path) -> None:
    with case.world.open() as library:
        seen = texts(library)
        for one in case.before.keys() | case.after.keys():
            assert seen.get(one) in (case.before.get(one), case.after.get(one)), one
        for one in case.world.reported():
            assert seen.get(one) == case.after.get(one), one
        if seen:
            found = answers(library)
            with rebuilt(case.world, scratch / "rebuilt").open() as other:
                assert answers(other) == found
        findings = {one.subject: one for one in library.doctor()}
        assert {name for name, one in findings.items() if not one.ok} <= CASES[case.name].to_do
        # Opening has mended whatever was to be mended.
        assert "remis" not in findings["Index"].message
        if (case.world.settings.home / "office").is_dir():
            desk = open_office(case.world.settings, library).desk
            desk.work_off()
            assert [job.number for job in desk.jobs() if job.active] == []
            _check_files(case.world)
    shutil.rmtree(scratch / "rebuilt", ignore_errors=True)
    # What was cut short can be done again.
    CASES[case.name].act(case.world)
    assert _texts(case.world) == case.after


def _check_files(world: World) -> None:
    """Each file that was sent is the one that its brochure was read from."""
    with world.open() as library:
        entries = library.brochures()
    for entry in entries:
        content = Path(entry.path).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry.brochure.sha256, entry.path


def test_every_point_is_listed_once_and_every_listed_one_is_in_the_code() -> None:
    called = [
        point
        for package in ("ingest", "index", "kb", "web")
        for path in (ROOT / package).rglob("*.py")
        for point in re.findall(r'\breach\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    ]
    assert set(called) == set(faults.POINTS)
    assert len(set(faults.POINTS)) == len(faults.POINTS)


def test_every_point_is_reached_by_something_that_is_done(
    prepared: dict[str, Prepared],
) -> None:
    reached = {point for case in prepared.values() for point in case.reached}
    assert reached == set(faults.POINTS)


def test_each_case_changes_what_it_says(prepared: dict[str, Prepared]) -> None:
    unchanged = {name for name, case in prepared.items() if case.before == case.after}
    assert unchanged == {
        "reindexing",
        "an adapted model",
        "pictures",
        "a bad file sent",
        "a backup",
    }


def test_killed_at_each_point_the_base_is_whole(
    prepared: dict[str, Prepared], mother: Mother, tmp_path: Path
) -> None:
    for number, point in enumerate(faults.POINTS):
        reaching = [case for case in prepared.values() if point in case.reached]
        assert reaching, f"nothing that is done reaches {point}"
        # Another case at each point, and another time of those that it is reached.
        case = reaching[number % len(reaching)]
        time = 1 + number % case.reached.count(point)
        _killed(case, mother, point, time, tmp_path)


@pytest.mark.benchmark
@pytest.mark.parametrize("name", CASES)
def test_killed_at_each_point_of_each_case(
    prepared: dict[str, Prepared], mother: Mother, tmp_path: Path, name: str
) -> None:
    case = prepared[name]
    kills = 0
    for point in dict.fromkeys(case.reached):
        times = case.reached.count(point)
        for time in sorted({1 + n * (times - 1) // MOST_TIMES for n in range(MOST_TIMES + 1)}):
            _killed(case, mother, point, time, tmp_path)
            kills += 1
    print(f"\n{name}: {kills} kills, nothing lost")
