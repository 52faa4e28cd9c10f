"""Takes the pictures of ``docs/screenshots.md``, and writes that page.

From the root of the project, with Chromium installed (Debian, Ubuntu: apt install chromium):

    .venv/bin/python -m tests.browser.screenshots

A page added to ``VISITS`` wants its line in ``TITLES``; a test tells of one that is missing.
"""

from __future__ import annotations

import html
import io
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ABSENT, NAMES
from tests.browser.pages import VISITS, Visit
from tests.browser.site import served
from tests.browser.visitor import HEIGHT, NARROW, WIDE, Visitor

DOCS = Path(__file__).parents[2] / "docs"
PICTURES = DOCS / "images" / "pages"
COVER = DOCS / "images" / "recherche.png"
"""The picture at the top of both READMEs."""
PAGE = DOCS / "screenshots.md"
HIGHEST = {WIDE: 1500, NARROW: 1400}
"""Pixels of a page that are shown: a long one is cut."""
KEPT_WIDTH = {WIDE: 880, NARROW: 360}
SHOWN_WIDTH = {WIDE: 560, NARROW: 210}

TITLES = {
    "home": "Search, before a question",
    "results": "Results, grouped by project",
    "results-filtered": "Results with a filter and with options",
    "results-second-page": "Second page of results",
    "results-none": "Nothing answers",
    "results-refused": "A question that can’t be searched",
    "results-corrected": "A misspelt word, corrected",
    "results-in-english": "Results in English",
    "results-kept": "Passages kept in the basket",
    "results-filters-opened": "Filters, opened on a phone",
    "projects": "Projects",
    "projects-filtered": "Projects of one département",
    "project": "Sheet of a project",
    "project-signed-in": "Sheet of a project, signed in",
    "compare": "Projects side by side",
    "browse": "Browse by territory, theme, year, organisation",
    "passage": "A passage and those near to it",
    "source-pdf": "Page of a PDF with the passage marked",
    "source-text": "Text of a Word file with the passage marked",
    "brochures": "Brochures",
    "about": "About",
    "about-menu-opened": "Menu, opened on a phone",
    "basket-empty": "Empty basket",
    "basket": "Basket",
    "basket-of-an-address": "Basket of a shared address",
    "note": "Note to print",
    "sign-in": "Sign in",
    "admin": "Administration",
    "admin-brochure": "Ingest report of a brochure",
    "admin-replace": "Replace a brochure",
    "admin-remove": "Remove a brochure",
    "admin-tokens": "Administration: keys for programs",
    "admin-journal": "Administration: what was changed, and by whom",
    "not-found": "No such page",
    "refused": "A request that can’t be used",
}
DARK = ("home", "results", "project", "browse", "source-pdf", "basket")
PRINTED = ("project", "compare", "note")

_HEAD = f"""# Every page of the site

Taken over the sample of `corpus/` in Chromium, {WIDE} and {NARROW} pixels wide; a long page is cut.
After a change of look, take them again and look at them:

```console
.venv/bin/python -m tests.browser.screenshots
```

The script writes this page too.
"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of a page, and what it shows."""

    file: str
    alt: str
    width: int
    """Pixels that it takes on the page of the documentation."""


def main() -> None:
    """Take every picture, then write the page that shows them."""
    lacking = [visit.name for visit in VISITS if visit.name not in TITLES]
    assert not lacking, f"without a title: {lacking}"
    chromium = next((found for name in NAMES if (found := shutil.which(name))), None)
    assert chromium, ABSENT
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home)) as site,
        sync_playwright() as playwright,
    ):
        browser: Browser = playwright.chromium.launch(executable_path=chromium)
        visitor = Visitor(site, browser)
        take_cover(visitor)
        PAGE.write_text("\n".join(written(visitor)), encoding="utf-8")
        browser.close()


