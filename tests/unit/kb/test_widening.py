"""Which words of the brochures widen a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.ports import Vectors
from kb.query import Query, expand, parse_query
from kb.text import fold
from kb.thesaurus import build_thesaurus
from kb.widening import (
    LEAST_SIMILARITY,
    MOST_WORDS,
    WEIGHT,
    Vocabulary,
    vocabulary_of,
    widen,
    widenable,
)

THESAURUS = build_thesaurus(
    {
        "sigle": [{"court": "VIF", "long": "violences intrafamiliales"}],
        "synonymes": [{"termes": ["personnes âgées", "seniors"]}],
    }
)


def _vocabulary(*words: str) -> Vocabulary:
    return vocabulary_of([(fold(word), word, 1) for word in words])


def _rows(*rows: Sequence[float]) -> Vectors:
    return np.array(rows, dtype=np.float32)


def _at(cosine: float) -> list[float]:
    """A unit vector of the plane at that cosine from (1, 0)."""
    return [cosine, (1 - cosine**2) ** 0.5]


def _added(query: Query) -> list[list[tuple[str, float | None]]]:
    return [[(one.label, one.similarity) for one in concept.added] for concept in query.concepts]


def test_vocabulary_holds_each_stem_once_under_its_most_frequent_word() -> None:
    spellings = [("logement", "logement", 3), ("logements", "logements", 9), ("loyer", "loyer", 1)]
    vocabulary = vocabulary_of(spellings)
    assert vocabulary.words == ("logements", "loyer")
    assert vocabulary.stems == ("log", "loyer")


def test_vocabulary_writes_a_word_in_lower_case_where_it_ever_is() -> None:
    vocabulary = vocabulary_of(
        [("chene", "Chêne", 9), ("chene", "chêne", 1), ("chene", "chene", 1)]
    )
    assert vocabulary.words == ("chene",)
    assert vocabulary.names == frozenset()


def test_word_that_always_has_its_capital_is_not_offered() -> None:
    spellings = [("brest", "Brest", 2), ("brest", "BREST", 1), ("favoriser", "Favoriser", 3)]
    vocabulary = vocabulary_of(spellings, named={"brest"})
    assert (vocabulary.words, vocabulary.names) == ((), {"brest"})


def test_word_at_the_start_of_sentences_is_offered_as_its_stem_is_written_elsewhere() -> None:
    spellings = [("foyer", "foyer", 1), ("foyers", "Foyers", 9), ("loyer", "Loyer", 1)]
    assert vocabulary_of(spellings).words == ("foyer",)


def test_acronym_is_a_word_unless_someone_or_somewhere_is_named_so() -> None:
    spellings = [("chrs", "CHRS", 2), ("lille", "LILLE", 2)]
    vocabulary = vocabulary_of(spellings, named={"lille"})
    assert (vocabulary.words, vocabulary.names) == (("CHRS",), {"lill"})


def test_name_that_is_also_a_common_word_is_offered() -> None:
    vocabulary = vocabulary_of([("petit", "petit", 1)], named={"petit"})
    assert (vocabulary.words, vocabulary.names) == (("petit",), frozenset())


@pytest.mark.parametrize("word", ["an", "1901", "t2", "pour"])
def test_numbers_short_words_and_stop_words_are_not_offered(word: str) -> None:
    assert vocabulary_of([(word, word, 5)]).words == ()


def test_of_too_many_words_the_most_frequent_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.widening.MOST_OFFERED", 2)
    spellings = [("abri", "abri", 1), ("loyer", "loyer", 5), ("jardin", "jardin", 3)]
    vocabulary = vocabulary_of(spellings)
    assert vocabulary.words == ("jardin", "loyer")
    assert vocabulary.places == {vocabulary.stems[0]: 0, vocabulary.stems[1]: 1}


def test_vocabulary_without_some_words_keeps_its_places_right() -> None:
    kept = _vocabulary("abri", "loyer", "toit").only([0, 2])
    assert kept.words == ("abri", "toit")
    assert kept.places == {kept.stems[0]: 0, kept.stems[1]: 1}


@pytest.mark.parametrize(
    ("typed", "widened"),
    [
        ("toit femmes", ["toit", "femmes"]),
        ('toit "habitat inclusif"', ["toit"]),
        ("toit 2018 T2 13000", ["toit"]),
        ("toit ZU", ["toit"]),
        ("toit Brest", ["toit"]),
        ("VIF toit", ["toit"]),
        ("toit -femmes", ["toit"]),
    ],
)
def test_only_free_common_words_are_widened(typed: str, widened: list[str]) -> None:
    query = expand(parse_query(typed), THESAURUS, lambda stem: True)
    places = widenable(query, {"brest"})
    assert [query.concepts[place].typed.tokens[0].surface for place in places] == widened


def test_expression_that_the_thesaurus_knows_is_widened_as_one() -> None:
    query = expand(parse_query("violences intrafamiliales"), THESAURUS, lambda stem: True)
    assert len(query.concepts) == 1
    assert widenable(query, ()) == [0]


def test_nearest_words_are_added_with_their_weight_and_reason() -> None:
    query = parse_query("toit")
    vocabulary = _vocabulary("abri", "camion", "maison")
    matrix = _rows(_at(0.6), _at(LEAST_SIMILARITY - 0.01), _at(0.8))
    found = widen(query, [0], _rows([1, 0]), _rows([1, 0])[0], vocabulary, matrix)
    assert _added(found) == [[("maison", 0.8), ("abri", 0.6)]]
    maison = found.concepts[0].added[0]
    assert (maison.weight, maison.share) == (WEIGHT * 0.8, WEIGHT * 0.8)
    assert maison.reason == "sens proche dans les brochures (similarité 0,80)"
    weights = {term.text: term.weight for term in found.terms()}
    assert weights["s:toit"] == 1.0
    assert weights["s:maison"] == pytest.approx(WEIGHT * 0.8)


def test_the_whole_query_decides_between_near_words(monkeypatch: pytest.MonkeyPatch) -> None:
    query = parse_query("baux jardin")
    vocabulary = _vocabulary("contrat", "terrain")
    monkeypatch.setattr("kb.widening.MOST_WORDS", 1)
    # « terrain » is a little farther from the word, and much nearer to the query.
    matrix = _rows([0.70, 0.71414, 0], [0.68, 0, 0.73321])
    typed, whole = _rows([1, 0, 0]), _rows([0.6, 0, 0.8])[0]
    alone = widen(query, [0], typed, typed[0], vocabulary, matrix)
    assert _added(alone) == [[("contrat", 0.7)], []]
    together = widen(query, [0], typed, whole, vocabulary, matrix)
    assert _added(together) == [[("terrain", 0.68)], []]


def test_words_chosen_are_told_the_nearest_first() -> None:
    # « terrain » is chosen first, for its likeness to the query.
    matrix = _rows([0.70, 0.71414, 0], [0.68, 0, 0.73321])
    typed, whole = _rows([1, 0, 0]), _rows([0.6, 0, 0.8])[0]
    vocabulary = _vocabulary("contrat", "terrain")
    found = widen(parse_query("baux"), [0], typed, whole, vocabulary, matrix)
    assert _added(found) == [[("contrat", 0.7), ("terrain", 0.68)]]


def test_word_goes_to_the_concept_that_it_is_nearest_to() -> None:
    query = parse_query("toit femmes")
    vocabulary = _vocabulary("abri", "dame")
    matrix = _rows([0.8, 0.6], [0.6, 0.8])
    found = widen(query, [0, 1], _rows([1, 0], [0, 1]), _rows(_at(0.7))[0], vocabulary, matrix)
    assert _added(found) == [[("abri", 0.8)], [("dame", 0.8)]]


def test_typed_excluded_and_already_offered_stems_are_not_added() -> None:
    query = expand(parse_query("seniors logement -retraités"), THESAURUS, lambda stem: True)
    vocabulary = _vocabulary("âgé", "logements", "retraités", "vieux")
    matrix = _rows(*[_at(0.9)] * 4)
    found = widen(query, [0], _rows([1, 0]), _rows([1, 0])[0], vocabulary, matrix)
    assert [one.label for one in found.concepts[0].added] == ["personnes âgées", "vieux"]


def test_what_the_thesaurus_offers_for_one_concept_may_widen_another() -> None:
    query = expand(parse_query("seniors anciens"), THESAURUS, lambda stem: True)
    vocabulary = _vocabulary("âgé")
    typed = _rows([0, 1], [1, 0])
    found = widen(query, [0, 1], typed, _rows([1, 0])[0], vocabulary, _rows(_at(0.9)))
    assert [one.label for one in found.concepts[1].added] == ["âgé"]


def test_concept_without_vector_stays_as_it_is() -> None:
    query = parse_query("toit")
    found = widen(query, [0], _rows([0, 0]), _rows([0, 0])[0], _vocabulary("abri"), _rows([1, 0]))
    assert found == query


def test_equals_come_in_alphabetical_order() -> None:
    words = "abri", "bâti", "cabane", "demeure", "étage", "foyer", "gîte", "hutte"
    vocabulary = _vocabulary(*reversed(words))
    matrix = _rows(*[_at(0.7)] * len(words))
    found = widen(parse_query("toit"), [0], _rows([1, 0]), _rows([1, 0])[0], vocabulary, matrix)
    assert [one.label for one in found.concepts[0].added] == list(vocabulary.words[:MOST_WORDS])


WORDS = ("abri", "camion", "dame", "femme", "femmes", "jardin", "logements", "maison", "toit")


@given(
    rows=st.lists(
        st.lists(st.floats(-1, 1, width=16), min_size=3, max_size=3),
        min_size=len(WORDS) + 3,
        max_size=len(WORDS) + 3,
    ),
    typed=st.sampled_from(["toit femmes", "logement dame", "enfant abri -maison"]),
)
def test_weights_stay_in_bounds_and_no_stem_comes_twice(
    rows: list[list[float]], typed: str
) -> None:
    vectors = _rows(*rows)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.where(lengths > 0, vectors / np.where(lengths > 0, lengths, 1), 0)
    vectors = vectors.astype(np.float32)
    query, vocabulary = parse_query(typed), _vocabulary(*WORDS)
    size = len(vocabulary.words)
    asked = (query, [0, 1], vectors[size : size + 2], vectors[-1], vocabulary, vectors[:size])
    found = widen(*asked)
    added = [one for concept in found.concepts for one in concept.added]
    assert all(0 < one.weight <= WEIGHT and one.weight == one.share for one in added)
    assert all(LEAST_SIMILARITY <= (one.similarity or 0) <= 1 for one in added)
    assert all(len(concept.added) <= MOST_WORDS for concept in found.concepts)
    stems = [stem for one in added for stem in one.stems]
    refused = {stem for concept in query.concepts for stem in concept.typed.stems}
    refused |= {token.stem for words in query.excluded for token in words}
    assert len(stems) == len(set(stems))
    assert not refused & set(stems)
    assert widen(*asked) == found
    assert replace(found, concepts=query.concepts) == query
