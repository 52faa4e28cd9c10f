"""E-mail addresses are found however they are broken, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import Span
from kb.privacy import ADDRESS_MASK as MASK
from kb.privacy import contacts, masked, public, uncut


def span_of(part: str, text: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Écrire à a.b-c+d@ex-emple.org.", "Écrire à [adresse masquée]."),
        ("a@b.fr, c@d.com", "[adresse masquée], [adresse masquée]"),
        ("ada @ exemple.fr", "[adresse masquée]"),
        ("ada@\nexemple.fr", "[adresse masquée]"),
        ("ada@ exemple.fr", "[adresse masquée]"),
        ("ada @\nexemple.fr", "[adresse masquée]"),
        ("ada@\n  exemple.fr", "[adresse masquée]"),
        ("ada.martin\n@exemple.fr", "[adresse masquée]"),
        ("ada.mar-\ntin@exemple.fr", "[adresse masquée]"),
        ("ada@loge-\nment.fr", "[adresse masquée]"),
        ("ada@ville.pas-de-\ncalais.fr", "[adresse masquée]"),
        ("ada@exemple.\nfr", "[adresse masquée]"),
        ("ada@exemple.fr.\nla suite", "[adresse masquée].\nla suite"),
        ("• un point -\nada@exemple.fr", "• un point -\n[adresse masquée]"),
        ("ada [at] exemple [dot] fr", "[adresse masquée]"),
        ("ada (arobase) exemple (point) fr", "[adresse masquée]"),
        ("ada(at)exemple.fr", "[adresse masquée]"),
        ("ada [at] exemple.fr", "[adresse masquée]"),
        ("l’adresse d’ada@exemple.fr", "l’adresse d’[adresse masquée]"),
        ("Suivez @logement sur le réseau.", "Suivez @logement sur le réseau."),
        ("10 logements @ Lille", "10 logements @ Lille"),
        ("Suivez\n@logement\nsur le réseau.", "Suivez\n@logement\nsur le réseau."),
        ("le réseau @logement.", "le réseau @logement."),
        ("www.exemple.fr", "www.exemple.fr"),
        ("appartements (AT) de Lille.", "appartements (AT) de Lille."),
    ],
)
def test_addresses_are_masked_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == (shown, ())


def test_spans_follow_the_masks() -> None:
    text = "Avant a@b.fr entre c@d.fr après."
    spans = (span_of("Avant", text), span_of("entre", text), span_of("après", text))
    shown, moved = masked(text, spans)
    assert [shown[span.start : span.end] for span in moved] == ["Avant", "entre", "après"]
    inside = masked(text, (span_of("b.fr entre", text), span_of("entre c", text)))[1]
    assert [shown[span.start : span.end] for span in inside] == [
        "[adresse masquée] entre",
        "entre [adresse masquée]",
    ]


@given(
    st.lists(st.sampled_from(["mot", "ada@exemple.fr", " ", "é", "\n", "."]), max_size=12),
    st.data(),
)
def test_spans_clear_of_addresses_keep_their_words(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown, (span,) = masked(text, (Span(start, end),))
    assert "@" not in shown
    assert 0 <= span.start <= span.end <= len(shown)
    if "ada@exemple.fr" not in words:
        assert (shown, span) == (text, Span(start, end))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" * 50_000, "a" * 50_000),
        ("a." * 50_000, "a." * 50_000),
        ("a@" * 50_000, "a@" * 50_000),
        ("a@b" + ".c" * 50_000, MASK + ".c" * 49_992),
    ],
    ids=["letters", "dots", "signs", "labels"],
)
def test_hostile_text_is_masked_at_once(text: str, shown: str) -> None:
    # Backtracking without bounds would take hours.
    assert masked(text)[0] == shown


def test_stretches_are_joined_where_an_address_would_be_cut() -> None:
    text = "Un. Écrire à ada@\nexemple.fr demain. Deux."
    cuts = [Span(0, 3), Span(4, 17), Span(18, 36), Span(37, 42)]
    assert uncut(text, cuts) == [Span(0, 3), Span(4, 36), Span(37, 42)]
    assert uncut("sans adresse", [Span(0, 4), Span(5, 12)]) == [Span(0, 4), Span(5, 12)]
    assert uncut(text, []) == []


def test_nothing_is_left_of_an_address_whatever_its_breaks() -> None:
    text = "Contact : ada.martin@loge-\nment.fr, ou ada@\nexemple.fr"
    assert public(text) == f"Contact : {MASK}, ou {MASK}"
    assert [text[one.start : one.end] for one in contacts(text)] == [
        "ada.martin@loge-\nment.fr",
        "ada@\nexemple.fr",
    ]
