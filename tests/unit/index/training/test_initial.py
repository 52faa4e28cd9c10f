from __future__ import annotations

import numpy as np
import pytest

from index.training.config import InitialOptions
from index.training.initial import initial_table
from index.training.vocabulary import Vocabulary
from index.training.word_vectors import WordVectors

TOKENS = ("[UNK]", "z", "##s", "loyer", "loyers", "toit", "toitures", "xylo", "toit-loyer")
VECTORS = WordVectors(
    ("loyer", "Toit", "toit", "toitures"),
    np.array([0, 1, 2, 1]),
    np.array([[2, 0, 0], [0, 3, 0], [0, 0, 1]], dtype=np.float32),
)
NO_SIGNATURE = InitialOptions(signature_dim=0, sif=1e-4)


def rows(options=NO_SIGNATURE, frequencies=None, seed=1):
    vocabulary = Vocabulary(TOKENS, ("toit-loyer",), frequencies or {})
    return dict(zip(TOKENS, initial_table(vocabulary, VECTORS, options, seed), strict=True))


def cosine(one, other):
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_a_frequent_word_weighs_less():
    rare, frequent = rows()["loyer"], rows(frequencies={"loyer": 9e-4})["loyer"]

    # The mean that is taken away moves with the frequencies: compare signatures instead.
    options = InitialOptions(signature_dim=4, signature_weight=1.0, sif=1e-4)
    lengths = [
        np.linalg.norm(rows(options, {"loyer": share})["loyer"][3:]) for share in (1e-4, 9e-4)
    ]
    assert lengths == pytest.approx([0.5, 0.1])
    assert not np.allclose(rare, frequent)


def test_spellings_weigh_by_their_frequency():
    zipf = 1 / (np.arange(4) + 3)
    meanings = rows()
    difference = meanings["toit"] - meanings["toitures"]

    # toit: Toit (row 1) and toit (row 2), unit vectors; toitures: row 1 alone.
    share = zipf[2] / (zipf[1] + zipf[2])
    weight = 1e-4 / (1e-4 + 1e-7)
    assert difference == pytest.approx(weight * share * np.array([0, -1, 1]), abs=1e-6)


def test_words_of_one_stem_stand_in_for_a_missing_vector():
    assert np.array_equal(rows()["loyers"], rows()["loyer"])


def test_a_compound_is_the_mean_of_its_parts():
    found = rows()

    assert found["toit-loyer"] == pytest.approx((found["toit"] + found["loyer"]) / 2, abs=1e-7)


def test_what_nothing_is_known_of_has_its_signature_alone():
    assert not rows()["xylo"].any()
    signed = rows(InitialOptions(signature_dim=5, signature_weight=2.0))["xylo"]
    assert not signed[:3].any()
    assert np.linalg.norm(signed) == pytest.approx(2.0 * 1e-4 / (1e-4 + 1e-7))


def test_a_stem_shares_its_signature_and_others_do_not():
    found = rows(InitialOptions(signature_dim=64))

    assert cosine(found["loyer"][3:], found["loyers"][3:]) == pytest.approx(1)
    assert abs(cosine(found["loyer"][3:], found["toit"][3:])) < 0.5


def test_the_unknown_token_is_zero():
    assert not rows(InitialOptions(signature_dim=8))["[UNK]"].any()


def test_the_seed_decides_the_signatures():
    options = InitialOptions(signature_dim=8)

    assert np.array_equal(rows(options)["xylo"], rows(options)["xylo"])
    assert not np.allclose(rows(options)["xylo"], rows(options, seed=2)["xylo"])
