"""From a question to the page of the brochure and back, without a mouse."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.pages import Visit
from tests.browser.visitor import Visitor, tab_to


def test_search_filter_result_source_and_back(visitor: Visitor) -> None:
    with visitor.at(Visit("home", "/")) as (page, noticed):
        # The browser gives the focus when it first paints, which may be after loading.
        expect(page.locator("#q")).to_be_focused()
        page.keyboard.type("logement femmes violences")
        page.keyboard.press("Enter")
        page.wait_for_selector(".hit")
        page.wait_for_url("**/?q=*")

        everything = page.locator(".summary").inner_text()
        tab_to(page, "#filtres a")
        page.keyboard.press("Enter")
        page.wait_for_selector(".chips a")
        page.wait_for_function(
            "before => document.querySelector('.summary').innerText !== before", arg=everything
        )
        filtered, narrowed = page.url, page.locator(".summary").inner_text()
        assert len(parse_qs(urlsplit(filtered).query)) == 2

        tab_to(page, ".hit a[href^='/source/']")
        target = page.evaluate("document.activeElement.getAttribute('href')")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{target}")
        assert page.locator("h1").count() == 1

        page.go_back()
        page.wait_for_selector(".hit")
        assert (page.url, page.locator(".summary").inner_text()) == (filtered, narrowed)
        assert noticed.complaints == []


def test_first_key_leads_past_the_navigation(visitor: Visitor) -> None:
    with visitor.at(Visit("about", "/a-propos")) as (page, _):
        tab_to(page, ".skip", most=1)
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu"
