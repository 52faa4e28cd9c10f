"""How much of a query a passage answers, counted in concepts."""

from __future__ import annotations

import pytest

from kb.library.coverage import Coverage, Covered, unknown_share
from kb.library.profiles import PassageProfile
from kb.query import Alternative, Concept, Query, parse_query
from kb.text import stem, word_token

_WEIGHTS = {stem("loyer"): 1.0, stem("impayé"): 3.0}


def _weight(word: str) -> float:
    return _WEIGHTS.get(word, 2.0)


def _profile(text: str, context: str = "") -> PassageProfile:
    said, around = (" ".join(map(stem, words.split())) for words in (text, context))
    return PassageProfile.of("b/p", "", said, around)


def _query(added: Alternative | None = None) -> Query:
    typed = parse_query("loyer impayé")
    first, second = typed.concepts
    concepts = (first, Concept(second.typed, (added,) if added else ()))
    return Query(typed.text, typed.words, concepts)


def _added(word: str, share: float, similarity: float | None) -> Alternative:
    token = word_token(word)
    return Alternative((token,), share, word, "", share, similarity)


def test_rare_word_counts_more_than_a_frequent_one() -> None:
    measured = Coverage(_query(), _weight)
    assert measured.of(_profile("impayé")) == Covered(0.75, 0.75)
    assert measured.of(_profile("loyer")) == Covered(0.25, 0.25)
    assert measured.of(_profile("loyer impayé")) == Covered(1.0, 1.0)
    assert measured.of(_profile("jardin")) == Covered(0.0, 0.0)


def test_word_of_a_title_counts_for_less() -> None:
    found = Coverage(_query(), _weight).of(_profile("loyer", context="impayé"))
    assert found.said == pytest.approx(0.25 + 0.75 * 0.6)


def test_synonym_of_the_thesaurus_counts_as_said() -> None:
    measured = Coverage(_query(_added("dette", 0.8, None)), _weight)
    found = measured.of(_profile("dette"))
    assert (found.said, found.near) == (pytest.approx(0.6), pytest.approx(0.6))


def test_word_of_like_meaning_is_near_and_not_said() -> None:
    measured = Coverage(_query(_added("dette", 0.4, 0.8)), _weight)
    found = measured.of(_profile("loyer dette"))
    assert (found.said, found.near) == (pytest.approx(0.25), pytest.approx(0.55))


def test_query_of_weightless_words_is_not_covered() -> None:
    assert Coverage(_query(), lambda _: 0.0).of(_profile("loyer impayé")) == Covered(0.0, 0.0)


def test_word_that_no_brochure_holds_is_unknown_unless_the_thesaurus_says_it_otherwise() -> None:
    def known(word: str) -> bool:
        return word == stem("loyer")

    assert unknown_share(_query(), known, _weight) == pytest.approx(0.75)
    assert unknown_share(_query(_added("dette", 0.8, None)), known, _weight) == 0.0
    assert unknown_share(_query(_added("dette", 0.4, 0.8)), known, _weight) == pytest.approx(0.75)
