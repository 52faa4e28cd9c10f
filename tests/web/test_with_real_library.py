"""The site over a real knowledge base, made of the sample brochures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from kb.config import Settings
from kb.library import Library
from kb.model import Mode
from kb.shelf import LIGHT
from kb.wiring import open_library
from tests.web.reading import parsed
from web.app import create_app

CORPUS = Path(__file__).parents[2] / "corpus"
RIGHT = {"Authorization": "Bearer jeton"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FlaskClient, Library]]:
    home = tmp_path_factory.mktemp("base")
    settings = Settings(home=home, embedding_model=LIGHT, admin_token="jeton")
    with open_library(settings) as library:
        assert library.ingest([CORPUS]).refused == ()
        yield create_app(library, settings).test_client(), library


@pytest.fixture
def real(site: tuple[FlaskClient, Library]) -> FlaskClient:
    return site[0]


def validate(client: FlaskClient, value: object, name: str) -> None:
    document: dict[str, Any] = client.get("/api/openapi.json").get_json()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    assert [error.message for error in Draft202012Validator(schema).iter_errors(value)] == []


@pytest.mark.parametrize("mode", list(Mode))
def test_question_of_the_readme_finds_the_right_project_first(
    real: FlaskClient, mode: Mode
) -> None:
    answer = real.get(f"/api/search?q=logement+femmes+violences&mode={mode}").get_json()
    validate(real, answer, "Answer")
    assert "femmes victimes de violences" in answer["hits"][0]["project"]["title"]


def test_marks_hold_the_words_that_matched(real: FlaskClient) -> None:
    for hit in real.get("/api/search?q=logement+femmes+violences").get_json()["hits"]:
        text, best = hit["passage"]["text"], hit["best_sentence"]
        assert 0 <= best["start"] < best["end"] <= len(text)
        marked = re.findall("<mark>(.*?)</mark>", hit["passage"]["html"])
        assert {word.lower() for word in hit["why"]["matched_terms"]} == {w.lower() for w in marked}


def test_question_out_of_scope_is_not_answered(real: FlaskClient) -> None:
    answer = real.get("/api/search?q=recette+de+la+tarte+aux+pommes").get_json()
    validate(real, answer, "Answer")
    assert (answer["answerable"], answer["hits"]) == (False, [])


def test_every_project_brochure_and_similar_list_is_as_described(real: FlaskClient) -> None:
    projects = real.get("/api/projects").get_json()
    validate(real, projects, "Projects")
    assert projects["total"] == 16
    for project in projects["projects"]:
        sheet = real.get(f"/api/projects/{project['id']}").get_json()
        validate(real, sheet, "ProjectSheet")
        first = sheet["sections"][0]["passages"][0]["id"]
        validate(real, real.get(f"/api/passages/{first}").get_json(), "Passage")
        validate(real, real.get(f"/api/passages/{first}/similar").get_json(), "Similar")
    validate(real, real.get("/api/brochures").get_json(), "Brochures")


def test_pages_lead_only_to_pages(real: FlaskClient) -> None:
    seen: dict[str, int] = {}
    waiting = ["/", "/?q=logement+femmes+violences", "/projets", "/brochures", "/a-propos"]
    while waiting:
        answer = real.get(waiting[0])
        seen[waiting.pop(0)] = answer.status_code
        if answer.mimetype != "text/html" or len(seen) > 60:
            continue
        tree = parsed(answer.get_data(as_text=True))
        assert "@" not in tree.text_content()
        # The switch of language sends back here, in another language.
        targets = {target.partition("#")[0] for target in tree.xpath("//a[not(@hreflang)]/@href")}
        waiting += sorted(t for t in targets if t and t not in seen and t not in waiting)[:12]
    assert {path for path, status in seen.items() if status != 200} == set()
    assert len(seen) > 60


def test_brochure_sent_through_the_network_is_found_then_gone(
    site: tuple[FlaskClient, Library],
) -> None:
    client, library = site
    text = (
        "Le Hangar aux vélos\n\nL’association prête des bicyclettes réparées aux locataires "
        "de la résidence, qui apprennent à les entretenir eux-mêmes chaque samedi matin.\n"
    )

    def send(content: str) -> tuple[int, dict[str, Any]]:
        sent = {"file": (BytesIO(content.encode()), "hangar.txt")}
        answer = client.post("/api/brochures", data=sent, headers=RIGHT)
        return answer.status_code, answer.get_json(force=True)

    def found() -> bool:
        hits = client.get("/api/search?q=bicyclettes&correct=0").get_json()["hits"]
        return any("bicyclettes" in hit["passage"]["text"] for hit in hits)

    status, record = send(text)
    assert (status, record["state"]) == (201, "added")
    validate(client, record, "Upload")
    assert found()
    assert send(text)[1]["state"] == "unchanged"
    status, problem = send(" ")
    assert (status, problem["status"]) == (422, 422)
    assert found()
    identifier = record["brochure"]["id"]
    assert client.delete(f"/api/brochures/{identifier}", headers=RIGHT).status_code == 200
    assert not found()
    assert client.get(f"/api/brochures/{identifier}").status_code == 404
    assert library.statistics().brochures == 2
