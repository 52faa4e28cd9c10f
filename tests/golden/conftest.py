"""Knowledge bases over the sample and the real brochure, built once a session."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.config import Settings
from kb.library import Library
from kb.wiring import open_library

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"


def _filled(home: Path, source: Path) -> Library:
    library = open_library(Settings(home=home))
    assert library.ingest([source]).refused == ()
    return library


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample corpus, ingested."""
    with _filled(tmp_path_factory.mktemp("sample"), CORPUS) as library:
        yield library


@pytest.fixture(scope="session")
def real_library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The real brochure, ingested; skips where it does not lie beside the project."""
    source = SHARED / "corpus"
    if not source.is_dir():
        pytest.skip("needs the real brochure in ../shared/corpus")
    with _filled(tmp_path_factory.mktemp("real"), source) as library:
        yield library


@pytest.fixture
def shared_questions() -> Path:
    """Judged questions on the real brochure; skips where they do not lie beside the project."""
    path = SHARED / "eval" / "questions-dev.jsonl"
    if not path.exists():
        pytest.skip("needs the judged questions in ../shared/eval")
    return path
