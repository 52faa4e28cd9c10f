"""Chooses ranking constants by leaving one set out at a time, and prints what that is worth.

    .venv/bin/python tests/benchmarks/tune_ranking.py \
        --grid trust=0.1,0.25,0.4 --grid decay=0.9,0.95 \
        FOLDER_IN_BEIR_LAYOUT… QUESTIONS.jsonl=BROCHURES…

A file of questions is given with the brochures that it asks about. Names of
constants are the fields of ``kb.ranking.Weights``; every combination is tried.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kb.cli.progress import shown_progress
from kb.config import Settings
from kb.errors import KbError
from kb.evaluation import JudgedSet, judged_questions, load_collection, readings_of
from kb.evaluation.ablation import Change
from kb.evaluation.tuning import cross_validate, folds_table, grid_around, scorer
from kb.model import Reading
from kb.ranking import Weights
from kb.wiring import open_library, temporary_library

SEED = 11
"""The same queries are drawn from a large set at every run."""


def main(arguments: Sequence[str]) -> int:
    """Exit code 1 where an argument or a set is at fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sets", nargs="+", help="FOLDER, or QUESTIONS=BROCHURES")
    parser.add_argument("--grid", action="append", default=[], metavar="NAME=VALUE,VALUE…")
    parser.add_argument("--queries", type=int, default=500, help="queries of a set at most")
    parser.add_argument("--model", default="", help="as KB_EMBEDDING_MODEL")
    asked = parser.parse_args(arguments)
    settings = Settings(home=Path(tempfile.gettempdir()) / "unused", embedding_model=asked.model)
    try:
        named = [_set(one, settings) for one in asked.sets]
        scorers = {
            judged.name: scorer(
                judged.sample(asked.queries, SEED), _opener(settings, readings), _put
            )
            for judged, readings in named
        }
        with shown_progress("Grid") as progress:
            found = cross_validate(
                Weights(), grid_around(Weights(), dict(map(_choice, asked.grid))), scorers, progress
            )
    except KbError as error:
        print(error, file=sys.stderr)
        return 1
    print(folds_table(found).markdown())
    print(f"\nBest over all sets: {found.best}")
    return 0


def _set(source: str, settings: Settings) -> tuple[JudgedSet, Sequence[Reading]]:
    questions, equals, brochures = source.partition("=")
    if not equals:
        collection = load_collection(Path(source))
        return collection.judged(), [collection.reading()]
    with (
        tempfile.TemporaryDirectory() as home,
        open_library(replace(settings, home=Path(home))) as library,
    ):
        library.ingest([Path(brochures)])
        return judged_questions(Path(questions), library.passages()), readings_of(library)


def _opener(settings: Settings, readings: Sequence[Reading]) -> Callable[[Change], object]:
    return lambda change: temporary_library(settings, readings, change)


def _put(weights: Weights) -> Change:
    return lambda parts: replace(parts, weights=weights)


def _choice(text: str) -> tuple[str, list[float]]:
    name, _, values = text.partition("=")
    return name, [float(value) for value in values.split(",")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
