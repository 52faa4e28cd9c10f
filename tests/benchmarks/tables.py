"""One function a table: rows of cells out of results, the head first, nothing without figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.benchmarks.targets import MEGABYTE, Results, figure, ratio, verdicts

Rows = Iterator[list[str]]
NONE = "–"
PEERS = ("plain Whoosh", "bm25s", "tantivy")
_PERCENTILES = ("p50", "p95", "p99")


def machine_line(results: Results) -> str:
    """What the figures were measured on, in a sentence."""
    facts = results.get("machine", {})
    packages = ", ".join(f"{name} {found}" for name, found in facts.get("packages", {}).items())
    return (
        f"{facts.get('processor', 'unknown processor')}, {facts.get('cores', '?')} cores, "
        f"{facts.get('memory_gb', '?')} GB of memory, {facts.get('system', '?')}, "
        f"Python {facts.get('python', '?')}, SQLite {facts.get('sqlite', '?')}; {packages}.\n"
    )


def number(value: float | None, digits: int = 0) -> str:
    """A number with separators, or a dash."""
    return NONE if value is None else f"{value:,.{digits}f}"


def aims(results: Results) -> Rows:
    """What is aimed at, what was measured, whether it is reached."""
    yield ["what", "aim", "measured", "reached"]
    for one in verdicts(results):
        digits = 0 if one.aim >= 100 else 1 if one.aim >= 10 else 2 if one.aim >= 1 else 4
        aim = f"{one.sense} {number(one.aim, 1 if one.aim % 1 and one.aim > 1 else 0)}"
        if one.aim < 1:
            aim = f"{one.sense} {one.aim}"
        reached = {None: "not measured", True: "yes", False: "**no**"}[one.reached]
        yield [one.what, f"{aim} {one.unit}".strip(), number(one.measured, digits), reached]


def _named(one: Results) -> list[str]:
    return [number(one["passages"]), one["engine"], one["model"] or "default"]


def _with(results: Results, part: str) -> Iterator[tuple[list[str], Results]]:
    """Rungs of which that part was measured; of those that failed, why in the place of a name."""
    for one in results.get("rungs", []):
        if one.get(part):
            yield _named(one), one[part]


def _cells(head: list[str], rows: Iterator[list[str]]) -> Rows:
    """The head and the rows; nothing where there are no rows."""
    found = list(rows)
    if found:
        yield head
        for row in found:
            yield row[: len(head)] + [NONE] * (len(head) - len(row))


def ingest(results: Results) -> Rows:
    """Throughput, memory and size on disk."""
    head = ["passages", "engine", "model", "passages/s", "peak memory, MB", "disk, bytes a passage"]
    head += ["beyond the text", "catalogue", "vectors", "words", "load"]

    def rows() -> Iterator[list[str]]:
        for names, one in _with(results, "ingest"):
            if "failed" in one:
                yield [*names, f"failed: {one['failed']}"]
                continue
            disk, count = one["disk"], one["passages"]
            vectors = sum(size for kind, size in disk.items() if "vector" in kind)
            words = sum(size for kind, size in disk.items() if kind.startswith("engine")) - vectors
            yield [
                *names,
                number(one["passages_per_second"]),
                number(one["peak_resident"] / MEGABYTE),
                number(one["disk_per_passage"]),
                number(one["beyond_text_per_passage"]),
                number(disk.get("catalogue", 0) / count),
                number(vectors / count),
                number(words / count),
                number(one["load"], 1),
            ]

    yield from _cells(head, rows())


def stages(results: Results) -> Rows:
    """Where the time of taking a brochure in goes, one after the other, no two at once."""
    parts = ["reading", "embedding", "catalogue", "engine", "rest"]
    head = ["passages there", "engine", "model", *(f"{one}, ms a passage" for one in parts)]

    def rows() -> Iterator[list[str]]:
        for names, one in _with(results, "stages"):
            spent = one.get("ms_per_passage", {})
            yield [*names, *(number(spent.get(part), 2) for part in parts)]

    yield from _cells(head, rows())


def opening(results: Results) -> Rows:
    """A new process: time to an open base, to an answer; the command; memory."""
    head = ["passages", "engine", "model", "open, s", "first answer after, s"]
    head += ["open from disk, s", "kb search, s", "resident then, MB", "warm, MB", "own of it, MB"]

    def rows() -> Iterator[list[str]]:
        for one in results.get("rungs", []):
            if "opening" not in one:
                continue
            yield [
                *_named(one),
                number(figure(one, "opening", "open_s"), 2),
                number(figure(one, "opening", "first_search_s"), 2),
                number(figure(one, "opening", "from disk", "open_s"), 2),
                number(figure(one, "command", "seconds"), 2),
                number(figure(one, "opening", "memory", "resident", scale=1 / MEGABYTE)),
                number(figure(one, "latency", "memory", "resident", scale=1 / MEGABYTE)),
                number(figure(one, "latency", "memory", "anonymous", scale=1 / MEGABYTE)),
            ]

    yield from _cells(head, rows())


def latency(results: Results) -> Rows:
    """Milliseconds of a search on a warm base, by mode and by what a filter lets through."""
    selectivities = ["all", "10 %", "1 %", "0.1 %"]
    head = [
        "passages",
        "engine",
        "model",
        "mode",
        *(f"{one}: p50 / p95 / p99" for one in selectivities),
    ]

    def rows() -> Iterator[list[str]]:
        for names, one in _with(results, "latency"):
            for mode in ("hybrid", "lexical", "semantic"):
                if mode in one:
                    yield [*names, mode, *(_times(one[mode].get(kind)) for kind in selectivities)]

    yield from _cells(head, rows())


def _times(found: Results | None) -> str:
    if not found:
        return NONE
    return " / ".join(number(found[one], 1 if found[one] >= 10 else 2) for one in _PERCENTILES)


def reingest(results: Results) -> Rows:
    """One brochure of a hundred passages again, against a base of it alone."""
    head = ["passages", "engine", "model", "what changed", "s", "in a base of it alone, s", "ratio"]

    def rows() -> Iterator[list[str]]:
        for names, found in _with(results, "reingest"):
            for kind, one in found.items():
                if isinstance(one, dict):
                    yield [
                        *names,
                        kind,
                        number(one["seconds"], 2),
                        number(one["alone_seconds"], 2),
                        number(one["ratio"], 2),
                    ]

    yield from _cells(head, rows())


def lexical(results: Results) -> Rows:
    """Search by words, our engines beside peers, ten best passages."""
    head = ["passages", "what", "p50 / p95 / p99, ms", "p95 against plain Whoosh"]
    head += ["indexing, passages/s", "bytes a passage"]

    def rows() -> Iterator[list[str]]:
        for size in results.get("sizes", []):
            found = size["lexical"]
            if "failed" in found:
                yield [number(size["passages"]), f"failed: {found['failed']}"]
                continue
            own = {
                f"our {name}": {**one.get("indexing", {}), **one}
                for name, one in found["engines"].items()
            }
            peers = {name: found[name] for name in PEERS if name in found}
            plain = figure(found, "plain Whoosh", "latency", "p95")
            for label, one in {**own, **peers}.items():
                faster = ratio(plain, figure(one, "latency", "p95"))
                yield [
                    number(size["passages"]),
                    label,
                    one.get("failed") or _times(one.get("latency")),
                    NONE if faster is None else f"{faster:.1f} × quicker",
                    number(figure(one, "passages_per_second")),
                    number(figure(one, "bytes_per_passage")),
                ]

    yield from _cells(head, rows())


def vectors(results: Results) -> Rows:
    """The engine's search by meaning beside a plain product of float32."""
    head = ["passages", "engine", "vectors", "engine, ten: p50 / p95 / p99, ms"]
    head += ["engine, a hundred", "numpy, ten", "p95 against numpy", "recall@10"]

    def rows() -> Iterator[list[str]]:
        for names, one in _with(results, "vectors"):
            if "failed" in one:
                yield [*names[:2], f"failed: {one['failed']}"]
                continue
            faster = ratio(figure(one, "numpy", "p95"), figure(one, "engine", "p95"))
            yield [
                *names[:2],
                f"{one['rows']:,} × {one['dim']}",
                _times(one["engine"]),
                _times(one["engine, 100"]),
                _times(one["numpy"]),
                NONE if faster is None else f"{faster:.1f} × quicker",
                number(one["recall@10"], 3),
            ]

    yield from _cells(head, rows())