def take_cover(visitor: Visitor) -> None:
    """The first screen of a search, as the READMEs show it."""
    with visitor.at(named("results")) as (page, _):
        picture = opened(page.screenshot(animations="disabled"))
    width = 1200
    picture = picture.resize(
        (width, picture.height * width // picture.width), Image.Resampling.LANCZOS
    )
    picture.quantize(192, dither=Image.Dither.NONE).save(COVER, optimize=True)


def written(visitor: Visitor) -> Iterator[str]:
    """The lines of the page, each picture taken on the way."""
    yield _HEAD
    yield f"| | {WIDE} pixels | {NARROW} pixels |\n| --- | --- | --- |"
    for visit in VISITS:
        shots = [taken(visitor, visit, width) for width in widths_of(visit)]
        yield row(TITLES[visit.name], [None, *shots][-2:])
    yield f"\n## By night\n\n| | {WIDE} pixels | {NARROW} pixels |\n| --- | --- | --- |"
    for name in DARK:
        shots = [taken(visitor, named(name), width, "dark") for width in (WIDE, NARROW)]
        yield row(TITLES[name], shots)
    yield "\n## On paper\n\n| | first sheet |\n| --- | --- |"
    for name in PRINTED:
        yield row(TITLES[name], [printed(visitor, named(name))])
    yield ""


def row(title: str, shots: Sequence[Shot | None]) -> str:
    """A line of the table."""
    cells = [title, *("" if shot is None else image(shot) for shot in shots)]
    return f"| {' | '.join(cells)} |"


def image(shot: Shot) -> str:
    """HTML, since Markdown can't say how wide a picture is."""
    alt = html.escape(shot.alt)
    return f'<img src="images/pages/{shot.file}" alt="{alt}" width="{shot.width}">'


def named(name: str) -> Visit:
    """A page of the list."""
    return next(visit for visit in VISITS if visit.name == name)


def widths_of(visit: Visit) -> tuple[int, ...]:
    """What only phones show is taken on a phone only."""
    return (NARROW,) if visit.opened else (WIDE, NARROW)


def taken(visitor: Visitor, visit: Visit, width: int, scheme: str = "light") -> Shot:
    """A picture of a page as it is on a screen."""
    with visitor.at(visit, width=width, scheme=scheme) as (page, _):
        if visit.opened:
            page.click(visit.opened)
        else:
            stretch(page, width)
        picture = opened(page.screenshot(animations="disabled"))
    night = ", by night" if scheme == "dark" else ""
    file = f"{visit.name}-{width}{'-dark' if night else ''}.webp"
    save(picture, KEPT_WIDTH[width], PICTURES / file)
    alt = f"{TITLES[visit.name]}{night}, {width} pixels wide"
    return Shot(file, alt, SHOWN_WIDTH[width])


def printed(visitor: Visitor, visit: Visit) -> Shot:
    """A picture of a page's first sheet of paper."""
    with visitor.at(visit) as (page, _):
        document = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    picture = document[0].render(scale=1.4).to_pil()
    file = f"{visit.name}-print.webp"
    save(picture, min(picture.width, 1000), PICTURES / file)
    return Shot(file, f"{TITLES[visit.name]}, on paper", SHOWN_WIDTH[WIDE])


def stretch(page: Page, width: int) -> None:
    """Make the window as high as the page, so that what sticks to its edge stays in place."""
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(height, HEIGHT), HIGHEST[width])})


def opened(picture: bytes) -> Image.Image:
    """The picture, without transparency."""
    return Image.open(io.BytesIO(picture)).convert("RGB")


def save(picture: Image.Image, width: int, path: Path) -> None:
    """A small file: as wide as it has to be, letters still sharp."""
    if picture.width == width:  # flat colours, as the browser drew them
        flat = picture.quantize(32, dither=Image.Dither.NONE).convert("RGB")
        flat.save(path, lossless=True, quality=100, method=6)
    else:
        size = (width, picture.height * width // picture.width)
        picture.resize(size, Image.Resampling.LANCZOS).save(path, quality=52, method=6)


if __name__ == "__main__":
    main()
