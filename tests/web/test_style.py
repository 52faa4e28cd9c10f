"""The colours can be read by everyone, by day and by night (WCAG AA)."""

from __future__ import annotations

import re
from importlib import resources

import pytest

STYLE = resources.files("web").joinpath("static/passages.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *(
            (text, back, 4.5)
            for text in ("ink", "quiet", "accent")
            for back in ("page", "card", "tint")
        ),
        ("mark-ink", "mark", 4.5),
        ("on-accent", "accent", 4.5),
        ("control", "page", 3.0),
        ("control", "card", 3.0),
    ],
)
def test_contrast(colours: dict[str, str], front: str, back: str, least: float) -> None:
    assert contrast(colours[front], colours[back]) >= least


def test_both_schemes_set_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)


def test_every_class_of_the_templates_that_hides_or_lays_out_has_its_style() -> None:
    templates = resources.files("web").joinpath("templates")
    used = {
        name
        for template in templates.iterdir()
        for value in re.findall(r'class="([\w -]+)"', template.read_text(encoding="utf-8"))
        for name in value.split()
    }
    assert sorted(name for name in used if not re.search(rf"\.{name}\b", STYLE)) == []
