"""The sites of two machines over one PostgreSQL catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb.config import Settings
from kb.shelf import LIGHT
from kb.wiring import open_library
from tests.postgresql import Server
from web.app import create_app

RIGHT = {"Authorization": "Bearer jeton"}
TEXT = (
    "Le Hangar aux vélos\n\nL’association prête des {} réparées aux locataires "
    "de la résidence, qui apprennent à les entretenir eux-mêmes chaque samedi matin.\n"
)


@pytest.fixture
def sites(postgresql: Server, tmp_path: Path) -> Iterator[list[FlaskClient]]:
    address = postgresql.database()
    with ExitStack() as opened:
        made = []
        for name in ("here", "there"):
            settings = Settings(
                home=tmp_path / name,
                embedding_model=LIGHT,
                admin_token="jeton",
                catalogue=address,
            )
            library = opened.enter_context(open_library(settings))
            made.append(create_app(library, settings).test_client())
        yield made


def send(site: FlaskClient, thing: str) -> str:
    sent = {"file": (BytesIO(TEXT.format(thing).encode()), "hangar.txt")}
    state: str = site.post("/api/brochures", data=sent, headers=RIGHT).get_json()["state"]
    return state


def found(site: FlaskClient, word: str) -> int:
    return len(site.get(f"/api/search?q={word}&mode=lexical&correct=0").get_json()["hits"])


@pytest.mark.slow
def test_what_one_site_takes_in_the_other_finds(sites: list[FlaskClient]) -> None:
    here, there = sites
    assert send(here, "bicyclettes") == "added"
    assert [found(site, "bicyclettes") for site in sites] == [1, 1]
    assert send(here, "trottinettes") == "updated"
    assert [found(site, "bicyclettes") for site in sites] == [0, 0]
    assert [found(site, "trottinettes") for site in sites] == [1, 1]
    (brochure,) = there.get("/api/brochures").get_json()["brochures"]
    assert there.delete(f"/api/brochures/{brochure['id']}", headers=RIGHT).status_code == 200
    assert here.get("/api/brochures").get_json()["brochures"] == []
    assert there.get("/readyz").status_code == 503  # an empty base has nothing to answer with


def test_a_visitor_is_not_told_where_the_database_is(postgresql: Server, tmp_path: Path) -> None:
    address = postgresql.database()
    name = address.partition("?")[0].rpartition("/")[2]
    settings = Settings(home=tmp_path, embedding_model=LIGHT, catalogue=address)
    with open_library(settings) as library:
        site = create_app(library, settings).test_client()
        postgresql.ask("postgres", f"DROP DATABASE {name} WITH (FORCE)")
        for path in ("/api/search?q=logement", "/?q=logement", "/readyz"):
            answer = site.get(path)
            assert answer.status_code == 503
            assert "postgres" not in answer.text.lower()
            assert name not in answer.text
