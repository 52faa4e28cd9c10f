"""Signing in and out: what it opens, what it costs to try, what the browser keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.config import Settings
from kb.office.accounts import IDLE_S, Accounts
from kb.office.database import Database
from kb.wiring import open_office
from tests.web.reading import one, parsed, text_of
from tests.web.signing import (
    CHEAP,
    NAME,
    PASSWORD,
    accounts_of,
    form_token,
    message_of,
    post,
    send_sign_in,
    signed_in,
)
from web.app import create_app
from web.attempts import MOST

CLOSED_TO_VISITORS = [
    ("GET", "/admin"),
    ("GET", "/admin/travaux"),
    ("GET", "/admin/brochures/recueil"),
    ("GET", "/admin/brochures/recueil/remplacer"),
    ("GET", "/admin/brochures/recueil/retirer"),
    ("POST", "/admin/brochures"),
    ("POST", "/admin/brochures/recueil/remplacer"),
    ("POST", "/admin/brochures/recueil/retirer"),
    ("POST", "/admin/brochures/recueil/relire"),
    ("POST", "/admin/relire"),
    ("POST", "/admin/travaux/1/relancer"),
    ("POST", "/admin/travaux/effacer"),
    ("GET", "/admin/jetons"),
    ("POST", "/admin/jetons/1/revoquer"),
    ("GET", "/admin/journal"),
]


def test_every_page_of_the_administration_is_tried_here(make_app: Callable[..., Flask]) -> None:
    rules = {
        (method, rule.rule.replace("<brochure_id>", "recueil").replace("<int:number>", "1"))
        for rule in make_app().url_map.iter_rules()
        if rule.endpoint.startswith("admin.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rules == set(CLOSED_TO_VISITORS)


@pytest.mark.parametrize(("method", "path"), CLOSED_TO_VISITORS)
def test_visitors_are_sent_to_sign_in_and_change_nothing(
    client: FlaskClient, library: Any, method: str, path: str
) -> None:
    answer = client.open(path, method=method)
    target = path if method == "GET" else "/admin"
    assert (answer.status_code, answer.location) == (303, f"/connexion?suite={target}")
    assert (library.ingested, library.removed) == ([], [])


@pytest.mark.parametrize(("method", "path"), CLOSED_TO_VISITORS)
def test_the_token_of_programs_does_not_open_the_pages(
    client: FlaskClient, method: str, path: str
) -> None:
    right = {"Authorization": "Bearer jeton-très-secret".encode().decode("latin-1")}
    assert client.open(path, method=method, headers=right).status_code == 303


def test_scripts_of_visitors_are_told_in_their_own_way(client: FlaskClient) -> None:
    answer = client.get("/admin/travaux", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_without_an_account_the_page_says_how_to_make_one(client: FlaskClient) -> None:
    tree = parsed(client.get("/connexion").get_data(as_text=True))
    assert "kb admin create" in text_of(one(tree, "//main"))
    assert tree.xpath("//input[@type='password']") == []
    assert client.post("/connexion").status_code == 400


def test_signing_in_leads_where_one_wanted_to_go(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    asked = client.get("/admin/brochures/recueil?x=1")
    assert asked.location == "/connexion?suite=/admin/brochures/recueil?x%3D1"
    tree = parsed(client.get(asked.location).get_data(as_text=True))
    target = one(tree, "//input[@name='suite']").get("value")

    answer = send_sign_in(client, target=target)

    assert (answer.status_code, answer.location) == (303, "/admin/brochures/recueil?x=1")
    page = client.get("/admin")
    assert page.status_code == 200
    assert client.get("/connexion?suite=/projets").location == "/projets"


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.exemple/",
        "//ailleurs.exemple/",
        "/\\ailleurs.exemple/",
        "\\\\ailleurs.exemple/",
        "/\t/ailleurs.exemple/",
        "javascript:alert(1)",
        "http:/admin",
        "http://[::1",
        "admin",
        "",
    ],
)
def test_signing_in_never_leads_elsewhere(client: FlaskClient, home: Path, target: str) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    assert send_sign_in(client, target=target).location == "/admin"


def test_a_wrong_password_says_so_and_opens_nothing(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    answer = send_sign_in(client, "une autre phrase")
    assert answer.status_code == 403
    assert message_of(answer) == (
        "Nom ou mot de passe inconnu\u00a0: vérifiez-les, majuscules comprises."
    )
    tree = parsed(answer.get_data(as_text=True))
    assert one(tree, "//input[@name='nom']").get("value") == NAME
    assert one(tree, "//input[@type='password']").get("value") is None
    assert client.get("/admin").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    cookie = send_sign_in(client).headers["Set-Cookie"]
    assert cookie.startswith("passages=")
    attributes = {part.strip() for part in cookie.split(";")[1:]}
    assert attributes == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_over_https_the_cookie_never_travels_in_the_clear(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    cookie = send_sign_in(client, base_url="https://localhost").headers["Set-Cookie"]
    assert "Secure" in {part.strip() for part in cookie.split(";")}


def test_nothing_of_before_is_worth_anything_after_signing_in(
    client: FlaskClient, home: Path
) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    before = form_token(client.get("/connexion"))
    client.post("/connexion", data={"csrf_token": before, "nom": NAME, "mot_de_passe": PASSWORD})
    assert client.get("/admin").status_code == 200
    assert client.post("/admin/relire", data={"csrf_token": before}).status_code == 400


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient, home: Path) -> None:
    signed_in(client, home)
    cookie = client.get_cookie("passages")
    assert cookie is not None

    answer = post(client, "/deconnexion")
    assert (answer.status_code, answer.location) == (303, "/connexion")
    assert client.get("/admin").status_code == 303

    client.set_cookie("passages", cookie.value)  # someone kept a copy
    assert client.get("/admin").status_code == 303


def test_another_password_ends_the_session(client: FlaskClient, home: Path) -> None:
    signed_in(client, home)
    accounts_of(home).change_password("une tout autre phrase")
    assert client.get("/admin").status_code == 303


def test_a_session_that_is_too_old_leads_to_signing_in(library: Any, home: Path) -> None:
    settings = Settings(home=home)
    now = [1_000_000.0]
    accounts = Accounts(Database(home / "office" / "office.sqlite"), CHEAP, lambda: now[0])
    office = replace(open_office(settings, library), accounts=accounts)
    client = signed_in(create_app(library, settings, office).test_client(), home)
    token = form_token(client.get("/admin"))

    now[0] += IDLE_S + 1

    assert client.get("/admin/brochures/recueil").location == (
        "/connexion?suite=/admin/brochures/recueil"
    )
    answer = client.post("/admin/relire", data={"csrf_token": token})
    assert (answer.status_code, answer.location) == (303, "/connexion?suite=/admin")
    script = client.get("/admin/travaux", headers={"Accept": "application/json"})
    assert script.status_code == 401


def test_a_cookie_that_was_made_up_opens_nothing(client: FlaskClient, home: Path) -> None:
    signed_in(client, home)
    for value in ("", "n’importe quoi", "eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbb"):
        client.set_cookie("passages", value)
        assert client.get("/admin").status_code == 303


@pytest.mark.parametrize(
    "path",
    ["/deconnexion", *(path for method, path in CLOSED_TO_VISITORS if method == "POST")],
)
@pytest.mark.parametrize("token", [None, "", "faux"])
def test_a_form_of_another_site_changes_nothing(
    client: FlaskClient, library: Any, home: Path, path: str, token: str | None
) -> None:
    signed_in(client, home)
    answer = client.post(path, data={} if token is None else {"csrf_token": token})
    assert answer.status_code == 400
    page = parsed(answer.get_data(as_text=True))
    assert "Ce formulaire a expiré\u00a0: rechargez la page" in text_of(one(page, "//main"))
    assert client.get("/admin").status_code == 200
    work = client.get("/admin/travaux", headers={"Accept": "application/json"})
    assert work.get_json()["active"] == 0


def test_a_sign_in_form_of_another_site_is_refused(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    answer = client.post("/connexion", data={"nom": NAME, "mot_de_passe": PASSWORD})
    assert answer.status_code == 400


def test_too_many_attempts_must_wait(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    for _ in range(MOST):
        assert send_sign_in(client, "faux").status_code == 403

    answer = send_sign_in(client)

    assert answer.status_code == 429
    assert message_of(answer) == ("Trop d’essais\u00a0: attendez 15 minutes, puis réessayez.")
    assert 0 < int(answer.headers["Retry-After"]) <= 15 * 60
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert send_sign_in(client, environ_overrides=elsewhere).status_code == 303


def test_signing_in_forgets_the_attempts(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    for _ in range(2):
        for _ in range(MOST - 1):
            assert send_sign_in(client, "faux").status_code == 403
        assert send_sign_in(client).status_code == 303
        post(client, "/deconnexion")


def test_a_name_without_end_is_not_read(client: FlaskClient, home: Path) -> None:
    accounts_of(home).create(NAME, PASSWORD)
    answer = client.post("/connexion", data={"nom": "x" * 100_000})
    assert answer.status_code == 413


def test_readers_get_no_cookie(client: FlaskClient) -> None:
    for path in ("/projets", "/brochures", "/a-propos", "/api/projects", "/healthz"):
        assert "Set-Cookie" not in client.get(path).headers


def test_the_navigation_knows_who_is_signed_in(client: FlaskClient, home: Path) -> None:
    def entries() -> list[str]:
        tree = parsed(client.get("/a-propos").get_data(as_text=True))
        return [text_of(each).strip() for each in tree.xpath("//nav//li")]

    assert "Connexion" in entries()
    signed_in(client, home)
    assert entries()[-2:] == ["Administration", "Se déconnecter"]
    assert "Connexion" not in entries()
