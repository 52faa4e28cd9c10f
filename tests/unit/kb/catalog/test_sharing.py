"""A catalogue that several processes use at once: readers wait for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier

import pytest

from kb.catalog import Catalog, EngineState
from kb.errors import Busy, StorageError

STATE = EngineState("bundled", "print", "engine-1", "1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def catalog(path: Path) -> Iterator[Catalog]:
    with closing(Catalog(path)) as opened:
        yield opened


def test_who_opens_and_reads_waits_for_no_writer(catalog: Catalog, path: Path) -> None:
    with catalog.transaction() as change:
        change.set_state(STATE)
        with closing(Catalog(path)) as other:
            assert other.state().engine == ""
            assert other.generation() == 0
    with closing(Catalog(path)) as other:
        assert other.state() == STATE
        assert other.generation() == 1


def test_what_is_read_together_is_of_one_state(catalog: Catalog, path: Path) -> None:
    with closing(Catalog(path)) as other:
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


def test_another_writer_is_told_from_a_disk_that_refuses(
    catalog: Catalog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.catalog.connection._BUSY_TIMEOUT_S", 0.0)
    with (
        closing(Catalog(path)) as other,
        catalog.transaction(),
        pytest.raises(Busy, match="attendez qu’il ait fini"),
        other.transaction(),
    ):
        pass
    catalog._connections.get().execute("PRAGMA query_only = ON")
    with (
        pytest.raises(StorageError, match="rien n’a été changé") as refused,
        catalog.transaction() as change,
    ):
        change.set_state(STATE)
    assert not isinstance(refused.value, Busy)


def test_the_journal_does_not_grow_for_ever(
    catalog: Catalog, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.catalog.connection._LARGEST_JOURNAL", 50_000)
    monkeypatch.setattr("kb.catalog.connection._JOURNAL_TIMEOUT_MS", 1)
    journal = path.with_name("catalogue.sqlite-wal")

    def change(number: int) -> None:
        with catalog.transaction() as change:
            change.set_state(EngineState("bundled", str(number), "engine-1", "1" * 9000))

    with closing(Catalog(path)) as other:
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
    def generation_of(home: Path) -> int:
        together.wait()
        with closing(Catalog(home / "catalogue.sqlite")) as catalog:
            return catalog.generation()

    together = Barrier(5)
    with ThreadPoolExecutor(5) as pool:
        for attempt in range(30):
            assert list(pool.map(generation_of, [tmp_path / str(attempt)] * 5)) == [0] * 5
