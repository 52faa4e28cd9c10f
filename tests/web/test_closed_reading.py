"""A base that only its administrator, and programs with the token, may read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web.reading import one, parsed, text_of
from tests.web.signing import NAME, PASSWORD, accounts_of, signed_in

RIGHT = {"Authorization": "Bearer jeton-très-secret".encode().decode("latin-1")}
PAGES = ("/projets", "/projets/recueil/le-porche", "/brochures", "/a-propos", "/nulle-part")
ANSWERS = ("/api/search?q=a", "/api/projects", "/api/brochures", "/api/openapi.json", "/metrics")


@pytest.fixture
def closed(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(reading_open=False).test_client()


@pytest.mark.parametrize("path", PAGES)
def test_pages_lead_to_signing_in(closed: FlaskClient, path: str) -> None:
    answer = closed.get(path)
    assert (answer.status_code, answer.location) == (303, f"/connexion?suite={path}")


def test_signing_in_says_what_it_opens(
    closed: FlaskClient, client: FlaskClient, home: Path
) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    leads = [
        text_of(one(parsed(site.get("/connexion").text), "//p[@class='lead']"))
        for site in (closed, client)
    ]
    assert leads == [
        "La lecture est réservée\u00a0: connectez-vous pour chercher dans les brochures "
        "et les lire.",
        "Pour ajouter, remplacer ou retirer des brochures.",
    ]


def test_a_question_is_kept_while_one_signs_in(closed: FlaskClient) -> None:
    assert closed.get("/?q=logement+femmes").location == (
        "/connexion?suite=/?q%3Dlogement%2Bfemmes"
    )


@pytest.mark.parametrize("path", ANSWERS)
def test_programs_are_refused_with_a_challenge(closed: FlaskClient, path: str) -> None:
    answer = closed.get(path)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Passages"'
    problem = answer.get_json(force=True)
    assert problem["title"] == "Identification requise"
    assert problem["detail"].startswith("La lecture est réservée : connectez-vous")


@pytest.mark.parametrize("path", ANSWERS)
def test_the_token_opens_what_programs_read(closed: FlaskClient, path: str) -> None:
    assert closed.get(path, headers=RIGHT).status_code == 200
    assert closed.get(path, headers={"Authorization": "Bearer faux"}).status_code == 401


def test_without_a_token_in_the_settings_none_is_right(make_app: Callable[..., Flask]) -> None:
    client = make_app(reading_open=False, admin_token="").test_client()
    for given in ("Bearer", "Bearer ", "Bearer x"):
        assert client.get("/api/projects", headers={"Authorization": given}).status_code == 401


@pytest.mark.parametrize(
    "path", ["/connexion", "/static/passages.css", "/healthz", "/readyz", "/static/icon.svg"]
)
def test_signing_in_looks_and_health_stay_open(closed: FlaskClient, path: str) -> None:
    assert closed.get(path).status_code == 200


@pytest.mark.parametrize("path", [*PAGES[:-1], *ANSWERS])
def test_the_administrator_reads_everything(closed: FlaskClient, home: Path, path: str) -> None:
    signed_in(closed, home)
    assert closed.get(path).status_code == 200


def test_uploading_still_asks_for_the_token(closed: FlaskClient, home: Path) -> None:
    signed_in(closed, home)
    assert closed.post("/api/brochures").status_code == 401
    assert closed.delete("/api/brochures/recueil").status_code == 401


def test_reading_is_open_unless_told(client: FlaskClient) -> None:
    assert client.get("/a-propos").status_code == 200
