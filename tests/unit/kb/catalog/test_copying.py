"""A catalogue that goes from one kind of database to another holds all that it held."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kb.catalog import Analysis, Catalog, EngineState
from kb.catalog.copying import TABLES, copy_catalogue
from kb.catalog.database import Location, open_database
from kb.errors import InputError, StorageError
from kb.library.ingesting import with_brochure_id
from kb.model import Reading
from tests.postgresql import Server
from tests.unit.kb.library.conftest import BRETAGNE, MEDITERRANEE, read_blocks

STATE = EngineState("bundled", "print", "engine-7", "3")


@pytest.fixture
def readings(tmp_path: Path) -> list[Reading]:
    found = []
    for name, text in (("bretagne", BRETAGNE), ("mediterranee", MEDITERRANEE)):
        path = tmp_path / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        found.append(read_blocks(path))
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite"


@pytest.fixture
def address(postgresql: Server) -> str:
    return postgresql.database()


def fill(place: Location, readings: list[Reading]) -> int:
    """Two brochures, one of them read twice and a third removed again; the last key given."""
    gone = with_brochure_id(readings[1], "partie")
    with closing(Catalog(place)) as catalog:
        for number, reading in enumerate((readings[0], *readings, gone)):
            with catalog.transaction() as change:
                change.remove(reading.brochure.id)
                counted = {"logement": 1 + number, "Brest": 2}
                path = Path(f"/{reading.brochure.id}.txt")
                stored = change.add(reading, path, counted)
                change.add_analyses({stored[0].key: Analysis("log", "brest")})
        with catalog.transaction() as change:
            change.set_state(STATE)
            return change.remove(gone.brochure.id)[-1]


def held(place: Location) -> dict[str, list[tuple[object, ...]]]:
    with closing(open_database(place)) as database:
        return {
            table: [
                tuple(dict(row).items())
                for row in database.query(f"SELECT * FROM {table} ORDER BY {', '.join(key)}")
            ]
            for table, key in TABLES.items()
        }


@pytest.mark.parametrize("to_server", [True, False])
def test_rows_and_keys_go_as_they_are(
    address: str, file: Path, readings: list[Reading], to_server: bool
) -> None:
    source, target = (file, address) if to_server else (address, file)
    last = fill(source, readings)
    told: list[tuple[int, int]] = []

    counted = copy_catalogue(source, target, progress=lambda *done: told.append(done))

    assert held(target) == held(source)
    assert (counted["brochures"], counted["passages"], counted["analyses"]) == (2, 6, 2)
    assert told[-1] == (sum(counted.values()),) * 2
    with closing(Catalog(source)) as before, closing(Catalog(target)) as after:
        assert (after.state(), after.generation()) == (STATE, before.generation())
        fresh = with_brochure_id(readings[1], "nouvelle")
        with after.transaction() as change:
            keys = [one.key for one in change.add(fresh, Path("/nouvelle.txt"), {})]
        assert keys == [last + 1]
        assert after.projects("nouvelle") == fresh.projects


def test_an_empty_catalogue_is_copied(address: str, file: Path, readings: list[Reading]) -> None:
    assert sum(copy_catalogue(file, address).values()) == 1  # the generation
    with closing(Catalog(address)) as catalog, catalog.transaction() as change:
        assert change.add(readings[1], Path("/x"), {})[0].key == 1


def test_a_catalogue_that_holds_brochures_gives_way_only_when_asked(
    address: str, file: Path, readings: list[Reading]
) -> None:
    fill(file, readings)
    with closing(Catalog(address)) as catalog, catalog.transaction() as change:
        change.add(readings[1], Path("/x"), {})
    before = held(address)

    with pytest.raises(InputError, match="déjà des brochures"):
        copy_catalogue(file, address)
    assert held(address) == before
    copy_catalogue(file, address, replace=True)
    assert held(address) == held(file)


def test_a_copy_that_is_not_whole_is_not_kept(
    address: str, file: Path, readings: list[Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(file, readings)
    monkeypatch.setattr(
        "kb.catalog.postgres.PostgresSession.insert",
        lambda self, table, columns, rows, **how: [],
    )
    with pytest.raises(StorageError, match=r"n’est pas complète .*brochures"):
        copy_catalogue(file, address)
    monkeypatch.undo()
    with closing(Catalog(address)) as catalog:
        assert (catalog.brochures(), catalog.generation()) == ((), 0)


def test_tables_larger_than_a_batch_are_copied_whole(
    address: str, file: Path, readings: list[Reading], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.catalog.copying._BATCH", 1)
    fill(file, readings)
    copy_catalogue(file, address)
    assert held(address) == held(file)


def test_every_table_is_copied(address: str, file: Path) -> None:
    Catalog(file).close()
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        own = {name for (name,) in found if not name.startswith("sqlite_")}
    Catalog(address).close()
    with closing(open_database(address)) as database:
        rows = database.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert own == set(TABLES)
    assert {row["tablename"] for row in rows} == own | {"catalogue_format", "writing"}


def test_both_kinds_have_the_same_columns(address: str, file: Path) -> None:
    Catalog(file).close()
    Catalog(address).close()
    with closing(open_database(address)) as server, closing(open_database(file)) as own:
        for table in TABLES:
            there = server.query(
                "SELECT column_name AS name, is_nullable = 'NO' AS held"
                " FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position",
                table,
            )
            here = own.query(
                'SELECT name, "notnull" OR pk AS held FROM pragma_table_info(?) ORDER BY cid', table
            )
            assert [tuple(dict(row).values()) for row in there] == [
                (row["name"], bool(row["held"])) for row in here
            ]
