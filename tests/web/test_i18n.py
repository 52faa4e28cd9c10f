"""Languages: French unless asked, sentences well spaced, numbers and dates as each writes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext, ngettext
from lxml.html import HtmlElement

from tests.web.reading import one, parsed, text_of
from web.i18n import in_french, long_date, number, percent, plural

Page = Callable[..., HtmlElement]
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


def language_of(client: FlaskClient, **headers: str) -> str | None:
    answer = client.get("/a-propos", headers=headers)
    lang: str | None = parsed(answer.get_data(as_text=True)).get("lang")
    assert answer.headers["Content-Language"] == lang
    return lang


def test_pages_are_french_whatever_the_browser_prefers(client: FlaskClient) -> None:
    assert language_of(client, **ENGLISH) == "fr"


def test_language_is_chosen_by_a_link_and_kept(client: FlaskClient, page: Page) -> None:
    link = one(page("/projets?departement=62"), "//a[@hreflang]")
    assert (text_of(link), link.get("lang")) == ("English", "en")
    answer = client.get(link.get("href"))
    assert (answer.status_code, answer.location) == (302, "/projets?departement=62")
    assert language_of(client) == "en"
    assert one(page("/a-propos"), "//a[@hreflang]").get("hreflang") == "fr"


def test_choice_is_a_cookie_that_scripts_and_other_sites_do_not_get(client: FlaskClient) -> None:
    cookie = client.get("/langue/en").headers["Set-Cookie"]
    assert cookie.startswith("langue=en; ")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    secured = client.get("/langue/en", base_url="https://localhost")
    assert "Secure" in secured.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "target", ["https://ailleurs.exemple/", "//ailleurs.exemple", "/\\ailleurs.exemple", "projets"]
)
def test_choice_of_language_never_leads_elsewhere(client: FlaskClient, target: str) -> None:
    answer = client.get("/langue/en", query_string={"retour": target})
    assert answer.location == "/"


@pytest.mark.parametrize("cookie", ["de", "../../etc", ""])
def test_unknown_language_is_not_spoken(client: FlaskClient, cookie: str) -> None:
    client.set_cookie("langue", cookie)
    assert language_of(client) == "fr"
    assert client.get("/langue/de").status_code == 404


def test_setting_speaks_another_language_or_follows_the_browser(
    make_app: Callable[..., Flask],
) -> None:
    assert language_of(make_app(language="en").test_client()) == "en"
    follows = make_app(language="auto").test_client()
    assert language_of(follows, **ENGLISH) == "en"
    assert language_of(follows, **{"Accept-Language": "de"}) == "fr"
    assert language_of(follows) == "fr"
    follows.get("/langue/fr")
    assert language_of(follows, **ENGLISH) == "fr"


def test_french_sentences_get_their_no_break_spaces(app: Flask) -> None:
    with app.test_request_context():
        assert gettext("Cherché : « %(words)s » ?", words="a : b") == (
            "Cherché\u00a0: «\u00a0a : b\u00a0»\u202f?"
        )


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0\u00a0projet"),
        (1, "1\u00a0projet"),
        (2, "2\u00a0projets"),
        (1500, "1500\u00a0projets"),
    ],
)
def test_french_plural_begins_at_two(app: Flask, count: int, words: str) -> None:
    with app.test_request_context():
        assert ngettext("%(count)s projet", "%(count)s projets", count, count=count) == words


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1\u00a0projet"), (1500, "1\u202f500\u00a0projets")]
)
def test_counted_noun(app: Flask, count: int, words: str) -> None:
    with app.test_request_context():
        assert plural(count, "projet", "projets") == words
        assert plural(2, "autre valeur", "autres valeurs") == "2\u00a0autres valeurs"


def test_numbers_and_dates_follow_the_language(app: Flask) -> None:
    first = datetime(2024, 8, 1, tzinfo=UTC)
    with app.test_request_context():
        assert number(1234567) == "1\u202f234\u202f567"
        assert long_date(first) == "1er\u00a0août\u00a02024"
        assert long_date("2024-12-31T23:00:00+00:00") == "31\u00a0décembre\u00a02024"
        with force_locale("en"):
            assert number(1234567) == "1,234,567"
            assert long_date(first) == "1\u00a0August\u00a02024"


def test_percentages_follow_the_language(app: Flask) -> None:
    with app.test_request_context():
        assert percent(1.25) == "125\u00a0%"
        with force_locale("en"):
            assert percent(1.25) == "125%"


def test_words_of_brochures_are_marked_on_pages_of_another_language(app: Flask) -> None:
    with app.test_request_context():
        assert in_french("Toit & <b>") == "Toit &amp; &lt;b&gt;"
        with force_locale("en"):
            assert in_french("Toit & <b>") == '<span lang="fr">Toit &amp; &lt;b&gt;</span>'
            assert in_french("") == ""


def test_numbers_are_written_outside_a_request_too() -> None:
    assert number(1234) == "1\u202f234"
