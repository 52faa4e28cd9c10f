"""What every engine promises, whatever it is made of."""

from __future__ import annotations

import numpy as np
import pytest

from kb.model import Filter, IndexedPassage, QueryTerm
from kb.ports import Engine
from tests.contract.passages import (
    COSINE_ERROR,
    ahead,
    alike,
    keys_of,
    passage,
    terms,
    vectors,
)

NORTH = np.array([0.0, 1.0], dtype=np.float32)
EAST = np.array([1.0, 0.0], dtype=np.float32)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """Four passages of two organisations, in two places."""
    engine.write(
        [
            passage(40, "logement jeunes", organisation="sia habitat", commune="lille"),
            passage(7, "logement femmes", organisation="sia habitat", commune=("douai", "lille")),
            passage(12, "jardin", organisation="vilogia, groupe", commune="douai"),
            passage(3, "logement", organisation="vilogia, groupe"),
        ],
        vectors((1, 0), (0, 1), (1, 1), (-1, 0)),
    )
    return engine


def test_an_empty_engine_answers_nothing(engine: Engine) -> None:
    assert engine.lexical(terms("logement"), 10) == []
    assert engine.nearest(NORTH, 10) == []
    assert engine.suggest("logement") == []
    assert engine.document_frequencies(["s:logement"]) == {"s:logement": 0}
    assert (engine.keys(), engine.count()) == (set(), 0)


def test_lexical_hits_hold_any_of_the_terms(filled: Engine) -> None:
    assert set(keys_of(filled.lexical(terms("femmes jardin"), 10))) == {7, 12}


def test_an_unknown_term_finds_nothing(filled: Engine) -> None:
    assert filled.lexical(terms("piscine"), 10) == []
    assert filled.lexical([], 10) == []


def test_shorter_passages_come_first_then_lower_keys(filled: Engine) -> None:
    assert keys_of(filled.lexical(terms("logement"), 10)) == [3, 7, 40]


def test_rarer_terms_weigh_more(filled: Engine) -> None:
    assert keys_of(filled.lexical(terms("logement femmes"), 1)) == [7]


def test_repeated_terms_count(engine: Engine) -> None:
    engine.write([passage(1, "toit mur"), passage(2, "toit toit")], alike(2))
    assert keys_of(engine.lexical(terms("toit"), 10)) == [2, 1]


def test_weights_of_query_terms_decide(filled: Engine) -> None:
    light = [QueryTerm("s:femmes", 0.1), QueryTerm("s:jeunes", 1.0)]
    heavy = [QueryTerm("s:femmes", 1.0), QueryTerm("s:jeunes", 0.1)]
    assert keys_of(filled.lexical(light, 10)) == [40, 7]
    assert keys_of(filled.lexical(heavy, 10)) == [7, 40]


def test_scores_grow_in_proportion_to_weights(filled: Engine) -> None:
    [once] = filled.lexical([QueryTerm("s:jardin", 1.0)], 1)
    [twice] = filled.lexical([QueryTerm("s:jardin", 2.0)], 1)
    assert once.score > 0
    assert twice.score == pytest.approx(2 * once.score)


def test_terms_without_weight_find_nothing(filled: Engine) -> None:
    assert filled.lexical([QueryTerm("s:jardin", 0.0)], 10) == []


def test_ties_at_the_cut_are_settled_by_key(engine: Engine) -> None:
    keys = [90, 5, 61, 33, 2, 78]
    engine.write([passage(key, "toit") for key in keys], alike(6))
    assert keys_of(engine.lexical(terms("toit"), 3)) == [2, 5, 33]
    assert keys_of(engine.nearest(ahead(), 3)) == [2, 5, 33]


def test_equal_vectors_tie_whatever_their_place_in_the_matrix(engine: Engine) -> None:
    row = np.random.default_rng(1).normal(size=67)
    keys = list(range(37, 0, -1))
    engine.write([passage(key, "toit") for key in keys], vectors(*[tuple(row)] * len(keys)))
    query = np.random.default_rng(2).normal(size=67).astype(np.float32)
    assert keys_of(engine.nearest(query, 50)) == sorted(keys)


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_no_hit_gives_none(filled: Engine, k: int) -> None:
    assert filled.lexical(terms("logement"), k) == []
    assert filled.nearest(NORTH, k) == []


