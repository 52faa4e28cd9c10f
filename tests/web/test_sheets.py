"""Projects: the list, the sheet of one, and a few side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.model import Filter, Passage, Project, Section, Span
from kb.records import Record
from kb.results import ProjectSheet, SectionSheet
from tests.web import sample
from tests.web.conftest import FakeLibrary
from tests.web.reading import one, text_of
from tests.web.signing import signed_in
from web.parameters import Arguments
from web.sheets import ListParameters, measured_html, read_chosen, read_list

Page = Callable[..., HtmlElement]

PORCH, ORCHARD, MEMO = "recueil/le-porche", "recueil/le-verger", "notes/memo"
PORCH_FACTS = {
    "Chiffres": "• 12 logements, dont 3 pour ada@exemple.fr\n• 7 M€",
    "Freins identifiés": "• Le voisinage <b>",
}


@pytest.fixture
def told(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> FakeLibrary:
    """The base, where one project says more of itself."""
    plain = library.project

    def project(project_id: str) -> ProjectSheet:
        sheet = plain(project_id)
        if project_id != PORCH:
            return sheet
        more = []
        for heading, text in PORCH_FACTS.items():
            place = f"{PORCH}/{heading.split()[0].lower()}"
            passage = Passage(f"{place}/1", place, PORCH, "recueil", text, heading, "", 4, 4, "3")
            section = Section(place, PORCH, heading, heading.upper(), 4)
            more.append(SectionSheet(section, (passage,)))
        return replace(sheet, sections=(*sheet.sections, *more))

    monkeypatch.setattr(library, "project", project)
    return library


def fact_rows(tree: HtmlElement) -> dict[str, list[str]]:
    """What each line of the head of a sheet says."""
    return {
        text_of(row.xpath("./dt")[0]): [text_of(dd) for dd in row.xpath("./dd")]
        for row in tree.xpath("//dl/div")
    }


def test_sheet_lists_the_facts_that_are_known_and_no_other(page: Page) -> None:
    rows = fact_rows(page(f"/projets/{PORCH}"))
    assert rows == {
        "Organisation": ["Habitat du Littoral"],
        "Partenaires": ["Ville de Calais"],
        "Lieu": ["Calais\u00a0(62)"],
        "Année": ["2018"],
        "Public": ["Femmes victimes de violences"],
        "Objectifs": ["Loger", "Accompagner"],
        "Valeurs": ["Solidarité"],
        "Brochure": ["Recueil d’essai (2021), pages 3 à 4 du fichier"],
        "Thèmes": ["Femmes, Violences conjugales et familiales"],
    }
    assert fact_rows(page(f"/projets/{MEMO}")) == {"Brochure": ["Notes"]}


def test_sheet_links_each_fact_to_its_passage(page: Page, told: FakeLibrary) -> None:
    figures = one(page(f"/projets/{PORCH}"), "//section[@aria-labelledby='chiffres']")
    first, second = figures.xpath(".//li")
    assert [text_of(b) for b in first.xpath(".//b")] == ["12 logements"]
    assert text_of(first).startswith("12 logements, dont 3 pour [adresse masquée] p.\u00a03")
    assert first.xpath("./a/@href") == [f"/passages/{PORCH}/chiffres/1"]
    assert [text_of(b) for b in second.xpath("./span/b")] == ["7 M€"]


def test_sheet_without_figures_or_people_has_no_such_card(page: Page) -> None:
    tree = page(f"/projets/{MEMO}")
    assert tree.xpath("//*[@id='chiffres' or @id='personnes']") == []


def test_place_without_a_commune_names_the_departement(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sample.PROJECTS, MEMO, replace(sample.MEMO, departements=("59",)))
    assert fact_rows(page(f"/projets/{MEMO}"))["Lieu"] == ["Nord\u00a0(59)"]


def test_people_show_no_address_to_who_is_not_signed_in(page: Page) -> None:
    tree = page(f"/projets/{PORCH}")
    (person,) = one(tree, "//section[@aria-labelledby='personnes']").xpath(".//li")
    assert text_of(person) == "Ada Martin Directrice, Habitat du Littoral"
    assert tree.xpath("//a[starts-with(@href, 'mailto:')]") == []


def test_people_show_their_address_to_who_is_signed_in(
    page: Page, client: FlaskClient, home: Path
) -> None:
    signed_in(client, home)
    tree = page(f"/projets/{PORCH}")
    assert tree.xpath("//a[starts-with(@href, 'mailto:')]/@href") == ["mailto:ada@exemple.fr"]


def test_sheet_leads_to_its_sections_and_to_like_projects(page: Page) -> None:
    tree = page(f"/projets/{PORCH}")
    contents = one(tree, "//nav[@aria-labelledby='sommaire']")
    for target in contents.xpath(".//li/a/@href"):
        assert tree.xpath(f"//*[@id='{target[1:]}']") != []
    near = one(tree, "//section[@aria-labelledby='voisins']")
    assert near.xpath(".//h3/a/@href") == [f"/projets/{ORCHARD}", f"/projets/{MEMO}"]
    assert f"/comparer?projet=recueil/le-porche&projet={ORCHARD}" in [
        link.replace("%2F", "/") for link in near.xpath(".//@href")
    ]


def list_form(tree: HtmlElement) -> HtmlElement:
    """The form around the list of projects, its filters and its buttons."""
    return one(tree, "//main//form[@action='/projets']")


def test_list_offers_to_tick_projects_and_compares_them(page: Page, client: FlaskClient) -> None:
    form = list_form(page("/projets"))
    boxes = form.xpath(".//input[@type='checkbox']")
    assert [(box.get("name"), box.get("value")) for box in boxes] == [
        ("projet", PORCH),
        ("projet", ORCHARD),
        ("projet", MEMO),
    ]
    button = one(form, ".//button[@name='comparer']")
    sent = {
        "departement": "",
        "theme": "",
        "projet": [PORCH, MEMO],
        "comparer": button.get("value"),
    }
    answer = client.get("/projets", query_string=sent)
    assert (answer.status_code, unquote(answer.location)) == (
        303,
        f"/comparer?projet={PORCH}&projet={MEMO}",
    )


def test_list_keeps_what_was_ticked_before(page: Page) -> None:
    tree = page(f"/projets?departement=62&projet={PORCH}&projet={MEMO}")
    form = list_form(tree)
    assert form.xpath(".//input[@checked]/@value") == [PORCH]
    assert form.xpath(".//input[@type='hidden']/@value") == [MEMO]
    assert one(form, ".//select[@name='departement']/option[@selected]").get("value") == "62"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"departement": "62", "theme": ""}, f"departement=62&projet={PORCH}&projet={MEMO}"),
        ({"departement": "", "page": "2"}, f"projet={PORCH}&projet={MEMO}&page=2"),
        ({"departement": "62", "tout": "1"}, f"projet={PORCH}&projet={MEMO}"),
    ],
)
def test_ticks_are_kept_at_every_button_of_the_list(
    client: FlaskClient, sent: dict[str, str], kept: str
) -> None:
    answer = client.get("/projets", query_string={**sent, "projet": [PORCH, MEMO]})
    assert (answer.status_code, unquote(answer.location)) == (303, f"/projets?{kept}")


def test_boxes_and_filters_are_kept_where_nothing_is_listed(page: Page) -> None:
    form = list_form(page(f"/projets?theme=numerique&projet={PORCH}"))
    assert form.xpath(".//input[@name='projet']/@value") == [PORCH]
    assert [button.get("name") for button in form.xpath(".//button")] == [None, "tout"]


def test_list_is_narrowed_by_theme(page: Page) -> None:
    tree = page("/projets?theme=femmes")
    assert [text_of(h2) for h2 in tree.xpath("//article//h2")] == ["Le Porche & compagnie"]
    assert one(tree, "//select[@name='theme']/option[@selected]").get("value") == "femmes"
    assert "Aucun projet ne réunit ces critères" in text_of(page("/projets?theme=numerique"))


def test_unknown_theme_is_refused_with_where_to_choose_one(page: Page) -> None:
    text = text_of(one(page("/projets?theme=x", 400), "//main"))
    assert "Le thème «\u00a0x\u00a0» n’existe pas" in text and "Parcourir" in text


@pytest.fixture
def many(library: FakeLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty projects."""

    def projects(filter: Filter = Filter()) -> tuple[Project, ...]:
        return tuple(replace(sample.MEMO, id=f"notes/{n}", title=f"N° {n}") for n in range(50))

    monkeypatch.setattr(library, "projects", projects)


