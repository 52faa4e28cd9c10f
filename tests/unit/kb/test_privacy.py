"""What leads to a person is found and hidden; figures that are no telephone number stay."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.model import Span
from kb.privacy import (
    ADDRESS_MASK,
    NUMBER_MASK,
    ContactKind,
    blanked,
    contacts,
    hidden,
    masked,
    public,
    revealed,
    show,
    shown,
    without,
)
from kb.query import parse_query
from kb.sentences import split_sentences
from kb.slugs import slugify
from kb.text import content_tokens, text_terms

NUMBERS = (
    "03 20 12 34 56", "03.20.12.34.56", "03-20-12-34-56", "03/20/12/34/56", "0320123456",
    "03\u00a020\u00a012\u00a034\u00a056", "03\u202f20\u202f12\u202f34\u202f56",
    "03. 20. 12. 34. 56",
    "03 – 20 – 12 – 34 – 56", "03 20 12\n34 56", "03 20 12.34.56", "0320 12 34 56",
    "+33 3 20 12 34 56", "+33(0)3.20.12.34.56", "+33 (0)3 20 12 34 56", "+33320123456",
    "(+33) 3 20 12 34 56", "0033 3 20 12 34 56", "00 33 6 12 34 56 78", "(0)3 20 12 34 56",
    "(03) 20 12 34 56", "06 12 34 56 78", "+33 6 12 34 56 78", "+32 2 123 45 67",
    "+33   \n(0)   \n3   \n20   \n12   \n34   \n56", "+\t\t\t\n33 3 20 12 34 56",
    "0590 12 34 56", "0800 123 456", "0 800 123 456", "01 02 03 04 05", "01 23 45 67 89",
)  # fmt: skip
FIGURES = (
    "1 234 567 890 €", "12 500 000 €", "1 200 000 € HT de 2017 à 2020", "+ 12 500 000 000 €",
    "+12 %", "SIRET 552 081 317 00012", "SIRET 55208131700012", "SIREN 012 345 678",
    "FR 03 552081317", "RNA W595001234", "FR76 3000 4000 0312 3456 7890 143",
    "le 03.02.2020 10.20", "03.02.20 10.20", "03/02/2020 à 10:20", "05 06 2021 12 logements",
    "2020-03-20 12:34:56", "2020-03-20-12-34-56", "08h30 12h00 13h30 17h00",
    "120 logements en 2018 2019 2020", "59 000 Lille", "3 200 m²", "0,5 12 34", "page 03 20 12",
    "10 20 30 40 50", "115, 119, 3919", "1.01.02.03.04.05", "02 59 60 62 80",
    "04 05 06 13 83 84", "01 02 03 04 05 06 07 08 09 10 11 12", "2019 02 59 60 62",
)  # fmt: skip
ADDRESSES = (
    "ada@exemple.fr", "ada @ exemple.fr", "ada@\nexemple.fr", "ada\n@exemple.fr",
    "ada(at)exemple.fr", "ada [arobase] exemple.fr", "ADA (AT) exemple.fr", "ada＠exemple.fr",
    "jean-paul.d+x@sous.exemple.co.fr", "ada@exemple.\nfr",
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize(
    "around", ["{}", "Tél. : {}.", "appelez le {}, merci", "59000 Lille – {}", "{} ou 115", "({})"]
)
def test_numbers_are_hidden_however_they_are_written(number: str, around: str) -> None:
    assert hidden(around.format(number))[0] == around.format(NUMBER_MASK)


@pytest.mark.parametrize("text", FIGURES)
def test_other_figures_stay(text: str) -> None:
    assert contacts(text) == ()
    assert hidden(f"Le projet : {text}.")[0] == f"Le projet : {text}."


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_are_hidden_however_they_are_written(address: str) -> None:
    assert hidden(f"à {address}, merci")[0] == f"à {ADDRESS_MASK}, merci"


@pytest.mark.parametrize("text", ["Suivez @logement", "3 @ 5 €", "ada@", "@exemple.fr", "a @b"])
def test_signs_alone_stay(text: str) -> None:
    assert hidden(text)[0] == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tél : 03 2012 3456", "Tél : [numéro masqué]"),
        ("Téléphone 03 201 23 456", "Téléphone [numéro masqué]"),
        ("joindre au 032 012 34 56", "joindre au [numéro masqué]"),
        ("Réf. 03 2012 3456", "Réf. 03 2012 3456"),
    ],
)
def test_a_word_that_announces_a_number_is_enough(text: str, expected: str) -> None:
    assert hidden(text)[0] == expected


def test_neighbours_are_all_hidden() -> None:
    text = "03 20 12 34 56 06 12 34 56 78 12 rue du Puits ada@exemple.fr bob@exemple.fr"
    assert hidden(text)[0] == (
        "[numéro masqué] [numéro masqué] 12 rue du Puits [adresse masquée] [adresse masquée]"
    )
    kinds = [one.kind for one in contacts(text)]
    assert kinds == [ContactKind.NUMBER] * 2 + [ContactKind.ADDRESS] * 2


@pytest.mark.parametrize(
    ("given", "moved"),
    [
        ((0, 5), (0, 5)), ((6, 20), (6, 21)), ((8, 10), (6, 21)), ((0, 8), (0, 21)),
        ((21, 26), (22, 27)),
    ],
)  # fmt: skip
def test_spans_follow_the_text_and_never_cut_a_mask(
    given: tuple[int, int], moved: tuple[int, int]
) -> None:
    text = "Appel 03 20 12 34 56 merci"
    assert hidden(text, [Span(*given)]) == ("Appel [numéro masqué] merci", (Span(*moved),))


@given(st.text(alphabet="0123456789 .+-(@)a\n€", max_size=60))
def test_what_is_hidden_once_holds_nothing_more(text: str) -> None:
    said = hidden(text)[0]
    assert hidden(said)[0] == said
    assert len(blanked(text)) == len(text)
    found = contacts(text)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(), st.sampled_from(NUMBERS + ADDRESSES))
def test_a_contact_among_anything_is_found(text: str, contact: str) -> None:
    assert contact not in hidden(f"{text}\n\n {contact} \n\n{text}")[0]


def test_nobody_sees_contacts_unless_told() -> None:
    text = "03 20 12 34 56"
    assert (shown(), public(text), masked(text)[0]) == (False, NUMBER_MASK, NUMBER_MASK)
    with revealed():
        assert (shown(), public(text), hidden(text)[0]) == (True, text, NUMBER_MASK)
    assert public(text) == NUMBER_MASK
    show(True)
    try:
        assert masked(text, [Span(1, 3)]) == (text, (Span(1, 3),))
    finally:
        show(False)


def test_contacts_are_no_words() -> None:
    text = "Écrire à jean-paul@exemple.fr ou au 03 20 12 34 56 pour un logement."
    assert [token.surface for token in content_tokens(text)] == ["Écrire", "logement"]
    assert not any("paul" in term or "20" in term for term in text_terms(text))
    (token,) = [one for one in content_tokens(text) if one.word == "logement"]
    assert text[token.start : token.end] == "logement"


def test_identifiers_hold_no_contact() -> None:
    assert slugify("Contact : ada@exemple.fr, 03 20 12 34 56") == "contact"
    assert slugify("03 20 12 34 56", "projet") == "projet"
    assert without("a 0320123456 b").split() == ["a", "b"]


def test_a_sentence_never_ends_within_a_number() -> None:
    text = "Appelez. 03. 20. 12. 34. 56 le matin. Merci."
    assert [text[one.start : one.end] for one in split_sentences(text)] == [
        "Appelez.", "03. 20. 12. 34. 56 le matin.", "Merci.",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["ada@exemple.fr", '"03 20 12 34 56"', "+33 3 20 12 34 56"])
def test_who_looks_for_a_contact_is_told_what_can_be_looked_for(text: str) -> None:
    with pytest.raises(Exception, match="Ni une adresse ni un numéro ne se cherchent ici"):
        parse_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "0" * 50_000, "0 " * 25_000, "03 20 12 34 " * 5_000, "+3 " * 15_000, "a@" * 25_000,
        "a." * 25_000 + "@", "tél " * 12_000, "0320123456" * 5_000, "(0)3 " * 10_000,
        "00 33 " * 9_000, "01 " * 17_000, "02 59 60 62 80 " * 4_000, "x@" + "a." * 25_000,
        "\n" * 50_000, "numéro " * 7_000, "a-" * 25_000,
    ],
)  # fmt: skip
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    contacts(text)
    assert time.process_time() - started < 1.0
