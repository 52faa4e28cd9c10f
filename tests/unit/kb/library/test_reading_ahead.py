"""Reading ahead: as if files were read one by one, but several at once."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from index import WhooshEngine
from kb.catalog import Catalog
from kb.errors import UnreadableBrochure
from kb.library import Library, reading_ahead
from kb.library.parts import Parts
from kb.library.reading_ahead import PER_READER, Coming, ReadingAhead
from kb.model import Reading
from kb.results import FileState
from tests.unit.kb.library.conftest import MEDITERRANEE, read_blocks

ROOT = Path(__file__).parents[4]
WAIT_S = 30.0
"""How long a test waits before it fails; nothing takes that long."""


class Readers:
    """A reader that tells what it was given, and holds files back while asked to."""

    def __init__(self, held: Iterable[str] = ()) -> None:
        self.begun: list[str] = []
        self.gates = {name: threading.Event() for name in held}
        self._changed = threading.Condition()

    def __call__(self, path: Path) -> Reading:
        with self._changed:
            self.begun.append(path.name)
            self._changed.notify_all()
        if path.name in self.gates:
            assert self.gates[path.name].wait(WAIT_S)
        return read_blocks(path)

    def wait_for(self, count: int) -> list[str]:
        """The names of the first files, when so many have begun."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.begun) >= count, WAIT_S)
            return list(self.begun)


@pytest.fixture
def files(tmp_path: Path) -> Callable[[int], list[Path]]:
    def make(count: int) -> list[Path]:
        paths = [tmp_path / f"fiche-{number:02}.txt" for number in range(count)]
        for path in paths:
            path.write_text(MEDITERRANEE.replace("Soleil", path.stem), encoding="utf-8")
        return paths

    return make


def _everything_is_new(_path: Path, _digest: str) -> bool:
    return True


def _ids(files: Iterable[Coming]) -> list[str]:
    return [coming.reading().brochure.id for coming in files]


def test_files_come_in_their_order_whoever_is_read_first(
    files: Callable[[int], list[Path]],
) -> None:
    paths = files(8)
    read = Readers(held=[paths[0].name])
    with ReadingAhead(paths, read, _everything_is_new, 2) as ahead:
        coming = iter(ahead)
        first = next(coming)
        read.wait_for(8)
        assert not first.ready_within(0)
        read.gates[paths[0].name].set()
        assert first.ready_within(60)
        assert first.reading() == read_blocks(paths[0])
        assert _ids(coming) == [path.stem for path in paths[1:]]
    assert sorted(read.begun) == [path.name for path in paths]


def test_as_many_files_are_read_at_once_as_asked(files: Callable[[int], list[Path]]) -> None:
    paths = files(9)
    read = Readers(held=[path.name for path in paths])
    with ReadingAhead(paths, read, _everything_is_new, 3) as ahead:
        coming = iter(ahead)
        next(coming)
        assert sorted(read.wait_for(3)) == [path.name for path in paths[:3]]
        read.gates[paths[1].name].set()
        assert read.wait_for(4)[3] == paths[3].name
        for gate in read.gates.values():
            gate.set()


def test_a_few_files_are_read_ahead_and_no_more(files: Callable[[int], list[Path]]) -> None:
    paths = files(3 * PER_READER)
    read = Readers()
    with ReadingAhead(paths, read, _everything_is_new) as ahead:
        coming = iter(ahead)
        next(coming)
        assert len(read.wait_for(PER_READER)) == PER_READER
        next(coming)
        assert len(read.wait_for(PER_READER + 1)) == PER_READER + 1


def test_no_reading_begins_while_too_much_text_waits(files: Callable[[int], list[Path]]) -> None:
    paths = files(4)
    most = len(read_blocks(paths[0]).pages[0].text)
    read = Readers()
    begun = []
    with ReadingAhead(paths, read, _everything_is_new, most_characters=most) as ahead:
        for coming in ahead:
            coming.reading()
            begun.append(list(read.begun))
    # One by one: each begins when the one before it was taken.
    assert begun == [[path.name for path in paths[: count + 1]] for count in range(4)]


def test_content_that_is_known_is_not_read_unless_asked_for(
    files: Callable[[int], list[Path]],
) -> None:
    paths = files(3)
    asked: list[tuple[Path, str]] = []

    def is_new(path: Path, digest: str) -> bool:
        asked.append((path, digest))
        return path != paths[1]

    read = Readers()
    with ReadingAhead(paths, read, is_new) as ahead:
        first, known, last = ahead
        assert (known.future, known.ready_within(60)) == (None, False)
        assert (first.reading(), last.reading()) == (read_blocks(paths[0]), read_blocks(paths[2]))
        assert paths[1].name not in read.begun
        assert known.reading() == read_blocks(paths[1])
    assert asked == [(one.path, one.digest()) for one in (first, known, last)]


def test_of_files_with_the_same_content_one_is_read(files: Callable[[int], list[Path]]) -> None:
    paths = files(2)
    paths[1].write_bytes(paths[0].read_bytes())
    with ReadingAhead(paths, Readers(), _everything_is_new) as ahead:
        first, copy = ahead
        assert first.reading() == read_blocks(paths[0])
        assert copy.future is None
        assert copy.digest() == first.digest()


