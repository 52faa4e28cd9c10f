"""The colours can be read by everyone, by day and by night (WCAG AA)."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable

import pytest

from tests.web.colours import DARK, LIGHT, contrast

STATIC = resources.files("web").joinpath("static")
STYLES = {
    one.name: one.read_text(encoding="utf-8")
    for one in STATIC.iterdir()
    if one.name.endswith(".css")
}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *(
            (text, back, 4.5)
            for text in ("ink", "quiet", "accent", "good", "bad")
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


def test_every_class_of_the_templates_has_its_style() -> None:
    styles = "".join(STYLES.values())
    used = {
        name
        for template in _templates(resources.files("web").joinpath("templates"))
        for value in re.findall(r'class="([\w -]+)"', template)
        for name in value.split()
    }
    assert sorted(name for name in used if not re.search(rf"\.{name}\b", styles)) == []


@pytest.mark.parametrize("name", sorted(STYLES))
def test_properties_that_are_used_are_set(name: str) -> None:
    known = set(re.findall(r"(--[\w-]+):", STYLES["passages.css"] + STYLES[name]))
    used = set(re.findall(r"var\((--[\w-]+)", STYLES[name]))
    assert sorted(used - known) == []


def test_style_and_scripts_fit_in_sixty_kilobytes() -> None:
    sent = [one for one in STATIC.iterdir() if one.name.endswith((".css", ".js"))]
    assert sum(len(gzip.compress(one.read_bytes())) for one in sent) <= 60_000


def _templates(folder: Traversable) -> Iterator[str]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _templates(entry)
        else:
            yield entry.read_text(encoding="utf-8")
