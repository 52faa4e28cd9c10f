"""No answer gives an e-mail address or a telephone number of a brochure to the public."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kb.config import Settings
from kb.shelf import LIGHT
from kb.wiring import temporary_library
from tests.web.everywhere import everywhere, reading
from tests.web.signing import CHEAP, post, signed_in
from web.app import create_app

_WAYS = (
    "06 55 44 33 {0:02}",
    "06.55.44.33.{0:02}",
    "+33 (0)6 55 44 33 {0:02}",
    "06554433{0:02}",
    "(0)6 55 44 33 {0:02}",
)
_BY_THE_CLOCK = re.compile(
    r'"took_ms":[\d.]+|_(?:sum|created)(?:\{[^}]*\})? \S+|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT'
    r"|process_\w+ \S+|(?<=X-Request-ID: )[0-9a-f]{16}\b"
)
"""Times, memory and the name of a request: other figures each time, by chance those of a number."""


@dataclass
class Contacts:
    """Gives each field an address and a number of its own."""

    fields: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> str:
        number = len(self.fields) + 10
        self.fields.append(name)
        way = _WAYS[number % len(_WAYS)].format(number)
        return f"Maison {name} quidam{number}@prive{number}.fr ou {way} Habitat"


def plain(answer: TestResponse) -> str:
    """All that an answer says: headers, text, the inside of a Word file."""
    data = answer.get_data()
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            data = b"\n".join(archive.read(name) for name in archive.namelist())
    return _BY_THE_CLOCK.sub("", unquote(f"{answer.headers}\n{data.decode('utf-8', 'replace')}"))


def leaks(text: str) -> set[str]:
    """The addresses and numbers in a text, however they are written."""
    figures = re.sub(r"<[^>]*>|\D", "", text)
    return {*re.findall(r"quidam\d+|prive\d\d", text), *re.findall(r"65544\d{4}", figures)}


def test_every_way_of_writing_a_number_is_known_for_a_leak() -> None:
    for way in _WAYS:
        assert leaks(f"appelez le {way.format(17)}, merci") == {"655443317"}
    assert leaks("<b>06 55</b>&nbsp;44-33/17") == {"655443317"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Contacts, Path]]:
    home = tmp_path_factory.mktemp("base")
    said = Contacts()
    settings = Settings(home=home, embedding_model=LIGHT, admin_token="jeton")
    with temporary_library(settings, [reading(said)]) as library:
        yield create_app(library, settings), said, home


@pytest.fixture
def app(site: tuple[Flask, Contacts, Path]) -> Flask:
    return site[0]


def test_nothing_leaks_in_any_answer(app: Flask) -> None:
    found = {}
    for visit in everywhere(app, app.test_client()):
        if leaked := leaks(plain(visit.answer)):
            found[visit.path] = leaked
    assert found == {}


def test_programs_with_a_token_are_shown_no_more(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer jeton"
    assert [one.path for one in everywhere(app, client) if leaks(plain(one.answer))] == []


def test_who_is_signed_in_is_shown_every_contact(
    site: tuple[Flask, Contacts, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, said, home = site
    monkeypatch.setattr("kb.office.accounts.PasswordHasher", lambda: CHEAP)
    client = signed_in(app.test_client(), home)
    shown = {number for one in everywhere(app, client) for number in leaks(plain(one.answer))}
    numbers = range(10, 10 + len(said.fields))
    assert {f"quidam{number}" for number in numbers} <= shown
    assert {f"65544 33{number}".replace(" ", "") for number in numbers} <= shown

    post(client, "/deconnexion")
    assert [one.path for one in everywhere(app, client) if leaks(plain(one.answer))] == []


def test_between_two_signed_in_requests_a_visitor_sees_nothing(
    site: tuple[Flask, Contacts, Path],
) -> None:
    app, _, home = site
    signed, visitor = signed_in(app.test_client(), home), app.test_client()
    for path in ("/projets/cahier/projet", "/api/projects/cahier/projet", "/?q=logement"):
        assert leaks(plain(signed.get(path))) != set()
        assert leaks(plain(visitor.get(path))) == set()
        assert leaks(plain(signed.get(path, headers={"Host": "[mauvais"}))) == set()


@pytest.mark.parametrize(
    "question", ['"06 55"', '"44 33"', "quidam10 logement", '"06554433" logement', "prive11 ville"]
)
def test_no_search_tells_whether_a_number_is_there(app: Flask, question: str) -> None:
    """Else who tries digits two by two finds a whole number in a few hundred searches."""
    client = app.test_client()
    with_it = client.get("/api/search", query_string={"q": question, "correct": "0"}).get_json()
    marked = [term for hit in with_it.get("hits", ()) for term in hit["why"]["matched_terms"]]
    assert not {"06", "55", "44", "33", "quidam10", "prive11"} & set(marked)
    if question.startswith('"'):
        assert with_it["hits"] == []


def test_marks_and_sentences_stay_within_what_is_shown(app: Flask) -> None:
    answer = app.test_client().get("/api/search?q=logement+accompagnement").get_json()
    assert len(answer["hits"]) == 2
    for hit in answer["hits"]:
        text, best = hit["passage"]["text"], hit["best_sentence"]
        assert "[adresse masquée] ou [numéro masqué]" in text
        assert 0 <= best["start"] < best["end"] <= len(text)
        marked = re.findall("<mark>(.*?)</mark>", hit["passage"]["html"])
        assert {one.lower() for one in marked} == {w.lower() for w in hit["why"]["matched_terms"]}
        bare = hit["passage"]["html"].replace("<mark>", "").replace("</mark>", "")
        assert bare == text
