"""The sample brochures, against the facts they were made from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest import read_brochure
from kb.model import Project, Reading
from kb.text import fold

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
HEADINGS = {
    "presentation": "Présentation",
    "publics": "Publics concernés",
    "fonctionnement": "Comment fonctionne la démarche ?",
    "objectifs": "Objectifs du projet",
    "declinaison": "Déclinaison opérationnelle",
    "reussite": "Conditions de réussite",
    "freins": "Freins identifiés",
    "chiffres": "Quelques chiffres",
    "parole": "Parole aux acteurs",
}


def sources(pattern: str) -> list[dict[str, Any]]:
    return [
        project
        for path in sorted((CORPUS / "source").glob(pattern))
        for project in tomllib.loads(path.read_text(encoding="utf-8")).get("project", [])
    ]


SAMPLES = {
    "synthese-hauts-de-france.pdf": sources("synthese-hauts-de-france-*.toml"),
    "logement-accompagne-bretagne.docx": sources("logement-accompagne-bretagne.toml"),
}


@pytest.fixture(scope="module", params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> tuple[Reading, list[dict[str, Any]]]:
    return read_brochure(CORPUS / request.param), SAMPLES[request.param]


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", fold(text))


def stated(project: Project) -> dict[str, Any]:
    return {
        "title": project.title,
        "subtitle": project.subtitle,
        "organisation": project.organisation,
        "communes": list(project.communes),
        "departements": list(project.departements),
        "year": project.year,
        "partners": sorted(project.partners),
        "values": list(project.values),
        "objectives": sorted(project.objectives),
    }


def expected(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": source["title"],
        "subtitle": source.get("subtitle", ""),
        "organisation": source["organisation"],
        "communes": source["communes"],
        "departements": source["departements"],
        "year": source["year"],
        "partners": sorted(source["partners"]),
        "values": source.get("values", []),
        "objectives": sorted(source.get("objectives", [])),
    }


def test_projects_carry_the_facts_they_were_made_from(
    sample: tuple[Reading, list[dict[str, Any]]],
) -> None:
    reading, projects = sample
    assert [stated(p) for p in reading.projects] == [expected(source) for source in projects]


def test_every_sentence_is_in_a_passage_of_its_project_and_heading(
    sample: tuple[Reading, list[dict[str, Any]]],
) -> None:
    reading, projects = sample
    lost = []
    for project, source in zip(reading.projects, projects, strict=True):
        for section in source["section"]:
            printed = section.get("heading", "")
            held = "".join(
                letters(passage.text)
                for passage in reading.passages
                if passage.project_id == project.id
                and (
                    passage.heading_printed == printed
                    if printed
                    else passage.heading == HEADINGS[section["kind"]]
                )
            )
            lost += [line for line in section["text"].splitlines() if letters(line) not in held]
    assert lost == []


def test_nothing_was_refused(sample: tuple[Reading, list[dict[str, Any]]]) -> None:
    reading, _ = sample
    assert reading.report.warnings == ()
    assert all(len(passage.text.split()) <= 180 for passage in reading.passages)


def test_printed_and_file_pages_differ_in_the_pdf() -> None:
    reading = read_brochure(CORPUS / "synthese-hauts-de-france.pdf")
    first = reading.passages[0]
    assert first.page != int(first.page_printed)
