"""The analyser: what meets, what does not, and where tokens stand."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import text as analyser
from kb.remembered import Remembered
from kb.sentences import split_sentences
from kb.text import (
    compounds,
    content_tokens,
    context_terms,
    fold,
    singular,
    spans_with_words,
    spelt_words,
    stem,
    stems,
    text_terms,
    tokenise,
    tokens_among,
    word_stem,
    word_token,
    written_words,
)


def _stems(text: str) -> list[str]:
    return [token.stem for token in content_tokens(text)]


def _words(text: str) -> list[str]:
    return [token.word for token in content_tokens(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("travaux", "travail"),
        ("baux", "bail"),
        ("âgées", "agées"),
        ("âgées", "âgé"),
        ("sénior", "seniors"),
        ("hébergées", "hebergement"),
        ("tombent", "tomber"),
        ("paye", "payer"),
        ("payent", "paiement"),
        ("loyers", "loyer"),
        ("foyers", "foyer"),
        ("locaux", "local"),
        ("hôpitaux", "hôpital"),
        ("résidents", "résidence"),
        ("œuvre", "oeuvres"),
    ],
)
def test_forms_of_one_word_share_their_stem(one: str, other: str) -> None:
    assert _stems(one) == _stems(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("loyer", "loi"),
        ("foyer", "foi"),
        ("loyer", "loyal"),
        ("bail", "bailleur"),
        ("logis", "logement"),
    ],
)
def test_other_words_of_the_field_stay_apart(one: str, other: str) -> None:
    assert _stems(one) != _stems(other)


@pytest.mark.parametrize(
    ("plural", "expected"),
    [
        ("logements", "logement"),
        ("travaux", "travail"),
        ("chevaux", "cheval"),
        ("bureaux", "bureau"),
        ("jeux", "jeux"),
        ("bas", "bas"),
        ("bus", "bus"),
        ("lieux", "lieu"),
        ("femme", "femme"),
    ],
)
def test_singular_takes_off_the_plural_mark_only(plural: str, expected: str) -> None:
    assert singular(plural) == expected


def test_elided_articles_are_left_out_whatever_the_apostrophe() -> None:
    assert _words("l’hébergement d'urgence qu’on jusqu’ici") == ["hebergement", "urgence"]


def test_numbers_with_spaces_are_one_number() -> None:
    assert _words("13 000 locataires, 48\u202f600 € et 1,5 ETP") == [
        "13000",
        "locataire",
        "48600",
        "euro",
        "1.5",
        "etp",
    ]


def test_units_meet_their_words() -> None:
    assert _words("25 % 498 euros") == ["25", "pourcent", "498", "euro"]


def test_dotted_acronyms_meet_plain_ones() -> None:
    assert _words("S.I.A.O. SIAO") == ["siao", "siao"]


def test_glued_letters_and_digits_are_found_whole_and_in_parts() -> None:
    assert set(_words("#1jeune1logement")) == {"1", "jeune", "logement", "1jeune1logement"}


def test_hyphenated_words_are_found_in_one_piece_too() -> None:
    assert compounds("les éco-gestes") == _stems("écogestes")
    assert text_terms("les éco-gestes") == ["s:eco", "s:gest", *text_terms("ecogestes")]


def test_stop_words_carry_no_term() -> None:
    assert text_terms("les des dans pour avec") == []


def test_without_is_a_word_of_this_field() -> None:
    assert [token.surface for token in content_tokens("sans abri")] == ["sans", "abri"]


def test_context_gives_each_stem_once() -> None:
    assert context_terms(["Logement des femmes", "femme"]) == ["c:log", "c:femm"]


def test_words_to_correct_by_keep_the_plural() -> None:
    assert list(spelt_words("Amiens et 43 logements d’Amiens")) == ["amiens", "logements", "amiens"]


@given(st.text(), st.text(max_size=8))
def test_tokens_among_stems_are_those_of_the_text_that_have_one(text: str, more: str) -> None:
    content = content_tokens(f"{text} {more}")
    wanted = {token.stem for token in content[::2]}
    expected = [token for token in content if token.stem in wanted]
    assert tokens_among(f"{text} {more}", wanted) == expected


def test_stop_words_are_not_among_the_tokens_of_their_stems() -> None:
    found = tokens_among("Le logement de la femme : le T2", {"le", "log", "t2"})
    assert [token.surface for token in found] == ["logement", "T2"]


@given(st.text())
def test_tokens_stand_where_they_say(text: str) -> None:
    for token in tokenise(text):
        assert text[token.start : token.end] == token.surface


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_every_word_has_a_stem(word: str) -> None:
    assert stem(word)


@given(st.text(max_size=200))
def test_terms_hold_no_space(text: str) -> None:
    assert all(len(term.split()) == 1 and term == term.strip() for term in text_terms(text))


@pytest.mark.parametrize("word", ["Logements", "CHRS", "œuvre", "euros", "pourcentage", "eaux"])
def test_word_alone_is_analysed_as_in_a_text(word: str) -> None:
    token = word_token(word)
    assert [token] == tokenise(word)
    assert word_stem(fold(word)) == token.stem


_PIECES = "l’eau|quelqu’|qu’|jusqu'|13|000|13 000|2\u202f500|1,5|T2|1jeune1logement|éco-gestes"
_PIECES += "|S.I.A.O.|les|Logements,|ŒUVRE|m²|Ⅻ|€|ada@exemple.fr|03 20 12 34 56|au-delà|»|_|’"
_MIXED = st.lists(st.sampled_from([*_PIECES.split("|"), "\n", "\x1f"]) | st.text(max_size=4))


@given(_MIXED.map(" ".join) | _MIXED.map("".join))
def test_words_of_pieces_are_those_of_the_tokens(text: str) -> None:
    tokens = content_tokens(text)
    folded = [fold(token.surface) for token in tokens]
    assert stems(text) == [token.stem for token in tokens]
    assert list(spelt_words(text)) == [word for word in folded if len(word) > 2 and word.isalpha()]
    usual = [
        token.surface
        for token in tokens
        if len(token.surface) > 2 and token.surface.isalpha()
        if len(token.surface) < 6 or not token.surface.isupper()
    ]
    assert list(written_words([text]).items()) == list(Counter(usual).items())


@given(_MIXED.map(" ".join), st.integers(1, 4))
def test_spans_with_words_are_those_that_as_many_tokens_begin_in(text: str, least: int) -> None:
    spans = split_sentences(text)
    starts = [token.start for token in content_tokens(text)]
    assert spans_with_words(text, spans, least) == [
        span for span in spans if sum(span.start <= one < span.end for one in starts) >= least
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jusqu’à", []),
        ("jusqu’ ici, un toit", ["toit"]),
        ("un toit, jusqu’", ["toit", "jusqu"]),
        ("un toit, jusqu'’ »", ["toit", "jusqu"]),
        ("un toit, l’", ["toit"]),
    ],
)
def test_an_elision_that_nothing_follows_is_a_word(text: str, expected: list[str]) -> None:
    assert [token.surface for token in content_tokens(text)] == expected
    assert list(spelt_words(text)) == expected


def test_number_in_two_pieces_is_one_term() -> None:
    assert text_terms("13 000 lits, 1\u202f500\u00a0000 nuits, 13 0000") == [
        *("s:13000", "s:lit", "s:1500000", "s:nuit", "s:13", "s:0000"),
    ]


def test_words_are_counted_as_they_are_written() -> None:
    assert written_words(["Amiens, amiens et AMIENS", "le 3 du CHRS d’Amiens"]) == {
        "Amiens": 2,
        "amiens": 1,
        "CHRS": 1,
    }


def test_pieces_are_forgotten_when_they_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Remembered(analyser._piece, most=2, longest=analyser._LONGEST_KEPT)
    monkeypatch.setattr(analyser, "_KNOWN_PIECES", known)
    endless = "logement" * 9
    terms = ["s:abri", "s:foyer", "s:loyer", f"s:{stem(endless)}"]
    assert text_terms(f"abri foyer loyer {endless}") == terms
    assert list(known) == ["loyer"]
    # Those that come back give what they gave.
    assert text_terms(f"loyer le foyer abri {endless}") == [*reversed(terms[:3]), terms[3]]
