"""Pages in English: every word of the site translated, every word of a brochure marked French."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from tests.web.reading import one, parsed, text_of
from tests.web.sample import FIRST, HOSTILE, MEMO, ORCHARD, PORCH
from tests.web.signing import signed_in
from web.french import spaced

PATHS = (
    "/",
    "/?q=porche",
    "/?q=rien",
    "/?q=sigle",
    "/?q=faute&mode=lexical&expand=0",
    "/?q=ailleurs&departement=62",
    "/?q=trop",
    "/?q=voisin",
    "/?limit=zéro",
    "/projets",
    f"/projets/{PORCH.id}",
    f"/projets/{ORCHARD.id}",
    "/projets/inconnu/projet",
    f"/comparer?projet={PORCH.id}&projet={ORCHARD.id}",
    "/parcourir",
    f"/passages/{FIRST.id}",
    "/brochures",
    "/a-propos",
    "/panier",
    f"/panier?passage={FIRST.id}&passage=perdu",
    f"/panier/note?passage={FIRST.id}&passage={HOSTILE.id}",
    "/perdu",
    "/admin",
    "/admin/brochures/recueil",
    "/admin/brochures/recueil/remplacer",
    "/admin/brochures/recueil/retirer",
)
CATALOGUE = Path(__file__).parents[2] / "web/translations/en/LC_MESSAGES/messages.po"
OF_BROCHURES = (
    *(PORCH.title, ORCHARD.title, MEMO.title, PORCH.subtitle, PORCH.public),
    *("Un accueil de nuit", "Dix logements", "verger", "Accompagner", "La page 5 n’a pas"),
)
"""Words of the brochures and of what reading them told."""
SAID = ("alt", "aria-label", "placeholder", "title")


@pytest.fixture
def english(client: FlaskClient, home: Path) -> FlaskClient:
    """A browser whose administrator reads English."""
    signed_in(client, home)
    client.get("/langue/en")
    return client


def read(client: FlaskClient, path: str) -> HtmlElement:
    return parsed(client.get(path).get_data(as_text=True))


def texts(element: HtmlElement, lang: str = "en") -> Iterator[tuple[str, str]]:
    """Every text of a page with the language that it is marked with."""
    lang = element.get("lang", lang)
    if isinstance(element.tag, str) and element.tag not in ("title", "style", "script"):
        yield from ((lang, element.get(name)) for name in SAID if element.get(name))
        yield lang, element.text or ""
        for child in element:
            yield from texts(child, lang)
    for child in element:
        yield lang, child.tail or ""


@pytest.fixture(scope="module")
def french_only() -> frozenset[str]:
    """What the site says in French, where English says something else."""
    held = read_po(io.BytesIO(CATALOGUE.read_bytes()))
    translated = {message.string for message in held if isinstance(message.string, str)}
    plain = {m.id for m in held if isinstance(m.id, str) and len(m.id) > 2 and "%(" not in m.id}
    return frozenset(map(spaced, plain - translated))


@pytest.mark.parametrize("path", PATHS)
def test_pages_speak_english_and_mark_what_is_french(
    english: FlaskClient, french_only: frozenset[str], path: str
) -> None:
    answer = english.get(path)
    tree = parsed(answer.get_data(as_text=True))
    assert (tree.get("lang"), answer.headers["Content-Language"]) == ("en", "en")
    in_english = [text for lang, text in texts(tree) if lang == "en"]
    assert [text for text in in_english if text.strip() in french_only] == []
    assert [text for text in in_english if any(words in text for words in OF_BROCHURES)] == []


def test_passages_stay_french_and_word_for_word(english: FlaskClient) -> None:
    quoted = one(read(english, f"/passages/{FIRST.id}"), "//figure/blockquote")
    assert quoted.get("lang") == "fr"
    assert text_of(quoted) == "Un accueil de nuit.• Dix logements• Un jardin"


def test_search_answers_in_english(english: FlaskClient) -> None:
    tree = read(english, "/?q=porche")
    assert text_of(one(tree, "//h2[@id='bilan']")) == "3 passages for “porche”"
    assert text_of(one(tree, "//form[@id='recherche']//button")) == "Search"


def test_reasons_of_a_widened_search_are_english(english: FlaskClient) -> None:
    line = one(read(english, "/?q=sigle"), "//div[@class='line widening']/details")
    assert [text_of(each) for each in line.xpath("p")] == [
        "acronym: FJT\u00a0→ foyer de jeunes travailleurs",
        "similar meaning in the brochures: toit\u00a0→ logement (0,62), abri (0,50); "
        "jeunes\u00a0→ apprentis (0,50)",
    ]


def test_refusals_of_the_site_are_english(english: FlaskClient) -> None:
    tree = read(english, "/?departemnt=59")
    assert text_of(one(tree, "//h1")) == "Bad request"
    lead = text_of(one(tree, "//p[@class='lead']"))
    assert lead.startswith("The parameter “departemnt” does not exist here: correct it")
    assert not one(tree, "//p[@class='lead']").xpath(".//*[@lang]")


def test_refusals_that_only_the_core_words_stay_french_and_marked(english: FlaskClient) -> None:
    said = one(read(english, "/?q=trop"), "//h2[@id='bilan']/span")
    assert said.get("lang") == "fr"
    assert said.text == "La recherche est trop longue\u00a0: raccourcissez-la."


def test_programs_get_plain_spaces_in_the_language_of_the_request(client: FlaskClient) -> None:
    french = client.get("/api/search?q=a&mode=x").get_json(force=True)
    assert french["detail"] == (
        "Le mode « x » n’existe pas : choisissez parmi hybrid, lexical, semantic."
    )
    client.get("/langue/en")
    english = client.get("/api/search?q=a&mode=x").get_json(force=True)
    assert (english["title"], english["detail"]) == (
        "Bad request",
        "The mode “x” does not exist: choose among hybrid, lexical, semantic.",
    )
