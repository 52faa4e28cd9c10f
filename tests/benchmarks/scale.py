"""What the product costs at growing sizes, beside peers in the same run.

    make bench                                     # 1,000 and 10,000 passages
    make bench ARGS="--passages 100000"            # also 1000000; minutes to hours
    .venv/bin/python -m tests.benchmarks.scale --passages 10000 --engines tantivy --out FILE

Brochures are made (``generator.py``), a base is filled with them, and each measurement runs
in a process of its own. Results go to a JSON file, written after each measurement, to a table
on the terminal, and as Markdown beside the JSON; ``tests.benchmarks.report`` puts several such
files into docs/performance.md.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.agreement_task import overlap
from tests.benchmarks.base_tasks import QUERIES, queries_to_ask
from tests.benchmarks.child import ROOT, apart
from tests.benchmarks.generator import write_brochures
from tests.benchmarks.machine import load_average, machine_facts
from tests.benchmarks.reading_tasks import make_pdfs
from tests.benchmarks.report import markdown, save
from tests.benchmarks.tables import PEERS
from tests.benchmarks.workload import Workload, brochures_of

LIGHT = "french-static"
DEFAULT = ""
"""The model of who sets nothing: a transformer, a hundred times the work a passage."""
KB = (sys.executable, "-c", "from kb.main import main; main()")
PARTS = ("ingest", "opening", "stages", "latency", "peers", "command", "reingest")
"""What is measured of each base, in this order."""
PEERS_UP_TO = 150_000
"""Passages: plain Whoosh takes two minutes for a hundred thousand; the terms of a million do not
fit in memory."""
VECTORS_UP_TO = 1_200_000
OPENINGS, COMMANDS = 3, 3
DEFAULT_MODEL_UP_TO = 1_000
"""Passages taken in with the default model too, unless a model is named."""
PDF_ROUNDS = 3
PDF_TASKS = {
    "extraction": ("extraction", 1),
    "reading": ("reading", 1),
    "chain on one core": ("chain", 1),
    "chain on two cores": ("chain", 2),
}
"""What is timed of PDF, and on how many cores."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One base to measure."""

    passages: int
    engine: str
    model: str


