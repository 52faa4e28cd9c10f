"""The normalisation, and lines joined into running text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.cleaning import (
    SOFT_HYPHEN,
    Vocabulary,
    append_line,
    clean_line,
    clean_lines,
    clean_text,
    join_lines,
    joins_by_space,
    vocabulary_of,
)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("ﬁnancement eﬀectif, oﬃce, ﬂux, aﬄux", "financement effectif, office, flux, afflux"),
        ("loge\u00adment", "logement"),
        ("zéro\u200blargeur\ufeff\u2060", "zérolargeur"),
        ("6\u00a0000\u202f€", "6 000 €"),
        ("  un\t\tdeux \n trois  ", "un deux trois"),
        ("e\u0301te\u0301", "été"),
        ("l’«\u00a0accueil\u00a0» – d'ici…", "l’« accueil » – d'ici…"),
        ("un\x00 deux\x07", "un deux"),
        ("icône \ue012 ici", "icône ici"),
        ("bien\u2011être", "bien-être"),
        ("perdu \ud800 là", "perdu là"),
        ("", ""),
    ],
)
def test_each_rule_of_the_normalisation(raw: str, cleaned: str) -> None:
    assert clean_text(raw) == cleaned


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_cleaned_text_is_composed_and_free_of_controls_and_double_spaces(text: str) -> None:
    cleaned = clean_text(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "  " not in cleaned
    assert cleaned == cleaned.strip()
    assert not {unicodedata.category(character) for character in cleaned} & {
        "Cc",
        "Cf",
        "Co",
        "Cs",
        "Zl",
        "Zp",
    }


@given(st.text(alphabet="abcdeéèàùœ’'«»-–…€0123456789 .,;:!?()ABCÉÀ"))
def test_ordinary_french_keeps_every_character_but_spare_spaces(text: str) -> None:
    assert clean_text(text) == " ".join(text.split())


def test_a_line_keeps_the_soft_hyphen_at_its_end_only() -> None:
    assert clean_line("l’héber\u00adge\u00ad \n") == "l’héberge" + SOFT_HYPHEN
    assert clean_line("\u00ad") == ""


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["un accompa-", "gnement social"], "un accompagnement social"),
        (["un accompa" + SOFT_HYPHEN, "gnement"], "un accompagnement"),
        (["proche de l’Île-", "de-France"], "proche de l’Île-de-France"),
        (["proche de l’Île-", "de- France"], "proche de l’Île-de- France"),
        (["on deman-", "de un avis"], "on demande un avis"),
        (["les Hauts-de-", "France"], "les Hauts-de-France"),
        (["lui-", "même"], "lui-même"),
        (["une approche «Gagnant-", "gagnant»."], "une approche «Gagnant-gagnant»."),
        (["la vie psycho-", "sociale"], "la vie psycho-sociale"),
        (["un psycho-", "logue"], "un psychologue"),
        (["à mi-", "parcours"], "à mi-parcours"),
        (["le mi-", "nistère"], "le ministère"),
        (["c’est-", "à-dire"], "c’est-à-dire"),
        (["c’est-à-", "dire"], "c’est-à-dire"),
        (["a-t-", "elle"], "a-t-elle"),
        (["le rez-de-", "chaussée"], "le rez-de-chaussée"),
        (["prenez rendez-", "vous"], "prenez rendez-vous"),
        (["le non-", "recours"], "le non-recours"),
        (["la sous-", "location"], "la sous-location"),
        (["une sous-", "cription"], "une souscription"),
        (["l’ex-", "pulsion"], "l’expulsion"),
        (["en 2019-", "2020"], "en 2019-2020"),
        (["le PLH-", "Nord"], "le PLH-Nord"),
        (["l’", "association"], "l’association"),
        (["et/", "ou"], "et/ou"),
        (["une vision –", "au-delà"], "une vision – au-delà"),
        (["un -", "deux"], "un - deux"),
        (["un", "", "deux"], "un deux"),
        ([], ""),
    ],
)
def test_wrapped_lines_become_running_text(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


def test_the_document_decides_before_the_general_rules() -> None:
    assert join_lines(["le co-", "working"], {"co-working"}) == "le co-working"
    assert join_lines(["le co-", "working"], {"coworking"}) == "le coworking"
    assert join_lines(["psycho-", "social"], {"psychosocial"}) == "psychosocial"


def test_two_long_words_of_the_document_make_a_compound() -> None:
    known = vocabulary_of(["un suivi régulier, un accompagnement"])
    assert join_lines(["le suivi-", "accompagnement"], known) == "le suivi-accompagnement"
    assert join_lines(["le suivi-", "accompagnement"]) == "le suiviaccompagnement"


def test_the_vocabulary_leaves_out_words_broken_at_line_ends() -> None:
    lines = ["Un Bien-être certain, un loge-", "ment et un héber\u00ad"]
    assert vocabulary_of(lines) == {"un", "bien-être", "certain", "ment", "et"}
    known = Vocabulary(lines)
    assert "bien-être" in known
    assert "loge" not in known


def test_the_words_of_a_document_are_looked_for_when_a_broken_one_asks() -> None:
    class Lines(list[str]):
        """Lines that no one may look at."""

        def __iter__(self) -> Iterator[str]:
            raise LookupError

    assert join_lines(["un suivi", "régulier"], Vocabulary(Lines())) == "un suivi régulier"
    with pytest.raises(LookupError):
        join_lines(["un loge-", "ment"], Vocabulary(Lines()))


@given(st.lists(st.text(alphabet="abcéà’-/ ABC09\u00ad.").map(clean_line)))
def test_joining_adds_and_removes_only_spaces_and_hyphens(lines: list[str]) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[\s\u00ad-]", "", text)

    assert bare(join_lines(lines)) == bare("".join(lines))


@given(st.lists(st.text(alphabet="abc éà.", min_size=1).map(clean_text).filter(bool)))
def test_lines_without_hyphens_are_joined_by_one_space(lines: list[str]) -> None:
    assert join_lines(lines) == " ".join(lines)


def test_lines_are_joined_one_by_one_as_they_are_together() -> None:
    lines = [
        "Les per" + SOFT_HYPHEN,
        "sonnes accueil" + SOFT_HYPHEN,
        "lies parlent",
        "en-",
        "semble.",
    ]
    text = ""
    for line in lines:
        text = append_line(text, line)
    assert text == join_lines(lines) == "Les personnes accueillies parlent ensemble."
    assert append_line(text, "") == text


@given(st.lists(st.text()))
@example(["  deux  blancs ", "un", ""])
@example(["eﬃcace"])
@example(["accueil\u00ad", "e", "\u0301te\u0301"])
@example(["50\u00a0%", "bien\u2011être"])
def test_lines_cleaned_together_are_those_cleaned_one_by_one(texts: list[str]) -> None:
    assert clean_lines(texts) == [clean_line(text) for text in texts]


@given(st.lists(st.text("aé’'-/ \u00ad", min_size=1), min_size=1))
def test_lines_that_join_by_a_space_do_so_and_no_more(texts: list[str]) -> None:
    if joins_by_space(texts):
        assert join_lines(texts) == " ".join(texts)


def test_a_hyphen_an_apostrophe_or_a_soft_hyphen_at_the_end_may_join_without_a_space() -> None:
    assert joins_by_space(["Le bailleur loge", "des jeunes."])
    for end in ("loge-", "l’", "l'", "et/", "loge\u00ad"):
        assert not joins_by_space(["Le bailleur", end, "ment"])
