"""What each engine finds for the project's own questions, on its own sample."""

from __future__ import annotations

import shutil
from pathlib import Path

from kb.model import Mode
from tests.benchmarks.base_tasks import Given, settings_of
from tests.benchmarks.child import ROOT

QUESTIONS = ROOT / "tests" / "golden" / "questions-sample.jsonl"


def agreement(given: Given) -> Given:
    """nDCG@10 by mode, and the ten best passages of each question."""
    from kb.evaluation import evaluate, judged_questions
    from kb.wiring import open_library

    home = Path(given["home"])
    shutil.rmtree(home, ignore_errors=True)
    with open_library(settings_of(given)) as library:
        library.ingest([ROOT / "corpus"])
        found = evaluate(library, QUESTIONS)
        judged = judged_questions(QUESTIONS, library.passages())
        shown = {
            query.id: [hit.passage.id for hit in library.search(query.text, limit=10).hits]
            for query in judged.queries
        }
    shutil.rmtree(home, ignore_errors=True)
    whole = {row.mode: row.scores["nDCG@10"] for row in found.rows if row.type == "toutes"}
    return {"ndcg": {mode.value: whole[mode] for mode in Mode}, "shown": shown}


def overlap(first: Given, second: Given) -> float:
    """Mean share of the ten best passages that two engines have in common."""
    shares = []
    for query, ids in first["shown"].items():
        others = second["shown"][query]
        if ids or others:
            shares.append(len(set(ids) & set(others)) / max(len(ids), len(others)))
    return sum(shares) / len(shares) if shares else 1.0
