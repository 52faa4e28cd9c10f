"""Sentences of French text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.sentences import split_sentences

PIECES = [
    "M. ",
    "art. 3",
    " etc.",
    "n° 4",
    "1,5",
    "3.2",
    "« ",
    " »",
    "…",
    "?",
    "!",
    ". ",
    "\n",
    "• ",
]
PIECES += ["Île", "mot", "J.-L. ", "(", ")", " ", "\u00a0", "d’", "A", ";", ":", ",", "“", "”"]


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Il pleut. Elle lit.", ["Il pleut.", "Elle lit."]),
        ("M. Petit loge ici. Mme Roux aussi.", ["M. Petit loge ici.", "Mme Roux aussi."]),
        ("Selon l’art. 3 du bail. Fin.", ["Selon l’art. 3 du bail.", "Fin."]),
        (
            "Des lits, des tables, etc. Tout est neuf.",
            ["Des lits, des tables, etc.", "Tout est neuf."],
        ),
        ("Des lits, etc. sont fournis.", ["Des lits, etc. sont fournis."]),
        ("Un abri chauffé. « Oui ».", ["Un abri chauffé.", "« Oui »."]),
        (
            "Selon l’annexe. 12 foyers.\nSuivi indiv. 3 lits.",
            ["Selon l’annexe.", "12 foyers.", "Suivi indiv.", "3 lits."],
        ),
        ("Le lot n° 4. 12 foyers.", ["Le lot n° 4.", "12 foyers."]),
        ("Il paie 1.5 fois plus. Oui.", ["Il paie 1.5 fois plus.", "Oui."]),
        ("J.-L. Morin et A. Diop ont signé.", ["J.-L. Morin et A. Diop ont signé."]),
        ("« Où ? », dit-il. « Ici ! »", ["« Où ? », dit-il.", "« Ici ! »"]),
        ("« Je reste. » Elle sourit.", ["« Je reste. »", "Elle sourit."]),
        ("Elle attend… puis signe. Fin", ["Elle attend… puis signe.", "Fin"]),
        ("1. Un bail clair. 2. Un suivi.", ["1. Un bail clair.", "2. Un suivi."]),
        ("Sans point\n• un\n• deux. Trois", ["Sans point", "• un", "• deux.", "Trois"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_pauses(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=6)).map("".join))
def test_spans_hold_all_that_is_no_space_in_order(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(text[span.start : span.end].strip() == text[span.start : span.end] for span in spans)


def test_address_over_two_lines_is_not_cut() -> None:
    assert sentences("Un. Écrire à ada@\nexemple.fr demain. Deux.\nTrois.") == [
        "Un.",
        "Écrire à ada@\nexemple.fr demain.",
        "Deux.",
        "Trois.",
    ]
