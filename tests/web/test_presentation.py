"""How passages and lists are laid out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from kb.model import Span
from web.french import departement_label, place, spaced
from web.presentation import passage_html


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


def test_places_are_named() -> None:
    assert departement_label("2A") == "Corse-du-Sud\u00a0(2A)"
    assert departement_label("999") == "999"
    assert place(("Lens",), ("62",)) == "Lens\u00a0(62)"
    assert place(("Lens",), ()) == "Lens"
    assert place((), ("59", "02")) == "Nord\u00a0(59), Aisne\u00a0(02)"


def test_messages_get_their_no_break_spaces() -> None:
    assert spaced("Le mode « x » : quoi ? Non ; si !") == (
        "Le mode «\u00a0x\u00a0»\u00a0: quoi\u202f? Non\u202f; si\u202f!"
    )
