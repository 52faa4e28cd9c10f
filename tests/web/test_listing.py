"""Long lists come a page at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.model import FILTER_FIELDS
from kb.results import FacetValue
from tests.web.reading import one, text_of
from web.links import OTHER_FACET_VALUES, SHOWN_FACET_VALUES

Page = Callable[..., HtmlElement]


@pytest.fixture
def _one_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.PER_PAGE", 1)


@pytest.mark.usefixtures("_one_a_page")
def test_brochures_come_a_page_at_a_time_with_links_to_the_others(page: Page) -> None:
    first, second = page("/brochures"), page("/brochures?page=2")
    titles = [[text_of(h2) for h2 in tree.xpath("//article/h2")] for tree in (first, second)]
    assert [len(shown) for shown in titles] == [1, 1]
    assert titles[0] != titles[1]
    assert text_of(one(first, "//p[@class='summary']")) == "2\u00a0brochures, page 1 sur 2"
    assert first.xpath("//nav[@class='paging']/a/@href") == ["/brochures?page=2"]
    assert second.xpath("//nav[@class='paging']/a/@href") == ["/brochures"]


@pytest.mark.usefixtures("_one_a_page")
def test_a_page_beyond_the_last_leads_back(page: Page) -> None:
    tree = page("/brochures?page=9")
    assert tree.xpath("//article") == []
    assert tree.xpath("//main//p/a[text()='revenir à la première page']/@href") == ["/brochures"]
    assert tree.xpath("//nav[@class='paging']/a/@href") == ["/brochures?page=2"]


def test_a_short_list_has_no_pages(page: Page) -> None:
    tree = page("/brochures")
    assert len(tree.xpath("//article")) == 2
    assert tree.xpath("//nav[@class='paging']") == []


@pytest.mark.parametrize("number", ["0", "x", "10001"])
def test_a_page_that_is_none_is_refused(client: FlaskClient, number: str) -> None:
    assert client.get(f"/brochures?page={number}").status_code == 400


@pytest.mark.parametrize("more", [0, 1, 80])
def test_a_list_of_values_that_was_cut_says_so(
    page: Page, monkeypatch: pytest.MonkeyPatch, more: int
) -> None:
    most = SHOWN_FACET_VALUES + OTHER_FACET_VALUES
    values = tuple(FacetValue(f"Ville {n}", 900 - n, f"Ville {n}") for n in range(most + more))
    facets = dict.fromkeys(FILTER_FIELDS, ()) | {"commune": values}
    monkeypatch.setattr("tests.web.conftest.FACETS", facets)
    facet = one(page("/?q=logement"), "//aside//section[h3='Commune']")
    assert len(facet.xpath(".//li")) == most
    said = [text_of(p) for p in facet.xpath(".//details/p")]
    cut = "D’autres, plus rares, ne sont pas dans cette liste\u00a0: précisez votre recherche"
    assert said == ([f"{cut} pour les voir."] if more else [])
