"""Every page in a browser: nothing from elsewhere, no complaint, room on a phone."""

from __future__ import annotations

import re

import pytest

from tests.browser.pages import NOT_PAGES, VISITS, Visit
from tests.browser.site import Site
from tests.browser.visitor import HEIGHT, NARROW, WIDE, Visitor

MACHINES = re.compile(r"/(api/|healthz|readyz|metrics)")
HEAVIEST = 100_000
"""Bytes of a search, pictures apart."""


def named(visit: Visit) -> str:
    return visit.name


def test_every_page_of_the_site_is_visited(site: Site) -> None:
    address = site.app.url_map.bind("127.0.0.1")
    pages = {
        rule.endpoint
        for rule in site.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not MACHINES.match(rule.rule)
    }
    found = (visit.path.partition("?")[0] for visit in VISITS if visit.status == 200)
    visited = {address.match(path)[0] for path in found}
    assert pages - NOT_PAGES == visited


@pytest.mark.parametrize("visit", VISITS, ids=named)
def test_page_asks_no_other_host_meets_no_error_and_never_scrolls_sideways(
    visitor: Visitor, visit: Visit
) -> None:
    with visitor.at(visit) as (page, noticed):
        room = {}
        for width in (WIDE, NARROW):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            room[width] = page.evaluate("document.documentElement.scrollWidth")
        assert (noticed.elsewhere, noticed.complaints) == ([], [])
        assert room == {WIDE: WIDE, NARROW: NARROW}


def test_search_page_is_light(visitor: Visitor) -> None:
    results = next(visit for visit in VISITS if visit.name == "results")
    with visitor.at(results) as (_, noticed):
        sizes = {
            answer.url: answer.request.sizes()["responseBodySize"]
            for answer in noticed.responses
            if answer.request.resource_type != "image"
        }
    assert len(sizes) > 3
    assert sum(sizes.values()) <= HEAVIEST, sizes
