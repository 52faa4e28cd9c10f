"""What a query asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import InvalidQuery
from kb.query import MAX_QUERY_LENGTH, expand, parse_query
from kb.thesaurus import build_thesaurus


def _typed(text: str) -> list[str]:
    return [concept.typed.tokens[0].surface for concept in parse_query(text).concepts]


def test_each_meaningful_word_is_one_concept() -> None:
    assert _typed("le logement des femmes et les femmes") == ["logement", "femmes"]


@pytest.mark.parametrize(
    ("query", "start"),
    [
        ("", "La requête est vide"),
        ("   \n", "La requête est vide"),
        ("x" * (MAX_QUERY_LENGTH + 1), "La requête est trop longue"),
        ("a" * 10_000, "La requête est trop longue"),
        ("le la les", "La requête ne contient que des mots très courants"),
        ("?! … ;", "La requête ne contient aucun mot"),
        ("-autisme", "La requête ne fait qu’exclure"),
    ],
)
def test_nothing_to_look_for_is_said_with_what_to_do(query: str, start: str) -> None:
    with pytest.raises(InvalidQuery) as raised:
        parse_query(query)
    assert str(raised.value).startswith(start)


@pytest.mark.parametrize("quoted", ['"hébergement d’urgence"', "“hébergement d’urgence”"])
def test_quotes_ask_for_an_exact_phrase(quoted: str) -> None:
    query = parse_query(f"femmes {quoted}")
    assert [[token.surface for token in phrase] for phrase in query.phrases] == [
        ["hébergement", "urgence"]
    ]
    assert {c.typed.tokens[0].surface for c in query.concepts} == {
        "femmes",
        "hébergement",
        "urgence",
    }


def test_unbalanced_quote_is_read_as_words_and_said() -> None:
    query = parse_query('femmes "hébergement urgence')
    assert query.phrases == ()
    assert query.notice.startswith("Un guillemet n’est pas fermé")
    assert len(query.concepts) == 3


def test_minus_excludes_a_word_but_not_inside_one() -> None:
    query = parse_query("éco-gestes -autisme")
    assert [[token.surface for token in tokens] for tokens in query.excluded] == [["autisme"]]
    assert {c.typed.tokens[0].surface for c in query.concepts} == {"éco", "gestes"}


def test_typed_words_weigh_more_than_added_ones() -> None:
    thesaurus = build_thesaurus({"sigle": [{"court": "FJT", "long": "foyer jeunes"}]})
    query = expand(parse_query("FJT"), thesaurus, lambda stem: True)
    weights = {term.text: term.weight for term in query.terms()}
    assert weights["s:fjt"] > weights["s:foyer"] == weights["s:jeun"] > 0


def test_expression_that_the_index_cannot_answer_is_not_added() -> None:
    thesaurus = build_thesaurus({"sigle": [{"court": "FJT", "long": "foyer jeunes"}]})
    query = expand(parse_query("FJT"), thesaurus, lambda stem: stem != "foyer")
    assert [concept.added for concept in query.concepts] == [()]


def test_expression_of_several_words_makes_one_concept_with_its_alternatives() -> None:
    thesaurus = build_thesaurus({"synonymes": [{"termes": ["personnes âgées", "seniors"]}]})
    query = expand(parse_query("logement personnes agées"), thesaurus, lambda stem: True)
    assert [
        (
            [token.surface for token in concept.typed.tokens],
            [(one.label, one.reason) for one in concept.added],
        )
        for concept in query.concepts
    ] == [(["logement"], []), (["personnes", "agées"], [("seniors", "synonyme")])]


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("Combien de logements compte la résidence ?", True),
        ("Quel est le coût annuel du dispositif ?", True),
        ("Quelle part des ressources le loyer prend-il ?", True),
        ("loyer des jeunes", False),
        ("Quels sont les freins rencontrés ?", False),
    ],
)
def test_question_of_amount_is_seen(query: str, asks: bool) -> None:
    assert parse_query(query).asks_amount is asks


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    try:
        query = parse_query(text)
    except InvalidQuery as error:
        assert str(error).endswith((".", "…"))
    else:
        assert query.concepts
        assert all(term.weight > 0 for term in query.terms())


def test_each_stem_answers_by_its_best_alternative() -> None:
    thesaurus = build_thesaurus({"sigle": [{"court": "FJT", "long": "foyer jeunes"}]})
    query = expand(parse_query("FJT jeunes"), thesaurus, lambda stem: True)
    assert query.shares() == {"fjt": 1.0, "foyer": 0.8, "jeun": 1.0}