def test_terms_are_taken_as_they_are(engine: Engine) -> None:
    odd = ("s:l'age", "w:s.i.a.o.", "c:rendez-vous", "s:Été", "w:13,000", "*", "a:b:c")
    engine.write([IndexedPassage(1, " ".join(odd), "", Filter())], alike(1))
    assert engine.document_frequencies(odd) == dict.fromkeys(odd, 1)
    assert engine.document_frequencies(["s:l", "s:age", "s:été", "w:13"]) == {
        "s:l": 0,
        "s:age": 0,
        "s:été": 0,
        "w:13": 0,
    }
    assert keys_of(engine.lexical([QueryTerm("*", 1.0)], 10)) == [1]


def test_nearest_orders_by_cosine(filled: Engine) -> None:
    hits = filled.nearest(NORTH, 10)
    assert keys_of(hits) == [7, 12, 3, 40]
    assert [hit.score for hit in hits] == pytest.approx([1, np.sqrt(0.5), 0, 0], abs=COSINE_ERROR)


def test_nearest_takes_a_vector_of_any_length(filled: Engine) -> None:
    assert filled.nearest(5 * EAST, 10) == filled.nearest(EAST, 10)


def test_nothing_is_near_the_zero_vector(filled: Engine) -> None:
    assert filled.nearest(np.zeros(2, dtype=np.float32), 10) == []


def test_a_passage_scores_the_mean_of_itself_and_of_its_best_sentence(engine: Engine) -> None:
    written = [passage(1, "toit"), passage(2, "mur"), passage(3, "velo"), passage(4, "jardin")]
    rows = vectors((3, 4), [(1, 0), (0, 1), (4, 3)], [(1, 0), (4, 3)], [(0, 1), (-1, 0), (3, -4)])
    engine.write(written, rows)
    hits = engine.nearest(NORTH, 10)
    # Passage 2: (0 + 1) / 2, 4: (1 - 0) / 2; of the tied, the lower key first.
    assert keys_of(hits) == [1, 2, 4, 3]
    assert [hit.score for hit in hits] == pytest.approx([0.8, 0.5, 0.5, 0.3], abs=COSINE_ERROR)


def test_the_worst_sentences_do_not_count(engine: Engine) -> None:
    rows = vectors([(0, 1), (0, -1), (0, 1), (0, -1)], [(0, 1), (-1, -1)])
    engine.write([passage(1, "toit"), passage(2, "mur")], rows)
    hits = engine.nearest(NORTH, 10)
    assert [hit.score for hit in hits] == pytest.approx(
        [1.0, 0.5 - np.sqrt(0.125)], abs=COSINE_ERROR
    )


def test_a_replaced_passage_leaves_none_of_its_sentences(engine: Engine) -> None:
    engine.write([passage(1, "toit"), passage(2, "mur")], vectors([(1, 0), (0, 1)], (1, 0)))
    engine.write([passage(1, "toit")], vectors((1, 0)))
    assert [(hit.key, hit.score) for hit in engine.nearest(NORTH, 10)] == [(1, 0.0), (2, 0.0)]
    engine.write([passage(2, "mur")], vectors([(1, 0), (1, 0), (0, 1)]))
    assert [(hit.key, hit.score) for hit in engine.nearest(NORTH, 10)] == [(2, 0.5), (1, 0.0)]


def test_sentences_of_passages_that_a_filter_drops_do_not_count(engine: Engine) -> None:
    written = [passage(key, "toit", commune="lille" if key % 5 else "arras") for key in range(60)]
    engine.write(written, vectors(*[[(1, 0), (0, 1)]] * 60))
    engine.write([passage(60, "toit", commune="arras")], vectors([(0, 1), (1, 0)]))
    kept = engine.nearest(NORTH, 3, Filter(commune=("arras",)))
    assert [(hit.key, hit.score) for hit in kept] == [(0, 0.5), (5, 0.5), (10, 0.5)]
    assert engine.nearest(EAST, 100, Filter(commune=("arras",)))[-1].key == 60


def test_values_of_one_field_are_alternatives(filled: Engine) -> None:
    either = Filter(organisation=("sia habitat", "vilogia, groupe"))
    assert keys_of(filled.lexical(terms("logement"), 10, either)) == [3, 7, 40]