def pdf(results: Results) -> Rows:
    """Reading PDF beside pypdf's extraction alone."""
    head = ["files", "pages", "pypdf alone, s", "reading, s", "whole chain, one core, s"]
    head += [
        "two cores, s",
        "reading against pypdf",
        "chain against pypdf",
        "two cores against one",
    ]

    def rows() -> Iterator[list[str]]:
        for kind, one in results.get("pdf", {}).items():
            names = ("extraction", "reading", "chain on one core", "chain on two cores")
            alone, read, single, double = (figure(one, name, "seconds") for name in names)
            yield [
                kind,
                number(figure(one, "extraction", "pages")),
                *(number(value, 2) for value in (alone, read, single, double)),
                f"{number(ratio(read, alone), 2)} ×",
                f"{number(ratio(single, alone), 2)} ×",
                f"{number(ratio(single, double), 2)} ×",
            ]

    yield from _cells(head, rows())


def agreement(results: Results) -> Rows:
    """What each engine finds for the project's questions."""
    head = ["engine", "nDCG@10 hybrid", "lexical", "semantic", "ten best in common with the first"]

    def rows() -> Iterator[list[str]]:
        for engine, one in results.get("agreement", {}).items():
            if "failed" in one:
                yield [engine, f"failed: {one['failed']}"]
                continue
            scores: dict[str, Any] = one["ndcg"]
            cells = [number(scores[mode], 3) for mode in ("hybrid", "lexical", "semantic")]
            shared = figure(one, "overlap")
            yield [engine, *cells, NONE if shared is None else f"{shared:.1%}"]

    yield from _cells(head, rows())


TABLES: tuple[tuple[str, Callable[[Results], Rows]], ...] = (
    ("Figures aimed at", aims),
    ("Taking brochures in", ingest),
    ("Where that time goes", stages),
    ("A new process, and memory", opening),
    ("Search, warm, ms", latency),
    ("One brochure again", reingest),
    ("Words, beside peers", lexical),
    ("Meaning, beside a plain product", vectors),
    ("Reading PDF, beside pypdf", pdf),
    ("Engines among themselves", agreement),
)
"""Titles and tables, in the order of the page."""
