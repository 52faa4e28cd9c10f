"""The colours of the site, and how far apart they are for the eye (WCAG 2)."""

from __future__ import annotations

import re
from importlib import resources

_STYLE = resources.files("web").joinpath("static/passages.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    found
    for block in re.findall(r":root \{(.*?)\}", _STYLE, re.DOTALL)
    if (found := dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)))
)
"""Colour by name, by day and by night."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)
