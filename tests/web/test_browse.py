"""Browsing: the map, its table, and lists of values with counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import resources

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from tests.web.colours import DARK, LIGHT, contrast
from tests.web.conftest import FakeLibrary
from tests.web.reading import one, text_of

Page = Callable[..., HtmlElement]
STYLE = resources.files("web").joinpath("static/browse.css").read_text(encoding="utf-8")
MAX_MAP_BYTES = 40_000


@pytest.fixture
def tree(page: Page) -> HtmlElement:
    return page("/parcourir")


def values(tree: HtmlElement, name: str) -> list[tuple[str, str]]:
    """Label and count of each value of one list."""
    section = one(tree, f"//section[@aria-labelledby='{name}']")
    return [
        (text_of(a.xpath("./span")[0]), text_of(one(a, "./span[@class='count']")))
        for a in section.xpath(".//ul[@class='values']/li/a")
    ]


def test_table_says_the_same_as_the_map(tree: HtmlElement) -> None:
    rows = {
        text_of(row.xpath("./th")[0]): text_of(row.xpath("./td")[0])
        for row in tree.xpath("//table/tbody/tr")
    }
    assert rows == {"Aisne\u00a0(02)": "1", "Pas-de-Calais\u00a0(62)": "1", "Somme\u00a0(80)": "1"}
    links = tree.xpath("//*[name()='svg']//*[name()='a']")
    assert {link.get("aria-label") for link in links} == {
        f"{name}\u00a0: {count}\u00a0projet" for name, count in rows.items()
    }
    assert [link.get("href") for link in links] == [
        f"/projets?departement={code}" for code in ("02", "62", "80")
    ]


def test_every_count_is_that_of_the_list_it_opens(tree: HtmlElement, page: Page) -> None:
    for link in tree.xpath("//table//a"):
        opened = page(link.get("href"))
        assert text_of(one(opened, "//p[@class='summary']")) == "1\u00a0projet"


def test_values_lead_to_their_projects(tree: HtmlElement) -> None:
    assert values(tree, "annees") == [("2020", "1 projet"), ("2018", "1 projet")]
    assert values(tree, "organisations") == [
        ("Habitat du Littoral", "1 projet"),
        ("Toits de Picardie", "1 projet"),
    ]
    assert values(tree, "themes") == [
        ("Femmes", "1 projet"),
        ("Violences conjugales et familiales", "1 projet"),
    ]
    assert "/projets?organisation=Toits+de+Picardie" in tree.xpath("//main//a/@href")


def test_projects_without_a_value_are_told(tree: HtmlElement) -> None:
    text = text_of(tree)
    assert "1 projet sans département connu." in text
    assert "1 projet sans année." in text
    assert "2 projets ne relèvent d’aucun de ces thèmes." in text


def test_map_can_be_skipped_by_keyboard(tree: HtmlElement) -> None:
    skip = one(tree, "//a[@href='#apres-carte']")
    assert text_of(skip) == "Passer la carte"
    assert one(tree, "//*[@id='apres-carte']").get("tabindex") == "-1"


def test_legend_tells_every_shade_of_the_map(tree: HtmlElement) -> None:
    used = set(tree.xpath("//*[name()='svg']//*[name()='a']/*[name()='path']/@class"))
    told = set(tree.xpath("//ul[@class='legend']//*[name()='rect']/@class"))
    assert used <= told and "shade-0" in told


def test_map_names_its_source_and_stays_small(tree: HtmlElement, client: FlaskClient) -> None:
    assert "Natural Earth, domaine public" in text_of(tree)
    body = client.get("/parcourir").get_data(as_text=True)
    drawing = re.search(r"<svg viewBox=\"0 0 8.*?</svg>", body, re.DOTALL)
    assert drawing is not None and len(drawing.group().encode()) < MAX_MAP_BYTES
    for path in ("/projets", "/a-propos"):
        assert "shade-" not in client.get(path).get_data(as_text=True)


def test_empty_base_says_what_to_do(page: Page, library: FakeLibrary) -> None:
    library.is_empty = True
    tree = page("/parcourir")
    assert "Aucune brochure n’a encore été lue" in text_of(tree)
    assert tree.xpath("//main//*[name()='svg']/*[name()='path']") == []


def test_unknown_parameter_is_refused(client: FlaskClient) -> None:
    assert client.get("/parcourir?departement=62").status_code == 400


def mixed(front: str, back: str, share: float) -> str:
    """As ``color-mix(in srgb, front share, back)``."""
    pairs = ((int(front[i : i + 2], 16), int(back[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(f * share + b * (1 - share)):02x}" for f, b in pairs)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_every_shade_stands_out_from_the_card(colours: dict[str, str]) -> None:
    shares = [int(share) / 100 for share in re.findall(r"--accent\) (\d+)%", STYLE)]
    assert shares == sorted(shares) and len(shares) == 3
    for share in shares:
        shade = mixed(colours["accent"], colours["card"], share)
        assert contrast(shade, colours["card"]) >= 3
