"""How passages and lists are laid out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kb.model import Project, Span
from web.french import departement_label, long_date, number, place, plural, spaced
from web.presentation import MAX_EXAMPLES, examples_of, passage_html


def test_paragraphs_and_bullets_stand_on_their_own_lines() -> None:
    text = "Avant :\n• un\n• deux\n\nAprès.\n– trois"
    assert passage_html(text) == (
        "<p>Avant :</p><ul><li>• un</li><li>• deux</li></ul><p>Après.</p><ul><li>– trois</li></ul>"
    )


def test_best_sentence_over_several_lines_is_set_off_in_each() -> None:
    text = "Début. Suite :\n• un\n• deux."
    best = Span(text.index("Suite"), text.index("\n• deux"))
    assert passage_html(text, [Span(0, 5), Span(15, 19)], best) == (
        "<p><mark>Début</mark>. <strong>Suite :</strong></p>"
        "<ul><li><strong><mark>• un</mark></strong></li><li>• deux.</li></ul>"
    )


def test_best_sentence_that_is_the_whole_passage_is_not_set_off() -> None:
    assert passage_html("Tout est là.", (), Span(0, 12)) == "<p>Tout est là.</p>"


def test_mark_that_crosses_the_end_of_the_best_sentence_is_kept_in_both() -> None:
    assert passage_html("ab cd", [Span(1, 4)], Span(0, 3)) == (
        "<p><strong>a<mark>b </mark></strong><mark>c</mark>d</p>"
    )


def test_addresses_are_masked_and_marks_stay_right() -> None:
    assert passage_html("Voir a@b.fr ici.", [Span(12, 15)]) == (
        "<p>Voir [adresse masquée] <mark>ici</mark>.</p>"
    )


WORDS = st.text(st.sampled_from("ab <>&\"'•–\né"), max_size=40)


@given(WORDS, st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_every_character_is_shown(text: str, a: int, b: int, c: int, d: int) -> None:
    markup = passage_html(text, [Span(a, b)], Span(c, d))
    shown = html.fromstring(f"<div>{markup}</div>").text_content()
    assert shown.replace(" ", "") == text.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0\u00a0projet"),
        (1, "1\u00a0projet"),
        (2, "2\u00a0projets"),
        (1500, "1\u202f500\u00a0projets"),
    ],
)
def test_plural_begins_at_two(count: int, words: str) -> None:
    assert plural(count, "projet") == words


def test_irregular_plural() -> None:
    assert plural(2, "autre valeur", "autres valeurs") == "2\u00a0autres valeurs"


def test_numbers_dates_and_places() -> None:
    assert number(1234567) == "1\u202f234\u202f567"
    assert long_date(datetime(2024, 8, 1, tzinfo=UTC)) == "1er\u00a0août\u00a02024"
    assert long_date("2024-12-31T23:00:00+00:00") == "31\u00a0décembre\u00a02024"
    assert departement_label("2A") == "Corse-du-Sud\u00a0(2A)"
    assert departement_label("999") == "999"
    assert place(("Lens",), ("62",)) == "Lens\u00a0(62)"
    assert place(("Lens",), ()) == "Lens"
    assert place((), ("59", "02")) == "Nord\u00a0(59), Aisne\u00a0(02)"


def test_messages_get_their_no_break_spaces() -> None:
    assert spaced("Le mode « x » : quoi ? Non ; si !") == (
        "Le mode «\u00a0x\u00a0»\u00a0: quoi\u202f? Non\u202f; si\u202f!"
    )


def _project(number: int, *objectives: str, public: str = "") -> Project:
    return Project(f"b/{number}", "b", f"P{number}", objectives=objectives, public=public)


def test_examples_take_from_each_project_in_turn_without_repeating() -> None:
    projects = [
        _project(1, "Loger", "Insérer", "Former", public="p" * 61),
        _project(2, "LOGER", "Écouter"),
        _project(3, "Bâtir"),
    ]
    app = Flask(__name__)
    app.add_url_rule("/", "pages.search")
    app.add_url_rule("/projets", "pages.projects")
    with app.test_request_context():
        examples = examples_of(projects)
    assert [choice.label for choice in examples["Par objectif"]] == [
        *("Loger", "Bâtir", "Insérer", "Écouter", "Former")
    ][:MAX_EXAMPLES]
    assert examples["Par objectif"][3].url == "/?q=%C3%89couter"
    assert examples["Par public"] == ()
