"""Bases for the time of a measure."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kb import wiring
from kb.catalog import Catalog
from kb.catalog.postgres_writing import PostgresWriting
from kb.config import Settings
from kb.errors import ConfigurationError
from kb.evaluation.beir import Collection, Document
from kb.model import Reading
from kb.shelf import LIGHT
from kb.wiring import parts_of, temporary_library
from tests.contract.static_folder import write_static_model
from tests.postgresql import Server


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    model = write_static_model(tmp_path / "model", ["radis", "terre"])
    return Settings(home=tmp_path / "home", embedding_model=str(model))


@pytest.fixture
def reading() -> Reading:
    return Collection("essai", (Document("d", "", "Des radis."),), {}, {}).reading()


def test_a_temporary_base_answers_then_goes(
    settings: Settings, reading: Reading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    with temporary_library(settings, [reading]) as library:
        assert [hit.passage.text for hit in library.search("radis").hits] == ["Des radis."]
        assert len(list(scratch.iterdir())) == 1
    assert list(scratch.iterdir()) == []
    assert not settings.home.exists()


def test_brochures_of_one_file_name_are_both_in(settings: Settings, reading: Reading) -> None:
    moved = Collection("autre", (Document("e", "", "De la terre."),), {}, {}).reading()
    other = replace(
        moved,
        brochure=replace(moved.brochure, id="autre"),
        projects=tuple(replace(one, id="autre/e", brochure_id="autre") for one in moved.projects),
        sections=tuple(
            replace(one, id="autre/e/s", project_id="autre/e") for one in moved.sections
        ),
        passages=tuple(
            replace(
                one, id="autre/e/s/1", section_id="autre/e/s", project_id="autre/e",
                brochure_id="autre",
            )
            for one in moved.passages
        ),
    )  # fmt: skip
    told: list[tuple[int, int, str]] = []
    with temporary_library(
        settings, [reading, other], progress=lambda *step: told.append(step)
    ) as library:
        assert {sheet.passage.text for sheet in library.passages()} == {
            "Des radis.",
            "De la terre.",
        }
    assert told[0] == (0, 2, "corpus.jsonl")


def test_an_engine_that_is_not_installed_says_how_to_get_it(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "find_spec", lambda name: None)
    file = tmp_path / "radis.txt"
    file.write_text("Des radis poussent dans la terre du jardin partagé.\n" * 9, encoding="utf-8")
    with wiring.open_library(replace(settings, engine="tantivy")) as library:
        with pytest.raises(ConfigurationError) as raised:
            library.ingest([file])
        assert str(raised.value) == (
            "Le moteur de recherche « tantivy » n’est pas installé : lancez "
            '« pip install "passages[tantivy]" », puis recommencez.'
        )
        assert library.brochures() == ()


def test_an_engine_of_a_later_version_asks_for_an_upgrade(settings: Settings) -> None:
    parts = wiring.parts_of(settings)
    with pytest.raises(ConfigurationError, match=r"« lucene », que cette version .* mettez"):
        parts.open_engine("lucene-3")
    parts.catalog.close()


def test_engines_of_former_bases_are_of_the_default_kind(settings: Settings) -> None:
    from index import WhooshEngine

    parts = wiring.parts_of(settings)
    assert isinstance(parts.open_engine("engine-3"), WhooshEngine)
    parts.catalog.close()


@pytest.mark.parametrize(
    ("asked", "name", "installed", "kind"),
    [
        ("", "tantivy-4", True, "tantivy"),
        ("", "tantivy-4", False, "whoosh"),
        ("", "milvus-4", True, "whoosh"),  # the server of another base
        ("tantivy", "whoosh-4", True, "tantivy"),
        ("", "engine-4", True, "whoosh"),
        ("", "", True, "whoosh"),
    ],
)
def test_a_restored_base_gets_an_engine_that_this_machine_has(
    monkeypatch: pytest.MonkeyPatch, asked: str, name: str, installed: bool, kind: str
) -> None:
    monkeypatch.setattr(wiring, "find_spec", lambda name: object() if installed else None)
    assert wiring.kind_here(Settings(engine=asked), name) == kind


@pytest.mark.parametrize(
    ("catalogue", "milvus_uri", "engine", "apart"),
    [
        ("", "", "whoosh-1", False),
        ("", "http://milvus:19530", "milvus-1", False),
        ("shared", "", "engine-1", True),
        ("shared", "", "tantivy-2", True),
        ("shared", "http://milvus:19530", "tantivy-2", True),
        ("shared", "http://milvus:19530", "milvus-3", False),
        ("shared", "", "milvus-3", True),
    ],
)
def test_an_engine_of_this_machine_under_a_shared_catalogue_has_a_lock_of_its_own(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    catalogue: str,
    milvus_uri: str,
    engine: str,
    apart: bool,
) -> None:
    address = request.getfixturevalue("postgresql").database() if catalogue else ""
    parts = parts_of(
        Settings(home=tmp_path, embedding_model=LIGHT, catalogue=address, milvus_uri=milvus_uri)
    )
    with closing(parts.catalog):
        assert (parts.own_writing(engine) is not None) is apart
        assert isinstance(parts.writing, PostgresWriting) is bool(catalogue)


def test_a_temporary_base_leaves_a_shared_catalogue_alone(
    settings: Settings, reading: Reading, postgresql: Server
) -> None:
    shared = replace(settings, catalogue=postgresql.database())
    with temporary_library(shared, [reading]) as library:
        assert library.statistics().passages == 1
    with closing(Catalog(shared.catalogue)) as catalog:
        assert (catalog.statistics().passages, catalog.generation()) == (0, 0)
