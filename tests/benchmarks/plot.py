"""Cost against size as an SVG picture: six small plots, both axes logarithmic.

Written by hand: a hundred lines, against a plotting library of a hundred megabytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tests.benchmarks.targets import LIGHT, Results, figure

COLOURS = {"whoosh": "#2563a8", "tantivy": "#c2570c", "milvus": "#3f7d3a"}
OTHER = "#6b6b6b"
WIDTH, HEIGHT = 320, 230
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 34, 32
COLUMNS = 3
LEGEND = 30

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Panel:
    """One cost: its title, and where it stands in what was measured of a rung."""

    title: str
    path: tuple[str, ...]
    scale: float = 1.0


PANELS = (
    Panel("Ingest, s", ("ingest", "seconds")),
    Panel("Re-ingest of one brochure, s", ("reingest", "every passage changed", "seconds")),
    Panel("Hybrid query, p95, ms", ("latency", "hybrid", "all", "p95")),
    Panel("Lexical query, p95, ms", ("latency", "lexical", "all", "p95")),
    Panel("Disk beyond the text, bytes a passage", ("ingest", "beyond_text_per_passage")),
    Panel("Memory, resident, MB", ("latency", "memory", "resident"), 1e-6),
)


def plot(results: Results) -> str:
    """The picture; panels of which nothing was measured say so."""
    rows = math.ceil(len(PANELS) / COLUMNS)
    width, height = COLUMNS * WIDTH, rows * HEIGHT + LEGEND
    body = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'font-family="sans-serif" font-size="11" role="img">',
        "<title>Cost against the number of passages, by engine</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    engines = list(dict.fromkeys(one["engine"] for one in _light(results)))
    for place, panel in enumerate(PANELS):
        x, y = place % COLUMNS * WIDTH, place // COLUMNS * HEIGHT
        lines = {engine: points_of(results, engine, panel) for engine in engines}
        body.append(f'<g transform="translate({x} {y})">')
        body += _panel(panel.title, {name: line for name, line in lines.items() if line})
        body.append("</g>")
    body += _legend(engines, height - LEGEND / 2)
    return "\n".join([*body, "</svg>\n"])


def _light(results: Results) -> list[Results]:
    return [one for one in results.get("rungs", []) if one["model"] == LIGHT]


def points_of(results: Results, engine: str, panel: Panel) -> Points:
    """``(passages, cost)`` of an engine with the light model, by size."""
    found = [
        (float(one["passages"]), cost)
        for one in _light(results)
        if one["engine"] == engine and (cost := figure(one, *panel.path, scale=panel.scale))
    ]
    return sorted(point for point in found if point[1] > 0)


def _panel(title: str, lines: dict[str, Points]) -> Iterator[str]:
    yield f'<text x="{LEFT}" y="20" font-size="13" fill="#222">{escape(title)}</text>'
    points = [point for line in lines.values() for point in line]
    if not points:
        yield f'<text x="{LEFT}" y="{HEIGHT / 2}" fill="#777">not measured</text>'
        return
    across, up = decades([x for x, _ in points]), decades([y for _, y in points])

    def put(point: tuple[float, float]) -> tuple[float, float]:
        x = LEFT + share(point[0], across) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - share(point[1], up) * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    for power in range(across[0], across[1] + 1):
        x, bottom = put((10.0**power, 10.0 ** up[0]))
        yield f'<path d="M{x} {TOP}V{bottom}" stroke="#ddd"/>'
        yield f'<text x="{x}" y="{bottom + 16}" text-anchor="middle" fill="#555">'
        yield f"{told(power)}</text>"
    for power in range(up[0], up[1] + 1):
        x, y = put((10.0 ** across[0], 10.0**power))
        yield f'<path d="M{x} {y}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{x - 6}" y="{y + 4}" text-anchor="end" fill="#555">{told(power)}</text>'
    for name, line in lines.items():
        colour = COLOURS.get(name, OTHER)
        placed = [put(point) for point in line]
        path = " ".join(f"{x},{y}" for x, y in placed)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for (x, y), (size, cost) in zip(placed, line, strict=True):
            yield f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}">'
            yield f"<title>{escape(name)}, {size:,.0f}: {cost:.3g}</title></circle>"


def _legend(engines: Sequence[str], y: float) -> Iterator[str]:
    for place, name in enumerate(engines):
        x = LEFT + place * 110
        yield f'<path d="M{x} {y}h24" stroke="{COLOURS.get(name, OTHER)}" stroke-width="3"/>'
        yield f'<text x="{x + 30}" y="{y + 4}" fill="#222">{escape(name)}</text>'
    yield (
        f'<text x="{COLUMNS * WIDTH - RIGHT}" y="{y + 4}" text-anchor="end" fill="#555">'
        "across: passages in the base</text>"
    )


def decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten that hold all values between them, at least one apart."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def share(value: float, between: tuple[int, int]) -> float:
    """Where a value stands between two powers of ten, from 0 to 1, by its logarithm."""
    return (math.log10(value) - between[0]) / (between[1] - between[0])


def told(power: int) -> str:
    """A power of ten, short: ``1k``, ``0.01``."""
    if power >= 6:
        return f"{10 ** (power - 6)}M"
    if power >= 3:
        return f"{10 ** (power - 3)}k"
    return f"{10.0**power:g}"
