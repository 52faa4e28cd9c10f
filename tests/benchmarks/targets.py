"""The figures that the product aims at, and whether a measurement reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Results = dict[str, Any]
"""As ``scale.py`` writes them."""
LIGHT = "french-static"
MEGABYTE = 1e6
AT_MOST, AT_LEAST = "≤", "≥"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One figure that is aimed at."""

    what: str
    sense: str
    """``AT_MOST`` or ``AT_LEAST``."""
    aim: float
    measured: float | None
    """None where no measurement holds it."""
    unit: str = ""

    @property
    def reached(self) -> bool | None:
        """Whether the figure is reached; None where it was not measured."""
        if self.measured is None:
            return None
        return self.measured <= self.aim if self.sense == AT_MOST else self.measured >= self.aim


def rung(results: Results, passages: int, engine: str, model: str = LIGHT) -> Results:
    """What was measured of that base; empty where nothing was."""
    for one in results.get("rungs", []):
        if (one["passages"], one["engine"], one["model"]) == (passages, engine, model):
            return dict(one)
    return {}


def figure(found: Results, *path: str, scale: float = 1.0) -> float | None:
    """The number at the end of a path of keys, None where it is not there."""
    at: Any = found
    for key in path:
        if not isinstance(at, dict) or key not in at:
            return None
        at = at[key]
    return float(at) * scale


def ratio(over: float | None, under: float | None) -> float | None:
    """A quotient, None where a part is missing or there is nothing to divide by."""
    return over / under if over is not None and under else None


def verdicts(results: Results) -> list[Verdict]:
    """Every figure aimed at, in the order in which they are told."""
    return [one for family in _FAMILIES for one in family(results)]


def _throughput(results: Results) -> Iterator[Verdict]:
    for engine, aim in (("whoosh", 1000), ("tantivy", 3000)):
        yield Verdict(
            f"ingest of text, 100,000 passages, {engine}",
            AT_LEAST,
            aim,
            figure(rung(results, 100_000, engine), "ingest", "passages_per_second"),
            "passages/s",
        )


def _reading(results: Results) -> Iterator[Verdict]:
    for kind, pages in results.get("pdf", {"made": {}, "designed": {}}).items():
        alone = figure(pages, "extraction", "seconds")
        one, two = (figure(pages, f"chain on {n}", "seconds") for n in ("one core", "two cores"))
        yield Verdict(
            f"PDF ({kind}), whole chain on one core against pypdf alone",
            AT_MOST,
            1.5,
            ratio(one, alone),
            "×",
        )
        yield Verdict(f"PDF ({kind}), two cores against one", AT_LEAST, 1.7, ratio(one, two), "×")


def _hybrid(results: Results) -> Iterator[Verdict]:
    aims = ((10_000, "whoosh", 25), (100_000, "tantivy", 30), (1_000_000, "tantivy", 100))
    for passages, engine, aim in aims:
        yield Verdict(
            f"hybrid query p95, warm, {passages:,} passages, {engine}",
            AT_MOST,
            aim,
            figure(rung(results, passages, engine), "latency", "hybrid", "all", "p95"),
            "ms",
        )


def _lexical(results: Results) -> Iterator[Verdict]:
    sizes = {one["passages"]: one for one in results.get("sizes", [])}
    at_100k = sizes.get(100_000, {})
    for engine, aim in (("whoosh", 2), ("tantivy", 50)):
        plain = figure(at_100k, "lexical", "plain Whoosh", "latency", "p95")
        own = figure(at_100k, "lexical", "engines", engine, "latency", "p95")
        yield Verdict(
            f"lexical p95 at 100,000, plain Whoosh over our {engine}",
            AT_LEAST,
            aim,
            ratio(plain, own),
            "×",
        )


def _at_scale(results: Results) -> Iterator[Verdict]:
    for engine in ("whoosh", "tantivy"):
        found = rung(results, 100_000, engine)
        again = "every passage changed"
        for what, aim, measured, unit in (
            ("re-ingest of a brochure", 2, figure(found, "reingest", again, "seconds"), "s"),
            (
                "re-ingest against an empty base",
                2,
                figure(found, "reingest", again, "ratio"),
                "×",
            ),
            ("open, new process", 1.5, figure(found, "opening", "open_s"), "s"),
            (
                "memory, warm, resident",
                600,
                figure(found, "latency", "memory", "resident", scale=1 / MEGABYTE),
                "MB",
            ),
            (
                "disk beyond the text, a passage",
                4000,
                figure(found, "ingest", "beyond_text_per_passage"),
                "bytes",
            ),
            ("kb search, cold", 2, figure(found, "command", "seconds"), "s"),
        ):
            yield Verdict(f"{what}, 100,000 passages, {engine}", AT_MOST, aim, measured, unit)


def _agreement(results: Results) -> Iterator[Verdict]:
    found = results.get("agreement", {})
    ours = figure(found, "whoosh", "ndcg", "hybrid")
    for engine in ("tantivy", "milvus"):
        theirs = figure(found, engine, "ndcg", "hybrid")
        apart = None if ours is None or theirs is None else abs(ours - theirs)
        yield Verdict(f"nDCG@10 of {engine} apart from Whoosh’s", AT_MOST, 0.01, apart)


_FAMILIES: tuple[Callable[[Results], Iterator[Verdict]], ...] = (
    _throughput,
    _reading,
    _hybrid,
    _lexical,
    _at_scale,
    _agreement,
)
