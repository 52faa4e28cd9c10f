"""The JSON API: contract, parameters, errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.errors import ConfigurationError, KbError, StorageError, UnreadableBrochure
from kb.model import Filter, Mode
from tests.web.signing import signed_in

Problem = dict[str, Any]


def refused(client: FlaskClient, path: str, status: int, method: str = "GET") -> Problem:
    """The problem document that ``path`` answers with; fails on anything else."""
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    document: Problem = answer.get_json(force=True)
    assert list(document) == ["type", "title", "status", "detail", "instance"]
    assert document["status"] == status
    assert document["instance"] == path.partition("?")[0]
    return document


def test_search_gives_the_contract(client: FlaskClient) -> None:
    answer = client.get("/api/search?q=logement&limit=2")
    assert answer.mimetype == "application/json"
    record = answer.get_json()
    assert list(record) == [
        *("query", "mode", "answerable", "took_ms", "total", "corrected", "expanded"),
        *("hits", "facets", "nearest", "notice", "at_least"),
    ]
    assert (record["query"], record["mode"], record["total"]) == ("logement", "hybrid", 3)
    assert [hit["passage"]["id"] for hit in record["hits"]] == [
        "recueil/le-porche/actions/1",
        "recueil/le-verger/script/1",
    ]
    assert record["facets"]["brochure"] == [
        {"value": "recueil", "label": "Recueil d’essai", "count": 3}
    ]


def test_search_writes_accents_as_they_are(client: FlaskClient) -> None:
    assert "Recueil d’essai" in client.get("/api/search?q=a").get_data(as_text=True)


def test_search_passes_every_parameter_on(client: FlaskClient, library: Any) -> None:
    client.get("/api/search?q=a&mode=lexical&limit=100&offset=10000&expand=0&correct=1&year=2018")
    assert library.asked == [
        {
            "query": "a",
            "mode": Mode.LEXICAL,
            "filter": Filter(year=("2018",)),
            "limit": 100,
            "offset": 10_000,
            "expand": False,
            "correct": True,
        }
    ]


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("", "La recherche est vide"),
        ("q=", "La recherche est vide"),
        ("q=%20%09", "La recherche est vide"),
        ("q=trop", "La recherche est trop longue : raccourcissez-la."),
        (
            "q=a&departemnt=59",
            "Le paramètre « departemnt » n’existe pas ici : corrigez-le ou ôtez-le (paramètres "
            "possibles : q, mode, limit, offset, expand, correct, organisation, departement, "
            "commune, year, heading, brochure, project).",
        ),
        (
            "q=a&mode=magique",
            "Le mode « magique » n’existe pas : choisissez parmi hybrid, lexical, semantic.",
        ),
        (
            "q=a&limit=0",
            "Le paramètre « limit » vaut « 0 » : donnez un nombre entier de 1 à 100.",
        ),
        ("q=a&limit=-1", "« -1 » : donnez un nombre entier de 1 à 100."),
        ("q=a&limit=101", "« 101 » : donnez un nombre entier de 1 à 100."),
        ("q=a&limit=dix", "« dix » : donnez un nombre entier de 1 à 100."),
        ("q=a&limit=1.5", "« 1.5 » : donnez un nombre entier de 1 à 100."),
        ("q=a&limit=", "vaut «  » : donnez un nombre entier de 1 à 100."),
        ("q=a&limit=%C2%B2", "« ² » : donnez un nombre entier de 1 à 100."),
        ("q=a&limit=" + "9" * 5000, f"« {'9' * 60} » : donnez un nombre entier de 1 à 100."),
        ("q=a&offset=-1", "« -1 » : donnez un nombre entier de 0 à 10000."),
        ("q=a&offset=10001", "« 10001 » : donnez un nombre entier de 0 à 10000."),
        ("q=a&expand=non", "Le paramètre « expand » vaut « non » : donnez 0 ou 1."),
        ("q=a&correct=2", "Le paramètre « correct » vaut « 2 » : donnez 0 ou 1."),
        ("q=a&q=b", "Le paramètre « q » est donné 2 fois : gardez-en un."),
    ],
)
def test_bad_parameter_is_refused_with_what_is_allowed(
    client: FlaskClient, library: Any, query: str, detail: str
) -> None:
    document = refused(client, f"/api/search?{query}", 400)
    assert detail in document["detail"]
    assert document["title"] == "Demande incorrecte"
    assert len(library.asked) == (query == "q=trop")  # the others never reach the search


def test_projects_are_listed_and_filtered(client: FlaskClient) -> None:
    everything = client.get("/api/projects").get_json()
    assert everything["total"] == 3
    assert [p["id"] for p in everything["projects"]] == [
        "recueil/le-porche",
        "recueil/le-verger",
        "notes/memo",
    ]
    some = client.get("/api/projects?departement=80&departement=62").get_json()
    assert [p["title"] for p in some["projects"]] == ["Le Porche & compagnie", "Le Verger"]


def test_project_has_people_without_address_and_sections(client: FlaskClient) -> None:
    answer = client.get("/api/projects/recueil/le-porche")
    sheet = answer.get_json()
    assert sheet["people"] == [
        {"name": "Ada Martin", "role": "Directrice", "organisation": "Habitat du Littoral"}
    ]
    assert [(s["heading"], len(s["passages"])) for s in sheet["sections"]] == [("Actions", 2)]
    assert "@" not in answer.get_data(as_text=True)


def test_passage_is_found_by_its_id_with_slashes(client: FlaskClient) -> None:
    record = client.get("/api/passages/recueil/le-porche/actions/2").get_json()
    assert record["text"] == "Écrire à [adresse masquée] pour un logement."
    assert (record["page"], record["page_printed"]) == (4, "3")
    assert record["url"] == "/passages/recueil/le-porche/actions/2"


def test_similar_passages_are_hits(client: FlaskClient) -> None:
    record = client.get("/api/passages/recueil/le-porche/actions/1/similar?limit=1").get_json()
    assert record["passage"] == "recueil/le-porche/actions/1"
    assert [hit["passage"]["id"] for hit in record["hits"]] == ["recueil/le-verger/script/1"]


def test_brochures_come_with_their_report_and_without_their_path(
    client: FlaskClient, home: Any
) -> None:
    answer = client.get("/api/brochures")
    record = answer.get_json()
    assert [(b["id"], b["page_count"]) for b in record["brochures"]] == [
        ("recueil", 12),
        ("notes", None),
    ]
    assert record["brochures"][0]["report"]["pages_without_text"] == [2]
    assert str(home) not in answer.get_data(as_text=True)
    assert client.get("/api/brochures/notes").get_json() == record["brochures"][1]


@pytest.mark.parametrize(
    ("path", "status", "detail"),
    [
        ("/api/projects/aucun", 404, "Le projet « aucun » est inconnu : voyez « kb projects »."),
        ("/api/passages/a/b/1", 404, "Le passage « a/b/1 » est inconnu : refaites la recherche."),
        ("/api/passages/a/b/1/similar", 404, "Le passage « a/b/1 » est inconnu"),
        ("/api/brochures/aucune", 404, "La brochure « aucune » est inconnue : voyez la liste."),
        ("/api/nulle-part", 404, "Rien ne se trouve à cette adresse"),
        ("/api", 404, "Rien ne se trouve à cette adresse"),
        ("/api/projects?q=a", 400, "paramètres possibles : organisation, departement"),
        ("/api/projects/recueil/le-porche?x=1", 400, "paramètres possibles : aucun"),
        ("/api/passages/recueil/le-porche/actions/1?x=1", 400, "paramètres possibles : aucun"),
        ("/api/passages/recueil/le-porche/actions/1/similar?limit=21", 400, "de 1 à 20."),
        ("/api/brochures?x=1", 400, "paramètres possibles : aucun"),
    ],
)
def test_what_is_not_there_or_not_allowed_is_a_problem(
    client: FlaskClient, path: str, status: int, detail: str
) -> None:
    assert detail in refused(client, path, status)["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/search"), ("PUT", "/api/brochures"), ("DELETE", "/metrics")],
)
def test_other_methods_are_refused_naming_the_right_ones(
    client: FlaskClient, method: str, path: str
) -> None:
    answer = client.open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert {"GET", "HEAD", "OPTIONS"} <= {
        name.strip() for name in answer.headers["Allow"].split(",")
    }


def test_options_name_the_methods(client: FlaskClient) -> None:
    answer = client.options("/api/brochures")
    assert answer.status_code == 200
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_head_has_the_headers_of_get_and_no_body(client: FlaskClient) -> None:
    got, headed = client.get("/api/brochures"), client.head("/api/brochures")
    assert headed.status_code == 200 and headed.data == b""
    assert headed.headers["Content-Length"] == got.headers["Content-Length"]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (UnreadableBrochure("Vide."), 422),
        (ConfigurationError("Réglage."), 500),
        (StorageError("Base abîmée."), 503),
        (KbError("Autre."), 500),
    ],
)
def test_errors_of_the_core_keep_their_sentence(
    client: FlaskClient, library: Any, failure: KbError, status: int
) -> None:
    library.failure = failure
    assert refused(client, "/api/projects", status)["detail"] == str(failure)


def test_unexpected_error_says_nothing_of_the_inside(
    client: FlaskClient, library: Any, caplog: pytest.LogCaptureFixture
) -> None:
    library.failure = RuntimeError("secret interne")
    assert "secret" not in refused(client, "/api/search?q=privé", 500)["detail"]
    assert "secret interne" in caplog.text
    assert "privé" not in caplog.text


@pytest.mark.parametrize(("asked", "logged"), [(False, []), (True, ["privé"])])
def test_question_is_logged_only_when_the_settings_say_so(
    make_app: Callable[..., Flask],
    caplog: pytest.LogCaptureFixture,
    asked: bool,
    logged: list[str],
) -> None:
    caplog.set_level("INFO")
    make_app(log_queries=asked).test_client().get("/api/search?q=privé")
    assert [word for word in ["privé"] if word in caplog.text] == logged


def test_a_logged_question_holds_no_contact(
    make_app: Callable[..., Flask], home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    client = signed_in(make_app(log_queries=True).test_client(), home)
    origin = {"REMOTE_ADDR": "192.0.2.77"}
    question = {"q": "toit de ada@exemple.fr ou 03 20 12 34 56"}
    client.get("/api/search", query_string=question, environ_overrides=origin)
    assert "toit de [adresse masquée] ou [numéro masqué]" in caplog.text
    for hidden in ("ada@", "12 34", "192.0.2.77"):
        assert hidden not in caplog.text


def test_suggestions_come_with_the_page_that_they_lead_to(client: FlaskClient) -> None:
    record = client.get("/api/suggest?q=po").get_json()
    assert record["query"] == "po"
    assert [(one["kind"], one["label"], one["url"]) for one in record["suggestions"]] == [
        ("term", "portes", "/?q=portes"),
        ("project", "Le Porche & compagnie", "/projets/recueil/le-porche"),
        ("organisation", "Ports & Toits", "/projets?organisation=Ports+%26+Toits"),
        ("commune", "Port-Vert", "/projets?commune=Port-Vert"),
        ("departement", "Pas-de-Calais (62)", "/projets?departement=62"),
    ]
    assert record["suggestions"][0] == {
        "kind": "term",
        "label": "portes",
        "value": "portes",
        "detail": "",
        "count": 12,
        "url": "/?q=portes",
    }


def test_suggestions_are_limited_and_may_be_none(client: FlaskClient) -> None:
    assert len(client.get("/api/suggest?q=po&limit=2").get_json()["suggestions"]) == 2
    assert client.get("/api/suggest").get_json() == {"query": "", "suggestions": []}


@pytest.mark.parametrize("query", ["q=po&limit=0", "q=po&limit=21", "q=po&q=pa", "mot=po"])
def test_wrong_parameters_of_suggestions_are_refused(client: FlaskClient, query: str) -> None:
    refused(client, f"/api/suggest?{query}", 400)
