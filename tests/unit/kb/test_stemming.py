"""Stems: what the rules of French take off, and what they leave."""

from __future__ import annotations

import pytest

from kb.stemming import singular, stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("hebergees", "heberg"),
        ("hebergee", "heberg"),
        ("tombent", "tomb"),
        ("logement", "log"),
        ("parent", "parent"),
        ("present", "present"),
        ("gent", "gent"),
        ("loyers", "loyer"),
        ("bail", "bail"),
        ("baux", "bail"),
        ("abri", "abri"),
        ("t2", "t2"),
    ],
)
def test_stem_of_a_folded_word(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_plural_and_singular_share_their_stem() -> None:
    assert [stem(singular(word)) for word in ("vitraux", "jeux", "logis")] == [
        stem(word) for word in ("vitraux", "jeux", "logis")
    ]
