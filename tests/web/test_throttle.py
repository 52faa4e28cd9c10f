"""How often one place may ask, and how many may draw at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from web.problems import Refused
from web.throttle import Few

PATHS = (
    "/?q=logement", "/api/search?q=logement", "/api/suggest?q=po", "/projets",
    "/source/recueil/pages/1.webp", "/panier/export?passage=x&format=md",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _within_one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock stands still: what is counted begins anew, by a part, with each minute."""
    monkeypatch.setattr(time, "time", lambda: 1_700_000_010.0)


def asked(client: FlaskClient, path: str, times: int, address: str = "192.0.2.7") -> list[int]:
    origin = {"REMOTE_ADDR": address}
    return [client.get(path, environ_overrides=origin).status_code for _ in range(times)]


@pytest.mark.parametrize("path", PATHS)
def test_one_place_asks_no_more_than_it_may(make_app: Callable[..., Flask], path: str) -> None:
    client = make_app(rate_limit=3).test_client()
    assert 429 not in asked(client, path, 3)
    answer = client.get(path, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 120
    assert "Trop de demandes en peu de temps" in answer.get_data(as_text=True)
    if path.startswith("/api"):
        problem = answer.get_json(force=True)
        assert (answer.mimetype, problem["title"]) == (
            "application/problem+json", "Trop de demandes",
        )  # fmt: skip
    # What machines ask all the time, and others, are not counted with it.
    assert asked(client, "/healthz", 9) == [200] * 9
    assert asked(client, "/static/passages.css", 9) == [200] * 9
    assert 429 not in asked(client, path, 3, "192.0.2.8")


def test_subscribers_of_ipv6_are_one_place_each(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limit=2).test_client()
    assert asked(client, "/projets", 1, "2001:db8::1") == [200]
    assert asked(client, "/projets", 1, "2001:db8::2") == [200]
    assert asked(client, "/projets", 1, "2001:db8::3") == [429]
    assert asked(client, "/projets", 1, "2001:db8:1::3") == [200]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
def test_programs_of_this_machine_are_not_counted(
    make_app: Callable[..., Flask], address: str
) -> None:
    client = make_app(rate_limit=1).test_client()
    assert asked(client, "/projets", 5, address) == [200] * 5


def test_nothing_is_counted_where_the_settings_say_so(make_app: Callable[..., Flask]) -> None:
    assert asked(make_app(rate_limit=0).test_client(), "/projets", 20) == [200] * 20


def test_people_are_not_bounded_by_the_usual_limit(client: FlaskClient) -> None:
    assert asked(client, "/api/suggest?q=po", 500) == [200] * 500


def test_a_token_is_counted_by_itself(make_app: Callable[..., Flask], home: Path) -> None:
    client = make_app(rate_limit=2).test_client()
    right = {"Authorization": "Bearer jeton-très-secret".encode().decode("latin-1")}
    statuses = [
        client.get(
            "/projets", headers=right, environ_overrides={"REMOTE_ADDR": address}
        ).status_code
        for address in ("127.0.0.1", "192.0.2.7", "192.0.2.8")
    ]
    assert statuses == [200, 200, 429]
    assert asked(client, "/projets", 1) == [200]


def test_a_few_are_let_in_at_once() -> None:
    few = Few(2)
    with few.let_in(), few.let_in():
        with pytest.raises(Refused) as refused, few.let_in():
            pass
        assert (refused.value.code, refused.value.retry_after_s) == (503, 1)
    with few.let_in():
        pass
