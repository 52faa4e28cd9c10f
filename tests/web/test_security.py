"""What every answer carries, and which host names are served."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.security import trusted_hosts

EVERYWHERE = ("/", "/?q=a", "/nulle-part", "/api/search", "/metrics", "/static/passages.css")


@pytest.mark.parametrize("path", EVERYWHERE)
def test_headers_are_on_every_answer(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", EVERYWHERE[:-1])
def test_answers_are_not_kept_by_others(client: FlaskClient, path: str) -> None:
    assert client.get(path).headers["Cache-Control"] == "no-store"


def test_style_sheet_names_nothing_outside(client: FlaskClient) -> None:
    style = client.get("/static/passages.css").get_data(as_text=True)
    assert [word for word in ("http", "url(", "@import", "//") if word in style] == []


@pytest.mark.parametrize(
    ("host", "allowed", "expected"),
    [
        ("127.0.0.1", (), ("localhost", "127.0.0.1", "::1")),
        ("localhost", (), ("localhost", "127.0.0.1", "::1")),
        ("::1", (), ("localhost", "127.0.0.1", "::1")),
        ("0.0.0.0", (), ()),
        ("passages.exemple.fr", (), ()),
        ("127.0.0.1", ("passages.exemple.fr",), ("passages.exemple.fr",)),
    ],
)
def test_trusted_hosts(host: str, allowed: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert trusted_hosts(host, allowed) == expected


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("127.0.0.1:8000", 200),
        ("[::1]:8000", 200),
        ("[::1]", 200),
        ("LOCALHOST", 200),
        ("[::2]:8000", 400),
        ("127.0.0.1:8000:81", 400),
        ("a b", 400),
        ("attaquant.exemple", 400),
        ("localhost.attaquant.exemple", 400),
    ],
)
def test_local_server_answers_to_its_own_names(client: FlaskClient, host: str, status: int) -> None:
    assert client.get("/a-propos", headers={"Host": host}).status_code == status


def test_refused_host_gives_a_page_or_a_problem(client: FlaskClient) -> None:
    headers = {"Host": "attaquant.exemple"}
    page = client.get("/", headers=headers)
    assert page.mimetype == "text/html"
    assert "Ce nom de machine n’est pas servi ici" in page.get_data(as_text=True)
    assert client.get("/api/projects", headers=headers).mimetype == "application/problem+json"


def test_server_for_others_answers_to_any_name_unless_told(
    make_app: Callable[..., Flask],
) -> None:
    headers = {"Host": "passages.exemple.fr"}
    open_app = make_app(host="0.0.0.0").test_client()
    assert open_app.get("/a-propos", headers=headers).status_code == 200
    named = make_app(host="0.0.0.0", allowed_hosts=("autre.exemple.fr",)).test_client()
    assert named.get("/a-propos", headers=headers).status_code == 400
