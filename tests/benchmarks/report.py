"""Results of the measurements as Markdown tables; into the docs, with the plot.

    .venv/bin/python -m tests.benchmarks.report build/bench.json … --write docs/performance.md

Several files are put together, later ones above earlier ones. What stands between the two
marks of the page is replaced; the plot and the results themselves are written beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.plot import plot
from tests.benchmarks.tables import TABLES, machine_line
from tests.benchmarks.targets import Results

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
PICTURE = Path("images") / "performance.svg"
KEPT = "performance.json"


def markdown(results: Results) -> str:
    """Every table of which something was measured."""
    return "\n".join(_blocks(results)).strip()


def _blocks(results: Results) -> Iterator[str]:
    yield machine_line(results)
    for run in results.get("runs", []):
        yield f"- {run['date']}: `{run['command']}`"
    yield ""
    for title, table in TABLES:
        if rows := list(table(results)):
            yield f"### {title}\n"
            yield markdown_table(rows)
            yield ""


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; columns as wide as their widest cell, for the terminal."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    rule = "| " + " | ".join("-" * max(3, width) for width in widths) + " |"
    return "\n".join([lines[0], rule, *lines[1:]])


def merged(found: Sequence[Results]) -> Results:
    """The results of several runs as one; of what two measured, the later counts."""
    whole: Results = {"machine": {}, "runs": [], "rungs": [], "sizes": []}
    for results in found:
        whole["runs"] += [one for one in results.get("runs", []) if one not in whole["runs"]]
        for one in results.get("rungs", []):
            _merge(whole["rungs"], one, ("passages", "engine", "model"))
        for one in results.get("sizes", []):
            _merge(whole["sizes"], one, ("passages",))
        for name, value in results.items():
            if name not in ("runs", "rungs", "sizes"):
                whole[name] = value
    whole["rungs"].sort(key=lambda one: (one["passages"], one["model"], one["engine"]))
    whole["sizes"].sort(key=lambda one: one["passages"])
    return whole


def _merge(known: list[dict[str, Any]], one: dict[str, Any], names: Sequence[str]) -> None:
    """Put ``one`` in the place of what it measures again; ``names`` tell what that is."""
    for former in known:
        if all(former[name] == one[name] for name in names):
            former |= one
            return
    known.append(dict(one))


def save(results: Results, path: Path) -> None:
    """Write results as JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".part")
    scratch.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    scratch.replace(path)


def written_into(page: str, tables: str) -> str:
    """The page with these tables between its marks; ValueError where it has none."""
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"the page lacks {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def main(arguments: Sequence[str]) -> int:
    """Prints the tables, or writes them into a page of the docs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    asked = parser.parse_args(arguments)
    results = merged([json.loads(path.read_text(encoding="utf-8")) for path in asked.results])
    tables = markdown(results)
    if asked.write is None:
        print(tables)
        return 0
    page: Path = asked.write
    page.write_text(written_into(page.read_text(encoding="utf-8"), tables), encoding="utf-8")
    save(results, page.parent / KEPT)
    picture = page.parent / PICTURE
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_text(plot(results), encoding="utf-8")
    print(f"{page}, {page.parent / KEPT}, {picture}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
