"""A base whose brochure says something of the test's own wherever a brochure can say anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.model import (
    Brochure,
    IngestReport,
    PageText,
    Passage,
    Person,
    Project,
    Reading,
    Section,
)

Said = Callable[[str], str]
"""From the name of a field to what the brochure prints there."""

QUESTIONS = (
    "logement accompagnement",
    "logement -jardin",
    '"un logement accompagnement"',
    "logement masse habitat",
    "logments acompagnement",
    "Nord",
)


def reading(said: Said) -> Reading:
    """One project of two sections, every field of which is ``said``."""
    brochure = Brochure(
        "cahier", said("title"), 2020, f"{said('source')}.txt", "c" * 64, "txt", True, 2,
        "generique",
    )  # fmt: skip
    project = Project(
        id="cahier/projet",
        brochure_id="cahier",
        title=said("project"),
        subtitle=said("subtitle"),
        organisation=said("organisation"),
        partners=(said("partner"),),
        communes=(said("commune"),),
        departements=("59",),
        year=2019,
        values=(said("value"),),
        objectives=(said("objective"),),
        public=said("public"),
        first_page=1,
        last_page=2,
        people=(Person(said("name"), said("role"), said("body"), "", ""),),
    )
    sections = tuple(
        Section(f"cahier/projet/{slug}", project.id, heading, heading.upper(), 1)
        for slug, heading in (("bilan", said("heading")), ("freins", "Freins identifiés"))
    )
    texts = (
        f"Un logement accompagnement pour {said('text')} dans la ville. Une autre phrase.",
        f"• Le logement manque {said('bullet')}\n• Douze logements pour {said('figure')} ici",
        f"Le logement accompagnement coûte 3 500 € : {said('sentence')}. Nous en parlons.",
    )
    passages = tuple(
        Passage(
            id=f"{section.id}/{number}",
            section_id=section.id,
            project_id=project.id,
            brochure_id=brochure.id,
            text=text,
            heading=section.heading,
            heading_printed=section.heading_printed,
            page=1,
            last_page=1,
            page_printed=said("printed"),
        )
        for number, (text, section) in enumerate(
            zip(texts, (sections[0], sections[1], sections[0]), strict=True), 1
        )
    )
    report = IngestReport(
        2, 1, 2, 3,
        furniture=(said("furniture"),),
        set_aside=(said("aside"),),
        warnings=(said("warning"),),
    )  # fmt: skip
    pages = (
        PageText(1, said("printed"), "\n".join((*texts, said("page")))),
        PageText(2, "", said("last")),
    )
    return Reading(brochure, (project,), sections, passages, pages, report)


VALUES = {
    "passage_id": ("cahier/projet/bilan/1", "cahier/projet/freins/2", "cahier/projet/bilan/3"),
    "project_id": ("cahier/projet",),
    "brochure_id": ("cahier",),
    "number": ("1",),
    "filename": ("passages.css",),
    "code": ("en",),
    "language": ("en",),
}
"""What stands for the places of an address."""

_QUERIES = {
    "pages.search": tuple({"q": question} for question in QUESTIONS),
    "api.search": tuple({"q": one, "mode": "semantic"} for one in QUESTIONS)
    + tuple({"q": one} for one in QUESTIONS),
    "api.suggest": tuple({"q": one} for one in ("lo", "logement ac", "pr", "no", "ha", "06", "qu")),
    "pages.projects": ({"departement": "59"}, {"page": "1"}),
    "source.passage": ({"page": "2"},),
    "sheets.compare": ({"projet": "cahier/projet"},),
    "collections.basket": ({"passage": list(VALUES["passage_id"])},),
    "collections.note": ({"passage": list(VALUES["passage_id"]), "title": "Note"},),
    "collections.export": tuple(
        {"passage": list(VALUES["passage_id"]), "format": name} for name in ("docx", "md", "csv")
    ),
}
"""What is asked at an address beside nothing at all."""


@dataclass(frozen=True, slots=True)
class Visit:
    """An answer and what it answers."""

    path: str
    answer: TestResponse


def everywhere(app: Flask, client: FlaskClient) -> Iterator[Visit]:
    """The answer of every address that can be read, and of the exports."""
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        for path in _paths(rule.rule):
            for query in ({}, *_QUERIES.get(rule.endpoint, ())):
                answer = client.get(path, query_string=query)
                yield Visit(f"{path} {query}", answer)
    for name in ("docx", "md", "csv"):
        body = {"format": name, "passages": list(VALUES["passage_id"])}
        yield Visit(f"/api/exports {name}", client.post("/api/exports", json=body))
    missing = "cahier/projet/bilan/9"
    for path in (f"/api/passages/{missing}", f"/passages/{missing}", "/nulle-part", "/api/rien"):
        yield Visit(path, client.get(path))
    yield Visit("picture", client.get("/source/cahier/pages/1.webp"))


def _paths(rule: str) -> list[str]:
    found = [rule]
    for place in re.findall(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", rule):
        expression = re.compile(rf"<(?:\w+(?:\([^)]*\))?:)?{place}>")
        found = [expression.sub(value, one) for one in found for value in VALUES[place]]
    return found
