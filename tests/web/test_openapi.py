"""The description of the API says what the API does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib import resources
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from kb.model import FILTER_FIELDS, Mode
from web.parameters import SEARCH_PARAMETERS

TOKEN = {"Authorization": "Bearer jeton-très-secret".encode().decode("latin-1")}
DOCUMENT: dict[str, Any] = json.loads(
    resources.files("web").joinpath("openapi.json").read_text(encoding="utf-8")
)
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def validate(value: object, schema: dict[str, Any]) -> None:
    """Fails unless ``value`` is as ``schema`` of the document says."""
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator.check_schema(whole)
    checker = Draft202012Validator.FORMAT_CHECKER
    assert [
        error.message
        for error in Draft202012Validator(whole, format_checker=checker).iter_errors(value)
    ] == []


def schema_of(path: str, method: str, status: str) -> dict[str, Any]:
    content = DOCUMENT["paths"][path][method]["responses"][status]["content"]
    schema: dict[str, Any] = content["application/json"]["schema"]
    return schema


def parameters_of(path: str) -> dict[str, dict[str, Any]]:
    listed = DOCUMENT["paths"][path]["get"].get("parameters", [])
    resolved = [
        DOCUMENT["components"]["parameters"][p["$ref"].rpartition("/")[2]] if "$ref" in p else p
        for p in listed
    ]
    return {p["name"]: p for p in resolved if p["in"] == "query"}


def test_is_served_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/api/openapi.json")
    assert (answer.mimetype, answer.get_json()) == ("application/json", DOCUMENT)
    assert DOCUMENT["openapi"] == "3.1.0"


def test_describes_every_route_and_no_other(make_app: Callable[..., Flask]) -> None:
    machine = re.compile(r"^/(api/|healthz|readyz|metrics)")
    routes = {
        (re.sub(r"<(?:path:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in make_app().url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if machine.match(rule.rule)
    }
    described = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert described == routes


def test_every_reference_and_schema_is_sound() -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            found = [node["$ref"]] if "$ref" in node else []
            return found + [ref for value in node.values() for ref in references(value)]
        return (
            [ref for value in node for ref in references(value)] if isinstance(node, list) else []
        )

    for reference in references(DOCUMENT):
        _, _, kind, name = reference.split("/")
        assert name in DOCUMENT["components"][kind], reference
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_parameters_are_those_that_are_read() -> None:
    search = parameters_of("/api/search")
    assert tuple(search) == SEARCH_PARAMETERS
    assert tuple(parameters_of("/api/suggest")) == ("q", "limit")
    assert tuple(parameters_of("/api/projects")) == FILTER_FIELDS
    assert DOCUMENT["components"]["schemas"]["Mode"]["enum"] == [mode.value for mode in Mode]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/api/search", "limit"),
        ("/api/search", "offset"),
        ("/api/suggest", "limit"),
        ("/api/passages/{passage_id}/similar", "limit"),
    ],
)
def test_bounds_are_those_that_are_checked(client: FlaskClient, path: str, name: str) -> None:
    schema = parameters_of(path)[name]["schema"]
    real = path.replace("{passage_id}", "recueil/le-porche/actions/1")
    query = "q=a&" if path == "/api/search" else ""
    for value, status in (
        (schema["minimum"] - 1, 400),
        (schema["minimum"], 200),
        (schema["maximum"], 200),
        (schema["maximum"] + 1, 400),
    ):
        assert client.get(f"{real}?{query}{name}={value}").status_code == status


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/api/search", "/api/search?q=logement"),
        ("/api/search", "/api/search?q=rien"),
        ("/api/search", "/api/search?q=faute"),
        ("/api/search", "/api/search?q=sigle"),
        ("/api/suggest", "/api/suggest?q=po"),
        ("/api/suggest", "/api/suggest"),
        ("/api/projects", "/api/projects"),
        ("/api/projects/{project_id}", "/api/projects/recueil/le-porche"),
        ("/api/projects/{project_id}", "/api/projects/notes/memo"),
        ("/api/passages/{passage_id}", "/api/passages/recueil/le-porche/actions/1"),
        ("/api/passages/{passage_id}", "/api/passages/notes/memo/texte/1"),
        ("/api/passages/{passage_id}/similar", "/api/passages/recueil/le-porche/actions/1/similar"),
        ("/api/brochures", "/api/brochures"),
        ("/api/brochures/{brochure_id}", "/api/brochures/notes"),
        ("/api/openapi.json", "/api/openapi.json"),
        ("/healthz", "/healthz"),
        ("/readyz", "/readyz"),
    ],
)
def test_answers_are_as_described(client: FlaskClient, path: str, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200
    validate(answer.get_json(), schema_of(path, "get", "200"))


def test_answers_to_the_administrator_are_as_described(client: FlaskClient) -> None:
    sent = client.post("/api/brochures", data={"file": (BytesIO(b"x"), "a.txt")}, headers=TOKEN)
    assert sent.status_code == 201
    validate(sent.get_json(), schema_of("/api/brochures", "post", "201"))
    removed = client.delete("/api/brochures/recueil", headers=TOKEN)
    validate(removed.get_json(), schema_of("/api/brochures/{brochure_id}", "delete", "200"))


@pytest.mark.parametrize(
    ("path", "method"), [(path, one) for path, item in DOCUMENT["paths"].items() for one in item]
)
def test_what_closed_reading_asks_for_is_described(
    make_app: Callable[..., Flask], path: str, method: str
) -> None:
    described = DOCUMENT["paths"][path][method]
    answer = make_app(reading_open=False).test_client().open(path, method=method.upper())
    asks = answer.status_code == 401
    assert asks == ("401" in described["responses"])
    assert asks == (described.get("security", DOCUMENT["security"]) != [])
    if asks:
        validate(answer.get_json(force=True), PROBLEM)


@pytest.mark.parametrize("url", ["/api/search", "/api/projects/aucun", "/api/rien"])
def test_problems_are_as_described(client: FlaskClient, url: str) -> None:
    validate(client.get(url).get_json(force=True), PROBLEM)
