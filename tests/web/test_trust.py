"""Tokens at work on the API, and the pages that list them and who changed what."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.office.database import Database
from kb.office.journal import Action, Actor, ActorKind, Journal
from kb.office.tokens import Scope, Tokens
from kb.results import FileState
from tests.web.reading import one, parsed, text_of
from tests.web.signing import NAME, form_token, signed_in


@pytest.fixture
def database(home: Path) -> Database:
    return Database(home / "office" / "office.sqlite")


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


@pytest.fixture
def journal(database: Database) -> Journal:
    return Journal(database)


@pytest.fixture
def closed(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app(reading_open=False, admin_token="").test_client()


def holding(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def upload(client: FlaskClient, token: str) -> TestResponse:
    data = {"file": (BytesIO(b"du texte"), "a.txt")}
    return client.post("/api/brochures", data=data, headers=holding(token))


def test_a_token_that_reads_opens_what_is_reserved(closed: FlaskClient, tokens: Tokens) -> None:
    token = tokens.create("veille", Scope.READ)
    assert closed.get("/api/projects").status_code == 401
    assert closed.get("/api/projects", headers=holding(token)).status_code == 200
    assert closed.get("/projets", headers=holding(token)).status_code == 200
    assert closed.get("/admin/journal", headers=holding(token)).status_code == 303
    tokens.revoke("veille")
    assert closed.get("/api/projects", headers=holding(token)).status_code == 401


def test_a_token_that_reads_changes_nothing(
    closed: FlaskClient, tokens: Tokens, library: Any
) -> None:
    token = tokens.create("veille", Scope.READ)
    answer = upload(closed, token)
    assert answer.status_code == 403
    assert answer.headers["WWW-Authenticate"].endswith('error="insufficient_scope", scope="write"')
    assert "ne permet que de lire" in answer.get_json(force=True)["detail"]
    assert closed.delete("/api/brochures/recueil", headers=holding(token)).status_code == 403
    assert (library.ingested, library.removed) == ([], [])


def test_a_token_that_writes_takes_in_and_out_and_is_told(
    closed: FlaskClient, tokens: Tokens, journal: Journal
) -> None:
    token = tokens.create("import", Scope.WRITE)
    assert upload(closed, token).status_code == 201
    assert closed.delete("/api/brochures/recueil", headers=holding(token)).status_code == 200
    by = Actor(ActorKind.TOKEN, "import")
    assert [(e.actor, e.action, e.outcome, e.brochure_id) for e in journal.entries()] == [
        (by, Action.REMOVE, FileState.REMOVED, "recueil"),
        (by, Action.ADD, FileState.ADDED, "recueil"),
    ]


def test_the_token_of_the_settings_is_told_by_its_name(
    client: FlaskClient, journal: Journal
) -> None:
    right = "jeton-très-secret".encode().decode("latin-1")
    assert client.delete("/api/brochures/recueil", headers=holding(right)).status_code == 200
    assert str(journal.entries()[0].actor) == "token:KB_ADMIN_TOKEN"


def test_without_any_token_changes_are_closed_and_with_one_they_ask_for_it(
    make_app: Callable[..., Flask], tokens: Tokens
) -> None:
    client = make_app(admin_token="").test_client()
    assert client.delete("/api/brochures/recueil").status_code == 403
    tokens.create("veille", Scope.READ)
    assert client.delete("/api/brochures/recueil").status_code == 401


def test_searches_are_not_told(client: FlaskClient, journal: Journal) -> None:
    client.get("/api/search?q=logement")
    client.get("/?q=logement")
    assert journal.entries() == ()


def test_the_administrator_lists_and_revokes(
    client: FlaskClient, home: Path, tokens: Tokens, journal: Journal
) -> None:
    signed_in(client, home)
    secret = tokens.create("<b>veille</b>", Scope.READ, days=3)
    page = client.get("/admin/jetons").get_data(as_text=True)
    assert secret not in page
    tree = parsed(page)
    assert text_of(one(tree, "//main//li[@class='job']//strong")) == "<b>veille</b>"
    button = one(tree, "//main//li[@class='job']//form")
    data = {"csrf_token": form_token(client.get("/admin/jetons"))}
    answer = client.post(str(button.get("action")), data=data)
    assert (answer.status_code, answer.location) == (303, "/admin/jetons")
    assert "est révoqué" in client.get("/admin/jetons").get_data(as_text=True)
    assert tokens.all() == ()
    assert (journal.entries()[0].action, str(journal.entries()[0].actor)) == (
        Action.TOKEN_REVOKED, f"account:{NAME}",
    )  # fmt: skip
    assert client.post(str(button.get("action")), data=data).status_code == 404


def test_the_journal_is_shown_a_page_at_a_time(
    client: FlaskClient, home: Path, journal: Journal
) -> None:
    signed_in(client, home)
    for number in range(101):
        journal.note(Actor(ActorKind.COMMAND, "ada"), Action.ADD, f"<i>{number}", FileState.ADDED)
    journal.note(Actor(ActorKind.ACCOUNT, "bob"), Action.REMOVE, "ada@exemple.fr", "inconnu")
    tree = parsed(client.get("/admin/journal").get_data(as_text=True))
    lines = [text_of(line) for line in tree.xpath("//ol/li")]
    assert len(lines) == 100
    assert "Retrait ada@exemple.fr" in " ".join(lines[0].split())
    assert "ajoutée" in lines[1] and "<i>100" in lines[1] and "ada (commande" in lines[1]
    second = parsed(client.get("/admin/journal?page=2").get_data(as_text=True))
    assert len(second.xpath("//ol/li")) == 2
    assert client.get("/admin/journal?page=9999").status_code == 400


def test_what_is_done_from_the_pages_is_told_with_the_account(
    make_app: Callable[..., Flask], home: Path, journal: Journal
) -> None:
    app = make_app()
    client = signed_in(app.test_client(), home)
    token = form_token(client.get("/admin"))
    client.post("/admin/brochures/recueil/retirer", data={"csrf_token": token})
    from web.context import office_of

    office_of(app).desk.work_off()
    (entry,) = journal.entries()
    assert (str(entry.actor), entry.action, entry.subject) == (
        f"account:{NAME}", Action.REMOVE, "Recueil d’essai",
    )  # fmt: skip
    assert entry.outcome == "removed"


@pytest.mark.parametrize("number", ["9" * 20, "9" * 900, "0" * 30])
def test_numbers_without_end_are_unknown_ones(client: FlaskClient, home: Path, number: str) -> None:
    signed_in(client, home)
    data = {"csrf_token": form_token(client.get("/admin"))}
    for path in (f"/admin/travaux/{number}/relancer", f"/admin/jetons/{number}/revoquer"):
        assert client.post(path, data=data).status_code == 404


def test_signing_in_again_ends_the_session_before(client: FlaskClient, home: Path) -> None:
    signed_in(client, home)
    before = client.get_cookie("passages")
    assert before is not None
    form = {"csrf_token": form_token(client.get("/admin")), "nom": NAME}
    answer = client.post("/connexion", data=form | {"mot_de_passe": "une phrase facile à retenir"})
    assert answer.status_code == 303
    client.set_cookie("passages", before.value)
    assert client.get("/admin").status_code == 303
