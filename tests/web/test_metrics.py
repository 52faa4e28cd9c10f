"""Health, readiness and measures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families


def samples(client: FlaskClient) -> dict[tuple[str, tuple[str, ...]], float]:
    text = client.get("/metrics").get_data(as_text=True)
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_health_and_readiness(client: FlaskClient, library: Any) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ready"}
    library.is_ready = False
    answer = client.get("/readyz")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert "kb doctor" in answer.get_json(force=True)["detail"]
    assert client.get("/healthz").status_code == 200


def test_requests_are_counted_by_route_and_status(client: FlaskClient) -> None:
    client.get("/api/search?q=secret")
    client.get("/api/search?q=secret")
    client.get("/api/search")
    client.get("/projets/recueil/le-porche")
    client.get("/secret")
    client.open("/", method="SECRET")
    counted = samples(client)
    assert counted[("kb_requests_total", ("GET", "/api/search", "200"))] == 2
    assert counted[("kb_requests_total", ("GET", "/api/search", "400"))] == 1
    assert counted[("kb_requests_total", ("GET", "/projets/<path:project_id>", "200"))] == 1
    assert counted[("kb_requests_total", ("GET", "(none)", "404"))] == 1
    assert counted[("kb_requests_total", ("(other)", "(none)", "405"))] == 1
    assert counted[("kb_request_seconds_count", ("/api/search",))] == 3
    assert counted[("kb_passages", ())] == 1234


def test_nothing_that_people_typed_is_measured(client: FlaskClient) -> None:
    client.get("/api/search?q=secret&organisation=secret")
    client.get("/secret?q=secret")
    assert "secret" not in client.get("/metrics").get_data(as_text=True)


def test_every_site_counts_for_itself(make_app: Callable[..., Flask]) -> None:
    make_app().test_client().get("/healthz")
    names = samples(make_app().test_client())
    assert ("kb_requests_total", ("GET", "/healthz", "200")) not in names
