"""A base taken apart into readings, and put together again elsewhere."""

from __future__ import annotations

from pathlib import Path

from kb.config import Settings
from kb.evaluation.beir import load_collection
from kb.evaluation.readings import readings_of
from kb.wiring import temporary_library


def test_another_base_over_the_readings_holds_the_same(
    collection: Path, model: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", embedding_model=str(model))
    reading = load_collection(collection).reading()
    with temporary_library(settings, [reading]) as library:
        again = readings_of(library)
        with temporary_library(settings, again) as other:
            assert list(other.passages()) == list(library.passages())
            assert other.projects() == library.projects()
    assert again == (reading,)
