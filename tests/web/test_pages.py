"""The pages around the search: projects, sheet, passage, brochures, about, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from kb.errors import ConfigurationError, StorageError
from tests.web.reading import one, text_of

Page = Callable[..., HtmlElement]

PAGES = (
    "/",
    "/?q=logement",
    "/?q=rien",
    "/?q=faute",
    "/?q=sigle",
    "/?q=logement&departement=62&mode=lexical&limit=1&offset=1&expand=0",
    "/projets",
    "/projets?departement=62",
    "/projets/recueil/le-porche",
    "/projets/recueil/le-verger",
    "/projets/notes/memo",
    "/passages/recueil/le-porche/actions/1",
    "/passages/recueil/le-verger/script/1",
    "/passages/notes/memo/texte/1",
    "/source/recueil/le-porche/actions/1",
    "/source/recueil/le-verger/script/1",
    "/source/notes/memo/texte/1",
    "/parcourir",
    "/comparer",
    "/comparer?projet=recueil/le-porche&projet=notes/memo",
    "/brochures",
    "/a-propos",
)
ERROR_PAGES = (("/nulle-part", 404), ("/projets/aucun", 404), ("/?limit=0", 400))


@pytest.mark.parametrize(("path", "status"), [*((path, 200) for path in PAGES), *ERROR_PAGES])
class TestEveryPage:
    def test_is_french_and_has_one_title(self, page: Page, path: str, status: int) -> None:
        tree = page(path, status)
        assert tree.get("lang") == "fr"
        assert len(tree.xpath("//h1")) == 1
        assert one(tree, "//head/title").text.endswith(" – Passages")

    def test_has_landmarks_and_a_skip_link_first(self, page: Page, path: str, status: int) -> None:
        tree = page(path, status)
        assert [len(tree.xpath(f"//{name}")) for name in ("header", "main", "footer")] == [1, 1, 1]
        first = tree.xpath("//body//a")[0]
        assert first.get("href") == f"#{one(tree, '//main').get('id')}"

    def test_labels_every_field(self, page: Page, path: str, status: int) -> None:
        tree = page(path, status)
        labelled = set(tree.xpath("//label/@for"))
        fields = tree.xpath("//input[not(@type='hidden')]/@id | //select/@id")
        assert set(fields) == labelled

    def test_names_what_is_referred_to(self, page: Page, path: str, status: int) -> None:
        tree = page(path, status)
        referred = [
            name
            for value in tree.xpath("//@aria-labelledby | //@aria-describedby")
            for name in value.split()
        ]
        assert [name for name in referred if not tree.xpath(f"//*[@id='{name}']")] == []
        assert [a for a in tree.xpath("//main//a | //nav//a") if not text_of(a)] == []

    def test_never_skips_a_level_of_heading(self, page: Page, path: str, status: int) -> None:
        levels = [int(h.tag[1]) for h in page(path, status).iter("h1", "h2", "h3", "h4", "h5")]
        assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False))

    def test_fetches_nothing_elsewhere_and_runs_nothing_inline(
        self, page: Page, path: str, status: int
    ) -> None:
        tree = page(path, status)
        targets = tree.xpath("//@src | //@href | //@action | //blockquote/@cite")
        assert [target for target in targets if not target.startswith(("/", "#"))] == []
        assert tree.xpath("//script[not(@src)] | //style | //@style | //iframe") == []
        assert [name for name in tree.xpath("//@*/parent::*") if _has_handler(name)] == []

    def test_hides_addresses(self, page: Page, path: str, status: int) -> None:
        assert "@" not in page(path, status).text_content()

    def test_puts_no_break_spaces_as_french_wants(self, page: Page, path: str, status: int) -> None:
        main = one(page(path, status), "//main")
        for quoted in main.xpath("//*[@class='citation' or @class='verbatim']"):
            quoted.drop_tree()
        text = text_of(main)
        assert [mark for mark in (" :", " ;", " ?", " !", " »", "« ") if mark in text] == [
            " :"
            for _ in range(path == "/brochures")  # as the brochure prints it
        ]


def _has_handler(element: HtmlElement) -> bool:
    return any(name.startswith("on") for name in element.attrib)


def test_every_internal_link_leads_somewhere(client: FlaskClient, page: Page) -> None:
    targets = {
        target.partition("#")[0]
        for path in PAGES
        for target in page(path).xpath("//@href | //form/@action")
        if target.startswith("/")
    }
    assert len(targets) > 20
    elsewhere = {target for target in targets if target.startswith("/langue/")}
    # Pages of brochures have tests of their own, over a library that shows some.
    sources = {target for target in targets if target.startswith("/source/")}
    assert sources
    assert {client.get(target).status_code for target in targets - elsewhere - sources} == {200}
    assert {client.get(target).status_code for target in elsewhere} == {302}


def test_projects_show_title_organisation_place_and_year(page: Page) -> None:
    cards = page("/projets").xpath("//article")
    assert [text_of(one(card, ".//h2")) for card in cards] == [
        "Le Porche & compagnie",
        "Le Verger",
        "Mémo",
    ]
    facts = [text_of(one(card, ".//p[@class='facts']")) for card in cards]
    assert facts == [
        "Habitat du Littoral\u00a0· Calais\u00a0(62)\u00a0· 2018",
        "Toits de Picardie\u00a0· Amiens, Laon\u00a0(80, 02)\u00a0· 2020",
        "",
    ]


def test_projects_are_filtered_by_the_form(page: Page) -> None:
    tree = page("/projets?departement=62")
    assert [text_of(h2) for h2 in tree.xpath("//article//h2")] == ["Le Porche & compagnie"]
    assert text_of(one(tree, "//p[@class='summary']")) == "1\u00a0projet"
    chosen = one(tree, "//select[@name='departement']/option[@selected]")
    assert (chosen.get("value"), chosen.text) == ("62", "Pas-de-Calais\u00a0(62)")


def test_projects_keep_the_choice_of_a_departement_given_by_name(page: Page) -> None:
    tree = page("/projets?departement=pas-de-calais")
    assert one(tree, "//select[@name='departement']/option[@selected]").get("value") == "62"
    assert "Aucun projet ne réunit ces critères" in text_of(one(tree, "//main"))


def test_projects_offer_every_value_once_and_in_order(page: Page) -> None:
    tree = page("/projets")
    assert tree.xpath("//select[@name='departement']/option/text()") == [
        "Tous",
        "Aisne\u00a0(02)",
        "Pas-de-Calais\u00a0(62)",
        "Somme\u00a0(80)",
    ]
    assert tree.xpath("//select[@name='year']/option/@value") == ["", "2018", "2020"]


def test_sheet_escapes_what_the_brochure_prints(client: FlaskClient) -> None:
    body = client.get("/projets/recueil/le-verger").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "<script>alert" not in body
    assert "Un &lt;b&gt;verger&lt;/b&gt; &amp; un &quot;pré&quot;." in body


def test_sheet_of_a_brochure_without_pages_names_none(page: Page) -> None:
    tree = page("/projets/notes/memo")
    assert text_of(one(tree, "//dl/div[dt='Brochure']/dd")) == "Notes"
    assert "p.\u00a0" not in text_of(one(tree, "//main"))


def test_passage_shows_its_place_text_and_citation(page: Page) -> None:
    tree = page("/passages/recueil/le-porche/actions/1")
    assert text_of(one(tree, "//h1")) == "Le Porche & compagnie"
    where = text_of(one(tree, "//p[@class='where']"))
    assert where == "Actions\u00a0· p.\u00a02 (page\u00a03 du fichier)"
    figure = one(tree, "//figure")
    assert [text_of(p) for p in figure.xpath(".//blockquote/p")] == ["Un accueil de nuit."]
    assert [text_of(li) for li in figure.xpath(".//blockquote/ul/li")] == [
        "• Dix logements",
        "• Un jardin",
    ]
    assert "« Un accueil de nuit. » — Le Porche & compagnie, p. 2" in text_of(figure)


@pytest.mark.parametrize(
    ("number", "links"),
    [
        (1, [("next", "/passages/recueil/le-porche/actions/2")]),
        (2, [("prev", "/passages/recueil/le-porche/actions/1")]),
    ],
)
def test_passage_leads_to_its_neighbours(
    page: Page, number: int, links: list[tuple[str, str]]
) -> None:
    tree = page(f"/passages/recueil/le-porche/actions/{number}")
    assert [(a.get("rel"), a.get("href")) for a in tree.xpath("//main//a[@rel]")] == links


def test_passage_shows_like_ones_of_other_projects_too(page: Page) -> None:
    tree = page("/passages/recueil/le-porche/actions/1")
    assert [text_of(h3) for h3 in tree.xpath("//section[@id='proches']//h3")] == [
        "Le Verger",
        "Le Porche & compagnie",
    ]
    lone = page("/passages/notes/memo/texte/1")
    assert "Aucun autre passage n’en est assez proche." in text_of(lone)


def test_brochures_tell_what_reading_gave(page: Page) -> None:
    first, second = page("/brochures").xpath("//article")
    assert text_of(one(first, ".//h2")) == "Recueil d’essai (2021)"
    text = text_of(first)
    assert "lue le 1er\u00a0mars\u00a02025" in text
    assert "2\u00a0projets, 2\u00a0rubriques, 3\u00a0passages, 12\u00a0pages." in text
    assert text_of(one(first, ".//dl/div[dt='Pages sans texte']/dd")) == "2"
    assert text_of(one(first, ".//dl/div[dt='Pages sans rubrique']/dd")) == "aucune"
    assert [text_of(li) for li in first.xpath(".//details//li")] == [
        "La page 5 n’a pas de rubrique.",
        "RECUEIL D’ESSAI",
        "Photo : <img>",
    ]
    assert second.xpath(".//dt[text()='Pages sans texte']") == []


def test_pages_of_an_empty_base_say_what_to_do(page: Page, library: object) -> None:
    library.is_empty = True  # type: ignore[attr-defined]
    for path in ("/", "/projets", "/brochures"):
        assert "Aucune brochure n’a encore été lue" in text_of(one(page(path), "//main"))


def test_unknown_parameter_of_a_page_is_refused_with_the_allowed_ones(page: Page) -> None:
    text = text_of(one(page("/projets?departemnt=62", 400), "//main"))
    assert "Le paramètre «\u00a0departemnt\u00a0» n’existe pas ici" in text
    assert "departement, commune, year" in text


@pytest.mark.parametrize(
    ("failure", "status", "shown"),
    [
        (
            StorageError("La base est abîmée : lancez « kb doctor »."),
            503,
            "La base est abîmée\u00a0: lancez",
        ),
        (ConfigurationError("KB_X : donnez 1."), 500, "KB_X\u00a0: donnez 1."),
        (ZeroDivisionError("secret interne"), 500, "Une erreur imprévue s’est produite"),
    ],
)
def test_failure_gives_a_french_page_without_inside_details(
    page: Page, library: object, failure: Exception, status: int, shown: str
) -> None:
    library.failure = failure  # type: ignore[attr-defined]
    text = text_of(one(page("/projets", status), "//main"))
    assert shown in text
    assert "secret interne" not in text and "Traceback" not in text
