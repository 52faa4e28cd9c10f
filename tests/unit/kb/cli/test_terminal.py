"""How counts, places, pages and long texts are written."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.cli.terminal import counted, page_list, page_reference, printable, wrapped
from kb.model import Span


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 projet"), (1, "1 projet"), (2, "2 projets"), (1234, "1\u202f234 projets")],
)
def test_french_plurals_begin_at_two(number, text):
    assert counted(number, "projet") == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Été « à » l’ouest\u202f!", "Été « à » l’ouest\u202f!"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\nb\r", "a\\nb\\r"),
        ("\u202etxt", "\\u202etxt"),
        ("\udce9", "\\udce9"),
    ],
)
def test_what_would_give_orders_to_a_terminal_is_spelt_out(text, written):
    assert printable(text) == written


def test_an_irregular_plural():
    assert counted(3, "mise à jour", "mises à jour") == "3 mises à jour"


@pytest.mark.parametrize(
    ("pages", "text"),
    [((), ""), ((4,), "4"), ((1, 2, 3), "1-3"), ((9, 1, 3, 4, 4), "1, 3-4, 9")],
)
def test_page_lists(pages, text):
    assert page_list(pages) == text


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((7, 7, ""), "p. 7"),
        ((7, 7, "7"), "p. 7"),
        ((7, 7, "5"), "p. 7 (imprimée 5)"),
        ((7, 8, ""), "p. 7-8"),
    ],
)
def test_page_references(arguments, text):
    assert page_reference(*arguments) == text


def test_bullets_hang_under_their_text(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")

    assert wrapped("Il faut :\n• " + "mot " * 12, indent="  ") == (
        "  Il faut :\n  • mot mot mot mot mot mot mot mot mot\n    mot mot mot"
    )


def test_french_punctuation_stays_with_its_word(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")

    assert wrapped("a" * 30 + " objectif : b « c »") == "a" * 30 + "\nobjectif : b « c »"
    assert wrapped("a" * 36 + " : b") == "a" * 36 + " : b"
    assert wrapped("b " + "a" * 36 + " « c »") == "b " + "a" * 36 + "\n« c »"


def test_a_mark_that_wraps_is_bold_on_both_lines(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    text = "a" * 30 + " violences intrafamiliales ici"

    assert wrapped(text, (Span(31, 56),)) == (
        "a" * 30 + " \x1b[1mviolences\x1b[0m\n\x1b[1mintrafamiliales\x1b[0m ici"
    )


@given(
    st.text(alphabet="aé •\n.x«:»", max_size=200),
    st.lists(st.tuples(st.integers(-5, 210), st.integers(-5, 210)), max_size=5),
)
def test_wrapping_and_marking_lose_no_character(text, pairs):
    shown = click.unstyle(wrapped(text, [Span(start, end) for start, end in pairs]))

    assert shown.split() == text.split()
