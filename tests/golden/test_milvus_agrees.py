"""Milvus gives the answers of the embedded engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.config import Settings
from kb.evaluation import evaluate
from kb.evaluation.evaluating import ALL_TYPES
from kb.evaluation.questions import load_questions
from kb.library import Library
from kb.model import Mode
from kb.wiring import open_library
from tests.golden.conftest import CORPUS
from tests.golden.test_engines_agree import LOST_NDCG, SHARED_TOP

QUESTIONS = Path(__file__).with_name("questions-sample.jsonl")
_STEP = 4
"""Of so many questions one is asked in each mode."""


@pytest.fixture(scope="module")
def by_milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample in Milvus."""
    pytest.importorskip("milvus_lite", reason="needs pip install passages[milvus]")
    home = tmp_path_factory.mktemp("milvus")
    with open_library(Settings(home=home, engine="milvus")) as library:
        assert library.ingest([CORPUS]).refused == ()
        assert [path.name for path in (home / "engines").iterdir()] == ["milvus-1"]
        yield library


def test_the_measures_agree(sample_library: Library, by_milvus: Library) -> None:
    assert _ndcg(by_milvus) == pytest.approx(_ndcg(sample_library), abs=LOST_NDCG)


@pytest.mark.parametrize("mode", [Mode.LEXICAL, Mode.SEMANTIC])
def test_the_first_ten_agree(sample_library: Library, by_milvus: Library, mode: Mode) -> None:
    shares = []
    for question in load_questions(QUESTIONS)[::_STEP]:
        one, two = (
            {hit.passage.id for hit in library.search(question.query, mode=mode, limit=10).hits}
            for library in (sample_library, by_milvus)
        )
        shares.append(len(one & two) / max(len(one), len(two)) if one or two else 1.0)
    assert sum(shares) / len(shares) >= SHARED_TOP


def _ndcg(library: Library) -> float:
    rows = evaluate(library, QUESTIONS, [Mode.HYBRID]).rows
    return next(row for row in rows if row.type == ALL_TYPES).scores["nDCG@10"]
