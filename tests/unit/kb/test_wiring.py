"""Bases for the time of a measure."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from kb.config import Settings
from kb.evaluation.beir import Collection, Document
from kb.model import Reading
from kb.wiring import temporary_library
from tests.contract.static_folder import write_static_model


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
