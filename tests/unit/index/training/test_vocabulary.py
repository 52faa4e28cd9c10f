from __future__ import annotations

import numpy as np
import pytest

from index.training.adapting import CONFIG
from index.training.config import FIELD_KINDS, VocabularyOptions, load_config
from index.training.counting import WordCounts
from index.training.sources import read_texts
from index.training.vocabulary import make_tokenizer, make_vocabulary
from index.training.word_vectors import WordVectors
from index.training.words import folded

VECTORS = WordVectors(("le", "Maison", "sans-abri", "est-il"), np.arange(4), np.eye(4, dtype="f4"))
SMALL = VocabularyOptions(words=3, pieces=0, compounds=5)


def counts(*texts: str) -> WordCounts:
    made = WordCounts()
    made.add(texts)
    return made


@pytest.fixture(scope="module")
def of_the_field():
    """The tokenizer that the shipped configuration gives with the field's own text alone."""
    config = load_config(CONFIG)
    own = WordCounts()
    for source in config.of_kind(*FIELD_KINDS):
        own.add(read_texts(source, config, CONFIG.parent))
    return make_tokenizer(make_vocabulary(WordCounts(), own, VECTORS, config.vocabulary))


@pytest.mark.parametrize(
    "word",
    [
        "seniors", "autisme", "sans-abri", "hébergement", "relogement", "bailleur", "colocation",
        "EHPAD", "SDF", "CHRS", "expulsion", "impayé", "rez-de-chaussée", "FJT", "punaises",
        "sans domicile fixe",
    ],
)  # fmt: skip
def test_words_of_the_field_are_whole(of_the_field, word):
    assert len(of_the_field.encode(f"Un {word}, ici").ids) == 4


@pytest.mark.parametrize(
    "text",
    [
        "Œuvre d’État à 13 000 €",
        "ÂGÉES",
        "Ça, c’est l’été : 45 m²",
        "cœur-à-cœur Æquo",
        "e\u0301te\u0301",
    ],
)
def test_words_are_counted_as_the_tokenizer_sees_them(of_the_field, text):
    assert of_the_field.normalizer.normalize_str(text) == folded(text)


def test_the_likeliest_words_come_in_and_all_those_of_the_field():
    vocabulary = make_vocabulary(
        counts("rue rue rue toit toit mur"), counts("zeste"), VECTORS, SMALL
    )

    assert vocabulary.tokens[0] == "[UNK]"
    assert [one for one in vocabulary.tokens if len(one) > 3 and one != "[UNK]"] == [
        "maison", "zeste", "sans-abri",
    ]  # fmt: skip
    assert {"rue", "le"} <= set(vocabulary.tokens)
    assert "toit" not in vocabulary.tokens


def test_rows_are_the_tokens_numbers():
    vocabulary = make_vocabulary(counts("rue rue"), counts("à-côté rue"), VECTORS, SMALL)

    ids = make_tokenizer(vocabulary).get_vocab()
    assert ids == {token: row for row, token in enumerate(vocabulary.tokens)}
    assert vocabulary.added == ("a-cote", "sans-abri")


def test_words_of_grammar_side_by_side_are_no_words():
    vocabulary = make_vocabulary(
        counts(), counts("celui-ci a-t-il vu l’après-midi"), VECTORS, SMALL
    )

    assert vocabulary.added == ("apres-midi", "sans-abri")


def test_frequencies_are_those_of_texts_and_vectors_mixed():
    options = VocabularyOptions(words=10, pieces=0, vector_share=0.5)
    frequencies = make_vocabulary(counts("rue le"), counts(), VECTORS, options).frequencies

    zipf = 1 / (np.arange(4) + 3)
    assert frequencies["le"] == pytest.approx(0.5 * zipf[0] / zipf.sum() + 0.25)
    assert frequencies["maison"] == pytest.approx(0.5 * zipf[1] / zipf.sum())
    assert frequencies["rue"] == 0.25


def test_a_word_that_is_left_out_is_spelt_in_pieces():
    vocabulary = make_vocabulary(
        counts("rue rue", *["logement relogement logements"] * 3, *["zzz le"] * 9),
        counts(),
        VECTORS,
        VocabularyOptions(words=2, pieces=5),
    )
    tokenizer = make_tokenizer(vocabulary)

    tokens = tokenizer.encode("relogements").tokens
    assert "[UNK]" not in tokens
    assert "".join(token.removeprefix("##") for token in tokens) == "relogements"
    assert len(tokens) < len("relogements")
