"""Results as tables, as verdicts, as a picture, and in a page of the docs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.benchmarks.plot import PANELS, decades, plot, points_of, share, told
from tests.benchmarks.report import BEGIN, END, main, markdown, markdown_table, merged, written_into
from tests.benchmarks.tables import aims
from tests.benchmarks.targets import verdicts


def rung(passages: int, engine: str = "whoosh", **parts: Any) -> dict[str, Any]:
    return {"passages": passages, "engine": engine, "model": "french-static", **parts}


def hybrid(p95: float) -> dict[str, Any]:
    return {"hybrid": {"all": {"p50": 1.0, "p95": p95, "p99": 9.0, "count": 200}}}


RESULTS: dict[str, Any] = {
    "machine": {"processor": "Some Processor", "cores": 2, "memory_gb": 24, "packages": {"a": "1"}},
    "runs": [{"date": "2026-01-02", "command": "python -m tests.benchmarks.scale"}],
    "rungs": [
        rung(1_000, latency=hybrid(5.0), ingest={"failed": "no room"}),
        rung(10_000, latency=hybrid(20.0)),
        rung(100_000, "tantivy", latency=hybrid(31.0)),
    ],
    "sizes": [
        {
            "passages": 100_000,
            "lexical": {
                "passages": 100_000,
                "engines": {"whoosh": {"latency": {"p50": 1.0, "p95": 50.0, "p99": 2.0}}},
                "plain Whoosh": {
                    "latency": {"p50": 9.0, "p95": 200.0, "p99": 8.0},
                    "bytes_per_passage": 500.0,
                },
                "bm25s": {"failed": "not installed: bm25s"},
            },
        }
    ],
}


def verdict(results: dict[str, Any], what: str) -> tuple[float | None, bool | None]:
    (found,) = [one for one in verdicts(results) if one.what == what]
    return found.measured, found.reached


def test_a_figure_is_reached_missed_or_not_measured() -> None:
    assert verdict(RESULTS, "hybrid query p95, warm, 10,000 passages, whoosh") == (20.0, True)
    assert verdict(RESULTS, "hybrid query p95, warm, 100,000 passages, tantivy") == (31.0, False)
    assert verdict(RESULTS, "hybrid query p95, warm, 1,000,000 passages, tantivy") == (None, None)


def test_engines_are_held_against_the_peer_of_the_same_run() -> None:
    name = "lexical p95 at 100,000, plain Whoosh over our whoosh"
    assert verdict(RESULTS, name) == (4.0, True)


def test_every_figure_is_aimed_at_without_results_too() -> None:
    assert len(verdicts({})) == 25
    assert {one.reached for one in verdicts({})} == {None}


def test_the_table_of_aims_tells_what_was_missed() -> None:
    rows = {row[0]: row[1:] for row in aims(RESULTS)}
    assert rows["hybrid query p95, warm, 100,000 passages, tantivy"] == [
        "≤ 30 ms",
        "31.0",
        "**no**",
    ]
    assert rows["ingest of text, 100,000 passages, whoosh"] == [
        "≥ 1,000 passages/s",
        "–",
        "not measured",
    ]


def test_a_table_has_one_width_a_column() -> None:
    assert markdown_table([["a", "long"], ["wider", "b"]]) == (
        "| a     | long |\n| ----- | ---- |\n| wider | b    |"
    )


def test_tables_tell_failures_and_what_is_missing() -> None:
    text = markdown(RESULTS)
    assert "Some Processor, 2 cores, 24 GB of memory" in text
    assert "failed: no room" in text
    assert "not installed: bm25s" in text
    assert "4.0 × quicker" in text
    assert "1.00 / 20.0 / 9.00" in text
    assert "### Reading PDF" not in text


def test_later_results_replace_earlier_ones_of_the_same_base() -> None:
    later = {
        "machine": {"processor": "Other"},
        "runs": [{"date": "2026-01-03", "command": "again"}],
        "rungs": [rung(10_000, latency=hybrid(7.0)), rung(100, latency=hybrid(1.0))],
    }
    whole = merged([RESULTS, later])
    assert whole["machine"] == {"processor": "Other"}
    assert [one["command"] for one in whole["runs"]][-1] == "again"
    assert [
        (one["passages"], one["latency"]["hybrid"]["all"]["p95"]) for one in whole["rungs"]
    ] == [
        (100, 1.0),
        (1_000, 5.0),
        (10_000, 7.0),
        (100_000, 31.0),
    ]
    assert len(whole["sizes"]) == 1


def test_the_page_keeps_what_stands_around_the_marks() -> None:
    page = f"# Title\n{BEGIN}\nold\n{END}\nend\n"
    assert written_into(page, "new") == f"# Title\n{BEGIN}\n\nnew\n\n{END}\nend\n"
    with pytest.raises(ValueError, match="the page lacks"):
        written_into("# Title\n", "new")


def test_the_command_writes_page_results_and_picture(tmp_path: Path) -> None:
    page, found = tmp_path / "performance.md", tmp_path / "found.json"
    page.write_text(f"# Title\n{BEGIN}\n{END}\n", encoding="utf-8")
    found.write_text(json.dumps(RESULTS), encoding="utf-8")
    assert main([str(found), "--write", str(page)]) == 0
    assert "Some Processor" in page.read_text(encoding="utf-8")
    assert json.loads((tmp_path / "performance.json").read_text())["rungs"] == RESULTS["rungs"]
    assert (tmp_path / "images" / "performance.svg").read_text().startswith("<svg ")


def test_the_picture_has_a_line_for_each_engine_that_was_measured() -> None:
    picture = ElementTree.fromstring(plot(RESULTS))
    lines = list(picture.iter("{http://www.w3.org/2000/svg}polyline"))
    assert [len(line.attrib["points"].split()) for line in lines] == [2, 1]
    texts = [one.text for one in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.count("not measured") == len(PANELS) - 1
    assert {"whoosh", "tantivy"} <= set(texts)


def test_points_stand_where_their_logarithms_say() -> None:
    hybrid_panel = next(panel for panel in PANELS if panel.title.startswith("Hybrid"))
    assert points_of(RESULTS, "whoosh", hybrid_panel) == [(1_000.0, 5.0), (10_000.0, 20.0)]
    assert decades([5.0, 20.0]) == (0, 2)
    assert decades([10.0, 10.0]) == (1, 2)
    assert share(10.0, (0, 2)) == 0.5
    assert [told(power) for power in (-2, 0, 3, 5, 6)] == ["0.01", "1", "1k", "100k", "1M"]
