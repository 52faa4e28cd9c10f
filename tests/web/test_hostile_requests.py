"""Requests that no browser makes: each has a plain answer, and the server goes on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.deadline import check, within
from kb.errors import Busy, ConfigurationError, KbError, StorageError, TooSlow, UnreadableBrochure
from kb.query import MAX_QUERY_LENGTH
from tests.web.signing import signed_in
from web.problems import shareable
from web.throttle import MOST_VALUES

RIGHT = {"Authorization": "Bearer jeton-très-secret".encode().decode("latin-1")}
ABSURD = (
    "/%00", "/api/projects/%00", "/api/passages/a%00b", "/projets/%ff%fe", "/%c3%28",
    "/api/search?q=%ff", "/api/search?q=%00", "/?q=%ed%a0%80", "/api/suggest?q=%00%ff",
    "/api/projects/" + "a/" * 2000, "/passages/" + "../" * 50 + "etc/passwd", "/static/../app.py",
    "/static/..%2f..%2fapp.py", "/static/%2e%2e/app.py", "//ailleurs.exemple/", "/projets//",
    "/source/recueil/pages/999999999999999999999.webp", "/source/recueil/pages/-1.webp",
    f"/source/recueil/pages/{'9' * 5000}.webp",
    "/source/recueil/pages/1.webp?zoom=1e9", "/api/search?q=a&limit=1e3", "/api/search?q=a&limit=٣",
    "/api/search?q=a&offset=" + "9" * 5000, "/api/search?q=a&q=b", "/api/search?q[]=a",
    "/api/search?q=a&mode=%00", "/projets?page=0", "/comparer?projet=" + "a" * 5000,
    "/panier?passage=%00", "/panier?up=x&down=y", "/connexion?suite=//ailleurs.exemple",
    "/langue/xx?retour=//ailleurs.exemple", "/admin/../admin", "/?q=a#%00", "/*", "/;a=b",
)  # fmt: skip
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "XYZ")


@pytest.mark.parametrize("path", ABSURD)
def test_no_address_breaks_the_server(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code < 500
    assert "Traceback" not in answer.get_data(as_text=True)
    location = answer.headers.get("Location", "/")
    assert location.startswith("/") and not location.startswith(("//", "/\\"))


@pytest.mark.parametrize("method", METHODS)
def test_no_method_breaks_any_route(make_app: Callable[..., Flask], method: str) -> None:
    app = make_app()
    client = app.test_client()
    allowed: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        allowed.setdefault(re.sub(r"<[^>]*>", "1", rule.rule), set()).update(rule.methods or ())
    for path, methods in allowed.items():
        answer = client.open(path, method=method)
        assert answer.status_code < 500, (method, path)
        if method == "HEAD":
            assert answer.get_data() == b""
        elif method not in methods:
            assert answer.status_code in (405, 413), (method, path)
            assert "Allow" in answer.headers


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_what_it_says(client: FlaskClient, library: Any, name: str) -> None:
    headers = {name: "DELETE", **RIGHT}
    assert client.post("/api/brochures/recueil", headers=headers).status_code == 405
    assert client.get("/api/brochures/recueil?_method=DELETE", headers=headers).status_code == 400
    assert library.removed == []


def test_every_change_asks_for_the_token_of_a_form_or_of_a_program(
    make_app: Callable[..., Flask], home: Path, library: Any
) -> None:
    """Walks every route that is not GET, so that a new one can't be forgotten."""
    app = make_app()
    client = signed_in(app.test_client(), home)
    harmless = {"collections.note", "collections.export", "exports.create"}  # they change nothing
    tried = 0
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            if rule.endpoint in harmless:
                continue
            path = rule.rule.replace("<brochure_id>", "recueil").replace("<int:number>", "1")
            # What a page of another site can have a browser send: the cookie, no header.
            answer = client.open(path, method=method, data={"csrf_token": "faux", "x": "y"})
            wanted = {401} if rule.endpoint.startswith("api.") else {400}
            assert answer.status_code in wanted, (method, path, answer.status_code)
            tried += 1
    assert tried >= 12
    assert (library.ingested, library.removed) == ([], [])


