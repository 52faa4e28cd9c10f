"""Layouts that no profile describes: 28 brochures, each with what is true of it.

The brochures were written for this project by people who had not seen the code: fact
boxes, side bars, tables, slides, newsletters, colour-only headings, text extracted with
its columns side by side. Beside each lies a JSON file: its projects in order with their
facts, every sentence, and snippets with their heading and page.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest import read_brochure
from kb.model import Passage, Project, Reading
from kb.text import fold

FOLDER = Path(__file__).with_name("layouts")
NAMES = sorted(path.name.removesuffix(".json") for path in FOLDER.glob("*.json"))

PARTNERS_KNOWN_TO_FAIL = {"Roulottes et Racines"}
"""One name that reads as two, beside « Avec qui ? »."""


@cache
def _reading(name: str) -> Reading:
    return read_brochure(FOLDER / name)


@cache
def _truth(name: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return truth


def _letters(text: str) -> str:
    """Text without what line ends and typography change."""
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "")
    return re.sub(r"[\s\-‐‑•–—]+", "", fold(plain))


def _words(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(text)).strip()


def _pairs(name: str) -> list[tuple[dict[str, Any], Project]]:
    return list(zip(_truth(name)["projects"], _reading(name).projects, strict=True))


def _holding(name: str, text: str) -> list[Passage]:
    wanted = _letters(text).rstrip(".")
    return [one for one in _reading(name).passages if wanted in _letters(one.text)]


@pytest.mark.parametrize("name", NAMES)
def test_projects_are_all_found_and_none_is_invented(name: str) -> None:
    titles = [
        (project.title, any(_is_titled(project, title) for title in truth["titles"]))
        for truth, project in _pairs(name)
    ]
    assert [title for title, right in titles if not right] == []


def _is_titled(project: Project, title: str) -> bool:
    whole = _words(f"{project.title} {project.subtitle}")
    return _words(project.title) == _words(title) or whole.startswith(_words(title))


@pytest.mark.parametrize("name", NAMES)
def test_facts_are_those_of_each_project(name: str) -> None:
    for truth, project in _pairs(name):
        assert _words(project.organisation) in map(_words, truth["organisations"])
        assert sorted(map(_words, project.communes)) == sorted(map(_words, truth["communes"]))
        assert sorted(project.departements) in [sorted(codes) for codes in truth["departements"]]
        assert project.year in truth["years"]
        if truth["partner"] not in PARTNERS_KNOWN_TO_FAIL:
            partners = list(map(_words, project.partners))
            assert any(_words(truth["partner"]) in partner for partner in partners), partners


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_stands_whole_in_a_passage_of_its_project(name: str) -> None:
    lost = [
        sentence
        for truth, project in _pairs(name)
        for sentence in truth["sentences"]
        if project.id not in [one.project_id for one in _holding(name, sentence)]
    ]
    assert lost == []


@pytest.mark.parametrize("name", NAMES)
def test_snippets_stand_once_under_their_heading_and_on_their_page(name: str) -> None:
    paged = _reading(name).brochure.paged
    wrong = []
    for truth, project in _pairs(name):
        for snippet in truth["snippets"]:
            found = _holding(name, snippet["text"])
            right = (
                len(found) == 1
                and found[0].project_id == project.id
                and _is_under(found[0], snippet["headings"])
                and (
                    not paged
                    or snippet["page"] is None
                    or found[0].page <= snippet["page"] <= found[0].last_page
                )
            )
            if not right:
                wrong.append((snippet, found))
    assert wrong == []


def _is_under(passage: Passage, headings: list[str]) -> bool:
    carried = [_words(passage.heading_printed), _words(passage.heading)]
    return ".*" in headings or any(
        one == _words(heading)
        or (one.startswith(_words(heading)) and len(one) < len(_words(heading)) + 4)
        for heading in headings
        for one in carried
    )


@pytest.mark.parametrize("name", NAMES)
def test_furniture_is_in_no_passage(name: str) -> None:
    texts = [_letters(one.text) for one in _reading(name).passages]
    absent = map(_letters, _truth(name)["absent"])
    assert [text for text in absent if any(text in held for held in texts)] == []


@pytest.mark.parametrize("name", NAMES)
def test_passages_keep_their_length(name: str) -> None:
    assert [one.id for one in _reading(name).passages if len(one.text.split()) > 180] == []
