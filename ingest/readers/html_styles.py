"""What an HTML element declares, in its own attributes, of how its text looks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import Line, Page
from ingest.readers.families import family_of, written_color
from ingest.readers.paragraphs import Style

if TYPE_CHECKING:
    from bs4.element import Tag

_BOLD = frozenset({"b", "strong", "th"})
_FONT_SIZES = {"1": 7.5, "2": 10.0, "3": 12.0, "4": 13.5, "5": 18.0, "6": 24.0, "7": 36.0}
"""Points that browsers give to ``<font size>``."""
_DECLARATION = re.compile(
    r"(?:^|;)\s*(color|font-size|font-weight|font-family)\s*:\s*([^;]+)", re.I
)
_LENGTH = re.compile(r"([\d.]+)\s*(px|pt)")
_POINTS_PER_PIXEL = 0.75
_WEIGHTS = {"bold": True, "bolder": True, "normal": False}
_DECLARED_SHARE = 0.6
"""Share of the text whose size must be declared for sizes to be compared."""


def styled(element: Tag, style: Style) -> Style:
    """How text in an element looks, inside text that looks like ``style``."""
    if element.name in _BOLD:
        style = replace(style, bold=True)
    if element.name == "font":
        style = _as_font(element, style)
    declared = str(element.get("style") or "")
    for name, value in _DECLARATION.findall(declared):
        style = _with(style, name.lower(), value.strip().lower())
    return style


def _as_font(element: Tag, style: Style) -> Style:
    return replace(
        style,
        size=_FONT_SIZES.get(str(element.get("size") or ""), style.size),
        color=_color(str(element["color"])) if element.get("color") else style.color,
        family=family_of(str(element.get("face") or "").split(",")[0]) or style.family,
    )


def _with(style: Style, name: str, value: str) -> Style:
    if name == "color":
        return replace(style, color=_color(value))
    if name == "font-family":
        return replace(style, family=family_of(value.split(",")[0]) or style.family)
    if name == "font-weight":
        heavy = int(value) >= 600 if value.isdecimal() else _WEIGHTS.get(value, style.bold)
        return replace(style, bold=heavy)
    length = _LENGTH.fullmatch(value)
    if length is None:
        return style
    scale = _POINTS_PER_PIXEL if length.group(2) == "px" else 1.0
    return replace(style, size=_points(length.group(1), scale) or style.size)


def _points(number: str, scale: float) -> float:
    try:
        return round(float(number) * scale, 2)
    except ValueError:
        return 0.0


def _color(value: str) -> str:
    """Colours told by name or by function stay unknown."""
    return written_color(value) if value.startswith("#") else ""


def with_sure_sizes(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Pages whose lines have a size only where most of the text declares one."""
    lines = [line for page in pages for line in page.lines]
    whole = sum(len(line.text) for line in lines)
    declared = sum(len(line.text) for line in lines if line.size)
    if declared >= _DECLARED_SHARE * whole:
        return tuple(pages)
    return tuple(replace(page, lines=tuple(map(_without_size, page.lines))) for page in pages)


def _without_size(line: Line) -> Line:
    return line._replace(size=0.0)