@pytest.mark.parametrize(
    "path",
    [
        "/connexion?suite={}",
        "/langues/en?retour={}",
        "/langue/en?retour={}",
        "/panier?up=a&passage={}",
    ],
)
@pytest.mark.parametrize(
    "target",
    ["https://mal.exemple", "//mal.exemple", "/\\mal.exemple", "///mal.exemple", "%09//mal.exemple",
     "/%0d%0aX:y", "javascript:alert(1)", "https:mal.exemple", "/%5cmal.exemple"],
)  # fmt: skip
def test_no_address_leads_elsewhere(
    client: FlaskClient, home: Path, path: str, target: str
) -> None:
    signed_in(client, home)
    answer = client.get(path.format(target))
    location = answer.headers.get("Location", "/")
    assert location.startswith("/") and not location.startswith(("//", "/\\"))
    assert "X" not in answer.headers


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/search?q=" + "a" * (MAX_QUERY_LENGTH + 1), 200),
        ("/api/search?q=a&" + "organisation=x&" * MOST_VALUES, 414),
        ("/api/search?q=" + "a" * 40_000, 414),
        ("/projets?departement=" + "x" * 40_000, 414),
    ],
)
def test_addresses_are_bounded(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("path", ["/connexion", "/panier/note", "/deconnexion", "/langue"])
def test_bodies_are_bounded(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data={"x": "y" * 250_000})
    assert answer.status_code in (400, 404, 405, 413)
    assert client.delete("/api/brochures/recueil", data=b"x" * 70_000).status_code in (401, 413)


@pytest.mark.parametrize(
    "body",
    [
        b'{"format": "md", "passages": ["recueil/le-porche/actions/1"], "title": "\\ud800"}',
        b'{"format": "docx", "passages": ["a"], "title": "\\u0000\\ufffe"}',
        b'{"format": "csv", "passages": ["\\ud800"]}',
        b'{"format": "csv", "passages": ["a"], "introduction": "\\udfff"}',
        b'{"format": "\\ud800", "passages": ["x"]}',
        b"[" * 100_000, b"{" * 10_000, b"\xff\xfe", b"", b"null", b"1e999", b'{"a":' * 5000,
        b'{"format": {}, "passages": 3}',
    ],
)  # fmt: skip
def test_no_body_breaks_the_exports(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/exports", data=body, content_type="application/json")
    assert answer.status_code < 500


@pytest.mark.parametrize(
    "value", ["bytes=0-10", "bytes=5-1", "bytes=a-b", "bytes=0-,1-", "x" * 9000]
)
def test_ranges_are_harmless(client: FlaskClient, value: str) -> None:
    for path in ("/static/passages.css", "/api/openapi.json", "/?q=logement"):
        assert client.get(path, headers={"Range": value}).status_code in (200, 206, 416)


@pytest.mark.parametrize(
    "value",
    [
        "Bearer",
        "Bearer ",
        "bearer é",
        "Bearer \x00",
        "Basic YTpi",
        "Bearer kb_" + "a" * 5000,
        "x" * 9000,
    ],
)
def test_no_authorization_breaks_the_server(client: FlaskClient, value: str) -> None:
    answer = client.post(
        "/api/brochures", headers={"Authorization": value.encode().decode("latin-1")}
    )
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "error",
    [
        StorageError("Le dossier « /home/ada/.kb/office » n’accepte pas l’écriture."),
        ConfigurationError("Le modèle « /srv/modeles/x y » manque."),
        UnreadableBrochure("/srv/base/uploads/a.pdf n’existe pas : vérifiez le chemin."),
        KbError("Même contenu que « /srv/base/uploads/b.pdf », déjà dans la base."),
    ],
)
@pytest.mark.parametrize("path", ["/projets", "/api/projects", "/api/search?q=a"])
def test_no_error_tells_where_files_are(
    client: FlaskClient, library: Any, error: KbError, path: str
) -> None:
    library.failure = error
    said = client.get(path).get_data(as_text=True)
    assert not re.search(r"/(home|srv)/", said)
    for folder in ("/home/ada", "/srv/base", "/srv/modeles"):
        assert folder not in shareable(error)


def test_what_is_shared_of_an_error_still_says_what_to_do() -> None:
    assert shareable(Busy("Un autre programme modifie la base : attendez.")).startswith("Un autre")
    assert shareable(UnreadableBrochure("/a/b/c.pdf n’existe pas.")) == "c.pdf n’existe pas."
    assert (
        shareable(KbError("12/03/2020 et/ou km/h : /projets")) == "12/03/2020 et/ou km/h : /projets"
    )


def test_a_search_that_overruns_gives_its_place_back(
    client: FlaskClient, library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def search(*_: object, **__: object) -> None:
        while True:
            time.sleep(0.001)
            check()

    monkeypatch.setattr("web.api.SEARCH_S", 0.01)
    monkeypatch.setattr(library, "search", search)
    answer = client.get("/api/search?q=a")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(answer.headers["Retry-After"]) > 0
    assert "gardez moins de mots" in answer.get_json(force=True)["detail"]
    assert client.get("/?q=a").status_code == 503


def test_without_a_limit_nothing_is_too_slow() -> None:
    check()
    with within(10):
        check()
    with pytest.raises(TooSlow), within(-1):
        check()
    check()


@pytest.mark.parametrize("path", ["/projets", "/api/projects", "/brochures", "/admin"])
def test_what_is_reserved_is_kept_by_no_one(
    make_app: Callable[..., Flask], home: Path, path: str
) -> None:
    client = signed_in(make_app(reading_open=False).test_client(), home)
    assert client.get(path).headers["Cache-Control"] == "no-store"
