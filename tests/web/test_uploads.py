"""Brochures sent and removed through the network, by whoever holds the token."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.errors import StorageError
from kb.results import FileState
from web import accounts
from web.uploads import safe_name

RIGHT = {"Authorization": "Bearer jeton-très-secret".encode().decode("latin-1")}


def send(
    client: FlaskClient,
    content: bytes = b"texte",
    name: str = "notes.txt",
    headers: dict[str, str] | None = None,
) -> TestResponse:
    return client.post(
        "/api/brochures",
        data={"file": (BytesIO(content), name)},
        headers=RIGHT if headers is None else headers,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir()} if folder.exists() else {}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (FileState.ADDED, 201),
        (FileState.UPDATED, 200),
        (FileState.UNCHANGED, 200),
        (FileState.DUPLICATE, 200),
    ],
)
def test_upload_says_what_became_of_the_file(
    client: FlaskClient, library: Any, state: FileState, status: int
) -> None:
    library.outcome = state
    answer = send(client)
    assert answer.status_code == status
    record = answer.get_json()
    assert (record["state"], record["brochure"]["id"]) == (state.value, "recueil")
    assert library.ingested == [library.folder / "notes.txt"]


@pytest.mark.parametrize("state", [FileState.ADDED, FileState.UPDATED, FileState.UNCHANGED])
def test_what_is_taken_in_stays_in_the_folder_of_uploads(
    client: FlaskClient, library: Any, state: FileState
) -> None:
    library.outcome = state
    send(client, b"premier")
    send(client, b"second")
    assert files(library.folder) == {"notes.txt": b"second"}


def test_refused_file_is_a_problem_and_leaves_no_trace(client: FlaskClient, library: Any) -> None:
    library.outcome = FileState.REFUSED
    answer = send(client, b"")
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.get_json(force=True)["detail"] == "Le fichier est vide : donnez-en un autre."
    assert files(library.folder) == {}


@pytest.mark.parametrize("state", [FileState.REFUSED, FileState.DUPLICATE])
def test_file_that_is_not_taken_in_leaves_the_former_one(
    client: FlaskClient, library: Any, state: FileState
) -> None:
    send(client, b"ancien")
    library.outcome = state
    send(client, b"nouveau")
    assert files(library.folder) == {"notes.txt": b"ancien"}


def test_failure_while_ingesting_leaves_the_former_file(client: FlaskClient, library: Any) -> None:
    send(client, b"ancien")
    library.failure = StorageError("Disque plein : faites de la place.")
    assert send(client, b"nouveau").status_code == 503
    assert files(library.folder) == {"notes.txt": b"ancien"}


def test_upload_is_off_without_a_configured_token(
    make_app: Callable[..., Flask], library: Any
) -> None:
    answer = send(make_app(admin_token="").test_client())
    assert answer.status_code == 403
    assert "définissez KB_ADMIN_TOKEN" in answer.get_json(force=True)["detail"]
    assert library.ingested == []


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Bearer faux", "Basic jeton", "Bearer " + RIGHT["Authorization"]],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_wrong_token_is_refused_with_a_challenge(
    client: FlaskClient, library: Any, header: str, method: str
) -> None:
    path = "/api/brochures" if method == "POST" else "/api/brochures/recueil"
    answer = client.open(path, method=method, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Passages"'
    assert (library.ingested, library.removed) == ([], [])


def test_scheme_of_the_token_has_no_case(client: FlaskClient) -> None:
    headers = {"Authorization": RIGHT["Authorization"].replace("Bearer", "bearer")}
    assert send(client, headers=headers).status_code == 201


@pytest.mark.parametrize(
    "data", [{}, {"file": (BytesIO(b""), "")}, {"autre": (BytesIO(), "a.txt")}]
)
def test_upload_without_a_file_says_which_field(client: FlaskClient, data: dict[str, Any]) -> None:
    answer = client.post("/api/brochures", data=data, headers=RIGHT)
    assert answer.status_code == 400
    assert "dans le champ « file »" in answer.get_json(force=True)["detail"]


def test_file_over_the_limit_is_refused(
    make_app: Callable[..., Flask], library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(accounts._LARGEST, "api.upload", 1000)
    answer = send(make_app().test_client(), b"x" * 1001)
    assert answer.status_code == 413
    assert answer.get_json(force=True)["title"] == "Fichier trop gros"
    assert library.ingested == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Été à Lille.pdf", "Ete_a_Lille.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\secret.txt", "secret.txt"),
        ("/etc/cron.d/x.odt", "x.odt"),
        ("住宅.PDF", "brochure.pdf"),
        (".htaccess", "htaccess"),
        ("..", "brochure"),
        ("", "brochure"),
        ("a" * 300 + ".docx", "a" * 100 + ".docx"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("nul\x00.pdf", "brochure-nul.pdf"),
    ],
)
def test_name_is_made_safe(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_hostile_name_stays_in_the_folder(client: FlaskClient, library: Any, home: Path) -> None:
    send(client, name="../../dehors.txt")
    assert [path.relative_to(home) for path in home.rglob("*.txt")] == [Path("uploads/dehors.txt")]


def test_removal_gives_what_was_removed_and_deletes_an_uploaded_file(
    client: FlaskClient, library: Any
) -> None:
    send(client, name="recueil.pdf")
    answer = client.delete("/api/brochures/recueil", headers=RIGHT)
    assert (answer.status_code, answer.get_json()["id"]) == (200, "recueil")
    assert library.removed == ["recueil"]
    assert files(library.folder) == {}


def test_removal_never_touches_a_file_kept_elsewhere(
    client: FlaskClient, library: Any, tmp_path: Path
) -> None:
    library.folder = tmp_path
    (tmp_path / "recueil.pdf").write_bytes(b"mien")
    assert client.delete("/api/brochures/recueil", headers=RIGHT).status_code == 200
    assert (tmp_path / "recueil.pdf").read_bytes() == b"mien"


def test_removal_of_an_unknown_brochure_is_a_problem(client: FlaskClient, library: Any) -> None:
    answer = client.delete("/api/brochures/aucune", headers=RIGHT)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert library.removed == []
