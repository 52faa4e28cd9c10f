"""The tables of a PostgreSQL catalogue: made once, and nothing of others or of later touched."""

from __future__ import annotations

from contextlib import closing

import pytest

from kb import faults
from kb.catalog import Catalog
from kb.catalog.database import open_database
from kb.catalog.postgres_format import FORMAT
from kb.errors import NewerFormat, StorageError
from tests.postgresql import Server


@pytest.fixture
def address(postgresql: Server) -> str:
    return postgresql.database()


def tables(address: str) -> set[str]:
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return {name for (name,) in found}


def test_a_catalogue_of_a_later_format_is_refused_and_left_as_it_is(
    address: str, postgresql: Server
) -> None:
    Catalog(address).close()
    postgresql.ask(address, "UPDATE catalogue_format SET version = 99")
    postgresql.ask(address, "DROP TABLE pages")
    before = tables(address)
    said = rf"format 99, ici {FORMAT.version}\) : mettez le logiciel à jour, .* KB_CATALOGUE"
    with pytest.raises(NewerFormat, match=said):
        Catalog(address)
    assert tables(address) == before


def test_tables_of_another_program_are_left_alone(address: str, postgresql: Server) -> None:
    postgresql.ask(address, "CREATE TABLE brochures (text TEXT)")
    with pytest.raises(StorageError, match="contient déjà d’autres tables"):
        Catalog(address)
    assert tables(address) == {"public.brochures"}


def test_a_step_that_is_cut_short_leaves_nothing(address: str) -> None:
    def stop(point: str) -> None:
        if point == "format:changed":
            raise OSError("plus de place")

    faults.listen(stop)
    try:
        with pytest.raises(OSError, match="plus de place"):
            Catalog(address)
    finally:
        faults.listen(None)
    assert tables(address) == set()
    Catalog(address).close()
    assert "public.passages" in tables(address)


def test_texts_that_the_database_could_not_keep_are_told_at_once(
    address: str, postgresql: Server
) -> None:
    postgresql.ask(
        "postgres",
        "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0",
    )
    with pytest.raises(StorageError, match=r"est en LATIN1 : refaites-la en UTF8"):
        Catalog(postgresql.address("latin"))


def test_an_account_that_may_not_make_tables_is_told(address: str, postgresql: Server) -> None:
    postgresql.ask(address, "CREATE ROLE lecteur LOGIN")
    reader = address.replace("postgres@", "lecteur@")
    with pytest.raises(StorageError, match=r"permission denied .* propriétaire de la base"):
        Catalog(reader)


def test_two_bases_share_a_database_in_two_schemas(address: str, postgresql: Server) -> None:
    places = [f"{address}&options=-csearch_path%3D{name}" for name in ("nord", "sud")]
    with pytest.raises(StorageError, match="créez le schéma"):
        Catalog(places[0])
    for name in ("nord", "sud"):
        postgresql.ask(address, f"CREATE SCHEMA {name}")
    with closing(Catalog(places[0])) as north, closing(Catalog(places[1])) as south:
        with north.transaction():
            with south.transaction():  # neither waits for the other
                pass
            assert (north.generation(), south.generation()) == (0, 1)
        assert (north.generation(), south.generation()) == (1, 1)
    assert {"nord.passages", "sud.passages"} <= tables(address)


def test_an_index_that_postgresql_does_not_trust_is_named(address: str, postgresql: Server) -> None:
    with closing(open_database(address)) as database:
        assert database.problem() == ""
        postgresql.ask(
            address,
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'passages_by_project'::regclass",
        )
        assert database.problem() == "index à refaire par REINDEX : passages_by_project"
