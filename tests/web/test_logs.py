"""The log names each request, and tells nothing of who asks or what."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web import logs

LOGGERS = ("", "waitress", "waitress.queue", "huey")


@pytest.fixture(autouse=True)
def former_logging() -> Iterator[None]:
    """What a test configures ends with it."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    levels = {name: logging.getLogger(name).level for name in LOGGERS}
    yield
    root.handlers[:] = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], io.StringIO]:
    """Configures the log, and gives what is written to it."""

    def configured(form: str) -> io.StringIO:
        written = io.StringIO()
        monkeypatch.setattr("sys.stderr", written)
        logs.configure(form)
        return written

    return configured


def test_an_answer_carries_an_identifier_of_its_own(client: FlaskClient) -> None:
    first, second = (client.get("/a-propos").headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second


def test_a_sane_identifier_is_kept(client: FlaskClient) -> None:
    answer = client.get("/a-propos", headers={"X-Request-ID": "4f-proxy.0001"})
    assert answer.headers["X-Request-ID"] == "4f-proxy.0001"


@pytest.mark.parametrize(
    "given", ["court", "deux mots ici", "x" * 65, "é" * 10, "-" * 12, "a;b;c;d;e"]
)
def test_an_odd_identifier_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/a-propos", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_refused_and_failed_requests_carry_one_too(client: FlaskClient, library: Any) -> None:
    assert client.get("/rien-ici").headers["X-Request-ID"]
    assert client.get("/", headers={"Host": "ailleurs.example"}).headers["X-Request-ID"]
    library.failure = RuntimeError("imprévu")
    answer = client.get("/api/search?q=toit")
    assert (answer.status_code, bool(answer.headers["X-Request-ID"])) == (500, True)


def test_a_request_is_one_line(client: FlaskClient, log: Callable[[str], io.StringIO]) -> None:
    written = log("text")
    client.get("/projets/recueil/le-porche", headers={"X-Request-ID": "abcdefgh"})
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO web\.access \[abcdefgh\] "
        r"GET /projets/<path:project_id> 200 \d+\.\d ms\n",
        written.getvalue(),
    )


def test_a_request_is_one_object(client: FlaskClient, log: Callable[[str], io.StringIO]) -> None:
    written = log("json")
    client.get("/api/search", headers={"X-Request-ID": "abcdefgh"})
    told = json.loads(written.getvalue())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told.pop("time"))
    assert isinstance(told.pop("ms"), float)
    assert told.pop("message").startswith("GET /api/search 400 ")
    assert told == {
        "level": "info",
        "logger": "web.access",
        "request_id": "abcdefgh",
        "method": "GET",
        "route": "/api/search",
        "status": 400,
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_neither_questions_nor_addresses_are_told(
    client: FlaskClient, log: Callable[[str], io.StringIO], form: str
) -> None:
    written = log(form)
    elsewhere = {"REMOTE_ADDR": "192.0.2.77"}
    client.get("/?q=secret&organisation=secret", environ_base=elsewhere)
    client.get("/api/search?q=secret", environ_base=elsewhere)
    client.get("/secret", environ_base=elsewhere)
    client.get("/passages/secret", environ_base=elsewhere, headers={"User-Agent": "secret"})
    client.open("/", method="SECRET", environ_base=elsewhere)
    assert written.getvalue().count("web.access") == 5
    assert "secret" not in written.getvalue().lower()
    assert "192.0.2" not in written.getvalue()


def test_questions_are_told_where_the_settings_say_so(
    make_app: Callable[..., Flask], log: Callable[[str], io.StringIO]
) -> None:
    written = log("text")
    make_app(log_queries=True).test_client().get("/api/search?q=toit")
    assert "search 'toit': 3 in" in written.getvalue()


def test_what_is_asked_all_the_time_is_not_told(
    client: FlaskClient, log: Callable[[str], io.StringIO]
) -> None:
    written = log("text")
    for path in ("/healthz", "/readyz", "/metrics", "/static/passages.css"):
        assert client.get(path).status_code == 200
    assert written.getvalue() == ""


def test_an_error_is_told_with_the_identifier_of_its_request(
    client: FlaskClient, library: Any, log: Callable[[str], io.StringIO]
) -> None:
    written = log("json")
    library.failure = RuntimeError("imprévu\nsur deux lignes")
    client.get("/api/search?q=toit", headers={"X-Request-ID": "abcdefgh"})
    told = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {one["request_id"] for one in told} == {"abcdefgh"}
    assert [one["level"] for one in told] == ["error", "info"]
    assert "RuntimeError: imprévu" in told[0]["exception"]


def test_nobody_can_forge_a_line(log: Callable[[str], io.StringIO]) -> None:
    written = log("text")
    logging.getLogger("kb").warning("one\n2026-01-01T00:00:00Z INFO forged\r")
    assert written.getvalue().count("\n") == 1
    assert r"one\n2026" in written.getvalue()
