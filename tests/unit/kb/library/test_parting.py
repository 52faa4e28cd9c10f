"""A passage in the stored text of its pages, and long texts in parts."""

from __future__ import annotations

import pytest

from kb.library import parting
from kb.library.parting import parts_of, spans_of, within
from kb.model import Span
from kb.source import Quote


def found(quote: Quote, *texts: str) -> list[list[str]]:
    return [
        [text[span.start : span.end] for span in spans]
        for text, spans in zip(texts, spans_of(quote, texts), strict=True)
    ]


@pytest.mark.parametrize(
    ("passage", "text", "marked"),
    [
        ("Un texte.", "Avant. Un texte. Après.", ["Un texte."]),
        ("« Entrez ! »", "Il dit : « Entrez ! » Puis rien.", ["« Entrez ! »"]),
        ("• Un jardin\n• Une cour", "Titre\n• Un jardin\n• Une cour", ["Un jardin", "Une cour"]),
        ("Un texte absent.", "Un autre texte.", []),
        ("Dix lits.", "Dix lits.\nDix lits.", []),
        ("…", "Un texte…", []),
        ("Un texte.", "", []),
    ],
)
def test_passage_on_one_page(passage: str, text: str, marked: list[str]) -> None:
    assert found(Quote(passage, 1, 1), text) == [marked]


def test_neighbours_tell_equal_passages_apart() -> None:
    text = "Besoin\nDix lits.\nEffets\nDix lits."
    (spans,) = spans_of(Quote("Dix lits.", 1, 1, before=("Effets",)), [text])
    assert spans == (Span(24, 33),)


def test_passage_over_two_pages() -> None:
    quote = Quote("Il passe par le jardin.", 4, 5)
    assert found(quote, "Titre\nIl passe par", "le jardin. Autre.") == [
        ["Il passe par"],
        ["le jardin."],
    ]
    assert found(quote, "Titre\nIl passe par", "une cour.") == [[], []]


def test_parts_end_at_line_ends_and_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "PART_LENGTH", 10)
    text = "Un deux\ntrois\nquatre cinq six sept\nhuit"
    parts = [text[part.start : part.end] for part in parts_of(text)]
    assert parts == ["Un deux\n", "trois\n", "quatre ", "cinq six ", "sept\nhuit"]
    text = "anticonstitutionnellement"
    assert [text[part.start : part.end] for part in parts_of(text)] == [
        "anticonsti",
        "tutionnell",
        "ement",
    ]


def test_no_part_ends_within_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parting, "PART_LENGTH", 10)
    text = "Un deux\nlonguesphrase ada.martin@\nexemple.fr fin de la phrase"
    parts = [text[part.start : part.end] for part in parts_of(text)]
    assert "".join(parts) == text
    assert [part for part in parts if "ada" in part or "exemple" in part] == [
        "ada.martin@\nexemple.fr"
    ]


@pytest.mark.parametrize("text", ["", "court"])
def test_short_text_is_one_part(text: str) -> None:
    assert parts_of(text) == [Span(0, len(text))]


def test_what_lies_in_a_part_counts_from_its_start() -> None:
    spans = [Span(2, 6), Span(8, 15), Span(20, 25)]
    assert within(spans, Span(5, 12)) == (Span(0, 1), Span(3, 7))
    assert within(spans, Span(16, 20)) == ()
