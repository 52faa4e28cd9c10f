"""Signs in to the site as a browser does."""

from __future__ import annotations

from pathlib import Path

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.office.accounts import Accounts
from kb.office.database import Database
from tests.web.reading import one, parsed

NAME, PASSWORD = "ada", "une phrase facile à retenir"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def accounts_of(home: Path) -> Accounts:
    """The accounts of a base, whose passwords cost little to check."""
    return Accounts(Database(home / "office" / "office.sqlite"), CHEAP)


def form_token(answer: TestResponse) -> str:
    """What the first form of a page proves its origin with."""
    tree = parsed(answer.get_data(as_text=True))
    return str(tree.xpath("//input[@name='csrf_token']/@value")[0])


def send_sign_in(
    client: FlaskClient, password: str = PASSWORD, target: str = "", **options: object
) -> TestResponse:
    """Fill the form in and send it."""
    token = form_token(client.get("/connexion", **options))  # type: ignore[arg-type]
    data = {"csrf_token": token, "nom": NAME, "mot_de_passe": password, "suite": target}
    return client.post("/connexion", data=data, **options)  # type: ignore[arg-type]


def signed_in(client: FlaskClient, home: Path) -> FlaskClient:
    """The same client once the administrator, made where there is none, is signed in."""
    accounts = accounts_of(home)
    if accounts.administrator() is None:
        accounts.create(NAME, PASSWORD)
    assert send_sign_in(client).status_code == 303
    return client


def post(client: FlaskClient, path: str, **data: object) -> TestResponse:
    """Send a form of the administration, its token included."""
    token = form_token(client.get("/admin"))
    return client.post(path, data={"csrf_token": token, **data})


def message_of(answer: TestResponse) -> str:
    """What a page says went wrong."""
    tree = parsed(answer.get_data(as_text=True))
    return str(one(tree, "//*[@role='alert']").text_content())
