"""Notes as files, from the basket's buttons and from the API."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlencode

import docx
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.sample import FIRST, HOSTILE, SECOND
from tests.web.test_openapi import DOCUMENT, validate
from web.chosen import MAX_IDENTIFIER, MAX_INTRODUCTION, MAX_PASSAGES, MAX_TITLE
from web.exports import FORMATS

GONE = "recueil/perdu/rien/1"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def fetch(client: FlaskClient, kind: str, *ids: str, **others: str) -> TestResponse:
    pairs = [("format", kind), *(("passage", one) for one in ids), *others.items()]
    return client.get(f"/panier/export?{urlencode(pairs)}")


def ask(client: FlaskClient, **body: object) -> TestResponse:
    return client.post("/api/exports", json=body)


@pytest.mark.parametrize(
    ("kind", "mimetype"), [("docx", WORD), ("md", "text/markdown"), ("csv", "text/csv")]
)
def test_file_is_named_after_the_title_and_typed(
    client: FlaskClient, kind: str, mimetype: str
) -> None:
    answer = fetch(client, kind, FIRST.id, title="L’été à « Calais »")
    assert (answer.status_code, answer.mimetype) == (200, mimetype)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=l-ete-a-calais.{kind}"
    assert answer.headers["Cache-Control"] == "no-store"


def test_word_file_reads_back(client: FlaskClient) -> None:
    answer = fetch(client, "docx", SECOND.id, GONE, FIRST.id, title="Ma note", introduction="Bon.")
    document = docx.Document(io.BytesIO(answer.data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert texts[0] == "Ma note"
    assert texts[1].startswith("Note du ")
    assert texts[2:] == [
        "Bon.",
        "Le Porche & compagnie",
        "Habitat du Littoral, Calais (62), 2018",
        "«\u00a0Écrire à [adresse masquée] pour un logement.\u00a0»",
        "— Le Porche & compagnie, Actions, Recueil d’essai (2021), p.\u00a03 (page 4 du fichier)",
        "«\u00a0Un accueil de nuit.",
        "• Dix logements",
        "• Un jardin\u00a0»",
        "— Le Porche & compagnie, Actions, Recueil d’essai (2021), p.\u00a02 (page 3 du fichier)",
        "Sources",
        "Recueil d’essai (2021), recueil.pdf, p.\u00a02 (page 3 du fichier), "
        "p.\u00a03 (page 4 du fichier)",
        "Passages qui ne sont plus dans la base",
        GONE,
    ]


def test_table_opens_in_a_french_spreadsheet_and_runs_nothing(client: FlaskClient) -> None:
    answer = fetch(client, "csv", HOSTILE.id, "=cmd|' /C calc'!A1")
    assert answer.data.startswith(b"\xef\xbb\xbfNum\xc3\xa9ro;Projet;")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][8] == 'Un <b>verger</b> & un "pré".'
    assert rows[2] == [
        "2",
        *[""] * 8,
        "Ce passage n’est plus dans la base.",
        "'=cmd|' /C calc'!A1",
    ]


def test_markdown_shows_markup_of_a_brochure_as_text(client: FlaskClient) -> None:
    text = fetch(client, "md", HOSTILE.id).get_data(as_text=True)
    assert text.startswith("# Passages choisis\n")
    assert '> «\u00a0Un \\<b\\>verger\\</b\\> \\& un "pré".\u00a0»\n' in text


def test_form_sent_by_the_basket_gives_the_same_file(client: FlaskClient) -> None:
    fields = {"passage": [FIRST.id, SECOND.id], "title": "Ma note", "format": "md"}
    sent = client.post("/panier/export", data=fields)
    assert sent.status_code == 200
    assert sent.data == fetch(client, "md", FIRST.id, SECOND.id, title="Ma note").data


@pytest.mark.parametrize(
    ("kind", "ids", "status", "message"),
    [
        ("md", (), 400, "Aucun passage n’est choisi : gardez-en depuis une recherche."),
        ("md", (GONE,), 404, "Aucun de ces passages n’est plus dans la base"),
        (
            "pdf",
            (FIRST.id,),
            400,
            "Le format « pdf » n’existe pas : choisissez parmi docx, md, csv.",
        ),
        ("", (FIRST.id,), 400, "Le format «  » n’existe pas"),
        ("md", tuple(f"p/{n}" for n in range(101)), 400, "n’en gardez pas plus de 100"),
    ],
)
def test_what_cannot_be_exported_says_why(
    client: FlaskClient, kind: str, ids: tuple[str, ...], status: int, message: str
) -> None:
    page = fetch(client, kind, *ids)
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert message in page.get_data(as_text=True).replace("\u00a0", " ")
    problem = ask(client, format=kind, passages=list(ids))
    assert (problem.status_code, problem.mimetype) == (status, "application/problem+json")
    assert message in problem.get_json()["detail"].replace("\u00a0", " ")


def test_api_gives_the_file_that_it_is_asked(client: FlaskClient) -> None:
    answer = ask(client, format="md", passages=[FIRST.id], title="Ma note", introduction="Bon.")
    same = fetch(client, "md", FIRST.id, title="Ma note", introduction="Bon.")
    assert (answer.status_code, answer.data) == (200, same.data)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '"texte"',
        "{",
        '{"format": "md", "passages": "a/b/c/1"}',
        '{"format": "md", "passages": [1]}',
        '{"format": "md", "passages": [["a"]]}',
        '{"format": "md", "passages": {"a": 1}}',
        '{"format": 1, "passages": ["a"]}',
        '{"format": "md", "passages": ["a"], "title": null}',
        '{"format": "md", "passages": ["a"], "titre": "x"}',
        '{"format": "md", "passages": ["a\\u0000b"]}',
        "[" * 100_000,
    ],
)
def test_bodies_that_make_no_sense_are_refused(client: FlaskClient, body: str) -> None:
    answer = client.post("/api/exports", data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


def test_body_that_is_too_big_is_refused_unread(client: FlaskClient) -> None:
    answer = ask(client, format="md", passages=["x" * 200_001])
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    sent = client.post("/panier/export", data={"introduction": "x" * 600_000})
    assert (sent.status_code, sent.mimetype) == (413, "text/html")


def test_description_says_the_bounds_that_are_checked() -> None:
    schema = DOCUMENT["components"]["schemas"]["ExportRequest"]["properties"]
    assert schema["format"]["enum"] == list(FORMATS)
    assert schema["passages"]["maxItems"] == MAX_PASSAGES
    assert schema["passages"]["items"]["maxLength"] == MAX_IDENTIFIER
    assert schema["title"]["maxLength"] == MAX_TITLE
    assert schema["introduction"]["maxLength"] == MAX_INTRODUCTION


def test_example_of_a_request_fits_its_description() -> None:
    validate(
        json.loads('{"format": "csv", "passages": ["a/b/c/1"], "title": "t"}'),
        {"$ref": "#/components/schemas/ExportRequest"},
    )
