"""How long the nearest passages take to find, and how many of the true ones are found.

    python -m tests.benchmarks.vectors_search --passages 100000
    python -m tests.benchmarks.vectors_search --passages 10000 --model french-student
    python -m tests.benchmarks.vectors_search --passages 1000000 --neighbours

Vectors are of French texts (``vectors_data``) by the bundled models. Times are of one search
after another in one thread, against the peer in the same run: NumPy's product of all rows in
float32. Recall is of the 100 best passages by those float32 rows; from 200,000 passages on,
where they would not fit, by the exact search.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np

from index.embedders.static import bundled_model
from index.embedders.student import StudentEmbedder
from index.vectors import matrix as matrix_module
from index.vectors import neighbours
from index.vectors.cosines import Numbers
from index.vectors.matrix import Mask, VectorMatrix
from index.vectors.row_products import ExactProducts, fast_products
from index.vectors.store import VectorStore
from kb.ports import Embedder, Vectors
from tests.benchmarks.vectors_data import made, queries

K = 100
_QUERIES = 60
_KEPT_AS_FLOATS = 200_000
_SHARES = (0.5, 0.1, 0.01)

Search = Callable[[Vectors], Numbers]


def main() -> None:
    """Measure, and print a table in Markdown."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--passages", type=int, default=100_000)
    asked.add_argument("--model", choices=["french-static", "french-student"])
    asked.add_argument("--neighbours", action="store_true", help="build the approximate index")
    asked.add_argument("--folder", type=Path, help="where vectors are kept, and found again")
    given = asked.parse_args()
    model: Embedder = bundled_model()
    if given.model == "french-student":
        model = StudentEmbedder(Path(str(files("index").joinpath("models", "french-student"))))
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        _measure(VectorStore(folder), model, given.passages, given.neighbours)


def _measure(store: VectorStore, model: Embedder, passages: int, graph: bool) -> None:
    floats: list[Vectors] = []
    if not len(store.load().slots):
        for part in made(model, passages):
            store.append(np.split(part.rows, np.cumsum(part.counts)[:-1]))
            if passages < _KEPT_AS_FLOATS:
                floats.append(part.rows)
    held, asked = store.load(), queries(model, _QUERIES)
    asked = asked[np.linalg.norm(asked, axis=1) > 0]
    rows, size = len(held.codes), held.codes.nbytes + held.scales.nbytes + 12 * len(held.slots)
    print(f"{len(held.slots)} passages, {rows} rows of {held.dim}, {size / rows:.0f} bytes a row\n")
    print("| way | min ms | p50 | p95 | recall@100 |\n| --- | --- | --- | --- | --- |")
    truth = [_exactly(held, unit) for unit in asked]
    if floats:
        every = np.concatenate(floats)
        truth = [_by_floats(every, held, unit) for unit in asked]
        _line("NumPy, float32", lambda unit: _by_floats(every, held, unit), asked, truth)
    _line("bytes, by NumPy", lambda unit: _exactly(held, unit), asked, truth)
    if isinstance(fast_products(asked[0]), ExactProducts):
        print("NumKong is not installed.")
    _line("bytes, as installed", lambda unit: _best(held, unit), asked, truth)
    for share in _SHARES:
        allowed = np.random.default_rng(0).random(len(held.slots)) < share
        within = [_best(held, unit, allowed) for unit in asked]
        _line(f"the same, {share:.0%} allowed", _filtered(held, allowed), asked, within)
    if graph:
        _approximately(store, asked, truth)


def _approximately(store: VectorStore, asked: Vectors, truth: list[Numbers]) -> None:
    neighbours.FEWEST, matrix_module.FEWEST_SEARCHED = 1, 1
    started = time.perf_counter()
    if store.build_neighbours():
        print(f"built in {time.perf_counter() - started:.0f} s")
    held = store.load()
    _line("approximate index", lambda unit: _best(held, unit), asked, truth)


def _filtered(held: VectorMatrix, allowed: Mask) -> Search:
    return lambda unit: _best(held, unit, allowed)


def _best(held: VectorMatrix, unit: Vectors, allowed: Mask | None = None) -> Numbers:
    places, scores = held.nearest(unit, K, allowed)
    return places[np.argsort(-scores, kind="stable")][:K]


def _exactly(held: VectorMatrix, unit: Vectors) -> Numbers:
    scores = held.scores(ExactProducts(unit), np.arange(len(held.slots)))
    return np.argsort(-scores, kind="stable")[:K]


def _by_floats(rows: Vectors, held: VectorMatrix, unit: Vectors) -> Numbers:
    scores = held.rows.scores(np.vecdot(rows, unit))
    return np.argsort(-scores, kind="stable")[:K]


def _line(name: str, search: Search, asked: Vectors, truth: list[Numbers]) -> None:
    took, shares = [], []
    for unit, expected in zip(asked, truth, strict=True):
        started = time.perf_counter()
        found = search(unit)
        took.append(1000 * (time.perf_counter() - started))
        shares.append(len(np.intersect1d(found, expected)) / max(1, len(expected)))
    low, middle, high = np.percentile(took, [0, 50, 95])
    print(f"| {name} | {low:.1f} | {middle:.1f} | {high:.1f} | {np.mean(shares):.4f} |", flush=True)


if __name__ == "__main__":
    main()
