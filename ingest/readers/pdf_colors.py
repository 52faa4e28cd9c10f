"""Colours of a PDF: what a stream's colour operators mean, as ``#rrggbb``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pypdf.generic import DictionaryObject, PdfObject

from ingest.readers.families import written_color

Paint = Callable[[Sequence[float]], str]
"""From the operands of a colour operator to ``#rrggbb``; empty for black or unknown."""

_PROCESS = ("/Cyan", "/Magenta", "/Yellow", "/Black")


def unknown(_: Sequence[float]) -> str:
    """The paint of a space that is not read: patterns, Lab, calculated inks."""
    return ""


def gray(operands: Sequence[float]) -> str:
    """One share of light."""
    return _written(operands[0], operands[0], operands[0])


def rgb(operands: Sequence[float]) -> str:
    """Shares of red, green and blue light."""
    red, green, blue = operands
    return _written(red, green, blue)


def cmyk(operands: Sequence[float]) -> str:
    """Shares of cyan, magenta, yellow and black ink."""
    cyan, magenta, yellow, black = operands
    light = 1 - black
    return _written((1 - cyan) * light, (1 - magenta) * light, (1 - yellow) * light)


def _written(*channels: float) -> str:
    return written_color("".join(f"{round(255 * min(max(c, 0.0), 1.0)):02x}" for c in channels))


_DEVICES: dict[str, Paint] = {
    "/DeviceGray": gray,
    "/CalGray": gray,
    "/DeviceRGB": rgb,
    "/CalRGB": rgb,
    "/DeviceCMYK": cmyk,
}
_BY_COMPONENTS: dict[int, Paint] = {1: gray, 3: rgb, 4: cmyk}


def paint_of(space: Any) -> Paint:
    """What the operands of a colour space mean; ``unknown`` where that is not read."""
    space = _resolved(space)
    if isinstance(space, str):
        return _DEVICES.get(space, unknown)
    if not isinstance(space, list) or not space:
        return unknown
    kind = str(_resolved(space[0]))
    if kind == "/ICCBased":
        return _BY_COMPONENTS.get(int(_resolved(space[1]).get("/N", 0)), unknown)
    if kind == "/Separation":
        return _inks([str(_resolved(space[1]))], space)
    if kind == "/DeviceN":
        return _inks([str(_resolved(name)) for name in _resolved(space[1])], space)
    return _DEVICES.get(kind, unknown)


def _inks(names: Sequence[str], space: Sequence[Any]) -> Paint:
    """Inks by name: those of every printer, else one ink by the colour it declares in full."""
    if all(name in _PROCESS for name in names):
        places = [_PROCESS.index(name) for name in names]
        return lambda operands: cmyk(_at_places(operands, places))
    return _tint(space) if len(names) == 1 else unknown


def _at_places(operands: Sequence[float], places: Sequence[int]) -> list[float]:
    inks = [0.0] * len(_PROCESS)
    for place, share in zip(places, operands, strict=True):
        inks[place] = share
    return inks


def _tint(space: Sequence[Any]) -> Paint:
    """One ink whose tints go evenly from paper to the colour that it declares."""
    function = _resolved(space[3])
    if not isinstance(function, DictionaryObject) or function.get("/FunctionType") != 2:
        return unknown
    paper = [float(share) for share in function.get("/C0", (0.0,))]
    full = [float(share) for share in function.get("/C1", (1.0,))]
    power = float(function.get("/N", 1))
    alternate = paint_of(space[2])

    def paint(operands: Sequence[float]) -> str:
        share = operands[0] ** power
        return alternate([a + share * (b - a) for a, b in zip(paper, full, strict=True)])

    return paint


def _resolved(value: Any) -> Any:
    return value.get_object() if isinstance(value, PdfObject) else value
