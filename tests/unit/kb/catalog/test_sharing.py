"""A catalogue that several processes use at once: readers wait for nobody."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from kb.catalog import Catalog, EngineState
from kb.catalog.database import Location
from kb.errors import Busy, StorageError
from tests.postgresql import Server

ROOT = Path(__file__).parents[4]
STATE = EngineState("bundled", "print", "engine-1", "1")
BEGINS = """
import sys
from pathlib import Path
from kb.catalog import Catalog, EngineState
place = Path(sys.argv[2]) if sys.argv[1] else sys.argv[2]
with Catalog(place).transaction() as change:
    change.set_state(EngineState("other", "other", "engine-2", "2"))
    print("begun", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def catalog(place: Location) -> Iterator[Catalog]:
    with closing(Catalog(place)) as opened:
        yield opened


def test_who_opens_and_reads_waits_for_no_writer(catalog: Catalog, place: Location) -> None:
    with catalog.transaction() as change:
        change.set_state(STATE)
        with closing(Catalog(place)) as other:
            assert other.state().engine == ""
            assert other.generation() == 0
    with closing(Catalog(place)) as other:
        assert other.state() == STATE
        assert other.generation() == 1


def test_what_is_read_together_is_of_one_state(catalog: Catalog, place: Location) -> None:
    with closing(Catalog(place)) as other:
        with other.reading() as generation:
            with catalog.transaction() as change:
                change.set_state(STATE)
            assert (generation, other.generation(), other.state().engine) == (0, 0, "")
            with other.reading() as within:
                assert within == 0
            assert other.generation() == 0
        with other.reading() as generation:
            assert (generation, other.state()) == (1, STATE)


def test_a_block_of_reading_ends_with_what_is_raised_in_it(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="échec"), catalog.reading():
        raise ValueError("échec")
    with catalog.transaction() as change:
        change.set_state(STATE)
    assert catalog.generation() == 1


def test_another_writer_is_waited_for_and_told(
    catalog: Catalog, place: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.catalog.connection._BUSY_TIMEOUT_S", 0.0)
    monkeypatch.setattr("kb.catalog.postgres._BUSY_TIMEOUT_S", 0.05)
    with closing(Catalog(place)) as other, catalog.transaction() as change:
        with pytest.raises(Busy, match="attendez qu’il ait fini"), other.transaction():
            pass
        change.set_state(STATE)
    assert (catalog.state(), catalog.generation()) == (STATE, 1)


def test_a_database_that_refuses_is_told_from_another_writer(
    catalog: Catalog, place: Location, request: pytest.FixtureRequest
) -> None:
    if isinstance(place, str):
        name = place.partition("?")[0].rpartition("/")[2]
        server: Server = request.getfixturevalue("postgresql")
        server.ask(place, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        refusing = Catalog(place)
    else:
        refusing = catalog
        catalog._database._connections.get().execute("PRAGMA query_only = ON")
    with (
        closing(refusing),
        pytest.raises(StorageError, match="rien n’a été changé") as refused,
        refusing.transaction() as change,
    ):
        change.set_state(STATE)
    assert not isinstance(refused.value, Busy)


def test_the_journal_does_not_grow_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "catalogue.sqlite"
    monkeypatch.setattr("kb.catalog.connection._LARGEST_JOURNAL", 50_000)
    monkeypatch.setattr("kb.catalog.connection._JOURNAL_TIMEOUT_MS", 1)
    journal = path.with_name("catalogue.sqlite-wal")

    def change(number: int) -> None:
        with catalog.transaction() as change:
            change.set_state(EngineState("bundled", str(number), "engine-1", "1" * 9000))

    with closing(Catalog(path)) as catalog, closing(Catalog(path)) as other:
        with other.reading() as generation:
            for number in range(8):
                change(number)
            # Who reads keeps it, and its state.
            assert journal.stat().st_size > 50_000
            assert other.generation() == generation
        change(8)
        assert journal.stat().st_size == 0
        assert other.state().fingerprint == "8"
        assert catalog.generation() == generation + 9


def test_those_who_make_a_catalogue_at_once_all_open_it(tmp_path: Path) -> None:
    assert made_at_once(tmp_path / str(attempt) / "catalogue.sqlite" for attempt in range(30))


def test_those_who_make_a_catalogue_of_a_server_at_once_all_open_it(postgresql: Server) -> None:
    assert made_at_once(postgresql.database() for _ in range(3))


def made_at_once(places: Iterable[Location]) -> bool:
    def generation_of(place: Location) -> int:
        together.wait()
        with closing(Catalog(place)) as catalog:
            return catalog.generation()

    together = Barrier(5)
    with ThreadPoolExecutor(5) as pool:
        return all(list(pool.map(generation_of, [one] * 5)) == [0] * 5 for one in places)


@pytest.mark.slow
def test_what_a_killed_writer_had_begun_never_was(catalog: Catalog, place: Location) -> None:
    with catalog.transaction() as change:
        change.set_state(STATE)
    writer = subprocess.Popen(
        [sys.executable, "-c", BEGINS, "file" if isinstance(place, Path) else "", str(place)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with writer:
        assert writer.stdout
        assert writer.stdout.readline() == "begun\n"
        writer.kill()
    with catalog.transaction() as change:  # and keeps nobody from writing
        assert (catalog.state(), catalog.generation()) == (STATE, 1)


CHANGES = """
import sys
from pathlib import Path
from kb.catalog import Catalog, EngineState
catalog = Catalog(Path(sys.argv[1]))
with catalog.transaction() as change:
    change.set_state(EngineState("bundled", "theirs", "engine-1", "1"))
catalog.close()
"""

SHOWS = """
import sys
from pathlib import Path
from kb.catalog import Catalog
catalog = Catalog(Path(sys.argv[1]))
print(catalog.generation(), catalog.state().fingerprint)
"""


@pytest.mark.slow
def test_who_opens_a_catalogue_again_keeps_the_locks_that_it_has(
    catalog: Catalog, place: Location
) -> None:
    """Else the other process takes itself for the last one and deletes the journal in use."""
    if not isinstance(place, Path):
        pytest.skip("a server keeps the locks")
    assert catalog.generation() == 0
    with closing(Catalog(place)):
        subprocess.run([sys.executable, "-c", CHANGES, str(place)], cwd=ROOT, check=True)
    with catalog.transaction() as change:
        change.set_state(STATE)

    seen = subprocess.run(
        [sys.executable, "-c", SHOWS, str(place)], cwd=ROOT, check=True, capture_output=True
    )

    assert seen.stdout.decode().split() == ["2", STATE.fingerprint]