def test_fields_of_a_filter_add_up(filled: Engine) -> None:
    both = Filter(organisation=("sia habitat",), commune=("douai",))
    assert keys_of(filled.lexical(terms("logement jardin"), 10, both)) == [7]
    assert keys_of(filled.nearest(EAST, 10, both)) == [7]


def test_a_facet_value_is_one_whole(filled: Engine) -> None:
    for partial in ("vilogia", "groupe", "vilogia,", "Vilogia, groupe"):
        assert filled.nearest(EAST, 10, Filter(organisation=(partial,))) == []
    assert keys_of(filled.nearest(EAST, 10, Filter(organisation=("vilogia, groupe",)))) == [12, 3]


def test_an_empty_filter_restricts_nothing(filled: Engine) -> None:
    assert filled.nearest(EAST, 10, Filter()) == filled.nearest(EAST, 10)


def test_a_filter_does_not_change_scores(filled: Engine) -> None:
    free = {hit.key: hit.score for hit in filled.lexical(terms("logement"), 10)}
    [kept] = filled.lexical(terms("logement"), 10, Filter(commune=("douai",)))
    assert free[7] == kept.score


def test_a_deleted_passage_is_gone_everywhere(filled: Engine) -> None:
    filled.delete([7])
    assert filled.keys() == {40, 12, 3}
    assert filled.count() == 3
    assert filled.lexical(terms("femmes"), 10) == []
    assert 7 not in keys_of(filled.nearest(NORTH, 10))
    assert filled.document_frequencies(["s:femmes", "s:logement"]) == {
        "s:femmes": 0,
        "s:logement": 2,
    }
    assert filled.suggest("femme") == []
    assert filled.nearest(EAST, 10, Filter(commune=("douai",)))[0].key == 12


def test_deleting_leaves_scores_as_if_it_had_never_been_there(engine: Engine) -> None:
    kept = [passage(1, "toit mur"), passage(2, "toit")]
    engine.write(kept, alike(2))
    before = engine.lexical(terms("toit mur"), 10)
    engine.write([passage(3, "toit " * 30), passage(4, "mur")], alike(2))
    engine.delete([3, 4])
    assert engine.lexical(terms("toit mur"), 10) == before


def test_deleting_unknown_keys_changes_nothing(filled: Engine) -> None:
    filled.delete([999, -1])
    filled.delete([])
    assert filled.count() == 4


def test_writing_a_key_again_replaces_its_passage(filled: Engine) -> None:
    filled.write([passage(7, "velo", commune="arras")], vectors((1, 0)))
    assert filled.count() == 4
    assert filled.lexical(terms("femmes"), 10) == []
    assert keys_of(filled.lexical(terms("velo"), 10)) == [7]
    assert keys_of(filled.nearest(EAST, 2)) == [7, 40]
    assert filled.nearest(NORTH, 10, Filter(commune=("douai",)))[0].key == 12


def test_of_one_key_written_twice_at_once_the_later_stays(engine: Engine) -> None:
    engine.write([passage(1, "toit"), passage(1, "mur")], vectors((1, 0), (0, 1)))
    assert engine.count() == 1
    assert engine.lexical(terms("toit"), 10) == []
    assert engine.nearest(NORTH, 1)[0].score == pytest.approx(1.0)


def test_writing_nothing_changes_nothing(filled: Engine) -> None:
    filled.write([], [])
    assert filled.count() == 4


def test_a_passage_without_terms_is_found_by_its_vector(engine: Engine) -> None:
    engine.write([IndexedPassage(1, "", "", Filter()), passage(2, "toit")], alike(2))
    assert engine.keys() == {1, 2}
    assert keys_of(engine.nearest(ahead(), 10)) == [1, 2]
    assert keys_of(engine.lexical(terms("toit"), 10)) == [2]


def test_putting_it_in_order_changes_no_answer(filled: Engine) -> None:
    filled.write([passage(50, "logement toit", commune="lille")], vectors((1, 0)))
    filled.delete([12])

    def seen() -> tuple[object, ...]:
        return (
            filled.lexical(terms("logement femmes jardin"), 9, Filter(commune=("lille",))),
            filled.nearest(NORTH, 9),
            filled.suggest("logemant"),
            filled.suggest("jardon"),
            filled.document_frequencies(["s:logement", "s:jardin"]),
            filled.keys(),
        )

    before = seen()
    filled.tidy(stop=lambda: True)
    filled.tidy()
    filled.tidy()
    assert seen() == before


