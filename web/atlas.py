"""The map of the départements, shaded by how many projects stand in each.

Outlines: ``web/departements.json``, drawn once by ``docs/map/draw.py`` from Natural Earth
(public domain).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import ceil
from typing import Any

from kb.territory import departement_name

SHADES = 4
"""Shades between « none » and « most »."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The outline of a département, and how many projects it has."""

    code: str
    name: str
    path: str
    count: int
    shade: int
    """From 0 (none) to ``SHADES`` (most)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A box in which what is small or far is drawn larger."""

    left: int
    top: int
    size: int
    label: str
    """Empty for the box around Paris, which several départements share."""


@dataclass(frozen=True, slots=True)
class Step:
    """A shade of the legend and the counts that it stands for, both included."""

    shade: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Atlas:
    """The map with its counts."""

    width: int
    height: int
    frames: tuple[Frame, ...]
    plain: tuple[Shape, ...]
    """Nothing to open: those without a project, and the small ones that a box shows again."""
    linked: tuple[Shape, ...]
    """With projects, in the order of their codes."""
    legend: tuple[Step, ...]


def drawn(counts: Mapping[str, int]) -> Atlas:
    """The map for these projects per code of département."""
    outlines = _outlines()
    legend = steps(max(counts.values(), default=0))
    whole = [_shape(code, path, counts, legend) for code, path in outlines["paths"].items()]
    larger = [_shape(code, path, counts, legend) for code, path in outlines["insets"].items()]
    repeated = {shape.code for shape in larger}
    linked = [one for one in whole if one.count and one.code not in repeated]
    linked += [one for one in larger if one.count]
    return Atlas(
        width=outlines["width"],
        height=outlines["height"],
        frames=tuple(
            Frame(one["left"], one["top"], one["size"], departement_name(one["code"]))
            for one in outlines["frames"]
        ),
        plain=tuple(shape for shape in (*whole, *larger) if shape not in linked),
        linked=tuple(sorted(linked, key=lambda shape: shape.code)),
        legend=legend,
    )


def _shape(code: str, path: str, counts: Mapping[str, int], legend: tuple[Step, ...]) -> Shape:
    count = counts.get(code, 0)
    shade = next((step.shade for step in legend if step.least <= count <= step.most), 0)
    return Shape(code, departement_name(code), path, count, shade)


def steps(most: int) -> tuple[Step, ...]:
    """Shades for counts from 1 to ``most``, each about the same factor apart.

    >>> [(step.least, step.most) for step in steps(10)]
    [(1, 1), (2, 3), (4, 5), (6, 10)]
    """
    if most < 1:
        return ()
    # Rounded first: the fourth root of 16 is 2, not a little more.
    bounds = sorted({1} | {ceil(round(most ** (part / SHADES), 6)) for part in range(1, SHADES)})
    last = len(bounds) - 1
    return tuple(
        Step(
            # Few shades are taken far apart, the most projects always darkest.
            shade=SHADES if place == last else 1 + place * (SHADES - 1) // max(last, 1),
            least=least,
            most=bounds[place + 1] - 1 if place < last else most,
        )
        for place, least in enumerate(bounds)
    )


@cache
def _outlines() -> dict[str, Any]:
    text = resources.files("web").joinpath("departements.json").read_text(encoding="utf-8")
    outlines: dict[str, Any] = json.loads(text)
    return outlines
