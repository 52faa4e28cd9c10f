"""Which kind of engine a base uses, how it moves to another, and what the doctor says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kb.catalog import Catalog, StoredPassage
from kb.library import Library, filling, maintenance
from kb.library.base import Parts
from kb.model import Mode
from kb.ports import Engine
from kb.results import Finding
from tests.contract.engines import open_engine

QUERY = "logement femmes violences"


@pytest.fixture
def opened(parts: Parts, tmp_path: Path) -> Callable[[str], Library]:
    """Opens one base, engines being of the kind that their name tells; it is given the
    kind that the settings ask for."""
    home = tmp_path / "home"

    def engine(name: str) -> Engine:
        return open_engine(name.rpartition("-")[0], home / "engines" / name)

    return lambda kind: Library(
        replace(
            parts,
            catalog=Catalog(home / "catalogue.sqlite"),
            open_engine=engine,
            engine_kind=kind,
        )
    )


def _engine(library: Library) -> str:
    return library._base.catalog.state().engine


def _found(library: Library) -> list[str]:
    return [hit.passage.id for hit in library.search(QUERY).hits]


def _engine_finding(library: Library) -> Finding:
    [finding] = [one for one in library.doctor() if one.subject == "Moteur"]
    return finding


def test_a_new_base_gets_the_engine_that_the_settings_ask_for(
    opened: Callable[[str], Library], shelf: Path
) -> None:
    with opened("tantivy") as library:
        assert library.ingest([shelf]).refused == ()
        assert _engine(library) == "tantivy-1"
        assert len(_found(library)) > 0


def test_a_base_goes_on_with_the_engine_that_it_has(
    opened: Callable[[str], Library], shelf: Path
) -> None:
    with opened("") as library:
        library.ingest([shelf / "bretagne.txt"])
    with opened("tantivy") as library:
        library.ingest([shelf])
        assert _engine(library) == "whoosh-1"
        assert _engine_finding(library) == Finding(
            False,
            "Moteur",
            "KB_ENGINE demande tantivy ; la base se sert encore de whoosh : "
            "lancez « kb reindex --engine tantivy ».",
        )


@pytest.mark.parametrize(
    ("asked", "wanted", "engine"),
    [
        ("tantivy", "", "tantivy-2"),
        ("", "tantivy", "tantivy-2"),
        ("whoosh", "tantivy", "whoosh-2"),
        ("", "", "whoosh-2"),
    ],
)
def test_a_base_moves_to_another_engine_without_embedding(
    opened: Callable[[str], Library],
    shelf: Path,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    wanted: str,
    engine: str,
) -> None:
    with opened("") as library:
        library.ingest([shelf])
        before = _found(library)
    embedded: list[StoredPassage] = []
    really_embed = filling.embed

    def noted(embedder: object, lacking: Sequence[StoredPassage], *rest: object) -> object:
        embedded.extend(lacking)
        return really_embed(embedder, lacking, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(filling, "embed", noted)
    monkeypatch.setattr(filling, "_SAMPLE", 1)
    with opened(wanted) as library:
        passages = library.reindex(engine=asked)
        assert passages == library.statistics().passages
        assert _found(library) == before
        assert _engine(library) == engine
    # One, to see that the model still makes what the old engine holds.
    assert len(embedded) == 1


def test_an_engine_of_another_kind_stays_in_step_with_the_catalogue(
    opened: Callable[[str], Library], shelf: Path
) -> None:
    with opened("tantivy") as library:
        library.ingest([shelf])
        library.remove("bretagne")
        assert library.search("travaux", mode=Mode.LEXICAL).hits == ()
        library.ingest([shelf])
        assert [one.ok for one in library.doctor() if one.subject == "Index"] == [True]
        assert len(library.search("travaux", mode=Mode.LEXICAL).hits) == 1


def test_a_moved_base_goes_on_with_its_engine_when_it_is_indexed_again(
    opened: Callable[[str], Library], shelf: Path
) -> None:
    with opened("") as library:
        library.ingest([shelf])
        library.reindex(engine="tantivy")
        library.reindex()
        assert _engine(library) == "tantivy-3"


def test_the_doctor_advises_tantivy_once_whoosh_has_many_passages(
    filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _engine_finding(filled) == Finding(True, "Moteur", "whoosh.")
    monkeypatch.setattr(maintenance, "WHOOSH_COMFORT", 2)
    assert _engine_finding(filled) == Finding(
        True,
        "Moteur",
        "whoosh ; au-delà de 2 passages, tantivy et usearch, qui vient avec, répondent plus vite : "
        '« pip install "passages[tantivy]" », puis « kb reindex --engine tantivy ».',
    )


def test_the_doctor_tells_which_engine_an_empty_base_will_use(
    opened: Callable[[str], Library],
) -> None:
    with opened("") as library:
        assert _engine_finding(library).message == "La base se servira de whoosh."
    with opened("milvus") as library:
        assert _engine_finding(library).message == "La base se servira de milvus."
