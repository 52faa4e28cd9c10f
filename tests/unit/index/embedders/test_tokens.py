"""Token numbers by word are those of the tokeniser, whatever the text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer, Replace, Sequence
from tokenizers.pre_tokenizers import BertPreTokenizer, Metaspace

from index import StaticEmbedder
from index.embedders import tokens
from index.embedders.static import bundled_folder
from index.embedders.tokens import Tokens

_WORDS = ["chez", "soi", "logement", "l", "eau", "##s", "##x", "main", "courante", "2", "m"]


def _tokenizer() -> Tokenizer:
    vocabulary = {"[UNK]": 0} | {word: number for number, word in enumerate(_WORDS, 1)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Sequence([Replace("œ", "oe"), BertNormalizer()])
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.add_tokens(
        [AddedToken(text, single_word=True) for text in ("chez soi", "sans-abri", "main courante")]
    )
    return tokenizer


_TEXTS = "chez|soi|Chez|soi.|sans-abri|main|courantes|courante|logements,|m²|l’eau|日本|œ|é"
_SPACES = [" ", "  ", "\n", "\x0b", "\x1f", "\x85", "\u00a0", "\u200b", "\u202f"]
_PARTS = st.sampled_from([*_TEXTS.split("|"), *_SPACES])


@given(st.lists(st.one_of(_PARTS, st.text(max_size=3)), max_size=12))
def test_numbers_are_those_of_the_tokeniser(parts: list[str]) -> None:
    tokenizer = _tokenizer()
    texts = [" ".join(parts), "".join(parts)]
    expected = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
    kept = Tokens(tokenizer)
    assert [list(ids) for ids in kept.of(texts).each()] == expected
    assert [list(ids) for ids in kept.of(texts).each()] == expected


@given(st.lists(_PARTS, max_size=8), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8))))
def test_numbers_of_parts_of_a_text_are_those_of_the_tokeniser(
    parts: list[str], spans: list[tuple[int, int]]
) -> None:
    tokenizer = _tokenizer()
    texts = [" ".join(parts), *(" ".join(parts[start:stop]) for start, stop in spans)]
    expected = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
    assert [list(ids) for ids in Tokens(tokenizer).of(texts).each()] == expected
    assert [list(ids) for ids in Tokens(tokenizer).of(texts[::-1]).each()] == expected[::-1]


def test_words_of_sentences_are_looked_up_in_the_text_above_them() -> None:
    kept = Tokens(_tokenizer())
    asked = Mock(wraps=kept._of_words)
    kept._of_words = asked  # type: ignore[method-assign]
    kept.of(["chez soi un abri chez nous", "chez soi", "chez nous", "abri chez nous", "chez"])
    words = asked.call_args.args[0]
    assert words == ["chez", "soi", "un", "abri", "chez", "nous", "abri", "chez", "nous"]


@given(st.text(max_size=80))
def test_bundled_model_reads_any_text_as_its_tokeniser_does(text: str) -> None:
    tokenizer = _bundled()
    expected = tokenizer.encode(text, add_special_tokens=False).ids
    assert list(Tokens(tokenizer).of([text]).ids) == expected


def test_words_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_KEPT", 2)
    kept = Tokens(_tokenizer())
    before = [list(ids) for ids in kept.of(["logement eau", "main l eau"]).each()]
    assert [list(ids) for ids in kept.of(["logement eau", "main l eau"]).each()] == before
    assert before == [[3, 5], [8, 4, 5]]


def test_words_that_could_not_be_tokenised_are_tokenised_when_they_come_back() -> None:
    kept = Tokens(_tokenizer())
    whole = kept._encode
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "_encode_words", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            kept.of(["logement eau"])
    assert [list(ids) for ids in kept.of(["logement eau"]).each()] == whole(["logement eau"])


def test_a_tokeniser_that_cuts_long_texts_reads_every_word() -> None:
    tokenizer = _tokenizer()
    text = "logement eau main l eau m 2"
    expected = tokenizer.encode(text, add_special_tokens=False).ids
    tokenizer.enable_truncation(3)
    assert Tokens(tokenizer).of([text]).ids.tolist() == expected


def test_threads_that_meet_new_words_at_once_get_their_own_numbers() -> None:
    words = ["".join(letters) for letters in product("abcdef", repeat=4)]
    texts = [" ".join(words[start::7]) for start in range(7)] * 20
    tokenizer = _bundled()
    expected = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
    kept = Tokens(tokenizer)
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(lambda text: kept.of([text]).ids.tolist(), texts))
    assert found == expected


def test_no_text_has_no_numbers() -> None:
    found = Tokens(_tokenizer()).of([])
    assert (found.ids.tolist(), found.ends.tolist(), found.each()) == ([], [0], [])


def test_tokeniser_that_marks_where_words_begin_is_asked_for_whole_texts() -> None:
    tokenizer = _tokenizer()
    tokenizer.normalizer = BertNormalizer()
    tokenizer.pre_tokenizer = Metaspace()
    texts = ["logement eau", "eau  logement"]
    expected = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
    assert [list(ids) for ids in Tokens(tokenizer).of(texts).each()] == expected


@cache
def _bundled() -> Tokenizer:
    return StaticEmbedder(bundled_folder())._tokenizer