@dataclass(slots=True)
class Run:
    """What was measured so far; kept on disk as it grows."""

    out: Path
    command: str
    queries: int
    scratch: Path
    keep: Path | None = None
    results: dict[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Path:
        """Where brochures and bases are."""
        return self.keep or self.scratch

    def note(self, message: str) -> None:
        """Tell what goes on, with the time and the load of the machine."""
        now = time.strftime("%H:%M:%S")
        print(f"{now}  {message}  (load {load_average()})", file=sys.stderr, flush=True)

    def save(self) -> None:
        """Write what there is."""
        save(self.results, self.out)


def main(arguments: Sequence[str]) -> int:
    """Measures, prints, writes."""
    asked = _arguments(arguments)
    with tempfile.TemporaryDirectory(
        prefix="kb-bench-", dir=asked.scratch, ignore_cleanup_errors=True
    ) as scratch:
        command = " ".join(["python -m tests.benchmarks.scale", *_without_places(arguments)])
        run = Run(asked.out, command, asked.queries, Path(scratch), asked.keep)
        run.results = {
            "machine": machine_facts(),
            "runs": [{"command": command, "date": time.strftime("%Y-%m-%d")}],
            "rungs": [],
            "sizes": [],
        }
        for passages in asked.passages:
            _measure_size(run, passages, asked)
        if "pdf" in asked.also:
            run.results["pdf"] = _pdf(run)
            run.save()
        if "agreement" in asked.also:
            run.results["agreement"] = _agreement(run, asked.engines)
            run.save()
    print(markdown(run.results))
    asked.out.with_suffix(".md").write_text(markdown(run.results) + "\n", encoding="utf-8")
    print(f"\n{asked.out}, {asked.out.with_suffix('.md')}", file=sys.stderr)
    return 0


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--passages", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--engines", nargs="+", default=["whoosh", "tantivy"])
    parser.add_argument(
        "--models",
        nargs="+",
        help=f"default, {LIGHT}, or a model's folder; {LIGHT}, and default at 1,000, if not given",
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument(
        "--also", nargs="*", choices=("pdf", "agreement"), default=["pdf", "agreement"]
    )
    parser.add_argument("--queries", type=int, default=QUERIES, help="of each kind")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    parser.add_argument("--scratch", type=Path, help="folder for bases, removed at the end")
    parser.add_argument("--keep", type=Path, help="folder where brochures and bases stay")
    return parser.parse_args(arguments)


def _without_places(arguments: Sequence[str]) -> list[str]:
    """The arguments that say what was measured: results hold no paths."""
    kept: list[str] = []
    skipped = False
    for one in arguments:
        skipped = one in ("--out", "--scratch", "--keep") or (skipped and not one.startswith("--"))
        if not skipped:
            kept.append(one)
    return kept


def _measure_size(run: Run, passages: int, asked: argparse.Namespace) -> None:
    """Every base of one size, then all of them beside the peers."""
    folder = run.place / f"brochures-{passages}"
    if not folder.exists():
        write_brochures(folder, passages)
    homes: dict[str, str] = {}
    for rung in _rungs(passages, asked):
        given = _given(run, rung, folder)
        if _measure(run, rung, given, asked.parts) and rung.model != DEFAULT:
            homes.setdefault(rung.engine, given["home"])
    if "peers" in asked.parts and homes:
        run.note(f"{passages} passages, {', '.join(homes)}: peers")
        run.results["sizes"].append(
            {"passages": passages, "lexical": _lexical(run, passages, homes)}
        )
        run.save()
    if run.keep is None:
        shutil.rmtree(folder, ignore_errors=True)
        for left in run.place.glob(f"base-{passages}-*"):
            shutil.rmtree(left, ignore_errors=True)


def _rungs(passages: int, asked: argparse.Namespace) -> list[Rung]:
    models = [DEFAULT if one == "default" else one for one in asked.models or [LIGHT]]
    rungs = [Rung(passages, engine, model) for model in models for engine in asked.engines]
    if not asked.models and passages <= DEFAULT_MODEL_UP_TO:
        rungs.append(Rung(passages, asked.engines[0], DEFAULT))
    return rungs


def _given(run: Run, rung: Rung, folder: Path) -> dict[str, Any]:
    """What every task is told of a base."""
    name = f"base-{rung.passages}-{rung.engine}-{Path(rung.model or 'default').name}"
    return {
        "home": str(run.place / name),
        "folder": str(folder),
        "engine": rung.engine,
        "model": rung.model,
        "brochures": brochures_of(rung.passages),
        "queries": run.queries,
    }


def _measure(run: Run, rung: Rung, given: dict[str, Any], parts: Sequence[str]) -> bool:
    """Every part of one base, into a new entry of ``rungs``; whether there is a base."""
    found: dict[str, Any] = asdict(rung)
    run.results["rungs"].append(found)
    if "ingest" in parts:
        for left in run.place.glob(f"{Path(given['home']).name}*"):
            shutil.rmtree(left, ignore_errors=True)
    for part in parts:
        run.note(f"{rung.passages} passages, {rung.engine}, {rung.model or 'default'}: {part}")
        found |= _part(part, given, rung)
        run.save()
        if "failed" in found.get("ingest", {}):
            run.note(f"failed: {found['ingest']['failed']}")
            return False
    return True


def _part(part: str, given: dict[str, Any], rung: Rung) -> dict[str, Any]:
    match part:
        case "opening":
            return {"opening": _opening(given)}
        case "command":
            return {"command": _command(given)}
        case "peers":
            if rung.model == DEFAULT or rung.passages > VECTORS_UP_TO:
                return {}
            return {"vectors": apart("vector_peers.vector_peers", **given)}
        case "latency":
            asked = queries_to_ask(given["brochures"], given["queries"])
            return {"latency": apart("base_tasks.latency", **given, asked=asked)}
        case _:
            return {part: apart(f"base_tasks.{part}", **given)}


def _opening(given: dict[str, Any]) -> dict[str, Any]:
    """Median of new processes over files that the system holds in memory, then once over none."""
    query = next(Workload(given["brochures"], 4).queries())
    timed = [apart("opening_task.opening", **given, query=query) for _ in range(OPENINGS)]
    for one in timed:
        if "failed" in one:
            return one
    found = {name: median(one[name] for one in timed) for name in ("open_s", "first_search_s")}
    from_disk = apart("opening_task.opening", **given, query=query, evicted=True)
    return found | {"memory": timed[-1]["memory"], "from disk": from_disk}


def _lexical(run: Run, passages: int, homes: dict[str, str]) -> dict[str, Any]:
    """The bases' engines and the peers, in one process over the same queries."""
    given: dict[str, Any] = {
        "homes": homes,
        "queries": run.queries,
        "brochures": brochures_of(passages),
    }
    peers = list(PEERS) if passages <= PEERS_UP_TO else []
    found = apart("lexical_peers.lexical_peers", **given, peers=peers)
    for engine, home in homes.items():
        if engine in found.get("engines", {}):
            indexing = apart("lexical_peers.own_indexing", home=home, engine=engine)
            found["engines"][engine]["indexing"] = indexing
    return found


def _command(given: dict[str, Any]) -> dict[str, Any]:
    """``kb search`` from a shell, each time another query: seconds from start to end."""
    environment = {"KB_HOME": given["home"], "PATH": "/usr/bin:/bin"}
    queries = Workload(given["brochures"], 5).queries()
    times = []
    for _ in range(COMMANDS):
        started = time.perf_counter()
        done = subprocess.run(
            [*KB, "search", next(queries)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        times.append(time.perf_counter() - started)
        if done.returncode not in (0, 1):
            return {"failed": (done.stderr.strip().splitlines() or ["?"])[-1]}
    return {"seconds": median(times), "longest": max(times)}


def _pdf(run: Run) -> dict[str, Any]:
    """Reading and taking in PDF, on one core and on two, against pypdf's extraction."""
    found: dict[str, Any] = {}
    for kind, folder in make_pdfs(run.scratch / "pdf", made=48, copies=48).items():
        given = {"folder": str(folder), "engine": "", "model": LIGHT}
        given["home"] = str(run.scratch / "pdf-base")
        run.note(f"PDF, {kind}")
        # By turns: a machine that others share is now quick, now slow.
        times = [
            {
                name: apart(f"reading_tasks.{task}", cores=cores, **given)
                for name, (task, cores) in PDF_TASKS.items()
            }
            for _ in range(PDF_ROUNDS)
        ]
        found[kind] = {name: _quickest([one[name] for one in times]) for name in PDF_TASKS}
    return found


def _quickest(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The run that other work disturbed least."""
    well = [one for one in found if "failed" not in one]
    return min(well, key=lambda one: one["seconds"]) if well else found[0]


def _agreement(run: Run, engines: Sequence[str]) -> dict[str, Any]:
    """nDCG of each engine on the project's questions, and how much their answers overlap."""
    found: dict[str, Any] = {}
    for engine in dict.fromkeys([*engines, "milvus"]):
        run.note(f"agreement, {engine}")
        given: dict[str, Any] = {
            "home": str(run.scratch / "agreement"),
            "engine": engine,
            "model": LIGHT,
        }
        found[engine] = apart("agreement_task.agreement", **given)
    first = found[engines[0]]
    for one in found.values():
        if "failed" not in one and "failed" not in first:
            one["overlap"] = overlap(first, one)
    for one in found.values():
        one.pop("shown", None)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