@pytest.mark.usefixtures("many")
def test_long_list_comes_in_pages(page: Page) -> None:
    first, second = page("/projets"), page("/projets?page=2")
    assert [len(tree.xpath("//article")) for tree in (first, second)] == [48, 2]
    assert list_form(first).xpath(".//button[@name='page']/@value") == ["2"]
    assert list_form(second).xpath(".//button[@name='page']/@value") == ["1"]
    assert "50\u00a0projets, page 2 sur 2" in text_of(second)
    beyond = text_of(page("/projets?page=3"))
    assert "revenir à la première page" in beyond


@pytest.mark.parametrize("number", ["0", "x", "10001"])
def test_page_is_a_number_within_bounds(client: FlaskClient, number: str) -> None:
    assert client.get(f"/projets?page={number}").status_code == 400


def test_address_of_the_list_keeps_all_but_what_changes() -> None:
    asked = read_list(
        Arguments([("departement", "62"), ("theme", "femmes"), ("projet", MEMO), ("page", "3")])
    )
    assert isinstance(asked, ListParameters)
    assert (asked.page, asked.chosen, asked.filter.departement) == (3, (MEMO,), ("62",))
    assert asked.theme is not None and asked.theme.slug == "femmes"


def test_chosen_projects_are_taken_once_and_in_order() -> None:
    given = [("projet", value) for value in ("b", " a ", "b", "")]
    assert read_chosen(Arguments(given)) == ("b", "a")


