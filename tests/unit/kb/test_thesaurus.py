"""The thesaurus: its data and what it suggests."""

from __future__ import annotations

import pytest

from kb.text import content_tokens
from kb.thesaurus import build_thesaurus, load_thesaurus


def _added(text: str) -> dict[str, str]:
    found = load_thesaurus().suggestions(content_tokens(text))
    return {added: one.reason for one in found for added in one.added}


@pytest.mark.parametrize(
    ("typed", "expected", "reason"),
    [
        ("FJT", "foyer de jeunes travailleurs", "sigle"),
        ("foyers de jeunes travailleurs", "FJT", "sigle"),
        ("chrs", "centre d'hébergement et de réinsertion sociale", "sigle"),
        ("siao", "service intégré d'accueil et d'orientation", "sigle"),
        ("QPV", "quartier prioritaire de la ville", "sigle"),
        ("ASE", "aide sociale à l'enfance", "sigle"),
        ("AAH", "allocation adulte handicapé", "sigle"),
        ("PCH", "prestation de compensation du handicap", "sigle"),
        ("CCAS", "centre communal d'action sociale", "sigle"),
        ("EHPAD", "établissement d'hébergement pour personnes âgées dépendantes", "sigle"),
        ("VIF", "violences intrafamiliales", "sigle"),
        ("bailleur", "organisme", "synonyme"),
        ("organisme Hlm", "bailleur social", "synonyme"),
        ("appartements", "logement", "mot courant"),
    ],
)
def test_words_of_the_field_are_known(typed: str, expected: str, reason: str) -> None:
    assert _added(typed)[expected] == reason


def test_lay_words_go_one_way_only() -> None:
    assert "appartement" not in _added("logement")


def test_longest_expression_is_taken_first() -> None:
    thesaurus = build_thesaurus(
        {
            "synonymes": [{"termes": ["personnes âgées", "seniors"]}],
            "courant": [{"mots": ["personne"], "vers": ["habitant"]}],
        }
    )
    found = thesaurus.suggestions(content_tokens("personnes âgées"))
    assert [(one.start, one.end, one.added) for one in found] == [(0, 2, ("seniors",))]


def test_every_entry_has_words_that_are_indexed() -> None:
    assert all(key and all(key) for key in load_thesaurus().entries)


def test_word_without_entry_adds_nothing() -> None:
    assert _added("maroilles") == {}
