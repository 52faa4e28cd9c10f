"""Measurements of one base through its public interface, each run in a process of its own."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

from kb.config import Settings
from kb.library import Library
from kb.library.base import Parts
from kb.model import Mode
from kb.results import FileState
from tests.benchmarks.brochure_files import write_text
from tests.benchmarks.machine import disk_use, fetch, load_average, memory
from tests.benchmarks.timing import Stages, seconds, summary, timed
from tests.benchmarks.workload import (
    SELECTIVITIES,
    Workload,
    changed_brochure,
)

Given = dict[str, Any]
"""Arguments of a task and what it found: both pass as JSON."""
QUERIES, QUERIES_S = 200, 12.0
"""Of one mode without a filter, half as many with one: so many, or for so long."""
WARMING = 30
STAGE_BROCHURES = 10
LOADING = 6
"""Brochures taken in before a clock starts: every process that reads is up then, and what is loaded
once is loaded."""
_POINTS_PER_DECADE = 5


def settings_of(given: Given) -> Settings:
    """The settings of the base that a task is about."""
    settings = Settings(home=Path(given["home"]), embedding_model=given["model"])
    # Whoosh is what a base has that asks for nothing.
    other = given["engine"] not in ("", "whoosh")
    return replace(settings, engine=given["engine"]) if other else settings


def ingest(given: Given) -> Given:
    """A whole folder into a new base: time, growth, memory, size on disk."""
    from kb.wiring import open_library

    folder, settings = Path(given["folder"]), settings_of(given)
    files = sorted(folder.iterdir())
    curve = _Curve(len(files))
    with open_library(settings) as library:
        started = time.perf_counter()
        outcome = library.ingest([folder], progress=curve)
        took = time.perf_counter() - started
        peak = _peak_memory(resource.RUSAGE_SELF)
        passages = library.statistics().passages
        text = sum(len(sheet.passage.text.encode()) for sheet in library.passages())
    assert outcome.refused == (), outcome.refused[0].message
    disk = disk_use(settings.home)
    return {
        "passages": passages,
        "files": len(files),
        "source_bytes": sum(path.stat().st_size for path in files),
        "seconds": took,
        "passages_per_second": passages / took,
        "curve": [
            (passages * done // len(files), at) for done, at in [*curve.points, (len(files), took)]
        ],
        "peak_resident": peak,
        "peak_of_a_reader": _peak_memory(resource.RUSAGE_CHILDREN),
        "text_bytes": text,
        "disk": disk,
        "disk_per_passage": sum(disk.values()) / passages,
        "beyond_text_per_passage": (sum(disk.values()) - text) / passages,
        "load": load_average(),
    }


class _Curve:
    """Notes after how many seconds how many files were done, at evenly spaced powers of ten."""

    def __init__(self, files: int) -> None:
        self.points: list[tuple[int, float]] = []
        decades = range(1, 10 * _POINTS_PER_DECADE)
        self._wanted = [
            count
            for place in decades
            if (count := round(10 ** (place / _POINTS_PER_DECADE))) < files
        ]
        self._started = time.perf_counter()

    def __call__(self, done: int, total: int, name: str) -> None:
        if self._wanted and done >= self._wanted[0]:
            self.points.append((done, time.perf_counter() - self._started))
            self._wanted = [count for count in self._wanted if count > done]


def _peak_memory(whose: int) -> int:
    """The most bytes that this process held, or the largest of those that it started and ended."""
    return resource.getrusage(whose).ru_maxrss * 1024


def latency(given: Given) -> Given:
    """Times of searches on a warm base, by mode and by how much a filter lets through.

    ``given["asked"]`` has the queries: to draw them takes time and memory of its own.
    """
    from kb.wiring import open_library

    work = Workload(given["brochures"])
    queries = iter(given["asked"])
    found: Given = {"load": load_average()}
    # They may just have been thrown out, to measure how a base opens from disk.
    fetch(Path(given["home"]))
    with open_library(settings_of(given)) as library:
        found["warm_up_s"] = seconds(library.warm_up)
        for query in islice(queries, WARMING):
            library.search(query)
        for mode in Mode:
            found[mode.value] = {
                selectivity: _latency(library, mode, selectivity, work, queries, given)
                for selectivity in SELECTIVITIES
            }
        found["memory"] = memory()
    return found


def queries_to_ask(brochures: int, each: int) -> list[str]:
    """As many as ``latency`` may need where ``each`` are asked of a mode."""
    count = WARMING + len(Mode) * len(SELECTIVITIES) * (each + 1)
    return list(islice(Workload(brochures).queries(), count))


def _latency(
    library: Library,
    mode: Mode,
    selectivity: str,
    work: Workload,
    queries: Iterator[str],
    given: Given,
) -> Given:
    filters = work.filters(selectivity)

    def search() -> None:
        library.search(next(queries), mode=mode, filter=next(filters))

    # The first of a kind pays for what all of it share.
    search()
    most = given["queries"] // (1 if selectivity == "all" else 2)
    return summary(timed(search, most=most, most_s=QUERIES_S))


def reingest(given: Given) -> Given:
    """One brochure in another revision, in the whole base and in a base of it alone."""
    folder = Path(given["folder"])
    found: Given = {"load": load_average()}
    for kind, whole in (("every passage changed", True), ("one paragraph changed", False)):
        large = _replacing(settings_of(given), folder, given["brochures"] // 2, whole)
        alone = settings_of(given | {"home": f"{given['home']}-alone-{int(whole)}"})
        small_folder = alone.home / "brochures"
        small = _replacing(alone, small_folder, given["brochures"] // 2, whole)
        found[kind] = {"seconds": large, "alone_seconds": small, "ratio": large / small}
    return found


def _replacing(settings: Settings, folder: Path, number: int, whole: bool) -> float:
    """Median time to take in another revision of a brochure; its first one comes back after."""
    from kb.wiring import open_library

    folder.mkdir(parents=True, exist_ok=True)
    first = changed_brochure(number, 0, whole=True)
    path = folder / f"{first.name}.txt"
    write_text(first, path)
    times = []
    with open_library(settings) as library:
        library.ingest([path])
        library.warm_up()
        for revision in (1, 2, 3, 4):
            write_text(changed_brochure(number, revision, whole=whole), path)
            started = time.perf_counter()
            outcome = library.ingest([path])
            times.append(time.perf_counter() - started)
            assert [one.state for one in outcome.files] == [FileState.UPDATED]
        write_text(first, path)
        library.ingest([path])
    # The first loads what reading needs.
    return median(times[1:])


def stages(given: Given) -> Given:
    """Where the time of taking brochures in goes, no two parts at once: ten more brochures.

    Milliseconds a passage; ``rest`` is the analysis of texts and what holds the parts
    together. The brochures are taken out again.
    """
    from kb.wiring import parts_of

    paths = _more_brochures(Path(given["home"] + "-stages"), given["brochures"] + 1000)
    watch = Stages()
    parts = parts_of(settings_of(given))
    # Read in advance, for elsewhere files are read while others are stored.
    first, others = paths[:LOADING], paths[LOADING:]
    readings = {path.absolute(): parts.read(path) for path in first}
    with watch.at("reading"):
        readings |= {path.absolute(): parts.read(path) for path in others}
    watched = replace(_watched(parts, watch), read=lambda path: readings[path])
    with Library(watched) as library:
        library.ingest(first)
        spent = {"reading": watch.seconds["reading"]}
        watch.seconds.clear()
        took = seconds(lambda: library.ingest(others))
        spent |= watch.seconds | {"rest": took - sum(watch.seconds.values())}
        for entry in library.brochures():
            if Path(entry.path) in readings:
                library.remove(entry.brochure.id)
    count = sum(len(readings[path.absolute()].passages) for path in others)
    return {
        "passages": count,
        "ms_per_passage": {name: 1000 * spent[name] / count for name in sorted(spent)},
    }


def _more_brochures(folder: Path, first: int) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(first, first + LOADING + STAGE_BROCHURES):
        brochure = changed_brochure(number, 0, whole=True)
        paths.append(folder / f"{brochure.name}.txt")
        write_text(brochure, paths[-1])
    return paths


class _WatchedShelf:
    """Models whose work is counted."""

    def __init__(self, shelf: Any, watch: Stages) -> None:
        self._shelf = shelf
        self._watch = watch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    def create(self) -> tuple[str, Any]:
        name, embedder = self._shelf.create()
        return name, self._watch.watching(embedder, "embedding")

    def load(self, name: str) -> Any:
        return self._watch.watching(self._shelf.load(name), "embedding")


def _watched(parts: Parts, watch: Stages) -> Parts:
    open_engine = parts.open_engine
    return replace(
        parts,
        catalog=watch.watching(parts.catalog, "catalogue"),
        embedders=_WatchedShelf(parts.embedders, watch),
        open_engine=lambda name: watch.watching(open_engine(name), "engine"),
    )