def compared(page: Page, *chosen: str) -> HtmlElement:
    return page("/comparer?" + "&".join(f"projet={one}" for one in chosen))


def test_projects_stand_side_by_side_fact_by_fact(page: Page, told: FakeLibrary) -> None:
    table = one(compared(page, PORCH, ORCHARD), "//table")
    heads = table.xpath("./thead/tr/th")[1:]
    assert [text_of(one(head, "./a[1]")) for head in heads] == [
        "Le Porche & compagnie",
        "Le Verger",
    ]
    rows = {
        text_of(row.xpath("./th")[0]): [text_of(cell) for cell in row.xpath("./td")]
        for row in table.xpath("./tbody/tr")
    }
    assert list(rows) == [
        *("Organisation", "Partenaires", "Lieu", "Année", "Public", "Objectifs", "Chiffres"),
        "Freins",
    ]
    assert rows["Lieu"] == ["Calais\u00a0(62)", "Amiens, Laon\u00a0(80, 02)"]
    assert rows["Partenaires"] == ["Ville de Calais", "Non trouvé"]
    assert rows["Freins"][0].startswith("Le voisinage <b> p.\u00a03")
    assert rows["Freins"][1] == "Non trouvé"


def test_cells_name_their_project_for_narrow_screens(page: Page) -> None:
    tree = compared(page, PORCH, MEMO)
    row = tree.xpath("//tbody/tr")[0]
    assert row.xpath("./td/@data-project") == ["Le Porche & compagnie", "Mémo"]


def test_each_project_can_be_taken_away(page: Page) -> None:
    tree = compared(page, PORCH, ORCHARD, MEMO)
    links = [a.get("href") for a in tree.xpath("//thead//a[contains(@class, 'remove')]")]
    kept = [link.partition("?")[2].replace("%2F", "/") for link in links]
    assert kept == [
        f"projet={ORCHARD}&projet={MEMO}",
        f"projet={PORCH}&projet={MEMO}",
        f"projet={PORCH}&projet={ORCHARD}",
    ]


def test_one_project_alone_is_shown_with_what_could_be_added(page: Page) -> None:
    tree = compared(page, PORCH)
    assert "Choisissez de 2 à 4 projets" in text_of(tree)
    assert [text_of(a) for a in tree.xpath("//ul[@class='tags']//a")] == ["Le Verger", "Mémo"]
    assert len(tree.xpath("//tbody/tr")) > 3


def test_comparison_of_nothing_says_what_to_do(page: Page) -> None:
    tree = page("/comparer")
    assert tree.xpath("//table") == []
    assert "Choisissez de 2 à 4 projets" in text_of(tree)
    assert "/projets" in tree.xpath("//main//a/@href")


def test_projects_beyond_the_fourth_are_left_aside_and_told(
    page: Page, library: FakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        name = f"notes/{number}"
        monkeypatch.setitem(sample.PROJECTS, name, replace(sample.MEMO, id=name))
    tree = compared(page, PORCH, ORCHARD, "notes/0", "notes/1", "notes/2")
    assert len(tree.xpath("//thead//th")) == 5
    assert "1 autre est laissé de côté" in text_of(tree)
    assert "Ajouter un projet" not in text_of(tree)


def test_project_that_is_gone_is_not_found(page: Page) -> None:
    assert "est inconnu" in text_of(page(f"/comparer?projet={PORCH}&projet=parti", 404))


def test_comparison_refuses_other_parameters(client: FlaskClient) -> None:
    assert client.get("/comparer?project=a").status_code == 400


def test_sheet_gives_its_sections_in_order_with_a_link_to_each_passage(page: Page) -> None:
    sections = one(page(f"/projets/{PORCH}"), "//div[@class='sections']")
    assert text_of(sections.xpath(".//h2")[0]) == "Actions"
    assert sections.xpath(".//ul[@class='links']/li[1]/a/@href") == [
        f"/passages/{PORCH}/actions/1",
        f"/passages/{PORCH}/actions/2",
    ]


def test_measures_are_set_off_and_everything_is_escaped() -> None:
    spans = [Span(2, 6), Span(9, 12)]
    fact: Record = {
        "text": "a <b>&  7 €",
        "measures": [{"start": span.start, "end": span.end} for span in spans[:1]],
    }
    assert measured_html(fact) == "a <b>&lt;b&gt;&amp;</b>  7 €"
    assert measured_html({"text": "<i>", "measures": []}) == "&lt;i&gt;"
