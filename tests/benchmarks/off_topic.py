"""How near a question on another subject comes to a base, and one that it answers.

    .venv/bin/python tests/benchmarks/off_topic.py BROCHURES QUESTIONS COLLECTION…

Puts the queries of collections in BEIR layout, none of which these brochures answer,
and the judged questions to a base made of the brochures. Prints percentiles of the best
cosine: the share of off-topic queries above ``kb.shelf``'s telling cosine is what
answering by meaning alone costs.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.config import Settings
from kb.evaluation import judged_questions, load_collection
from kb.library import Library
from kb.model import Mode
from kb.wiring import open_library

PERCENTILES = (5, 25, 50, 75, 90, 95, 99)
SEED = 11
QUERIES = 300
"""Drawn from each collection."""


def main(arguments: Sequence[str]) -> int:
    """Prints one line a set of queries."""
    brochures, questions, *collections = map(Path, arguments)
    with (
        tempfile.TemporaryDirectory() as home,
        open_library(Settings(home=Path(home))) as library,
    ):
        library.ingest([brochures])
        judged = judged_questions(questions, library.passages())
        _report(library, "answered", [one.text for one in judged.answerable])
        _report(library, "out of scope", [one.text for one in judged.queries if not one.answerable])
        for folder in collections:
            drawn = load_collection(folder).judged().sample(QUERIES, SEED)
            _report(library, drawn.name, [one.text for one in drawn.queries])
    return 0


def _report(library: Library, name: str, queries: Sequence[str]) -> None:
    cosines = _best_cosines(library, queries)
    answered = {
        mode: np.mean([library.search(query, mode=mode).answerable for query in queries])
        for mode in (Mode.LEXICAL, Mode.HYBRID)
    }
    shown = "  ".join(
        f"p{place} {value:.2f}"
        for place, value in zip(PERCENTILES, np.percentile(cosines, PERCENTILES), strict=True)
    )
    shares = "  ".join(f"{mode.value} {share:.1%}" for mode, share in answered.items())
    print(f"{name} ({len(queries)} queries): best cosine {shown}; answered {shares}")


def _best_cosines(library: Library, queries: Sequence[str]) -> npt.NDArray[np.float64]:
    with library._base.moment() as moment:
        vectors = moment.embedder.embed_queries(queries)
        return np.array([moment.engine.nearest(vector, 1)[0].score for vector in vectors])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
