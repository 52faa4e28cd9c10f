"""What the core says in French is told in the language of the page, or marked as French."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

from kb.themes import all_themes
from kb.thesaurus import load_thesaurus
from web.core_words import REASONS, SENTENCES, THEMES, said, told

ROOT = Path(__file__).parents[2]


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


def _texts(node: ast.AST) -> Iterator[str]:
    """Every text below, with ``{}`` for what is filled in."""
    for inside in ast.walk(node):
        if isinstance(inside, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}"
                for part in inside.values
            )
        elif isinstance(inside, ast.Constant) and isinstance(inside.value, str):
            yield inside.value


def test_every_sentence_is_one_that_the_core_says() -> None:
    known = {
        text
        for package in ("kb", "ingest")
        for path in (ROOT / package).rglob("*.py")
        for text in _texts(ast.parse(path.read_text(encoding="utf-8")))
    }
    listed = {re.sub(r"%\(\w+\)s", "{}", sentence) for sentence in (*REASONS, *SENTENCES)}
    assert listed - known == set()


def test_every_theme_and_every_reason_is_listed() -> None:
    assert {theme.name for theme in all_themes()} == set(THEMES)
    thesaurus = load_thesaurus()
    assert {reason for entry in thesaurus.entries.values() for _, reason in entry} < set(REASONS)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("sigle", "acronym"),
        ("Brochure retirée.", "Brochure removed."),
        (
            "Aucun projet « a/b » : la page « Projets » ou « kb projects » les liste.",
            "No project “a/b”: the “Projects” page or “kb projects” lists them.",
        ),
        (
            "plan.xyz n’est pas d’un type pris en charge : convertissez-le en .pdf, .odt ou .html.",
            "plan.xyz is not of a supported type: convert it to .pdf, .odt or .html.",
        ),
        ("3 projets, 1 passage.", "3\u00a0projects, 1\u00a0passage."),
    ],
)
def test_known_sentences_are_translated(app: Flask, french: str, english: str) -> None:
    with app.test_request_context(), force_locale("en"):
        assert said(french) == english
        assert told(french) == english


def test_french_pages_say_the_same_well_spaced(app: Flask) -> None:
    with app.test_request_context():
        known = "Aucun projet « 50 % » : la page « Projets » ou « kb projects » les liste."
        for tell in (said, told):
            assert tell(known) == (
                "Aucun projet «\u00a050 %\u00a0»\u00a0: "
                "la page «\u00a0Projets\u00a0» ou «\u00a0kb projects\u00a0» les liste."
            )
            assert tell("Autre chose : rien.") == "Autre chose\u00a0: rien."
            assert tell("") == ""


def test_other_sentences_are_marked_as_french(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert said("La page <5> : rien.") == (
            '<span lang="fr">La page &lt;5&gt;\u00a0: rien.</span>'
        )
        assert told("La page <5> : rien.") == "La page <5>\u00a0: rien."
        assert said("") == ""


def test_what_a_sentence_names_is_not_read_as_markup(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        named = said(
            "Aucun projet « <b>%(x)s » : la page « Projets » ou « kb projects » les liste."
        )
        assert named == "No project “<b>%(x)s”: the “Projects” page or “kb projects” lists them."
        assert not hasattr(named, "__html__")