def test_what_goes_wrong_is_told_when_the_turn_of_its_file_has_come(
    files: Callable[[int], list[Path]],
) -> None:
    paths = files(3)
    paths[0].write_text("illisible")
    paths[1].unlink()
    with ReadingAhead(paths, Readers(), _everything_is_new) as ahead:
        bad, gone, good = ahead
        with pytest.raises(UnreadableBrochure, match="Ce fichier est illisible"):
            bad.reading()
        with pytest.raises(FileNotFoundError):
            gone.digest()
        assert good.reading() == read_blocks(paths[2])


def test_who_breaks_off_waits_for_nothing_and_begins_nothing_more(
    files: Callable[[int], list[Path]],
) -> None:
    paths = files(8)
    read = Readers(held=[path.name for path in paths])
    before = set(threading.enumerate())
    with (
        pytest.raises(KeyboardInterrupt),
        ReadingAhead(paths, read, _everything_is_new, 2) as ahead,
    ):
        next(iter(ahead))
        read.wait_for(2)
        raise KeyboardInterrupt
    threads = set(threading.enumerate()) - before
    for gate in read.gates.values():
        gate.set()
    for thread in threads:
        thread.join(WAIT_S)
        assert not thread.is_alive()
    assert sorted(read.begun) == [path.name for path in paths[:2]]


def test_many_known_files_are_not_all_looked_at_before_the_first(
    files: Callable[[int], list[Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_ahead, "MOST_LOOKED_AT", 2)
    asked: list[Path] = []

    def is_new(path: Path, _digest: str) -> bool:
        asked.append(path)
        return False

    paths = files(5)
    read = Readers()
    with ReadingAhead(paths, read, is_new) as ahead:
        coming = iter(ahead)
        next(coming)
        assert asked == paths[:2]
        next(coming)
        assert asked == paths[:3]
        assert (len(list(coming)), asked, read.begun) == (3, paths, [])


class Told:
    """A reader whose first files are the last to be read, however many are read at once."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._turns = threading.Condition()
        self._begun: list[Path] = []

    def __call__(self, path: Path) -> Reading:
        with self._turns:
            self._begun.append(path)
            place = len(self._begun)
            self._turns.notify_all()
            # Of each handful, the ones that began before are held until the last has.
            last = -(-place // self._at_once) * self._at_once
            self._turns.wait_for(lambda: len(self._begun) >= last, 0.05)
        return read_blocks(path)


def _whoosh_in(home: Path, name: str) -> WhooshEngine:
    return WhooshEngine(home / "engines" / name)


@pytest.mark.parametrize("at_once", [2, 3, 8])
def test_ingest_gives_what_it_gives_one_by_one(parts: Parts, tmp_path: Path, at_once: int) -> None:
    folder = tmp_path / "brochures"
    for number in range(12):
        place = folder / str(number % 5)
        place.mkdir(parents=True, exist_ok=True)
        text = MEDITERRANEE.replace("Soleil", f"Soleil {number % 9}")  # of which some are copies
        (place / f"fiche-{number % 3}-{number}.txt").write_text(text, encoding="utf-8")
        (place / "fiche.txt").write_text(f"{text}Les pêcheurs logent au port {number}.\n")
    (folder / "3" / "mauvaise.txt").write_text("illisible")
    places = [folder / str(number) for number in range(5)]
    found = []
    for name, many in (("un", 1), ("plusieurs", at_once)):
        home = tmp_path / name
        changed = replace(
            parts,
            catalog=Catalog(home / "catalogue.sqlite"),
            open_engine=partial(_whoosh_in, home),
            read=Told(many),
            read_at_once=many,
        )
        with Library(changed) as library:
            outcome = library.ingest([*places, folder / "absent.txt"])
            found.append((outcome, list(library.passages())))
    assert found[0] == found[1]
    states = Counter(file.state for file in found[0][0].files)
    assert states == {FileState.ADDED: 14, FileState.DUPLICATE: 3, FileState.REFUSED: 2}


@pytest.mark.skipif(sys.platform == "win32", reason="there, Ctrl-C is not sent so")
def test_an_interrupt_ends_the_program_at_once_and_leaves_no_process(tmp_path: Path) -> None:
    """Files that hang their reader: the program ends long before their time is over."""
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"hang\n{number}", encoding="utf-8")
    code = (
        "import os, signal, sys, threading\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # as before a terminal
        "from pathlib import Path\n"
        "from ingest.guard import reading, worker\n"
        "from kb.library.reading_ahead import ReadingAhead\n"
        "begun = threading.Semaphore(0)\n"
        "ask = worker.Worker.ask\n"
        "def told(self, *rest):\n"
        "    print(self._process.pid, flush=True)\n"
        "    begun.release()\n"
        "    return ask(self, *rest)\n"
        "worker.Worker.ask = told\n"
        "guarded = reading.GuardedReader(size=2, tasks='tests.hostile.misdeeds')\n"
        "files = sorted(Path(sys.argv[1]).glob('*.txt'))\n"
        "def interrupt():\n"
        "    begun.acquire(), begun.acquire()\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "threading.Thread(target=interrupt, daemon=True).start()\n"
        "with ReadingAhead(files, guarded, lambda path, digest: True, 2) as ahead:\n"
        "    next(iter(ahead)).reading()\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=WAIT_S,
    )
    assert told.stderr.splitlines()[-1] == "KeyboardInterrupt"
    assert "Exception" not in told.stderr
    processes = told.stdout.split()
    assert len(processes) == 2
    assert not [number for number in processes if Path(f"/proc/{number}").exists()]