def test_clearing_forgets_everything_even_the_dimension(filled: Engine) -> None:
    filled.clear()
    assert (filled.keys(), filled.count()) == (set(), 0)
    assert filled.lexical(terms("logement"), 10) == []
    assert filled.nearest(NORTH, 10) == []
    filled.write([passage(1, "toit")], alike(1, dim=5))
    assert keys_of(filled.nearest(ahead(dim=5), 10)) == [1]


def test_large_keys_come_back_unchanged(engine: Engine) -> None:
    engine.write([passage(2**62 + 1, "toit"), passage(0, "toit")], alike(2))
    assert engine.keys() == {2**62 + 1, 0}
    assert keys_of(engine.lexical(terms("toit"), 10)) == [0, 2**62 + 1]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("logemnt", ["logement"]),  # missing
        ("logemment", ["logement"]),  # too many
        ("logrment", ["logement"]),  # replaced
        ("lgoement", ["logement"]),  # swapped
        ("lgoemnt", ["logement"]),  # two mistakes in a long word
        ("jardn", ["jardin"]),  # one in a short word
        ("jrdn", []),  # two in a short word
        ("piscine", []),  # nothing near
        ("logement", []),  # indexed
    ],
)
def test_a_mistyped_word_is_corrected(filled: Engine, typed: str, meant: list[str]) -> None:
    assert filled.suggest(typed) == meant


def test_corrections_come_nearest_first_then_most_frequent(engine: Engine) -> None:
    written = ["foyers", "loyer", "foyer", "foyer", "moyer"]
    engine.write([passage(key, text) for key, text in enumerate(written)], alike(5))
    # One mistake: foyer (held twice), loyer, moyer; two: foyers.
    assert engine.suggest("noyer") == ["foyer", "loyer", "moyer"]
    assert engine.suggest("royers") == ["foyers", "foyer", "loyer", "moyer"]
    assert engine.suggest("royers", limit=1) == ["foyers"]
    assert engine.suggest("royers", limit=0) == []


def test_numbers_and_tiny_words_are_not_corrected(engine: Engine) -> None:
    engine.write([passage(1, "2018 le t2b")], alike(1))
    assert [engine.suggest(word) for word in ("2017", "la", "t3b")] == [[], [], []]


def test_a_view_does_not_change_with_later_writes(filled: Engine) -> None:
    view = filled.view()

    def seen() -> tuple[object, ...]:
        return (
            view.lexical(terms("logement"), 5),
            view.nearest(NORTH, 5),
            view.suggest("logemant"),
            view.document_frequencies(["jardin"]),
            view.keys(),
            view.count(),
        )

    before = seen()
    filled.clear()
    filled.write([passage(9, "jardin")], vectors((1, 0)))
    assert seen() == before
    assert view.keys() == {40, 7, 12, 3}
    assert filled.view().keys() == {9}


def test_vectors_come_back_nearly_as_they_were_written(engine: Engine) -> None:
    rows = [
        np.array([[1.0, 0.0], [0.6, 0.8], [0.8, 0.6]], dtype=np.float32),
        np.array([[0.0, 1.0]], dtype=np.float32),
    ]
    engine.write([passage(40, "logement"), passage(7, "jardin")], rows)
    engine.write([passage(12, "toit")], [rows[0]])
    engine.delete([12])

    held = engine.view().vectors([7, 40, 12, 99])

    assert {key: each.shape for key, each in held.items()} == {40: (3, 2), 7: (1, 2)}
    assert held[40] == pytest.approx(rows[0], abs=COSINE_ERROR)
    assert held[7] == pytest.approx(rows[1], abs=COSINE_ERROR)
    assert engine.vectors([]) == {}


def test_vectors_that_are_written_again_come_back_the_same(engine: Engine) -> None:
    """So that a base may move from engine to engine, and its vectors do not wear."""
    rows = np.random.default_rng(3).normal(size=(5, 48))
    engine.write([passage(1, "toit")], vectors([tuple(row) for row in rows]))
    first = engine.vectors([1])[1]
    engine.write([passage(2, "mur")], [first])
    assert engine.vectors([2])[2].tolist() == first.tolist()
