"""Words as tokens that no tokenizer cuts or folds."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from index.milvus.tokens import NOTHING, decoded, encoded
from kb.text import context_terms, text_terms

words = st.text(st.characters(exclude_categories=()), max_size=20)


@given(words)
def test_a_token_gives_its_word_back(word: str) -> None:
    assert decoded(encoded(word)) == word


@given(words)
def test_a_token_is_lower_case_letters_and_digits(word: str) -> None:
    assert re.fullmatch(r"[a-z0-9]*", encoded(word))


@given(st.text(min_size=241), st.text(min_size=241))
def test_long_words_that_differ_have_tokens_that_differ(left: str, right: str) -> None:
    assert (encoded(left) == encoded(right)) == (left == right)


def test_long_words_keep_within_the_length_of_a_field() -> None:
    assert [len(encoded("é" * size)) <= 240 for size in (10, 40, 41, 10_000)] == [True] * 4
    assert decoded(encoded("é" * 1_000)) is None


def test_a_short_word_never_passes_for_the_digest_of_a_long_one() -> None:
    assert decoded(encoded(encoded("x" * 300))) == encoded("x" * 300)


def test_no_word_has_the_token_of_nothing() -> None:
    assert decoded(NOTHING) is None
    assert encoded(NOTHING) != NOTHING


def test_terms_of_a_text_stay_apart() -> None:
    text = "L’Été à l’EHPAD S.I.A.O., 13,5 % des éco-gestes et 1jeune1logement à Saint-Quentin"
    terms = {*text_terms(text), *context_terms([text])}
    assert len({encoded(term) for term in terms}) == len(terms)


def test_plain_words_stay_readable() -> None:
    assert encoded("s:logement") == "szclogement"
    assert encoded("zone 2") == "zzonezx20z2"
