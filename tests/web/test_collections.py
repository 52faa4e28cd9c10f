"""The basket's pages: what an address names, in its order, and what its buttons change."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from tests.web.reading import one, text_of
from tests.web.sample import FIRST, HOSTILE, PLAIN, SECOND
from web.chosen import Chosen, changed

GONE = "recueil/perdu/rien/1"
Fetch = Callable[..., HtmlElement]


def address(*ids: str, path: str = "/panier", **others: str) -> str:
    return f"{path}?{urlencode([*(('passage', each) for each in ids), *others.items()])}"


def items(tree: HtmlElement) -> list[HtmlElement]:
    return list(tree.xpath("//ol[@class='kept']/li"))


def test_page_without_passages_is_the_basket_that_the_browser_keeps(page: Fetch) -> None:
    tree = page("/panier")
    assert one(tree, "//*[@id='panier']").get("data-list") == "own"
    assert items(tree) == []
    assert "les scripts" in text_of(one(tree, "//noscript"))


def test_passages_stand_word_for_word_in_the_order_of_the_address(page: Fetch) -> None:
    tree = page(address(SECOND.id, FIRST.id, title="Ma note", introduction="Bonjour."))
    assert one(tree, "//*[@id='panier']").get("data-list") == "address"
    shown = items(tree)
    assert [each.get("data-passage") for each in shown] == [SECOND.id, FIRST.id]
    assert text_of(one(shown[0], ".//blockquote")) == "Écrire à [adresse masquée] pour un logement."
    assert one(shown[1], ".//blockquote").xpath(".//p/text() | .//li/text()") == (
        FIRST.text.split("\n")
    )
    assert text_of(one(shown[1], ".//p[@class='citation']")) == (
        "— Le Porche & compagnie, Actions, Recueil d’essai (2021), p.\u00a02 (page 3 du fichier)"
    )
    assert tree.xpath("//input[@name='passage']/@value") == [SECOND.id, FIRST.id]
    assert one(tree, "//input[@name='title']").get("value") == "Ma note"
    assert one(tree, "//textarea").text == "Bonjour."


def test_passage_that_is_gone_is_said_plainly_and_keeps_its_place(page: Fetch) -> None:
    shown = items(page(address(GONE, FIRST.id)))
    assert "Ce passage n’est plus dans la base" in text_of(shown[0])
    assert GONE in text_of(shown[0])
    assert [one(each, ".//input").get("value") for each in shown] == [GONE, FIRST.id]


def test_ends_of_the_list_cannot_go_further(page: Fetch) -> None:
    shown = items(page(address(FIRST.id, SECOND.id, PLAIN.id)))
    assert [
        [button.get("name") for button in each.xpath(".//button[@disabled]")] for each in shown
    ] == [["up"], [], ["down"]]


def test_repeated_and_empty_identifiers_are_left_out(page: Fetch) -> None:
    tree = page(address(FIRST.id, "", FIRST.id, f" {SECOND.id} "))
    assert [each.get("data-passage") for each in items(tree)] == [FIRST.id, SECOND.id]


@pytest.mark.parametrize(
    "identifier",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "../../etc/passwd",
        "'; DROP TABLE passages; --",
        "{{ 7*7 }}",
        "é" * 300,
    ],
)
def test_hostile_identifiers_are_only_text(page: Fetch, identifier: str) -> None:
    (item,) = items(page(address(identifier)))
    assert one(item, ".//code").text == identifier
    assert item.xpath(".//script | .//img") == []


@pytest.mark.parametrize("identifier", ["a\x00b", "a\nb", "a\x1b[31m", "a\u202eb", "x" * 301])
@pytest.mark.parametrize("path", ["/panier", "/panier/note", "/panier/export"])
def test_malformed_identifiers_are_refused(page: Fetch, path: str, identifier: str) -> None:
    tree = page(address(identifier, FIRST.id, path=path), 400)
    assert "identifiant de passage est mal formé" in text_of(one(tree, "//main"))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            [("passage", f"p/{number}") for number in range(101)],
            "La liste compte 101 passages : n’en gardez pas plus de 100.",
        ),
        (
            [("passage", FIRST.id), ("title", "x" * 201)],
            "Le titre compte 201 caractères : raccourcissez jusqu’à 200.",
        ),
        (
            [("passage", FIRST.id), ("introduction", "x" * 5001)],
            "L’introduction compte 5001 caractères : raccourcissez jusqu’à 5000.",
        ),
        ([("passages", FIRST.id)], "Le paramètre « passages » n’existe pas ici"),
    ],
)
def test_bounds_are_told(page: Fetch, parameters: list[tuple[str, str]], message: str) -> None:
    text = text_of(one(page(f"/panier?{urlencode(parameters)}", 400), "//main"))
    assert message in text.replace("\u00a0", " ")


def test_a_hundred_passages_are_shown(page: Fetch) -> None:
    assert len(items(page(address(*(f"p/{number}" for number in range(100)))))) == 100


@pytest.mark.parametrize(
    ("change", "passage", "order"),
    [
        ("up", SECOND.id, [SECOND.id, FIRST.id, PLAIN.id]),
        ("down", FIRST.id, [SECOND.id, FIRST.id, PLAIN.id]),
        ("up", FIRST.id, [FIRST.id, SECOND.id, PLAIN.id]),
        ("down", PLAIN.id, [FIRST.id, SECOND.id, PLAIN.id]),
        ("remove", FIRST.id, [SECOND.id, PLAIN.id]),
        ("remove", "inconnu", [FIRST.id, SECOND.id, PLAIN.id]),
    ],
)
def test_buttons_lead_to_the_address_of_the_changed_list(
    client: FlaskClient, change: str, passage: str, order: list[str]
) -> None:
    asked = address(FIRST.id, SECOND.id, PLAIN.id, title="Ma note", **{change: passage})
    answer = client.get(asked)
    target = urlsplit(answer.headers["Location"])
    assert (answer.status_code, target.path, target.fragment) == (303, "/panier", "choisis")
    assert parse_qs(target.query) == {"passage": order, "title": ["Ma note"]}


def test_gathering_brings_a_project_s_passages_where_its_first_one_stands(
    client: FlaskClient,
) -> None:
    answer = client.get(address(PLAIN.id, FIRST.id, GONE, HOSTILE.id, SECOND.id, gather="1"))
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query["passage"] == [PLAIN.id, FIRST.id, SECOND.id, GONE, HOSTILE.id]


def test_removing_the_last_passage_leaves_an_empty_page(client: FlaskClient) -> None:
    answer = client.get(address(FIRST.id, remove=FIRST.id))
    assert answer.headers["Location"] == "/panier#choisis"


def test_changed_leaves_the_rest_as_it_was() -> None:
    before = Chosen(("a", "b"), "titre", "mot")
    assert changed(before, "down", "a", {}) == Chosen(("b", "a"), "titre", "mot")


@pytest.mark.parametrize("method", ["get", "post"])
def test_note_is_a_page_to_print(client: FlaskClient, page: Fetch, method: str) -> None:
    fields = {"title": "Ma note", "introduction": "Un.\n\nDeux."}
    if method == "post":
        sent = client.post("/panier/note", data={"passage": [FIRST.id, GONE], **fields})
        assert sent.status_code == 200
    tree = page(address(FIRST.id, GONE, path="/panier/note", **fields))
    article = one(tree, "//article")
    assert text_of(one(article, "./h1")) == "Ma note"
    assert [text_of(each) for each in article.xpath(".//h2")] == [
        "Le Porche & compagnie",
        "Sources",
        "Passages qui ne sont plus dans la base",
    ]
    assert [text_of(each) for each in article.xpath(".//blockquote/p")] == [
        "«\u00a0Un accueil de nuit.",
        "• Dix logements",
        "• Un jardin\u00a0»",
    ]
    assert [text_of(each) for each in article.xpath(".//li")] == [
        "Recueil d’essai (2021), recueil.pdf, p.\u00a02 (page 3 du fichier)",
        GONE,
    ]
    assert article.xpath("./p/text()")[1:] == ["Un.", "Deux."]
    back = urlsplit(one(tree, "//a[@data-back]").get("href"))
    assert parse_qs(back.query)["passage"] == [FIRST.id, GONE]


def test_note_without_a_passage_says_what_to_do(page: Fetch) -> None:
    assert "gardez-en depuis une recherche" in text_of(one(page("/panier/note", 400), "//main"))
    tree = page(address(GONE, path="/panier/note"), 404)
    assert "refaites une recherche" in text_of(one(tree, "//main"))


def test_every_page_says_what_the_basket_s_scripts_have_to_say(page: Fetch) -> None:
    tree = page("/a-propos")
    words = one(tree, "//p[@id='panier-dit']").get("data-words")
    assert '"kept": "Passage gard' in words
    assert one(tree, "//script[contains(@src, 'basket')]").get("type") == "module"
