"""A base that moves to another engine goes on answering as it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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

QUESTIONS = Path(__file__).with_name("questions-sample.jsonl")
MODES = (Mode.LEXICAL, Mode.HYBRID)
LOST_NDCG = 0.01
"""What an engine may differ by: its lengths of passages are rounded, and so are its scores."""
SHARED_TOP = 0.95
"""Share of the ten best passages that two engines have in common at least, on average."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a base answers to the project's own questions, by mode."""

    ndcg: dict[Mode, float]
    best: dict[tuple[Mode, str], list[str]]
    """Ids of the ten best passages of each question."""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample with the light model, for this module to change."""
    home = tmp_path_factory.mktemp("moving")
    with open_library(Settings(home=home, embedding_model="french-static")) as opened:
        assert opened.ingest([CORPUS]).refused == ()
        yield opened


@pytest.fixture(scope="module")
def by_whoosh(library: Library) -> Answers:
    return _answers(library)


def _answers(library: Library) -> Answers:
    rows = [row for row in evaluate(library, QUESTIONS, MODES).rows if row.type == ALL_TYPES]
    asked = [one.query for one in load_questions(QUESTIONS)]
    return Answers(
        {row.mode: row.scores["nDCG@10"] for row in rows},
        {
            (mode, query): [
                hit.passage.id for hit in library.search(query, mode=mode, limit=10).hits
            ]
            for mode in MODES
            for query in asked
        },
    )


def _shared(first: list[str], second: list[str]) -> float:
    longest = max(len(first), len(second))
    return len(set(first) & set(second)) / longest if longest else 1.0


def test_tantivy_answers_as_whoosh_does(library: Library, by_whoosh: Answers) -> None:
    pytest.importorskip("tantivy", reason="needs pip install passages[tantivy]")
    passages = library.statistics().passages
    assert library.reindex(engine="tantivy") == passages
    answers = _answers(library)
    for mode in MODES:
        assert answers.ndcg[mode] == pytest.approx(by_whoosh.ndcg[mode], abs=LOST_NDCG)
        shares = [
            _shared(answers.best[asked], best)
            for asked, best in by_whoosh.best.items()
            if asked[0] is mode
        ]
        assert sum(shares) / len(shares) >= SHARED_TOP
