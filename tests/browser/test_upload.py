"""A long brochure sent in a real browser: seen going, seen read, found, reported on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from tests.browser.pages import Visit
from tests.browser.site import Site, served
from tests.browser.visitor import Visitor

PAGES = 40
BYTES_A_SECOND = 60_000
"""Slow enough that its going can be seen."""
PATIENCE_MS = 60_000

_WATCH = """() => {
  window.seen = {sent: [], work: []};
  new MutationObserver(() => {
    for (const bar of document.querySelectorAll("#envois progress")) seen.sent.push(bar.value);
    seen.work.push(document.querySelector("#etat").textContent.trim());
  }).observe(document.getElementById("contenu"), {
    attributes: true, childList: true, subtree: true,
  });
}"""


@pytest.fixture
def own(browser: Browser, tmp_path: Path) -> Iterator[tuple[Site, Visitor]]:
    """A site of this test alone: what it adds, no other test meets."""
    with served(tmp_path / "base") as site:
        yield site, Visitor(site, browser)


@pytest.fixture
def brochure(tmp_path: Path) -> Path:
    """Forty pages of text, each about something else."""
    path = tmp_path / "ateliers.pdf"
    canvas = Canvas(str(path), pagesize=A4, pageCompression=0)
    canvas.setTitle("Quarante ateliers")
    for number in range(1, PAGES + 1):
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, f"Atelier de quartier {number}")
        canvas.setFont("Helvetica", 11)
        for line in range(12):
            canvas.drawString(
                72,
                720 - 18 * line,
                f"Ligne {line} : les locataires y réparent des trottinettes chaque semaine.",
            )
        canvas.showPage()
    canvas.save()
    return path


def test_forty_pages_are_sent_read_found_and_reported(
    own: tuple[Site, Visitor], brochure: Path
) -> None:
    site, visitor = own
    with visitor.at(Visit("admin", "/admin", signed_in=True)) as (page, noticed):
        slow_down(page)
        page.evaluate(_WATCH)
        page.set_input_files("#fichiers", brochure)
        page.get_by_role("button", name="Envoyer").click()
        title = page.locator("#brochures h3", has_text="Quarante ateliers")
        expect(title).to_have_count(1, timeout=PATIENCE_MS)
        expect(page.locator("#etat")).to_have_text("Tout est fait.", timeout=PATIENCE_MS)

        seen = page.evaluate("window.seen")
        assert len({value for value in seen["sent"] if 0 < value < 1}) > 1
        assert any("à faire" in text for text in seen["work"])

        page.get_by_role("link", name="Rapport de lecture").click()
        expect(page.locator("main")).to_contain_text(f"{PAGES} pages")

        page.goto(f"{site.address}/?q=réparer+des+trottinettes")
        expect(page.locator(".hit").first).to_contain_text("trottinettes")
        assert noticed.complaints == []


def slow_down(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 0,
            "downloadThroughput": -1,
            "uploadThroughput": BYTES_A_SECOND,
        },
    )
