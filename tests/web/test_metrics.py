"""Health, readiness and measures."""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from kb.errors import StorageError
from kb.results import FileState
from tests.web.conftest import TOKEN
from web.context import office_of
from web.readiness import readiness_of


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


def why_not(client: FlaskClient) -> str:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    return str(answer.get_json(force=True)["detail"])


def test_an_empty_base_is_not_ready_and_says_why(client: FlaskClient, library: Any) -> None:
    library.is_ready, library.is_empty = False, True
    assert why_not(client) == "La base est vide : ajoutez des brochures."


def test_a_base_that_cannot_be_opened_tells_no_path(client: FlaskClient, library: Any) -> None:
    library.ready = failing("La base « /srv/kb » ne peut pas être ouverte.")
    detail = why_not(client)
    assert "kb doctor" in detail
    assert "/srv" not in detail


def test_it_is_ready_once_base_and_model_are_open(
    make_app: Callable[..., Flask], library: Any
) -> None:
    going_on, app = threading.Event(), make_app()
    library.warm_up = lambda: going_on.wait(10)
    client, opened = app.test_client(), readiness_of(app)
    opened.prepare()
    assert why_not(client) == "L’index et le modèle s’ouvrent : réessayez dans quelques secondes."
    assert client.get("/healthz").status_code == 200
    assert samples(client)[("kb_ready", ())] == 0
    going_on.set()
    opened.wait()
    assert client.get("/readyz").get_json() == {"status": "ready"}
    assert samples(client)[("kb_ready", ())] == 1


def test_opening_that_fails_is_logged_and_tried_by_the_first_search(
    make_app: Callable[..., Flask], library: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    library.warm_up = failing("Le modèle manque.")
    opened = readiness_of(app)
    opened.prepare()
    opened.wait()
    assert "Le modèle manque." in caplog.text
    assert app.test_client().get("/readyz").status_code == 200


def failing(message: str) -> Callable[[], bool]:
    def fail() -> bool:
        raise StorageError(message)

    return fail


def test_searches_are_counted_by_mode_and_refusals_apart(client: FlaskClient) -> None:
    client.get("/api/search?q=toit")
    client.get("/?q=toit&mode=lexical")
    client.get("/?q=rien")
    client.get("/api/search?q=rien&offset=10")
    counted = samples(client)
    assert counted[("kb_searches_total", ("yes", "hybrid"))] == 1
    assert counted[("kb_searches_total", ("yes", "lexical"))] == 1
    assert counted[("kb_searches_total", ("no", "hybrid"))] == 2


def test_brochures_are_counted_by_outcome(
    make_app: Callable[..., Flask], library: Any, home: Path
) -> None:
    app = make_app()
    client, token = app.test_client(), {"Authorization": f"Bearer {TOKEN}"}
    token["Authorization"] = token["Authorization"].encode().decode("latin-1")
    sent = {"file": (io.BytesIO(b"texte"), "notes.txt")}
    assert client.post("/api/brochures", data=sent, headers=token).status_code == 201
    assert client.delete("/api/brochures/recueil", headers=token).status_code == 200
    desk = office_of(app).desk
    desk.add("autres.txt", lambda path: path.write_bytes(b"texte"))
    waiting = samples(client)
    library.outcome = FileState.REFUSED
    desk.work_off()
    counted = samples(client)
    assert (waiting[("kb_jobs_waiting", ())], counted[("kb_jobs_waiting", ())]) == (1, 0)
    assert counted[("kb_ingests_total", ("added",))] == 1
    assert counted[("kb_ingests_total", ("removed",))] == 1
    assert counted[("kb_ingests_total", ("refused",))] == 1


def test_a_base_that_cannot_be_read_leaves_the_other_measures(
    client: FlaskClient, library: Any
) -> None:
    library.statistics = failing("La base n’a pas pu être lue.")
    counted = samples(client)
    assert math.isnan(counted[("kb_passages", ())])
    assert counted[("process_resident_memory_bytes", ())] > 0


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
